"""Runs cases in a worker process that is ended where a case does not end, and begun anew for the next."""

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from toolboxai.errors import ToolboxError
from toolboxai.testing.discovery import shown
from toolboxai.testing.results import Case, Ended, Failure, Plan, Result

_STARTING = 120.0  # seconds for Python, Studio and the project's tree: no test's doing
_GRACE = 1.0  # seconds in which a worker may still give up a case that waits
_T = TypeVar("_T")


class WorkerError(ToolboxError, RuntimeError):
    """The worker could not be started, or the project cannot be read."""


class _Lost(Exception):  # noqa: N818 - a turn of events inside this module
    """The worker gave no answer: it was ended (``why`` is "time") or it ended (``why`` says how)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Runner(AbstractContextManager["Runner"]):
    """Opens test files and runs their cases; ``seconds`` of real time is what each may take.

    A file is opened in a Studio of its own, and stays open until it is left or another is opened. All methods belong to
    one thread.
    """

    def __init__(self, *, engine: str | None = None, project: Path | None = None, seconds: float = 10.0) -> None:
        self._setup = {"engine": engine, "project": project and str(project.absolute()), "seconds": seconds}
        self._seconds = seconds
        self._process: _Process | None = None
        self._folder = Path.cwd()  # places are shown from here, whoever changes it later
        self._open: Path | None = None

    @property
    def opened(self) -> Path | None:
        """The file that is open."""
        return self._open

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker; safe to call twice."""
        if self._process is not None:
            self._process.close()
            self._process = None
        self._open = None

    def open(self, file: Path) -> Plan:
        """What the file declares; a file that does not load gives a plan with a failure."""
        self._open = None
        try:
            plan = self._ask({"do": "open", "file": str(file)}, Plan)
        except _Lost as lost:
            failure = Failure(self._words(lost, "did not load"), shown(file), 1, during="loading the file")
            return Plan(shown(file), (), failure)
        self._open = file
        return plan

    def run(self, file: Path, case: Case) -> Ended:
        """Runs a case of the file, which is opened first where it is not."""
        if self._open != file:
            plan = self.open(file)
            if plan.failure is not None or case not in plan.cases:
                changed = Failure(
                    "is declared no more: the file declares something else each time", case.file, case.line
                )
                return Ended(Result(case.file, case, "failed", 0.0, plan.failure or changed, plan.output))
        began = time.perf_counter()
        try:
            return self._ask({"do": "run", "case": case}, Ended)
        except _Lost as lost:
            failure = Failure(self._words(lost, "did not end"), case.file, case.line)
            status: Any = "timed out" if lost.why == "time" else "failed"
            return Ended(Result(case.file, case, status, time.perf_counter() - began, failure))

    def leave(self, case: Case | None = None) -> tuple[Failure, ...]:
        """Ends the open file, or just its blocks that ``case`` is not in; what their afterAll hooks did wrong."""
        if self._open is None:
            return ()
        file, self._open = self._open, self._open if case else None
        try:
            return self._ask({"do": "leave", "case": case}, tuple[Failure, ...])
        except _Lost as lost:
            return (Failure(self._words(lost, "did not end"), shown(file), 1, during="afterAll"),)

    def _words(self, lost: _Lost, what: str) -> str:
        return f"{what} within {self._seconds:g} s" if lost.why == "time" else lost.why

    def _ask(self, order: dict[str, Any], kind: type[_T]) -> _T:
        if self._process is None:
            self._process = _Process(self._setup, self._folder)
        try:
            self._process.send(order)
            if order["do"] == "open":
                answer = self._process.answer(_STARTING)
                if answer == "ready":
                    answer = self._process.answer(self._seconds + _GRACE)
            else:
                answer = self._process.answer(self._seconds + _GRACE)
        except _Lost:
            self.close()
            raise
        if "fault" in answer:
            raise WorkerError(answer["fault"], remedy=answer["remedy"])
        return msgspec.convert(answer["answer"], kind)


class _Process:
    """The worker's process, and a thread that reads what it says."""

    def __init__(self, setup: dict[str, Any], folder: Path) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "toolboxai.testing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=folder,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        self.send(setup)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                self._said.put(line)
        self._said.put(b"")

    def send(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise _Lost(self._ending()) from None

    def answer(self, seconds: float) -> Any:
        try:
            line = self._said.get(timeout=seconds)
        except queue.Empty:
            raise _Lost("time") from None
        if not line:
            raise _Lost(self._ending())
        return msgspec.json.decode(line)

    def _ending(self) -> str:
        status = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"the process that ran it ended with status {status}" + (f": {said[-1]}" if said else "")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        # Its output is closed by the thread that reads it: to close a pipe that is being read waits for its end, which
        # never comes where a program has started another that holds the pipe.
        self._errors.close()
