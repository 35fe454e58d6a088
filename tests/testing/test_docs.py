"""The pages on testing: their example prints what they show, and every difference that they state is one."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from testing.conftest import Bench, write
from toolboxai.cli import toolboxai

DOCS = Path(__file__).parents[2] / "docs"
TESTING = (DOCS / "testing.md").read_text(encoding="utf-8")
DIFFERENCES = re.findall(r"```luau\n(.*?)```", (DOCS / "studio-differences.md").read_text(encoding="utf-8"), re.DOTALL)
SECONDS = re.compile(r"\d+\.\d\d s")


def test_the_example_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    files = dict(re.findall(r"`(src/[\w.]+)`:\n\n```luau\n(.*?)```", TESTING, re.DOTALL))
    assert sorted(files) == ["src/Bag.luau", "src/Bag.spec.luau"]
    write(tmp_path, files)
    shown = re.search(r"```\n\$ toolboxai test\n(.*?)```", TESTING, re.DOTALL)
    assert shown is not None
    result = CliRunner().invoke(toolboxai, ["test"])
    assert result.exit_code == 1
    assert SECONDS.sub("N s", result.stdout) == SECONDS.sub("N s", shown[1])


def test_every_option_is_on_the_page():
    said = CliRunner().invoke(toolboxai, ["test", "--help"]).stdout
    options = set(re.findall(r"--[a-z]+|-k", said)) - {"--help"}
    assert {option for option in options if option not in TESTING} == set()


@pytest.mark.parametrize("code", DIFFERENCES, ids=[code.splitlines()[0] for code in DIFFERENCES])
def test_a_difference_is_as_the_page_says(bench: Bench, code: str):
    assert bench.statuses(f'return function() it("case", function()\n{code}\nend) end') == {"case": "passed"}
