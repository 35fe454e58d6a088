"""Starts node, asks, and turns the answers into Python values."""

import contextlib
import json
import math
import os
import queue
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_RUNS_A_PROCESS = 20
"""A state of luau-web cannot be destroyed, and all of them share 16 MiB: the process is renewed before they are full."""


class RefereeMissingError(Exception):
    """Node or the package is not there."""


class RefereeFault(Exception):  # noqa: N818  # it is about the referee, not an error of the source
    """The referee itself failed, or did not answer in time."""


@dataclass(frozen=True)
class Compiled:
    """What the real compiler says; ``message`` is ``line: text`` where it refuses."""

    accepted: bool
    message: str


@dataclass(frozen=True)
class Opaque:
    """A function, thread, buffer or vector: only its type crosses."""

    type: str


@dataclass(frozen=True)
class Result:
    """What a run gave.

    Strings come as ``bytes``; a table as a dict, its keys sorted by their text; a cycle as ``Opaque("cycle")``.
    Where ``ok`` is false, ``values`` has the error's value; where ``compiled`` is false, ``message`` has the reason.
    """

    compiled: bool
    ok: bool
    values: list[Any]
    prints: list[bytes]
    message: str

    @property
    def error(self) -> str:
        """The text of the run-time error, or of the compiler's refusal; empty where all went well."""
        if not self.compiled:
            return self.message
        if self.ok:
            return ""
        value = self.values[0] if self.values else None
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def node_modules() -> Path:
    """Where the pinned packages lie: `tests/corpus/node_modules`, or what TOOLBOXAI_NODE_MODULES names."""
    named = os.environ.get("TOOLBOXAI_NODE_MODULES")
    folder = Path(named) if named else Path(__file__).parents[1] / "corpus" / "node_modules"
    if not (folder / "luau-web" / "package.json").is_file():
        raise RefereeMissingError(f"{folder} has no luau-web: run `just corpus`, or npm install in tests/corpus")
    return folder


class Referee:
    """``with Referee() as referee: referee.compile(source); referee.run(source)``"""

    def __init__(self, timeout: float = 20.0) -> None:
        self._node = shutil.which("node") or ""
        if not self._node:
            raise RefereeMissingError("node is not on PATH: install Node.js 20 or later")
        self._modules = node_modules()
        self._timeout = timeout
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._runs = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def compile(self, source: str | bytes) -> Compiled:
        """Does real Luau take it? The source must be UTF-8."""
        try:
            answer = self._ask({"source": _text(source)})
        except RefereeFault as fault:
            if "exception catching is not enabled" not in str(fault):
                raise
            self.close()  # the compiler threw, which this build of it cannot catch: the source is refused
            return Compiled(accepted=False, message="")
        return Compiled(answer["accepted"], answer["message"])

    def run(self, source: str | bytes, name: str = "=main") -> Result:
        """Run it in a fresh state; `print` is captured. ``name`` is a chunk name: `=main` shows as `main:1:`."""
        self._runs += 1
        if self._runs % _RUNS_A_PROCESS == 0:
            self.close()
        request = {"source": _text(source), "name": name, "run": True}
        try:
            answer = self._ask(request)
        except RefereeFault as fault:
            if "Cannot enlarge memory" not in str(fault):
                raise
            self.close()
            answer = self._ask(request)
        if not answer["compiled"]:
            return Result(compiled=False, ok=False, values=[], prints=[], message=answer["message"])
        values = [_value(value) for value in answer["values"]]
        prints = [line.encode("latin-1") for line in answer["prints"]]
        return Result(compiled=True, ok=answer["ok"], values=values, prints=prints, message="")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.kill()  # left to itself it compiles for a second more before it ends, if it ends
        process.wait()
        with contextlib.suppress(BrokenPipeError):  # of a line that was still unsent
            process.stdin.close()
        # Its output is closed by its reader: a pipe that is being read cannot be closed, and no signal ends the wait.
        self._reader.join()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process or self._start()
        assert process.stdin is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        try:
            line = self._answers.get(timeout=self._timeout)
        except queue.Empty:
            self.close()
            raise RefereeFault(f"no answer within {self._timeout} s") from None
        if not line:
            self.close()
            raise RefereeFault("node ended")
        answer: dict[str, Any] = json.loads(line)
        if "fault" in answer:
            raise RefereeFault(answer["fault"])
        return answer

    def _start(self) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("referee.mjs")
        process = subprocess.Popen(
            [self._node, str(script), str(self._modules)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self._answers = queue.Queue()
        self._reader = threading.Thread(target=_read, args=(process, self._answers), daemon=True)
        self._reader.start()
        self._process = process
        return process


def _read(process: subprocess.Popen[str], answers: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            answers.put(line)
    answers.put("")


def _text(source: str | bytes) -> str:
    return source.decode() if isinstance(source, bytes) else source


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("latin-1")
    if isinstance(value, dict):
        if "table" in value:
            return {_value(key): _value(item) for key, item in value["table"]}
        if "number" in value:
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "-0": -0.0}[value["number"]]
        return Opaque(value.get("opaque", "cycle"))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
