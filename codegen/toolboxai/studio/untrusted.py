"""Runs code the project did not write in a child process: one run, one process, with limits that the parent survives.

    outcome = run_untrusted("print(1 + 1)", Limits(seconds=2))
    outcome.verdict, outcome.output      # "finished", [["print", "2"]]

On POSIX the child is forked from a warm, single-threaded server that this module starts (never from the user's own
process); elsewhere a spare child, spawned and warmed before it is needed, takes one task and ends. A program finds no
file, network, environment or Python object in its world. Should it find a way out of that world all the same, the
kernel's own restrictions wait for it, as far as the system has them: `confinement` tells.
"""

import atexit
import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Protocol

import msgspec

from toolboxai.errors import ToolboxError
from toolboxai.studio import engines

Verdict = Literal["finished", "error", "out of time", "out of memory", "too much output"]
Way = Literal["fork", "spawn"]

_CHILD = "toolboxai.studio.untrusted_child"

_LONGEST = 1_000_000  # seconds: no system waits for ever, and some of them not for two months


class ChildError(ToolboxError, RuntimeError):
    """The child could not be started at all: nothing is known about the task."""


class ConfinementError(ToolboxError, RuntimeError):
    """The kernel does not hold a run as tightly as was asked for."""


class LimitsError(ToolboxError, ValueError):
    """A limit that nothing could keep to."""


class Limits(msgspec.Struct, frozen=True):
    """What one run may take: real seconds, processor seconds, bytes beyond the warm process, bytes of output."""

    seconds: float = 10.0
    cpu_seconds: float = 5.0
    memory: int = 256 * 1024 * 1024
    output: int = 1024 * 1024

    def __post_init__(self) -> None:
        for name in ("seconds", "cpu_seconds"):
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 < value <= _LONGEST:
                raise LimitsError(f"{name} is {value!r}", remedy=f"take a number above 0 and up to {_LONGEST}")
        for name, least in (("memory", 1), ("output", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or not least <= value < 2**53:
                raise LimitsError(f"{name} is {value!r}", remedy=f"take a whole number of bytes, {least} or more")


class Task(msgspec.Struct, frozen=True):
    """What to run: ``entry`` ("package.module:function") with ``data`` (plain, as JSON), and what ``prepare`` made.

    ``prepare`` ("package.module:function") runs once in the warm process, before any untrusted code is there; where it
    is given, the entry is called as ``entry(data, prepared)``, with the child's own copy. The entry can open nothing:
    what it needs from files, ``prepare`` has to read. It raises `LuauError` for the verdict ``error``.
    """

    entry: str
    data: Any = None
    prepare: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. ``detail`` says more in words, an error's with its position: ``main.luau:2: attempt to ...``.

    ``value`` is what the entry returned, as plain data. ``line`` is the last line seen (``main.luau:2``) where time ran
    out, if one was: a program inside one long call of a library shows none. ``held`` names the kernel's restrictions
    that this very run had.
    """

    verdict: Verdict
    detail: str = ""
    value: Any = None
    line: str = field(default="", compare=False)
    held: tuple[str, ...] = field(default=(), compare=False)

    @property
    def output(self) -> list[list[str]]:
        """What the program said, as ``[kind, text]``; nothing where it was cut off."""
        return list(self.value.get("output", ())) if isinstance(self.value, dict) else []


class Confinement(msgspec.Struct, frozen=True):
    """What the kernel refuses a child on this machine, whatever runs in it; tried in a child, not assumed.

    ``by`` names what does it: ``seccomp``, ``landlock``, ``sandbox``, ``job object``, ``limits`` (POSIX resource
    limits, which root may lift again).
    """

    files: bool
    network: bool
    processes: bool
    memory: bool
    by: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether no file, socket or process can be had and memory is bounded, even by machine code."""
        filtered = "seccomp" in self.by or "sandbox" in self.by
        return self.files and self.network and self.processes and self.memory and filtered


class Children(Protocol):
    """A way to have children."""

    def run(self, task: Task, limits: Limits) -> Outcome: ...

    def warm(self, prepare: str) -> None: ...

    def close(self) -> None: ...


def run_untrusted(  # noqa: PLR0913 - each stands alone and has its default
    sources: str | Mapping[str, str],
    limits: Limits | None = None,
    *,
    main: str | None = None,
    engine: str | None = None,
    game_seconds: float = 60.0,
    way: Way | None = None,
    strict: bool = False,
) -> Outcome:
    """Run Luau that nobody here wrote, and say how it ended. Never blocks longer than the limits and two seconds.

    ``sources`` is one program, or modules by path, of which ``main`` (the first by default) runs until nothing is due
    or ``game_seconds`` of its clock are over; others are for its `require`. The output of a run that finished or failed
    is in `Outcome.output`. Safe to call from several threads.

    Without ``strict``, a machine whose kernel cannot confine a process runs the program all the same, held by Luau's
    empty world, a process of its own and its limits; the log and `Outcome.held` say so. With it, `ConfinementError` is
    raised there. Also raises `ChildError` where no child can be had, and `EngineMissingError`.
    """
    modules = {"main.luau": sources} if isinstance(sources, str) else dict(sources)
    first = main or next(iter(modules), "main.luau")
    chosen = engines.choose(engine)
    if chosen not in engines.available():  # real Luau in node's process, which no child of ours could confine
        raise engines.EngineMissingError(f"{chosen} is not in this process", remedy=f"pip install toolboxai[{chosen}]")
    for path, text in modules.items():
        if not _is_text(path + text):
            return Outcome("error", f"{path.encode(errors='replace').decode()}: not UTF-8: it has half a character")
    data = {"sources": modules, "main": first, "engine": chosen, "seconds": game_seconds}
    return run_task(Task(f"{_CHILD}:run_luau", data, f"{_CHILD}:worlds"), limits, way=way, strict=strict)


def _is_text(text: str) -> bool:
    """Whether it has no half of a surrogate pair, which JSON can bring and no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def run_task(task: Task, limits: Limits | None = None, *, way: Way | None = None, strict: bool = False) -> Outcome:
    """As `run_untrusted`, for an entry of one's own around the untrusted code."""
    chosen = way or default_way()
    if strict and not confinement(chosen).complete:
        raise ConfinementError(
            f"the kernel here does not keep a run from all of files, network, processes: {confinement(chosen)}",
            remedy="run it on Linux with seccomp (5.11 or newer does), or without strict",
        )
    outcome = _children(chosen).run(task, limits or Limits())
    if not {"seccomp", "sandbox"} & {*outcome.held} and outcome.held:
        _tell_once(chosen)
    return outcome


def warm(prepare: str = f"{_CHILD}:worlds", *, way: Way | None = None) -> None:
    """Start what `run_untrusted` needs, so that the first run is as fast as the others."""
    _children(way or default_way()).warm(prepare)


@cache
def confinement(way: Way | None = None) -> Confinement:
    """What holds a run on this machine besides Luau's world: a child has tried."""
    outcome = _children(way or default_way()).run(Task(f"{_CHILD}:try_everything"), Limits())
    return msgspec.convert({**outcome.value, "by": outcome.held}, Confinement)


def default_way() -> Way:
    return "fork" if hasattr(os, "fork") and hasattr(os, "wait4") else "spawn"


@cache
def _tell_once(way: Way) -> None:
    logging.getLogger(__name__).warning(
        "untrusted code runs in processes of its own, but the kernel here confines them only in part: %s",
        confinement(way),
    )


_making = threading.Lock()


def _children(way: Way) -> Children:
    with _making:
        return _made(way)


@cache
def _made(way: Way) -> Children:
    from toolboxai.studio import untrusted_fork, untrusted_spawn  # noqa: PLC0415 - they import this module's types

    children: Children = untrusted_fork.ForkServer() if way == "fork" else untrusted_spawn.SpawnPool()
    atexit.register(children.close)
    return children
