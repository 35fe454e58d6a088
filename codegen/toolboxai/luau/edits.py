"""Changes to a source that leave all else as it stands: what renaming, quick fixes and lesson variants are made of."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Self, get_args

from toolboxai.errors import ToolboxError
from toolboxai.luau import syntax as s
from toolboxai.luau.literal import is_identifier
from toolboxai.luau.precedence import in_place_of
from toolboxai.luau.printer import to_source, touches
from toolboxai.luau.tokens import SPACE, Tokens

__all__ = ["ConflictingEditsError", "Edit", "EditError", "Edits", "apply_edits"]

_STATEMENTS: Final = get_args(s.Statement)
_LAST: Final = (s.Return, s.Break, s.Continue)
_INDENTED: Final = re.compile(rb"^(\t| {2,8})(?=\S)", re.MULTILINE)
_SEPARATORS: Final = frozenset({",", ";"})


class EditError(ToolboxError, ValueError):
    """A change that the source does not allow where it was asked for."""


class ConflictingEditsError(EditError):
    """Two changes of the same bytes."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The bytes ``start:end`` become ``text``; where both are equal, it is put in."""

    start: int
    end: int
    text: bytes


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
    """``source`` with all of ``edits``, in any order; those at one place are put in as they are given.

    The same replacement given twice is made once. Raises `ConflictingEditsError` where two overlap, `EditError` where
    one lies outside the source.
    """
    pieces: list[bytes] = []
    position = 0
    before: Edit | None = None
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not 0 <= edit.start <= edit.end <= len(source):
            raise EditError(
                f"{edit.start}:{edit.end} is no part of the source", remedy="edit the source it was made for"
            )
        if edit == before and edit.start < edit.end:
            continue
        if edit.start < position:
            raise ConflictingEditsError(
                f"two edits change the bytes {edit.start}:{min(position, edit.end)}", remedy="apply one, and read again"
            )
        pieces += (source[position : edit.start], edit.text)
        position = edit.end
        before = edit
    pieces.append(source[position:])
    return b"".join(pieces)


class Edits:
    """Changes to the nodes of one chunk, collected and then applied together; comments and layout around them stay.

    Nodes given as ``new`` are made with `syntax.make`, may hold nodes of the chunk, and are written with the chunk's
    own line ends and indentation; bytes are taken as they are.

        edits = Edits(chunk)
        edits.replace(call.arguments[0], make(Name, "value")).remove(chunk.block.statements[2])
        edits.insert(chunk.block, 0, make(Local, [make(Binding, "value", None)], [make(Number, "1")]))
        source = edits.apply()
    """

    def __init__(self, chunk: s.Chunk) -> None:
        self.chunk = chunk
        self.edits: list[Edit] = []

    def apply(self) -> bytes:
        """The new source; raises `ConflictingEditsError`."""
        return apply_edits(self.chunk.source, self.edits)

    def replace(self, node: s.Node, new: s.Node | bytes) -> Self:
        """Put ``new`` where ``node`` stands, in parentheses where it would else be read otherwise."""
        self._check_read(node)
        text = new if isinstance(new, bytes) else self._written(new, node.start)
        parent = self._parents.get(node)
        if isinstance(new, s.Node) and parent is not None and in_place_of(parent, node, new):
            text = b"(" + text + b")"
        if text.startswith(b"(") and not self.chunk.source.startswith(b"(", node.start):
            self._keep_apart(node.start)
        return self._edit(node.start, node.end, text)

    def rename(self, node: s.Name | s.Binding, name: str) -> Self:
        """Give a variable, field or method another name where ``node`` names it; an annotation stays."""
        self._check_read(node)
        if not is_identifier(name):
            raise EditError(f"{name!r} is no Luau name", remedy="use ASCII letters, digits and _, and no keyword")
        return self._edit(node.start, node.start + len(node.name), name.encode())

    def remove(self, node: s.Node) -> Self:
        """Take out a statement, with its line where it stands alone on it; or an item of a list, with its comma."""
        self._check_read(node)
        start, end = self._statement_span(node) if isinstance(node, _STATEMENTS) else self._item_span(node)
        return self._edit(start, end, b"")

    def insert(self, block: s.Block, index: int, *statements: s.Statement | bytes) -> Self:
        """Put statements before statement ``index`` of ``block``, or behind the last, indented as their neighbours.

        A comment right above a statement stays with it. Raises `EditError` behind a `return`, `break` or `continue`.
        """
        old = block.statements
        if not 0 <= index <= len(old):
            raise EditError(f"a block of {len(old)} statements has no place {index}", remedy="count from 0")
        if index and isinstance(old[index - 1], _LAST):
            raise EditError("nothing may stand behind a return, break or continue", remedy="insert before it")
        if index < len(old):
            self._insert_before(old[index], statements)
        elif old:
            self._insert_behind(old[-1], statements)
        else:
            self._fill(block, statements)
        return self

    # --- places

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self.chunk.source.decode("latin-1"))

    @cached_property
    def _parents(self) -> dict[s.Node, s.Node]:
        return {child: node for node in s.walk(self.chunk.block) for child in s.children(node)}

    @cached_property
    def _ends_before(self) -> dict[int, int]:
        """For the start of each statement that follows another: where that one ends."""
        blocks = [node.statements for node in s.walk(self.chunk.block) if isinstance(node, s.Block)]
        return {after.start: before.end for block in blocks for before, after in pairwise(block)}

    @cached_property
    def _newline(self) -> bytes:
        return b"\r\n" if b"\r\n" in self.chunk.source else b"\n"

    @cached_property
    def _level(self) -> bytes:
        """One level of indentation, as the file has it."""
        found = _INDENTED.search(self.chunk.source)
        return found[1] if found else b"\t"

    def _check_read(self, node: s.Node) -> None:
        if node.start < 0:
            raise EditError("a node that was made stands in no source", remedy="give the node it is to replace")

    def _margin(self, place: int) -> bytes:
        """The white space that the line of ``place`` begins with."""
        source = self.chunk.source
        begin = source.rfind(b"\n", 0, place) + 1
        return source[begin : begin + len(source[begin:place]) - len(source[begin:place].lstrip(SPACE.encode()))]

    def _begins_line(self, place: int) -> bool:
        source = self.chunk.source
        return not source[source.rfind(b"\n", 0, place) + 1 : place].strip()

    def _line_end(self, place: int) -> int:
        """Where the line of ``place`` ends, its line feed left out."""
        end = self.chunk.source.find(b"\n", place)
        end = len(self.chunk.source) if end < 0 else end
        return end - (end > place and self.chunk.source[end - 1 : end] == b"\r")

    def _token_behind(self, place: int) -> int:
        return bisect_left(self._tokens.starts, place)

    def _only_comments(self, start: int, end: int) -> bool:
        """Whether no token stands between; a comment that ends beyond ``end`` counts as one."""
        within = all(stop <= end for begin, stop in self.chunk.comments if start <= begin < end)
        return within and self._tokens.starts[self._token_behind(start)] >= end

    # --- texts

    def _edit(self, start: int, end: int, text: bytes) -> Self:
        """One change, with a space where the text would run into its neighbours."""
        source = self.chunk.source.decode("latin-1")
        written = text.decode("latin-1")
        before, behind = source[start - 1 : start], source[end : end + 1]
        if written:
            if _runs_into(before, written):
                text = b" " + text
            if _runs_into(written[-1], behind):
                text += b" "
        elif start < end and touches(before, behind):
            text = b" "
        self.edits.append(Edit(start, end, text))
        return self

    def _written(self, new: s.Node | bytes, place: int, margin: bytes | None = None) -> bytes:
        if isinstance(new, bytes):
            return new
        margin = self._margin(place) if margin is None else margin
        level, newline = self._level.decode(), self._newline.decode()
        return to_source(new, self.chunk, margin=margin.decode("latin-1"), indent=level, newline=newline)

    def _keep_apart(self, place: int) -> None:
        """End the statement before the one at ``place``, so that a parenthesis there calls nothing."""
        end = self._ends_before.get(place)
        if end is not None and self._tokens.kinds[self._token_behind(end)] != ";":
            self.edits.append(Edit(end, end, b";"))

    def _joined(self, statements: tuple[s.Statement | bytes, ...], place: int, margin: bytes) -> bytes:
        lines = [self._written(new, place, margin) for new in statements]
        separators = [b";" if later.startswith(b"(") else b"" for later in [*lines[1:], b""]]
        return (self._newline + margin).join(line + end for line, end in zip(lines, separators, strict=True))

    # --- inserting and removing

    def _insert_before(self, statement: s.Statement, new: tuple[s.Statement | bytes, ...]) -> None:
        place = statement.start
        margin = self._margin(place)
        alone = self._begins_line(place)
        text = self._joined(new, place, margin)
        if text.startswith(b"("):
            self._keep_apart(place)
        if self.chunk.source.startswith(b"(", statement.start):
            text += b";"
        if alone:
            place = self._above_comments(place)
        self.edits.append(Edit(place, place, text + (self._newline + margin if alone else b" ")))

    def _above_comments(self, place: int) -> int:
        """The start of the first of the comment lines right above, or ``place``; `--!` directives stay on top."""
        source = self.chunk.source
        for start, end in reversed(self.chunk.comments[: bisect_left(self.chunk.comments, (place, place))]):
            gap = source[end:place]
            if gap.strip() or gap.count(b"\n") != 1 or not self._begins_line(start) or source.startswith(b"--!", start):
                break
            place = start
        return place

    def _insert_behind(self, statement: s.Statement, new: tuple[s.Statement | bytes, ...]) -> None:
        end = statement.end
        following = self._token_behind(end)
        if self._tokens.kinds[following] == ";":
            end = self._tokens.ends[following]
        margin = self._margin(statement.start)
        text = self._joined(new, end, margin)
        if text.startswith(b"(") and end == statement.end:
            self.edits.append(Edit(end, end, b";"))
        line_end = self._line_end(end)
        if self._only_comments(end, line_end):
            self.edits.append(Edit(line_end, line_end, self._newline + margin + text))
        else:
            self.edits.append(Edit(end, end, b" " + text))

    def _fill(self, block: s.Block, new: tuple[s.Statement | bytes, ...]) -> None:
        """Put statements into an empty block, behind the line that opens it."""
        if self._parents.get(block) is None:
            text = self._joined(new, 0, b"") + self._newline
            place = len(self.chunk.source)
            broken = place > 0 and not self.chunk.source.endswith(b"\n")
            self.edits.append(Edit(place, place, (self._newline if broken else b"") + text))
            return
        margin = self._margin(block.start)
        text = self._newline + margin + self._level + self._joined(new, block.start, margin + self._level)
        place, line_end = block.start, self._line_end(block.start)
        if line_end < block.end and self._only_comments(place, line_end):
            self.edits.append(Edit(line_end, line_end, text))
        else:
            rest = self.chunk.source[place : block.end]
            end = place if rest.strip() else block.end
            self.edits.append(Edit(place, end, text + self._newline + margin))

    def _statement_span(self, node: s.Node) -> tuple[int, int]:
        source = self.chunk.source
        start, end = node.start, node.end
        following = self._token_behind(end)
        if self._tokens.kinds[following] == ";":
            end = self._tokens.ends[following]
        line_end = self._line_end(end)
        if self._begins_line(start) and not source[end:line_end].strip():
            start = source.rfind(b"\n", 0, start) + 1
            end = source.find(b"\n", end) + 1 or len(source)
        elif not source[end:line_end].strip():
            start = len(source[:start].rstrip(b" \t"))
        else:
            end += len(source[end:line_end]) - len(source[end:line_end].lstrip(b" \t"))
        return start, end

    def _item_span(self, node: s.Node) -> tuple[int, int]:
        """The node with the comma behind it, else with the one before it."""
        tokens = self._tokens
        following = self._token_behind(node.end)
        before = bisect_right(tokens.ends, node.start) - 1
        if before >= 0 and tokens.kinds[before] in _SEPARATORS and tokens.kinds[following] not in _SEPARATORS:
            return tokens.starts[before], node.end
        if tokens.kinds[following] in _SEPARATORS:
            end = tokens.ends[following]
            rest = self.chunk.source[end : tokens.starts[following + 1]]
            return node.start, end + len(rest) - len(rest.lstrip(b" \t"))
        if before >= 0 and (tokens.kinds[before], tokens.kinds[following]) in {("(", ")"), ("{", "}"), ("<", ">")}:
            return node.start, node.end
        raise EditError(
            f"a {type(node).__name__} cannot be left out here", remedy="replace it, or remove what it is part of"
        )


def _runs_into(before: str, behind: str) -> bool:
    """Whether two texts that touch would be read as one token, numbers and dots included."""
    last, first = before[-1:], behind[:1]
    dots = (last == "." and (first == "." or first.isdigit())) or (last.isdigit() and first == ".")
    return dots or touches(last, behind)
