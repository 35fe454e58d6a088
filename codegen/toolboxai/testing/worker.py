"""The child process that runs tests: asked in JSON lines, it answers in JSON lines, so that its parent can end it."""

import faulthandler
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from toolboxai.errors import ToolboxError
from toolboxai.testing.discovery import helpers_of, project_folder, shown
from toolboxai.testing.places import SpecPlace, folder_place, project_place
from toolboxai.testing.results import Case, Failure, Plan
from toolboxai.testing.session import SpecSession

ORPHAN_SECONDS = 60.0
"""How much longer than its limit a case may run when there is no parent any more to end it."""


class Setup(msgspec.Struct, frozen=True):
    """What holds for all of a worker's files."""

    engine: str | None
    project: str | None
    seconds: float


class Order(msgspec.Struct, frozen=True):
    """``open`` a file, ``run`` a case of the one that is open, or ``leave`` it, or its blocks that a case is not in."""

    do: str
    file: str = ""
    case: Case | None = None


class Worker:
    """Answers orders. A place is read once for all files that are in it."""

    def __init__(self, setup: Setup, say: Any) -> None:
        self._setup = setup
        self._say = say
        self._places: dict[str, SpecPlace] = {}
        self._session: SpecSession | None = None

    def answer(self, order: Order) -> Any:
        if order.do == "open":
            return self._open(Path(order.file))
        assert self._session is not None
        if order.do == "run":
            assert order.case is not None
            return self._session.run(order.case)
        failures = self._session.leave(order.case)
        if order.case is None:
            self._close()
        return failures

    def _open(self, file: Path) -> Plan:
        self._close()
        found = self._place(file)
        place = found.place
        if place.names_of(file) is None:
            unread = next((note for note in place.notes if Path(note.path) == file), None)
            reason = unread.message if unread else "is not in the project"
            remedy = unread.remedy if unread else "name a project that has it, or take its glob out of globIgnorePaths"
            failure = Failure(f"{reason}: {remedy}", shown(file), 1, during="loading the file")
            return Plan(shown(file), (), failure, foreign=unread is None)
        self._session = SpecSession(found, self._setup.engine, self._setup.seconds)
        self._say("ready")
        plan = self._session.open(file, helpers_of(file, place.folder))
        return msgspec.structs.replace(plan, notes=tuple(map(str, place.notes)))

    def _place(self, file: Path) -> SpecPlace:
        if self._setup.project is not None:
            key = self._setup.project
            if key not in self._places:
                self._places[key] = project_place(Path(key))
            return self._places[key]
        folder = project_folder(file)
        found = self._folder(folder)
        return found if found.place.names_of(file) is not None else self._folder(file.parent)

    def _folder(self, folder: Path) -> SpecPlace:
        key = str(folder)
        if key not in self._places:
            self._places[key] = folder_place(folder)
        return self._places[key]

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Answers until there are no more orders; the first line is the `Setup`."""

    def say(answer: Any) -> None:
        answers.write(msgspec.json.encode(answer) + b"\n")
        answers.flush()

    setup = msgspec.json.decode(orders.readline(), type=Setup)
    worker = Worker(setup, say)
    for line in orders:
        faulthandler.dump_traceback_later(setup.seconds + ORPHAN_SECONDS, exit=True)
        try:
            say({"answer": worker.answer(msgspec.json.decode(line, type=Order))})
        except ToolboxError as fault:
            say({"fault": str(fault), "remedy": fault.remedy})
        faulthandler.cancel_dump_traceback_later()


def main() -> None:
    # What anything else prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
