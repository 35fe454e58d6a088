"""Runs code the project did not write in a child process: one run, one process, with limits that the parent survives.

On POSIX the child is forked from a warm, single-threaded server that this module starts (never from the user's own
process); elsewhere a spare child, spawned and warmed before it is needed, takes one task and ends.
"""

import atexit
import os
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol

import msgspec

from toolboxai.errors import ToolboxError

Verdict = Literal["finished", "error", "out of time", "out of memory", "too much output"]
Way = Literal["fork", "spawn"]


class ChildError(ToolboxError, RuntimeError):
    """The child could not be started at all: nothing is known about the task."""


class Limits(msgspec.Struct, frozen=True):
    """What one run may take: real seconds, processor seconds, bytes beyond the warm process, bytes of output."""

    seconds: float = 10.0
    cpu_seconds: float = 5.0
    memory: int = 256 * 1024 * 1024
    output: int = 1024 * 1024


class Task(msgspec.Struct, frozen=True):
    """What to run: ``entry`` ("package.module:function") with ``data`` (plain, as JSON), and what ``prepare`` made.

    ``prepare`` ("package.module:function") runs once in the warm process, before any untrusted code is there; where it
    is given, the entry is called as ``entry(data, prepared)``, with the child's own copy.
    """

    entry: str
    data: Any = None
    prepare: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. ``value`` is what the entry returned, as plain data; ``detail`` says more in words."""

    verdict: Verdict
    detail: str = ""
    value: Any = None


class Children(Protocol):
    """A way to have children."""

    def run(self, task: Task, limits: Limits) -> Outcome: ...

    def warm(self, prepare: str) -> None: ...

    def close(self) -> None: ...


def luau_task(sources: dict[str, str], main: str, *, engine: str | None = None, game_seconds: float = 60.0) -> Task:
    """Luau modules by path, of which ``main`` runs until nothing is due or ``game_seconds`` of its clock are over.

    The value is ``{"output": [[kind, text], ...]}``; an error of the main script is the verdict ``error``.
    """
    data = {"sources": sources, "main": main, "engine": engine, "seconds": game_seconds}
    return Task("toolboxai.studio.untrusted_child:run_luau", data)


def run_untrusted(task: Task, limits: Limits | None = None, *, way: Way | None = None) -> Outcome:
    """Run the task in a child of its own. Safe to call from several threads; never hangs longer than the limits."""
    return _children(way or default_way()).run(task, limits or Limits())


def warm(prepare: str = "", *, way: Way | None = None) -> None:
    """Start what `run_untrusted` needs, so that the first run is as fast as the others."""
    _children(way or default_way()).warm(prepare)


def default_way() -> Way:
    return "fork" if hasattr(os, "fork") and hasattr(os, "wait4") else "spawn"


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
