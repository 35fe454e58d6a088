"""The Luau syntax tree: one small class a construct, each with the half-open byte span ``start:end`` it came from.

Positions are byte offsets into the source as UTF-8 bytes. Names are ``str`` (Luau names are ASCII), string values are
``bytes`` (Luau strings are). Children come in source order, so a walk over the slots is a walk over the text.
"""

import typing
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec import Struct


class Node(Struct, eq=False, gc=False):
    """The base of all: compared by identity; a Struct because it is made three times as fast as a dataclass.

    ``gc=False``: a tree has no cycles, so the collector need not look at it.
    """

    start: int
    end: int


# --- expressions ------------------------------------------------------------------------------------------------------


class Nil(Node):
    pass


class Boolean(Node):
    value: bool


class Number(Node):
    """A numeric literal; ``text`` is as written (``0b1_0``, ``1e3``, ``5i``)."""

    text: str


class String(Node):
    """A quoted or long string; ``value`` has its escapes resolved."""

    value: bytes


class InterpolatedString(Node):
    """A backtick string: ``strings`` has one item more than ``expressions``."""

    strings: list[bytes]
    expressions: list["Expression"]


class Vararg(Node):
    pass


class Name(Node):
    """A use or a definition of a variable."""

    name: str


class Field(Node):
    """``object.name``"""

    object: "Expression"
    name: Name


class Index(Node):
    """``object[key]``"""

    object: "Expression"
    key: "Expression"


class Call(Node):
    """``function(arguments)``; ``f "s"`` and ``f {}`` too."""

    function: "Expression"
    arguments: list["Expression"]


class MethodCall(Node):
    """``object:name(arguments)``; ``type_arguments`` for ``object:name<<T>>()``."""

    object: "Expression"
    name: Name
    arguments: list["Expression"]
    type_arguments: list["Type"] | None = None


class Instantiation(Node):
    """``expression<<types>>``"""

    expression: "Expression"
    type_arguments: list["Type"]


class Attribute(Node):
    """``@native``, or one entry of ``@[deprecated{...}]``."""

    name: str
    arguments: list["Expression"]


class Parameter(Node):
    name: Name
    annotation: "Type | None"


class GenericParameter(Node):
    """``T`` or ``T...`` of a generic list, with its default where a type alias gives one."""

    name: str
    is_pack: bool
    default: "Type | None"


class Function(Node):
    """An anonymous function, and the body of every named one.

    ``start`` is at ``function`` (or at the parameter list of a named one); ``vararg`` is the span's node or None;
    ``self`` is not among the parameters. ``returns`` is the return annotation.
    """

    attributes: list[Attribute]
    generics: list[GenericParameter]
    parameters: list[Parameter]
    vararg: Vararg | None
    vararg_annotation: "Type | None"
    returns: "Type | None"
    body: "Block"


class TableItem(Node):
    """``value``, ``name = value`` (``key`` a String) or ``[key] = value`` (``bracketed``)."""

    key: "Expression | None"
    value: "Expression"
    bracketed: bool


class Table(Node):
    items: list[TableItem]


class Unary(Node):
    """``operator`` is ``-``, ``not`` or ``#``."""

    operator: str
    operand: "Expression"


class Binary(Node):
    """``+ - * / // % ^ .. == ~= < <= > >= and or``"""

    operator: str
    left: "Expression"
    right: "Expression"


class Group(Node):
    """``(expression)``: cuts a pack to one value."""

    expression: "Expression"


class IfExpression(Node):
    """``if c then a elseif d then b else e``; ``branches`` are (condition, value) pairs in order."""

    branches: list[tuple["Expression", "Expression"]]
    otherwise: "Expression"


class Cast(Node):
    """``expression :: Type``"""

    expression: "Expression"
    annotation: "Type"


class ErrorExpression(Node):
    """Where the parser found no expression; holds what it could read."""

    expressions: list["Expression"]


# --- statements -------------------------------------------------------------------------------------------------------


class Block(Node):
    statements: list["Statement"]


class Binding(Node):
    """A local being defined, with its annotation."""

    name: str
    annotation: "Type | None"


class Local(Node):
    """``local a: T, b = 1, 2``; ``const`` likewise; ``exported`` for ``export local`` and ``export const``."""

    bindings: list[Binding]
    values: list["Expression"]
    is_const: bool = False
    exported: bool = False


class LocalFunction(Node):
    """``local function f``, ``const function f``, ``export function f``."""

    name: Binding
    function: Function
    is_const: bool = False
    exported: bool = False


class FunctionStatement(Node):
    """``function a.b:c()``: ``target`` is Name or Field; ``is_method`` for the colon form (``c`` is in ``target``)."""

    target: "Name | Field"
    is_method: bool
    function: Function


class Assign(Node):
    targets: list["Expression"]
    values: list["Expression"]


class CompoundAssign(Node):
    """``target += value``; ``operator`` is without the ``=``."""

    operator: str
    target: "Expression"
    value: "Expression"


class CallStatement(Node):
    call: "Expression"


class Do(Node):
    body: Block


class While(Node):
    condition: "Expression"
    body: Block


class Repeat(Node):
    body: Block
    condition: "Expression"


class If(Node):
    """``branches`` are (condition, block) pairs in order."""

    branches: list[tuple["Expression", Block]]
    otherwise: Block | None


class NumericFor(Node):
    variable: Binding
    first: "Expression"
    last: "Expression"
    step: "Expression | None"
    body: Block


class GenericFor(Node):
    variables: list[Binding]
    iterators: list["Expression"]
    body: Block


class Return(Node):
    values: list["Expression"]


class Break(Node):
    pass


class Continue(Node):
    pass


class TypeAlias(Node):
    """``export type Name<T> = ...``"""

    name: str
    generics: list[GenericParameter]
    type: "Type"
    exported: bool


class TypeFunction(Node):
    """``type function f(t) ... end``: runs in the type checker only."""

    name: str
    function: Function
    exported: bool


class ErrorStatement(Node):
    """What the parser could not read as a statement; holds what it could."""

    expressions: list["Expression"]
    statements: list["Statement"]


# --- types ------------------------------------------------------------------------------------------------------------


class TypeName(Node):
    """``Name``, ``module.Name``, ``Name<A, B...>``; ``arguments`` is None without angle brackets."""

    prefix: str | None
    name: str
    arguments: list["Type"] | None


class TypeField(Node):
    """A property or indexer of a table type; ``access`` is ``read``, ``write`` or None."""

    access: str | None
    key: "bytes | Type | None"
    type: "Type"


class TypeTable(Node):
    """``{ a: T, [K]: V }``; ``{T}`` has one field whose key is None."""

    fields: list[TypeField]


class TypeCallable(Node):
    """``<T>(name: A, ...B) -> R``; parameters are (name or None, type)."""

    generics: list[GenericParameter]
    parameters: list[tuple[str | None, "Type"]]
    returns: "Type"


class TypeUnion(Node):
    """``A | B`` and ``A?`` (the latter has ``TypeOptional`` as an option)."""

    options: list["Type"]


class TypeIntersection(Node):
    parts: list["Type"]


class TypeOptional(Node):
    """The ``?`` of ``T?``."""


class TypeSingleton(Node):
    """``"text"``, ``true``, ``false`` or ``nil`` as a type."""

    value: bytes | bool | None


class TypeTypeof(Node):
    expression: "Expression"


class TypeGroup(Node):
    type: "Type"


class TypePack(Node):
    """``(A, B, ...C)`` where a pack may stand."""

    types: list["Type"]


class TypeVariadic(Node):
    """``...T``"""

    type: "Type"


class TypeGenericPack(Node):
    """``T...``"""

    name: str


class ErrorType(Node):
    pass


Expression: typing.TypeAlias = (
    Nil | Boolean | Number | String | InterpolatedString | Vararg | Name | Field | Index | Call | MethodCall
    | Instantiation | Function | Table | Unary | Binary | Group | IfExpression | Cast | ErrorExpression
)  # fmt: skip
Statement: typing.TypeAlias = (
    Local | LocalFunction | FunctionStatement | Assign | CompoundAssign | CallStatement | Do | While | Repeat | If
    | NumericFor | GenericFor | Return | Break | Continue | TypeAlias | TypeFunction | ErrorStatement
)  # fmt: skip
Type: typing.TypeAlias = (
    TypeName | TypeTable | TypeCallable | TypeUnion | TypeIntersection | TypeOptional | TypeSingleton | TypeTypeof
    | TypeGroup | TypePack | TypeVariadic | TypeGenericPack | ErrorType
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """One thing the parser did not accept: byte offset, Luau's words, and what was expected there ("" if unknown)."""

    start: int
    end: int
    message: str
    expected: str = ""


MISSING_NAME: typing.Final = "%error-id%"
"""What a name is called that the source lacks."""


@dataclass(slots=True)
class Chunk:
    """A parsed file: its tree, its comments and what was wrong with it.

    ``source`` is the text as bytes, exactly as given; comments and blank lines are in it, and ``comments`` has their
    spans in order. ``line_starts`` has the offset of each line.
    """

    source: bytes
    block: Block
    comments: list[tuple[int, int]] = field(default_factory=list)
    problems: list[SyntaxProblem] = field(default_factory=list)
    line_starts: list[int] = field(default_factory=list)


_Made = typing.TypeVar("_Made", bound=Node)
MADE: typing.Final = -1
"""Where a node begins and ends that was made, not read."""


def make(kind: type[_Made], *values: typing.Any, **named: typing.Any) -> _Made:
    """A node that stands in no source: ``values`` are what it has beside its span, in the order of its class."""
    return kind(MADE, MADE, *values, **named)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below ``node``, in source order: attributes before a function's name are its statement's."""
    if isinstance(node, (LocalFunction, FunctionStatement)):
        yield from node.function.attributes
    for slot in _SLOTS[type(node)]:
        below = getattr(node, slot)
        if slot != "attributes" or not below or below[0].start >= node.start:
            yield from _nodes(below)


def walk(node: Node) -> Iterator[Node]:
    """``node`` and every node below it, parents first; iterative, so depth is no limit."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(list(children(top))))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _nodes(item)


def slots(cls: type[Node]) -> tuple[str, ...]:
    """The names of what a kind of node has beside its span."""
    return tuple(f for f in cls.__struct_fields__ if f not in {"start", "end"})


_SLOTS = {cls: slots(cls) for cls in list(globals().values()) if isinstance(cls, type) and issubclass(cls, Node)}
