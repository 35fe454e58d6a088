"""What Luau refuses, in its words and at its place; and that the rest is read all the same."""

import sys

import pytest

from luau.refusals import REFUSED
from toolboxai.luau.diagnostics import diagnostics
from toolboxai.luau.parser import parse
from toolboxai.luau.syntax import Local, walk


@pytest.mark.parametrize(("source", "place", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_it_is_refused_in_luaus_words(source: str, place: str, message: str) -> None:
    first = next(iter(parse(source).problems), None)
    assert first is not None
    assert first.message == message
    named = next(found for found in diagnostics(parse(source), "a.luau") if found.message == message)
    assert f"{named.line}:{named.column}" == place


@pytest.mark.parametrize(
    "broken",
    [
        "if x then",
        "f(",
        "local = 1",
        "x = = 1",
        "y.",
        "y:",
        "function g(",
        "type T = {",
        "x = 'open",
        "@nope",
        "end",
        "1",
    ],
)
def test_what_follows_a_mistake_is_read(broken: str) -> None:
    chunk = parse(f"local before = 1\n{broken}\nlocal after = 2\n")
    assert chunk.problems
    names = {binding.name for node in walk(chunk.block) if isinstance(node, Local) for binding in node.bindings}
    assert {"before", "after"} <= names


def test_a_hundred_problems_are_enough() -> None:
    assert len(parse("local = = \n" * 1000).problems) == 100


@pytest.mark.parametrize(
    ("opener", "closer", "what"),
    [
        ("x = " + "(" * 5000, ")" * 5000, "expression"),
        ("x = " + "{" * 5000, "}" * 5000, "expression"),
        ("x = " + "-" + " -" * 5000, "1", "expression"),
        ("x = " + "f(" * 5000, ")" * 5000, "expression"),
        ("x = a" + ".b" * 5000, "", "expression"),
        ("x = a" + "+b" * 5000, "", "expression"),
        ("x = " + "function() return " * 5000, "end " * 5000, "expression"),
        ("do " * 5000, "end " * 5000, "block"),
        ("type T = " + "{" * 5000, "}" * 5000, "type annotation"),
        ("x = " + "`{" * 5000, "}`" * 5000, "expression"),
    ],
)
def test_depth_beyond_luaus_own_limit_is_a_problem_not_a_crash(opener: str, closer: str, what: str) -> None:
    limit = sys.getrecursionlimit()
    chunk = parse(f"local first = 1\n{opener}{closer}")
    assert sys.getrecursionlimit() == limit
    messages = [problem.message for problem in chunk.problems]
    assert f"Exceeded allowed recursion depth; simplify your {what} to make the code compile" in messages
    assert isinstance(chunk.block.statements[0], Local)


@pytest.mark.parametrize(
    "source", ["x = " + "(" * 900 + "1" + ")" * 900, "do " * 900 + "end " * 900, "x = a" + ".b" * 900]
)
def test_depth_that_luau_allows_is_read(source: str) -> None:
    assert parse(source).problems == []


def _locals(count: int) -> str:
    return "\n".join(f"local a{number} = f()" for number in range(count))


@pytest.mark.parametrize(
    "source",
    [
        _locals(200),
        "local c = 1\n" + _locals(200),  # a constant takes no register
        f"do {_locals(150)} end do {_locals(150)} end",
        f"function f() {_locals(150)} end function g() {_locals(150)} end",
        "function f(" + ", ".join(f"a{number}" for number in range(200)) + ") end",
    ],
)
def test_two_hundred_locals_are_allowed(source: str) -> None:
    assert parse(source).problems == []


def test_one_local_more_is_refused_where_it_stands() -> None:
    (problem,) = parse(_locals(201)).problems
    assert problem.message == "Out of local registers when trying to allocate a200: exceeded limit 200"
    assert problem.start == _locals(201).index("a200")


def test_more_than_two_hundred_upvalues_are_refused() -> None:
    outer = "\n".join(f"local a{number} = f()" for number in range(150))
    middle = "\n".join(f"local b{number} = f()" for number in range(60))
    uses = ", ".join([f"a{number}" for number in range(150)] + [f"b{number}" for number in range(60)])
    (problem,) = parse(f"{outer}\nfunction g()\n{middle}\nfunction h() f({{{uses}}}) end end").problems
    assert problem.message == "Out of upvalue registers when trying to allocate b50: exceeded limit 200"
