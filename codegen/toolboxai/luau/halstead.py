"""What counting tokens tells: lines of code and comment, and Halstead's measures, for a file and each of its functions.

Operands are names, literals, ``...`` and the text pieces of backtick strings. Operators are all other tokens but those
that only close or separate: ``)`` ``]`` ``}`` ``,`` ``;`` ``end`` ``then`` ``do`` ``in`` ``until``.
"""

import math
from collections import Counter
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


class _Tally:
    def __init__(self, end: int) -> None:
        self.end = end
        self.operators: Counter[str] = Counter()
        self.operands: Counter[str] = Counter()

    def measures(self) -> Halstead:
        operators, operands = self.operators, self.operands
        return Halstead(len(operators), len(operands), operators.total(), operands.total())


def count(chunk: s.Chunk, functions: list[s.Function]) -> Counts:
    """Counts of a file; ``functions`` are all of it, in order of their starts."""
    tokens = Tokens(chunk.source.decode("latin-1"))
    whole = _Tally(len(chunk.source))
    tallies = [_Tally(function.end) for function in functions]
    starts = [function.start for function in functions] + [len(chunk.source) + 1]
    open_tallies, following = [whole], 0
    for kind, text, start in zip(tokens.kinds, tokens.texts, tokens.starts, strict=True):
        if kind in _UNCOUNTED:
            continue
        while starts[following] <= start:
            open_tallies.append(tallies[following])
            following += 1
        while open_tallies[-1].end <= start and len(open_tallies) > 1:
            open_tallies.pop()
        tally = open_tallies[-1]
        (tally.operands if kind in _OPERANDS else tally.operators)[text] += 1
    own = {function: tally.measures() for function, tally in zip(functions, tallies, strict=True)}
    for tally in tallies:
        whole.operators.update(tally.operators)
        whole.operands.update(tally.operands)
    return Counts(_lines(chunk, tokens), whole.measures(), own)


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
