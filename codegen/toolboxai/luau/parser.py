"""Luau source to a syntax tree: all of the language, every mistake reported, nothing raised."""

import sys
import threading
from typing import Final

from toolboxai.luau.parser_cursor import PROBLEM_LIMIT, Cursor
from toolboxai.luau.parser_scopes import check
from toolboxai.luau.parser_statements import StatementParser
from toolboxai.luau.syntax import Block, Chunk
from toolboxai.luau.tokens import Tokens

_FRAMES_FOR_DEEP_CODE: Final = 20_000
_raised_limit = threading.Lock()


def parse(source: bytes | str) -> Chunk:
    """The tree of ``source`` (text counts as UTF-8); what is wrong with it stands in ``Chunk.problems``."""
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else bytes(source)
    tokens = Tokens(data.decode("latin-1"))
    starts = line_starts(data)
    try:
        parser, block = _parse(tokens, starts)
    except RecursionError:
        parser, block = _parse_deep(tokens, starts)
    return Chunk(data, block, tokens.comments, parser.problems, starts)


def line_starts(data: bytes) -> list[int]:
    """The offset of each line; only a line feed ends one, as in Luau."""
    starts = [0]
    position = data.find(b"\n")
    while position >= 0:
        starts.append(position + 1)
        position = data.find(b"\n", position + 1)
    return starts


def _parse(tokens: Tokens, starts: list[int]) -> tuple[Cursor, Block]:
    parser = StatementParser(tokens, starts)
    parser.prepare()
    block = parser.chunk()
    if parser.needs_check() and len(parser.problems) < PROBLEM_LIMIT:
        parser.problems += check(block, starts)
    return parser, block


def _parse_deep(tokens: Tokens, starts: list[int]) -> tuple[Cursor, Block]:
    """Parse what needs more frames than Python grants at first; Luau's own limit bounds them."""
    with _raised_limit:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(before + _FRAMES_FOR_DEEP_CODE)
        try:
            return _parse(tokens, starts)
        finally:
            sys.setrecursionlimit(before)
