"""What happens inside the child: it is locked in, the entry runs, one answer goes back, the process ends."""

import contextlib
import functools
import gc
import importlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from toolboxai.studio import engines, host
from toolboxai.studio.requires import MemoryTree
from toolboxai.studio.untrusted import Limits, Task
from toolboxai.studio.untrusted_wire import (
    Answer,
    Began,
    Broken,
    Seen,
    framed,
    out_of_time,
    read_order,
)

if sys.platform == "win32":
    from toolboxai.studio import untrusted_windows as system
else:
    from toolboxai.studio import untrusted_posix as system

_BETWEEN_LINES = 0.1
"""Seconds between two lines that the parent is told of."""


def named(name: str) -> Callable[..., Any]:
    """The function behind "package.module:function"."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


@functools.cache
def prepared(prepare: str) -> Any:
    """What the hook made, once a process; frozen, so that forked children share its pages."""
    made = named(prepare)()
    gc.collect()
    gc.freeze()
    return made


class Run:
    """One task in this process, answered on the descriptor ``channel``, which is the only one that stays open."""

    def __init__(self, task: Task, limits: Limits, channel: int) -> None:
        self._task = task
        self._limits = limits
        self._channel = channel
        self._no_memory = framed(Answer("out of memory", f"more than {limits.memory >> 20} MiB"))
        self._deadline = time.monotonic() + limits.seconds
        self._cpu_deadline = time.process_time() + limits.cpu_seconds
        self._line = ""
        self._next_line = 0.0

    def perform(self) -> None:
        """Run the task and write its answer, exactly one."""
        task = self._task
        try:
            entry = named(task.entry)
            arguments = (task.data, prepared(task.prepare)) if task.prepare else (task.data,)
        except Exception as fault:  # noqa: BLE001 - told to the parent, in whose log it belongs
            return self._write(framed(Broken(f"{type(fault).__name__}: {fault}")))
        system.limit(self._limits, keep=self._channel)
        host.confine(output=self._limits.output, memory=self._limits.memory, exhausted=self._exhausted, seen=self._seen)
        held = system.lock()
        self._write(framed(Began(held, system.memory())))
        try:
            self._write(self._answer(entry, arguments))
        except MemoryError:  # the program has left too little to say what became of it
            self._write(self._no_memory)
        return None

    def _answer(self, entry: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
        try:
            value = entry(*arguments)
            given = framed(value if isinstance(value, Answer) else Answer("finished", "", value))
        except MemoryError:
            raise
        except host.LuauError as fault:
            return framed(failed(fault))
        except RecursionError:
            return framed(Answer("error", "the code is nested too deeply"))
        except Exception as fault:  # noqa: BLE001 - told to the parent, in whose log it belongs
            return framed(Broken(f"{type(fault).__name__}: {fault}"))
        return given

    def _exhausted(self, verdict: str, detail: str) -> None:
        """Ends the process where a VM meets a limit."""
        if verdict == "out of memory":
            self._write(self._no_memory)
        else:
            self._write(framed(Answer(verdict, detail)))  # type: ignore[arg-type] # the host names verdicts
        os._exit(0)

    def _seen(self, line: str) -> None:
        """Told by a VM, every few milliseconds, which line runs."""
        cpu = time.process_time() >= self._cpu_deadline
        now = time.monotonic()
        if cpu or now >= self._deadline:
            self._write(framed(out_of_time(self._limits, cpu=cpu, line=line or self._line)))
            os._exit(0)
        if line and line != self._line and now >= self._next_line:
            self._line, self._next_line = line, now + _BETWEEN_LINES
            self._write(framed(Seen(line)))

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._channel, rest) :]


def failed(fault: host.LuauError, output: list[list[str]] | None = None) -> Answer:
    """The answer for an error that no program caught."""
    message = str(fault)
    value = {"output": output or [], "traceback": fault.traceback}
    return Answer("out of memory" if message.endswith("not enough memory") else "error", message, value)


# --- the entries of this package --------------------------------------------------------------------------------------


World = tuple[host.VM, MemoryTree]

_REHEARSED = {
    "part.luau": "return { list = { 1, 2 } }",
    "main.luau": """local part, count = require("./part"), 0
local function add(n: number, ...): number return n + select("#", ...) end
for i = 1, 3 do count += i if i > 2 then break elseif not part then continue end end
for key, value in pairs({ a = 1, b = { 2, "c" } }) do count = if value == 1 then add(count, key) else count end
repeat count -= 1 until count <= 0
while count < 1 do count += 1 end
local t = setmetatable({}, { __index = function(_, key) return key .. "!" end })
print(`{count} {t.x}`, #part.list, string.format("%d", 1), math.floor(1.5), pcall(error, "no"))
task.spawn(function() task.wait(0.1) end)
""",
}


def worlds() -> dict[str, World]:
    """Made once in a warm process: a VM of each engine, with the tree where its program will lie.

    Another one of each has run a program before, so that what a first run would wait for is there.
    """
    made = {}
    for engine in engines.available():
        run_luau(
            {"main": "main.luau", "seconds": 1.0, "engine": engine, "sources": _REHEARSED}, {engine: _world(engine)}
        )
        made[engine] = _world(engine)
    return made


def _world(engine: str) -> World:
    tree = MemoryTree({})
    return host.VM(engine, tree=tree), tree


def run_luau(data: dict[str, Any], made: dict[str, World]) -> Answer:
    """The entry of `run_untrusted`."""
    vm, tree = made[data["engine"]]
    tree.add({path: text.encode() for path, text in data["sources"].items()})
    vm.watch()
    try:
        vm.spawn(vm.main_file(data["main"]))
        while (wake := vm.next_wake()) is not None and wake <= data["seconds"]:
            vm.step(max(wake - vm.now(), 0.0))
    except host.LuauError as fault:
        return failed(fault, _said(vm))
    error = next((line for line in vm.output if line.kind == "error"), None)
    if error is not None:
        return failed(host.LuauError(error.text, error.traceback), _said(vm))
    return Answer("finished", "", {"output": _said(vm)})


def _said(vm: host.VM) -> list[list[str]]:
    return [[line.kind, line.text] for line in vm.output]


def try_everything(_: Any) -> dict[str, bool]:
    """What `confinement` tells: each is tried, and True where the kernel refuses."""

    def refused(work: Callable[[], Any]) -> bool:
        try:
            work()
        except (OSError, MemoryError):
            return True
        return False

    return {
        "files": refused(lambda: os.open(os.devnull, os.O_RDWR)),
        "network": refused(socket.socket),
        "processes": refused(_second_process),
        "memory": refused(lambda: bytearray(Limits().memory * 2)),
    }


def _second_process() -> None:
    if sys.platform == "win32":
        subprocess.Popen([sys.executable, "-c", ""])
    elif os.fork() == 0:
        os._exit(0)


# --- a spawned child --------------------------------------------------------------------------------------------------


def main() -> None:
    """Warms itself, says so, takes one task from standard input, answers on what was standard output."""
    channel = os.dup(1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    first = read_order(lambda count: os.read(0, count))
    if first is None:
        return
    try:
        if first.prepare:
            prepared(first.prepare)
        ready: Answer | Broken = Answer("finished")
    except Exception as fault:  # noqa: BLE001 - told to the parent, in whose log it belongs
        ready = Broken(f"{type(fault).__name__}: {fault}")
    os.write(channel, framed(ready))
    order = read_order(lambda count: os.read(0, count))
    if order is not None and order.task is not None:
        with contextlib.suppress(BrokenPipeError):
            Run(order.task, order.limits, channel).perform()
    os._exit(0)


if __name__ == "__main__":
    main()
