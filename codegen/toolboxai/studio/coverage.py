"""Which engine members programs use, and what the headless engine has of each."""

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final

from toolboxai.luau.world import Member
from toolboxai.roblox.uses import Use
from toolboxai.studio.studio import Studio

_MODULE: Final = Path(__file__).parent / "engine" / "Coverage.luau"


class State(StrEnum):
    """What happens here when a member is used.

    ``behaviour``: it does something, or is kept, checked and told to listeners. ``default``: it is called, read,
    listened to or assigned in vain. ``none``: using it raises an error that names it.
    """

    BEHAVIOUR = "behaviour"
    DEFAULT = "default"
    NONE = "none"


@dataclass(slots=True)
class Tally:
    """Uses by the member's path, for each state."""

    uses: dict[State, Counter[str]] = field(default_factory=lambda: {state: Counter() for state in State})

    def count(self, state: State) -> int:
        return self.uses[state].total()

    @property
    def total(self) -> int:
        return sum(map(self.count, State))

    @property
    def share(self) -> float:
        """How much of what can be told has behaviour, from 0 to 1."""
        return self.count(State.BEHAVIOUR) / self.total if self.total else 1.0

    def add(self, other: "Tally") -> None:
        for state, counter in other.uses.items():
            self.uses[state].update(counter)


@dataclass(slots=True)
class Coverage:
    """What is used, by how it was told.

    ``by_class`` are uses of objects whose class is known. Where it is not, a use counts ``by_name`` if every member of
    that name has one state; ``unclear`` are the names of the others.
    """

    by_class: Tally = field(default_factory=Tally)
    by_name: Tally = field(default_factory=Tally)
    unclear: Counter[str] = field(default_factory=Counter)

    @property
    def whole(self) -> Tally:
        whole = Tally()
        whole.add(self.by_class)
        whole.add(self.by_name)
        return whole

    def add(self, other: "Coverage") -> None:
        self.by_class.add(other.by_class)
        self.by_name.add(other.by_name)
        self.unclear.update(other.unclear)


class Judge(AbstractContextManager["Judge"]):
    """Asks one Studio, each member once."""

    def __init__(self, engine: str | None = None) -> None:
        self._studio = Studio(engine)
        self._ask = self._studio.vm.require_file(_MODULE)[b"states"]
        self._states: dict[tuple[str, str], State] = {}

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._studio.close()

    def judge(self, uses: Iterable[Use]) -> Coverage:
        listed = list(uses)
        self._learn(option for use in listed for option in use.options)
        coverage = Coverage()
        for use in listed:
            states = {self._states[option.owner, option.name] for option in use.options}
            if len(states) > 1:
                coverage.unclear[f".{use.options[0].name}"] += 1
            else:
                tally = coverage.by_class if use.is_known else coverage.by_name
                tally.uses[states.pop()][_path(use)] += 1
        return coverage

    def _learn(self, members: Iterable[Member]) -> None:
        asked = dict.fromkeys((member.owner, member.name) for member in members)
        unknown = [key for key in asked if key not in self._states]
        if unknown:
            vm = self._studio.vm
            answers = vm.plain(vm.call(self._ask, [list(key) for key in unknown])[0])
            self._states.update(zip(unknown, map(State, answers), strict=True))


def _path(use: Use) -> str:
    member = use.options[0]
    if len(use.options) > 1:
        return f"{':' if member.kind == 'method' else '.'}{member.name}"
    return member.path if member.owner else member.name
