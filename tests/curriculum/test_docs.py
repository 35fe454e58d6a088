"""The authors' page: what it shows is what happens."""

import re

import pytest

from toolboxai.curriculum.manifest import Manifest
from toolboxai.shipped import checkout

PAGE = (checkout() / "docs" / "lessons.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"```luau checks\n(.*?)```\s*```luau passes\n(.*?)```\s*```luau fails\n(.*?)```\s*((?:> [^\n]*\n)+)", re.DOTALL
)
EXAMPLES = EXAMPLE.findall(PAGE)


def test_every_example_is_found():
    assert len(EXAMPLES) == PAGE.count("```luau checks") >= 7


@pytest.mark.parametrize("example", EXAMPLES, ids=[re.search(r'check\("(.*?)"', e[0])[1] for e in EXAMPLES])
def test_an_example_passes_and_fails_as_the_page_says(judge, example):
    checks, passes, fails, message = example
    right = judge(checks, passes)
    assert (right.verdict.passed, right.broken) == (True, "")
    wrong = judge(checks, fails)
    assert not wrong.verdict.passed
    assert wrong.verdict.message == " ".join(line.removeprefix("> ") for line in message.strip().split("\n"))


def test_every_field_of_a_manifest_stands_on_the_page():
    for field in Manifest.__struct_fields__:
        assert f"`{field}`" in PAGE or f"`[{field}]`" in PAGE


def test_every_call_and_every_construct_stands_on_the_page(judge):
    checks = 'return function(lesson) lesson.check("x", function() return lesson.nothing end) end'
    names = re.search(r"it has (.*)", judge(checks, "").broken)[1].split(", ")
    assert len(names) >= 14
    assert [name for name in names if f"lesson.{name}(" not in PAGE] == []


def test_every_rule_stands_on_the_page():
    rules = set()
    for path in (checkout() / "codegen" / "toolboxai" / "curriculum").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        rules |= set(re.findall(r'"((?:lesson|course)/[a-z0-9-]+)"', text))
        rules |= {f"lesson/{rule}" for rule in re.findall(r'\.problem\(\s*"([a-z-]+)"', text)}
    assert len(rules) > 20
    assert [rule for rule in rules if f"`{rule}`" not in PAGE] == []
