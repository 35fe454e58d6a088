"""What an author is told to do about code that Luau does not read, and what lint leaves unsaid of it."""

import pytest

from toolboxai.luau import parse
from toolboxai.luau.diagnostics import diagnostics
from toolboxai.luau.lint import lint


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        ("if x = 5 then end", "Write == to compare; one = gives a value."),
        ("while x = 5 do end", "Write == to compare; one = gives a value."),
        ("local x == 5", "Write one = to give a value; == compares."),
        ("print(\u201chello\u201d)", "Write the character of the keyboard."),
        ("local y = f(2 + )", "Write a value in front of ')', or see whether something above is not closed."),
        ("local y = 2 +", "Write a value here."),
        ("x = `{{a}}`", ""),
        ("if x do end", "Write 'then' here."),
        ("local 2x = 5", "Write a name here."),
    ],
)
def test_the_first_problem_has_a_remedy(source: str, remedy: str):
    assert diagnostics(parse(source), "file")[0].remedy == remedy


@pytest.mark.parametrize(
    "source",
    [
        "local 2x = 5\nlocal end = 3",
        "function() end\nfunction() end",
        "local function() end\nlocal function() end",
        "for = 1, 2 do end for = 1, 2 do end",
        "local function add(\n\ta: number\n\tb: number\n)\n\tlocal b = a\n\treturn b\nend\nreturn add(b)",
    ],
)
def test_lint_says_nothing_of_names_that_are_missing(source: str):
    chunk = parse(source)
    assert chunk.problems
    said = [f"{found.rule} {found.message}" for found in lint(chunk, "file")]
    assert not any("%" in text or "''" in text or "unknown-global" in text for text in said), said
