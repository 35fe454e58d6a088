"""Lowering of access and calls: `.`, `[]`, `:` and `()`, each in the line that Luau blames."""

from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_known import SELECTED, uninstantiated
from toolboxai.luau.lower_texts import TextLowering

_PREFIX: Final = (s.Name, s.Field, s.Index, s.Call, s.MethodCall, s.Group)


class CallLowering(TextLowering):
    """Writes access and calls."""

    def prefix_expression(self, node: s.Expression) -> None:
        """An expression that `.`, `[`, `:` or `(` may follow."""
        node = uninstantiated(node)
        if isinstance(node, _PREFIX):
            self.operand(node)
        else:
            self.parenthesized(node)

    def _field(self, node: s.Field) -> None:
        self.prefix_expression(node.object)
        if not self.first <= node.name.start < self.limit and not self._is_import(node):
            self.at(node.name.start)
        self.field_name(node.name)

    def field_name(self, name: s.Name) -> None:
        self.sync()
        self.out.append(f".{name.name}" if name.name != "goto" else '["goto"]')

    def _index(self, node: s.Index) -> None:
        self.prefix_expression(node.object)
        self.out.append("[")
        self.operand(node.key)
        self.sync()
        self.out.append("]")

    def _call(self, node: s.Call) -> None:
        function = uninstantiated(node.function)
        end = node.function.end - 1
        if isinstance(function, s.Name):
            self.calls(function.name)
            self.at(end)
            self.sync()
            self._name(function)
        elif isinstance(function, s.Field):
            self.calls(function.name.name)
            if end >= self.limit and self._is_built_in(node.function):
                end = function.start  # the compiler looks at it again when the arguments are there
            self._receiver(function.object, end)
            self.field_name(function.name)
        else:
            self._called(function, end)
        self._arguments(node.arguments)
        self.at(end)

    def _called(self, function: s.Expression, end: int) -> None:
        """A function that is no name: its call is blamed on its end, and Lua 5.2 blames where it begins."""
        split = self.line_of(function.start) != self.line_of(end)
        if split:
            self.at(end)
            self.sync()
            self.out.append("(")
        self.at(function.start)
        self.sync()
        self.prefix_expression(function)
        self.at(end)
        self.sync()
        if split:
            self.out.append(")")

    def _receiver(self, node: s.Expression, place: int, *, is_method: bool = False) -> None:
        """What `.name()` or `:name()` is called on, so that name and call belong to the line of ``place``."""
        node = uninstantiated(node)
        if isinstance(node, s.Name):
            self.at(place)
            self.sync()
            self._name(node)
            return
        split = self.line_of(node.start) != self.line_of(place)
        if split:
            self.at(place)
            self.sync()
            self.out.append("(")
        self.at(node.start)
        self.sync()
        if is_method and isinstance(node, SELECTED):
            self.parenthesized(node)  # else Lua reads the field where the method's name stands
        else:
            self.prefix_expression(node)
        if split:
            self.out.append(")")
        self.at(place)
        self.sync()

    def _method_call(self, node: s.MethodCall) -> None:
        name = node.name
        self.calls(name.name)
        if name.name == "goto" or any(self.has_effects(argument) for argument in node.arguments):
            # Luau looks the method up when its arguments are there, Lua before them.
            self.at(name.start)
            self.sync()
            self.out.append(f"{self.helper('method')}(")
            self.expressions([node.object, s.String(name.start, name.end, name.name.encode()), *node.arguments])
            self.out.append(")")
        else:
            self._receiver(node.object, name.start, is_method=True)
            self.out.append(f":{name.name}")
            self._arguments(node.arguments)
        self.at(name.start)

    def _arguments(self, arguments: list[s.Expression]) -> None:
        # The parenthesis closes in the last argument's line: Lua reads that argument's field only there.
        self.out.append("(")
        self.expressions(arguments)
        self.out.append(")")
