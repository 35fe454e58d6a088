"""What a program makes use of: constructs of the language, functions of the library, members of engine classes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from toolboxai.luau import collector
from toolboxai.luau import syntax as s
from toolboxai.luau.diagnostics import position
from toolboxai.luau.folding import Folder
from toolboxai.luau.inference import Classes
from toolboxai.luau.recursion import recursive_functions
from toolboxai.luau.scopes import resolve
from toolboxai.luau.symbols import Scopes, SymbolKind
from toolboxai.luau.world import LUAU, World

_OPERATORS: Final = {
    **dict.fromkeys(("+", "-", "*", "/", "//", "%", "^"), "arithmetic"),
    **dict.fromkeys(("==", "~=", "<", "<=", ">", ">="), "comparison"),
    **dict.fromkeys(("and", "or", "not"), "logical-operator"),
    "..": "concatenation", "#": "length",
}  # fmt: skip
_PLAIN: Final[dict[type[s.Node], str]] = {
    s.Assign: "assignment", s.Break: "break", s.Cast: "cast", s.CompoundAssign: "compound-assignment",
    s.Continue: "continue", s.Do: "do-block", s.GenericFor: "generic-for", s.If: "if", s.IfExpression: "if-expression",
    s.Index: "index", s.InterpolatedString: "interpolated-string", s.Local: "local-variable",
    s.LocalFunction: "local-function", s.MethodCall: "method-call", s.NumericFor: "numeric-for", s.Repeat: "repeat",
    s.Return: "return", s.Table: "table", s.TypeAlias: "type-alias", s.TypeFunction: "type-function",
    s.Vararg: "vararg", s.While: "while",
}  # fmt: skip
_LIBRARY: Final = {
    "coroutine": "coroutine", "error": "error-handling", "assert": "error-handling", "pcall": "error-handling",
    "xpcall": "error-handling", "setmetatable": "metatable", "getmetatable": "metatable", "require": "require",
    "task": "task",
}  # fmt: skip
_LISTENS: Final = frozenset({"Connect", "ConnectParallel", "Once", "Wait"})
_LOOPS: Final = (s.While, s.Repeat, s.NumericFor, s.GenericFor)


@dataclass(slots=True)
class Seen:
    """How often, and the 1-based line where first."""

    count: int
    line: int


@dataclass(frozen=True, slots=True)
class Concepts:
    """``constructs`` by the names that docs/lint.md lists (``numeric-for``, ``closure``); ``members`` by their paths.

    A member is a library's function (``table.insert``), a constructor or constant of a type (``Vector3.new``), an item
    of an enum (``Enum.Material.Neon``), an engine class that is asked for by name (``Part``, ``Players``), or a
    class's member under the class that declares it (``BasePart.Touched``, ``Players:GetPlayers``). Where an object's
    class is not known, the name tells if one class alone declares it; else it stands alone: ``.Position``.
    """

    constructs: dict[str, Seen]
    members: dict[str, Seen]

    def uses(self, name: str) -> bool:
        """Whether a construct, or the member of this path, is used; or may be, where the object's class is unknown."""
        if name in self.constructs or name in self.members:
            return True
        separator = ":" if ":" in name else "."
        _, found, member = name.rpartition(separator)
        return bool(found) and f"{separator}{member}" in self.members


@collector.paused()
def find_concepts(chunk: s.Chunk, *, world: World = LUAU, scopes: Scopes | None = None) -> Concepts:
    """The concepts of a parsed file; the members of the engine are those that ``world`` knows."""
    scopes = resolve(chunk) if scopes is None else scopes
    folder = Folder(scopes)
    classes = Classes(scopes, folder, world)
    return Concepts(
        _counted(chunk, _constructs(chunk, scopes, folder)),
        _counted(chunk, _members(scopes, folder, classes, world)),
    )


def _counted(chunk: s.Chunk, names: Iterator[tuple[str, int]]) -> dict[str, Seen]:
    first: dict[str, int] = {}
    counts: dict[str, int] = {}
    for name, offset in names:
        counts[name] = counts.get(name, 0) + 1
        first[name] = min(first.get(name, offset), offset)
    return {name: Seen(counts[name], position(chunk, first[name])[0]) for name in sorted(counts)}


# --- constructs


def _constructs(chunk: s.Chunk, scopes: Scopes, folder: Folder) -> Iterator[tuple[str, int]]:
    for cls, name in _PLAIN.items():
        yield from ((name, node.start) for node in scopes.nodes[cls])
    yield from (("comment", start) for start, _ in chunk.comments)
    yield from _operators(scopes)
    yield from _choices_and_loops(scopes, folder)
    yield from _functions(scopes)
    yield from _values(scopes)
    yield from _tables(scopes)
    yield from _calls(scopes, folder)
    yield from _types(chunk, scopes)
    if chunk.block.statements and isinstance(chunk.block.statements[-1], s.Return):
        yield "module", chunk.block.statements[-1].start
    for symbol in scopes.globals.values():
        if symbol.is_written:
            yield "global-variable", symbol.uses[0].start


def _operators(scopes: Scopes) -> Iterator[tuple[str, int]]:
    for node in [*scopes.nodes[s.Binary], *scopes.nodes[s.Unary]]:
        assert isinstance(node, (s.Binary, s.Unary))
        yield _OPERATORS[node.operator], node.start


def _choices_and_loops(scopes: Scopes, folder: Folder) -> Iterator[tuple[str, int]]:
    for choice in scopes.nodes[s.If]:
        assert isinstance(choice, s.If)
        yield from (("elseif", condition.start) for condition, _ in choice.branches[1:])
        if choice.otherwise is not None:
            yield "else", choice.otherwise.start
    for loop in scopes.nodes[s.While]:
        assert isinstance(loop, s.While)
        known = folder.fold(loop.condition)
        if known is not None and known.truthy:
            yield "endless-loop", loop.start
    ends: list[int] = []
    loops = [node for cls in _LOOPS for node in scopes.nodes[cls]]
    for node in sorted(loops, key=lambda node: node.start):
        while ends and ends[-1] <= node.start:
            ends.pop()
        if ends:
            yield "nested-loop", node.start
        ends.append(node.end)


def _functions(scopes: Scopes) -> Iterator[tuple[str, int]]:
    for scope in scopes.functions[1:]:
        function = scope.node
        assert function is not None
        yield "function", function.start
        yield from (("parameter", parameter.start) for parameter in function.parameters)
        if any(symbol.function.node is not None for symbol in scope.upvalues):
            yield "closure", function.start  # it keeps variables of a call of the function around it
    yield from (("recursion", function.start) for function in recursive_functions(scopes))
    for statement in scopes.nodes[s.FunctionStatement]:
        assert isinstance(statement, s.FunctionStatement)
        if statement.is_method:
            yield "method", statement.start


def _values(scopes: Scopes) -> Iterator[tuple[str, int]]:
    for call in [*scopes.nodes[s.Call], *scopes.nodes[s.MethodCall]]:
        assert isinstance(call, (s.Call, s.MethodCall))
        if any(isinstance(argument, s.Function) for argument in call.arguments):
            yield "callback", call.start
    for returned in scopes.nodes[s.Return]:
        assert isinstance(returned, s.Return)
        if len(returned.values) > 1:
            yield "multiple-return", returned.start
    for assigned in [*scopes.nodes[s.Local], *scopes.nodes[s.Assign]]:
        assert isinstance(assigned, (s.Local, s.Assign))
        if len(assigned.bindings if isinstance(assigned, s.Local) else assigned.targets) > 1:
            yield "multiple-assignment", assigned.start


def _tables(scopes: Scopes) -> Iterator[tuple[str, int]]:
    for table in scopes.nodes[s.Table]:
        assert isinstance(table, s.Table)
        if any(item.key is None for item in table.items):
            yield "array", table.start
        if any(item.key is not None for item in table.items):
            yield "dictionary", table.start
        if any(isinstance(item.value, s.Table) for item in table.items):
            yield "nested-table", table.start


def _calls(scopes: Scopes, folder: Folder) -> Iterator[tuple[str, int]]:
    for call in scopes.nodes[s.Call]:
        assert isinstance(call, s.Call)
        name = folder.function_name(call.function)
        construct = _LIBRARY.get(name.partition(".")[0]) if name else None
        if construct is not None:
            yield construct, call.start
    for method in scopes.nodes[s.MethodCall]:
        assert isinstance(method, s.MethodCall)
        if method.name.name in _LISTENS and isinstance(method.object, s.Field):
            yield "event", method.start


def _types(chunk: s.Chunk, scopes: Scopes) -> Iterator[tuple[str, int]]:
    annotated = (symbol.node for symbol in scopes.symbols if getattr(symbol.node, "annotation", None) is not None)
    yield from (("type-annotation", node.start) for node in annotated if node is not None)
    for scope in scopes.functions[1:]:
        function = scope.node
        if function is not None and function.returns is not None:
            yield "type-annotation", function.returns.start
    for symbol in scopes.symbols:
        if symbol.kind is SymbolKind.GENERIC:
            yield "generic", symbol.start
        if symbol.is_exported:
            yield "export", symbol.start
        if isinstance(symbol.statement, s.Local | s.LocalFunction) and symbol.statement.is_const:
            yield "constant", symbol.start
    if chunk.source.startswith(b"--!strict"):
        yield "strict-mode", 0


# --- members


def _members(scopes: Scopes, folder: Folder, classes: Classes, world: World) -> Iterator[tuple[str, int]]:
    inner = {node.object for node in scopes.nodes[s.Field] if isinstance(node, s.Field)}
    for symbol in scopes.globals.values():
        if symbol.name in world.globals and not symbol.is_written:
            yield from ((symbol.name, use.start) for use in symbol.uses if use.node not in inner)
    for field in scopes.nodes[s.Field]:
        assert isinstance(field, s.Field)
        path = folder.function_name(field)
        if path is not None and _is_of_library(path, world):
            if field not in inner:
                yield path, field.start
        else:
            yield from _engine_member(field, classes, world)
        if classes.of(field) == field.name.name and classes.of(field.object) == world.classes.get("game"):
            yield field.name.name, field.start  # game.Players
    for method in scopes.nodes[s.MethodCall]:
        assert isinstance(method, s.MethodCall)
        yield from _engine_member(method, classes, world)
    for call in [*scopes.nodes[s.Call], *scopes.nodes[s.MethodCall]]:
        made = classes.of(call)
        arguments = call.arguments if isinstance(call, s.Call | s.MethodCall) else []
        if made is not None and arguments and folder.text(arguments[0]) == made.encode():
            yield made, call.start  # Instance.new("Part"), game:GetService("Players")


def _is_of_library(path: str, world: World) -> bool:
    root = path.partition(".")[0]
    return root in world.globals and root not in world.classes


def _engine_member(node: s.Field | s.MethodCall, classes: Classes, world: World) -> Iterator[tuple[str, int]]:
    if world.engine is None:
        return
    name = node.name.name
    member = classes.member(node)
    if member is not None:
        yield member.path, node.name.start
        return
    declared = world.engine.declared(name)
    wanted = [found for found in declared if (found.kind == "method") == isinstance(node, s.MethodCall)]
    if not wanted or classes.is_own_table(node.object):
        return
    current = [found for found in wanted if not found.deprecated] or wanted
    if len(current) == 1:
        yield current[0].path, node.name.start
    else:
        yield f"{':' if isinstance(node, s.MethodCall) else '.'}{name}", node.name.start
