"""The resolver: one walk over a tree that finds what each name means, where it is defined, read, called and written."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from toolboxai.luau import collector
from toolboxai.luau import syntax as s
from toolboxai.luau.symbols import FunctionScope, Scope, Scopes, Symbol, SymbolKind, Use, UseKind

__all__ = ["FunctionScope", "Scope", "Scopes", "Symbol", "SymbolKind", "Use", "UseKind", "resolve"]

_Work = s.Node | tuple[Any, ...]
_NODES: Final = [cls for cls in vars(s).values() if isinstance(cls, type) and issubclass(cls, s.Node)]


@collector.paused()
def resolve(chunk: s.Chunk) -> Scopes:
    """The scopes and symbols of a parsed file, in one walk whose time grows with the file.

    A file with problems is resolved as far as it was read; depth is no limit. Raises nothing.

        scopes = resolve(parse("local x = 1; print(x)"))
        scopes.symbols[0].uses[0].kind          # UseKind.READ
        scopes.globals["print"].uses[0].kind    # UseKind.CALL
    """
    return _Resolver(chunk).run()


class _Resolver:
    """Keeps its own stack: of nodes to visit, and of ``(method, arguments...)`` to call when they are done."""

    def __init__(self, chunk: s.Chunk) -> None:
        self._found = Scopes(chunk)
        self._scope = self._found.root
        self._function = self._found.functions[0]
        self._names: dict[str, list[Symbol]] = {}
        self._types: dict[str, list[Symbol]] = {}
        self._stack: list[_Work] = []
        self._table: dict[type, tuple[Callable[[Any], object], Callable[[Any], None] | None]] = {}
        for cls in _NODES:
            bucket = self._found.nodes.setdefault(cls, [])
            visit = getattr(self, f"_{cls.__name__}", None)
            if visit is None and set(cls.__struct_fields__) - _PLAIN_SLOTS:
                visit = self._children
            self._table[cls] = (bucket.append, visit)

    def run(self) -> Scopes:
        stack, table = self._stack, self._table
        self._statements(self._found.chunk.block)
        while stack:
            work = stack.pop()
            if type(work) is tuple:
                work[0](*work[1:])
            else:
                keep, visit = table[type(work)]
                keep(work)
                if visit is not None:
                    visit(work)
        return self._found

    def _children(self, node: s.Node) -> None:
        self._push(list(s.children(node)))

    def _push(self, works: list[Any]) -> None:
        """Visit ``works`` next, in this order."""
        works.reverse()
        self._stack += works

    # --- scopes

    def _open(self, start: int, end: int) -> None:
        scope = Scope(start, end, self._scope, self._function, self._found.chunk.source)
        self._scope.inner.append(scope)
        self._scope = scope

    def _close(self) -> None:
        for symbol in reversed(self._scope.symbols):
            names = self._types if symbol.kind in _TYPE_KINDS else self._names
            names[symbol.name].pop()
        assert self._scope.parent is not None
        self._scope = self._scope.parent

    def _close_function(self) -> None:
        self._close()
        assert self._function.parent is not None
        self._function = self._function.parent

    def _declare(  # noqa: PLR0913  # a symbol's own fields
        self, kind: SymbolKind, name: str, node: s.Node, statement: s.Node, index: int, visible_from: int
    ) -> None:
        stacks = self._types if kind in _TYPE_KINDS else self._names
        before = stacks.setdefault(name, [])
        symbol = Symbol(name, kind, node, statement, index, self._scope, visible_from, before[-1] if before else None)
        self._found.symbol_of[node] = symbol
        if name == s.MISSING_NAME:
            return
        before.append(symbol)
        self._scope.symbols.append(symbol)
        self._function.symbols.append(symbol)
        self._found.symbols.append(symbol)
        if isinstance(node, s.Parameter):
            self._found.symbol_of[node.name] = symbol

    def _declare_all(self, kind: SymbolKind, bindings: list[s.Binding], statement: s.Node, visible_from: int) -> None:
        for index, binding in enumerate(bindings):
            self._declare(kind, binding.name, binding, statement, index, visible_from)

    def _generics(self, generics: list[s.GenericParameter], statement: s.Node) -> None:
        for index, generic in enumerate(generics):
            self._declare(SymbolKind.GENERIC, generic.name, generic, statement, index, generic.end)

    # --- uses

    def _use(self, node: s.Name, kind: UseKind) -> None:
        stack = self._names.get(node.name)
        symbol = stack[-1] if stack else self._global(node.name)
        self._record(node, kind, symbol)
        if kind is UseKind.WRITE or kind is UseKind.UPDATE:
            symbol.is_written = True

    def _record(self, node: s.Name | s.TypeName | s.TypeGenericPack, kind: UseKind, symbol: Symbol) -> None:
        function = self._function
        use = Use(node, kind, symbol, function)
        symbol.uses.append(use)
        self._found.symbol_of[node] = symbol
        owner = symbol.scope.function
        if owner is function or symbol.node is None or kind is UseKind.TYPE:
            return
        symbol.is_captured = True
        inside: FunctionScope | None = function
        while inside is not None and inside is not owner and symbol not in inside.upvalues:
            inside.upvalues[symbol] = use
            inside = inside.parent

    def _global(self, name: str) -> Symbol:
        symbol = self._found.globals.get(name)
        if symbol is None:
            symbol = Symbol(name, SymbolKind.GLOBAL, None, None, 0, self._found.root, 0)
            if name != s.MISSING_NAME:
                self._found.globals[name] = symbol
        return symbol

    def _Name(self, node: s.Name) -> None:  # noqa: N802  # named as the node it visits
        self._use(node, UseKind.READ)

    def _TypeName(self, node: s.TypeName) -> None:  # noqa: N802
        stack = self._names.get(node.prefix) if node.prefix else self._types.get(node.name)
        if stack:
            self._record(node, UseKind.TYPE, stack[-1])
        if node.arguments:
            self._push(list(node.arguments))

    def _TypeGenericPack(self, node: s.TypeGenericPack) -> None:  # noqa: N802
        stack = self._types.get(node.name)
        if stack:
            self._record(node, UseKind.TYPE, stack[-1])

    # --- expressions

    def _Field(self, node: s.Field) -> None:  # noqa: N802
        self._stack.append(node.object)

    def _Call(self, node: s.Call) -> None:  # noqa: N802
        self._stack += reversed(node.arguments)
        if type(node.function) is s.Name:
            self._found.nodes[s.Name].append(node.function)
            self._use(node.function, UseKind.CALL)
        else:
            self._stack.append(node.function)

    def _MethodCall(self, node: s.MethodCall) -> None:  # noqa: N802
        self._stack += reversed(node.arguments)
        if node.type_arguments:
            self._stack += reversed(node.type_arguments)
        self._stack.append(node.object)

    def _Binary(self, node: s.Binary) -> None:  # noqa: N802
        self._stack.append(node.right)
        self._stack.append(node.left)

    def _TableItem(self, node: s.TableItem) -> None:  # noqa: N802
        self._stack.append(node.value)
        if node.key is not None:
            self._stack.append(node.key)

    def _Function(self, node: s.Function) -> None:  # noqa: N802
        self._function_body(node, has_self=False)

    def _function_body(self, node: s.Function, *, has_self: bool) -> None:
        self._function = FunctionScope(node, self._function)
        self._found.functions.append(self._function)
        self._found.function_of[node] = self._function
        self._open(node.start, node.end)
        self._generics(node.generics, node)
        types = [parameter.annotation for parameter in node.parameters] + [node.vararg_annotation, node.returns]
        self._push(
            [
                *(attribute for attribute in node.attributes),
                *(kind for kind in types if kind is not None),
                (self._parameters, node, has_self),
                (self._statements, node.body),
                (self._close_function,),
            ]
        )

    def _parameters(self, node: s.Function, has_self: bool) -> None:
        if has_self:
            self._declare(SymbolKind.SELF, "self", node, node, 0, node.body.start)
        for index, parameter in enumerate(node.parameters):
            self._declare(SymbolKind.PARAMETER, parameter.name.name, parameter, node, index, node.body.start)

    # --- statements

    def _Block(self, node: s.Block) -> None:  # noqa: N802
        self._open(node.start, node.end)
        self._stack.append((self._close,))
        self._statements(node)

    def _statements(self, node: s.Block) -> None:
        """The statements of a block whose scope is open; its types may be used above their definitions."""
        self._found.nodes[s.Block].append(node)
        self._block(node)

    def _block(self, node: s.Block) -> None:
        for statement in node.statements:
            if type(statement) is s.TypeAlias or type(statement) is s.TypeFunction:
                self._declare(SymbolKind.TYPE, statement.name, statement, statement, 0, node.start)
        self._stack += reversed(node.statements)

    def _Local(self, node: s.Local) -> None:  # noqa: N802
        types = [binding.annotation for binding in node.bindings if binding.annotation is not None]
        self._stack.append((self._declare_all, SymbolKind.LOCAL, node.bindings, node, node.end))
        self._stack += reversed(node.values)
        self._stack += reversed(types)

    def _LocalFunction(self, node: s.LocalFunction) -> None:  # noqa: N802
        self._declare_all(SymbolKind.FUNCTION, [node.name], node, node.name.start)
        self._stack.append(node.function)

    def _FunctionStatement(self, node: s.FunctionStatement) -> None:  # noqa: N802
        self._target(node.target)
        self._found.nodes[s.Function].append(node.function)
        self._stack.append((lambda: self._function_body(node.function, has_self=node.is_method),))
        if type(node.target) is not s.Name:
            self._stack.append(node.target)

    def _Assign(self, node: s.Assign) -> None:  # noqa: N802
        self._stack += reversed(node.values)
        for target in node.targets:
            self._target(target)
        self._stack += [target for target in reversed(node.targets) if type(target) is not s.Name]

    def _target(self, target: s.Expression) -> None:
        if type(target) is s.Name:
            self._found.nodes[s.Name].append(target)
            self._use(target, UseKind.WRITE)

    def _CompoundAssign(self, node: s.CompoundAssign) -> None:  # noqa: N802
        self._stack.append(node.value)
        if type(node.target) is s.Name:
            self._found.nodes[s.Name].append(node.target)
            self._use(node.target, UseKind.UPDATE)
        else:
            self._stack.append(node.target)

    def _Repeat(self, node: s.Repeat) -> None:  # noqa: N802
        self._open(node.start, node.end)
        self._push([(self._statements, node.body), node.condition, (self._close,)])

    def _NumericFor(self, node: s.NumericFor) -> None:  # noqa: N802
        step = [node.step] if node.step is not None else []
        self._loop(node, [node.variable], [node.first, node.last, *step])

    def _GenericFor(self, node: s.GenericFor) -> None:  # noqa: N802
        self._loop(node, node.variables, list(node.iterators))

    def _loop(
        self, node: s.NumericFor | s.GenericFor, variables: list[s.Binding], values: Iterable[s.Expression]
    ) -> None:
        types = [variable.annotation for variable in variables if variable.annotation is not None]
        self._push(
            [
                *types,
                *values,
                (self._open, node.body.start, node.end),
                (self._declare_all, SymbolKind.LOOP, variables, node, node.body.start),
                (self._statements, node.body),
                (self._close,),
            ]
        )

    # --- types

    def _TypeAlias(self, node: s.TypeAlias) -> None:  # noqa: N802
        self._open(node.start, node.end)
        self._generics(node.generics, node)
        defaults = [generic.default for generic in node.generics if generic.default is not None]
        self._push([*defaults, node.type, (self._close,)])

    def _TypeFunction(self, node: s.TypeFunction) -> None:  # noqa: N802
        """Its body runs in the type checker, in a world of its own."""

    def _TypeCallable(self, node: s.TypeCallable) -> None:  # noqa: N802
        self._open(node.start, node.end)
        self._generics(node.generics, node)
        self._push([*(kind for _, kind in node.parameters), node.returns, (self._close,)])


_TYPE_KINDS: Final = frozenset({SymbolKind.TYPE, SymbolKind.GENERIC})
_PLAIN_SLOTS: Final = frozenset({"start", "end", "value", "text"})
