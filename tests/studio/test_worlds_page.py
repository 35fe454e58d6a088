"""The page on worlds: its place does what the page shows, in Python, in specs and in the terminal."""

import re
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolboxai import studio
from toolboxai.cli import toolboxai

PAGE = (Path(__file__).parents[2] / "docs" / "worlds.md").read_text("utf-8")
FILES = dict(re.findall(r"`([\w./]+\.(?:json|luau|py))`[^`\n]*:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))
RECORDED = dict(re.findall(r"<!-- recorded: (.*?) -->\n```\n(.*?)```\n<!-- end -->", PAGE, re.DOTALL))
SECONDS = re.compile(r"\d+\.\d\d s")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_package_has_what_the_page_names() -> None:
    assert sorted(studio.__all__) == studio.__all__
    for name in studio.__all__:
        assert name.isupper() or getattr(studio, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = studio.Nothing


def test_the_page_has_its_files() -> None:
    assert sorted(FILES) == [
        "check.luau",
        "default.project.json",
        "src/client/Keys.client.luau",
        "src/server/Doors.server.luau",
        "src/server/Doors.spec.luau",
        "test_doors.py",
    ]


def test_pytest_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path("test_doors.py")["test_e_opens_the_door_for_everybody"]()
    assert capsys.readouterr().out == RECORDED["test_doors.py"]


@pytest.mark.parametrize("command", [command for command in RECORDED if command.startswith("toolboxai")])
def test_commands_print_what_the_page_shows(command: str) -> None:
    result = CliRunner().invoke(toolboxai, command.split()[1:])
    assert SECONDS.sub("N s", result.output) == SECONDS.sub("N s", RECORDED[command])


def test_every_option_is_on_the_page() -> None:
    said = CliRunner().invoke(toolboxai, ["run", "--help"]).stdout
    options = set(re.findall(r"--[a-z]+", said)) - {"--help", "--engine"}
    assert {option for option in options if option not in PAGE} == set()
