"""Lowering of statements: each kind by its own layer; blocks, choices and returns here."""

# ruff: noqa: SLF001 - the dispatch table below the class names its methods

from collections.abc import Callable
from typing import Any, Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_definitions import costly_choice
from toolboxai.luau.lower_loops import LoopLowering

_CALLS: Final = (s.Call, s.MethodCall)
_MAY_END_IN_CALL: Final = (s.Number, s.Unary, s.Binary, s.IfExpression, s.InterpolatedString)
"""What may be written as the call of a helper, which must not become a tail call."""


class StatementLowering(LoopLowering):
    """Writes statements."""

    def statement(self, node: s.Statement) -> None:
        self.at(node.start)
        self.sync()
        _STATEMENTS[type(node)](self, node)

    def block(self, block: s.Block) -> None:
        """A block of its own: what it declares ends with it."""
        scope = self.scope
        mark, alive, box, slots = len(self.undo), scope.alive, scope.box, scope.slots
        scope.box = None
        for statement in block.statements:
            self.statement(statement)
        self.leave(mark)
        scope.alive, scope.box, scope.slots = alive, box, slots

    def function_block(self, block: s.Block) -> None:
        outer, self.loop = self.loop, None
        self.out.append(" ")
        for statement in block.statements:
            self.statement(statement)
        self.loop = outer

    def _call_statement(self, node: s.CallStatement) -> None:
        self.expression(node.call)
        self.out.append(";")

    def _do(self, node: s.Do) -> None:
        self.out.append("do ")
        self.block(node.body)
        self.out.append("end;")

    def _if_statement(self, node: s.If) -> None:
        keyword = "if "
        for condition, block in node.branches:
            if keyword != "if ":
                self.further_condition(condition)
            self.out.append(keyword)
            self.condition(condition)
            self.out.append(" then ")
            self.block(block)
            keyword = "elseif "
        if node.otherwise is not None:
            self.out.append("else ")
            self.block(node.otherwise)
        self.out.append("end;")

    def _return(self, node: s.Return) -> None:
        values = node.values
        if all(map(self.calls_nothing, values)):
            self.out.append(f"{self.way_out()}return ")
            self.expressions(values)
            self.out.append(";")
        elif len(values) == 1 and self._gives_one_value(values[0]):
            self._return_one(values[0])
        else:
            self._return_many(values)

    def _gives_one_value(self, value: s.Expression) -> bool:
        if isinstance(value, s.Call) and isinstance(value.function, s.Name):
            return self.is_single(value.function.name)
        return not isinstance(value, _CALLS)

    def _return_many(self, values: list[s.Expression]) -> None:
        through = ""
        if self.scope.counted:
            through = f"{self.helper('left')}({self.prefix}used,"
        elif len(values) == 1:
            # No tail call survives: it would lose the line that errors blame, and endless recursion its end.
            through = f"{self.helper('id')}("
        self.out.append(f"return {through}")
        self.expressions(values)
        self.out.append(");" if through else ";")

    def _return_one(self, value: s.Expression) -> None:
        """In a function that counts, the way out comes between the value and the `return`."""
        before, after = "return ", ";"
        if self.scope.counted:
            result = f"{self.prefix}result"
            before, after = f"local {result}=", f";{self.way_out()}return {result};"
        choice = costly_choice(value)
        if choice is not None:
            self._choose(choice, before, after)
            return
        self.out.append(before)
        if isinstance(value, (*_CALLS, *_MAY_END_IN_CALL)):
            self.parenthesized(value)
        else:
            self.expression(value)
        self.out.append(after)

    def _nothing(self, _node: s.Node) -> None:
        """Types leave no code."""


_STATEMENTS: Final[dict[type, Callable[[StatementLowering, Any], None]]] = {
    s.Local: StatementLowering._local,
    s.LocalFunction: StatementLowering._local_function,
    s.FunctionStatement: StatementLowering._function_statement,
    s.Assign: StatementLowering._assign,
    s.CompoundAssign: StatementLowering._compound_assign,
    s.CallStatement: StatementLowering._call_statement,
    s.Do: StatementLowering._do,
    s.While: StatementLowering._while,
    s.Repeat: StatementLowering._repeat,
    s.If: StatementLowering._if_statement,
    s.NumericFor: StatementLowering._numeric_for,
    s.GenericFor: StatementLowering._generic_for,
    s.Return: StatementLowering._return,
    s.Break: StatementLowering._break,
    s.Continue: StatementLowering._continue,
    s.TypeAlias: StatementLowering._nothing,
    s.TypeFunction: StatementLowering._nothing,
    s.ErrorStatement: StatementLowering._nothing,
}
