"""Which engine class an expression gives, where names, annotations and the engine's facts tell: no type checker."""

import re
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.folding import Folder
from toolboxai.luau.symbols import Scopes, Symbol, SymbolKind
from toolboxai.luau.world import Member, World

_HOPS: Final = 32
_BY_NAME: Final = frozenset({
    "FindFirstAncestorOfClass", "FindFirstAncestorWhichIsA", "FindFirstChildOfClass", "FindFirstChildWhichIsA",
    "FindService", "GetService",
})  # fmt: skip
_LISTENS: Final = frozenset({"Connect", "ConnectParallel", "Once"})
_LIST: Final = re.compile(r"List<(\w+)>|\{(\w+)\}|(Instances)\b")


class Classes:
    """The engine classes of one file's expressions; None wherever it is not plain."""

    def __init__(self, scopes: Scopes, folder: Folder, world: World) -> None:
        self._scopes = scopes
        self._folder = folder
        self._world = world
        self._symbols: dict[Symbol, str | None] = {}
        self._nodes: dict[s.Node, str | None] = {}
        self._listeners = self._find_listeners() if world.engine else {}

    def of(self, node: s.Node, hops: int = _HOPS) -> str | None:
        """The class of ``node``'s value, as ``Player``."""
        if self._world.engine is None:
            return None
        trail: list[s.Node] = []
        while node not in self._nodes and isinstance(node, (s.Field, s.MethodCall, s.Group)):
            trail.append(node)
            node = node.expression if isinstance(node, s.Group) else node.object
        found = self._nodes[node] if node in self._nodes else self._root(node, hops)
        for step in reversed(trail):
            found = self._step(found, step) if found is not None else None
            if hops == _HOPS:  # with fewer left, None may only mean that they ran out
                self._nodes[step] = found
        return found

    def member(self, node: s.Field | s.MethodCall) -> Member | None:
        """The engine member that a field or a method call means, where its object's class is known."""
        owner = self.of(node.object)
        if owner is None or self._world.engine is None:
            return None
        return self._world.engine.member(owner, node.name.name)

    def is_own_table(self, node: s.Node) -> bool:
        """Whether the object is a table that the program made, or the ``self`` of one."""
        symbol = self._scopes.find(node) if isinstance(node, s.Name) else None
        return symbol is not None and (symbol.name == "self" or isinstance(symbol.value, s.Table))

    def _root(self, node: s.Node, hops: int) -> str | None:
        if isinstance(node, s.Name):
            symbol = self._scopes.find(node)
            return self._symbol(symbol, hops) if symbol is not None else None
        if isinstance(node, s.Cast):
            return self._annotated(node.annotation)
        if isinstance(node, s.Call):
            name = self._folder.function_name(node.function)
            if name == "Instance.new" and node.arguments:
                return self._named(node.arguments[0])
            return self._world.constructors.get(name) if name is not None else None
        return None

    def _step(self, owner: str, step: s.Node) -> str | None:
        if isinstance(step, s.MethodCall) and step.name.name in _BY_NAME and step.arguments:
            return self._named(step.arguments[0])
        if isinstance(step, s.Group):
            return owner
        assert isinstance(step, (s.Field, s.MethodCall))
        engine = self._world.engine
        assert engine is not None
        member = engine.member(owner, step.name.name)
        if member is None and isinstance(step, s.Field) and owner == self._world.classes.get("game"):
            return self._class(step.name.name)  # game.Players
        if member is None or (member.kind == "method") != isinstance(step, s.MethodCall):
            return None
        return self._class(member.type)

    def _symbol(self, symbol: Symbol, hops: int) -> str | None:
        if symbol in self._symbols:
            return self._symbols[symbol]
        if hops == 0:
            return None
        self._symbols[symbol] = found = self._found(symbol, hops - 1)
        return found

    def _found(self, symbol: Symbol, hops: int) -> str | None:
        if symbol.kind is SymbolKind.GLOBAL:
            return None if symbol.is_written else self._world.classes.get(symbol.name)
        annotation = getattr(symbol.node, "annotation", None)
        if annotation is not None:
            return self._annotated(annotation)
        if symbol.is_written:
            return None
        if symbol.kind is SymbolKind.PARAMETER:
            types = self._listeners.get(symbol.statement) if symbol.statement is not None else None
            return self._class(types[symbol.index]) if types and symbol.index < len(types) else None
        if symbol.kind is SymbolKind.LOOP:
            return self._looped(symbol, hops)
        return self.of(symbol.value, hops) if symbol.value is not None else None

    def _looped(self, symbol: Symbol, hops: int) -> str | None:
        """The second variable of a loop over what an engine method lists."""
        loop = symbol.statement
        if not isinstance(loop, s.GenericFor) or symbol.index != 1 or len(loop.iterators) != 1:
            return None
        source = loop.iterators[0]
        if isinstance(source, s.Call) and len(source.arguments) == 1 and isinstance(source.function, s.Name):
            source = source.arguments[0]  # pairs, ipairs
        if not isinstance(source, s.MethodCall) or self._world.engine is None:
            return None
        owner = self.of(source.object, hops)
        member = self._world.engine.member(owner, source.name.name) if owner else None
        listed = _LIST.match(member.type) if member else None
        return self._class("Instance" if listed[3] else listed[1] or listed[2]) if listed else None

    def _annotated(self, annotation: s.Type) -> str | None:
        if isinstance(annotation, s.TypeUnion):
            options = [option for option in annotation.options if not isinstance(option, s.TypeOptional)]
            annotation = options[0] if len(options) == 1 else annotation
        if not isinstance(annotation, s.TypeName) or annotation.prefix or self._scopes.find(annotation) is not None:
            return None
        return self._class(annotation.name)

    def _named(self, node: s.Expression) -> str | None:
        text = self._folder.text(node)
        return self._class(text.decode("latin-1")) if text is not None else None

    def _class(self, name: str) -> str | None:
        plain = name.removesuffix("?")
        return plain if self._world.engine is not None and self._world.engine.is_class(plain) else None

    def _find_listeners(self) -> dict[s.Node, tuple[str, ...]]:
        """Functions that are connected to an event, and the types that every event of its name hands them."""
        engine = self._world.engine
        assert engine is not None
        found: dict[s.Node, tuple[str, ...]] = {}
        for call in self._scopes.nodes[s.MethodCall]:
            assert isinstance(call, s.MethodCall)
            if call.name.name not in _LISTENS or len(call.arguments) != 1 or not isinstance(call.object, s.Field):
                continue
            listener = self._function(call.arguments[0])
            events = [member for member in engine.declared(call.object.name.name) if member.kind == "event"]
            if listener is not None and events:
                found[listener] = tuple(
                    types[0] if len(set(types)) == 1 else ""
                    for types in zip(*(e.parameters for e in events), strict=False)
                )
        return found

    def _function(self, node: s.Expression) -> s.Function | None:
        if isinstance(node, s.Name):
            symbol = self._scopes.find(node)
            value = symbol.value if symbol is not None and symbol.is_constant else None
            return value if isinstance(value, s.Function) else None
        return node if isinstance(node, s.Function) else None
