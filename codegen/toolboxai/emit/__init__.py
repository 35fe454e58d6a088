"""Emission: Jinja templates that stay Luau, pure rendering, and the one writer that touches disk."""
