"""What counting tokens tells: lines of code and comment, and Halstead's measures, for a file and each of its functions.

Operands are names, literals, ``...`` and the text pieces of backtick strings. Operators are all other tokens but those
that only close or separate: ``)`` ``]`` ``}`` ``,`` ``;`` ``end`` ``then`` ``do`` ``in`` ``until``.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.tokens import (
    EOF,
    INTERPOLATION_BEGIN,
    INTERPOLATION_END,
    INTERPOLATION_MIDDLE,
    INTERPOLATION_WHOLE,
    Tokens,
)

_UNCOUNTED: Final = frozenset({")", "]", "}", ",", ";", "end", "then", "do", "in", "until", EOF})
_OPERANDS: Final = frozenset({
    "name", "number", "string", "true", "false", "nil", "...",
    INTERPOLATION_BEGIN, INTERPOLATION_END, INTERPOLATION_MIDDLE, INTERPOLATION_WHOLE,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Halstead:
    """Halstead's counts: distinct and total operators and operands, and what follows from them."""

    distinct_operators: int
    distinct_operands: int
    operators: int
    operands: int

    @property
    def volume(self) -> float:
        """``N log2 n``, in bits."""
        vocabulary = self.distinct_operators + self.distinct_operands
        return (self.operators + self.operands) * math.log2(vocabulary) if vocabulary else 0.0

    @property
    def difficulty(self) -> float:
        return self.distinct_operators / 2 * self.operands / self.distinct_operands if self.distinct_operands else 0.0

    @property
    def effort(self) -> float:
        return self.difficulty * self.volume


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines as an editor numbers them; a line with code and a comment is one of code."""

    total: int
    code: int
    comment: int
    blank: int


@dataclass(frozen=True, slots=True)
class Counts:
    """``functions``: each function's own tokens, those of functions in it left out."""

    lines: Lines
    file: Halstead
    functions: dict[s.Function, Halstead]


def count(chunk: s.Chunk, functions: list[s.Function]) -> Counts:
    """Counts of a file; ``functions`` are all of it, in order of their starts."""
    tokens = Tokens(chunk.source.decode("latin-1"))
    kinds = dict(zip(tokens.texts, tokens.kinds, strict=True))  # one text is of one kind wherever it stands
    own: list[Counter[str]] = [Counter() for _ in functions]
    for place, first, end in _stretches(tokens.starts, functions):
        own[place].update(tokens.texts[first:end])
    measures = {function: _measures(texts, kinds) for function, texts in zip(functions, own, strict=True)}
    return Counts(_lines(chunk, tokens), _measures(Counter(tokens.texts), kinds), measures)


def _stretches(starts: list[int], functions: list[s.Function]) -> Iterator[tuple[int, int, int]]:
    """The tokens that are each function's own: its place in the list, the first token, the one behind the last."""
    around: list[tuple[int, int]] = []
    first = 0
    for place, function in enumerate(functions):
        begin, end = bisect_left(starts, function.start), bisect_left(starts, function.end)
        while around and around[-1][1] <= begin:
            outer, last = around.pop()
            yield outer, first, last
            first = last
        if around:
            yield around[-1][0], first, begin
        first = begin
        around.append((place, end))
    while around:
        outer, last = around.pop()
        yield outer, first, last
        first = last


def _measures(texts: Counter[str], kinds: dict[str, str]) -> Halstead:
    counts = [0, 0, 0, 0]
    for text, times in texts.items():
        kind = kinds[text]
        if kind not in _UNCOUNTED:
            place = kind in _OPERANDS
            counts[place] += 1
            counts[2 + place] += times
    return Halstead(*counts)


def _lines(chunk: s.Chunk, tokens: Tokens) -> Lines:
    starts = chunk.line_starts
    total = len(starts) - (starts[-1] == len(chunk.source))
    code = _lines_of(list(zip(tokens.starts[:-1], tokens.ends[:-1], strict=True)), starts)
    comment = _lines_of(chunk.comments, starts) - code
    return Lines(total, len(code), len(comment), total - len(code) - len(comment))


def _lines_of(spans: list[tuple[int, int]], starts: list[int]) -> set[int]:
    """The lines that the spans, which are in order, touch."""
    touched: set[int] = set()
    line, last = 0, len(starts) - 1
    for start, end in spans:
        while line < last and starts[line + 1] <= start:
            line += 1
        touched.add(line)
        while line < last and starts[line + 1] < end:
            line += 1
            touched.add(line)
    return touched
