"""Luau source to a syntax tree: all of the language, every mistake reported, nothing raised."""

import sys
import threading
from bisect import bisect_right
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from toolboxai.luau import collector
from toolboxai.luau.parser_cursor import PROBLEM_LIMIT
from toolboxai.luau.parser_repair import repairs
from toolboxai.luau.parser_scopes import check
from toolboxai.luau.parser_statements import StatementParser
from toolboxai.luau.syntax import Block, Chunk, SyntaxProblem
from toolboxai.luau.tokens import EOF, Tokens

_FRAMES_FOR_DEEP_CODE: Final = 20_000
_raised_limit = threading.Lock()

P = ParamSpec("P")
R = TypeVar("R")


@collector.paused()
def parse(source: bytes | str) -> Chunk:
    """The tree of ``source`` (text counts as UTF-8); what is wrong with it stands in ``Chunk.problems``.

    The first problem is the one that Luau itself reports, in its words. Where brackets or blocks do not match, the
    tree is that of the file as its indentation says it was meant.
    """
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else bytes(source)
    tokens = Tokens(data.decode("latin-1"))
    starts = line_starts(data)
    comments = tokens.comments
    parser, block = _parse(tokens, starts)
    problems = parser.problems
    if problems and len(problems) < PROBLEM_LIMIT:
        first, fewest = problems[0], len(parser.mistaken_lines) + 1
        for repaired in repairs(tokens, starts):
            mended, mended_block = _parse(repaired.tokens, starts)
            lines = mended.mistaken_lines | {bisect_right(starts, origin) for _, origin in repaired.problems}
            if len(lines) < fewest:
                fewest, parser, block, comments = len(lines), mended, mended_block, repaired.tokens.comments
                problems = _merged(first, mended.problems, repaired.problems, starts)
    if parser.needs_check() and len(problems) < PROBLEM_LIMIT:
        problems += _with_frames(check, block, starts)
    return Chunk(data, block, comments, problems, starts)


def line_starts(data: bytes) -> list[int]:
    """The offset of each line; only a line feed ends one, as in Luau."""
    starts = [0]
    position = data.find(b"\n")
    while position >= 0:
        starts.append(position + 1)
        position = data.find(b"\n", position + 1)
    return starts


def _merged(
    first: SyntaxProblem, parsed: list[SyntaxProblem], mended: list[tuple[SyntaxProblem, int]], starts: list[int]
) -> list[SyntaxProblem]:
    """``first``, then what is still wrong in a mended file and what was mended in it: one problem a line.

    Where mending has taken ``first`` away, the place mended first is what it was about. What the parser has against an
    empty token is about one that was put in: to say that it is missing is enough.
    """
    real = [problem for problem in parsed if problem.start < problem.end or EOF in problem.message]
    others = [*((problem, problem.start) for problem in real), *mended[first not in parsed :]]
    seen = {bisect_right(starts, first.start)}
    problems = [first]
    for problem, origin in sorted(others, key=lambda pair: pair[0].start):
        lines = {bisect_right(starts, problem.start), bisect_right(starts, origin)}
        if not lines & seen:
            problems.append(problem)
        seen |= lines
    return problems


def _parse(tokens: Tokens, starts: list[int]) -> tuple[StatementParser, Block]:
    return _with_frames(_parse_once, tokens, starts)


def _parse_once(tokens: Tokens, starts: list[int]) -> tuple[StatementParser, Block]:
    parser = StatementParser(tokens, starts)
    parser.prepare()
    return parser, parser.chunk()


def _with_frames(walk: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
    """Walks what may need more frames than Python grants at first; Luau's own limit of nesting bounds them."""
    try:
        return walk(*arguments, **options)
    except RecursionError:
        with _raised_limit:
            before = sys.getrecursionlimit()
            sys.setrecursionlimit(before + _FRAMES_FOR_DEEP_CODE)
            try:
                return walk(*arguments, **options)
            finally:
                sys.setrecursionlimit(before)
