"""What every kind of expression is lowered with: its operands, with or without a visit, one value or all of them."""

from collections.abc import Callable, Sequence

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_known import MULTIPLE, SELECTED, Known, bare, uninstantiated
from toolboxai.luau.lower_names import PLACE_BITS


class OperandLowering(Known):
    """Writes operands; `ExpressionLowering` knows each kind of them."""

    def expression(self, node: s.Expression) -> None:
        raise NotImplementedError

    def _unvisited(self, node: s.Expression) -> None:
        raise NotImplementedError

    def _name(self, node: s.Name) -> None:
        name = node.name
        variable = self.variables.get(name)
        if variable is None:
            self.out.append(name if name not in {"goto", "_ENV"} else self.global_name(name))
        else:
            if variable.scope is not self.scope:
                self.capture(variable)
            self.out.append(variable.code)

    def operand(self, node: s.Expression) -> None:
        """An expression of which an instruction can use the register: a local's is visited by nobody."""
        if self._is_held(node):
            self._unvisited(node)
        else:
            self.expression(node)

    def expressions(self, nodes: Sequence[s.Expression]) -> None:
        first = True
        for node in nodes:
            if not first:
                self.out.append(",")
            first = False
            self.expression(node)

    def one_value(self, node: s.Expression) -> None:
        """The expression cut to one value."""
        if isinstance(node, MULTIPLE):
            self.parenthesized(node)
        else:
            self.expression(node)

    def parenthesized(self, node: s.Expression) -> None:
        self.out.append("(")
        self.expression(node)
        self.out.append(")")

    def right_side(
        self, operator: str, operation: int, operand: s.Expression | bytes, write: Callable[[], None]
    ) -> None:
        """An operator and the operand behind it: Lua blames the one's line, LuaJIT the other's last token's."""
        opened = self.open(operator, operation)
        slot = len(self.out)
        self.out.append("")
        write()
        if not self.close(opened):
            selected = isinstance(operand, s.Node) and isinstance(bare(uninstantiated(operand)), SELECTED)
            self.out[slot] = "((" if selected else "("
            self.out.append(")" if selected else "")
            self.begin(self.line << PLACE_BITS | operation)
            self.out.append(")")
