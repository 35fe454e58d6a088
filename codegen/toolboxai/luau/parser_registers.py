"""How many registers Luau's compiler needs for an expression: a function has 255, and more do not compile."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from toolboxai.luau.syntax import (
    Binary,
    Boolean,
    Call,
    Cast,
    Expression,
    Field,
    Function,
    Group,
    IfExpression,
    Index,
    Instantiation,
    InterpolatedString,
    MethodCall,
    Name,
    Nil,
    Node,
    Number,
    String,
    Table,
    Unary,
    Vararg,
)

REGISTER_LIMIT: Final = 255
_CHUNK: Final = 16  # items of a list that a constructor holds before it stores them
_EQUALITY: Final = frozenset({"==", "~="})
_COMPARISONS: Final = frozenset({"==", "~=", "<", "<=", ">", ">="})
_REVERSED: Final = frozenset({"-", "/"})  # have an instruction with the constant on the left
_WITHOUT_EFFECT: Final = (Name, Vararg, Function)


class Into(Enum):
    """What register a value is computed into: it decides whether the way there needs others."""

    LAST = auto()  # the last that is allocated, free to be overwritten
    TEMPORARY = auto()  # free to be overwritten, with others above it
    LOCAL = auto()  # a variable's


class RegisterModel:
    """Follows the compiler's allocation: ``top`` is the first free register of the function being compiled."""

    top = 0

    def is_register(self, node: Expression) -> bool:
        """Whether the expression is a local of this very function."""
        raise NotImplementedError

    def is_constant(self, node: Expression) -> bool:
        """Whether the compiler knows the value."""
        raise NotImplementedError

    def is_global(self, node: Expression) -> bool:
        """Whether it is a name that is no local's."""
        raise NotImplementedError

    def refuse(self, node: Node, message: str) -> None:
        raise NotImplementedError

    def allocate(self, node: Node, count: int) -> None:
        if self.top + count > REGISTER_LIMIT:
            self.refuse(
                node, f"Out of registers when trying to allocate {count} registers: exceeded limit {REGISTER_LIMIT}"
            )
        self.top += count

    # Into a register

    def expression(self, node: Expression, into: Into) -> None:
        """Computes ``node`` into a register that is there."""
        node = bare(node)
        if self.is_constant(node):
            return
        mark = self.top
        match node:
            case Call() | MethodCall():
                self.call(node, 1, into)
            case Field():
                self._field(node, into)
            case Index():
                self.automatic(node.object)
                self.key(node.key)
            case Table():
                self._table(node, into)
            case Unary():
                self.automatic(node.operand)
            case Binary():
                self._binary(node, into)
            case IfExpression():
                self._choice(node, into)
            case InterpolatedString():
                self._interpolated(node)
        self.top = mark

    def automatic(self, node: Expression) -> None:
        """A local stays where it is, all else gets a register of its own."""
        if not self.is_register(node):
            self.allocate(node, 1)
            self.expression(node, Into.LAST)

    def side(self, node: Expression) -> None:
        """Computes what nobody reads."""
        if not isinstance(node, _WITHOUT_EFFECT) and not self.is_constant(node):
            mark = self.top
            self.automatic(node)
            self.top = mark

    def _into_next(self, node: Expression, register: int) -> None:
        """Into a register below those already allocated, which may all be overwritten."""
        mark, self.top = self.top, register + 1
        self.expression(node, Into.LAST)
        self.top = mark

    def last_of_many(self, node: Expression, register: int) -> None:
        """The last of a list: all that a call gives."""
        if isinstance(node, (Call, MethodCall)):
            mark, self.top = self.top, register
            self.call(node, 0, Into.LAST)
            self.top = mark
        else:
            self.expression(node, _among(register == self.top - 1))

    def many(self, values: Sequence[Expression], first: int) -> None:
        """Computes values into consecutive registers that are allocated, the last as often as it gives."""
        for index, value in enumerate(values[:-1]):
            self._into_next(value, first + index)
        if values:
            self.last_of_many(values[-1], first + len(values) - 1)

    def fill(self, values: Sequence[Expression], count: int) -> None:
        """Computes values into the last ``count`` registers; too few are filled up, more computed for nothing."""
        for index, value in enumerate(values[:count]):
            if index + 1 == len(values) < count:
                self.spread(value, count - index)
            else:
                self.expression(value, _among(index + 1 == count))
        for value in values[count:]:
            self.side(value)

    def spread(self, node: Expression, count: int) -> None:
        """The results of one expression, into the last ``count`` registers."""
        if count == REGISTER_LIMIT:
            self.refuse(node, "Exceeded result count limit; simplify the code to compile")
        if isinstance(node, (Call, MethodCall)):
            self.call(node, count, Into.LAST)
        else:
            self.expression(node, _among(count == 1))

    # Calls, fields, tables

    def call(self, node: Call | MethodCall, results: int, into: Into) -> None:
        """Calls for so many results; in place where they go to the last registers, else in new ones."""
        mark = self.top
        has_self = isinstance(node, MethodCall)
        in_place = results if into is Into.LAST else 0
        first = mark - in_place
        self.allocate(node, max(1 + has_self + len(node.arguments), results) - in_place)
        callee = node.object if isinstance(node, MethodCall) else node.function
        if not (has_self and self.is_register(callee)):
            self._into_next(callee, first)
        self.many(node.arguments, first + 1 + has_self)
        self.top = mark

    def _field(self, node: Field, into: Into) -> None:
        inner = node.object
        if self.is_global(inner) or (isinstance(inner, Field) and self.is_global(inner.object)):
            return  # imported
        if into is Into.LOCAL or self.is_register(inner):
            self.automatic(inner)
        else:
            self.expression(inner, into)

    def key(self, key: Expression) -> None:
        """The key of a field that is read or written; a string or a small number stands in the instruction."""
        known = bare(key)
        if not self.is_constant(key) or not isinstance(known, (String, Number, Name, Binary)):
            self.automatic(key)

    def _table(self, node: Table, into: Into) -> None:
        if not node.items:
            return
        if into is Into.LOCAL:
            self.allocate(node, 1)
        listed = sum(item.key is None for item in node.items)
        chunk = self.top
        self.allocate(node, min(_CHUNK, listed))
        position = 0
        for index, item in enumerate(node.items):
            if item.key is not None or position == _CHUNK:
                position = 0
            if item.key is not None:
                mark = self.top
                self.key(item.key)
                self.automatic(item.value)
                self.top = mark
            else:
                if index + 1 == len(node.items):
                    self.last_of_many(item.value, chunk + position)
                else:
                    self._into_next(item.value, chunk + position)
                position += 1

    def _interpolated(self, node: InterpolatedString) -> None:
        parts = [part for part in node.expressions if not isinstance(bare(part), String)]
        first = self.top
        self.allocate(node, 2 + len(parts))
        for index, part in enumerate(parts):
            self._into_next(part, first + 2 + index)

    # Operators

    def _binary(self, node: Binary, into: Into) -> None:
        if node.operator in {"and", "or"}:
            self._either(node, into)
        elif node.operator == "..":
            self.concatenation(node, node)
        elif node.operator in _COMPARISONS:
            self._comparison(node)
        else:
            if not (node.operator in _REVERSED and self.is_constant(node.left)) or self.is_constant(node.right):
                self.automatic(node.left)
            if not self.is_constant(node.right):
                self.automatic(node.right)

    def concatenation(self, node: Node, value: Expression, *, before: int = 0) -> None:
        """All operands of a chain side by side, behind ``before`` registers more."""
        parts = [value]
        while isinstance(last := parts[-1], Binary) and last.operator == "..":
            parts[-1:] = [last.left, last.right]
        self.allocate(node, before + len(parts))
        for index, part in enumerate(parts):
            self.expression(part, _among(index + 1 == len(parts)))

    def _comparison(self, node: Binary) -> None:
        mark = self.top
        left, right = node.left, node.right
        if node.operator in _EQUALITY and not self.is_constant(right) and self.is_constant(left):
            left, right = right, left
        self.automatic(left)
        if not (node.operator in _EQUALITY and self.is_constant(right)):
            self.automatic(right)
        self.top = mark

    def _either(self, node: Binary, into: Into) -> None:
        if self.is_constant(node.left):
            chosen = node.right if (node.operator == "and") == (truth(node.left) is not False) else node.left
            self.expression(chosen, into)
        elif not _is_condition(node.left) and (self.is_register(node.right) or self.is_constant(node.right)):
            self.automatic(node.left)
        else:
            if into is Into.LOCAL:
                self.allocate(node, 1)
                into = Into.LAST
            self.condition(node.left, into)
            self.expression(node.right, into)

    def condition(self, node: Expression, into: Into | None = None) -> None:
        """What decides a jump; ``into`` is the register that keeps its value, None where none does."""
        node = bare(node)
        if self.is_constant(node):
            return
        mark = self.top
        if isinstance(node, Unary) and node.operator == "not" and into is None:
            self.condition(node.operand)
        elif isinstance(node, Binary) and node.operator in {"and", "or"}:
            self.condition(node.left, into)
            self.condition(node.right, into)
        elif isinstance(node, Binary) and node.operator in _COMPARISONS:
            self._comparison(node)
        elif into is None:
            self.automatic(node)
        else:
            self.expression(node, into)
        self.top = mark

    def _choice(self, node: IfExpression, into: Into) -> None:
        for condition, value in node.branches:
            self.condition(condition)
            self.expression(value, into)
        self.expression(node.otherwise, into)


def truth(node: Expression) -> bool | None:
    """Whether a literal counts as true; None for what is no literal."""
    node = bare(node)
    if isinstance(node, Boolean):
        return node.value
    if isinstance(node, Nil):
        return False
    return True if isinstance(node, (Number, String)) else None


def bare(node: Expression) -> Expression:
    """The expression inside parentheses and casts."""
    while isinstance(node, (Group, Cast, Instantiation)):
        node = node.expression
    return node


def _among(is_last: bool) -> Into:
    return Into.LAST if is_last else Into.TEMPORARY


def _is_condition(node: Expression) -> bool:
    """Whether it is compiled as jumps."""
    node = bare(node)
    return isinstance(node, Binary) and (node.operator in {"and", "or"} or node.operator in _COMPARISONS)
