"""`toolboxai lesson` on the command line."""

import json
import subprocess
import sys

import pytest


def lesson(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "toolboxai", "lesson", *map(str, arguments)],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_a_new_lesson_is_written_and_proven_at_once(tmp_path):
    written = lesson("new", "my-pets", cwd=tmp_path)
    assert written.returncode == 0
    assert "toolboxai lesson check" in written.stdout
    checked = lesson("check", "lessons/my-pets", "--seeds", "2", cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "1 of 1 lessons proven, 0 mistakes." in checked.stdout


def test_nothing_is_overwritten(tmp_path):
    assert lesson("new", "pets", "--to", tmp_path, cwd=tmp_path).returncode == 0
    story = tmp_path / "pets" / "story.md"
    story.write_text("mine")
    again = lesson("new", "Pets", "--to", tmp_path, cwd=tmp_path)
    assert again.returncode == 1
    again = lesson("new", "pets", "--to", tmp_path, cwd=tmp_path)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert story.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "..", "../out", "a/b", "con", "My Lesson", "Ünder", "-x", "a" * 80, "x.", "01-"])
def test_a_bad_name_is_refused_with_a_remedy_and_nothing_written(tmp_path, name):
    refused = lesson("new", "--to", tmp_path / "to", "--", name, cwd=tmp_path)
    assert refused.returncode == 1
    assert "error: " in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_told_for_people_and_for_programs(tmp_path):
    lesson("new", "pets", "--to", tmp_path, cwd=tmp_path)
    toml = tmp_path / "pets" / "lesson.toml"
    toml.write_text(toml.read_text().replace("minutes = 20", "minutes = 0").replace('"A"', '"Z"'))
    text = lesson("check", "pets", cwd=tmp_path)
    assert text.returncode == 1
    assert "[lesson/field]" in text.stdout
    assert "2 mistakes" in text.stdout
    report = lesson("check", "pets", "--format", "json", cwd=tmp_path)
    assert report.returncode == 1
    data = json.loads(report.stdout)
    assert data["proven"] is False
    assert {problem["rule"] for problem in data["problems"]} == {"lesson/field"}
    assert all(problem["remedy"] and problem["line"] > 1 for problem in data["problems"])


def test_a_path_without_a_lesson_is_one_message(tmp_path):
    missing = lesson("check", "nowhere", cwd=tmp_path)
    assert missing.returncode == 1
    assert missing.stderr.startswith("error: nowhere does not exist\n")
    assert "Traceback" not in missing.stderr
