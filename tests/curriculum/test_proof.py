"""Proving lessons: the shipped ones hold, and each kind of mistake is found, with its place and remedy."""

import pytest

from toolboxai.curriculum import Catalogue, load_lesson, prove
from toolboxai.curriculum.skeleton import new_lesson


@pytest.fixture
def folder(tmp_path):
    return new_lesson("greeting", tmp_path)


def problems(folder, seeds=(1,), runtimes=1):
    loaded = load_lesson(folder)
    assert loaded.problems == []
    report = prove(loaded.lesson, seeds=seeds, runtimes=runtimes)
    assert all(problem.remedy for problem in report.problems)
    return [
        (problem.rule, problem.path.removeprefix(str(folder))[1:], problem.line, problem.message)
        for problem in report.problems
    ]


@pytest.mark.parametrize("lesson", ["output-print", "instances-parents", "properties"])
def test_a_shipped_lesson_is_proven_at_every_level_and_seed_in_five_fresh_runtimes(lesson):
    report = prove(Catalogue.of().lesson(lesson))
    assert report.problems == []
    assert report.runs >= 3 * 5 * (2 * 5 + 10)


def test_a_new_lesson_is_proven_as_it_stands(folder):
    assert problems(folder, seeds=(1, 2), runtimes=2) == []


def test_a_solution_that_does_not_pass_is_told_once_for_all_seeds(folder):
    (folder / "solution.luau").write_text('print("Good evening")')
    [(rule, path, _, message)] = problems(folder, seeds=(1, 2, 3))
    assert (rule, path) == ("lesson/solution-fails", "solution.luau")
    assert "at guided, seed 1 and 8 more" in message


def test_a_starter_that_passes_at_one_level_is_told_with_the_level(folder):
    (folder / "starter.luau").write_text(
        '<$% if level == "supported" %$>\nprint(<$ "Welcome, " + friend + "!" $>)\n<$% else %$>\n-- Go\n<$% endif %$>\n'
    )
    [(rule, path, _, message)] = problems(folder)
    assert (rule, path) == ("lesson/starter-passes", "starter.luau")
    assert "supported, seed 1" in message


def test_a_mistake_that_passes_and_one_with_another_message_are_told(folder):
    text = (folder / "solution.luau").read_text()
    (folder / "mistakes" / "nothing-yet.luau").write_text(text)
    (folder / "mistakes" / "small-letters.luau").write_text('print("Hi!")')
    found = problems(folder)
    assert [(rule, path) for rule, path, _, _ in found] == [
        ("lesson/mistake-passes", "mistakes/nothing-yet.luau"),
        ("lesson/mistake-message", "mistakes/small-letters.luau"),
    ]
    assert 'without the words "Nearly!' in found[1][3]


def test_a_right_answer_that_the_checks_refuse_is_told(folder):
    (folder / "accepted" / "shouting.luau").write_text('print("WELCOME!")')
    assert [(rule, path) for rule, path, _, _ in problems(folder)] == [
        ("lesson/right-answer-fails", "accepted/shouting.luau")
    ]


def test_template_and_syntax_mistakes_are_all_told_at_once_at_their_lines(folder):
    (folder / "starter.luau").write_text('print("a")\n<$% if level %$>\nprint(1)\n')
    (folder / "solution.luau").write_text("print(<$ freind $>)\n")
    (folder / "checks.luau").write_text("<$# a #$>\nreturn function(lesson)\n\tlocal = 3\nend\n")
    toml = folder / "lesson.toml"
    toml.write_text(toml.read_text().replace("Welcome, <$ friend $>!", "Welcome, <$ frend $>!", 1))
    found = {(rule, path, line) for rule, path, line, _ in problems(folder)}
    steps = toml.read_text().splitlines().index("steps = [") + 1
    assert found >= {
        ("lesson/template", "solution.luau", 1),
        ("lesson/syntax", "checks.luau", 3),
        ("lesson/template", "lesson.toml", steps),
    }
    assert any(rule == "lesson/template" and path == "starter.luau" for rule, path, _ in found)


@pytest.mark.parametrize(
    ("checks", "line", "words"),
    [
        ("return function(lesson)\n\tlesson.expectline('a')\nend", 2, "lesson has no expectline; it has"),
        (
            "return function(lesson)\n\tlesson.check('a', function()\n\t\tlocal x = nil + 1\n\tend)\nend",
            3,
            "arithmetic",
        ),
        ("return 3", 1, "must return a function"),
        ("return function(lesson) end", 1, "at least once"),
        ("return function(lesson)\n\tprint('debugging')\nend", 2, "nil"),
    ],
)
def test_an_error_in_the_checks_is_the_authors_and_told_at_its_line(folder, checks, line, words):
    (folder / "checks.luau").write_text(checks)
    [(rule, path, at, message)] = problems(folder)
    assert (rule, path, at) == ("lesson/checks-broken", "checks.luau", line)
    assert words in message


def test_a_solution_that_never_ends_is_told_once_and_the_rest_is_still_proven(folder):
    (folder / "solution.luau").write_text("while true do end")
    (folder / "accepted" / "shouting.luau").write_text('print("WELCOME!")')
    found = problems(folder, seeds=(1, 2))
    assert [rule for rule, _, _, _ in found] == ["lesson/right-answer-fails", "lesson/solution-fails"]
    assert "out of time" in found[1][3]


def test_a_verdict_that_depends_on_chance_is_found(folder):
    (folder / "checks.luau").write_text(
        'return function(lesson)\n\tlesson.check("a", function()\n'
        "\t\tlesson.expectLine(`{tostring({})} {math.random(1000000)}`)\n\tend)\nend"
    )
    assert "lesson/unsteady" in [rule for rule, _, _, _ in problems(folder, runtimes=3)]


def test_progress_is_told_run_by_run(folder):
    told = []
    report = prove(load_lesson(folder).lesson, seeds=(1,), runtimes=1, progress=lambda *now: told.append(now))
    assert [done for done, _ in told] == list(range(1, report.runs + 1))
    assert told[-1] == (report.runs, report.runs)
