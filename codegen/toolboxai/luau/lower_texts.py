"""Lowering of texts: `..` and what stands in backticks."""

from collections.abc import Sequence
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_known import bare
from toolboxai.luau.lower_literals import quoted
from toolboxai.luau.lower_operands import OperandLowering

_LONGEST_CALL: Final = 24
"""Operands that are arguments of a function; more go in a table, which fills in portions."""
_LONGEST_CONCATENATION: Final = 40
"""Operands side by side need a register each."""


class TextLowering(OperandLowering):
    """Writes texts."""

    def _interpolated(self, node: s.InterpolatedString) -> None:
        if not node.expressions:
            self.out.append(quoted(node.strings[0]))
            return
        pieces: list[s.Expression | bytes] = []
        for text, value in zip(node.strings, node.expressions, strict=False):
            pieces += [text, value] if text else [value]
        if node.strings[-1]:
            pieces.append(node.strings[-1])
        if node.end > self.limit or any(self.has_effects(value) for value in node.expressions[1:]):
            self._texts(pieces)
            return
        if len(pieces) > _LONGEST_CONCATENATION:
            self.out.append(f"{self.helper('cat')}({{")
            self._written(pieces, ",")
            self.out.append(f"}},{len(pieces)})")
        else:
            self.out.append("(")
            self._written(pieces, " .. ")
            self.out.append(")")

    def _written(self, pieces: Sequence[s.Expression | bytes], between: str) -> None:
        """Pieces that become texts where they stand."""
        for index, piece in enumerate(pieces):
            if index:
                self.out.append(between)
            if isinstance(piece, bytes):
                self.out.append(quoted(piece))
                continue
            self.at(piece.start)
            if _is_text(piece):
                self.expression(piece)
            else:
                self.out.append(f"{self.helper('str')}(")
                self.expression(piece)
                self.out.append(")")

    def _texts(self, pieces: list[s.Expression | bytes]) -> None:
        """Pieces of which all are there before the first becomes a text; the last is blamed where one cannot."""
        opened = self.open(f"{self.helper('strs')}({{")
        for piece in pieces:
            if isinstance(piece, bytes):
                self.out.append(quoted(piece))
            elif piece.end > self.limit and self._is_folded(piece, bytes):
                self._unvisited(piece)
            else:
                self.at(piece.start)
                self.one_value(piece)
            self.out.append(",")
        self.close(opened)
        self.out.append(f"}},{len(pieces)})")

    def concatenation(self, node: s.Expression) -> None:
        operands = chained(node)
        if all(map(_is_text, operands)) and len(operands) <= _LONGEST_CONCATENATION:
            self._written(operands, " .. ")
        else:
            self.concatenate("", operands)

    def concatenate(self, first: str, operands: Sequence[s.Expression]) -> None:
        """Operands as they are, behind the code of a ``first`` if any: the core makes texts of numbers."""
        form = ("o" if first else "") + "".join("t" if _is_text(operand) else "o" for operand in operands)
        start, end = (f"cat_{form}", "") if len(form) <= _LONGEST_CALL else ("cat", f"}},{len(form)}")
        opened = self.open(self.helper(start) + ("({" if end else "("))
        self.out.append(first)
        for index, operand in enumerate(operands):
            if index or first:
                self.out.append(",")
            self.at(operand.start)
            self.one_value(operand)
        self.close(opened)
        self.out.append(f"{end})")


def _is_text(node: s.Expression) -> bool:
    return isinstance(bare(node), (s.String, s.InterpolatedString))


def chained(node: s.Expression) -> list[s.Expression]:
    """The operands of a `..` chain, which associates to the right."""
    operands: list[s.Expression] = []
    while isinstance(node, s.Binary) and node.operator == "..":
        operands.append(node.left)
        node = node.right
    return [*operands, node]
