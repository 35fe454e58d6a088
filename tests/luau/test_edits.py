"""Edits change what they are asked to, keep every other byte, and refuse what contradicts itself."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luau.trees import blocks, equal, expressions
from toolboxai.luau import syntax as s
from toolboxai.luau.edits import ConflictingEditsError, Edit, EditError, Edits, apply_edits
from toolboxai.luau.parser import parse
from toolboxai.luau.printer import to_source
from toolboxai.luau.syntax import make

SOURCE = b"""--!strict
-- what it is for
local Players = game:GetService("Players") -- the service

local function sum(values: { number }, ...): number
\tlocal total = 0 --[[ so far ]]
\tfor _, value in values do
\t\ttotal += value * 2 ^ -1 .. "x" -- odd
\t\tif value<1 or not total then continue end
\tend;
\t(print or warn)(`{total} of {#values}`, -total, {a=1,2,[3]=4})
\treturn if total > 0 then total else (select("#", ...))
end

return sum
"""
FUNCTIONS = (s.FunctionStatement, s.LocalFunction, s.TypeFunction)
VALUES = get_args(s.Expression)
sources = st.one_of(
    st.sampled_from([SOURCE, SOURCE.replace(b"\n", b"\r\n")]),
    blocks(10).map(to_source),
)
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def places(chunk: s.Chunk) -> list[s.Node]:
    """The expressions that any other may replace."""
    found = []
    named = {
        id(part)
        for node in s.walk(chunk.block)
        if isinstance(node, s.FunctionStatement)
        for part in s.walk(node.target)
    }
    for node in s.walk(chunk.block):
        if id(node) in named or isinstance(node, (s.CallStatement, s.Parameter, s.Attribute, s.Function, *FUNCTIONS)):
            continue
        names = {id(getattr(node, "name", None)), id(getattr(node, "target", None))}
        names |= {id(target) for target in node.targets} if isinstance(node, s.Assign) else set()
        names |= {id(node.key)} if isinstance(node, s.TableItem) and not node.bracketed else set()
        found += [child for child in s.children(node) if isinstance(child, VALUES) and id(child) not in names]
    return found


def statements(chunk: s.Chunk) -> list[tuple[s.Block, int]]:
    blocks_ = [node for node in s.walk(chunk.block) if isinstance(node, s.Block)]
    return [(block, index) for block in blocks_ for index in range(len(block.statements))]


@slow
@given(sources, expressions(), st.randoms(use_true_random=False))
def test_a_replaced_expression_is_the_only_change(source: bytes, new: s.Node, chance) -> None:
    chunk = parse(source)
    found = places(chunk)
    if not found:
        return
    old = chance.choice(found)
    edited = Edits(chunk).replace(old, new).apply()
    assert edited.startswith(source[: old.start].rstrip())
    assert edited.endswith(source[old.end :])
    read = parse(edited)
    assert read.problems == [], edited
    assert equal(read.block, chunk.block, {old: new}), edited


@slow
@given(sources, st.randoms(use_true_random=False))
def test_a_removed_statement_is_gone_and_the_others_are_not(source: bytes, chance) -> None:
    chunk = parse(source)
    found = statements(chunk)
    if not found:
        return
    block, index = chance.choice(found)
    edited = Edits(chunk).remove(block.statements[index]).apply()
    rest = [statement for statement in block.statements if statement is not block.statements[index]]
    assert equal(parse(edited).block, chunk.block, {block: make(s.Block, rest)}), edited


@slow
@given(sources, expressions(), st.randoms(use_true_random=False))
def test_an_inserted_statement_stands_where_it_was_put(source: bytes, value: s.Node, chance) -> None:
    chunk = parse(source)
    found = [node for node in s.walk(chunk.block) if isinstance(node, s.Block)]
    block = chance.choice(found)
    last = bool(block.statements) and isinstance(block.statements[-1], (s.Return, s.Break, s.Continue))
    index = chance.randint(0, len(block.statements) - last)
    new = [make(s.CallStatement, make(s.Call, value, [])), make(s.Local, [make(s.Binding, "n", None)], [value])]
    edited = Edits(chunk).insert(block, index, *new).apply()
    expected = [*block.statements[:index], *new, *block.statements[index:]]
    assert equal(parse(edited).block, chunk.block, {block: make(s.Block, expected)}), edited


@given(st.binary(max_size=20), st.data())
def test_edits_that_do_not_touch_come_out_the_same_in_any_order(source: bytes, data: st.DataObject) -> None:
    marks = sorted(data.draw(st.sets(st.integers(0, len(source)), max_size=6)))
    edits = [Edit(a, b, b"<>") for a, b in zip(marks[::2], marks[1::2], strict=False)]
    once = apply_edits(source, edits)
    assert apply_edits(source, data.draw(st.permutations(edits))) == once
    assert len(once) == len(source) + sum(2 - edit.end + edit.start for edit in edits)


def test_overlapping_edits_are_refused() -> None:
    chunk = parse(b"local x = f(a + b)")
    value = chunk.block.statements[0].values[0]
    edits = Edits(chunk).replace(value, make(s.Nil)).replace(value.arguments[0], make(s.Nil))
    with pytest.raises(ConflictingEditsError) as caught:
        edits.apply()
    assert caught.value.remedy


def test_the_same_replacement_twice_is_one() -> None:
    assert apply_edits(b"abc", [Edit(1, 2, b"x"), Edit(1, 2, b"x")]) == b"axc"
    with pytest.raises(ConflictingEditsError):
        apply_edits(b"abc", [Edit(1, 2, b"x"), Edit(1, 2, b"y")])


def first(source: bytes) -> tuple[s.Chunk, s.Statement]:
    chunk = parse(source)
    return chunk, chunk.block.statements[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"-- why\nlocal a = 1 -- one\nlocal b = 2\n", b"new()\n-- why\nlocal a = 1 -- one\nlocal b = 2\n"),
        (b"--!strict\nlocal a\n", b"--!strict\nnew()\nlocal a\n"),
        (b"  local a\r\n", b"  new()\r\n  local a\r\n"),
        (b"(f)()", b"new();\n(f)()"),
    ],
)
def test_before_the_first_statement(source: bytes, expected: bytes) -> None:
    chunk, _ = first(source)
    new = make(s.CallStatement, make(s.Call, make(s.Name, "new"), []))
    assert Edits(chunk).insert(chunk.block, 0, new).apply() == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"if x then\n    a() -- yes\nend\n", b"if x then\n    a() -- yes\n    new()\nend\n"),
        (b"if x then a() end", b"if x then a() new() end"),
        (b"if x then\n\tif y then\n\tend\nend\n", b"if x then\n\tif y then\n\tend\n\tnew()\nend\n"),
        (b"if x then\nend\n", b"if x then\n\tnew()\nend\n"),
        (b"if x then -- why\nend\n", b"if x then -- why\n\tnew()\nend\n"),
    ],
)
def test_at_the_end_of_a_block(source: bytes, expected: bytes) -> None:
    chunk, statement = first(source)
    body = statement.branches[0][1]
    new = make(s.CallStatement, make(s.Call, make(s.Name, "new"), []))
    assert Edits(chunk).insert(body, len(body.statements), new).apply() == expected


def test_nothing_is_put_behind_a_return() -> None:
    chunk, _ = first(b"return 1")
    with pytest.raises(EditError):
        Edits(chunk).insert(chunk.block, 1, b"f()")


@pytest.mark.parametrize(("index", "expected"), [(0, b"f(b, --[[c]] c)"), (1, b"f(a, --[[c]] c)"), (2, b"f(a, b)")])
def test_an_argument_goes_with_its_comma(index: int, expected: bytes) -> None:
    chunk, statement = first(b"f(a, b, --[[c]] c)")
    assert Edits(chunk).remove(statement.call.arguments[index]).apply().replace(b" --[[c]])", b")") == expected


def test_what_has_no_comma_is_not_removed() -> None:
    chunk, statement = first(b"local x = 1")
    with pytest.raises(EditError):
        Edits(chunk).remove(statement.values[0])


def test_a_new_name_keeps_the_annotation() -> None:
    chunk, statement = first(b"local x: number = 1")
    assert Edits(chunk).rename(statement.bindings[0], "count").apply() == b"local count: number = 1"
    with pytest.raises(EditError):
        Edits(chunk).rename(statement.bindings[0], "end")


def test_a_read_node_may_stand_in_a_made_one() -> None:
    chunk, statement = first(b"local x = a --[[first]] + b")
    old = statement.values[0]
    new = make(s.Binary, "*", old, make(s.Number, "2"))
    assert Edits(chunk).replace(old, new).apply() == b"local x = (a --[[first]] + b) * 2"


@pytest.mark.parametrize(
    ("source", "expected"), [(b"return(x)", b"return 1"), (b"return x..y", b"return x..1"), (b"x = y-(z)", b"x = y-1")]
)
def test_what_would_run_together_is_kept_apart(source: bytes, expected: bytes) -> None:
    chunk, statement = first(source)
    value = statement.values[0]
    old = value.right if isinstance(value, s.Binary) else value
    assert parse(Edits(chunk).replace(old, make(s.Number, "1")).apply()).problems == []
    assert Edits(chunk).replace(old, make(s.Number, "1")).apply().replace(b".. 1", b"..1") == expected
