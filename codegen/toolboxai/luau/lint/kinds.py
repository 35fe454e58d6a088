"""What kind of value an expression gives, where that is plain, and which expressions can be evaluated twice alike."""

from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lint.registry import File
from toolboxai.luau.symbols import Symbol, SymbolKind

_HOPS: Final = 16
_LITERALS: Final[dict[type[s.Node], str]] = {
    s.Nil: "nil", s.Boolean: "boolean", s.Number: "number", s.String: "string", s.InterpolatedString: "string",
    s.Table: "table", s.Function: "function",
}  # fmt: skip
_RESULTS: Final = {
    "type": "string", "typeof": "string", "tostring": "string", "string.format": "string", "string.rep": "string",
    "string.sub": "string", "string.lower": "string", "string.upper": "string", "table.concat": "string",
    "math.floor": "number", "math.random": "number", "os.clock": "number", "os.time": "number",
}  # fmt: skip
_COMPARISONS: Final = frozenset({"==", "~=", "<", "<=", ">", ">="})
_PURE: Final = (s.Name, s.Field, s.Index, s.Group, s.Unary, s.Binary, s.Nil, s.Boolean, s.Number, s.String)


def kind_of(file: File, node: s.Expression) -> str | None:
    """``number``, ``string``, ``boolean``, ``nil``, ``table`` or ``function``; None where it is not plain."""
    for _ in range(_HOPS):
        while isinstance(node, s.Group):
            node = node.expression
        if not isinstance(node, s.Name):
            return _LITERALS.get(type(node)) or _computed(file, node)
        symbol = file.scopes.find(node)
        if symbol is None or not symbol.is_constant or symbol.value is None:
            return None
        node = symbol.value
    return None


def _computed(file: File, node: s.Expression) -> str | None:
    if isinstance(node, s.Unary):
        if node.operator == "-":
            return "number" if isinstance(node.operand, s.Number) else None
        return "boolean" if node.operator == "not" else "number"
    if isinstance(node, s.Binary):
        return "boolean" if node.operator in _COMPARISONS else None
    if isinstance(node, s.Call):
        name = file.folder.function_name(node.function)
        return _RESULTS.get(name) if name and file.calls(name) else None
    return None


def a_kind(kind: str | None) -> str:
    """The kind with its article."""
    return "nil" if kind == "nil" else f"a {kind}"


def is_pure(node: s.Node) -> bool:
    """Whether evaluating it twice gives the same, as far as one sees: names, fields, operators, no calls."""
    return all(isinstance(inside, _PURE) for inside in s.walk(node))


def same(file: File, left: s.Node, right: s.Node) -> bool:
    """Whether two expressions are written alike and are pure."""
    source = file.chunk.source
    return (
        left.end - left.start == right.end - right.start
        and source[left.start : left.end] == source[right.start : right.end]
        and is_pure(left)
    )


def record_of(file: File, node: s.Expression) -> s.Table | None:
    """The constructor behind ``node`` where all its keys are names, and nothing in the file can add a list to it."""
    while isinstance(node, s.Group):
        node = node.expression
    if isinstance(node, s.Name):
        symbol = file.scopes.find(node)
        if symbol is None or not symbol.is_constant or not isinstance(symbol.value, s.Table):
            return None
        return symbol.value if _is_record(symbol.value) and _stays_here(file, symbol) else None
    return node if isinstance(node, s.Table) and _is_record(node) else None


def _is_record(node: s.Table) -> bool:
    return bool(node.items) and all(isinstance(item.key, s.String) for item in node.items)


def _stays_here(file: File, symbol: Symbol) -> bool:
    """Whether a table is used for its named fields, its length and loops only."""
    plain = file.shared.get("plain uses")
    if not isinstance(plain, set):
        plain = {node.object for node in file.each(s.Field)}
        plain |= {node.operand for node in file.each(s.Unary) if node.operator == "#"}
        loops = (loop.iterators[0] for loop in file.each(s.GenericFor) if len(loop.iterators) == 1)
        plain |= {node.arguments[0] for node in loops if isinstance(node, s.Call) and len(node.arguments) == 1}
        file.shared["plain uses"] = plain
    known = file.shared.setdefault("records", {})
    assert isinstance(known, dict)
    if symbol not in known:
        known[symbol] = symbol.kind is SymbolKind.LOCAL and all(use.node in plain for use in symbol.uses)
    return bool(known[symbol])
