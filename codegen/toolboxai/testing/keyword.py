"""`-k`: which cases an expression of words, `and`, `or`, `not` and brackets means."""

import re
from collections.abc import Callable

from toolboxai.errors import ToolboxError

Matches = Callable[[str], bool]

_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_OPERATORS = {"and", "or", "not", "(", ")"}


class KeywordError(ToolboxError, ValueError):
    """The expression is not one."""


def keyword(expression: str) -> Matches:
    """A test of a case's file and title. Words that follow each other are one phrase; case makes no difference."""
    tokens = _TOKEN.findall(expression)
    if not tokens:
        raise KeywordError("the expression is empty", remedy='write words: -k "inventory and not slow"')
    parser = _Parser(tokens)
    matches = parser.either()
    if parser.rest:
        raise KeywordError(f"{parser.rest[0]!r} is not expected in {expression!r}", remedy="check the brackets")
    return lambda text: matches(text.lower())


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens

    def either(self) -> Matches:
        first = self._both()
        if self._take("or"):
            second = self.either()
            return lambda text: first(text) or second(text)
        return first

    def _both(self) -> Matches:
        first = self._one()
        if self._take("and"):
            second = self._both()
            return lambda text: first(text) and second(text)
        return first

    def _one(self) -> Matches:
        if self._take("not"):
            refused = self._one()
            return lambda text: not refused(text)
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                raise KeywordError("a bracket is not closed", remedy="write the missing )")
            return inner
        words = []
        while self.rest and self.rest[0].lower() not in _OPERATORS:
            words.append(self.rest.pop(0).lower())
        if not words:
            found = repr(self.rest[0]) if self.rest else "the end"
            raise KeywordError(f"a word is expected before {found}", remedy='write words: -k "inventory and not slow"')
        phrase = " ".join(words)
        return lambda text: phrase in text

    def _take(self, token: str) -> bool:
        if self.rest and self.rest[0].lower() == token:
            self.rest.pop(0)
            return True
        return False
