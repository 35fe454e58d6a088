"""Nothing that Roblox has is missing: each library function and global of the engine facts is there, or names itself as Studio's alone."""

import re
from collections.abc import Iterator

import pytest

from toolboxai.roblox import api
from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

SCRIPTS_OWN = {"script", "plugin", "require"}
"""Globals that a script has and the command bar has not."""


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as studio:
        yield studio


def members(facts: dict[str, object]) -> Iterator[tuple[str, str]]:
    for kind, wanted in (("functions", "function"), ("properties", "value")):
        for member in facts.get(kind, ()):
            yield member["name"], wanted


def expected() -> dict[str, str]:
    found = {
        f"{library}.{name}": kind
        for library in api.library_names()
        for name, kind in members(api.find_library(library) or {})
    }
    for group in api.global_facts():
        found |= {name: kind for name, kind in members(group) if name not in SCRIPTS_OWN}
    return found


def test_every_function_and_value_of_the_facts_is_there(studio: Studio) -> None:
    names = expected()
    assert len(names) > 210
    source = ", ".join(f"typeof({name})" for name in names)
    kinds = dict(zip(names, studio.command(f"return {{ {source} }}"), strict=True))
    assert {name for name, kind in names.items() if kind == "function" and kinds[name] != "function"} == set()
    assert {name for name, kind in names.items() if kind == "value" and kinds[name] == "nil"} == set()


ELSEWHERE = ["DebuggerManager", "utf8.nfcnormalize", "utf8.nfdnormalize", "debug.dumpcodesize"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_only_studio_has_says_so(studio: Studio, name: str) -> None:
    ok, message = studio.command(f"return pcall(function() return {name}('x') end)")
    assert not ok
    assert re.search(rf"^Command:1: {re.escape(name)} is not available outside Studio$", message)
