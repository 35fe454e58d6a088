"""What holds for every text, Luau or not."""

import itertools
import random
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolboxai.luau.parser import parse
from toolboxai.luau.syntax import Node, children
from toolboxai.luau.tokens import KEYWORDS, KINDS, SYMBOLS, Tokens

_WORDS = [
    *sorted(KEYWORDS | SYMBOLS),
    "x", "y", "type", "continue", "const", "export", "typeof", "read", "1", "0x1F", "5i", "1..2", '"s"', "'\\q'", '"open',
    "[[long]]", "[=[open", "`b`", "`a{", "}b{", "}c`", "`open", "@native", "@[", "-- c\n", "--[[ c ]]", "--[[ open",
    "\n", "\r\n", "\t", "\0", "\x80", "é", "😀", "$", "\\", "local x =", "if x then", "function f(", "repeat", "f<<", ">>",
]  # fmt: skip
soup = st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join)
code = st.one_of(soup, st.lists(st.sampled_from(_WORDS), max_size=30).map("".join), st.text(max_size=60))


@given(code)
def test_any_text_gives_a_tree(text: str) -> None:
    chunk = parse(text)
    assert chunk.source == text.encode("utf-8", "surrogatepass")


@given(st.binary(max_size=80))
def test_any_bytes_give_a_tree(data: bytes) -> None:
    assert parse(data).source == data


@given(code)
@example("local x = ")
@example("f(-")
@example("\n\n  local")
@example("@native function f(")
@example("@native local function f() end return @native function() end")
def test_a_span_lies_within_its_parents(text: str) -> None:
    chunk = parse(text)
    assert (chunk.block.start, chunk.block.end) == (0, len(chunk.source))
    stack: list[Node] = [chunk.block]
    while stack:
        node = stack.pop()
        assert node.start <= node.end
        for child in children(node):
            assert node.start <= child.start <= child.end <= node.end, (node, child)
            stack.append(child)


@given(code)
def test_siblings_stand_in_the_order_of_the_text(text: str) -> None:
    stack: list[Node] = [parse(text).block]
    while stack:
        below = list(children(stack.pop()))
        stack += below
        for before, after in itertools.pairwise(below):
            assert before.end <= after.start


@given(code)
@example("\ufeff")
def test_tokens_and_what_is_between_them_give_the_source_back(text: str) -> None:
    source = text.encode("utf-8", "surrogatepass").decode("latin-1")
    tokens = Tokens(source)
    pieces = [
        *zip(tokens.starts, tokens.ends, strict=True),
        *tokens.comments,
    ]
    position = 0
    for start, end in sorted(pieces):
        assert position <= start <= end
        assert not source[position:start].strip(" \t\r\n\v\f") or position == 0  # only `#!` may be skipped too
        position = end
    assert not source[position:].strip(" \t\r\n\v\f")
    for kind, text_, start, end in zip(tokens.kinds, tokens.texts, tokens.starts, tokens.ends, strict=True):
        assert kind in KINDS
        assert source[start:end].rstrip(" \t\r\n\v\f") == text_


@given(code)
def test_a_problem_lies_within_the_source(text: str) -> None:
    chunk = parse(text)
    for problem in chunk.problems:
        assert 0 <= problem.start <= problem.end <= len(chunk.source)
        assert problem.message


@given(code)
def test_the_same_text_gives_the_same_tree(text: str) -> None:
    assert repr(parse(text)) == repr(parse(text))


@given(st.text(alphabet="ab\n\r", max_size=40))
def test_lines_start_behind_each_line_feed(text: str) -> None:
    starts = parse(text).line_starts
    assert starts == [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]


GARBAGE = {
    "two equals signs": "local = = ",
    "open parentheses": "(",
    "open braces": "{",
    "open brackets": "x[",
    "open strings": '"',
    "open strings, a line each": "'\n",
    "open long strings": "[[",
    "long brackets that nothing closes": "[==[ ]=] ",
    "open comments": "--[[",
    "open backtick strings": "`{",
    "backtick texts": "`a{b}` ",
    "escaped spaces": '"\\z   ',
    "ends": "end ",
    "thens": "if x then ",
    "functions": "function f() ",
    "elseifs": "elseif x then ",
    "operators": "x + ",
    "unary operators": "- ",
    "fields": "x.y",
    "calls": "f()\n()",
    "types": "type x = {",
    "unions": "x: |",
    "angles": "<<",
    "attributes": "@native ",
    "equals in brackets": "[=",
    "bytes": "\x80\xff",
    "numbers": "1.2.3e+",
}


def _calls(text: str) -> int:
    """How many functions, Python's and C's, the parser calls: a cost that no other process changes."""
    count = 0

    def tally(_frame: object, event: str, _function: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        parse(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_costs_no_more_than_its_length(piece: str) -> None:
    small = _calls(piece * (4_000 // len(piece)))
    large = _calls(piece * (40_000 // len(piece)))
    assert large <= 12 * small + 500  # ten times the input


@pytest.mark.parametrize("piece", GARBAGE.values(), ids=GARBAGE.keys())
def test_much_garbage_is_read_to_its_end(piece: str) -> None:
    parse(piece * (200_000 // len(piece)))


def test_mutilated_source_is_never_raised_over() -> None:
    chance = random.Random(7)
    source = ("local function f(a: number, ...): (string)\n  return `{a} of {#...}` .. tostring(a) -- why\nend\n") * 200
    for _ in range(50):
        cut, end = sorted((chance.randrange(len(source)), chance.randrange(len(source))))
        parse(source[:cut] + source[end:])
