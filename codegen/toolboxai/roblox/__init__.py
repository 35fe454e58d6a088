"""Roblox: facts of the engine API, model files, Rojo projects."""
