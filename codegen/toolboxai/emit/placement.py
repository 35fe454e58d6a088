"""Checks where values came to stand in rendered Luau: a literal as one expression, comment lines as comments.

A literal in the middle of a string, a comment or a word would be read as something else than its value, however well
it is escaped. So what comes of a value is marked while a template renders, and the finished text is parsed.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from toolboxai.luau import syntax
from toolboxai.luau.literal import LiteralError
from toolboxai.luau.parser import parse
from toolboxai.luau.tokens import Tokens

# A value cannot hold the marks: they are not printable, so literals spell them out and comments leave them out.
LITERAL, COMMENT, END = "\ue000", "\ue001", "\ue002"
MARKS = LITERAL + COMMENT + END
_PIECE = re.compile(f"[{LITERAL}{COMMENT}][^{MARKS}]*{END}")
_VALUES = (
    syntax.Nil, syntax.Boolean, syntax.Number, syntax.String, syntax.Table, syntax.Unary, syntax.Group,
    syntax.TypeSingleton,
)  # fmt: skip


class MisplacedError(LiteralError):
    """What came of a value stands where it is not read as that."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A marked stretch of the finished text, as bytes."""

    is_comment: bool
    start: int
    text: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def placed(marked: str) -> str:
    """The text without the marks; raises `MisplacedError` where something of it would not be read as its value."""
    text = re.sub(f"[{MARKS}]", "", marked)
    pieces = list(_pieces(marked))
    if not pieces:
        return text
    data = text.encode()
    chunk = parse(data)
    comments = set(chunk.comments)
    # Where the text is broken Luau (an example of a mistake), its tokens still say what each value is read as.
    is_value = _by_tokens(data) if chunk.problems else _by_tree(chunk)
    for piece in pieces:
        if piece.is_comment and not comments.issuperset(_lines(piece)):
            raise _misplaced(data, piece, "comment lines must stand alone", "put nothing else on their lines")
        if not piece.is_comment and not is_value(piece):
            reason = "a value stands in a string, a comment or a word, where it would not be read as a value"
            raise _misplaced(data, piece, reason, 'write it as a value: "Hello " .. <$ name $>, or -- with | comment')
    return text


def _misplaced(data: bytes, piece: _Piece, reason: str, remedy: str) -> MisplacedError:
    line = data.count(b"\n", 0, piece.start) + 1
    shown = data.split(b"\n")[line - 1].decode(errors="replace").strip()
    return MisplacedError(f"{reason}: {shown} (line {line} of what it gives)", remedy=remedy)


def _by_tree(chunk: syntax.Chunk) -> Callable[[_Piece], bool]:
    values = {(node.start, node.end) for node in syntax.walk(chunk.block) if isinstance(node, _VALUES)}
    return lambda piece: (piece.start, piece.end) in values


def _by_tokens(data: bytes) -> Callable[[_Piece], bool]:
    whole = Tokens(data.decode("latin-1"))

    def is_value(piece: _Piece) -> bool:
        alone = Tokens(piece.text.decode("latin-1"))
        count = len(alone.kinds) - 1  # without <eof>
        first = bisect_left(whole.starts, piece.start)
        starts = [start + piece.start for start in alone.starts[:count]]
        here = slice(first, first + count)
        return whole.starts[here] == starts and whole.texts[here] == alone.texts[:count]

    return is_value


def _lines(piece: _Piece) -> Iterator[tuple[int, int]]:
    start = piece.start
    for line in piece.text.split(b"\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _pieces(marked: str) -> Iterator[_Piece]:
    offset = position = 0
    for found in _PIECE.finditer(marked):
        offset += len(re.sub(f"[{MARKS}]", "", marked[position : found.start()]).encode())
        text = found[0][1:-1].encode()
        yield _Piece(found[0][0] == COMMENT, offset, text)
        offset += len(text)
        position = found.end()
