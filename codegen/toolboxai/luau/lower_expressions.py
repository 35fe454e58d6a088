"""Lowering of expressions: each writes Lua that stands where the Luau stood."""

# ruff: noqa: SLF001 - the dispatch table below the class names its methods

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_known import ARITHMETIC, COMPARISONS, Known, bare
from toolboxai.luau.lower_names import PLACE_BITS, Scope

_ESCAPED: Final = {n: f"\\{n:03d}" for n in (*range(32), 127)} | {ord('"'): '\\"', ord("\\"): "\\\\"}
_PLAIN_TEXT: Final = re.compile(rb"[ !#-\[\]-~]*+")
_PLAIN_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_MULTIPLE: Final = (s.Call, s.MethodCall, s.Vararg)
_TRUTHY: Final = (s.Number, s.String, s.InterpolatedString, s.Table, s.Function)
_FOLDED: Final = (s.Binary, s.Unary, s.Group, s.Cast, s.IfExpression)
_PREFIX: Final = (s.Name, s.Field, s.Index, s.Call, s.MethodCall, s.Group)
_SELECTED: Final = (s.Field, s.Index)
_OPERATIONS: Final = {"+": 1, "-": 2, "*": 3, "/": 4, "%": 5, "^": 6, "<": 8, ">": 8, "<=": 9, ">=": 9}
"""Of each operator that can fail, its index in `lower_names.OPERATIONS`."""
_JUNCTIONS: Final = frozenset({"and", "or"})
_NEGATION: Final = 7
_LONGEST_CONCATENATION: Final = 40
_EXACT_TEXT: Final = 1e14


def is_constant(node: s.Expression) -> bool:
    return isinstance(node, (s.Number, s.String, s.Nil, s.Boolean))


def _is_truthy(node: s.Expression) -> bool:
    node = bare(node)
    return isinstance(node, _TRUTHY) or (isinstance(node, s.Boolean) and node.value)


def _is_nil(node: s.Expression) -> bool:
    return isinstance(bare(node), s.Nil)


def _is_false(node: s.Expression) -> bool:
    node = bare(node)
    return isinstance(node, s.Boolean) and not node.value


def flattened(node: s.IfExpression) -> s.IfExpression:
    """`else if` as `elseif`: a long one nests no deeper than a short one."""
    branches, otherwise = list(node.branches), node.otherwise
    while isinstance(inner := bare(otherwise), s.IfExpression):
        branches += inner.branches
        otherwise = inner.otherwise
    return s.IfExpression(node.start, node.end, branches, otherwise)


def needs_sentinel(node: s.IfExpression) -> bool:
    """Whether a branch of it may be nil or false, so that `and` and `or` alone would pick wrongly."""
    if all(_is_truthy(value) for _, value in node.branches):
        return False
    if len(node.branches) > 1:
        return True
    value, otherwise = node.branches[0][1], node.otherwise
    return not (_is_truthy(otherwise) or any(_is_nil(x) or _is_false(x) for x in (value, otherwise)))


def quoted(value: bytes) -> str:
    """A string literal on one line; bytes above 127 stand as they are (the output is latin-1)."""
    text = value.decode("latin-1")
    return f'"{text}"' if _PLAIN_TEXT.fullmatch(value) else f'"{_escape(text)}"'


def uninstantiated(node: s.Expression) -> s.Expression:
    while isinstance(node, s.Instantiation):
        node = node.expression
    return node


def _overwrites_an_item(node: s.Table) -> bool:
    """Whether a key may be that of an item before it, which Lua would write later; a last call cannot move."""
    if not node.items or (node.items[-1].key is None and isinstance(node.items[-1].value, _MULTIPLE)):
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


def _escape(text: str) -> str:
    return text.translate(_ESCAPED)


def number_value(text: str) -> float | None:
    """What a numeric literal is worth; None for a 64-bit `integer`."""
    digits = text.replace("_", "").lower()
    if digits.startswith("0x"):
        return None if digits.endswith("i") else _as_double(int(digits, 16))
    if digits.startswith("0b"):
        return None if digits.endswith("i") else _as_double(int(digits, 2))
    return None if digits.endswith("i") else float(digits)


def _as_double(value: int) -> float:
    return float(min(value, 1 << 64))


def _number_code(text: str) -> str | None:
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    value = number_value(text)
    if value is None:
        return None
    if math.isinf(value):
        return "1e999"
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT_TEXT else repr(value)


class ExpressionLowering(Known):
    """Writes expressions."""

    def expression(self, node: s.Expression) -> None:
        if not self.first <= node.start < self.limit:
            self.at(node.start)
        if node.end > self.limit and isinstance(node, _FOLDED) and self._is_folded(node):
            self._unvisited(node)
        else:
            _EXPRESSIONS[type(node)](self, node)

    def operand(self, node: s.Expression) -> None:
        """An expression of which an instruction can use the register: a local's is visited by nobody."""
        if self._is_held(node):
            self._unvisited(node)
        else:
            self.expression(node)

    def _unvisited(self, node: s.Expression) -> None:
        """A register or a number: an instruction holds it, and the present line stays."""
        within, self.first, self.limit = (self.first, self.limit), 0, self.starts[-1]
        _EXPRESSIONS[type(node)](self, node)
        self.first, self.limit = within

    def expressions(self, nodes: Sequence[s.Expression]) -> None:
        first = True
        for node in nodes:
            if not first:
                self.out.append(",")
            first = False
            self.expression(node)

    def one_value(self, node: s.Expression) -> None:
        """The expression cut to one value."""
        if isinstance(node, _MULTIPLE):
            self.parenthesized(node)
        else:
            self.expression(node)

    def parenthesized(self, node: s.Expression) -> None:
        self.out.append("(")
        self.expression(node)
        self.out.append(")")

    # --- leaves

    def _nil(self, _node: s.Nil) -> None:
        self.out.append("nil")

    def _boolean(self, node: s.Boolean) -> None:
        self.out.append("true" if node.value else "false")

    def _number(self, node: s.Number) -> None:
        code = _number_code(node.text)
        self.out.append(code if code is not None else f"{self.helper('integer')}({quoted(node.text.encode())})")

    def _string(self, node: s.String) -> None:
        self.out.append(quoted(node.value))

    def _vararg(self, _node: s.Vararg) -> None:
        self.out.append("...")

    def _name(self, node: s.Name) -> None:
        name = node.name
        variable = self.variables.get(name)
        if variable is None:
            self.out.append(name if name not in {"goto", "_ENV"} else self.global_name(name))
        else:
            if variable.scope is not self.scope:
                self.capture(variable)
            self.out.append(variable.code)

    def _error(self, _node: s.ErrorExpression) -> None:
        self.out.append("nil")

    # --- text

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
        """The operands of a `..` chain, which associates to the right."""
        operands: list[s.Expression | bytes] = []
        while isinstance(node, s.Binary) and node.operator == "..":
            operands.append(node.left)
            node = node.right
        operands.append(node)
        self.concatenate(operands, "")

    def concatenate(self, operands: Sequence[s.Expression | bytes], convert: str) -> None:
        """``convert`` is what makes a text of an operand: "" for what `..` does."""
        if len(operands) > _LONGEST_CONCATENATION:
            # A table fills in portions; operands side by side would need a register each.
            opened = self.open(f"{self.helper('cat')}({{")
            for operand in operands:
                if not isinstance(operand, bytes):
                    self.at(operand.start)
                self._operand(operand, convert)
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
                and _PLAIN_NUMBER.fullmatch(inner.text)
                and len(inner.text) < 15
            )
        ):
            self.expression(operand)
        else:
            self.out.append(f"{convert or self.helper('text')}(")
            self.expression(operand)
            self.out.append(")")

    # --- access and calls

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
            self.at(end)
            self.sync()
            self._name(function)
        elif isinstance(function, s.Field):
            if self._is_built_in(node.function):
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
        if is_method and isinstance(node, _SELECTED):
            self.parenthesized(node)  # else Lua reads the field where the method's name stands
        else:
            self.prefix_expression(node)
        if split:
            self.out.append(")")
        self.at(place)
        self.sync()

    def _method_call(self, node: s.MethodCall) -> None:
        name = node.name
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

    def _instantiation(self, node: s.Instantiation) -> None:
        self.expression(node.expression)

    def _group(self, node: s.Group) -> None:
        inner = node.expression
        while isinstance(inner, s.Group):
            inner = inner.expression
        self.parenthesized(inner)

    def _cast(self, node: s.Cast) -> None:
        self.one_value(node.expression)

    # --- operators

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
        if isinstance(bare(left), _SELECTED) and chain[-1].operator not in _JUNCTIONS:
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
        elif isinstance(node, s.Group) and not isinstance(node.expression, _MULTIPLE):
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

    def right_side(
        self, operator: str, operation: int, operand: s.Expression | bytes, write: Callable[[], None]
    ) -> None:
        """An operator and the operand behind it: Lua blames the one's line, LuaJIT the other's last token's."""
        opened = self.open(operator, operation)
        slot = len(self.out)
        self.out.append("")
        write()
        if not self.close(opened):
            selected = isinstance(operand, s.Node) and isinstance(bare(uninstantiated(operand)), _SELECTED)
            self.out[slot] = "((" if selected else "("
            self.out.append(")" if selected else "")
            self.begin(self.line << PLACE_BITS | operation)
            self.out.append(")")

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

    # --- choices

    def _if(self, node: s.IfExpression) -> None:
        node = flattened(node)
        if node.end > self.limit and (chosen := self._chosen(node)) is not None:
            self.parenthesized(chosen)
            return
        if len(node.branches) == 1:
            self._if_else(node)
        else:
            self._if_chain(node)

    def _if_else(self, node: s.IfExpression) -> None:
        (condition, value), otherwise = node.branches[0], node.otherwise
        out = self.out
        if _is_truthy(value):
            self._if_chain(node)
        elif _is_nil(value) or _is_false(value):
            out.append("((not " if _is_nil(value) else "(not ")
            self._parenthesized_condition(condition)
            out.append(" or nil) and " if _is_nil(value) else " and ")
            self._choice(otherwise)
            out.append(")")
        elif _is_nil(otherwise) or _is_false(otherwise):
            out.append("((" if _is_nil(otherwise) else "(not not ")
            self._parenthesized_condition(condition)
            out.append(" or nil) and " if _is_nil(otherwise) else " and ")
            self._choice(value)
            out.append(")")
        elif _is_truthy(otherwise):
            out.append("(not ")
            self._parenthesized_condition(condition)
            out.append(" and ")
            self._choice(otherwise)
            out.append(" or ")
            self._choice(value)
            out.append(")")
        else:
            self._if_chain(node)

    def _if_chain(self, node: s.IfExpression) -> None:
        sentinel = needs_sentinel(node)
        self.out.append(f"{self.helper('plain')}(" if sentinel else "(")
        for index, (condition, value) in enumerate(node.branches):
            if index:
                self.further_condition(condition)
            self._parenthesized_condition(condition)
            self.out.append(" and ")
            if sentinel and not _is_truthy(value):
                self.out.append(f"{self.helper('some')}(")
                self.expression(value)
                self.out.append(")")
            else:
                self._choice(value)
            self.out.append(" or ")
        self._choice(node.otherwise)
        self.out.append(")")

    def further_condition(self, node: s.Expression) -> None:
        """Before a condition behind `elseif`: the compiler visits the keyword."""
        if not self.first <= node.start < self.limit:
            self.at(self.source.rfind(b"if", 0, node.start))

    def _parenthesized_condition(self, node: s.Expression) -> None:
        self.out.append("(")
        self.condition(node)
        self.out.append(")")

    def _choice(self, node: s.Expression) -> None:
        if isinstance(node, s.Binary) and node.operator in {"and", "or"}:
            self.parenthesized(node)
        else:
            self.one_value(node)

    # --- tables and functions

    def _table(self, node: s.Table) -> None:
        last = node.items[-1] if node.items else None
        if self.target == "luajit21" and last and last.key is None and isinstance(last.value, _MULTIPLE):
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
                self.expression(item.value)
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

    def _function(self, node: s.Function, name: str = "") -> None:
        self.sync()
        self.name_function(name)
        self.out.append("function")
        self.function_body(node)
        self.at(node.start)

    def function_body(self, node: s.Function, *, method: bool = False, named_self: bool = False) -> None:
        """From the parameters to `end`; ``method`` where `self` is implied, ``named_self`` where Lua must be told."""
        outer, mark = self.scope, len(self.undo)
        self.scope = scope = Scope(outer)
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
        for name, number, code in boxed:
            self.open_box()
            self.out.append(f"{self.declare_boxed(name, number)}={code};")
        self.function_block(node.body)
        self.out.append(" end")
        self.leave(mark)
        self.close_scope(scope)
        self.scope = outer

    def function_block(self, block: s.Block) -> None:
        raise NotImplementedError


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
