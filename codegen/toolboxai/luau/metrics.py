"""Metrics: how long, how branched and how hard to follow a file and each of its functions is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from toolboxai.luau import collector
from toolboxai.luau import syntax as s
from toolboxai.luau.diagnostics import position
from toolboxai.luau.halstead import Halstead, Lines, count
from toolboxai.luau.recursion import recursive_functions
from toolboxai.luau.scopes import resolve
from toolboxai.luau.symbols import Scopes

__all__ = ["FileMetrics", "FunctionMetrics", "Halstead", "Lines", "measure"]

_LOGICAL: Final = frozenset({"and", "or"})


@dataclass(frozen=True, slots=True)
class FunctionMetrics:
    """One function.

    ``name`` as it is written (``Players:find``), ``anonymous`` where it has none. ``lines`` are from ``line`` to
    ``end_line``. ``parameters`` are without ``self``; ``...`` is one. ``cyclomatic``: 1, and 1 for each ``if``,
    ``elseif``, loop, ``and`` and ``or``, those of functions inside left out. ``cognitive`` is SonarSource's cognitive
    complexity, functions inside counted in. ``nesting`` is how deep blocks and functions lie in each other.
    ``halstead`` is of its own tokens.
    """

    name: str
    line: int
    column: int
    end_line: int
    parameters: int
    cyclomatic: int
    cognitive: int
    nesting: int
    halstead: Halstead

    @property
    def lines(self) -> int:
        return self.end_line - self.line + 1


@dataclass(frozen=True, slots=True)
class FileMetrics:
    """A file: ``functions`` in order; ``cyclomatic`` and ``cognitive`` sum up the functions and the code outside."""

    lines: Lines
    functions: tuple[FunctionMetrics, ...]
    cyclomatic: int
    cognitive: int
    nesting: int
    halstead: Halstead


class _Tally:
    """A function while it is measured: ``nested`` counts the increments that grow where it lies deeper."""

    __slots__ = ("cognitive", "cyclomatic", "depth", "nested", "nesting", "outer")

    def __init__(self, outer: "_Tally | None", depth: int) -> None:
        self.outer = outer
        self.depth = depth
        self.cyclomatic = 1
        self.cognitive = 0
        self.nested = 0
        self.nesting = 0

    def branch(self, depth: int, ways: int = 1) -> None:
        """An ``if`` or a loop at ``depth``."""
        self.cyclomatic += ways
        self.cognitive += 1 + depth
        self.nested += 1
        self.nesting = max(self.nesting, depth + 1)

    def add_to_outer(self) -> None:
        """What this function makes of the one around it: everything here lies deeper there."""
        outer, depth = self.outer, self.depth
        if outer is not None and outer.outer is not None:
            outer.cognitive += self.cognitive + self.nested * (depth + 1)
            outer.nested += self.nested
            outer.nesting = max(outer.nesting, depth + 1 + self.nesting)


@collector.paused()
def measure(chunk: s.Chunk, scopes: Scopes | None = None) -> FileMetrics:
    """The metrics of a parsed file; of one with problems, as far as it was read. Time grows with the file."""
    scopes = resolve(chunk) if scopes is None else scopes
    main, tallies = _walk(chunk)
    functions = sorted(tallies, key=lambda function: function.start)
    for function in recursive_functions(scopes):
        if function in tallies:
            tallies[function].cognitive += 1
    for function in reversed(functions):
        tallies[function].add_to_outer()
    counts = count(chunk, functions)
    names = _names(chunk, scopes)
    measured = tuple(
        _function(chunk, function, names.get(function, "anonymous"), tallies[function], counts.functions[function])
        for function in functions
    )
    outermost = [tally for tally in tallies.values() if tally.outer is main]
    return FileMetrics(
        counts.lines,
        measured,
        main.cyclomatic + sum(tally.cyclomatic for tally in tallies.values()),
        main.cognitive + sum(tally.cognitive for tally in outermost),
        max([main.nesting, *(tally.nesting for tally in outermost)]),
        counts.file,
    )


def _function(chunk: s.Chunk, node: s.Function, name: str, tally: _Tally, halstead: Halstead) -> FunctionMetrics:
    line, column = position(chunk, node.start)
    end_line, _ = position(chunk, max(node.end - 1, node.start))
    parameters = len(node.parameters) + (node.vararg is not None)
    return FunctionMetrics(
        name, line, column, end_line, parameters, tally.cyclomatic, tally.cognitive, tally.nesting, halstead
    )


def _walk(chunk: s.Chunk) -> tuple[_Tally, dict[s.Function, _Tally]]:
    """The chunk's own tally, and each function's before those inside are added; iterative, so depth is no limit."""
    main = _Tally(None, 0)
    tallies: dict[s.Function, _Tally] = {}
    stack: list[tuple[s.Node, int, _Tally]] = [(chunk.block, 0, main)]
    inside: list[tuple[s.Node, int]]
    while stack:
        node, depth, tally = stack.pop()
        children = _CHILDREN[type(node)]
        if children is not None:
            stack += [(child, depth, tally) for child in children(node) if type(child) in _CHILDREN]
            continue
        if isinstance(node, s.Function):
            tallies[node] = tally = _Tally(tally, depth)
            inside = [(node.body, 0)]
        elif isinstance(node, s.If | s.IfExpression):
            inside = _choice(node, depth, tally)
        elif isinstance(node, s.Binary):
            is_logical = node.operator in _LOGICAL
            inside = [
                (operand, depth) for operand in (_logical(node, tally) if is_logical else (node.left, node.right))
            ]
        else:
            tally.branch(depth)
            inside = [(child, depth + isinstance(child, s.Block)) for child in s.children(node)]
        stack += [(child, deeper, tally) for child, deeper in inside if type(child) in _CHILDREN]
    return main, tallies


def _choice(node: s.If | s.IfExpression, depth: int, tally: _Tally) -> list[tuple[s.Node, int]]:
    tally.branch(depth, len(node.branches))
    tally.cognitive += len(node.branches) - 1
    inside: list[tuple[s.Node, int]] = []
    for condition, body in node.branches:
        inside += ((condition, depth), (body, depth + 1))
    if node.otherwise is not None:
        tally.cognitive += isinstance(node, s.If)
        inside.append((node.otherwise, depth + 1))
    return inside


def _logical(node: s.Binary, tally: _Tally) -> list[s.Expression]:
    """The operands of a chain of ``and`` and ``or``; each change of operator, read from left to right, costs one."""
    operands: list[s.Expression] = []
    operators: list[str] = []
    stack: list[s.Expression | str] = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            operators.append(top)
            continue
        inner = top
        while isinstance(inner, s.Group):
            inner = inner.expression
        if isinstance(inner, s.Binary) and inner.operator in _LOGICAL:
            stack += (inner.right, inner.operator, inner.left)
        else:
            operands.append(inner)
    tally.cyclomatic += len(operators)
    tally.cognitive += sum(1 for before, here in zip(["", *operators], operators, strict=False) if before != here)
    return operands


def _names(chunk: s.Chunk, scopes: Scopes) -> dict[s.Node, str]:
    """What each function is called where it is defined."""
    source = chunk.source
    names: dict[s.Node, str] = {}
    for symbol in scopes.symbols:
        if isinstance(symbol.value, s.Function):
            names[symbol.value] = symbol.name
    for statement in scopes.nodes[s.FunctionStatement]:
        assert isinstance(statement, s.FunctionStatement)
        names[statement.function] = source[statement.target.start : statement.target.end].decode("utf-8", "replace")
    for assign in scopes.nodes[s.Assign]:
        assert isinstance(assign, s.Assign)
        for target, value in zip(assign.targets, assign.values, strict=False):
            if isinstance(value, s.Function):
                names[value] = source[target.start : target.end].decode("utf-8", "replace")
    for item in scopes.nodes[s.TableItem]:
        assert isinstance(item, s.TableItem)
        if isinstance(item.value, s.Function) and isinstance(item.key, s.String):
            names[item.value] = item.key.value.decode("utf-8", "replace")
    return names


# What lies in a node that has no measure of its own; None for those that have. What is not listed has nothing to
# count in it: names, literals, types.
_CHILDREN: Final[dict[type[s.Node], Callable[[Any], Iterable[s.Node]] | None]] = {
    **dict.fromkeys((s.Function, s.If, s.IfExpression, s.Binary, s.While, s.Repeat, s.NumericFor, s.GenericFor)),
    **dict.fromkeys(
        (
            s.InterpolatedString, s.Index, s.Instantiation, s.Attribute, s.Unary, s.Assign, s.CompoundAssign, s.Do,
            s.ErrorExpression, s.ErrorStatement, s.LocalFunction, s.FunctionStatement,
        ),
        s.children,
    ),
    s.Block: lambda node: node.statements,
    s.Call: lambda node: (node.function, *node.arguments),
    s.CallStatement: lambda node: (node.call,),
    s.Cast: lambda node: (node.expression,),
    s.Field: lambda node: (node.object,),
    s.Group: lambda node: (node.expression,),
    s.Local: lambda node: node.values,
    s.MethodCall: lambda node: (node.object, *node.arguments),
    s.Return: lambda node: node.values,
    s.Table: lambda node: node.items,
    s.TableItem: lambda node: (node.key, node.value),
}  # fmt: skip
