"""Judges an attempt in a child process: what a student wrote can neither harm nor hold up the one who asks."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from toolboxai.curriculum.examiner import Examiner, Job, Judgement
from toolboxai.curriculum.lesson import Lesson
from toolboxai.curriculum.rendering import render
from toolboxai.protocol import LessonScript, Verdict

__all__ = ["Job", "Judgement", "Runtime", "check"]

_LONGEST_SOURCE = 200_000
"""Characters: what Studio itself lets a script have."""


class Runtime:
    """A fresh runtime for judgements, each in a child of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    def judge(self, job: Job) -> Judgement:
        # In this process until the child process of `studio.untrusted` is there.
        return Examiner().judge(job)


def check(lesson: Lesson, level: str, seed: int, scripts: Sequence[LessonScript]) -> Verdict:
    """Judge a student's scripts against a lesson at a level and seed.

    A script that is missing, too long or not Luau gets a verdict that says so. Raises ToolboxError for an unknown
    level or a seed below 0.
    """
    rendering = render(lesson, level, seed)
    script = next((script for script in scripts if script.path == lesson.script), None)
    if script is None:
        place = " in ".join(reversed(lesson.script))
        message = f"I cannot find the script {place}. Open the lesson again, and write into that script."
        return Verdict(False, "error", [], [], message)
    if len(script.source) > _LONGEST_SOURCE:
        message = f"The script is longer than {_LONGEST_SOURCE:,} characters, which is more than Studio takes."
        return Verdict(False, "error", [], [], f"{message} Take out what the lesson does not need.")
    with Runtime() as runtime:
        return runtime.judge(Job.of(rendering, script.source)).verdict
