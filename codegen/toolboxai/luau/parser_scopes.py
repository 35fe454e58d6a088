"""What Luau refuses although its grammar allows it: writes to constants, skipped locals in `until`, too many."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from toolboxai.luau.parser_registers import Into, RegisterModel, bare, truth
from toolboxai.luau.syntax import (
    Assign,
    Binary,
    Binding,
    Block,
    Boolean,
    Break,
    Call,
    CallStatement,
    Cast,
    CompoundAssign,
    Continue,
    Do,
    Expression,
    Field,
    Function,
    FunctionStatement,
    GenericFor,
    Group,
    If,
    IfExpression,
    Index,
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
RETURN_LIMIT: Final = 255
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "//", "%", "^"})
_FOLDED: Final = (Nil, Boolean, Number, String, InterpolatedString, Unary, Binary, Group, IfExpression)


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


class _Checker(RegisterModel):
    """One walk over a chunk; where a branch is never compiled (``_dead``), Luau's compiler meets no limit."""

    def __init__(self, block: Block, line_starts: list[int]) -> None:
        self.problems: list[SyntaxProblem] = []
        self._line_starts = line_starts
        self._written = written_names(block)
        self._frames = [_Frame()]
        self._names: dict[str, list[_Variable]] = {}
        self._trail: list[_Variable] = []
        self._dead = 0

    # scopes

    def block(self, block: Block, *, is_dead: bool = False) -> None:
        mark = self._enter()
        self._statements(block.statements, is_dead=is_dead)
        self._leave(mark)

    def _statements(self, statements: list[Statement], *, is_dead: bool = False) -> None:
        for statement in statements:
            self._dead += is_dead
            top = self.top
            self._statement(statement)
            if not isinstance(statement, (Local, LocalFunction)):
                self.top = top
            self._dead -= is_dead
            is_dead = is_dead or _always_leaves(statement)

    def _enter(self) -> tuple[int, int]:
        return len(self._trail), self.top

    def _declare(self, node: Node, name: str, *, is_const: bool = False, takes_register: bool = True) -> None:
        variable = _Variable(name, len(self._frames) - 1, is_const, takes_register)
        self._names.setdefault(name, []).append(variable)
        self._trail.append(variable)
        frame = self._frames[-1]
        frame.locals += takes_register
        if frame.locals == LOCAL_LIMIT + 1 and takes_register:
            self.refuse(node, f"Out of local registers when trying to allocate {name}: exceeded limit {LOCAL_LIMIT}")

    def _leave(self, mark: tuple[int, int]) -> None:
        declared, self.top = mark
        for variable in reversed(self._trail[declared:]):
            self._names[variable.name].pop()
            self._frames[variable.function].locals -= variable.takes_register
        del self._trail[declared:]

    def refuse(self, node: Node, message: str) -> None:
        if not self._dead:
            self._report(node, message)
            raise _BeyondLimit

    def is_register(self, node: Expression) -> bool:
        while isinstance(node, (Group, Cast)):
            node = node.expression
        if not isinstance(node, Name) or not (found := self._names.get(node.name)):
            return False
        return found[-1].takes_register and found[-1].function == len(self._frames) - 1

    def is_global(self, node: Expression) -> bool:
        return isinstance(node, Name) and not self._names.get(node.name)

    def _report(self, node: Node, message: str) -> None:
        self.problems.append(SyntaxProblem(node.start, node.end, message))

    # statements

    def _statement(self, node: Statement) -> None:  # noqa: C901  # reads as a table
        if isinstance(node, Local):
            folded = all(self._is_folded(node, index, binding) for index, binding in enumerate(node.bindings))
            if not folded and not self._shares_register(node):
                self.allocate(node, len(node.bindings))
                self.fill(node.values, len(node.bindings))
            self._visit(node.values)
            for binding in node.bindings:
                self._declare(binding, binding.name, is_const=node.is_const, takes_register=not folded)
        elif isinstance(node, LocalFunction):
            self.allocate(node, 1)
            self._declare(node.name, node.name.name, is_const=node.is_const)
            self._function(node.function)
        elif isinstance(node, FunctionStatement):
            if not self.is_register(node.target):
                self.allocate(node, 1)
                self._target(node.target)
            self._visit([node.target])
            self._function(node.function, has_self=node.is_method)
        elif isinstance(node, Assign):
            self._targets(node.targets)
            self._assignment(node)
            self._visit(node.targets)
            self._visit(node.values)
        elif isinstance(node, CompoundAssign):
            self._targets([node.target])
            self._compound(node)
            self._visit([node.target, node.value])
        elif isinstance(node, (NumericFor, GenericFor)):
            self._for(node)
        elif isinstance(node, Repeat):
            self._repeat(node)
        elif isinstance(node, If):
            self._if(node)
        elif isinstance(node, While):
            self.condition(node.condition)
            self._visit([node.condition])
            self.block(node.body, is_dead=truth(node.condition) is False)
        elif isinstance(node, Do):
            self.block(node.body)
        elif isinstance(node, Return):
            self._return(node)
            self._visit(node.values)
        elif isinstance(node, CallStatement):
            if isinstance(node.call, (Call, MethodCall)):
                self.call(node.call, 0, Into.TEMPORARY)
            self._visit([node.call])
        elif not isinstance(node, (TypeAlias, TypeFunction)):
            self._visit(children(node))

    def _is_folded(self, node: Local, index: int, binding: Binding) -> bool:
        """Whether it is a constant; a statement that defines nothing else needs no register."""
        if binding.name in self._written:
            return False
        if index >= len(node.values):
            return not node.values or self.is_constant(node.values[-1])
        return self.is_constant(node.values[index])

    def _shares_register(self, node: Local) -> bool:
        """Whether it is another name for a local, neither of which is ever written to."""
        value = node.values[0] if len(node.values) == len(node.bindings) == 1 else None
        while isinstance(value, (Group, Cast)):
            value = value.expression
        return (
            isinstance(value, Name)
            and self.is_register(value)
            and not {value.name, node.bindings[0].name} & self._written
        )

    def is_constant(self, node: Node) -> bool:
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
            elif _is_computed(part):
                return False
            elif isinstance(part, _FOLDED):
                stack.extend(children(part))
            else:
                return False
        return True

    def _targets(self, targets: Iterable[Expression]) -> None:
        for target in targets:
            if isinstance(target, Name) and (found := self._names.get(target.name)) and found[-1].is_const:
                self._report(target, "Assigned expression must be a variable or a field")

    def _target(self, node: Expression) -> None:
        """What must be computed before a place can be written to."""
        if isinstance(node, (Field, Index)):
            self.automatic(node.object)
            if isinstance(node, Index):
                self.key(node.key)

    def _assignment(self, node: Assign) -> None:
        targets, values = node.targets, node.values
        for target in targets:
            self._target(target)
        if len(targets) > 1 or len(values) > 1:
            self.allocate(node, self._conflicts(node))
        for index, (target, value) in enumerate(zip(targets, values, strict=False)):
            rest = len(targets) - index
            if index + 1 == len(values) < len(targets):
                self.allocate(node, rest)
                self.spread(value, rest)
            elif self.is_register(target):
                self.expression(value, Into.LOCAL)
            else:
                self.automatic(value)
        for value in values[len(targets) :]:
            self.side(value)

    def _conflicts(self, node: Assign) -> int:
        """How many locals are written to before the statement has read them: each needs another register."""
        written: set[str] = set()
        read: set[str] = set()
        for index, target in enumerate(node.targets):
            if isinstance(target, Name) and self.is_register(target):
                read |= written & _names_in(node.values[index : index + 1])
                written.add(target.name)
        others = [value for index, value in enumerate(node.values) if not self._fills_local(node, index)]
        read |= written & (_names_in(others) | _names_in(node.targets, fields_only=True))
        return len(read)

    def _fills_local(self, node: Assign, index: int) -> bool:
        return index < len(node.targets) and self.is_register(node.targets[index])

    def _compound(self, node: CompoundAssign) -> None:
        self._target(node.target)
        if not self.is_register(node.target):
            self.allocate(node, 1)
        if node.operator == "..":
            self.concatenation(node, node.value, before=1)
        elif not self.is_constant(node.value):
            self.automatic(node.value)

    def _if(self, node: If) -> None:
        is_dead = False
        for condition, body in node.branches:
            self._dead += is_dead
            self.condition(condition)
            self._visit([condition])
            self.block(body, is_dead=truth(condition) is False)
            self._dead -= is_dead
            is_dead = is_dead or truth(condition) is True
        if node.otherwise:
            self.block(node.otherwise, is_dead=is_dead)

    def _return(self, node: Return) -> None:
        count = len(node.values)
        if count >= RETURN_LIMIT:
            self.refuse(node, "Exceeded return count limit; simplify the code to compile")
        if count != 1 or not self.is_register(node.values[0]):
            first = self.top
            self.allocate(node, count)
            self.many(node.values, first)

    def _for(self, node: NumericFor | GenericFor) -> None:
        mark = self._enter()
        self.allocate(node, 3)
        if isinstance(node, NumericFor):
            self.allocate(node, node.variable.name in self._written)
            bounds = [value for value in (node.first, node.last, node.step) if value]
            for value in bounds:
                self.expression(value, Into.LAST if value is node.first else Into.TEMPORARY)
            self._visit(bounds)
            self._declare(node.variable, node.variable.name)
        else:
            self.fill(node.iterators, 3)
            self.allocate(node, max(2, len(node.variables)))
            self._visit(node.iterators)
            for variable in node.variables:
                self._declare(variable, variable.name)
        self.block(node.body)
        self._leave(mark)

    def _repeat(self, node: Repeat) -> None:
        mark = self._enter()
        self._statements(node.body.statements)
        self.condition(node.condition)
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
                stack.extend(reversed(list(children(node))))

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
                self.refuse(
                    node,
                    f"Out of upvalue registers when trying to allocate {node.name}: exceeded limit {UPVALUE_LIMIT}",
                )

    def _function(self, node: Function, *, has_self: bool = False) -> None:
        mark, dead = self._enter(), self._dead
        self._dead = 0  # a function is compiled wherever it stands
        self.top = has_self + len(node.parameters)
        self._frames.append(_Frame())
        if has_self:
            self._declare(node, "self")
        for parameter in node.parameters:
            self._declare(parameter, parameter.name.name)
        self.block(node.body)
        self._leave(mark)
        self._dead = dead
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


def _is_computed(node: Node) -> bool:
    """Whether literals alone do not settle it: arithmetic of what is no number, a text with what is no text in it."""
    if isinstance(node, InterpolatedString):
        return not all(isinstance(bare(part), (String, InterpolatedString, Name)) for part in node.expressions)
    if not isinstance(node, Binary) or node.operator not in _ARITHMETIC:
        return False
    return any(isinstance(bare(operand), (Nil, Boolean, String)) for operand in (node.left, node.right))


def _always_leaves(statement: Statement) -> bool:
    """Whether nothing behind it in its block is ever compiled."""
    if isinstance(statement, Do):
        return any(map(_always_leaves, statement.body.statements))
    if isinstance(statement, If) and statement.otherwise:
        bodies = [*(body for _, body in statement.branches), statement.otherwise]
        return all(any(map(_always_leaves, body.statements)) for body in bodies)
    return isinstance(statement, (Return, Break, Continue))


def _names_in(nodes: Iterable[Node], *, fields_only: bool = False) -> set[str]:
    """The names in some expressions, or in those of them that are more than a name."""
    found: set[str] = set()
    stack = [node for node in nodes if not (fields_only and isinstance(node, Name))]
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            found.add(node.name)
        stack.extend(children(node))
    return found


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
