"""After one mistake the rest of the file is a tree that an editor can use, and the author reads about one mistake."""

import random
import re
from pathlib import Path

import pytest

from luau.broken import breaks, surviving
from toolboxai.luau import syntax as s
from toolboxai.luau.parser import parse

ROOT = Path(__file__).parents[2]
SOURCES = [
    path.read_bytes()
    for folder in ("sdk_lua", "plugin/src", "codegen/toolboxai/studio/engine")
    for path in sorted((ROOT / folder).rglob("*.luau"))
    if 1_500 < path.stat().st_size < 9_000
]


def test_one_mistake_costs_little_of_the_tree_and_is_told_once() -> None:
    """The code that this repository ships, broken in each way that `broken` knows; the corpus' figures are higher."""
    chance = random.Random(20_261_126)
    shares = []
    counts = []
    for source in chance.sample(SOURCES, 6):
        for broken in breaks(source, chance):
            problems = parse(broken.of(source)).problems
            if not problems:
                continue  # `foo.` before a name is Luau
            kept, of = surviving(source, broken, parse)
            shares.append(kept / of)
            counts.append(len(problems))
    assert len(shares) > 200
    assert sum(shares) / len(shares) > 0.97
    assert sum(count == 1 for count in counts) / len(counts) > 0.70
    assert sum(count <= 3 for count in counts) / len(counts) > 0.95


def names(source: str) -> list[str]:
    """The top level's functions and locals, in order."""
    found = []
    for statement in parse(source).block.statements:
        if isinstance(statement, s.LocalFunction):
            found.append(statement.name.name)
        elif isinstance(statement, s.FunctionStatement) and isinstance(statement.target, s.Name):
            found.append(statement.target.name)
        elif isinstance(statement, s.Local):
            found += [binding.name for binding in statement.bindings]
    return found


FILE = """local function first(x)
\tif x then
\t\tprint(x)
\tend
\tfor _, item in x do
\t\tprint(item)
\tend
\treturn { a = 1, b = 2 }
end

local function second()
\tprint("second", first({ 1, 2 }))
end

local last = second
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\t\tprint(x)\n\tend\n", "\t\tprint(x)\n"),
        ("\t\tprint(item)\n\tend\n", "\t\tprint(item)\n"),
        ("b = 2 }\nend\n", "b = 2 }\n"),
        ("b = 2 }", "b = 2 "),
        ("print(item)", "print(item"),
        ("print(item)", "print([[item)"),
        ("print(item)", "--[[ print(item)"),
        ("print(item)", "print(`{item"),
        ("print(item)", "end print(item)"),
        ("print(x)", "x."),
        ("print(x)", "local y ="),
        ("print(x)", "function"),
        ("if x then", "x then"),
        ("if x then", "if"),
        ("for _, item in x do", "for"),
        ("\treturn {", "<<<<<<< HEAD\n\tprint(1)\n=======\n\tprint(2)\n>>>>>>> theirs\n\treturn {"),
    ],
)
def test_the_functions_around_a_mistake_stay_what_they_are(old: str, new: str) -> None:
    assert old in FILE
    broken = FILE.replace(old, new, 1)
    assert parse(broken).problems
    assert names(broken) == ["first", "second", "last"]


def test_a_missing_end_is_told_where_luau_tells_it() -> None:
    (problem,) = parse("if x then\n\tif y then\n\t\tf()\nend\nlocal z = 1\n").problems
    assert problem.message == (
        "Expected 'end' (to close 'then' at line 1), got <eof>; did you forget to close 'then' at line 2?"
    )
    assert problem.start == len("if x then\n\tif y then\n\t\tf()\nend\nlocal z = 1\n")


@pytest.mark.parametrize(
    "typed",
    ["x = (", "f(1,", "x = y[", "x = { a =", "x = { [", "local function f(a,", 'print("a" ..', "f((", "x = `{("],
)
def test_a_line_that_is_being_typed_is_one_problem(typed: str) -> None:
    (problem,) = parse(typed + "\n").problems
    assert problem.message.endswith("got <eof>")
    assert problem.start == len(typed) + 1


def test_no_message_speaks_of_what_is_not_in_the_file() -> None:
    for cut in range(len(FILE)):
        for rest in ("", FILE[FILE.index("\n", cut) :]):
            source = f"{FILE[:cut]}\n{rest}"
            for problem in parse(source).problems:
                got = re.search(r"\bgot '([^']*)'", problem.message)
                assert got is None or source.startswith(got[1], problem.start), (source, problem)


def test_two_mistakes_are_told_apart() -> None:
    broken = FILE.replace("print(x)", "print(x").replace('"second", ', '"second" ')
    assert len(parse(broken).problems) == 2


def test_oddly_laid_out_code_is_read_as_it_is() -> None:
    odd = "local function f()\nif x then\nreturn 1\nend\nend\n" + FILE
    broken = odd.replace("\t\tprint(x)\n\tend\n", "\t\tprint(x)\n")
    assert names(broken) == ["f", "first", "second", "last"]


def test_what_is_too_deep_does_not_take_the_rest_along() -> None:
    chunk = parse("local x = " + "(" * 3_000 + "1\nlocal after = 1\n")
    assert "after" in {node.name for node in s.walk(chunk.block) if isinstance(node, s.Binding)}


def test_a_line_of_nothing_but_mistakes_does_not_take_the_rest_along() -> None:
    chunk = parse("local a = 1\n" + "= = ) " * 10_000 + "\nlocal after = 1\n")
    assert len(chunk.problems) == 1
    assert len(chunk.block.statements) < 2_000
    assert "after" in {node.name for node in s.walk(chunk.block) if isinstance(node, s.Binding)}
