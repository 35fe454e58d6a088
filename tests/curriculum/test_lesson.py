"""Reading a lesson folder: every mistake at once, each with its place and remedy."""

import pytest

from toolboxai.curriculum.lesson import load_lesson
from toolboxai.curriculum.skeleton import new_lesson


@pytest.fixture
def folder(tmp_path):
    return new_lesson("greeting", tmp_path)


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def rules(folder):
    return {(problem.rule, problem.path.removeprefix(str(folder))[1:], problem.line) for problem in problems(folder)}


def problems(folder):
    loaded = load_lesson(folder)
    assert (loaded.lesson is None) == bool(loaded.problems)
    assert all(problem.remedy and problem.message for problem in loaded.problems)
    return loaded.problems


def line(folder, text, name="lesson.toml"):
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, held in enumerate(lines, 1) if held.startswith(text))


def test_a_whole_folder_loads(folder):
    lesson = load_lesson(folder).lesson
    assert lesson.id == "greeting"
    assert lesson.script == ["ServerScriptService", "Greeting"]
    assert lesson.summary.concepts == ["output-print"]
    assert lesson.wrong_ways() == ["mistakes/nothing-yet.luau", "mistakes/small-letters.luau"]


def test_all_mistakes_of_a_manifest_are_told_at_once(folder):
    edit(folder, "lesson.toml", 'age_group = "A"', 'age_grup = "A"')
    edit(folder, "lesson.toml", "minutes = 20", 'minutes = "long"')
    edit(
        folder, "lesson.toml", 'friend = { choices = ["Ada", "Bruno", "Chen", "Dilara"] }', "friend = { choices = [] }"
    )
    edit(folder, "lesson.toml", 'script = "ServerScriptService/Greeting"', 'script = "Greeting"')
    (folder / "guide.md").unlink()
    assert rules(folder) == {
        ("lesson/missing-file", "guide.md", 1),
        ("lesson/unknown-field", "lesson.toml", line(folder, "age_grup")),
        ("lesson/missing-field", "lesson.toml", 1),
        ("lesson/field", "lesson.toml", line(folder, "minutes")),
        ("lesson/field", "lesson.toml", line(folder, "script")),
        ("lesson/variable", "lesson.toml", line(folder, "friend")),
    }
    assert any("Did you mean `age_group`?" in problem.remedy for problem in problems(folder))


def test_a_line_that_is_not_toml_is_named(folder):
    edit(folder, "lesson.toml", 'age_group = "A"', "age_group = A")
    assert rules(folder) == {("lesson/toml", "lesson.toml", line(folder, "age_group"))}


def test_an_unknown_concept_is_told_with_the_nearest(folder):
    edit(folder, "lesson.toml", '["output-print"]', '["output-prnt"]')
    [problem] = problems(folder)
    assert (problem.rule, problem.line) == ("lesson/unknown-concept", line(folder, "concepts"))
    assert problem.remedy == 'Did you mean "output-print"?'


def test_a_concept_that_is_too_hard_for_the_age_is_refused(folder):
    edit(folder, "lesson.toml", '["output-print"]', '["output-print", "arrays"]')
    assert rules(folder) == {("lesson/age-group", "lesson.toml", line(folder, "age_group"))}


def test_the_id_is_the_folders_name_with_or_without_a_number(folder):
    assert load_lesson(folder.rename(folder.with_name("07-greeting"))).lesson
    other = folder.with_name("07-greeting").rename(folder.with_name("farewell"))
    assert rules(other) == {("lesson/id", "lesson.toml", line(other, "id"))}


def test_a_file_that_is_not_utf8_is_told_with_its_line_and_column(folder):
    (folder / "story.md").write_bytes(b"one\ntwo\nabc\xe4\n")
    [problem] = problems(folder)
    assert (problem.rule, problem.line, problem.column) == ("lesson/not-utf8", 3, 4)


def test_an_empty_a_huge_and_a_missing_file_are_told(folder):
    (folder / "story.md").write_text(" \n")
    (folder / "starter.luau").write_bytes(b"-" * 10_000_000)
    (folder / "checks.luau").unlink()
    assert rules(folder) == {
        ("lesson/empty-file", "story.md", 1),
        ("lesson/too-large", "starter.luau", 1),
        ("lesson/missing-file", "checks.luau", 1),
    }


def test_mistakes_without_words_and_words_without_a_mistake_are_told(folder):
    (folder / "mistakes" / "nothing-yet.luau").unlink()
    (folder / "mistakes" / "shouting.luau").write_text('print("HELLO")')
    assert rules(folder) == {
        ("lesson/mistake", "lesson.toml", line(folder, "nothing-yet")),
        ("lesson/mistake", "mistakes/shouting.luau", 1),
    }


def test_line_ends_and_byte_order_mark_of_windows_make_no_difference(folder):
    before = load_lesson(folder).lesson
    for path in folder.rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after = load_lesson(folder).lesson
    assert after.files == before.files
    assert after.manifest == before.manifest
