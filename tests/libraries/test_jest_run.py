"""A project's own Jest runs its specs under `toolboxai run`, whose exit status tells how they went."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from libraries.place import MODULES
from toolboxai.commands.run import command

pytestmark = pytest.mark.corpus

RUNNER = """
local storage = game:GetService("ReplicatedStorage")
local Jest = require(storage.rbxts_include.node_modules["@rbxts"].JestLua.Jest)
local status, outcome = Jest.runCLI(storage.TS, { ci = true }, { storage.TS }):awaitStatus()
assert(status == "Resolved" and outcome.results.numFailedTests == 0, "tests failed")
"""
SPEC = """
local Jest = require(game:GetService("ReplicatedStorage").rbxts_include.node_modules["@rbxts"].JestLua.JestGlobals)
Jest.it("adds", function()
	Jest.expect(1 + 1).toBe(SUM)
end)
"""


@pytest.mark.parametrize(("total", "status"), [("2", 0), ("3", 1)])
def test_the_exit_status_says_whether_all_passed(tmp_path: Path, total: str, status: int) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "jest.config.luau").write_text('return { testMatch = { "**/*.spec" } }')
    (tmp_path / "out" / "sum.spec.luau").write_text(SPEC.replace("SUM", total))
    (tmp_path / "run.server.luau").write_text(RUNNER)
    shutil.copytree(MODULES / "roblox-ts" / "include", tmp_path / "include")
    packages = {"$className": "Folder", "@rbxts": {"$path": (MODULES / "@rbxts").as_posix()}}
    tree = {
        "$className": "DataModel",
        "ServerScriptService": {"Run": {"$path": "run.server.luau"}},
        "ReplicatedStorage": {
            "rbxts_include": {"$path": "include", "node_modules": packages},
            "TS": {"$path": "out"},
        },
    }
    (tmp_path / "test.project.json").write_text(json.dumps({"name": "game", "tree": tree}))
    project, script = tmp_path / "test.project.json", tmp_path / "run.server.luau"
    result = CliRunner().invoke(command, ["--project", str(project), str(script), "--fast"])
    assert result.exit_code == status, result.output
    assert "sum.spec" in result.output
