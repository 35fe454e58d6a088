"""Lowering of operators, and of conditions, on which Luau's compiler jumps."""

from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_calls import CallLowering
from toolboxai.luau.lower_known import ARITHMETIC, COMPARISONS, MULTIPLE, SELECTED, bare

_OPERATIONS: Final = {"+": 1, "-": 2, "*": 3, "/": 4, "%": 5, "^": 6, "<": 8, ">": 8, "<=": 9, ">=": 9}
"""Of each operator that can fail, its index in `lower_names.OPERATIONS`."""
_JUNCTIONS: Final = frozenset({"and", "or"})
_NEGATION: Final = 7


class OperatorLowering(CallLowering):
    """Writes operators."""

    def _unary(self, node: s.Unary) -> None:
        operator, operand = node.operator, node.operand
        if operator == "#" and self.target == "luajit21":
            opened = self.open(f"{self.helper('len')}(")
            self.operand(operand)
            self.close(opened)
            self.out.append(")")
        elif operator == "not" or (operator == "-" and self.is_number(operand)):
            self.out.append(f"{operator} ")
            self.operand(operand)
        else:
            operation = _NEGATION if operator == "-" else 0
            self.right_side(f"{operator} ", operation, operand, lambda: self.operand(operand))

    def _binary(self, node: s.Binary) -> None:
        if node.operator == "..":
            self.concatenation(node)
            return
        if node.operator == "//":
            self.floor_division(node)
            return
        if node.operator in _JUNCTIONS and not (self.first <= node.start and node.end <= self.limit):
            self._junction(node)
            return
        chain = [node]
        left = node.left
        while isinstance(left, s.Binary) and left.operator not in {"..", "//"}:
            chain.append(left)
            left = left.left
        if isinstance(bare(left), SELECTED) and chain[-1].operator not in _JUNCTIONS:
            self.parenthesized(left)  # else Lua reads the field where the operator stands
        else:
            self.operand(left)
        for link in reversed(chain):
            self.operation(link.operator, link.right, sure=self._is_sure(link))

    def _junction(self, node: s.Binary) -> None:
        """A junction over several lines: the compiler jumps on a condition; else it visits no register or constant."""
        operator, left, right = node.operator, node.left, node.right
        held = self._is_held(right) or self._is_folded(right)
        if held and not self._is_condition(left):
            self.operand(left)
            self.out.append(f" {operator} ")
            self._unvisited(right)
            return
        self.condition(left, kept=True, truth=operator == "or")
        self.out.append(f" {operator} ")
        self.expression(right)

    def condition(self, node: s.Expression, *, kept: bool = False, truth: bool = False) -> None:
        """What the compiler jumps on: it visits the parts of a comparison or junction, not the whole.

        ``kept`` where its value may be the result, ``truth`` where that is so if it is true.
        """
        if self.first <= node.start and node.end <= self.limit:
            self.expression(node)
        elif isinstance(node, s.Group) and not isinstance(node.expression, MULTIPLE):
            self.out.append("(")
            self.condition(node.expression, kept=kept, truth=truth)
            self.out.append(")")
        elif self._is_folded(node):
            self._unvisited(node)
        elif isinstance(node, s.Binary) and node.operator in _JUNCTIONS:
            passed = truth == (node.operator == "and")
            self.condition(node.left, kept=kept and not passed, truth=truth != passed)
            self.out.append(f" {node.operator} ")
            self.condition(node.right, kept=kept, truth=truth)
        elif isinstance(node, s.Binary) and node.operator in COMPARISONS:
            self._binary(node)
        elif isinstance(node, s.Unary) and node.operator == "not" and not kept:
            self.out.append("not ")
            self.condition(node.operand, truth=not truth)
        elif kept:
            self.expression(node)
        else:
            self.operand(node)

    def _is_sure(self, node: s.Binary) -> bool:
        """Whether a number is among the operands: then it is not the engine that finds the words for a failure."""
        return node.operator in ARITHMETIC and (self.is_number(node.right) or self.is_number(node.left))

    def operation(self, operator: str, right: s.Expression, *, sure: bool) -> None:
        """The operator and its right side, behind the left one; ``sure`` where one side is a number."""
        operation = 0 if sure else _OPERATIONS.get(operator, 0)
        if not operation and operator not in _OPERATIONS:
            self.out.append(f" {operator} ")
            self.operand(right)
        elif self._is_held(right) or (operator in ARITHMETIC and self._is_literal(right)):
            self.sync(operation)
            self.out.append(f" {operator} ")
            self._unvisited(right)
        else:
            self.right_side(f" {operator} ", operation, right, lambda: self.operand(right))

    def floor_division(self, node: s.Binary) -> None:
        if self.is_number(node):
            self.out.append(f"{self.helper('floor')}(")
            self.expression(node.left)
            self.out.append(" / ")
            self.expression(node.right)
            self.out.append(")")
            return
        opened = self.open(f"{self.helper('idiv')}(")
        self.operand(node.left)
        self.out.append(",")
        self.divisor(node.right)
        self.close(opened)
        self.out.append(")")

    def divisor(self, node: s.Expression) -> None:
        if self._is_literal(node):
            self._unvisited(node)
        else:
            self.operand(node)

    def further_condition(self, node: s.Expression) -> None:
        """Before a condition behind `elseif`: the compiler visits the keyword."""
        if not self.first <= node.start < self.limit:
            self.at(self.source.rfind(b"if", 0, node.start))
