"""`toolboxai luau lint` and `toolboxai luau metrics`: what an author and a CI job see."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toolboxai.commands.luau import command
from toolboxai.errors import ToolboxError
from toolboxai.luau.lint import RULES

SCRIPT = """local Players = game:GetService("Players")
local unused = 1
local function greet(name, extra)
	if name == "Ann" or "Bob" then
		wait(1)
		print("ü", nam)
	end
end
greet("Ann")
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.luau").write_bytes(SCRIPT.encode())
    return Path("src") / "main.luau"


def test_lint_tells_each_mistake_with_its_place_and_remedy(script: Path):
    result = run("lint", "src")
    assert result.exit_code == 1
    assert f"{script}:2:7: warning: 'unused' is never used [unused-local]" in result.output
    assert "[constant-condition]" in result.output
    assert "'wait' is deprecated [deprecated-global]\n  Use task.wait.\n" in result.output
    assert "unknown global 'nam' [unknown-global]\n  Did you mean 'name'?\n" in result.output
    assert result.output.endswith("1 file, 0 errors, 5 warnings, 0 notes\n")


def test_lint_shows_notes_where_they_are_wanted(script: Path):
    assert "[unused-parameter]" not in run("lint", script).output
    assert "the parameter 'extra' is never used [unused-parameter]" in run("lint", script, "--level", "note").output
    only_errors = run("lint", script, "--level", "error")
    assert (only_errors.exit_code, only_errors.output) == (0, "1 file, 0 errors, 0 warnings, 0 notes\n")


def test_lint_of_one_rule(script: Path):
    result = run("lint", script, "--only", "unknown-global")
    assert result.output.endswith("1 file, 0 errors, 1 warning, 0 notes\n")
    assert run("lint", script, "--only", "no-such-rule").exit_code == 2


def test_lint_of_plain_luau_knows_no_engine(script: Path):
    assert "unknown global 'game'" in run("lint", script, "--plain").output


def test_lint_tells_syntax_errors_and_goes_on(script: Path):
    script.write_text("wait(1)\nlocal = 2\n")
    result = run("lint", script)
    assert result.exit_code == 1
    assert "[syntax]" in result.output
    assert "[deprecated-global]" in result.output


def test_a_clean_file_exits_with_success(script: Path):
    script.write_text("print('hello')\n")
    assert run("lint", script).exit_code == 0


def test_lint_as_json(script: Path):
    report = json.loads(run("lint", script, "--format", "json").output)
    assert (report["errors"], report["warnings"], report["notes"]) == (0, 5, 0)
    (file,) = report["files"]
    assert file["path"] == "src/main.luau"
    first = file["diagnostics"][0]
    assert (first["rule"], first["line"], first["column"], first["severity"]) == ("unused-local", 1, 7, "warning")


def test_lint_as_sarif(script: Path):
    log = json.loads(run("lint", script, "--format", "sarif").output)
    (sarif,) = log["runs"]
    assert {rule["id"] for rule in sarif["tool"]["driver"]["rules"]} == {*RULES, "syntax", "encoding"}
    (unknown,) = [result for result in sarif["results"] if result["ruleId"] == "unknown-global"]
    place = unknown["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "src/main.luau"
    assert place["region"] == {"startLine": 6, "startColumn": 14, "endLine": 6, "endColumn": 17}  # bytes would say 15


def test_check_as_sarif(script: Path):
    script.write_text("local = 2\n")
    result = run("check", script, "--format", "sarif")
    assert result.exit_code == 1
    (sarif,) = json.loads(result.output)["runs"]
    assert [found["ruleId"] for found in sarif["results"]] == ["syntax"]


def test_metrics_as_text(script: Path):
    result = run("metrics", script)
    assert result.exit_code == 0
    assert "src/main.luau: 9 lines (9 code, 0 comment, 0 blank)" in result.output
    assert "  cyclomatic 4, cognitive 2, nesting 1" in result.output
    assert "  constructs: " in result.output
    assert "ServiceProvider:GetService 1" in result.output


def test_metrics_as_json(script: Path):
    (file,) = json.loads(run("metrics", script, "--format", "json").output)["files"]
    assert file["lines"] == {"total": 9, "code": 9, "comment": 0, "blank": 0}
    (greet,) = file["functions"]
    assert (greet["name"], greet["line"], greet["parameters"], greet["cyclomatic"], greet["cognitive"]) == (
        "greet", 3, 2, 3, 2,
    )  # fmt: skip
    assert file["constructs"]["if"] == {"count": 1, "line": 4}
    assert file["members"]["Players"] == {"count": 1, "line": 1}
    assert file["errors"] == []


def test_metrics_as_sarif(script: Path):
    (sarif,) = json.loads(run("metrics", script, "--format", "sarif").output)["runs"]
    whole, greet = sarif["results"]
    assert (whole["ruleId"], whole["level"], whole["properties"]["cyclomatic"]) == ("file-metrics", "note", 4)
    assert (greet["ruleId"], greet["properties"]["cognitive"]) == ("function-metrics", 2)


def test_metrics_of_a_broken_file_are_of_what_was_read(script: Path):
    script.write_text("local function f() end\nlocal = 2\n")
    result = run("metrics", script)
    assert result.exit_code == 1
    assert "[syntax]" in result.output
    assert "  f\n" in result.output


@pytest.mark.parametrize("name", ["lint", "metrics"])
def test_a_path_that_leads_nowhere_is_named_with_a_remedy(tmp_path: Path, name: str):
    fault = run(name, tmp_path / "missing.luau").exception
    assert isinstance(fault, ToolboxError)
    assert fault.remedy
