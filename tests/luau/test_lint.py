"""Lint: what each rule finds and lets be, how a file turns rules off, and that it takes no longer than the file is long."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.luau import parse
from toolboxai.luau.lint import ERROR, RULES, Finding, Rule, lint
from toolboxai.luau.world import LUAU
from toolboxai.roblox.world import roblox_world, world_of

from .lint_cases import CASES

WORLD = roblox_world()
BAD = [(rule, source) for rule, cases in CASES.items() for source in cases.bad]
GOOD = [(rule, source) for rule, cases in CASES.items() for source in cases.good]


def lines(source: str, rule: str) -> list[int]:
    chunk = parse(source)
    assert not chunk.problems, chunk.problems
    return [found.line for found in lint(chunk, "x.luau", world=WORLD, rules=[RULES[rule]])]


def rules(source: str | bytes) -> set[str]:
    return {found.rule for found in lint(parse(source), "x.luau", world=WORLD)}


def test_every_rule_has_cases_of_both_kinds():
    assert set(CASES) == set(RULES)
    assert all(cases.bad and cases.good for cases in CASES.values())


@pytest.mark.parametrize(("rule", "source"), BAD)
def test_the_rule_finds_it_on_the_marked_lines(rule: str, source: str):
    marked = [number for number, line in enumerate(source.split("\n"), 1) if line.endswith("--!")]
    source = re.sub(r" --!$", "", source, flags=re.MULTILINE)
    assert sorted(set(lines(source, rule))) == marked


@pytest.mark.parametrize(("rule", "source"), GOOD)
def test_the_rule_lets_it_be(rule: str, source: str):
    assert lines(source, rule) == []


def test_a_finding_has_its_place_its_severity_and_a_remedy():
    (found,) = lint(parse("local s = 'é'\nprint(s, prnt)"), "a.luau", world=WORLD)
    assert (found.path, found.line, found.column, found.end_line, found.end_column) == ("a.luau", 2, 10, 2, 14)
    assert (found.rule, found.severity) == ("unknown-global", "warning")
    assert found.remedy == "Did you mean 'print'?"
    assert str(found) == "a.luau:2:10: warning: unknown global 'prnt' [unknown-global]\n  Did you mean 'print'?"


def test_findings_come_in_the_order_of_the_text():
    found = lint(parse("local b = wait()\nlocal a = foo\nx = 1"), "a.luau", world=WORLD)
    assert found == sorted(found)
    assert [item.line for item in found] == [1, 1, 2, 2, 3]


def test_what_is_known_depends_on_the_world():
    source = "print(game, task, Vector3)"
    assert lint(parse(source), "x", world=WORLD) == []
    assert {item.message for item in lint(parse(source), "x", world=LUAU)} == {
        "unknown global 'game'",
        "unknown global 'task'",
        "unknown global 'Vector3'",
    }


def test_specs_have_the_globals_of_their_framework():
    chunk = parse("describe('x', function() it('y', function() expect(1).to.equal(1) end) end)")
    assert lint(chunk, "a.spec.luau", world=world_of("a.spec.luau")) == []
    assert len(lint(chunk, "a.luau", world=world_of("a.luau"))) == 3


@pytest.mark.parametrize(
    ("first", "left"),
    [
        ("--!nolint", set()),
        ("--!nolint LocalUnused", {"unknown-global"}),
        ("--!nolint unused-local", {"unknown-global"}),
        ("--!nolint UnknownGlobal\n--!nolint LocalUnused", set()),
        ("-- a comment\n--!strict\n--!nolint UnknownGlobal", {"unused-local"}),
        ("--!nolint LocalUnused, UnknownGlobal", set()),
        ("-- nolint", {"unused-local", "unknown-global"}),
        ("--!nolint SameLineStatement", {"unused-local", "unknown-global"}),
    ],
)
def test_a_file_turns_rules_off_by_our_names_and_by_luaus(first: str, left: set[str]):
    assert rules(f"{first}\nlocal x = foo") == left


def test_below_the_first_code_nolint_counts_no_more_and_is_told():
    assert rules("local x = foo\n--!nolint") == {"unused-local", "unknown-global", "comment-directive"}


def test_a_broken_file_is_looked_at_as_far_as_it_was_read():
    found = rules("wait(1)\nlocal x = \nlocal function f(")
    assert "deprecated-global" in found
    assert not {"unused-local", "unused-function", "empty-block"} & found


def test_a_rule_of_someone_else_is_run_beside_ours():
    def check(file):
        yield from (Finding(node.start, node.end, "no name may be x") for node in file.chunk.block.statements)

    own = Rule("school/no-x", ERROR, "x is no name", "Take another.", "", needs_whole=False, check=check)
    (found,) = lint(parse("--\nlocal x = 1"), "a.luau", rules=[own])
    assert (found.rule, found.severity, found.line, found.remedy) == ("school/no-x", "error", 2, "Take another.")


def test_luaus_names_are_given_once_each():
    named = [rule.luau for rule in RULES.values() if rule.luau]
    assert len(named) == len(set(named))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule) for rule in RULES)


pieces = st.sampled_from([source for cases in CASES.values() for source in (*cases.bad, *cases.good)])


@settings(max_examples=150, deadline=None)
@given(
    one=pieces, two=pieces, cut=st.integers(0, 200), junk=st.sampled_from(["", "(", "end", "= =", "`{", "]]", "\xff"])
)
def test_no_text_whatever_breaks_a_rule(one: str, two: str, cut: int, junk: str):
    source = (one[:cut] + junk + "\n" + two).encode("latin-1")
    size = len(source)
    for found in lint(parse(source), "x", world=WORLD):
        assert found.line >= 1
        assert found.column >= 1
        assert (found.end_line, found.end_column) >= (found.line, found.column)
        assert found.end_column <= size + 1


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 400 + "a == a" + ")" * 400,
        "x = a" + ".b" * 10_000 + " == a" + ".b" * 10_000,
        "x = " + " == ".join(["a"] * 900),
        "if a then " + "elseif a then " * 3_000 + "end",
        "local a = 1 " + "local a = a " * 3_000,
        "do " * 400 + "end " * 400,
        "return " + "function() return " * 200 + "1" + " end" * 200,
        "x = { " + "a = 1, " * 20_000 + "}",
        "foo1() " + " ".join(f"foo{n}()" for n in range(2_000)),
    ],
    ids=["groups", "fields", "comparisons", "elseif", "shadows", "blocks", "functions", "keys", "globals"],
)
def test_deep_and_long_code_is_no_trouble(source: str):
    assert isinstance(lint(parse(source), "x", world=WORLD), list)
