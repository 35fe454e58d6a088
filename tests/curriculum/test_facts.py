"""What a source is made of."""

import pytest

from toolboxai.curriculum.facts import facts
from toolboxai.luau.parser import parse


def test_calls_are_counted_by_their_whole_name():
    counted = facts(parse('print("a") print(Instance.new("Part")) game.Workspace.Door.Touched:Connect(print) f()()'))
    assert counted["call print"] == 2
    assert counted["call Instance.new"] == 1
    assert counted["call :Connect"] == 1
    assert counted["call f"] == 1


@pytest.mark.parametrize(
    ("source", "construct"),
    [
        ("for i = 1, 3 do end", "for"),
        ("for k, v in t do end", "for"),
        ("while x do end", "while"),
        ("repeat until x", "repeat"),
        ("if x then end", "if"),
        ("local y = if x then 1 else 2", "if expression"),
        ("local function f() end", "function"),
        ("function t.f() end", "function"),
        ("task.spawn(function() end)", "anonymous function"),
        ("x = 1", "assignment"),
        ("x += 1", "compound assignment"),
        ("local t = {}", "table"),
        ("local s = `a{1}`", "interpolated string"),
        ("-- hello", "comment"),
        ("local x", "local"),
    ],
)
def test_a_construct_is_seen_where_it_is_and_only_there(source, construct):
    assert facts(parse(source)).get(construct) == 1
    assert not facts(parse('print "for while if"')).get(construct)


def test_a_named_function_is_not_an_anonymous_one():
    assert "anonymous function" not in facts(parse("local function f() end function g() end"))


def test_half_a_source_still_has_its_facts():
    assert facts(parse('print("a")\nfor i = 1 do'))["call print"] == 1
