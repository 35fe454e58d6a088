"""Specs that other people ship with their libraries pass under `toolboxai test`."""

import json

import pytest
from click.testing import CliRunner

from libraries.place import MODULES
from toolboxai.commands.test import command
from toolboxai.studio.engines import available

pytestmark = pytest.mark.corpus

PASSED = {"immut": 36, "matter": 57}
ELSEWHERE = {"set-timeout": "its specs are roblox-ts's and ask that runtime, by `_G[script]`, for what they import"}


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("package", PASSED)
def test_the_specs_of_a_library_pass(package: str, engine: str) -> None:
    result = CliRunner().invoke(command, [str(MODULES / "@rbxts" / package), "--engine", engine, "--format", "json"])
    assert result.exit_code == 0, result.output
    summary = json.loads(result.output)["summary"]
    assert (summary["passed"], summary["failed"], summary["skipped"]) == (PASSED[package], 0, 0)


def test_no_other_package_ships_specs() -> None:
    found = {path.relative_to(MODULES).parts[1] for path in MODULES.rglob("*.spec.lua*")}
    assert found == {*PASSED, *ELSEWHERE}
