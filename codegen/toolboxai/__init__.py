"""ToolboxAI: Roblox lessons and Studio plugins, tested without Studio."""
