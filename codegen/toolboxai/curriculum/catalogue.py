"""The lessons that a project offers: the shipped ones, and its own."""

import difflib
from collections.abc import Callable
from pathlib import Path

from toolboxai.curriculum.attempt import check
from toolboxai.curriculum.course import load_shelf, taken
from toolboxai.curriculum.lesson import Lesson
from toolboxai.curriculum.rendering import render
from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.protocol import LessonAttempt, LessonBundle, LessonScript, LessonSummary, Verdict
from toolboxai.shipped import shipped

OWN_LESSONS = "lessons"
"""The folder of a project that has its own lessons."""


class UnknownLessonError(ToolboxError, LookupError):
    """No lesson has this id."""

    __str__ = ToolboxError.__str__


class Catalogue:
    """Lessons by id, in course order.

    A lesson that does not load is left out, and stands in `problems`: one author's slip takes nobody's lessons away.
    """

    def __init__(self, *folders: Path, checker: "Checker" = check) -> None:
        self.problems: list[Diagnostic] = []
        self._checker = checker
        self._lessons: dict[str, Lesson] = {}
        for folder in folders:
            shelf = load_shelf(folder)
            self.problems += shelf.problems
            before = dict(self._lessons)
            for _, loaded in shelf.lessons:
                self.problems += loaded.problems
                lesson = loaded.lesson
                if lesson and lesson.id in before:
                    self.problems.append(taken(lesson, before[lesson.id]))
                elif lesson:
                    self._lessons.setdefault(lesson.id, lesson)

    @classmethod
    def of(cls, project: Path | None = None) -> "Catalogue":
        """Offer the shipped lessons and those in the `lessons` folder of a project; a shipped one keeps its id."""
        folders = [shipped("curriculum") / "courses"]
        own = project / OWN_LESSONS if project else None
        if own and next(own.rglob("lesson.toml"), None):
            folders.append(own)
        return cls(*folders)

    def lesson(self, lesson_id: str) -> Lesson:
        """Find a lesson; raises UnknownLessonError."""
        lesson = self._lessons.get(lesson_id)
        if lesson is None:
            near = difflib.get_close_matches(lesson_id, self._lessons, n=1)
            remedy = f'Did you mean "{near[0]}"?' if near else f"The lessons are: {', '.join(self._lessons)}."
            raise UnknownLessonError(f'there is no lesson "{lesson_id}"', remedy=remedy)
        return lesson

    def summaries(self) -> list[LessonSummary]:
        return [lesson.summary for lesson in self._lessons.values()]

    def bundle(self, lesson_id: str, level: str, seed: int) -> LessonBundle:
        """Give what a student gets; raises ToolboxError for an unknown lesson, level or seed."""
        return render(self.lesson(lesson_id), level, seed).bundle

    def check(self, lesson_id: str, attempt: LessonAttempt) -> Verdict:
        """Judge a student's scripts, in a child process; blocks for as long as that takes, at most its time limit."""
        return self._checker(self.lesson(lesson_id), attempt.level, attempt.seed, attempt.scripts)


Checker = Callable[[Lesson, str, int, list[LessonScript]], Verdict]
