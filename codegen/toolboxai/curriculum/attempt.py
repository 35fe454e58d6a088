"""Judges an attempt in a child process: what a student wrote can neither harm nor hold up the one who asks."""

from collections.abc import Sequence

import msgspec

from toolboxai.curriculum.examiner import Job, Judgement
from toolboxai.curriculum.lesson import Lesson
from toolboxai.curriculum.rendering import render
from toolboxai.protocol import LessonScript, Verdict
from toolboxai.studio.untrusted import Limits, Outcome, Task, run_task

LIMITS = Limits(seconds=5.0, cpu_seconds=2.0, memory=128 * 1024 * 1024, output=256 * 1024)
"""For one judgement: the game's time is not real time, so that a sound script needs a few milliseconds."""

_LONGEST_SOURCE = 200_000
"""Characters: what Studio itself lets a script have."""

_EXHAUSTED = {
    "out of time": "Your script never comes to an end. Look at its loops: each needs an end, or a task.wait() in it.",
    "out of memory": "Your script fills up the memory. Look at its loops: what do they make again and again?",
    "too much output": "Your script prints far too much. Look at its loops: each needs an end, or a task.wait() in it.",
    "error": "Your script ended in a way that I do not know. Take out the lines you wrote last, and check again.",
}


_EXAMINER = "toolboxai.curriculum.examiner"


def judge(job: Job) -> Judgement:
    """Judge a script in a child of its own; blocks for at most the time limit.

    Raises ToolboxError where no child can be had.
    """
    task = Task(f"{_EXAMINER}:judge_one", msgspec.to_builtins(job), f"{_EXAMINER}:prepare")
    outcome = run_task(task, LIMITS)
    return _judgements(outcome, 1)[0]


def judge_afresh(jobs: Sequence[Job]) -> list[Judgement]:
    """Judge scripts in one process that shares nothing with any before it, each in a Lua state of its own."""
    count = len(jobs)
    limits = Limits(
        seconds=LIMITS.seconds + count,
        cpu_seconds=LIMITS.cpu_seconds + count,
        memory=LIMITS.memory * 2,
        output=LIMITS.output * max(count, 1),
    )
    task = Task(f"{_EXAMINER}:judge_all", msgspec.to_builtins(jobs), f"{_EXAMINER}:rehearse")
    outcome = run_task(task, limits, way="spawn")
    return _judgements(outcome, count)


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
    return judge(Job.of(rendering, script.source)).verdict


def _judgements(outcome: Outcome, count: int) -> list[Judgement]:
    if outcome.verdict == "finished":
        return msgspec.convert(outcome.value, list[Judgement])
    verdict = Verdict(False, outcome.verdict, [], [], _EXHAUSTED[outcome.verdict])
    return [Judgement(verdict)] * count
