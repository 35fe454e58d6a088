"""`toolboxai studio coverage`: what an author and a program see."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toolboxai.commands.studio import command
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import SUFFIXES, write_model

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
    assert (
        "by the object's class: 9, of which 77.8 % have behaviour; by the member's name alone: 2, of which"
        in result.output
    )


def test_as_json_it_has_every_part_and_model_files_count() -> None:
    report = json.loads(run("src", "--format", "json").output)
    assert set(report["parts"]) == {"src", "tool"}
    assert report["parts"]["tool"]["behaviour"] == {"task.wait": 1}
    assert report["parts"]["src"]["behaviour"]["Instance:Destroy"] == 2
    assert report["all"]["none"] == report["all"]["by_class"]["none"] == {"DebuggerManager": 1}
    assert report["parts"]["tool"]["by_name"]["share"] is None
    assert report["parts"]["src"]["by_name"]["behaviour"] == {".Text": 1, ".X": 1}
    assert ".X" in report["all"]["unclear"] or report["all"]["share"] < 1


def test_as_markdown_it_is_a_table_and_what_is_lacking() -> None:
    lines = run("src", "--format", "markdown").output.splitlines()
    assert lines[0] == "| | by class | behaviour | by name alone | behaviour | a default only | none | cannot be told |"
    assert "| tool | 1 | 100.0 % | 0 | - | 0 | 0 | 0 |" in lines
    assert "Most used with no behaviour: `DebuggerManager` 1." in lines


def test_a_syntax_error_is_told_and_the_rest_counted() -> None:
    Path("src/main.luau").write_text("DebuggerManager()\nlocal = 1\n")
    result = run("src")
    assert result.exit_code == 1
    assert "src/main.luau:2:7" in result.output
    assert "DebuggerManager" in result.output


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("named", [True, False])
def test_models_and_places_of_every_format_count(suffix: str, named: bool) -> None:
    Path("files").mkdir()
    file = Path("files/it" + suffix)
    file.write_bytes(write_model([Item("Script", "Main", {"Source": "task.wait()"})], suffix))
    report = json.loads(run(str(file) if named else "files", "--format", "json").output)
    assert report["all"]["behaviour"] == {"task.wait": 1}


@pytest.mark.parametrize("data", [b"\x89PNG", b"local x = 1", b"<roblox!\x89\xff\r\n\x1a\n\0\0"])
def test_a_damaged_model_is_one_error_and_the_rest_counts(data: bytes) -> None:
    Path("src/bad.rbxm").write_bytes(data)
    result = run("src")
    assert result.exit_code == 1
    assert result.stderr.count("bad.rbxm:1:") == 1
    assert result.stderr.count("save the model again in Studio") == 1
    assert "RunService.Misprediction" in result.stdout
    alone = run("src/bad.rbxm")
    assert (alone.exit_code, alone.stdout) == (1, "no uses of the engine\n")


def test_no_uses_have_no_percentage() -> None:
    Path("none.luau").write_text("local x = 1")
    assert run("none.luau").output == "no uses of the engine\n"
    assert "| none.luau | 0 | - | 0 | - | 0 | 0 | 0 |" in run("none.luau", "--format", "markdown").output
    assert json.loads(run("none.luau", "--format", "json").output)["all"]["share"] is None
