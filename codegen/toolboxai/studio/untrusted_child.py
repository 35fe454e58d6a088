"""What happens inside the child: limits are set, the entry runs, one answer goes back, the process ends."""

import contextlib
import functools
import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from toolboxai.studio import host
from toolboxai.studio.requires import MemoryTree
from toolboxai.studio.untrusted import Limits, Task

SLACK_SECONDS = 1.0
"""How much later than the child's own timer the parent gives up on it."""


class Order(msgspec.Struct, frozen=True):
    """What the parent sends; an order without a task only warms."""

    task: Task | None
    limits: Limits
    prepare: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What the child sends: `verdict` as in `Outcome`, or ``broken`` where the entry itself failed."""

    verdict: str
    detail: str = ""
    value: Any = None


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


def perform(task: Task, limits: Limits, write: Callable[[bytes], None]) -> None:
    """Run the task and write its answer, exactly one."""

    def answer(given: Answer) -> None:
        write(msgspec.json.encode(given))

    def exhausted(verdict: str, detail: str) -> None:
        answer(Answer(verdict, detail))
        os._exit(0)

    subject = prepared(task.prepare) if task.prepare else None
    _confine(limits)
    host.confine(output=limits.output, memory=limits.memory, exhausted=exhausted)
    try:
        entry = named(task.entry)
        value = entry(task.data, subject) if task.prepare else entry(task.data)
        given = Answer("finished", "", value)
        encoded = msgspec.json.encode(given)
        if len(encoded) > limits.output * 2 + 4096:
            exhausted("too much output", "the answer is longer than the limit")
        write(encoded)
    except MemoryError:
        exhausted("out of memory", "the run used up its memory")
    except host.LuauError as fault:
        message = str(fault)
        memory = "not enough memory" in message
        answer(Answer("out of memory" if memory else "error", message, {"traceback": fault.traceback}))
    except RecursionError:
        answer(Answer("error", "the code is nested too deeply"))
    except Exception as fault:  # noqa: BLE001 - told to the parent, in whose log it belongs
        answer(Answer("broken", f"{type(fault).__name__}: {fault}"))


def run_luau(data: dict[str, Any]) -> dict[str, Any]:
    """The entry of `luau_task`."""
    tree = MemoryTree({path: text.encode() for path, text in data["sources"].items()})
    vm = host.VM(data["engine"], tree=tree)
    try:
        vm.spawn(vm.main_file(data["main"]))
        while (wake := vm.next_wake()) is not None and wake <= data["seconds"]:
            vm.step(max(wake - vm.now(), 0.0))
        for line in vm.output:
            if line.kind == "error":
                raise host.LuauError(line.text, line.traceback)
        return {"output": [[line.kind, line.text] for line in vm.output]}
    finally:
        vm.close()


def _confine(limits: Limits) -> None:
    """The kernel ends a process that outstays its time: no code has to run for that, and none can prevent it."""
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415 - POSIX only

        for name in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(name, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
        for kind, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_AS, _address_space() + limits.memory if _address_space() else 0),
        ):
            if most or kind != resource.RLIMIT_AS:
                with contextlib.suppress(ValueError, OSError):
                    resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def _address_space() -> int:
    """Bytes mapped now; 0 where the system does not tell (macOS): there the engine's own limit holds."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def main() -> None:
    """A spawned child: warms itself, says so, takes one task from standard input, answers on standard output."""
    given, taken = os.fdopen(os.dup(1), "wb"), sys.stdin.buffer
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)

    def write(frame: bytes) -> None:
        given.write(len(frame).to_bytes(4, "big") + frame)
        given.flush()

    def read() -> bytes:
        length = taken.read(4)
        return taken.read(int.from_bytes(length, "big")) if len(length) == 4 else b""

    first = read()
    if not first:
        return
    order = msgspec.json.decode(first, type=Order)
    if order.prepare:
        prepared(order.prepare)
    write(b"{}")
    frame = read()
    if frame:
        order = msgspec.json.decode(frame, type=Order)
        assert order.task is not None
        if not hasattr(signal, "setitimer"):
            _end_after(order.limits)
        perform(order.task, order.limits, write)
    os._exit(0)


def _end_after(limits: Limits) -> None:
    """Without timers of the kernel, a thread ends the process; the parent's clock stands behind it."""
    import threading  # noqa: PLC0415 - a forked child must not have it

    def watch() -> None:
        time.sleep(limits.seconds + SLACK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
