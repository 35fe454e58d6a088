"""Lowering of texts: `..` and what stands in backticks."""

from collections.abc import Sequence
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_known import bare
from toolboxai.luau.lower_literals import PLAIN_NUMBER, quoted
from toolboxai.luau.lower_operands import OperandLowering

_LONGEST_CONCATENATION: Final = 40
_LONGEST_NEST: Final = 8


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
        self.out.append("(")
        self.concatenate(pieces, self.helper("str"))
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
        self.concatenate(chained(node), "")

    def concatenate(self, operands: Sequence[s.Expression | bytes], convert: str) -> None:
        """``convert`` is what makes a text of an operand: "" for what `..` does."""
        forgets = not convert and forgets_numbers(operands[1:])
        if forgets and len(operands) < _LONGEST_NEST and not self._breaks(operands):
            self._nested(operands)
            return
        if forgets or len(operands) > _LONGEST_CONCATENATION:
            # A table fills in portions; operands side by side would need a register each.
            opened = self.open(f"{self.helper('cat')}({{")
            for operand in operands:
                if convert or isinstance(operand, bytes):
                    self._operand(operand, convert)
                else:
                    self._raw(operand)
                self.out.append(",")
            self.close(opened)
            self.out.append(f"}},{len(operands)})")
            return
        last = len(operands) - 1
        for index, operand in enumerate(operands):
            if not isinstance(operand, bytes):
                self.at(operand.start)
            if index and index == last and not convert:
                self.right_side(" .. ", 0, operand, lambda: self._operand(operands[last], convert))
                return
            if index:
                self.out.append(" .. ")
            self._operand(operand, convert)

    def _breaks(self, operands: Sequence[s.Expression | bytes]) -> bool:
        first, last = operands[0], operands[-1]
        assert not isinstance(first, bytes)
        assert not isinstance(last, bytes)
        return self.line_of(first.start) != self.line_of(last.end - 1)

    def _nested(self, operands: Sequence[s.Expression | bytes]) -> None:
        """Each operand with what those behind it make."""
        *firsts, last = [operand for operand in operands if not isinstance(operand, bytes)]
        opened = self.open(f"{self.helper('join')}(")
        for index, operand in enumerate(firsts):
            if index:
                self.out.append(f"{self.helper('join')}(")
            self._raw(operand)
            self.out.append(",")
        self._raw(last)
        self.close(opened)
        self.out.append(")" * len(firsts))

    def _raw(self, operand: s.Expression) -> None:
        self.at(operand.start)
        self.one_value(operand)

    def _operand(self, operand: s.Expression | bytes, convert: str) -> None:
        if isinstance(operand, bytes):
            self.out.append(quoted(operand))
            return
        inner = bare(operand)
        if (
            isinstance(inner, (s.String, s.InterpolatedString))
            or (isinstance(inner, s.Binary) and inner.operator == ".." and not convert)
            or (
                isinstance(inner, s.Number)
                and not convert
                and PLAIN_NUMBER.fullmatch(inner.text)
                and len(inner.text) < 15
            )
        ):
            self.expression(operand)
        else:
            self.out.append(f"{convert or self.helper('text')}(")
            self.expression(operand)
            self.out.append(")")


def chained(node: s.Expression) -> list[s.Expression | bytes]:
    """The operands of a `..` chain, which associates to the right."""
    operands: list[s.Expression | bytes] = []
    while isinstance(node, s.Binary) and node.operator == "..":
        operands.append(node.left)
        node = node.right
    return [*operands, node]


def forgets_numbers(operands: Sequence[s.Expression | bytes]) -> bool:
    """Whether several operands may make the very text that a number among them became.

    Where something before them then fails, the text would be taken for that number.
    """
    return len(operands) > 1 and not any(
        isinstance(operand, bytes) or (isinstance(inner := bare(operand), s.String) and inner.value)
        for operand in operands
    )
