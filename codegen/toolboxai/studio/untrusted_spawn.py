"""Children by spawn: spare processes, warmed before they are needed, each for one task; for Windows, and anywhere."""

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque

import msgspec

from toolboxai.studio.untrusted import ChildError, Limits, Outcome, Task
from toolboxai.studio.untrusted_child import SLACK_SECONDS, Answer, Order
from toolboxai.studio.untrusted_fork import outcome_of

_STARTING_SECONDS = 60.0
_WATCH_SECONDS = 0.05


class _Spare:
    """One child that warms itself, runs one task and ends."""

    def __init__(self, prepare: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "toolboxai.studio.untrusted_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self._send(Order(None, Limits(), prepare))

    def ready(self) -> None:
        if self._is_ready:
            return
        if self._read(_STARTING_SECONDS, 1 << 20) is None:
            self.end()
            raise ChildError("a process for untrusted code did not start")
        self._is_ready = True

    def run(self, task: Task, limits: Limits) -> Outcome:
        self._send(Order(task, limits))
        most = limits.output * 2 + (1 << 16)
        watch = _MemoryWatch(self._process.pid, limits.memory, self._process.kill)
        try:
            frame = self._read(limits.seconds + SLACK_SECONDS, most, watch)
        finally:
            self.end()
        if frame is not None:
            if len(frame) > most:
                return Outcome("too much output", f"more than {limits.output} bytes")
            return outcome_of(msgspec.json.decode(frame, type=Answer))
        if watch.exceeded:
            return Outcome("out of memory", f"more than {limits.memory >> 20} MiB")
        code = self._process.returncode
        if self._timed_out or code in {-14, -27, -24}:  # SIGALRM, SIGPROF, SIGXCPU
            return Outcome("out of time", f"no end after {limits.seconds:g} s")
        return Outcome("error", f"the process ended early (status {code})")

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    _timed_out = False
    _is_ready = False

    def _send(self, order: Order) -> None:
        frame = msgspec.json.encode(order)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(len(frame).to_bytes(4, "big") + frame)
            self._process.stdin.flush()

    def _read(self, seconds: float, most: int, watch: "_MemoryWatch | None" = None) -> bytes | None:
        """One frame, read in a thread: pipes have no time limit on Windows."""
        found: list[bytes] = []

        def read() -> None:
            assert self._process.stdout is not None
            header = self._process.stdout.read(4)
            if len(header) == 4:
                length = int.from_bytes(header, "big")
                found.append(self._process.stdout.read(min(length, most + 1)))

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        if watch is not None:
            reader.join(_WATCH_SECONDS)
            left = seconds - _WATCH_SECONDS
            while reader.is_alive() and left > 0:
                watch.look()
                reader.join(_WATCH_SECONDS)
                left -= _WATCH_SECONDS
        else:
            reader.join(seconds)
        if reader.is_alive():
            self._timed_out = True
            self._process.kill()
            reader.join()
        return found[0] if found else None


class _MemoryWatch:
    """Ends a child that grows beyond its limit, where the system has no limit of its own (Windows)."""

    def __init__(self, pid: int, limit: int, kill: object) -> None:
        self._pid, self._limit, self._kill = pid, limit, kill
        self._before = resident(pid)
        self.exceeded = False

    def look(self) -> None:
        if resident(self._pid) - self._before > self._limit and callable(self._kill):
            self.exceeded = True
            self._kill()


def resident(pid: int) -> int:
    """Bytes that the process has in memory; 0 where the system does not tell."""
    if sys.platform == "win32":
        return _resident_on_windows(pid)
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - read every 50 ms
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def _resident_on_windows(pid: int) -> int:
    import ctypes  # noqa: PLC0415 - Windows only
    from ctypes import wintypes  # noqa: PLC0415 - likewise

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            *((name, ctypes.c_size_t) for name in "abcdefgh"),
        )

    windows = ctypes.windll  # type: ignore[attr-defined]
    process = windows.kernel32.OpenProcess(0x1000 | 0x0010, False, pid)
    if not process:
        return 0
    counters = Counters()
    counters.cb = ctypes.sizeof(counters)
    windows.psapi.GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
    windows.kernel32.CloseHandle(process)
    return int(counters.b)  # WorkingSetSize


class SpawnPool:
    """A spare a `prepare` hook, replaced as soon as it is taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spares: dict[str, deque[_Spare]] = {}
        self._closed = False

    def warm(self, prepare: str) -> None:
        spare = self._take(prepare)
        spare.ready()
        with self._lock:
            self._spares.setdefault(prepare, deque()).appendleft(spare)

    def run(self, task: Task, limits: Limits) -> Outcome:
        spare = self._take(task.prepare)
        spare.ready()
        return spare.run(task, limits)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            spares = [spare for queue in self._spares.values() for spare in queue]
            self._spares.clear()
        for spare in spares:
            spare.end()

    def _take(self, prepare: str) -> _Spare:
        with self._lock:
            queue = self._spares.setdefault(prepare, deque())
            spare = queue.popleft() if queue else _Spare(prepare)
            if not queue and not self._closed:
                queue.append(_Spare(prepare))
            return spare
