"""What Luau refuses although its grammar allows it: writes to constants, skipped locals in `until`, too many."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from toolboxai.luau.syntax import (
    Assign,
    Binary,
    Binding,
    Block,
    Boolean,
    Call,
    Cast,
    CompoundAssign,
    Continue,
    Do,
    Expression,
    Function,
    FunctionStatement,
    GenericFor,
    Group,
    If,
    IfExpression,
    InterpolatedString,
    Local,
    LocalFunction,
    MethodCall,
    Name,
    Nil,
    Node,
    Number,
    NumericFor,
    Repeat,
    Return,
    Statement,
    String,
    SyntaxProblem,
    TypeAlias,
    TypeFunction,
    Unary,
    While,
    children,
)

LOCAL_LIMIT: Final = 200
UPVALUE_LIMIT: Final = 200
REGISTER_LIMIT: Final = 255
_FOLDED: Final = (Nil, Boolean, Number, String, Unary, Binary, Group, IfExpression)


def check(block: Block, line_starts: list[int]) -> list[SyntaxProblem]:
    """The problems in a whole chunk."""
    checker = _Checker(block, line_starts)
    with suppress(_BeyondLimit):
        checker.block(block)
    return checker.problems


class _BeyondLimit(Exception):  # noqa: N818  # it ends the walk, as it ends Luau's compiler
    """The code needs more than a function may have."""


@dataclass(slots=True, eq=False)
class _Variable:
    name: str
    function: int
    is_const: bool = False
    takes_register: bool = True


@dataclass(slots=True)
class _Frame:
    """A function being checked: how many registers its locals take, and which outer locals it uses."""

    locals: int = 0
    upvalues: set[_Variable] = field(default_factory=set)


class _Checker:
    def __init__(self, block: Block, line_starts: list[int]) -> None:
        self.problems: list[SyntaxProblem] = []
        self._line_starts = line_starts
        self._written = written_names(block)
        self._frames = [_Frame()]
        self._names: dict[str, list[_Variable]] = {}
        self._trail: list[_Variable] = []

    # scopes

    def block(self, block: Block) -> None:
        mark = len(self._trail)
        for statement in block.statements:
            self._statement(statement)
        self._leave(mark)

    def _declare(self, node: Node, name: str, *, is_const: bool = False, takes_register: bool = True) -> None:
        variable = _Variable(name, len(self._frames) - 1, is_const, takes_register)
        self._names.setdefault(name, []).append(variable)
        self._trail.append(variable)
        frame = self._frames[-1]
        frame.locals += takes_register
        if frame.locals == LOCAL_LIMIT + 1 and takes_register:
            self._refuse(node, f"Out of local registers when trying to allocate {name}: exceeded limit {LOCAL_LIMIT}")

    def _leave(self, mark: int) -> None:
        for variable in reversed(self._trail[mark:]):
            self._names[variable.name].pop()
            self._frames[variable.function].locals -= variable.takes_register
        del self._trail[mark:]

    def _refuse(self, node: Node, message: str) -> None:
        self._report(node, message)
        raise _BeyondLimit

    def _report(self, node: Node, message: str) -> None:
        self.problems.append(SyntaxProblem(node.start, node.end, message))

    # statements

    def _statement(self, node: Statement) -> None:  # noqa: C901  # reads as a table
        if isinstance(node, Local):
            self._visit(node.values)
            folded = all(self._is_folded(node, index, binding) for index, binding in enumerate(node.bindings))
            for binding in node.bindings:
                self._declare(binding, binding.name, is_const=node.is_const, takes_register=not folded)
        elif isinstance(node, LocalFunction):
            self._declare(node.name, node.name.name, is_const=node.is_const)
            self._function(node.function)
        elif isinstance(node, FunctionStatement):
            self._visit([node.target])
            self._function(node.function, has_self=node.is_method)
        elif isinstance(node, Assign):
            self._targets(node.targets)
            self._visit(node.targets)
            self._visit(node.values)
        elif isinstance(node, CompoundAssign):
            self._targets([node.target])
            self._visit([node.target, node.value])
        elif isinstance(node, (NumericFor, GenericFor)):
            self._for(node)
        elif isinstance(node, Repeat):
            self._repeat(node)
        elif isinstance(node, If):
            for condition, body in node.branches:
                self._visit([condition])
                self.block(body)
            if node.otherwise:
                self.block(node.otherwise)
        elif isinstance(node, While):
            self._visit([node.condition])
            self.block(node.body)
        elif isinstance(node, Do):
            self.block(node.body)
        elif isinstance(node, Return):
            self._registers(node, len(node.values))
            self._visit(node.values)
        elif not isinstance(node, (TypeAlias, TypeFunction)):
            self._visit(children(node))

    def _is_folded(self, node: Local, index: int, binding: Binding) -> bool:
        """Whether it is a constant; a statement that defines nothing else needs no register."""
        if binding.name in self._written:
            return False
        if index >= len(node.values):
            return not node.values or self._is_constant(node.values[-1])
        return self._is_constant(node.values[index])

    def _is_constant(self, node: Node) -> bool:
        """Whether it is made of literals, and of locals that are constants themselves, alone."""
        stack = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, Cast):
                stack.append(part.expression)
            elif isinstance(part, Name):
                found = self._names.get(part.name)
                if not found or found[-1].takes_register:
                    return False
            elif isinstance(part, _FOLDED) or (isinstance(part, InterpolatedString) and not part.expressions):
                stack.extend(children(part))
            else:
                return False
        return True

    def _targets(self, targets: Iterable[Expression]) -> None:
        for target in targets:
            if isinstance(target, Name) and (found := self._names.get(target.name)) and found[-1].is_const:
                self._report(target, "Assigned expression must be a variable or a field")

    def _for(self, node: NumericFor | GenericFor) -> None:
        mark = len(self._trail)
        if isinstance(node, NumericFor):
            self._visit(value for value in (node.first, node.last, node.step) if value)
            self._declare(node.variable, node.variable.name)
        else:
            self._visit(node.iterators)
            for variable in node.variables:
                self._declare(variable, variable.name)
        self.block(node.body)
        self._leave(mark)

    def _repeat(self, node: Repeat) -> None:
        mark = len(self._trail)
        for statement in node.body.statements:
            self._statement(statement)
        self._visit([node.condition])
        self._leave(mark)
        self._skipped_locals(node)

    def _skipped_locals(self, node: Repeat) -> None:
        statements = node.body.statements
        jumps = ((index, jump) for index, found in enumerate(statements) if (jump := _continue_in(found)))
        first = next(jumps, None)
        if first is None:
            return
        index, jump = first
        skipped = _direct_locals(statements[index + 1 :])
        line = sum(1 for start in self._line_starts if start <= jump.start)
        for name in _names_outside_functions(node.condition):
            if name.name in skipped:
                self._report(
                    name,
                    f"Local {name.name} used in the repeat..until condition is undefined because continue statement "
                    f"on line {line} jumps over it",
                )
                return

    # expressions

    def _visit(self, nodes: Iterable[Node]) -> None:
        stack = list(nodes)[::-1]
        while stack:
            node = stack.pop()
            if isinstance(node, Name):
                self._use(node)
            elif isinstance(node, Function):
                self._function(node)
            else:
                if isinstance(node, (Call, MethodCall)):
                    self._registers(node, len(node.arguments) + 1 + isinstance(node, MethodCall))
                stack.extend(reversed(list(children(node))))

    def _registers(self, node: Node, count: int) -> None:
        if self._frames[-1].locals + count > REGISTER_LIMIT:
            message = f"Out of registers when trying to allocate {count} registers: exceeded limit {REGISTER_LIMIT}"
            self._refuse(node, message)

    def _use(self, node: Name) -> None:
        found = self._names.get(node.name)
        if not found or not found[-1].takes_register:
            return
        variable = found[-1]
        for frame in self._frames[variable.function + 1 :]:
            if variable in frame.upvalues:
                continue
            frame.upvalues.add(variable)
            if len(frame.upvalues) == UPVALUE_LIMIT + 1:
                self._refuse(
                    node,
                    f"Out of upvalue registers when trying to allocate {node.name}: exceeded limit {UPVALUE_LIMIT}",
                )

    def _function(self, node: Function, *, has_self: bool = False) -> None:
        mark = len(self._trail)
        self._frames.append(_Frame())
        if has_self:
            self._declare(node, "self")
        for parameter in node.parameters:
            self._declare(parameter, parameter.name.name)
        self.block(node.body)
        self._leave(mark)
        self._frames.pop()


def written_names(block: Block) -> set[str]:
    """Every name that is assigned somewhere, whatever variable it means there."""
    written: set[str] = set()
    stack: list[Node] = [block]
    while stack:
        node = stack.pop()
        if isinstance(node, Assign):
            written.update(target.name for target in node.targets if isinstance(target, Name))
        elif isinstance(node, (CompoundAssign, FunctionStatement)) and isinstance(node.target, Name):
            written.add(node.target.name)
        stack.extend(children(node))
    return written


def _continue_in(statement: Statement) -> Continue | None:
    """The first `continue` in ``statement`` that belongs to the loop around it."""
    stack: list[Statement] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, Continue):
            return node
        blocks: list[Block] = []
        if isinstance(node, Do):
            blocks = [node.body]
        elif isinstance(node, If):
            blocks = [body for _, body in node.branches]
            blocks += [node.otherwise] if node.otherwise else []
        stack.extend(inner for block in reversed(blocks) for inner in reversed(block.statements))
    return None


def _direct_locals(statements: list[Statement]) -> set[str]:
    names: set[str] = set()
    for statement in statements:
        if isinstance(statement, Local):
            names.update(binding.name for binding in statement.bindings)
        elif isinstance(statement, LocalFunction):
            names.add(statement.name.name)
    return names


def _names_outside_functions(node: Node) -> Iterable[Name]:
    stack = [node]
    while stack:
        found = stack.pop()
        if isinstance(found, Name):
            yield found
        elif not isinstance(found, Function):
            stack.extend(reversed(list(children(found))))
