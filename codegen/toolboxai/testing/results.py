"""What is known of a test: its case, how it went, and what went wrong."""

from typing import Literal

import msgspec

Status = Literal["passed", "failed", "skipped", "timed out"]


class Failure(msgspec.Struct, frozen=True):
    """What went wrong, in the author's places. ``expected`` and ``received`` are there where they can be compared.

    ``during`` says what else than the case it was: a hook, loading the file. ``traceback`` has ``file:line`` lines,
    innermost first.
    """

    message: str
    file: str
    line: int
    traceback: tuple[str, ...] = ()
    expected: str | None = None
    received: str | None = None
    during: str = ""
    timed_out: bool = False


class Case(msgspec.Struct, frozen=True):
    """One case of a file: its number there, its blocks' names, and its line (1-based).

    With a ``failure`` it stands for the rest of a block that could not be declared: there is nothing to run.
    """

    file: str
    index: int
    blocks: tuple[str, ...]
    name: str
    line: int
    focused: bool = False
    skipped: bool = False
    failure: Failure | None = None

    @property
    def title(self) -> str:
        return " > ".join((*self.blocks, self.name))


class Plan(msgspec.Struct, frozen=True):
    """The cases of a file, or why it has none; ``notes`` tell what its tree lacks.

    A ``foreign`` file is none of the project's, so that it has nowhere to run.
    """

    file: str
    cases: tuple[Case, ...] = ()
    failure: Failure | None = None
    output: str = ""
    notes: tuple[str, ...] = ()
    foreign: bool = False

    @property
    def focused(self) -> bool:
        return any(case.focused for case in self.cases)


class Result(msgspec.Struct, frozen=True):
    """How a case went. ``case`` is None for what belongs to none: a file that does not load, an afterAll."""

    file: str
    case: Case | None
    status: Status
    seconds: float = 0.0
    failure: Failure | None = None
    output: str = ""

    @property
    def title(self) -> str:
        if self.case is not None:
            return self.case.title
        return (self.failure and self.failure.during) or "the file"

    @property
    def place(self) -> str:
        line = self.case.line if self.case else self.failure.line if self.failure else 1
        return f"{self.file}:{line}"

    @property
    def failed(self) -> bool:
        return self.status in {"failed", "timed out"}


class Ended(msgspec.Struct, frozen=True):
    """The result of a case, and what went wrong when the blocks before it were left."""

    result: Result
    left: tuple[Failure, ...] = ()
