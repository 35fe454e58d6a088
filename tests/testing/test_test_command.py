"""`toolboxai test`: finding, running in a worker that can be ended, exit statuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from testing.conftest import write
from toolboxai.cli import toolboxai
from toolboxai.errors import ToolboxError
from toolboxai.testing.discovery import find_specs, helpers_of, is_spec
from toolboxai.testing.runner import Runner

PASSES = 'return function() it("passes", function() end) end'
FAILS = 'return function() it("fails", function() expect(1).to.equal(2) end) end'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(toolboxai, ["test", *arguments])


def told(*arguments: str) -> dict:
    return json.loads(run("--format", "json", *arguments).stdout)


def test_files_are_found_by_their_names_and_packages_are_left_alone(folder: Path):
    names = ["a.spec.luau", "b/c.spec.lua", "b/d.test.luau", "b/e.test.lua"]
    others = ["f.luau", "spec.luau", "Packages/g.spec.lua", "node_modules/h.spec.lua", ".git/i.spec.lua"]
    write(folder, dict.fromkeys([*names, *others], ""))
    assert [path.relative_to(folder).as_posix() for path in find_specs([Path()])] == names
    assert find_specs([Path("f.luau"), Path("b"), Path("b/c.spec.lua")]) == [folder / n for n in ("f.luau", *names[1:])]
    assert find_specs([Path("Packages")]) == [folder / "Packages/g.spec.lua"]  # asked for by its name
    assert not is_spec("a.spec.luau.bak")


def test_helpers_are_those_of_the_folders_above(folder: Path):
    write(folder, dict.fromkeys(["init.spec.lua", "a/init.spec.luau", "a/b/c.spec.lua", "d/init.spec.lua"], ""))
    assert helpers_of(folder / "a/b/c.spec.lua", folder) == [folder / "init.spec.lua", folder / "a/init.spec.luau"]
    assert helpers_of(folder / "init.spec.lua", folder) == []


def test_exit_statuses_and_text(folder: Path):
    write(folder, {"a.spec.luau": PASSES, "b.spec.luau": FAILS})
    passed, failed = run("a.spec.luau"), run()
    assert (passed.exit_code, failed.exit_code) == (0, 1)
    assert passed.stdout.startswith("a.spec.luau .\n\n1 passed in 1 file, ")
    assert "FAILED b.spec.luau:1: fails\n    b.spec.luau:1: expected 1 to equal 2\n" in failed.stdout


def test_bad_usage_is_2_and_nothing_to_run_is_an_error_with_its_remedy(folder: Path):
    write(folder, {"a.spec.luau": PASSES, "empty/readme.md": ""})
    assert run("not-there").exit_code == 2
    assert run("-k", "(a").exit_code == 2
    assert run("--engine", "v8").exit_code == 2
    assert run("--seconds", "0").exit_code == 2
    for arguments in (["empty"], ["-k", "nothing like it"]):
        result = run(*arguments)
        assert isinstance(result.exception, ToolboxError)
        assert result.exception.remedy


def test_an_endless_loop_is_ended_and_the_others_go_on(folder: Path):
    text = """
return function()
    it("first", function() end)
    it("loops", function()
        while true do pcall(function() end) end
    end)
    it("waits", function() while true do task.wait(1) end end)
    it("last", function() end)
end"""
    write(folder, {"a.spec.luau": text, "b.spec.luau": "while true do end", "c.spec.luau": PASSES})
    found = told("--seconds", "0.5")
    assert [(case["name"], case["status"]) for case in found["cases"]] == [
        ("first", "passed"), ("loops", "timed out"), ("waits", "timed out"), ("last", "passed"),
        ("loading the file", "failed"), ("passes", "passed"),
    ]  # fmt: skip
    assert [case["line"] for case in found["cases"]] == [3, 4, 7, 8, 1, 1]
    assert found["cases"][1]["failure"]["message"] == "did not end within 0.5 s"


def test_a_worker_that_dies_fails_the_case_and_the_others_go_on(folder: Path):
    write(
        folder,
        {"a.spec.luau": 'return { { name = "one", run = function() end }, { name = "two", run = function() end } }'},
    )
    file = folder / "a.spec.luau"
    with Runner(seconds=5) as runner:
        plan = runner.open(file)
        process = runner._process._process
        process.kill()
        process.wait()
        dead = runner.run(file, plan.cases[0]).result
        assert dead.status == "failed"
        assert dead.failure.message.startswith("the process that ran it ended with status")
        assert runner.run(file, plan.cases[1]).result.status == "passed"


def test_focus_in_one_file_rests_all_others(folder: Path):
    focused = 'return function() fit("focused", function() end) it("beside", function() end) end'
    write(folder, {"a.spec.luau": PASSES, "b.spec.luau": focused})
    assert [(case["name"], case["status"]) for case in told()["cases"]] == [
        ("passes", "skipped"), ("focused", "passed"), ("beside", "skipped"),
    ]  # fmt: skip


def test_keywords_choose_cases(folder: Path):
    write(folder, {"a.spec.luau": PASSES, "b.spec.luau": FAILS})
    assert [case["name"] for case in told("-k", "b.spec or nothing")["cases"]] == ["fails"]


def test_a_project_is_read_and_its_mistakes_are_told(folder: Path):
    write(folder, {
        "default.project.json": '{"name": "Pack", "tree": {"$path": "src"}}',
        "src/init.luau": "return 7",
        "src/a.spec.luau": 'return function() it("a", function() expect(require(script.Parent)).to.equal(7) end) end',
    })  # fmt: skip
    assert run("--project", "default.project.json").exit_code == 0
    write(folder, {"default.project.json": '{"name": "Pack", "tree": {"$path": "nowhere"}}'})
    result = run("--project", "default.project.json")
    assert isinstance(result.exception, ToolboxError)
    assert "nowhere" in str(result.exception)


def test_files_beside_the_project_are_a_note_and_a_failure_where_they_are_named(folder: Path):
    write(folder, {
        "default.project.json": '{"name": "Pack", "tree": {"$path": "src"}}',
        "src/a.spec.luau": PASSES,
        "examples/b.spec.luau": PASSES,
    })  # fmt: skip
    beside = run("--project", "default.project.json")
    assert beside.exit_code == 0
    assert "note: examples/b.spec.luau is not in the project: name a project that has it" in beside.stdout
    assert "1 passed in 1 file" in beside.stdout
    named = run("--project", "default.project.json", "examples/b.spec.luau")
    assert named.exit_code == 1
    assert "examples/b.spec.luau:1: is not in the project" in named.stdout


def test_a_file_that_cannot_be_read_says_why(folder: Path):
    (folder / "a.spec.luau").write_bytes(b"\xff\xfe")
    result = run()
    assert result.exit_code == 1
    assert "a.spec.luau:1: is not UTF-8: byte 0xFF starts no character: save the file as UTF-8" in result.stdout


def test_reports_go_to_a_file(folder: Path):
    write(folder, {"a.spec.luau": PASSES})
    result = run("--format", "junit", "--output", "out/junit.xml")
    assert result.exit_code == 0
    assert (folder / "out/junit.xml").read_text().startswith("<?xml")
    assert "1 passed" in result.stdout
    assert run("--output", "out/text").exit_code == 2
