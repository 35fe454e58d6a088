"""Which functions of a file call themselves, at once or by way of others."""

from collections.abc import Iterator

from toolboxai.luau import syntax as s
from toolboxai.luau.symbols import FunctionScope, Scopes, Symbol, SymbolKind

_Key = tuple[Symbol, str]
"""A variable that is a function (with ""), or a table and the name of a function in it."""


def recursive_functions(scopes: Scopes) -> set[s.Function]:
    """Every function on a cycle of calls, as far as names tell: locals, globals, ``M.f()``, ``M:f()``, ``self:f()``."""
    functions, owners = _named(scopes)
    calls: dict[s.Function, set[s.Function]] = {function: set() for function in functions.values()}
    for caller, key in _calls(scopes, owners):
        callee = functions.get(key)
        around = caller
        while around is not None and around.node not in calls:
            around = around.parent  # what an unnamed function does, the one around it does
        if callee is not None and around is not None and around.node is not None:
            calls[around.node].add(callee)
    return _on_cycles(calls)


def _named(scopes: Scopes) -> tuple[dict[_Key, s.Function], dict[s.Node, Symbol]]:
    """Functions by what they are called; and the table that each method's ``self`` is."""
    functions: dict[_Key, s.Function] = {}
    owners: dict[s.Node, Symbol] = {}
    for symbol in scopes.symbols:
        if symbol.is_constant and isinstance(symbol.value, s.Function):
            functions[symbol, ""] = symbol.value
    for node in scopes.nodes[s.FunctionStatement]:
        assert isinstance(node, s.FunctionStatement)
        target = node.target
        root = target.object if isinstance(target, s.Field) else target
        found = scopes.find(root) if isinstance(root, s.Name) else None
        if found is None:
            continue
        functions[found, target.name.name if isinstance(target, s.Field) else ""] = node.function
        if node.is_method:
            owners[node.function] = found
    return functions, owners


def _calls(scopes: Scopes, owners: dict[s.Node, Symbol]) -> Iterator[tuple[FunctionScope | None, _Key]]:
    """Each call by name: the function it stands in, and what it calls."""
    uses = {use.node: use for symbol in scopes.symbols for use in symbol.uses}
    uses |= {use.node: use for symbol in scopes.globals.values() for use in symbol.uses}
    for call in [*scopes.nodes[s.Call], *scopes.nodes[s.MethodCall]]:
        called: s.Node = call.function if isinstance(call, s.Call) else call
        root, name = called, ""
        if isinstance(called, (s.Field, s.MethodCall)):
            root, name = called.object, called.name.name
        use = uses.get(root) if isinstance(root, s.Name) else None
        if use is not None:
            symbol = use.symbol
            if symbol.kind is SymbolKind.SELF and symbol.node is not None:
                symbol = owners.get(symbol.node, symbol)
            yield use.function, (symbol, name)


def _on_cycles(calls: dict[s.Function, set[s.Function]]) -> set[s.Function]:
    """Nodes in a strongly connected component of more than one, or with an edge to themselves (Tarjan, iterative)."""
    found = {function for function, callees in calls.items() if function in callees}
    order: dict[s.Function, int] = {}
    low: dict[s.Function, int] = {}
    component: list[s.Function] = []
    waiting: set[s.Function] = set()
    for root, first in calls.items():
        if root in order:
            continue
        work = [(root, iter(first))]
        order[root] = low[root] = len(order)
        component.append(root)
        waiting.add(root)
        while work:
            function, callees = work[-1]
            following = next(callees, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[function])
                if low[function] == order[function]:
                    members = [component.pop()]
                    while members[-1] is not function:
                        members.append(component.pop())
                    waiting.difference_update(members)
                    found.update(members if len(members) > 1 else ())
            elif following not in order:
                order[following] = low[following] = len(order)
                component.append(following)
                waiting.add(following)
                work.append((following, iter(calls[following])))
            elif following in waiting:
                low[function] = min(low[function], order[following])
    return found
