"""Runs one student's script in headless Studio, then the lesson's checks, and says what came of it."""

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from toolboxai.curriculum.facts import facts
from toolboxai.curriculum.rendering import Rendering
from toolboxai.curriculum.words import runtime_error, syntax_error
from toolboxai.luau.parser import parse
from toolboxai.protocol import CheckResult, Verdict
from toolboxai.roblox.model import Item
from toolboxai.studio.host import LuauError, OutputLine
from toolboxai.studio.studio import Studio, read_ahead

_FRAME = 1 / 60
_LONGEST_WAIT = 3600.0
_MOST_LINES = 200
_LONGEST_LINE = 500
_WELL_DONE = "All checks passed. Well done!"


class Job(msgspec.Struct, frozen=True):
    """What is to be judged: a script, where it goes, the checks as Luau, and how long the game runs before them."""

    script: list[str]
    source: str
    checks: str
    seconds: float

    @classmethod
    def of(cls, rendering: Rendering, source: str) -> "Job":
        lesson = rendering.lesson
        return cls(lesson.script, source, rendering.text("checks.luau"), lesson.manifest.seconds)


class Judgement(msgspec.Struct, frozen=True):
    """The verdict; `broken` is the error in the checks themselves that made it worthless, with its line."""

    verdict: Verdict
    broken: str = ""


_REHEARSAL = Job(
    ["ServerScriptService", "Rehearsal"],
    'local part = Instance.new("Part", workspace)\nprint(part, Color3.new(), `{1}`)\n',
    'return function(lesson) lesson.check("a", function() lesson.expectInstance("Workspace/Part", "Part") end) end',
    0.1,
)


class Examiner:
    """One Studio with the checks' side ready, for one judgement: the script leaves its marks in it."""

    def __init__(self) -> None:
        self.studio = Studio()
        vm = self.studio.vm
        chunk = vm.load(_harness(), "harness", self.studio.environment())
        self._harness = vm.call(chunk)[0]

    def judge(self, job: Job) -> Judgement:
        chunk = parse(job.source)
        if chunk.problems:
            return Judgement(Verdict(False, "error", [], [], syntax_error(chunk)))
        vm = self.studio.vm
        vm.watch()
        for name, count in facts(chunk).items():
            self._call("fact", name, count)
        try:
            checks = vm.load(job.checks, "checks.luau", self._harness[b"world"])
        except LuauError as fault:
            return self._verdict(job, [], str(fault))
        self._run(job)
        self._call("start", checks)
        results, broken = self._checks()
        return self._verdict(job, results, broken)

    def _run(self, job: Job) -> None:
        *folders, name = job.script
        self.studio.mount(Item("Script", name, {"Source": job.source}), ".".join(folders))
        with self._blaming():
            self.studio.run(".".join(job.script))
        self._pass(job.seconds)

    def _pass(self, seconds: float) -> None:
        with self._blaming():
            for _ in range(round(min(seconds, _LONGEST_WAIT) / _FRAME)):
                self.studio.step(_FRAME)

    @contextlib.contextmanager
    def _blaming(self) -> Iterator[None]:
        """Take an error that leaves the script for one of the script's."""
        try:
            yield
        except LuauError as fault:
            self.studio.output.append(OutputLine("error", str(fault), self.studio.vm.now()))

    def _checks(self) -> tuple[list[CheckResult], str]:
        heard = 0
        while True:
            for line in self.studio.output[heard:]:
                self._call("printed", line.kind, line.text)
            heard = len(self.studio.output)
            state, value = self._call("continue")
            if state == b"wait":
                self._pass(float(value))
                continue
            broken = value.decode("utf-8", "replace") if state == b"broken" else ""
            count = 0 if broken else int(value)
            return [self._result(index + 1) for index in range(count)], broken

    def _result(self, index: int) -> CheckResult:
        name, passed, message = self._call("result", index)
        return CheckResult(name.decode("utf-8", "replace"), bool(passed), message.decode("utf-8", "replace"))

    def _verdict(self, job: Job, results: list[CheckResult], broken: str) -> Judgement:
        if not results and not broken:
            broken = "checks.luau has no check: call lesson.check at least once"
        said = [line.text[:_LONGEST_LINE] for line in self.studio.output[:_MOST_LINES]]
        error = next((line.text for line in self.studio.output if line.kind == "error"), None)
        outcome = "finished" if error is None else "error"
        failed = next((result.message for result in results if not result.passed), None)
        if broken:
            message = "These checks are broken, and that is not your fault. Tell your teacher."
        elif error is not None:
            message = runtime_error(error, job.source)
        else:
            message = failed or _WELL_DONE
        passed = not broken and error is None and failed is None
        return Judgement(Verdict(passed, outcome, results, said, message), broken)

    def _call(self, name: str, *arguments: Any) -> Any:
        values = self.studio.vm.call(self._harness[name.encode()], *arguments)
        return values[0] if len(values) == 1 else values


@cache
def _harness() -> bytes:
    return Path(__file__).with_name("harness.luau").read_bytes()


def rehearse() -> None:
    """Warm what a first judgement would wait for: a child can read no file."""
    read_ahead()
    Examiner().judge(_REHEARSAL)


def prepare() -> Examiner:
    """Make an examiner for copies of it to judge."""
    rehearse()
    examiner = Examiner()
    examiner.studio.warm()
    return examiner


def judge_one(data: Any, examiner: Examiner) -> list[Any]:
    """Run in a child: one judgement by its own copy of a prepared examiner."""
    return [msgspec.to_builtins(examiner.judge(msgspec.convert(data, Job)))]


def judge_all(data: Any, _: None) -> list[Any]:
    """Run in a child: each judgement by an examiner of its own."""
    return [msgspec.to_builtins(Examiner().judge(job)) for job in msgspec.convert(data, list[Job])]
