"""`toolboxai studio coverage`: what an author and a program see."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toolboxai.commands.studio import command

SCRIPT = """local part = Instance.new("Part")
part:Destroy()
part:Destroy()
DebuggerManager()
game:GetService("RunService").Misprediction:Connect(print)
print(thing.Text.X)
"""
MODEL = """<roblox version="4"><Item class="Script" referent="1"><Properties>
<string name="Name">Main</string><ProtectedString name="Source">task.wait()</ProtectedString>
</Properties></Item></roblox>"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["coverage", *arguments])


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("src/tool").mkdir(parents=True)
    Path("src/main.luau").write_text(SCRIPT)
    Path("src/tool/model.rbxmx").write_text(MODEL)


def test_as_text_it_lists_what_has_no_behaviour() -> None:
    result = run("src")
    assert result.exit_code == 0
    assert "no behaviour:\n     1  DebuggerManager\n" in result.output
    assert "a default only:\n     1  RunService.Misprediction\n" in result.output
    assert " uses of the engine: " in result.output


def test_as_json_it_has_every_part_and_model_files_count() -> None:
    report = json.loads(run("src", "--format", "json").output)
    assert set(report["parts"]) == {"src", "tool"}
    assert report["parts"]["tool"]["behaviour"] == {"task.wait": 1}
    assert report["parts"]["src"]["behaviour"]["Instance:Destroy"] == 2
    assert report["all"]["none"] == {"DebuggerManager": 1}
    assert ".X" in report["all"]["unclear"] or report["all"]["share"] < 1


def test_as_markdown_it_is_a_table_and_what_is_lacking() -> None:
    lines = run("src", "--format", "markdown").output.splitlines()
    assert lines[0] == "| | uses | behaviour | a default only | none | cannot be told |"
    assert any(line.startswith("| tool | 1 | 100.0 % | 0 | 0 | 0 |") for line in lines)
    assert "Most used with no behaviour: `DebuggerManager` 1." in lines


def test_a_syntax_error_is_told_and_the_rest_counted() -> None:
    Path("src/main.luau").write_text("DebuggerManager()\nlocal = 1\n")
    result = run("src")
    assert result.exit_code == 1
    assert "src/main.luau:2:7" in result.output
    assert "DebuggerManager" in result.output
