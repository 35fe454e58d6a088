"""A syntax tree as Luau source: what was read prints as it stood, what was made in Python as it must be written."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final

from toolboxai.errors import ToolboxError
from toolboxai.luau import syntax as s
from toolboxai.luau.literal import is_identifier, lua_literal
from toolboxai.luau.parser_literals import number_problem
from toolboxai.luau.precedence import as_operand, as_option, as_prefix

__all__ = ["PrintError", "to_source"]

_LINE: Final = object()
_IN: Final = object()
_OUT: Final = object()
_FIRST: Final = object()
_NEXT: Final = object()
_SPECIAL: Final = re.compile(rb"([`{])")
_TIGHT: Final = frozenset({"--", "[[", "[=", "{{"})
"""Two characters that mean something else when they touch."""
_SHORT: Final = 4

_Parts = Iterable[Any]


class PrintError(ToolboxError, ValueError):
    """A made node that no Luau source gives."""


def to_source(
    node: s.Node | s.Chunk, chunk: s.Chunk | None = None, *, margin: str = "", indent: str = "\t", newline: str = "\n"
) -> bytes:
    """The source of a tree.

    With ``chunk``, a node that was read from it gives its own bytes; nodes made with `syntax.make` are written anew,
    and may hold read ones. Without, the whole tree is written anew, comments left out. Parentheses that precedence
    needs are added. ``margin`` goes before each further line, ``indent`` is one level. A `Chunk` gives its source.
    Raises `PrintError` for what cannot be written: an error node, a name or number that is none.

        to_source(make(Binary, "*", make(Binary, "+", a, b), c))     # b"(a + b) * c"
    """
    if isinstance(node, s.Chunk):
        return to_source(node.block, node)
    return _Printer(chunk, margin, indent, newline).text(node).encode("latin-1")


class _Printer:
    """Keeps a stack of what is still to be written: texts, nodes and marks; depth is no limit."""

    def __init__(self, chunk: s.Chunk | None, margin: str, indent: str, newline: str) -> None:
        self._source = chunk.source.decode("latin-1") if chunk else None
        self._indent = indent
        self._break = newline + margin
        self._depth = 0
        self._out: list[str] = []
        self._line_at = 0
        self._begins_statement = False

    def text(self, root: s.Node) -> str:
        stack: list[Any] = [root]
        while stack:
            part = stack.pop()
            if isinstance(part, str):
                self._write(part)
            elif isinstance(part, s.Node):
                if part.start >= 0 and self._source is not None:
                    self._write(self._verbatim(part, is_root=part is root))
                else:
                    stack.extend(reversed(list(_WRITERS[type(part)](part))))
            elif part is _LINE:
                self._new_line()
            elif part is _IN or part is _OUT:
                self._depth += 1 if part is _IN else -1
            else:
                self._begins_statement = part is _NEXT
        return "".join(self._out)

    def _verbatim(self, node: s.Node, *, is_root: bool) -> str:
        assert self._source is not None
        text = self._source[node.start : node.end]
        return text.rstrip() if isinstance(node, s.Block) and not is_root else text

    def _new_line(self) -> None:
        self._line_at = len(self._out)
        if self._out:
            self._out.append(self._break + self._indent * self._depth)

    def _write(self, text: str) -> None:
        out = self._out
        if not text:
            return
        if self._begins_statement:
            self._begins_statement = False
            if text[0] == "(":
                out.insert(self._line_at, ";")  # else it would be the call of what stands before
        if out:
            before = out[-1][-1:]
            if touches(before, text):
                out.append(" ")
        out.append(text)


def touches(before: str, text: str) -> bool:
    """Whether ``text`` right behind the character ``before`` would be read with it as one token."""
    first = text[:1]
    return before + first in _TIGHT or (_is_word(before) and _is_word(first))


def _is_word(character: str) -> bool:
    return character == "_" or (character.isalnum() and character.isascii())


def _listed(parts: Iterable[Any], separator: str = ", ") -> list[Any]:
    """The parts, a part being a node or a list of parts, with ``separator`` between them."""
    found: list[Any] = []
    for part in parts:
        if found:
            found.append(separator)
        found += part if isinstance(part, list) else [part]
    return found


def _name(name: str) -> str:
    if not is_identifier(name):
        raise PrintError(f"{name!r} is no Luau name", remedy="use ASCII letters, digits and _, and no keyword")
    return name


def _in_parentheses(node: s.Node, needed: bool) -> list[Any]:
    return ["(", node, ")"] if needed else [node]


def _prefix(node: s.Node) -> list[Any]:
    return _in_parentheses(node, as_prefix(node))


# --- expressions


def _number(node: s.Number) -> _Parts:
    if number_problem(node.text):
        raise PrintError(f"{node.text!r} is no Luau number", remedy="write a negative one as a Unary")
    return [node.text]


def _literal(value: bytes) -> str:
    return lua_literal(value).encode().decode("latin-1")


def _interpolated(node: s.InterpolatedString) -> _Parts:
    if len(node.strings) != len(node.expressions) + 1:
        raise PrintError("an interpolated string has one text more than expressions", remedy="add an empty text")
    opener = "`"
    for value, expression in zip(node.strings, node.expressions, strict=False):
        yield f"{opener}{_piece(value)}{{"
        yield expression
        opener = "}"
    yield f"{opener}{_piece(node.strings[-1])}`"


def _piece(value: bytes) -> str:
    pieces = _SPECIAL.split(value)
    return "".join(f"\\{piece.decode()}" if piece in {b"`", b"{"} else _literal(piece)[1:-1] for piece in pieces)


def _method_call(node: s.MethodCall) -> _Parts:
    types = [] if node.type_arguments is None else ["<<", *_listed(node.type_arguments), ">>"]
    return [*_prefix(node.object), ":", node.name, *types, "(", *_listed(node.arguments), ")"]


def _attribute(node: s.Attribute) -> _Parts:
    if not node.arguments:
        return [f"@{_name(node.name)}"]
    return ["@[", _name(node.name), "(", *_listed(node.arguments), ")", "]"]


def _generics(parameters: Sequence[s.GenericParameter]) -> _Parts:
    return ["<", *_listed(parameters), ">"] if parameters else []


def _generic(node: s.GenericParameter) -> _Parts:
    default = [] if node.default is None else [" = ", node.default]
    return [_name(node.name), "..." if node.is_pack else "", *default]


def _annotated(name: str, annotation: s.Node | None) -> list[Any]:
    return [name] if annotation is None else [name, ": ", annotation]


def _body(node: s.Function) -> _Parts:
    """From the generics to ``end``."""
    parameters: list[Any] = list(node.parameters)
    if node.vararg is not None:
        parameters.append(_annotated("...", node.vararg_annotation))
    returns = [] if node.returns is None else [": ", node.returns]
    return [*_generics(node.generics), "(", *_listed(parameters), ")", *returns, *_closed(node.body)]


def _attributes(node: s.Function) -> _Parts:
    return chain.from_iterable((attribute, " ") for attribute in node.attributes)


def _table_item(node: s.TableItem) -> _Parts:
    key = node.key
    if key is None:
        return [node.value]
    if isinstance(key, s.String) and not node.bracketed and is_identifier(key.value.decode("latin-1")):
        return [key.value.decode("latin-1"), " = ", node.value]
    return ["[", key, "] = ", node.value]


def _table(node: s.Table) -> _Parts:
    if not node.items:
        return ["{}"]
    if len(node.items) <= _SHORT and not any(isinstance(item.value, (s.Table, s.Function)) for item in node.items):
        return ["{ ", *_listed(node.items), " }"]
    return ["{", _IN, *chain.from_iterable((_LINE, item, ",") for item in node.items), _OUT, _LINE, "}"]


def _unary(node: s.Unary) -> _Parts:
    operator = "not " if node.operator == "not" else node.operator
    return [operator, *_in_parentheses(node.operand, as_operand(node, node.operand, node.operand))]


def _binary(node: s.Binary) -> _Parts:
    left = _in_parentheses(node.left, as_operand(node, node.left, node.left))
    right = _in_parentheses(node.right, as_operand(node, node.right, node.right))
    return [*left, f" {node.operator} ", *right]


def _if_expression(node: s.IfExpression) -> _Parts:
    for index, (condition, value) in enumerate(node.branches):
        yield from ("elseif " if index else "if ", condition, " then ", value, " ")
    yield from ("else ", node.otherwise)


def _cast(node: s.Cast) -> _Parts:
    return [
        *_in_parentheses(node.expression, as_operand(node, node.expression, node.expression)),
        " :: ",
        node.annotation,
    ]


# --- statements


def _block(node: s.Block) -> _Parts:
    for index, statement in enumerate(node.statements):
        yield from (_LINE, _NEXT if index else _FIRST, statement)


def _inner(node: s.Block) -> _Parts:
    """A block, a level deeper, and the line break behind it."""
    return [_IN, node, _OUT, _LINE] if node.statements or node.start >= 0 else [" "]


def _closed(node: s.Block) -> _Parts:
    return [*_inner(node), "end"]


def _local(node: s.Local) -> _Parts:
    values = [" = ", *_listed(node.values)] if node.values else []
    word = "const " if node.is_const else "local "
    return ["export " if node.exported else "", word, *_listed(node.bindings), *values]


def _local_function(node: s.LocalFunction) -> _Parts:
    word = "export " if node.exported else "const " if node.is_const else "local "
    return [*_attributes(node.function), word, "function ", node.name, *_body(node.function)]


def _function_statement(node: s.FunctionStatement) -> _Parts:
    target: list[Any] = [node.target]
    if node.is_method:
        if not isinstance(node.target, s.Field):
            raise PrintError("a method stands in a table", remedy="make the target a Field")
        target = [node.target.object, ":", node.target.name]
    return [*_attributes(node.function), "function ", *target, *_body(node.function)]


def _call_statement(node: s.CallStatement) -> _Parts:
    if not isinstance(node.call, (s.Call, s.MethodCall)):
        raise PrintError("only a call can be a statement", remedy="make it a Call or a MethodCall")
    return [node.call]


def _if(node: s.If) -> _Parts:
    for index, (condition, body) in enumerate(node.branches):
        yield from ("elseif " if index else "if ", condition, " then", *_inner(body))
    if node.otherwise is not None:
        yield from ("else", *_inner(node.otherwise))
    yield "end"


def _numeric_for(node: s.NumericFor) -> _Parts:
    step = [] if node.step is None else [", ", node.step]
    return ["for ", node.variable, " = ", node.first, ", ", node.last, *step, " do", *_closed(node.body)]


def _generic_for(node: s.GenericFor) -> _Parts:
    return ["for ", *_listed(node.variables), " in ", *_listed(node.iterators), " do", *_closed(node.body)]


def _alias(node: s.TypeAlias) -> _Parts:
    return ["export " if node.exported else "", "type ", _name(node.name), *_generics(node.generics), " = ", node.type]


def _type_function(node: s.TypeFunction) -> _Parts:
    return ["export " if node.exported else "", "type function ", _name(node.name), *_body(node.function)]


# --- types


def _type_name(node: s.TypeName) -> _Parts:
    prefix = [] if node.prefix is None else [_name(node.prefix), "."]
    arguments = [] if node.arguments is None else ["<", *_listed(node.arguments), ">"]
    return [*prefix, _name(node.name), *arguments]


def _type_field(node: s.TypeField) -> _Parts:
    access = f"{node.access} " if node.access else ""
    key = node.key
    if key is None:
        return [access, node.type]
    if not isinstance(key, bytes):
        return [access, "[", key, "]: ", node.type]
    name = key.decode("latin-1")
    return [access, name if is_identifier(name) else f"[{_literal(key)}]", ": ", node.type]


def _type_table(node: s.TypeTable) -> _Parts:
    return ["{ ", *_listed(node.fields), " }"] if node.fields else ["{}"]


def _callable(node: s.TypeCallable) -> _Parts:
    parameters = _listed([kind] if name is None else [_name(name), ": ", kind] for name, kind in node.parameters)
    return [*_generics(node.generics), "(", *parameters, ") -> ", node.returns]


def _options(node: s.TypeUnion | s.TypeIntersection) -> _Parts:
    """``A | B?``; one alone is written behind its operator, for it would else be no union."""
    operator, options = ("|", node.options) if isinstance(node, s.TypeUnion) else ("&", node.parts)
    written = 0
    for option in options:
        if isinstance(option, s.TypeOptional):
            if not written or operator == "&":
                raise PrintError("`?` stands behind an option of a union", remedy="put the other option before it")
            yield "?"
            continue
        if written or len(options) == 1:
            yield f" {operator} " if written else f"{operator} "
        yield from _in_parentheses(option, as_option(node, option, option))
        written += 1


def _singleton(node: s.TypeSingleton) -> _Parts:
    if isinstance(node.value, bytes):
        return [_literal(node.value)]
    return ["nil" if node.value is None else str(node.value).lower()]


def _impossible(node: s.Node) -> _Parts:
    raise PrintError(
        f"{type(node).__name__} has no source of its own", remedy="print it with the chunk that it was read from"
    )


_WRITERS: Final[dict[type[s.Node], Callable[[Any], _Parts]]] = {
    s.Nil: lambda _: ["nil"],
    s.Boolean: lambda node: ["true" if node.value else "false"],
    s.Number: _number,
    s.String: lambda node: [_literal(node.value)],
    s.InterpolatedString: _interpolated,
    s.Vararg: lambda _: ["..."],
    s.Name: lambda node: [_name(node.name)],
    s.Field: lambda node: [*_prefix(node.object), ".", node.name],
    s.Index: lambda node: [*_prefix(node.object), "[", node.key, "]"],
    s.Call: lambda node: [*_prefix(node.function), "(", *_listed(node.arguments), ")"],
    s.MethodCall: _method_call,
    s.Instantiation: lambda node: [*_prefix(node.expression), "<<", *_listed(node.type_arguments), ">>"],
    s.Attribute: _attribute,
    s.Parameter: lambda node: _annotated(_name(node.name.name), node.annotation),
    s.GenericParameter: _generic,
    s.Function: lambda node: [*_attributes(node), "function", *_body(node)],
    s.TableItem: _table_item,
    s.Table: _table,
    s.Unary: _unary,
    s.Binary: _binary,
    s.Group: lambda node: ["(", node.expression, ")"],
    s.IfExpression: _if_expression,
    s.Cast: _cast,
    s.ErrorExpression: _impossible,
    s.Block: _block,
    s.Binding: lambda node: _annotated(_name(node.name), node.annotation),
    s.Local: _local,
    s.LocalFunction: _local_function,
    s.FunctionStatement: _function_statement,
    s.Assign: lambda node: [*_listed(node.targets), " = ", *_listed(node.values)],
    s.CompoundAssign: lambda node: [node.target, f" {node.operator}= ", node.value],
    s.CallStatement: _call_statement,
    s.Do: lambda node: ["do", *_closed(node.body)],
    s.While: lambda node: ["while ", node.condition, " do", *_closed(node.body)],
    s.Repeat: lambda node: ["repeat", *_inner(node.body), "until ", node.condition],
    s.If: _if,
    s.NumericFor: _numeric_for,
    s.GenericFor: _generic_for,
    s.Return: lambda node: ["return", *([" ", *_listed(node.values)] if node.values else [])],
    s.Break: lambda _: ["break"],
    s.Continue: lambda _: ["continue"],
    s.TypeAlias: _alias,
    s.TypeFunction: _type_function,
    s.ErrorStatement: _impossible,
    s.TypeName: _type_name,
    s.TypeField: _type_field,
    s.TypeTable: _type_table,
    s.TypeCallable: _callable,
    s.TypeUnion: _options,
    s.TypeIntersection: _options,
    s.TypeOptional: _impossible,
    s.TypeSingleton: _singleton,
    s.TypeTypeof: lambda node: ["typeof(", node.expression, ")"],
    s.TypeGroup: lambda node: ["(", node.type, ")"],
    s.TypePack: lambda node: ["(", *_listed(node.types), ")"],
    s.TypeVariadic: lambda node: ["...", node.type],
    s.TypeGenericPack: lambda node: [_name(node.name), "..."],
    s.ErrorType: _impossible,
}
