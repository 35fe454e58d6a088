"""`toolboxai luau`: what an author and a CI job see."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toolboxai.commands.luau import command
from toolboxai.errors import ToolboxError


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "good.luau").write_bytes(b"local x: number = 1\r\nreturn x\r\n")
    (tmp_path / "deep" / "bad.lua").write_bytes(b"local a = 1\nif a then\n\tx = = 2\n")
    (tmp_path / "notes.txt").write_text("x = = 1")
    (tmp_path / "globals.d.luau").write_text("declare x: number")
    return tmp_path


def test_a_folder_is_searched_and_summed_up(folder: Path) -> None:
    result = run("check", folder)
    assert result.exit_code == 1
    assert "bad.lua:3:6: Expected identifier when parsing expression, got '='" in result.output
    assert "bad.lua:4:1: Expected 'end' (to close 'then' at line 2), got <eof>" in result.output
    assert "2 files, 5 lines, 2 errors, " in result.output
    assert result.output.rstrip().endswith("lines/s")


def test_good_files_exit_with_success(folder: Path) -> None:
    result = run("check", folder / "good.luau")
    assert result.exit_code == 0
    assert result.output.startswith("1 file, 2 lines, 0 errors, ")


def test_json_has_each_file_with_its_errors(folder: Path) -> None:
    result = run("check", folder, "--format", "json")
    report = json.loads(result.output)
    assert result.exit_code == 1
    assert (report["lines"], report["errors"]) == (5, 2)
    assert report["lines_per_second"] > 0
    bad, good = report["files"]
    assert good["errors"] == []
    assert bad["path"].endswith("deep/bad.lua")
    assert [(error["line"], error["column"]) for error in bad["errors"]] == [(3, 6), (4, 1)]


def test_a_file_named_twice_is_checked_once(folder: Path) -> None:
    assert run("check", folder / "good.luau", folder / "*.luau").output.startswith("1 file,")


def test_a_file_that_is_not_utf8_has_one_message(tmp_path: Path) -> None:
    file = tmp_path / "latin.luau"
    file.write_bytes(b"local x = 1\nlocal s = '\xe9'\n")
    result = run("check", file)
    assert result.exit_code == 1
    assert f"{file}:2:12: not UTF-8: byte 0xe9 [encoding]\n  Save the file as UTF-8.\n" in result.output
    assert "1 error," in result.output


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing.luau", "no such file or folder"), ("*.lua", "no file matches this pattern")],
)
def test_a_path_that_leads_nowhere_is_named_with_a_remedy(tmp_path: Path, name: str, message: str) -> None:
    fault = run("check", tmp_path / name).exception
    assert isinstance(fault, ToolboxError)
    assert str(fault) == f"{tmp_path / name}: {message}"
    assert fault.remedy


def test_a_folder_without_luau_is_named(tmp_path: Path) -> None:
    fault = run("check", tmp_path).exception
    assert isinstance(fault, ToolboxError)
    assert "no .lua or .luau file" in str(fault)


def test_ast_prints_a_tree_with_places(folder: Path) -> None:
    result = run("ast", folder / "good.luau")
    assert result.exit_code == 0
    assert "  statements: Local 1:1-1:20\n" in result.output


def test_ast_prints_what_could_be_read(folder: Path) -> None:
    result = run("ast", folder / "deep" / "bad.lua")
    assert result.exit_code == 1
    assert "name='a'" in result.output


@pytest.mark.parametrize("target", ["lua52", "luajit21"])
def test_lower_prints_one_line_for_one_line(folder: Path, target: str) -> None:
    result = run("lower", folder / "good.luau", "--target", target)
    assert result.exit_code == 0
    assert "number" not in result.output


def test_lower_refuses_what_does_not_parse(folder: Path) -> None:
    result = run("lower", folder / "deep" / "bad.lua")
    assert isinstance(result.exception, ToolboxError)
    assert "not lowered: 2 errors" in str(result.exception)
