"""Lowering of functions, and on LuaJIT the count of the stack that they use.

LuaJIT calls no handler where compiled code finds the stack full, so nobody could say in which line that was. Its
functions keep the number of slots in use, and end an endless recursion while there is room to look around
(`studio/runtime/core_depth.lua`, `overflow.lua`).
"""

from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.first_calls import FirstCalls
from toolboxai.luau.lower_choices import ChoiceLowering
from toolboxai.luau.lower_names import Scope

_MOST_SLOTS: Final = 250
"""LuaJIT compiles no function that needs more."""
_ENTRY: Final = 3
"""The slots of the counting itself."""
_BETWEEN: Final = 30
"""The slots that a frame may take beside its own, and a function of the core between two of the program's."""
_AT_HAND: Final = (s.Nil, s.Boolean, s.String, s.Vararg, s.Function)
_NUMERIC: Final = (s.Name, s.Number)


class FunctionLowering(ChoiceLowering):
    """Writes functions, and what is on their ways out."""

    def _function(self, node: s.Function, name: str = "") -> None:
        self.sync()
        self.name_function(name)
        self.out.append("function")
        self.function_body(node)
        self.at(node.start)

    def function_body(self, node: s.Function, *, method: bool = False, named_self: bool = False) -> None:
        """From the parameters to `end`; ``method`` where `self` is implied, ``named_self`` where Lua must be told."""
        outer, mark, index = self.scope, len(self.undo), len(self.functions) - 1
        self.scope = scope = Scope(outer, name=self.functions[index][1])
        names: list[str] = []
        boxed: list[tuple[str, int, str]] = []
        if method:
            self.declare("self", self.reserve(1))
            names += ["self"] if named_self else []
        for parameter in node.parameters:
            number = self.reserve(1)
            name = parameter.name.name
            if self.is_boxed(number):
                names.append(self.fresh())
                boxed.append((name, number, names[-1]))
                scope.alive += 1
            else:
                names.append(self.declare(name, number))
        if node.vararg is not None:
            names.append("...")
        self.out.append(f"({','.join(names)})")
        entry = len(self.out)
        scope.counted = self.target == "luajit21" and not all(map(self.calls_nothing, node.body.statements))
        if scope.counted:
            scope.alive += 1
            self.out.append("")
        for name, number, code in boxed:
            self.open_box()
            self.out.append(f"{self.declare_boxed(name, number)}={code};")
        self.function_block(node.body)
        if scope.counted:
            self.out[entry] = self._entry(entry, is_vararg=node.vararg is not None)
            if not (node.body.statements and isinstance(node.body.statements[-1], s.Return)):
                self.out.append(self.way_out())
        self.out.append(" end")
        if scope.is_recursive:
            calls = FirstCalls(self.line_of, self.takes_no_room)
            calls.block(node.body)
            self.blamed[index] = calls.blamed
        self.leave(mark)
        self.close_scope(scope)
        self.scope = outer

    def function_block(self, block: s.Block) -> None:
        raise NotImplementedError

    def _entry(self, start: int, *, is_vararg: bool) -> str:
        """Counts the slots of the function written from ``start`` of the output: at most one a name and a piece."""
        count, used = self.slot_count, f"{self.prefix}used"
        self.capture(count)
        slots = str(min(_MOST_SLOTS, _ENTRY + self.scope.declared + len(self.out) - start) + _BETWEEN)
        if is_vararg:
            slots += f"+{self.helper('count')}(...)"
        full = self.helper("full")
        return f" local {used}={count.code} if {used}>0 then {used}={full}() end {count.code}={used}+{slots};"

    def way_out(self) -> str:
        """What stands before a `return`, or at the end: the slots are free again."""
        return f"{self.slot_count.code}={self.prefix}used " if self.scope.counted else ""

    def calls_nothing(self, node: s.Node) -> bool:
        """Whether a statement or an expression surely calls no function, metamethods included."""
        if isinstance(node, s.Return):
            return all(map(self.calls_nothing, node.values))
        if isinstance(node, s.Assign):
            return all(map(self.calls_nothing, [*node.targets, *node.values]))
        if isinstance(node, s.CompoundAssign):
            return all(isinstance(part, _NUMERIC) and self.is_number(part) for part in (node.target, node.value))
        if isinstance(node, s.Group):
            return self.calls_nothing(node.expression)
        if isinstance(node, s.Name):
            return node.name in self.variables
        return isinstance(node, _AT_HAND) or (isinstance(node, s.Number) and self.is_number(node))
