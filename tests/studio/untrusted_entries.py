"""What the tests of `studio.untrusted` run in children: entries and a `prepare` hook."""

import ctypes
import os
from typing import Any

from lupa import luajit21

from toolboxai.studio import untrusted_posix
from toolboxai.studio.host import VM


def prepare() -> VM:
    vm = VM()
    vm.call(vm.load("shared.count = 0", "prepare"))
    return vm


def count(data: Any, vm: VM) -> list[Any]:
    """Counts in the prepared VM: always 1, because every child has its own copy."""
    source = "shared.count += 1 return shared.count, math.random(2^30), ..."
    return [*map(vm.plain, vm.call(vm.load(source, "count"), data)), os.getpid()]


def echo(data: Any) -> Any:
    return data


def broken(_: Any) -> None:
    raise KeyError("the entry's own mistake")


def die(_: Any, _made: Any = None) -> None:
    os._exit(3)


def huge(data: int) -> str:
    return "x" * data


def network(_: Any) -> list[str]:
    vm = VM()
    vm.call(
        vm.load(
            "local request = ... request({ Url = 'http://127.0.0.1:9/' }, function(a) print(a.StatusMessage) end)", "n"
        ),
        vm.host[b"request"],
    )
    vm.call(vm.load("local socket = ... socket('ws://127.0.0.1:9/', {}, print)", "n"), vm.host[b"socket"])
    vm.step(1)
    return [line.text for line in vm.output]


def nothing() -> None:
    """A `prepare` hook without work."""


# --- with everything handed over on purpose ---------------------------------------------------------------------------


def everything(source: str) -> Any:
    """Runs Lua that has LuaJIT's `ffi`, `os`, `io` and all of Python: what it returns, a table of texts."""
    lua = luajit21.LuaRuntime(register_eval=True, register_builtins=True)
    return dict(lua.execute(source).items())


def python(source: str) -> Any:
    """Runs Python that may do what it likes; what it leaves in ``found``."""
    space: dict[str, Any] = {}
    exec(source, space)
    return space.get("found")


def call_all(allowed: list[int]) -> list[tuple[int, int]]:
    """Makes every system call but the allowed ones, and those of x86_64's second kind: [number, errno]."""
    system = ctypes.CDLL(None, use_errno=True)
    numbers = [number for number in range(600) if number not in allowed] + [0x40000000 + n for n in range(600)]
    answers = []
    for number in numbers:
        ctypes.set_errno(0)
        system.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
        answers.append((number, ctypes.get_errno()))
    return answers


def environment(_: Any) -> dict[str, Any]:
    """What is left of the environment: Python's, the C library's, and bytes that the kernel laid out at the start."""
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    start, end = untrusted_posix.environment()
    left = sum(byte != 0 for byte in ctypes.string_at(start, end - start))
    return {"python": dict(os.environ), "getenv": getenv(b"PATH"), "laid out": left}
