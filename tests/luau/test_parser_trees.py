"""What the parser reads: each construct of Luau, as the outline of its tree."""

import pytest

from toolboxai.luau.outline import outline
from toolboxai.luau.parser import parse
from toolboxai.luau.syntax import (
    Binary,
    Call,
    CallStatement,
    Cast,
    Chunk,
    Expression,
    Function,
    FunctionStatement,
    Index,
    InterpolatedString,
    Local,
    LocalFunction,
    MethodCall,
    Number,
    Return,
    String,
    Table,
    TypeAlias,
    TypeCallable,
    TypeIntersection,
    TypePack,
    TypeTable,
    TypeUnion,
    Unary,
    walk,
)


def read(source: str) -> Chunk:
    chunk = parse(source)
    assert chunk.problems == []
    return chunk


def value(source: str) -> Expression:
    statement = read(f"return {source}").block.statements[0]
    assert isinstance(statement, Return)
    return statement.values[0]


def shape(node: Expression) -> str:
    """An expression with a bracket around each operation."""
    if isinstance(node, Binary):
        return f"({shape(node.left)} {node.operator} {shape(node.right)})"
    if isinstance(node, Unary):
        return f"({node.operator} {shape(node.operand)})"
    if isinstance(node, Cast):
        return f"({shape(node.expression)} :: T)"
    return getattr(node, "name", None) or getattr(node, "text", "?")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a * b + c", "((a * b) + c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("a .. b .. c", "(a .. (b .. c))"),
        ("-a ^ b", "(- (a ^ b))"),
        ("-a * b", "((- a) * b)"),
        ("a ^ -b", "(a ^ (- b))"),
        ("not a == b", "((not a) == b)"),
        ("a or b and c", "(a or (b and c))"),
        ("a < b == c", "((a < b) == c)"),
        ("a .. b + c", "(a .. (b + c))"),
        ("a .. b == c", "((a .. b) == c)"),
        ("-a :: T", "(- (a :: T))"),
        ("a + b :: T + c", "((a + (b :: T)) + c)"),
        ("a // b % c / d", "(((a // b) % c) / d)"),
        ("1 - -1", "(1 - (- 1))"),
        ("# a .. b", "((# a) .. b)"),
    ],
)
def test_operators_bind_as_in_luau(source: str, expected: str) -> None:
    assert shape(value(source)) == expected


def test_a_tree_has_lines_and_columns() -> None:
    chunk = read("local x, y = f(1)\nprint(`{x}`)\n")
    assert list(outline(chunk)) == [
        "Block 1:1-3:1",
        "  statements: Local 1:1-1:18",
        "    bindings: Binding name='x' 1:7-1:8",
        "    bindings: Binding name='y' 1:10-1:11",
        "    values: Call 1:14-1:18",
        "      function: Name name='f' 1:14-1:15",
        "      arguments: Number text='1' 1:16-1:17",
        "  statements: CallStatement 2:1-2:13",
        "    call: Call 2:1-2:13",
        "      function: Name name='print' 2:1-2:6",
        "      arguments: InterpolatedString 2:7-2:12",
        "        expressions: Name name='x' 2:9-2:10",
    ]


def test_comments_are_kept_beside_the_tree() -> None:
    source = "-- one\nlocal x = 1 --[[ two\n]] --[==[ three ]] ]==]\n\n--four"
    chunk = read(source)
    kept = [source[start:end] for start, end in chunk.comments]
    assert kept == ["-- one", "--[[ two\n]]", "--[==[ three ]] ]==]", "--four"]


def test_positions_are_bytes() -> None:
    chunk = read('local é = "x"'.replace("é", "e") + ' local s = "😀" local z = 1')
    last = chunk.block.statements[-1]
    assert chunk.source[last.start : last.end] == b"local z = 1"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_of_windows_read_the_same(line_end: str) -> None:
    source = line_end.join(["local x = 1 -- c", "if x then", "\treturn [[a", "b]]", "end", ""])
    chunk = read(source)
    strings = [node.value for node in walk(chunk.block) if isinstance(node, String)]
    assert strings == [b"a\nb"]
    assert len(chunk.line_starts) == 6
    assert chunk.comments == [(12, 16)]


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        (r'"\n\t\\\"\a\b\f\v\r"', b'\n\t\\"\a\b\f\v\r'),
        (r'"\x41\65\065\u{41}\u{1F600}"', b"AAAA" + "😀".encode()),
        ('"\\z  \n  a"', b"a"),
        ('"a\\\nb"', b"a\nb"),
        ('"a\\\r\nb"', b"a\nb"),
        (r'"\q\-"', b"q-"),
        (r'"\0001"', b"\x001"),
        ("'é'", "é".encode()),
        ("[[\nfirst\n]]", b"first\n"),
        ("[==[ ]] ]=] ]==]", b" ]] ]=] "),
        ("[[\\n]]", b"\\n"),
    ],
)
def test_a_string_has_the_bytes_that_luau_gives_it(literal: str, expected: bytes) -> None:
    node = value(literal)
    assert isinstance(node, String)
    assert node.value == expected


@pytest.mark.parametrize(
    "literal", ["1", "1.5", ".5", "5.", "1e3", "1E-3", "0xFF", "0b101", "1_000", "0x_1", "5i", "0xFFi", "1_0i"]
)
def test_a_number_is_kept_as_written(literal: str) -> None:
    node = value(literal)
    assert isinstance(node, Number)
    assert node.text == literal


def test_backtick_strings_nest() -> None:
    node = value("`a{`b{ {x = '}'} }c`}d{1}`")
    assert isinstance(node, InterpolatedString)
    assert node.strings == [b"a", b"d", b""]
    inner, _ = node.expressions
    assert isinstance(inner, InterpolatedString)
    assert inner.strings == [b"b", b"c"]
    assert isinstance(inner.expressions[0], Table)


def test_a_backtick_in_a_comment_or_string_opens_nothing() -> None:
    chunk = read("-- ` {\nlocal a = '`' .. \"`{\" .. [[`]] .. `{ --[[ } ` ]] b}` -- `")
    assert len(chunk.comments) == 3


@pytest.mark.parametrize("name", ["continue", "type", "export", "const", "integer", "read", "write", "typeof"])
def test_words_that_are_no_keywords_name_anything(name: str) -> None:
    read(
        f"local {name} = 1\n{name} = 2\n{name}.{name} = {{ {name} = {name} }}\n{name}({name})\n{name} += 1\n"
        f"function {name}.{name}() end\nlocal function {name}({name}) return {name} end\n"
        f"type {name} = number\nfor {name} = 1, 2 do {name}() end\nreturn {name}:{name}()"
    )


def test_calls_without_parentheses_chain() -> None:
    node = value('f "a" {b} [[c]].d:e "f"')
    assert isinstance(node, MethodCall)
    assert node.name.name == "e"


def test_an_instantiation_stands_between_function_and_call() -> None:
    chunk = read("f<<number, (string, boolean), T...>>(1)\no:m<<T>>()\nlocal g = a.b<<T>>")
    call = chunk.block.statements[0]
    assert isinstance(call, CallStatement)
    assert isinstance(call.call, Call)
    method = chunk.block.statements[1]
    assert isinstance(method, CallStatement)
    assert isinstance(method.call, MethodCall)
    assert method.call.type_arguments is not None


def test_attributes_stand_with_their_function() -> None:
    chunk = read('@native\n@[deprecated{use = "g"}, checked]\nlocal function f() end\nreturn @native function() end')
    statement = chunk.block.statements[0]
    assert isinstance(statement, LocalFunction)
    assert [attribute.name for attribute in statement.function.attributes] == ["native", "deprecated", "checked"]
    assert statement.start == 0


def test_a_method_says_so() -> None:
    statement = read("function a.b.c:d(x, ...) end").block.statements[0]
    assert isinstance(statement, FunctionStatement)
    assert statement.is_method
    assert [parameter.name.name for parameter in statement.function.parameters] == ["x"]
    assert statement.function.vararg is not None


def test_constants_and_exports() -> None:
    chunk = read(
        "const a, b = 1, 2\nexport local c = a\nexport const d = b\nexport function e() end\nconst function f() end"
    )
    flags = [
        (node.is_const, node.exported) for node in chunk.block.statements if isinstance(node, (Local, LocalFunction))
    ]
    assert flags == [(True, False), (False, True), (True, True), (False, True), (True, False)]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("number | string", TypeUnion),
        ("number?", TypeUnion),
        ("| A | B", TypeUnion),
        ("A & B & (C | D)", TypeIntersection),
        ("{ read a: number, write b: string, [string]: T, ['x y']: U }", TypeTable),
        ("{number}", TypeTable),
        ("<T, U...>(a: T, b: U, V, ...number) -> (T, U...)", TypeCallable),
        ("() -> ()", TypeCallable),
        ("(number) -> ...string", TypeCallable),
        ("(A, B...) -> (string?) | number", TypeCallable),
    ],
)
def test_types_have_their_nodes(source: str, kind: type) -> None:
    statement = read(f"type X<T, U..., V = number> = {source}").block.statements[0] if "V =" in source else None
    statement = statement or read(f"type X = {source}").block.statements[0]
    assert isinstance(statement, TypeAlias)
    assert type(statement.type) is kind


def test_defaults_of_generics() -> None:
    statement = read("export type X<T = string, U... = (number, string), V... = ...T> = Y<T, U...>").block.statements[0]
    assert isinstance(statement, TypeAlias)
    assert statement.exported
    assert [generic.is_pack for generic in statement.generics] == [False, True, True]
    assert isinstance(statement.generics[1].default, TypePack)


def test_a_function_body_knows_its_place() -> None:
    chunk = read("local function f<T>(a: T, ...: T): (T, T)\n\treturn a, ...\nend")
    function = next(node for node in walk(chunk.block) if isinstance(node, Function))
    assert chunk.source[function.start : function.end].startswith(b"<T>(a")
    assert function.end == len(chunk.source)


def test_index_and_call_spans_reach_their_brackets() -> None:
    node = value("a[ b ]( c )")
    assert (node.start, node.end) == (7, 18)
    assert isinstance(node, Call)
    assert isinstance(node.function, Index)
    assert node.function.end == 13


def test_a_shebang_line_is_skipped() -> None:
    chunk = read("#!/usr/bin/env luau\nreturn 1")
    assert isinstance(chunk.block.statements[0], Return)
    assert chunk.line_starts == [0, 20]
