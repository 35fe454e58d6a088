"""One test file in one headless Studio: its cases declared, then run one at a time as virtual time passes."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from toolboxai.roblox.model import Item
from toolboxai.roblox.places import Names
from toolboxai.studio.host import OutputLine
from toolboxai.studio.studio import FRAME, Studio
from toolboxai.testing.discovery import shown
from toolboxai.testing.places import SpecPlace
from toolboxai.testing.results import Case, Ended, Failure, Plan, Result

_FRAMEWORK = Path(__file__).parent / "framework" / "Framework.luau"
_NAP = 0.01  # real seconds between looks at the network
_LONGEST_OUTPUT = 200_000
_LOADING = "loading the file"
_REFUSED = "Requested module experienced an error while loading"


class SpecSession:
    """Holds the Studio of one file. ``seconds`` of real time are what loading, a case or a hook at the end may take."""

    def __init__(self, found: SpecPlace, engine: str | None, seconds: float) -> None:
        self._place = place = found.place
        self._seconds = seconds
        self._lines: list[OutputLine] = []
        self._refused = 0  # blocks that could not be declared for a module's sake: each has its line in the output
        self._names = Names({".".join(names): shown(file) for names, file in place.files.items()})
        self._studio = Studio(engine, on_output=self._lines.append)
        self._studio.mount(Item("DataModel", "Game"))  # a place that was built, not one of Studio's templates
        for item, parent in place.mounts:
            self._studio.mount(item, parent)
        self._framework = self._studio.extend(_FRAMEWORK)
        self._vm = self._studio.vm
        aliases = found.aliases
        if aliases.folders:
            self._vm.call(self._framework[b"alias"], aliases.folders, aliases.files, aliases.modules)

    def close(self) -> None:
        self._studio.close()

    def open(self, file: Path, helpers: Sequence[Path]) -> Plan:
        """Runs the file, and its init.spec files before it; what they declare."""
        self._file = shown(file)
        names = self._place.names_of(file)
        if names is None:
            raise LookupError(file)
        beside = [found for path in helpers if (found := self._place.names_of(path)) is not None]
        job, failure = self._job("open", names, beside)
        if failure is None:
            declared = [self._vm.plain(job[b"value"][i + 1]) for i in range(len(job[b"value"]))]
            cases = tuple(self._case(index, found) for index, found in enumerate(declared, 1))
            if cases or file.name.startswith("init.spec."):
                return Plan(self._file, cases, None, self._said())
            message = "declares no test: it returns neither a function that does, nor a table of tests"
            failure = Failure(message, self._file, 1, during=_LOADING)
        return Plan(self._file, (), failure, self._said())

    def run(self, case: Case) -> Ended:
        """Runs one case: first what ends the blocks that are left behind, then what begins the ones it is in."""
        left = self._left(case.index)
        if case.failure is not None:
            return Ended(Result(self._file, case, "failed", 0.0, case.failure, self._said()), left)
        began = time.perf_counter()
        _, failure = self._job("run", case.index)
        status: Any = "passed" if failure is None else "timed out" if failure.timed_out else "failed"
        seconds = time.perf_counter() - began
        return Ended(Result(self._file, case, status, seconds, failure, self._said()), left)

    def leave(self, case: Case | None) -> tuple[Failure, ...]:
        """Ends the blocks that are still open and that ``case`` is not in; what went wrong."""
        return self._left(None if case is None else case.index)

    def _left(self, index: int | None) -> tuple[Failure, ...]:
        job, failure = self._job("leave", index)
        if failure is not None:
            return (failure,)
        failures = job[b"value"]
        return tuple(self._failure(failures[i + 1]) for i in range(len(failures)))

    # --- jobs ---------------------------------------------------------------------------------------------------------

    def _job(self, name: str, *arguments: Any) -> tuple[Any, Failure | None]:
        job = self._vm.call(self._framework[name.encode()], *arguments)[0]
        failure = self._turn(job)
        if failure is None and job[b"failure"] is not None:
            failure = self._failure(job[b"failure"])
        if failure is not None and name == "open":
            failure = self._loading(failure, _LOADING)
        return job, failure

    def _turn(self, job: Any) -> Failure | None:
        """Lets time pass until the job is done: as fast as it can, but with the network at the network's pace."""
        until = before = time.monotonic()
        until += self._seconds
        self._vm.step()
        while not job[b"done"]:
            now = time.monotonic()
            if now > until:
                return self._given_up(job, f"did not end within {self._seconds:g} s: it waits", timed_out=True)
            wake = self._vm.next_wake()
            if self._vm.waits_for_network():
                self._vm.wait(_NAP if wake is None else max(min(_NAP, wake - self._vm.now()), 0))
                self._studio.step(time.monotonic() - before)
            elif self._vm.call(self._framework[b"awaitsFrame"])[0]:
                self._studio.step(FRAME)
            elif wake is not None:
                self._studio.step(max(wake - self._vm.now(), 0.0))
            else:
                return self._given_up(job, "waits for something that never comes", timed_out=False)
            before = now
        return None

    def _given_up(self, job: Any, message: str, *, timed_out: bool) -> Failure:
        traceback = self._vm.plain(self._vm.call(self._framework[b"abandon"], job)[0])
        lines = self._traceback(traceback)
        file, line = _split(lines[0]) if lines else (self._file, 1)
        return Failure(message, file, line, lines, timed_out=timed_out)

    # --- in the author's words ----------------------------------------------------------------------------------------

    def _case(self, index: int, found: dict[str, Any]) -> Case:
        blocks = tuple(str(found["blocks"]).split("\0")) if found["blocks"] else ()
        place = self._names.place(f"{found['source']}:{int(found['line'])}")
        line = place[1] if place and place[0] == self._file else 1
        broken = found.get("failure")
        failure = self._loading(self._told(broken), "") if broken else None
        return Case(self._file, index, blocks, found["name"], line, found["focused"], found["skipped"], failure)

    def _failure(self, failure: Any) -> Failure:
        return self._told(self._vm.plain(failure))

    def _told(self, said: dict[str, str]) -> Failure:
        lines = self._traceback(said["traceback"])
        place = self._names.place(said["message"]) or (_split(lines[0]) if lines else (self._file, 1))
        message = self._names.translated(said["message"]).removeprefix(f"{place[0]}:{place[1]}: ")
        return Failure(
            message,
            *place,
            lines,
            said.get("expected"),
            said.get("received"),
            said.get("during", ""),
        )

    def _loading(self, failure: Failure, during: str) -> Failure:
        """Why the file, or a block of it, cannot be read: where a module that it requires failed, in its words."""
        if failure.message.endswith(_REFUSED):
            errors = [line.text for line in self._lines if line.kind == "error"]
            if errors:
                said = errors[-1 if during else min(self._refused, len(errors) - 1)]
                self._refused += 1
                place = self._names.place(said) or (failure.file, failure.line)
                message = self._names.translated(said).removeprefix(f"{place[0]}:{place[1]}: ")
                lines = (f"{place[0]}:{place[1]}", *failure.traceback)
                return Failure(message, *place, lines, during=during)
        return msgspec.structs.replace(failure, during=during)

    def _traceback(self, text: str) -> tuple[str, ...]:
        """The author's lines of a traceback: engine and framework are nobody's business."""
        lines = (line for line in text.splitlines() if self._names.place(line))
        return tuple(map(self._names.translated, lines))

    def _said(self) -> str:
        """The output since the last question."""
        lines, self._lines[:] = list(self._lines), []
        text = "\n".join(_line(line) for line in lines)
        if len(text) > _LONGEST_OUTPUT:
            text = f"{text[:_LONGEST_OUTPUT]}\n… and {len(text) - _LONGEST_OUTPUT} characters more"
        return self._names.translated(text)


def _line(line: OutputLine) -> str:
    return line.text if line.kind == "print" else f"{line.kind}: {line.text}"


def _split(line: str) -> tuple[str, int]:
    file, _, rest = line.rpartition(":")
    return file, int(rest.split(" ", 1)[0])
