"""Luau: parse it, check it, lower it to the Lua that Lupa runs."""

from toolboxai.luau.diagnostics import diagnostics, position
from toolboxai.luau.parser import parse
from toolboxai.luau.syntax import Chunk, SyntaxProblem

__all__ = ["Chunk", "SyntaxProblem", "diagnostics", "parse", "position"]
