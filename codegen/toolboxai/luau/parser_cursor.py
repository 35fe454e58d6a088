"""Where the parser stands in the tokens, and how it says what it expected: the base of the grammar's parts."""

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from toolboxai.luau.characters import character_words
from toolboxai.luau.syntax import MISSING_NAME, Block, Expression, Function, Name, SyntaxProblem, Vararg
from toolboxai.luau.tokens import (
    BROKEN_COMMENT,
    BROKEN_STRING,
    DOUBLE_BRACE,
    EOF,
    INTERPOLATION_BEGIN,
    INTERPOLATION_END,
    INTERPOLATION_MIDDLE,
    INTERPOLATION_WHOLE,
    KEYWORDS,
    UNKNOWN,
    Tokens,
)

if TYPE_CHECKING:
    from toolboxai.luau.syntax import Attribute

RECURSION_LIMIT: Final = 1000
_DEEP: Final = 30
"""Where nesting may need more registers than there are, with 200 locals beside it."""
"""Luau's own limit; deeper code is an error there as well."""
PROBLEM_LIMIT: Final = 100
_PIECES: Final = frozenset({INTERPOLATION_WHOLE, INTERPOLATION_BEGIN, INTERPOLATION_MIDDLE, INTERPOLATION_END})
_BEFORE_FUNCTION: Final = frozenset({"local", "const"})
_OPEN: Final = frozenset({"(", "{", "["})
_BRACKETS: Final = frozenset({")", "}", "]"})
_MOST_ON_A_LINE: Final = 500
_SKIPPED: Final = 100
"""How many tokens behind a mistake are looked at for what was expected there."""
_PLAIN: Final = frozenset({EOF, BROKEN_STRING, BROKEN_COMMENT, DOUBLE_BRACE})


def token_words(kinds: list[str], texts: list[str], index: int) -> str:
    """A token as Luau's messages show it."""
    kind, text = kinds[index], texts[index]
    if kind in _PLAIN:
        return kind
    if kind == "string":
        return f'"{text.strip("[=]") if text[0] == "[" else text[1:-1]}"'
    if kind in _PIECES:
        return text
    if kind == "attribute":
        text = text[1:]
    if kind == UNKNOWN and text >= "\x80":
        return character_words("".join(texts[index : index + 4]).encode("latin-1"))
    return f"'{text}'"


class LostError(Exception):
    """Reading cannot go on here: it nests too deep, or a line is nothing but mistakes. The problem is recorded."""


class Cursor:
    """Tokens, the index of the current one, and the problems so far.

    ``i`` is the current token. ``depth`` counts nesting, ``loops`` the loops around us in this function,
    ``vararg`` whether ``...`` may be used, ``visible`` the locals in sight and ``most`` the highest it was. ``closed``
    has the opener and the closer of each finished block, one behind the other. ``mistakes`` counts what was wrong,
    ``mistaken_lines`` has the lines of it; ``quiet`` is true from a mistake to the next sound statement.
    """

    __slots__ = (
        "closed",
        "const_seen",
        "deep",
        "depth",
        "depth_limit",
        "ends",
        "i",
        "kinds",
        "line_starts",
        "loops",
        "mistaken_line",
        "mistaken_lines",
        "mistakes",
        "mistakes_before",
        "most",
        "problems",
        "quiet",
        "starts",
        "texts",
        "vararg",
        "visible",
        "wide",
    )

    def __init__(self, tokens: Tokens, line_starts: list[int]) -> None:
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.line_starts = line_starts
        self.i = 0
        self.problems: list[SyntaxProblem] = []
        self.mistaken_lines: set[int] = set()
        self.mistakes = 0
        self.mistakes_before = 0
        self.mistaken_line = 0
        self.quiet = False
        self.closed: list[int] = []
        self.depth = 0
        self.loops = 0
        self.vararg: Vararg | bool | None = True
        self.visible = 0
        self.most = 0
        self.const_seen = False
        self.wide = self.deep = False
        self.depth_limit = _DEEP

    # what the parts of the grammar need of each other

    def expression(self, limit: int = 0) -> Expression:
        raise NotImplementedError

    def arguments(self) -> list[Expression]:
        raise NotImplementedError

    def function_body(self, start: int, attributes: "list[Attribute]", opener: int) -> Function:
        raise NotImplementedError

    def block(self, opener: int, closer: str = "end") -> Block:
        raise NotImplementedError

    def close(self, opener: int, closer: str = "end") -> None:
        raise NotImplementedError

    # places and words

    def line(self, index: int) -> int:
        """The 1-based line of token ``index``."""
        return bisect_right(self.line_starts, self.starts[index])

    def column(self, index: int) -> int:
        """The 1-based byte column of token ``index``."""
        return self.starts[index] - self.line_starts[self.line(index) - 1] + 1

    def got(self) -> str:
        """The current token as Luau's messages show it."""
        if self.quiet or len(self.problems) >= PROBLEM_LIMIT:
            return ""  # nobody will read it
        return token_words(self.kinds, self.texts, self.i)

    def report(self, message: str, start: int, end: int, expected: str = "") -> None:
        """Record a problem, unless it follows from the one before: on the same line, or with nothing sound between."""
        line = bisect_right(self.line_starts, start)
        follows = self.quiet or line in self.mistaken_lines
        self.mistakes += 1
        self.mistaken_lines.add(line)
        self.quiet = True
        if line != self.mistaken_line:
            self.mistaken_line = line
            self.mistakes_before = self.mistakes
        elif self.mistakes - self.mistakes_before > _MOST_ON_A_LINE:
            raise LostError
        if not follows and len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(SyntaxProblem(start, end, message, expected))

    def report_here(self, message: str, expected: str = "") -> None:
        self.report(message, self.starts[self.i], self.ends[self.i], expected)

    def too_deep(self, what: str) -> None:
        """Called beyond `depth_limit`: first where registers may run out, then where Luau gives up."""
        if not self.deep:
            self.deep, self.depth_limit = True, RECURSION_LIMIT
            return
        self.report_here(f"Exceeded allowed recursion depth; simplify your {what} to make the code compile")
        raise LostError

    # expectations

    def expect(self, kind: str, context: str = "") -> bool:
        """Step over ``kind``; where it is missing, say so, and step over one stray token before it."""
        if self.kinds[self.i] == kind:
            self.i += 1
            return True
        follows = self.quiet
        when = f" when parsing {context}" if context else ""
        shown = kind if kind == EOF else f"'{kind}'"
        self.report_here(f"Expected {shown}{when}, got {self.got()}", kind)
        return self._recover(kind, follows=follows)

    def expect_match(self, kind: str, opener: int, extra: str = "") -> bool:
        """Step over the ``kind`` that closes token ``opener``."""
        if self.kinds[self.i] == kind:
            self.i += 1
            return True
        follows = self.quiet
        self.report_unmatched(kind, opener, extra)
        return self._recover(kind, follows=follows)

    def report_unmatched(self, kind: str, opener: int, extra: str = "") -> None:
        if self.line(self.i) == self.line(opener):
            where = f"column {self.column(self._first_word(opener))}"
        else:
            where = f"line {self.line(opener)}"
        self.report_here(
            f"Expected '{kind}' (to close '{self.texts[opener]}' at {where}), got {self.got()}{extra}", kind
        )

    def forgotten(self, opener: int) -> str:
        """A guess at the block that lacks its end: the latest inside this one whose ends are not in line."""
        if self.quiet or len(self.problems) >= PROBLEM_LIMIT:
            return ""  # nobody will read it
        line = self.line(opener)
        suspect = -1
        for begin, end in zip(self.closed[::2], self.closed[1::2], strict=True):
            inside = self.line(begin) > max(line, suspect) and self.line(begin) != self.line(end)
            first = self._first_word(begin)
            if inside and self.column(first) != self.column(end):
                suspect, token = self.line(begin), begin
        return f"; did you forget to close '{self.texts[token]}' at line {suspect}?" if suspect > 0 else ""

    def _first_word(self, opener: int) -> int:
        """Where a block begins for the eye: ``local function`` with its ``local``, if both are on one line."""
        if self.kinds[opener] == "function" and opener and self.texts[opener - 1] in _BEFORE_FUNCTION:
            return opener - (self.line(opener - 1) == self.line(opener))
        return opener

    def _recover(self, kind: str, *, follows: bool) -> bool:
        kinds = self.kinds
        i = self.i
        if kinds[i] != EOF and kinds[i + 1] == kind:
            self.i = i + 2
            return True
        if follows or kind not in _BRACKETS or (found := self.find(kind, i)) < 0:
            return False
        self.i = found + 1
        return True

    def find(self, kind: str, i: int) -> int:
        """The token of this kind that is next and in no bracket, from ``i`` on and on its line; -1 if there is none."""
        kinds = self.kinds
        line = self.line(i)
        depth = 0
        for j in range(i, min(i + _SKIPPED, len(kinds))):
            found = kinds[j]
            if found == kind and not depth:
                return j if self.line(j) == line else -1
            if found in _OPEN:
                depth += 1
            elif found in _BRACKETS:
                depth -= 1
            if depth < 0 or found in KEYWORDS or found == EOF:
                break
        return -1

    def name_missing(self, context: str = "") -> None:
        """Report that a name should stand here."""
        when = f" when parsing {context}" if context else ""
        self.report_here(f"Expected identifier{when}, got {self.got()}", "identifier")

    def index_name(self, context: str = "") -> Name:
        """The name behind ``.`` or ``:``; a keyword on the same line is taken for it."""
        i = self.i
        if self.kinds[i] != "name":
            self.name_missing(context)
            if self.kinds[i] not in KEYWORDS or self.line(i) != self.line(i - 1):
                return self.no_name()
        self.i = i + 1
        return Name(self.starts[i], self.ends[i], self.texts[i])

    def here(self) -> int:
        """The place of something missing: behind the token before."""
        return self.ends[self.i - 1] if self.i else self.starts[0]

    def no_name(self) -> Name:
        """What stands in the tree for a name that is missing."""
        place = self.here()
        return Name(place, place, MISSING_NAME)
