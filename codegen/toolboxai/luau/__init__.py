"""Luau: parse it, check it, lower it to the Lua that Lupa runs."""
