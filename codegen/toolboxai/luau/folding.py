"""Constant folding: the value of an expression where the text alone decides it, computed as Luau computes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from toolboxai.luau import syntax as s
from toolboxai.luau.folding_library import (
    ARITHMETIC,
    LIBRARY,
    Function,
    UnfoldableError,
    Value,
    number_of,
    printed,
    text_of,
)
from toolboxai.luau.symbols import Scopes, Symbol, SymbolKind

TEXT_LIMIT: Final = 1 << 16
BUDGET: Final = 1 << 22
_ALIASES: Final = 64
_LONGEST_PATH: Final = 4
_LARGEST_INTEGER: Final = (1 << 64) - 1
_ENVIRONMENT: Final = frozenset({"getfenv", "setfenv"})
_SAME: Final = (s.Name, s.Group, s.Cast)
_MULTIPLE: Final = (s.Call, s.MethodCall, s.Vararg)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is known: None for nil, a bool, a float, or a string's bytes."""

    value: bool | float | bytes | None

    @property
    def truthy(self) -> bool:
        return self.value is not None and self.value is not False


class Folder:
    """Folds expressions of one file; each is computed once.

    Sees through locals that keep their first value, and through names of library functions (``local char =
    string.char``); not through a library that the file shadows, writes to, or may have exchanged (`setfenv`).
    No text longer than ``text_limit`` bytes is made, and no more than ``budget`` bytes in all: what would need more is
    not constant. Time grows with the number of nodes asked about and the text made.
    """

    def __init__(self, scopes: Scopes, *, text_limit: int = TEXT_LIMIT, budget: int = BUDGET) -> None:
        self._scopes = scopes
        self._limit = text_limit
        self._budget = budget
        self._packs: dict[s.Node, list[Value] | None] = {}
        self._tampered = _tampered(scopes)

    def fold(self, node: s.Expression) -> Constant | None:
        """The value of ``node``; None where it is not known."""
        pack = self._pack(node)
        if pack is None:
            return None
        value = pack[0] if pack else None
        return None if isinstance(value, tuple) else Constant(value)

    def text(self, node: s.Expression) -> bytes | None:
        """The string that ``node`` is known to be, or None."""
        known = self.fold(node)
        return known.value if known is not None and isinstance(known.value, bytes) else None

    def function_name(self, node: s.Expression) -> str | None:
        """The global path that ``node`` names, as ``string.char``, through locals that stand for it; None else.

        A path is given only where nothing in the file writes to it.
        """
        names: list[str] = []
        for _ in range(_ALIASES):
            while not isinstance(node, s.Name):
                if len(names) > _LONGEST_PATH:
                    return None
                if isinstance(node, s.Field):
                    names.append(node.name.name)
                    node = node.object
                elif isinstance(node, s.Index) and (key := self._key(node)) is not None:
                    names.append(key)
                    node = node.object
                elif isinstance(node, s.Group | s.Cast):
                    node = node.expression
                else:
                    return None
            symbol = self._scopes.find(node)
            if symbol is None:
                return None
            if symbol.kind is SymbolKind.GLOBAL:
                path = ".".join([symbol.name, *reversed(names)])
                return None if symbol.name in self._tampered else path
            if not symbol.is_constant or symbol.value is None:
                return None
            node = symbol.value
        return None

    # --- evaluation

    def _pack(self, node: s.Node) -> list[Value] | None:
        """The values that ``node`` gives (several for a call); iterative, so depth is no limit."""
        packs, opened, stack = self._packs, set(), [node]
        while stack:
            top = stack[-1]
            if top in packs:
                stack.pop()
                continue
            if top not in opened:
                opened.add(top)
                needs = _NEEDS.get(type(top))
                if needs is not None:
                    stack.extend(need for need in needs(self, top) if need not in packs)
                continue
            stack.pop()
            packs[top] = self._computed(top)
        return packs[node]

    def _computed(self, node: s.Node) -> list[Value] | None:
        compute = _COMPUTE.get(type(node))
        if compute is None:
            return None
        try:
            pack = compute(self, node)
        except UnfoldableError:
            return None
        if isinstance(node, _SAME):
            return pack
        size = sum(len(value) for value in pack if isinstance(value, bytes))
        if size > self._limit or size > self._budget:
            return None
        self._budget -= size
        return pack

    def _one(self, node: s.Node) -> Value:
        pack = self._packs.get(node)
        if pack is None:
            raise UnfoldableError
        return pack[0] if pack else None

    def _all(self, nodes: list[s.Expression]) -> list[Value]:
        """The values of a list of expressions, whose last may give several."""
        values = [self._one(node) for node in nodes]
        if nodes and isinstance(nodes[-1], _MULTIPLE):
            values[-1:] = self._packs[nodes[-1]] or []
        return values

    def _key(self, node: s.Index) -> str | None:
        if isinstance(node.key, s.String):
            return node.key.value.decode("latin-1")
        pack = self._packs.get(node.key)
        return pack[0].decode("latin-1") if pack and isinstance(pack[0], bytes) else None

    # --- each kind of expression: what it needs, what it is

    def _name_needs(self, node: s.Name) -> list[s.Node]:
        symbol = self._scopes.find(node)
        value = symbol.value if symbol is not None and symbol.is_constant else None
        return [value] if value is not None else []

    def _name(self, node: s.Name) -> list[Value]:
        symbol = self._scopes.find(node)
        if symbol is None or not symbol.is_constant:
            raise UnfoldableError
        if symbol.value is None:
            return _missing(symbol)
        value = self._one(symbol.value)
        if isinstance(value, tuple):  # a table in a variable may be changed
            raise UnfoldableError
        return [value]

    def _call_needs(self, node: s.Call) -> list[s.Node]:
        keys = [node.function.key] if isinstance(node.function, s.Index) else []
        return [*node.arguments, *keys]

    def _call(self, node: s.Call) -> list[Value]:
        return self._apply(LIBRARY.get(self.function_name(node.function) or ""), node.arguments)

    def _method(self, node: s.MethodCall) -> list[Value]:
        if not isinstance(self._one(node.object), bytes) or "string" in self._tampered:
            raise UnfoldableError
        return self._apply(LIBRARY.get(f"string.{node.name.name}"), [node.object, *node.arguments])

    def _apply(self, function: Function | None, arguments: list[s.Expression]) -> list[Value]:
        if function is None:
            raise UnfoldableError
        return function(self._all(arguments), self._limit)

    def _table(self, node: s.Table) -> list[Value]:
        if any(item.key is not None for item in node.items):
            raise UnfoldableError
        values = self._all([item.value for item in node.items])
        if any(value is None or isinstance(value, tuple) for value in values):
            raise UnfoldableError
        return [tuple(values)]

    def _interpolated(self, node: s.InterpolatedString) -> list[Value]:
        pieces = [node.strings[0]]
        for expression, text in zip(node.expressions, node.strings[1:], strict=False):
            pieces += (printed(self._one(expression)), text)
        return [self._joined(pieces)]

    def _joined(self, pieces: list[bytes]) -> bytes:
        if sum(map(len, pieces)) > self._limit:
            raise UnfoldableError
        return b"".join(pieces)

    def _unary(self, node: s.Unary) -> list[Value]:
        value = self._one(node.operand)
        if node.operator == "not":
            return [value is None or value is False]
        if node.operator == "-":
            return [-number_of(value)]
        if node.operator == "#" and isinstance(value, bytes | tuple):
            return [float(len(value))]
        raise UnfoldableError

    def _binary_needs(self, node: s.Binary) -> list[s.Node]:
        return list(_spine(node)) if node.operator == ".." else [node.left, node.right]

    def _binary(self, node: s.Binary) -> list[Value]:
        operator = node.operator
        if operator == "..":
            return [self._joined([text_of(self._one(leaf)) for leaf in _spine(node)])]
        left = self._one(node.left)
        if operator in {"and", "or"}:
            falsy = left is None or left is False
            return [self._one(node.right)] if falsy == (operator == "or") else [left]
        right = self._one(node.right)
        if isinstance(left, tuple) or isinstance(right, tuple):
            raise UnfoldableError
        if operator in ARITHMETIC:
            return [ARITHMETIC[operator](number_of(left), number_of(right))]
        if operator in {"==", "~="}:
            return [(type(left) is type(right) and left == right) == (operator == "==")]
        return [_ordered(operator, left, right)]

    def _choice(self, node: s.IfExpression) -> list[Value]:
        for condition, value in node.branches:
            known = self._one(condition)
            if known is not None and known is not False:
                return [self._one(value)]
        return [self._one(node.otherwise)]


def _ordered(operator: str, left: Value, right: Value) -> bool:
    if (isinstance(left, float) and isinstance(right, float)) or (isinstance(left, bytes) and isinstance(right, bytes)):
        if operator == "<":
            return left < right  # type: ignore[operator]  # both are numbers, or both strings
        if operator == "<=":
            return left <= right  # type: ignore[operator]
        if operator == ">":
            return left > right  # type: ignore[operator]
        return left >= right  # type: ignore[operator]
    raise UnfoldableError


def _spine(node: s.Binary) -> list[s.Expression]:
    """The operands of ``a .. b .. c``, which groups to the right."""
    leaves: list[s.Expression] = []
    rest: s.Expression = node
    while isinstance(rest, s.Binary) and rest.operator == "..":
        leaves.append(rest.left)
        rest = rest.right
    leaves.append(rest)
    return leaves


def _missing(symbol: Symbol) -> list[Value]:
    """A local without a value of its own: nil, unless a call before it may give one."""
    values = symbol.statement.values if isinstance(symbol.statement, s.Local) else None
    if values is None or (values and isinstance(values[-1], _MULTIPLE)):
        raise UnfoldableError
    return [None]


def number_value(text: str) -> float | None:
    """The double that a literal means; None for the 64-bit integers (``5i``) and for what is no number."""
    plain = text.replace("_", "").lower()
    try:
        if plain.startswith(("0x", "0b")):
            return float(min(int(plain, 0), _LARGEST_INTEGER))
        return float(plain)
    except ValueError:
        return None


def _number(_folder: Folder, node: s.Number) -> list[Value]:
    value = number_value(node.text)
    if value is None:
        raise UnfoldableError
    return [value]


def _tampered(scopes: Scopes) -> frozenset[str]:
    """The globals that the file writes to, or whose members it writes; all libraries where it changes environments."""
    if _ENVIRONMENT & scopes.globals.keys():
        return frozenset(scopes.globals.keys() | {"string"})
    targets: list[s.Expression] = []
    for assign in scopes.nodes[s.Assign]:
        targets += assign.targets  # type: ignore[attr-defined]  # the list holds that class only
    targets += [node.target for node in scopes.nodes[s.FunctionStatement]]  # type: ignore[attr-defined]
    roots = (target.object for target in targets if isinstance(target, s.Field | s.Index))
    members = {root.name for root in roots if isinstance(root, s.Name)}
    return frozenset(members | {name for name, symbol in scopes.globals.items() if symbol.is_written})


_NEEDS: Final[dict[type[s.Node], Callable[[Folder, Any], list[s.Node]]]] = {
    s.Name: Folder._name_needs,  # noqa: SLF001  # the class's own table
    s.Call: Folder._call_needs,  # noqa: SLF001
    s.MethodCall: lambda _, node: [node.object, *node.arguments],
    s.Table: lambda _, node: [item.value for item in node.items],
    s.InterpolatedString: lambda _, node: node.expressions,
    s.Unary: lambda _, node: [node.operand],
    s.Binary: Folder._binary_needs,  # noqa: SLF001
    s.IfExpression: lambda _, node: [part for branch in node.branches for part in branch] + [node.otherwise],
    s.Group: lambda _, node: [node.expression],
    s.Cast: lambda _, node: [node.expression],
}
_COMPUTE: Final[dict[type[s.Node], Callable[[Folder, Any], list[Value]]]] = {
    s.Nil: lambda _, __: [None],
    s.Boolean: lambda _, node: [node.value],
    s.Number: _number,
    s.String: lambda _, node: [node.value],
    s.Name: Folder._name,  # noqa: SLF001
    s.Call: Folder._call,  # noqa: SLF001
    s.MethodCall: Folder._method,  # noqa: SLF001
    s.Table: Folder._table,  # noqa: SLF001
    s.InterpolatedString: Folder._interpolated,  # noqa: SLF001
    s.Unary: Folder._unary,  # noqa: SLF001
    s.Binary: Folder._binary,  # noqa: SLF001
    s.IfExpression: Folder._choice,  # noqa: SLF001
    s.Group: lambda folder, node: [folder._one(node.expression)],  # noqa: SLF001
    s.Cast: lambda folder, node: [folder._one(node.expression)],  # noqa: SLF001
}
