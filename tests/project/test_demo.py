"""The demo as a newcomer runs it, and its recording in the README."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
RECORDING = re.compile(r"(?<=<!-- recorded: toolboxai demo -->\n```\n)(.*?)(?=```\n<!-- end -->)", re.DOTALL)


def demo(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "toolboxai", "demo", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)


def told(text: str) -> list[str]:
    """The steps, without what differs from run to run."""
    return re.findall(r"^ ?\d+\. (.*?) \.\.\.", text, re.MULTILINE)


def test_the_demo_tells_every_step_and_the_readme_has_it_recorded(tmp_path: Path) -> None:
    done = demo(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "ended with exit status 0" in done.stdout
    recording = RECORDING.search(README.read_text(encoding="utf-8"))
    assert recording is not None
    assert told(done.stdout) == told(recording[0])
    assert len(told(done.stdout)) == 12
    assert list(tmp_path.iterdir()) == []


def test_the_demo_works_on_a_copy_of_a_foreign_project(tmp_path: Path) -> None:
    script = tmp_path / "game" / "scripts" / "init.server.lua"
    script.parent.mkdir(parents=True)
    script.write_bytes(b"\xef\xbb\xbfprint('hi')\r\n")
    project = tmp_path / "game" / "default.project.json"
    tree = {"$className": "DataModel", "ServerScriptService": {"Game": {"$path": "scripts"}}}
    project.write_text(json.dumps({"name": "Foreign", "tree": tree}), encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = demo("--project", "game", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ServerScriptService.Game" in done.stdout
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("argument", ["nowhere", "broken"])
def test_a_project_that_cannot_be_read_is_one_message_with_a_remedy(tmp_path: Path, argument: str) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "default.project.json").write_text('{"name": ')
    done = demo("--project", argument, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


if __name__ == "__main__":  # `just golden` records anew
    text = demo(cwd=ROOT).stdout
    README.write_text(RECORDING.sub(lambda _: text, README.read_text(encoding="utf-8")), encoding="utf-8")
