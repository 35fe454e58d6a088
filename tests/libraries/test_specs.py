"""Specs that other people ship with their libraries pass under `toolboxai test`."""

import json

import pytest
from click.testing import CliRunner

from libraries.place import MODULES
from toolboxai.commands.test import command
from toolboxai.studio.engines import available

pytestmark = pytest.mark.corpus

PASSED = {"immut": 36, "matter": 57}


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("package", PASSED)
def test_the_specs_of_a_library_pass(package: str, engine: str) -> None:
    result = CliRunner().invoke(command, [str(MODULES / "@rbxts" / package), "--engine", engine, "--format", "json"])
    assert result.exit_code == 0, result.output
    summary = json.loads(result.output)["summary"]
    assert (summary["passed"], summary["failed"], summary["skipped"]) == (PASSED[package], 0, 0)
