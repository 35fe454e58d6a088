"""Lessons side by side: their order, their ids, the catalogue."""

import shutil

import pytest

from toolboxai.curriculum import Catalogue
from toolboxai.curriculum.course import load_shelf
from toolboxai.curriculum.skeleton import new_lesson
from toolboxai.errors import ToolboxError
from toolboxai.shipped import shipped

COURSE = shipped("curriculum") / "courses" / "first-steps"


@pytest.fixture
def course(tmp_path):
    return shutil.copytree(COURSE, tmp_path / "course")


def test_the_shipped_course_is_in_order():
    shelf = load_shelf(COURSE)
    assert [loaded.lesson.id for _, loaded in shelf.lessons] == ["output-print", "instances-parents", "properties"]
    assert shelf.problems == []


def test_one_lesson_of_a_course_can_be_looked_at_by_itself():
    shelf = load_shelf(COURSE / "03-properties")
    assert [loaded.lesson.id for _, loaded in shelf.lessons] == ["properties"]
    assert shelf.problems == []


def test_a_lesson_before_what_it_builds_on_is_told(course):
    (course / "03-properties").rename(course / "00-properties")
    [problem] = load_shelf(course).problems
    assert problem.rule == "course/order"
    assert '"properties" builds on "instances-parents"' in problem.message
    assert problem.path.endswith("lesson.toml")


def test_what_a_course_assumes_counts_as_taught(course):
    (course / "03-properties").rename(course / "00-properties")
    path = course / "course.toml"
    path.write_text(path.read_text() + 'assumes = ["instances-parents"]\n')
    assert load_shelf(course).problems == []


def test_an_unknown_concept_in_a_course_file_and_a_broken_course_file_are_told(course):
    path = course / "course.toml"
    path.write_text(path.read_text() + 'assumes = ["lops"]\n')
    assert [problem.rule for problem in load_shelf(course).problems] == ["course/unknown-concept"]
    path.write_text("title = \n")
    assert [problem.rule for problem in load_shelf(course).problems] == ["course/file"]


def test_an_id_stands_once(course):
    shutil.copytree(course / "01-output-print", course / "04-output-print")
    [problem] = load_shelf(course).problems
    assert (problem.rule, "01-output-print" in problem.message) == ("lesson/twice", True)


@pytest.mark.parametrize("name", ["nowhere", "file", "empty"])
def test_a_path_without_lessons_is_a_fault_with_a_remedy(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ToolboxError) as fault:
        load_shelf(tmp_path / name)
    assert fault.value.remedy


def test_a_catalogue_has_the_shipped_lessons_and_the_projects_own(tmp_path):
    new_lesson("greeting", tmp_path / "lessons")
    catalogue = Catalogue.of(tmp_path)
    assert [summary.id for summary in catalogue.summaries()][-2:] == ["properties", "greeting"]
    assert catalogue.bundle("greeting", "guided", 1).scripts[0].path == ["ServerScriptService", "Greeting"]
    assert catalogue.problems == []


def test_one_broken_lesson_takes_no_other_away(tmp_path):
    (new_lesson("greeting", tmp_path / "lessons") / "lesson.toml").write_text("id = ")
    new_lesson("farewell", tmp_path / "lessons")
    catalogue = Catalogue.of(tmp_path)
    assert [summary.id for summary in catalogue.summaries()][-1] == "farewell"
    assert [problem.rule for problem in catalogue.problems] == ["lesson/toml"]


def test_a_project_without_lessons_of_its_own_has_the_shipped_ones(tmp_path):
    (tmp_path / "lessons").mkdir()
    assert len(Catalogue.of(tmp_path).summaries()) == len(Catalogue.of().summaries()) == 3


def test_an_unknown_lesson_is_refused_with_the_nearest():
    with pytest.raises(ToolboxError, match="outputprint") as fault:
        Catalogue.of().bundle("outputprint", "guided", 1)
    assert fault.value.remedy == 'Did you mean "output-print"?'


def test_a_lesson_of_the_projects_own_does_not_take_a_shipped_id(tmp_path):
    new_lesson("properties", tmp_path / "lessons")
    catalogue = Catalogue.of(tmp_path)
    assert catalogue.lesson("properties").manifest.title == "The ghost who bumped its head"
    assert [problem.rule for problem in catalogue.problems] == ["lesson/twice"]
