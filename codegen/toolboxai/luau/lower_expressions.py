"""Lowering of expressions: each writes Lua that stands where the Luau stood."""

# ruff: noqa: SLF001 - the dispatch table below the class names its methods

from collections.abc import Callable, Sequence
from typing import Any, Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_functions import FunctionLowering
from toolboxai.luau.lower_known import MULTIPLE
from toolboxai.luau.lower_literals import number_code, quoted
from toolboxai.luau.lower_names import PLACE_BITS

_FOLDED: Final = (s.Binary, s.Unary, s.Group, s.Cast, s.IfExpression)


def _overwrites_an_item(node: s.Table) -> bool:
    """Whether a key may be that of an item before it, which Lua would write later; a last call cannot move."""
    if not node.items or (node.items[-1].key is None and isinstance(node.items[-1].value, MULTIPLE)):
        return False
    seen = False
    for item in node.items:
        if item.key is None:
            seen = True
        elif seen and item.bracketed and not isinstance(item.key, s.String):
            return True
    return False


def _mixes(node: s.Table) -> bool:
    """Whether items stand beside keys that may be theirs."""
    keyed = any(item.bracketed and not isinstance(item.key, s.String) for item in node.items)
    return keyed and any(item.key is None for item in node.items)


def _has_hole(node: s.Table) -> bool:
    return any(item.key is None and isinstance(item.value, s.Nil) for item in node.items)


def _repeats_a_key(node: s.Table) -> bool:
    names = [item.key.value for item in node.items if isinstance(item.key, s.String)]
    numbers = [item.key.text for item in node.items if isinstance(item.key, s.Number)]
    return len(set(names)) < len(names) or len(set(numbers)) < len(numbers)


class ExpressionLowering(FunctionLowering):
    """Writes expressions."""

    def expression(self, node: s.Expression) -> None:
        if not self.first <= node.start < self.limit:
            self.at(node.start)
        if node.end > self.limit and isinstance(node, _FOLDED) and self._is_folded(node):
            self._unvisited(node)
        else:
            _EXPRESSIONS[type(node)](self, node)

    def _unvisited(self, node: s.Expression) -> None:
        """A register or a number: an instruction holds it, and the present line stays."""
        within, self.first, self.limit = (self.first, self.limit), 0, self.starts[-1]
        _EXPRESSIONS[type(node)](self, node)
        self.first, self.limit = within

    # --- leaves

    def _nil(self, _node: s.Nil) -> None:
        self.out.append("nil")

    def _boolean(self, node: s.Boolean) -> None:
        self.out.append("true" if node.value else "false")

    def _number(self, node: s.Number) -> None:
        code = number_code(node.text)
        self.out.append(code if code is not None else f"{self.helper('integer')}({quoted(node.text.encode())})")

    def _string(self, node: s.String) -> None:
        self.out.append(quoted(node.value))

    def _vararg(self, _node: s.Vararg) -> None:
        self.out.append("...")

    def _error(self, _node: s.ErrorExpression) -> None:
        self.out.append("nil")

    def _instantiation(self, node: s.Instantiation) -> None:
        self.expression(node.expression)

    def _group(self, node: s.Group) -> None:
        inner = node.expression
        while isinstance(inner, s.Group):
            inner = inner.expression
        self.parenthesized(inner)

    def _cast(self, node: s.Cast) -> None:
        self.one_value(node.expression)

    # --- tables and functions

    def _table(self, node: s.Table) -> None:
        last = node.items[-1] if node.items else None
        if self.target == "luajit21" and last and last.key is None and isinstance(last.value, MULTIPLE):
            self._open_table(node, last.value)
        else:
            self._constructor(node, node.items)

    def _open_table(self, node: s.Table, last: s.Expression) -> None:
        """Ends with as many items as a call or `...` gives: LuaJIT alone would forget how long it is, if one is nil."""
        before = node.items[:-1]
        self.out.append(f"{self.helper('extended')}(")
        if before:
            self._constructor(node, before)
        else:
            self.out.append("nil")
        self.out.append(f",{sum(item.key is None for item in before)},")
        self.expression(last)
        self.out.append(")")

    def _constructor(self, node: s.Table, items: Sequence[s.TableItem]) -> None:
        out = self.out
        out.append("{")
        numbered = _overwrites_an_item(node)
        # LuaJIT keeps constants in a template, and what is computed overwrites them: wrong where a key is there twice.
        # A template with a nil among its items forgets how long the list is.
        repeats = self.target == "luajit21" and (numbered or _repeats_a_key(node) or _mixes(node) or _has_hole(node))
        dynamic = f"{self.helper('id')}(" if repeats else ""
        position = 0
        for item in items:
            key = item.key
            held = dynamic
            if key is None:
                position += 1
                out.append(f"[{position}]={held}" if numbered else held)
                if item is node.items[-1]:
                    self.expression(item.value)
                else:
                    self.one_value(item.value)
            elif item.bracketed:
                out.append("[")
                self.expression(key)
                out.append(f"]={held}")
                self.stored(item.value, key.start)
            else:
                assert isinstance(key, s.String)
                name = key.value.decode("latin-1")
                out.append(f'["goto"]={held}' if name == "goto" else f"{name}={held}")
                if isinstance(item.value, s.Function):
                    self._function(item.value, name)
                else:
                    self.expression(item.value)
                self.at(key.start)
            out.append(")," if held else ",")
        out.append("}")

    def stored(self, value: s.Expression, place: int) -> None:
        """A value that is written to a slot: Lua blames the last token of the value, Luau what is at ``place``."""
        slot = len(self.out)
        self.out.append("")
        self.expression(value)
        self.at(place)
        if self.line != self.place >> PLACE_BITS:
            self.out[slot] = "(("
            self.out.append(")")
            self.sync()
            self.out.append(")")


_EXPRESSIONS: Final[dict[type, Callable[[ExpressionLowering, Any], None]]] = {
    s.Nil: ExpressionLowering._nil,
    s.Boolean: ExpressionLowering._boolean,
    s.Number: ExpressionLowering._number,
    s.String: ExpressionLowering._string,
    s.InterpolatedString: ExpressionLowering._interpolated,
    s.Vararg: ExpressionLowering._vararg,
    s.Name: ExpressionLowering._name,
    s.Field: ExpressionLowering._field,
    s.Index: ExpressionLowering._index,
    s.Call: ExpressionLowering._call,
    s.MethodCall: ExpressionLowering._method_call,
    s.Instantiation: ExpressionLowering._instantiation,
    s.Function: ExpressionLowering._function,
    s.Table: ExpressionLowering._table,
    s.Unary: ExpressionLowering._unary,
    s.Binary: ExpressionLowering._binary,
    s.Group: ExpressionLowering._group,
    s.IfExpression: ExpressionLowering._if,
    s.Cast: ExpressionLowering._cast,
    s.ErrorExpression: ExpressionLowering._error,
}  # fmt: skip
