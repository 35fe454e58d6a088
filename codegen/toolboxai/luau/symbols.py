"""Symbols and scopes as values: what the names of a file mean, and the questions an editor or a rule asks of them."""

import enum
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

from toolboxai.luau import syntax as s

_TYPE_KEYWORDS: Final = re.compile(rb"(?:export\b)?\s*type\s*")


class SymbolKind(enum.StrEnum):
    """What a symbol is; ``global`` has no definition, ``type`` and ``generic`` are names of types."""

    LOCAL = "local"
    FUNCTION = "local function"
    PARAMETER = "parameter"
    SELF = "self"
    LOOP = "loop variable"
    GLOBAL = "global"
    TYPE = "type"
    GENERIC = "generic"


class UseKind(enum.StrEnum):
    """How a name is used: ``update`` is ``x += 1`` (read and written), ``type`` is a use inside a type."""

    READ = "read"
    CALL = "call"
    WRITE = "write"
    UPDATE = "update"
    TYPE = "type"


@dataclass(slots=True, eq=False)
class Use:
    """One use of a symbol: ``node`` is the Name (or TypeName) as it stands, ``function`` the function it is in."""

    node: s.Name | s.TypeName | s.TypeGenericPack
    kind: UseKind
    symbol: "Symbol"
    function: "FunctionScope"

    @property
    def start(self) -> int:
        return self.node.start

    @property
    def writes(self) -> bool:
        return self.kind is UseKind.WRITE or self.kind is UseKind.UPDATE


@dataclass(slots=True, eq=False)
class Symbol:
    """One variable or type of a file.

    ``node`` is where it is defined: a Binding, a Parameter, the Function that has a ``self``, a TypeAlias, a
    TypeFunction, a GenericParameter; None for a global. ``statement`` is the Local, LocalFunction, loop or Function
    around, ``index`` the place among its names. ``shadows`` is the variable of the same name that it hides.
    ``uses`` come in the order of the walk, which is the order of the text but for compound statements.
    """

    name: str
    kind: SymbolKind
    node: s.Node | None
    statement: s.Node | None
    index: int
    scope: "Scope"
    visible_from: int
    shadows: "Symbol | None" = None
    uses: list[Use] = field(default_factory=list)
    is_written: bool = False
    is_captured: bool = False

    @property
    def function(self) -> "FunctionScope":
        """The function that owns it."""
        return self.scope.function

    @property
    def start(self) -> int:
        """The offset of the name where it is defined; -1 for a global."""
        if self.node is None:
            return -1
        if isinstance(self.node, (s.TypeAlias, s.TypeFunction)):
            keywords = _TYPE_KEYWORDS.match(self.scope.source, self.node.start)
            first = keywords.end() if keywords else self.node.start
            return max(self.scope.source.find(self.name.encode(), first), self.node.start)
        return self.node.start

    @property
    def is_constant(self) -> bool:
        """Whether it is a local that keeps its first value."""
        return not self.is_written and self.kind in {SymbolKind.LOCAL, SymbolKind.FUNCTION}

    @property
    def is_exported(self) -> bool:
        return isinstance(self.statement, (s.Local, s.LocalFunction, s.TypeAlias, s.TypeFunction)) and (
            self.statement.exported
        )

    @property
    def value(self) -> s.Expression | None:
        """The expression it starts with; None where there is none, or where it is a later result of a call."""
        if isinstance(self.statement, s.LocalFunction):
            return self.statement.function
        if isinstance(self.statement, s.Local) and self.index < len(self.statement.values):
            return self.statement.values[self.index]
        return None


@dataclass(slots=True, eq=False)
class FunctionScope:
    """A function, or the chunk where ``node`` is None: who is inside whom, and the outer variables it uses."""

    node: s.Function | None
    parent: "FunctionScope | None"
    upvalues: dict[Symbol, Use] = field(default_factory=dict)
    symbols: list[Symbol] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Scope:
    """A stretch of text, ``start`` to ``end``, that names are declared in; ``inner`` are the scopes in it, in order."""

    start: int
    end: int
    parent: "Scope | None"
    function: FunctionScope
    source: bytes = field(repr=False)
    symbols: list[Symbol] = field(default_factory=list)
    inner: list["Scope"] = field(default_factory=list)


class Scopes:
    """Everything that `scopes.resolve` found out about a file.

    ``symbols``: every definition, in order; ``globals``: name to the symbol of each global that is used;
    ``functions``: the chunk, then every function, in order; ``root``: the outermost scope; ``nodes``: every node of
    the tree by its class, parents first, so that a rule need not walk again (types' own functions are left out).
    """

    def __init__(self, chunk: s.Chunk) -> None:
        self.chunk = chunk
        main = FunctionScope(None, None)
        self.root = Scope(0, len(chunk.source), None, main, chunk.source)
        self.functions: list[FunctionScope] = [main]
        self.symbols: list[Symbol] = []
        self.globals: dict[str, Symbol] = {}
        self.nodes: dict[type[s.Node], list[s.Node]] = {}
        self.symbol_of: dict[s.Node, Symbol] = {}
        self.function_of: dict[s.Function, FunctionScope] = {}
        self._places: list[tuple[int, int, Symbol]] | None = None

    def find(self, node: s.Node) -> Symbol | None:
        """The symbol that a Name, TypeName, Binding, Parameter, GenericParameter or TypeAlias is or means."""
        return self.symbol_of.get(node)

    def symbol_at(self, offset: int) -> Symbol | None:
        """The symbol whose name stands at a byte offset: what an editor's "go to definition" and "rename" ask."""
        if self._places is None:
            self._places = sorted(
                (place for symbol in self._all() for place in _places(symbol)), key=lambda place: place[:2]
            )
        index = bisect_right(self._places, offset, key=lambda place: place[0]) - 1
        if index < 0:
            return None
        start, end, symbol = self._places[index]
        return symbol if start <= offset < end or offset == start else None

    def places(self, symbol: Symbol) -> list[tuple[int, int]]:
        """Every span of the text where ``symbol`` is named, its definition included: what a rename replaces."""
        return sorted((start, end) for start, end, _ in _places(symbol))

    def visible_at(self, offset: int) -> dict[str, Symbol]:
        """The variables that code at ``offset`` may use, nearest definition first taken; globals and types left out."""
        scope: Scope | None = self.root
        chain: list[Scope] = []
        while scope is not None:
            chain.append(scope)
            index = bisect_right(scope.inner, offset, key=lambda inner: inner.start) - 1
            inside = scope.inner[index] if index >= 0 else None
            scope = inside if inside is not None and offset < inside.end else None
        found: dict[str, Symbol] = {}
        for level in chain:
            found.update(
                (symbol.name, symbol)
                for symbol in level.symbols
                if symbol.visible_from <= offset and symbol.kind not in {SymbolKind.TYPE, SymbolKind.GENERIC}
            )
        return found

    def _all(self) -> list[Symbol]:
        return [*self.symbols, *self.globals.values()]


def _places(symbol: Symbol) -> list[tuple[int, int, Symbol]]:
    size = len(symbol.name)
    found = [(use.start, use.start + size, symbol) for use in symbol.uses]
    if symbol.node is not None and symbol.kind is not SymbolKind.SELF:
        found.append((symbol.start, symbol.start + size, symbol))
    return found
