"""A lesson at a level and seed."""

import pytest

from toolboxai.curriculum.lesson import load_lesson
from toolboxai.curriculum.manifest import LEVELS
from toolboxai.curriculum.rendering import Rendering, render
from toolboxai.curriculum.skeleton import new_lesson
from toolboxai.emit import TemplateError
from toolboxai.errors import ToolboxError
from toolboxai.luau.parser import parse


@pytest.fixture
def folder(tmp_path):
    return new_lesson("greeting", tmp_path)


def lesson(folder):
    return load_lesson(folder).lesson


def test_every_text_of_a_seed_speaks_of_the_same_friend(folder):
    rendering = render(lesson(folder), "guided", 3)
    friend = rendering.values["friend"]
    assert friend in rendering.bundle.story
    assert friend in rendering.bundle.steps[1]
    assert friend in rendering.bundle.hints[2]
    assert rendering.text("solution.luau") == f'print("Welcome, {friend}!")\n'


def test_levels_differ_in_the_starter_and_in_nothing_else(folder):
    bundles = [render(lesson(folder), level, 3).bundle for level in LEVELS]
    assert len({bundle.scripts[0].source for bundle in bundles}) == 3
    assert len({bundle.story for bundle in bundles}) == 1


def test_the_bundle_holds_nothing_that_gives_the_answer_away(folder):
    bundle = render(lesson(folder), "independent", 1).bundle
    assert [(script.path, script.class_name) for script in bundle.scripts] == [
        (["ServerScriptService", "Greeting"], "Script")
    ]
    assert "expectLine" not in str(bundle)


def test_the_hash_names_the_content(folder):
    before = render(lesson(folder), "guided", 1).bundle
    assert before.hash == render(lesson(folder), "guided", 1).bundle.hash
    path = folder / "story.md"
    path.write_text(path.read_text() + "\nThe end.\n")
    assert before.hash != render(lesson(folder), "guided", 1).bundle.hash


def test_a_value_is_a_literal_and_never_code(folder):
    path = folder / "lesson.toml"
    path.write_text(path.read_text().replace('"Ada", "Bruno", "Chen", "Dilara"', "'\"); error(\"x', \"]] --[[\", '\\'"))
    for seed in range(10):
        chunk = parse(render(lesson(folder), "guided", seed).text("solution.luau"))
        assert chunk.problems == []
        assert len(chunk.block.statements) == 1


def test_a_step_that_is_empty_at_a_level_is_left_out(folder):
    path = folder / "lesson.toml"
    step = '"Open the script Greeting, and the Output window."'
    text = path.read_text()
    assert step in text
    path.write_text(text.replace(step, "'<$% if level == \"guided\" %$>Open it.<$% endif %$>'"))
    assert len(render(lesson(folder), "guided", 1).bundle.steps) == 3
    assert len(render(lesson(folder), "supported", 1).bundle.steps) == 2


def test_an_unknown_level_or_a_negative_seed_is_refused(folder):
    with pytest.raises(ToolboxError, match="support level") as fault:
        render(lesson(folder), "easy", 1)
    assert "guided, supported, independent" in fault.value.remedy
    with pytest.raises(ToolboxError, match="seed"):
        render(lesson(folder), "guided", -1)


def test_an_unknown_variable_is_told_at_its_line(folder):
    (folder / "starter.luau").write_text('print("a")\n\nprint(<$ freind $>)\n')
    rendering = Rendering(lesson(folder), "guided", 1)
    with pytest.raises(TemplateError) as fault:
        rendering.text("starter.luau")
    problem = rendering.template_problem(fault.value)
    assert (problem.path, problem.line) == (str(folder / "starter.luau"), 3)
    assert "freind" in problem.message


def test_a_line_of_the_rendered_text_is_found_in_the_template(folder):
    template = (
        '<$% if level == "guided" %$>\n-- one\n<$% else %$>\n-- two\n-- three\n<$% endif %$>\nprint("x")\nlocal = 3\n'
    )
    (folder / "starter.luau").write_text(template)
    rendering = Rendering(lesson(folder), "supported", 1)
    assert rendering.text("starter.luau").split("\n")[3] == "local = 3"
    assert rendering.line_in_template("starter.luau", 4) == 8
    assert rendering.line_in_template("starter.luau", 1) == 4
