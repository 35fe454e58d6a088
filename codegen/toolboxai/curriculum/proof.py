"""Proves a lesson: right answers pass, starter and known mistakes do not, at each level and seed, in fresh runtimes."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from toolboxai.curriculum.attempt import judge, judge_afresh
from toolboxai.curriculum.examiner import Job, Judgement
from toolboxai.curriculum.lesson import Lesson
from toolboxai.curriculum.manifest import LEVELS
from toolboxai.curriculum.rendering import Rendering, render
from toolboxai.emit import TemplateError
from toolboxai.errors import Diagnostic
from toolboxai.luau.parser import parse

SEEDS = (1, 2, 3, 4, 5)
RUNTIMES = 5
_AGREEING = ("solution.luau", "starter.luau")
"""What every runtime must agree on."""

Progress = Callable[[int, int], None]
"""Told how many runs are done, and how many there are."""


@dataclass(slots=True)
class Report:
    """What proving gave: no problems means that the lesson is proven."""

    problems: list[Diagnostic] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

    @property
    def proven(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Case:
    """One script of the author's at one level and seed."""

    rendering: Rendering
    name: str

    @property
    def job(self) -> Job:
        return Job.of(self.rendering, self.rendering.text(self.name))

    def problem(self, rule: str, message: str, remedy: str, line: int = 1) -> Diagnostic:
        path = str(self.rendering.lesson.folder / self.name)
        return Diagnostic(path, line, 1, f"lesson/{rule}", message, remedy)


class _Findings:
    """Mistakes with the levels and seeds that show them: one mistake at several is told once, in its first words."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, int, int, str], Diagnostic] = {}
        self._places: dict[Diagnostic, list[str]] = defaultdict(list)

    def add(self, rendering: Rendering, problem: Diagnostic) -> None:
        key = (problem.path, problem.line, problem.column, problem.rule)
        places = self._places[self._first.setdefault(key, problem)]
        place = f"{rendering.level}, seed {rendering.seed}"
        if place not in places:
            places.append(place)

    def merged(self) -> list[Diagnostic]:
        return sorted(_shown(problem, places) for problem, places in self._places.items())


def _shown(problem: Diagnostic, places: list[str]) -> Diagnostic:
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    message = f"{problem.message} (at {places[0]}{more})"
    return Diagnostic(problem.path, problem.line, problem.column, problem.rule, message, problem.remedy)


def prove(
    lesson: Lesson, *, seeds: Sequence[int] = SEEDS, runtimes: int = RUNTIMES, progress: Progress | None = None
) -> Report:
    """Run all of a lesson's scripts against its checks, each in a child process.

    The solution and the starter run in `runtimes` runtimes, each a process that shares nothing with the others, and
    the verdicts must agree to the letter; the other answers run in one.
    """
    began = time.monotonic()
    findings = _Findings()
    renderings = [render(lesson, level, seed) for level in LEVELS for seed in seeds]
    sound = [rendering for rendering in renderings if _is_sound(rendering, findings)]
    report = Report()
    if len(sound) == len(renderings):
        _run(sound, runtimes, findings, report, progress or (lambda _done, _all: None))
    report.problems = findings.merged()
    report.seconds = time.monotonic() - began
    return report


def _is_sound(rendering: Rendering, findings: _Findings) -> bool:
    problems = list(_unsound(rendering))
    for problem in problems:
        findings.add(rendering, problem)
    return not problems


def _unsound(rendering: Rendering) -> Iterator[Diagnostic]:
    """Render everything, and parse what must be Luau; known mistakes may well be none."""
    manifest = rendering.lesson.manifest
    names = [*rendering.lesson.files, *(f"mistakes/{name}.txt" for name in manifest.mistakes)]
    names += [f"{kind}/{index}.txt" for kind in ("steps", "hints") for index in range(len(getattr(manifest, kind)))]
    for name in names:
        try:
            text = rendering.text(name)
        except TemplateError as fault:
            yield rendering.template_problem(fault)
            continue
        if name.endswith(".luau") and not name.startswith("mistakes/"):
            for problem in parse(text).problems[:3]:
                data = text.encode()
                line = data.count(b"\n", 0, problem.start) + 1
                column = problem.start - data.rfind(b"\n", 0, problem.start)
                path = str(rendering.lesson.folder / name)
                line = rendering.line_in_template(name, line)
                yield Diagnostic(path, line, column, "lesson/syntax", problem.message, "Mend this line of Luau.")


def _run(renderings: list[Rendering], runtimes: int, findings: _Findings, report: Report, progress: Progress) -> None:
    lesson = renderings[0].lesson
    names = [*_AGREEING, *lesson.other_ways(), *lesson.wrong_ways()]
    cases = [_Case(rendering, name) for name in names for rendering in renderings]
    again = [case for case in cases if case.name in _AGREEING]
    total = len(cases) + len(again) * (runtimes - 1)
    first: dict[_Case, Judgement] = {}
    hopeless: set[str] = set()

    def count(runs: int, skipped: int = 0) -> None:
        nonlocal total
        report.runs += runs
        total -= skipped
        progress(report.runs, total)

    for case in cases:
        if case.name in hopeless:
            count(0, skipped=1)
            continue
        judgement = first[case] = judge(case.job)
        count(1)
        for problem in _problems(case, judgement):
            findings.add(case.rendering, problem)
        # What costs a whole limit once is not asked again at fourteen other seeds.
        if judgement.verdict.outcome not in {"finished", "error"}:
            hopeless.add(case.name)
    steady = [case for case in again if case.name not in hopeless]
    for _ in range(runtimes - 1):
        for case, judgement in zip(steady, judge_afresh([case.job for case in steady]), strict=True):
            if judgement != first[case]:
                findings.add(case.rendering, _unsteady(case, first[case], judgement))
        count(len(steady), skipped=len(again) - len(steady))


def _unsteady(case: _Case, before: Judgement, after: Judgement) -> Diagnostic:
    first, second = (judgement.broken or judgement.verdict.message for judgement in (before, after))
    told = f'first "{first}", then "{second}"' if first != second else "with other output"
    remedy = "Do not depend on the order of pairs, on random numbers or on the time of day."
    return case.problem("unsteady", f"another runtime gave another verdict: {told}", remedy)


def _problems(case: _Case, judgement: Judgement) -> Iterator[Diagnostic]:
    verdict = judgement.verdict
    if judgement.broken:
        line, message = _place(judgement.broken)
        checks = _Case(case.rendering, "checks.luau")
        line = case.rendering.line_in_template(checks.name, line)
        yield checks.problem("checks-broken", message, "Mend the checks: this is an error in them.", line)
    elif case.name == "starter.luau":
        if verdict.passed:
            remedy = "Leave a gap or a mistake for the student at every level."
            yield case.problem("starter-passes", "the starter passes all checks as it is", remedy)
    elif case.name.startswith("mistakes/"):
        yield from _mistake_problems(case, judgement)
    elif not verdict.passed:
        remedy = "Mend the script, or let the checks accept this way."
        kind = "solution-fails" if case.name == "solution.luau" else "right-answer-fails"
        yield case.problem(kind, f"it does not pass ({verdict.outcome}): {verdict.message}", remedy)


def _mistake_problems(case: _Case, judgement: Judgement) -> Iterator[Diagnostic]:
    verdict = judgement.verdict
    wanted = case.rendering.message(case.name.removeprefix("mistakes/").removesuffix(".luau"))
    if verdict.passed:
        yield case.problem("mistake-passes", "the checks accept this mistake", "Add a check that sees it.")
    elif wanted.lower() not in verdict.message.lower():
        message = f'the student reads "{verdict.message}", without the words "{wanted}"'
        remedy = "Let the check that sees this mistake say so, or correct the words under [mistakes]."
        yield case.problem("mistake-message", message, remedy)


def _place(text: str) -> tuple[int, str]:
    found = re.match(r"^(?:[^\n]*?:)?(\d+): (.*)", text, re.DOTALL)
    return (int(found[1]), found[2]) if found else (1, text)
