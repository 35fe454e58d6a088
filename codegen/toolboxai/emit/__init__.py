"""Emission: values and templates to source text, and source text to disk."""

from toolboxai.emit.environment import Environment, TemplateError, render
from toolboxai.luau.literal import LiteralError, LuaLiteral, LuaName, is_identifier, lua_literal

__all__ = [
    "Environment",
    "LiteralError",
    "LuaLiteral",
    "LuaName",
    "TemplateError",
    "is_identifier",
    "lua_literal",
    "render",
]
