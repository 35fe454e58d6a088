"""Behaviours as a whole: what they name is the engine's, and each member is named by some test."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolboxai.roblox import api
from toolboxai.studio.studio import Studio

TESTS = Path(__file__).parents[1]
ENGINE = Path(api.__file__).parents[1] / "studio" / "engine"
LIST = """
local Behaviours, Classes = ...
local found = {}
for _, name in Behaviours.names do
    local behaviour = Classes.behaviour(Classes.find(name))
    for _, part in { "methods", "get", "set" } do
        for key in behaviour[part] or {} do
            table.insert(found, `{name} {key}`)
        end
    end
end
return found
"""


@pytest.fixture(scope="module")
def members() -> Iterator[list[tuple[str, str]]]:
    """Each behaviour's class with the members it has."""
    with Studio() as studio:
        vm = studio.vm
        parts = [vm.require_file(ENGINE / f"{name}.luau") for name in ("Behaviours", "Classes")]
        listed = vm.plain(vm.call(vm.load(LIST, "list"), *parts)[0])
        yield [(name, key) for name, _, key in (each.partition(" ") for each in listed)]


def test_every_member_is_one_of_the_engines(members: list[tuple[str, str]]) -> None:
    known = {member for name in api.class_names() for member in api.own_class(name)["members"]}
    assert [f"{name}.{key}" for name, key in members if key not in known] == []


def test_every_member_is_named_by_a_test(members: list[tuple[str, str]]) -> None:
    files = [path for suffix in ("*.py", "*.luau") for path in TESTS.rglob(suffix) if "node_modules" not in path.parts]
    words = {word for path in files for word in re.findall(r"\w+", path.read_text("utf-8", "replace"))}
    assert [f"{name}.{key}" for name, key in members if not words.issuperset(key.split())] == []
