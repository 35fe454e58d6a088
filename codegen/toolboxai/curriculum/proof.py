"""Proves a lesson: right answers pass, starter and known mistakes do not, at each level and seed, in fresh runtimes."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from toolboxai.curriculum.attempt import Job, Judgement, Runtime
from toolboxai.curriculum.lesson import Lesson
from toolboxai.curriculum.manifest import LEVELS
from toolboxai.curriculum.rendering import Rendering, render
from toolboxai.emit import TemplateError
from toolboxai.errors import Diagnostic
from toolboxai.luau.parser import parse

SEEDS = (1, 2, 3, 4, 5)
RUNTIMES = 5

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
    """Mistakes with the levels and seeds that show them: the same at several is told once."""

    def __init__(self) -> None:
        self._cases: dict[Diagnostic, list[str]] = defaultdict(list)

    def add(self, rendering: Rendering, problem: Diagnostic) -> None:
        place = f"{rendering.level}, seed {rendering.seed}"
        if place not in self._cases[problem]:
            self._cases[problem].append(place)

    def merged(self) -> list[Diagnostic]:
        return sorted(_shown(problem, places) for problem, places in self._cases.items())


def _shown(problem: Diagnostic, places: list[str]) -> Diagnostic:
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    message = f"{problem.message} (at {places[0]}{more})"
    return Diagnostic(problem.path, problem.line, problem.column, problem.rule, message, problem.remedy)


def prove(
    lesson: Lesson, *, seeds: Sequence[int] = SEEDS, runtimes: int = RUNTIMES, progress: Progress | None = None
) -> Report:
    """Run all of a lesson's scripts against its checks, each in a child process.

    The solution and the starter run in `runtimes` fresh runtimes, whose verdicts must agree to the letter; the other
    answers run in one.
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
    every = ["solution.luau", "starter.luau"]
    once = [*lesson.other_ways(), *lesson.wrong_ways()]
    total = len(renderings) * (len(every) * runtimes + len(once))
    first: dict[tuple[Rendering, str], Judgement] = {}
    hopeless: set[str] = set()
    for index in range(runtimes):
        cases = [_Case(rendering, name) for rendering in renderings for name in (every if index else every + once)]
        with Runtime() as runtime:
            for case in cases:
                if case.name in hopeless:
                    total -= 1
                    continue
                judgement = runtime.judge(case.job)
                report.runs += 1
                progress(report.runs, total)
                before = first.setdefault((case.rendering, case.name), judgement)
                for problem in _problems(case, judgement, before):
                    findings.add(case.rendering, problem)
                # What costs the whole time limit once is not asked again at fourteen other seeds.
                if judgement.verdict.outcome.startswith("out of"):
                    hopeless.add(case.name)


def _problems(case: _Case, judgement: Judgement, before: Judgement) -> Iterator[Diagnostic]:
    verdict = judgement.verdict
    if judgement.broken:
        line, message = _place(judgement.broken)
        checks = _Case(case.rendering, "checks.luau")
        line = case.rendering.line_in_template(checks.name, line)
        yield checks.problem("checks-broken", message, "Mend the checks: this is an error in them.", line)
    elif judgement != before:
        message = f'another runtime gave another verdict: "{before.verdict.message}", then "{verdict.message}"'
        remedy = "Do not depend on the order of pairs, on random numbers or on the time of day."
        yield case.problem("unsteady", message, remedy)
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
