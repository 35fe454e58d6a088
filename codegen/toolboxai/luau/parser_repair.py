"""Broken code made whole: brackets and blocks that lack an end, or have one too many, mended where indentation says."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from toolboxai.luau.parser_cursor import token_words
from toolboxai.luau.syntax import SyntaxProblem
from toolboxai.luau.tokens import (
    BROKEN_COMMENT,
    BROKEN_STRING,
    EOF,
    INTERPOLATION_BEGIN,
    INTERPOLATION_END,
    INTERPOLATION_WHOLE,
    Tokens,
    first_of_lines,
)

_MOST_TOKENS: Final = 200_000
_MOST_REPAIRS: Final = 50
_ROUNDS: Final = 4
_DEEPEST: Final = 1000
_OPENS: Final = {
    "(": ")", "{": "}", "[": "]", "@[": "]", INTERPOLATION_BEGIN: INTERPOLATION_END,
    "function": "end", "while": "end", "for": "end", "repeat": "until",
}  # fmt: skip
_BRACKETS: Final = frozenset({")", "}", "]", INTERPOLATION_END})
_CLOSES_BLOCK: Final = _BRACKETS | {"end", "until"}
_BRANCHES: Final = frozenset({"then", "else", "elseif"})
_MARKERS: Final = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_NEVER_IN_BRACKETS: Final = frozenset({"local", "for", "while", "repeat", "return", "break", "do", "then"})
_BEGINS: Final = _NEVER_IN_BRACKETS - {"then"} | {"name", "function", "if", "attribute"}
_CLOSES: Final = frozenset({"end", "until", "else", "elseif", ")", "}", "]"})
_SMALL: Final = _CLOSES - {"elseif", "until"} | {"then"}
"""Where one of these is stray, what else is on its line is not."""
_ENDS_VALUE: Final = frozenset(
    {"name", "number", "string", "nil", "true", "false", "...", ")", "}", "]", "end", "then", "else", "do", "repeat"}
    | {">", "?", ";", EOF, INTERPOLATION_WHOLE, INTERPOLATION_END, BROKEN_STRING, "break", "attribute"}
)
"""Behind these, ``if`` is a statement; ``>`` and ``?`` end a type there, ``then`` may be an if-expression's."""
_CONFLICT: Final = "merge conflict"
_CHOICE: Final = "if-expression"


@dataclass(slots=True)
class _Open:
    """What waits for ``closer``: opened by token ``index`` on a line indented by ``indent``."""

    closer: str
    index: int
    indent: int
    awaits_do: bool = False
    is_choice: bool = False


@dataclass(frozen=True, slots=True)
class Repaired:
    """Tokens whose brackets and blocks match; a problem for each place that was mended, and the place it began at."""

    tokens: Tokens
    problems: list[tuple[SyntaxProblem, int]]


def repairs(tokens: Tokens, line_starts: list[int]) -> Iterator[Repaired]:
    """The tokens of a broken file with what is missing put in (as empty tokens) and what is stray left out.

    First as the indentation says everywhere; then, where that puts in here what it leaves out there, as it says
    elsewhere only: code that is laid out oddly need not be broken. Nothing where nothing of that kind is wrong.
    """
    if len(tokens.kinds) > _MOST_TOKENS:
        return
    whole = _unswallowed(tokens, line_starts)
    trusted = _Mending(whole, line_starts, frozenset())
    if not trusted.run() or (whole is tokens and not trusted.mended):
        return
    yield Repaired(trusted.result(), trusted.problems)
    odd: set[int] = set()
    mending = trusted
    for _ in range(_ROUNDS):
        found = _opposites(mending.mended)
        if not found:
            break
        odd |= found
        mending = _Mending(whole, line_starts, frozenset(odd))
        if not mending.run():
            return
    if odd:
        yield Repaired(mending.result(), mending.problems)


def _opposites(mended: list[tuple[int, str, int]]) -> set[int]:
    """The places of neighbours that undo each other: a closer put in at one, a like closer left out at the other."""
    kept: list[tuple[int, str, int]] = []
    found: set[int] = set()
    for repair in mended:
        if repair[1] == _CONFLICT:
            continue
        if kept and kept[-1][1:] == (repair[1], -repair[2]):
            found |= {kept.pop()[0], repair[0]}
        else:
            kept.append(repair)
    return found


def _unswallowed(tokens: Tokens, line_starts: list[int]) -> Tokens:
    """The tokens where an unclosed long string, comment or backtick hole ends with its line, not with the file."""
    for _ in range(_ROUNDS):
        at = _swallower(tokens, line_starts)
        if at < 0:
            break
        text = tokens.text
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        # What the masked line says does not matter, only what kind of token it is and that it ends there.
        masked = "--" if text.startswith("--", at) else '"'
        tokens = Tokens(text[:at] + masked.ljust(end - at, "x")[: end - at] + text[end:])
    return tokens


def _swallower(tokens: Tokens, line_starts: list[int]) -> int:
    """The offset of the first token that eats lines which are not its own; -1 where there is none."""
    holes: list[int] = []
    for index, kind in enumerate(tokens.kinds):
        if kind == INTERPOLATION_BEGIN:
            holes.append(tokens.starts[index])
        elif kind == INTERPOLATION_END and holes:
            holes.pop()
        elif kind in {BROKEN_STRING, BROKEN_COMMENT}:
            start = tokens.starts[index]
            if tokens.texts[index][0] in "[-":
                return start if "\n" in tokens.texts[index] else -1
            if tokens.texts[index][0] == "}" and holes:
                hole = holes.pop()
                if bisect_right(line_starts, hole) != bisect_right(line_starts, start):
                    return hole
    return -1


class _Mending:
    """One walk over the tokens with a stack of what is open; what is at ``odd`` tokens' columns means nothing.

    ``mended`` has, for each repair, the token it was made at, the closer, and 1 for put in or -1 for left out.
    """

    def __init__(self, tokens: Tokens, line_starts: list[int], odd: frozenset[int]) -> None:
        self._tokens = tokens
        self._kinds = tokens.kinds
        self._first = first_of_lines(tokens, line_starts)
        self._line_starts = line_starts
        self._stack: list[_Open] = []
        self._kept: list[int | str] = []  # the index of a token, or the kind of one that is put in
        self._line = 0
        self._odd = odd
        self._conflict = 0
        self.mended: list[tuple[int, str, int]] = []
        self.problems: list[tuple[SyntaxProblem, int]] = []

    def run(self) -> bool:
        """Walk; false where too much is wrong."""
        indent = 0
        skip_line = False
        for index, kind in enumerate(self._kinds[:-1]):
            place = self._first.get(index)
            if place is not None:
                self._line, indent = place
                skip_line = self._begin_line(index, kind, indent)
            if skip_line:
                continue
            column = indent if place is not None and index not in self._odd else -1
            if self._step(index, kind, indent, column):
                self._kept.append(index)
            elif kind not in _SMALL:
                skip_line = True  # a line that cannot stand here goes as a whole
            if len(self._stack) > _DEEPEST or len(self.mended) > _MOST_REPAIRS:
                return False
        last = len(self._kinds) - 1
        while self._stack:
            self._close(last)
        self._kept.append(last)
        return True

    def _begin_line(self, index: int, kind: str, indent: int) -> bool:
        """Close what this line shows to be over; true where it is to be skipped."""
        if self._tokens.text.startswith(_MARKERS, self._tokens.starts[index]):
            self._marker(index)
            return True
        if index not in self._odd:
            self._dedent(index, kind, indent)
        return False

    def result(self) -> Tokens:
        tokens = self._tokens
        kinds: list[str] = []
        texts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for kept in self._kept:
            if isinstance(kept, int):
                kinds.append(tokens.kinds[kept])
                texts.append(tokens.texts[kept])
                starts.append(tokens.starts[kept])
                ends.append(tokens.ends[kept])
            else:
                place = ends[-1] if ends else 0
                kinds.append(kept)
                texts.append(kept)
                starts.append(place)
                ends.append(place)
        return Tokens.of(tokens, kinds, texts, starts, ends)

    # --- what a token does to the stack; false where it is stray

    def _step(self, index: int, kind: str, indent: int, column: int) -> bool:
        """``indent`` is the line's, ``column`` the token's where it begins the line, else -1."""
        if kind in _NEVER_IN_BRACKETS and self._stack and self._stack[-1].closer in _BRACKETS:
            if self._closes_itself(self._stack[-1], index):
                self._leave_out(index, kind)
                return False
            while self._stack and (self._stack[-1].closer in _BRACKETS or self._stack[-1].is_choice):
                self._close(index)
        if kind in _CLOSES_BLOCK:
            return self._closer(index, kind, column)
        if kind in _BRANCHES:
            return self._branch(index, kind, indent)
        self._open(index, kind, indent)
        return True

    def _open(self, index: int, kind: str, indent: int) -> None:
        stack = self._stack
        top = stack[-1] if stack else None
        if kind in _OPENS:
            stack.append(_Open(_OPENS[kind], index, indent, awaits_do=kind in {"while", "for"}))
        elif kind == "if":
            stack.append(self._choice(index, indent))
        elif kind == "do" and top is not None and top.awaits_do:
            top.awaits_do, top.index = False, index
        elif kind == "do":
            stack.append(_Open("end", index, indent))
        elif top is not None and top.closer == INTERPOLATION_END and self._is_unfinished_text(index):
            stack.pop()

    def _is_unfinished_text(self, index: int) -> bool:
        return self._kinds[index] == BROKEN_STRING and self._tokens.texts[index].startswith("}")

    def _choice(self, index: int, indent: int) -> _Open:
        """``if`` as a statement, which has an end, or as an expression, which has none."""
        before = self._kinds[index - 1] if index else EOF
        inside = bool(self._stack) and self._stack[-1].is_choice
        is_statement = before in _ENDS_VALUE and not (inside and before in {"then", "else"})
        if before in {"name", ")"} and self._stack and self._stack[-1].closer in _BRACKETS:
            is_statement = False
        return _Open("end" if is_statement else _CHOICE, index, indent, is_choice=not is_statement)

    def _branch(self, index: int, kind: str, indent: int) -> bool:
        stack = self._stack
        top = stack[-1] if stack else None
        if top is not None and top.is_choice:
            if kind == "else":
                stack.pop()
            return True
        if kind == "then":
            if top is not None and self._kinds[top.index] in {"if", "elseif"}:
                top.index = index
                return True
            # Its `if` is missing or unreadable; what follows is a block all the same.
            self._leave_out(index, kind)
            stack.append(_Open("end", index, indent))
            self._kept.append("do")
            return False
        if not any(self._opens_branch(entry) for entry in stack):
            self._leave_out(index, kind)
            return False
        if top is not None and self._opens_branch(top):
            top.index = index
        return True

    def _opens_branch(self, entry: _Open) -> bool:
        return self._kinds[entry.index] in {"if", "elseif", "then"}

    def _closer(self, index: int, kind: str, column: int) -> bool:
        """What closes a block or a bracket: all that is open inside of what it closes is closed too."""
        stack = self._stack
        while stack and stack[-1].is_choice:
            stack.pop()
        below = len(stack) - 1
        while below >= 0 and stack[below].closer != kind:
            below -= 1
        if below < 0 or not self._reaches(below, kind, column):
            self._leave_out(index, kind)
            return False
        if kind not in _BRACKETS and stack[-1].closer not in {*_BRACKETS, kind} and stack[below].indent != column:
            return True  # `end` for a `repeat`, or `until` for another block: the parser has the words for it
        while len(stack) - 1 > below:
            self._close(index)
        stack.pop()
        return True

    def _reaches(self, below: int, kind: str, column: int) -> bool:
        """Whether a closer can be meant for the open thing at ``below``, by where it stands."""
        target = self._stack[below]
        on_its_line = self._line_of(target.index) == self._line
        if kind not in _BRACKETS:
            return on_its_line or column <= target.indent
        crossed = [entry for entry in self._stack[below + 1 :] if entry.closer not in _BRACKETS]
        return on_its_line or all(0 <= column <= entry.indent for entry in crossed)

    # --- layout

    def _dedent(self, index: int, kind: str, column: int) -> None:
        """Close what a line that begins at ``column`` shows to be over."""
        stack = self._stack
        while stack and column <= stack[-1].indent:
            top = stack[-1]
            if kind in _CLOSES:
                if column == top.indent or not self._wanted_outside(kind, column):
                    break
            elif kind not in _BEGINS or (kind == "do" and top.awaits_do):
                break
            self._close(index)

    def _wanted_outside(self, kind: str, column: int) -> bool:
        """Whether something further out, indented by ``column``, is what ``kind`` closes."""
        for entry in reversed(self._stack):
            if entry.indent == column:
                return entry.closer == kind or (kind in {"else", "elseif"} and self._opens_branch(entry))
        return False

    def _closes_itself(self, bracket: _Open, index: int) -> bool:
        """Whether ``bracket``'s own closer comes where the lines are indented no deeper than its own."""
        for later in range(index, len(self._kinds)):
            place = self._first.get(later)
            if place is not None and place[1] <= bracket.indent:
                return self._kinds[later] == bracket.closer
        return False

    def _marker(self, index: int) -> None:
        """A line of a merge conflict; the first of its lines is reported, and stands for the others."""
        start = self._tokens.starts[index]
        if self._tokens.text.startswith(_MARKERS[0], start) or not self._conflict:
            self._conflict = start + 1
        self.mended.append((index, _CONFLICT, -1))
        self._report(index, self._conflict - 1, "Unresolved merge conflict")

    # --- what is done about it

    def _close(self, index: int) -> None:
        """Put in what the innermost open thing lacks, before token ``index``."""
        top = self._stack.pop()
        if top.is_choice:
            return
        self._kept += ["until", "true"] if top.closer == "until" else [top.closer]
        self.mended.append((index, top.closer, 1))
        opener = self._tokens.texts[top.index]
        closer = "`" if top.closer == INTERPOLATION_END else top.closer
        got = token_words(self._tokens.kinds, self._tokens.texts, index)
        message = f"Expected '{closer}' (to close '{opener}' at line {self._line_of(top.index)}), got {got}"
        self._report(index, self._tokens.starts[top.index], message, top.closer)

    def _leave_out(self, index: int, kind: str, message: str = "") -> None:
        self.mended.append((index, kind, -1))
        self._report(index, self._tokens.starts[index], message or f"Unexpected '{kind}'")

    def _report(self, index: int, origin: int, message: str, expected: str = "") -> None:
        start, end = self._tokens.starts[index], self._tokens.ends[index]
        if not self.problems or self.problems[-1][0].start != start:
            self.problems.append((SyntaxProblem(start, end, message, expected), origin))

    def _line_of(self, index: int) -> int:
        return bisect_right(self._line_starts, self._tokens.starts[index])
