"""Locks a child in on POSIX: no environment, one descriptor, the system's limits, then the kernel's restrictions."""

import ctypes
import functools
import os
import resource
import signal
import sys
import time
from pathlib import Path

from toolboxai.studio import untrusted_linux
from toolboxai.studio.untrusted import Limits
from toolboxai.studio.untrusted_wire import Memory

_GRACE = 0.05
"""Seconds that a VM has to notice its end and name the line, before the kernel's own timer ends the process."""

_SANDBOX = b"(version 1)\n(deny default)\n(allow signal (target self))\n"


def limit(limits: Limits, *, keep: int) -> None:
    """Time and memory, and ``keep`` alone stays open. The kernel enforces this: no code has to run for it."""
    _forget_environment()
    os.closerange(0, keep)
    os.closerange(keep + 1, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], keep + 1))
    for name in ("SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + _GRACE)
    signal.setitimer(signal.ITIMER_VIRTUAL, limits.cpu_seconds + _GRACE)
    _at_most("CPU", int(time.process_time() + limits.cpu_seconds) + 2, room=1)
    for kind in ("CORE", "FSIZE", "MEMLOCK", "NPROC"):
        _at_most(kind, 0)
    mapped = _mapped()
    if mapped:
        _at_most("AS", mapped + limits.memory)


def lock() -> tuple[str, ...]:
    """No way back, and nothing can be opened from here on. Gives the names of what holds."""
    held = ["limits"]
    if sys.platform == "linux" and untrusted_linux.restrict_files():
        held.append("landlock")
    _at_most("NOFILE", 0)
    if sys.platform == "linux" and untrusted_linux.filter_calls():
        held.append("seccomp")
    if sys.platform == "darwin" and _enter_sandbox():
        held.append("sandbox")
    return tuple(held)


def memory() -> Memory:
    """Of this process, as the system counts it for its parent."""
    return memory_of(resource.getrusage(resource.RUSAGE_SELF))


def memory_of(usage: resource.struct_rusage) -> Memory:
    """What a process had and touched."""
    return Memory(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), usage.ru_minflt * resource.getpagesize())


def _at_most(kind: str, value: int, *, room: int = 0) -> None:
    """Soft, and hard by ``room`` more, which only root could lift. A lower one stays; some systems lack some kinds."""
    number = getattr(resource, f"RLIMIT_{kind}", None)
    if number is not None:
        hard = resource.getrlimit(number)[1]
        most = value + room if hard == resource.RLIM_INFINITY else min(value + room, hard)
        resource.setrlimit(number, (min(value, most), most))


def _mapped() -> int:
    """Bytes mapped now; 0 where the system does not tell (macOS): there the engine's own limit holds."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _forget_environment() -> None:
    """Python's copy, the C library's list, and the texts that the kernel laid on the stack."""
    start, end = environment()
    os.environ.clear()
    if start < end:
        ctypes.memset(start, 0, end - start)


@functools.cache
def environment() -> tuple[int, int]:
    """Where the kernel laid the environment of this process: the same in every fork, so that a server asks once."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        return int(fields[47]), int(fields[48])
    except (OSError, ValueError, IndexError):
        return 0, 0


def _enter_sandbox() -> bool:
    """macOS: the profile refuses whatever is not named. Not tried by this project's own tests, which run on Linux."""
    system = ctypes.CDLL("/usr/lib/libSystem.B.dylib")
    system.sandbox_init.argtypes = [ctypes.c_char_p, ctypes.c_uint64, ctypes.POINTER(ctypes.c_char_p)]
    return bool(system.sandbox_init(_SANDBOX, 0, ctypes.byref(ctypes.c_char_p())) == 0)
