"""Locks a child in on Windows: a job object that bounds its memory and processor time and lets it start no process.

Windows has no filter of system calls for a process that is already running, so files and network are kept from a
program by Luau's empty world alone. Written from Microsoft's reference; the project's own tests run on Linux.
"""

import ctypes
import functools
import os
import threading
import time
from ctypes import wintypes

from toolboxai.studio.untrusted import Limits
from toolboxai.studio.untrusted_wire import Memory

_GRACE = 0.05
"""Seconds that a VM has to notice its end and name the line, before the process is ended."""

_EXTENDED_LIMITS = 9
_PROCESS_TIME, _ONE_PROCESS, _PROCESS_MEMORY, _NO_DIALOG, _ENDS_WITH_JOB = 0x2, 0x8, 0x100, 0x400, 0x2000
_TICKS = 10_000_000
"""A second, in the units that the system counts processor time in."""


class _Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", wintypes.DWORD),
        ("smallest_working_set", ctypes.c_size_t),
        ("largest_working_set", ctypes.c_size_t),
        ("processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority", wintypes.DWORD),
        ("scheduling", wintypes.DWORD),
        ("transfers", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class _Memory(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("page_faults", wintypes.DWORD),
        ("peak_working_set", ctypes.c_size_t),
        ("working_set", ctypes.c_size_t),
        ("quotas", ctypes.c_size_t * 4),
        ("committed", ctypes.c_size_t),
        ("peak_committed", ctypes.c_size_t),
    )


def limit(limits: Limits, *, keep: int) -> None:  # noqa: ARG001 - descriptors are pipes that the parent closes
    """Memory, processor time, no process more; a thread stands for the timer that Windows has not."""
    os.environ.clear()
    threading.Thread(target=_end_after, args=(limits.seconds + _GRACE,), daemon=True).start()
    kernel = _kernel()
    job = kernel.CreateJobObjectW(None, None)
    most = _Limits()
    most.flags = _PROCESS_TIME | _ONE_PROCESS | _PROCESS_MEMORY | _NO_DIALOG | _ENDS_WITH_JOB
    most.process_time = int((time.process_time() + limits.cpu_seconds + _GRACE) * _TICKS)
    most.processes = 1
    most.process_memory = _memory(kernel.GetCurrentProcess()).committed + limits.memory
    kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(most), ctypes.sizeof(most))
    _held["job object"] = bool(job and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()))


def lock() -> tuple[str, ...]:
    """The names of what holds."""
    return tuple(name for name, holds in _held.items() if holds)


def memory() -> Memory:
    """Of this process."""
    return Memory(int(_memory(_kernel().GetCurrentProcess()).peak_working_set))


def resident(pid: int) -> int:
    """Bytes that another process has in memory; 0 where the system does not tell."""
    kernel = _kernel()
    process = kernel.OpenProcess(0x1000 | 0x0010, False, pid)  # query, read
    if not process:
        return 0
    try:
        return int(_memory(process).working_set)
    finally:
        kernel.CloseHandle(process)


_held: dict[str, bool] = {}


def _memory(process: int) -> _Memory:
    counters = _Memory()
    counters.size = ctypes.sizeof(counters)
    _kernel().K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.size)
    return counters


@functools.cache
def _kernel() -> ctypes.CDLL:
    kernel: ctypes.CDLL = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined] # Windows only
    for name in ("CreateJobObjectW", "GetCurrentProcess", "OpenProcess"):
        getattr(kernel, name).restype = wintypes.HANDLE
    kernel.CreateJobObjectW.argtypes = [wintypes.LPVOID, wintypes.LPCWSTR]
    kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
    kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD]
    kernel.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD]
    kernel.OpenProcess.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
    kernel.CloseHandle.argtypes = [wintypes.HANDLE]
    return kernel


def _end_after(seconds: float) -> None:
    time.sleep(seconds)
    os._exit(1)
