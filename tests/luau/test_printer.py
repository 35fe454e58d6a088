"""A tree prints as what it was read from; a tree made in Python prints as source that reads back as it."""

import pytest
from hypothesis import HealthCheck, example, given, settings

from luau.test_parser_laws import code
from luau.trees import blocks, equal
from toolboxai.luau import syntax as s
from toolboxai.luau.parser import parse
from toolboxai.luau.printer import PrintError, to_source
from toolboxai.luau.syntax import make


@given(code)
@example("\n")
def test_what_was_read_prints_as_it_stood(text: str) -> None:
    chunk = parse(text)
    assert to_source(chunk) == chunk.source


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(blocks())
def test_what_was_made_reads_back_as_it_was_made(block: s.Block) -> None:
    source = to_source(block)
    chunk = parse(source)
    assert chunk.problems == [], source
    assert equal(chunk.block, block), source


def test_what_precedence_needs_is_in_parentheses() -> None:
    a, b, c = (make(s.Name, name) for name in "abc")
    total = make(s.Binary, "+", a, b)
    assert to_source(make(s.Binary, "*", total, c)) == b"(a + b) * c"
    assert to_source(make(s.Unary, "-", make(s.Unary, "-", a))) == b"- -a"
    assert to_source(make(s.MethodCall, make(s.String, b"x"), make(s.Name, "rep"), [a])) == b'("x"):rep(a)'
    assert to_source(make(s.Binary, "<", make(s.Cast, a, make(s.TypeName, None, "T", None)), b)) == b"(a :: T) < b"


def test_a_statement_that_begins_with_a_parenthesis_calls_nothing_before_it() -> None:
    call = make(s.CallStatement, make(s.Call, make(s.Group, make(s.Name, "f")), []))
    assert to_source(make(s.Block, [call, call])) == b"(f)();\n(f)()"


@pytest.mark.parametrize("node", [make(s.Name, "end"), make(s.Number, "-1"), make(s.ErrorExpression, [])])
def test_what_no_source_gives_is_refused_with_a_remedy(node: s.Node) -> None:
    with pytest.raises(PrintError) as caught:
        to_source(node)
    assert caught.value.remedy


def test_depth_is_no_limit() -> None:
    node: s.Node = make(s.Name, "x")
    for _ in range(20_000):
        node = make(s.Unary, "not", node)
    assert to_source(node) == b"not " * 20_000 + b"x"
