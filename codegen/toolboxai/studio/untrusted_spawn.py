"""Children by spawn: spare processes, warmed before they are needed, each for one task; for Windows, and anywhere."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

from toolboxai.studio.untrusted import ChildError, Limits, Outcome, Task
from toolboxai.studio.untrusted_wire import (
    SLACK_SECONDS,
    Ended,
    Listener,
    Memory,
    Order,
    child_environment,
    framed,
    signal_name,
)

if sys.platform == "win32":
    from toolboxai.studio import untrusted_windows
else:
    from toolboxai.studio import untrusted_posix

_STARTING_SECONDS = 60.0
_WATCH_SECONDS = 0.05
_SPARES = 2
"""For each `prepare` hook: while one is lost, the next one is ready."""


class _Spare:
    """One child that warms itself, runs one task and ends."""

    def __init__(self, prepare: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "toolboxai.studio.untrusted_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )
        self._pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader: threading.Thread | None = None
        self._is_ready = False
        self._memory = Memory()
        self._send(Order(prepare=prepare))

    def ready(self) -> None:
        """Waits until it has warmed itself. Raises `ChildError`."""
        if self._is_ready:
            return
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        listener = Listener(Limits())
        self._listen(listener, _STARTING_SECONDS)
        if not listener.answered:
            self.end()
            raise ChildError("a process for untrusted code did not start")
        listener.outcome(late=False)
        self._is_ready = True

    def run(self, task: Task, limits: Limits) -> Outcome:
        self.ready()
        listener = Listener(limits)
        watch = _MemoryWatch(self._process.pid, limits.memory)
        try:
            self._send(Order(task, limits))
            late = not self._listen(listener, limits.seconds + SLACK_SECONDS, watch.exceeded)
            if not listener.answered and not late:
                self._let_end()
        finally:
            self.end()
        if not listener.answered and not late:
            listener.ended = self._ended(killed=watch.was_exceeded)
        return listener.outcome(late=late)

    def _let_end(self) -> None:
        """What has closed its channel is ending, and how it does so tells why."""
        deadline = time.monotonic() + SLACK_SECONDS
        while self._process.returncode is None and time.monotonic() < deadline:
            self._memory = _ended_with(self._process, block=False)
            time.sleep(0.001)

    def end(self) -> None:
        if self._process.returncode is None:
            _kill(self._process)
            self._memory = _ended_with(self._process, block=True)
        if self._reader is not None:
            self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ended(self, *, killed: bool) -> Ended:
        """How it ended by itself, or was ``killed`` for its memory."""
        code = self._process.returncode
        name = "SIGKILL" if killed else signal_name(-code) if code < 0 else ""
        return Ended(max(code, 0), name, self._memory)

    def _send(self, order: Order) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(framed(order))
            self._process.stdin.flush()

    def _listen(self, listener: Listener, seconds: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Until there is an answer, or no more to hear; whether that was so within the time."""
        deadline = time.monotonic() + seconds
        while not listener.answered and (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                piece = self._pieces.get(timeout=min(left, _WATCH_SECONDS))
                if not piece:
                    return True
                listener.hear(piece)
            if stop():
                _kill(self._process)
        return listener.answered

    def _read(self) -> None:
        """In a thread: pipes have no time limit on Windows."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        piece = b"?"
        while piece:
            try:
                piece = os.read(descriptor, 1 << 16)
            except OSError:
                piece = b""
            self._pieces.put(piece)


class _MemoryWatch:
    """Sees a child grow beyond its limit, where the system's own limit does not hold (macOS)."""

    def __init__(self, pid: int, limit: int) -> None:
        self._pid = pid
        self._most = resident(pid) + limit
        self.was_exceeded = False

    def exceeded(self) -> bool:
        self.was_exceeded = self.was_exceeded or resident(self._pid) > self._most
        return self.was_exceeded


def resident(pid: int) -> int:
    """Bytes that the process has in memory; 0 where the system does not tell, or it is gone."""
    if sys.platform == "win32":
        return untrusted_windows.resident(pid)
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - read every 50 ms
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Unlike Popen's, never waits for it, so that `_ended_with` can."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.kill(process.pid, signal.SIGKILL)


def _ended_with(process: "subprocess.Popen[bytes]", *, block: bool) -> Memory:
    """Notes its end; gives the memory that it had, none where it still runs or the system does not tell."""
    if sys.platform == "win32":
        if block:
            process.wait()
        process.poll()
        return Memory()
    pid, status, usage = os.wait4(process.pid, 0 if block else os.WNOHANG)
    if pid == 0:
        return Memory()
    process.returncode = os.waitstatus_to_exitcode(status)
    return untrusted_posix.memory_of(usage)


class SpawnPool:
    """Spares for each `prepare` hook, replaced as soon as they are taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spares: dict[str, deque[_Spare]] = {}
        self._closed = False

    def warm(self, prepare: str) -> None:
        spares = [self._take(prepare) for _ in range(_SPARES)]
        for spare in spares:
            spare.ready()
        with self._lock:
            self._spares[prepare].extendleft(reversed(spares))

    def run(self, task: Task, limits: Limits) -> Outcome:
        spare = self._take(task.prepare)
        with self._lock:
            self._fill(task.prepare)
        return spare.run(task, limits)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            spares = [spare for queue in self._spares.values() for spare in queue]
            self._spares.clear()
        for spare in spares:
            spare.end()

    def _take(self, prepare: str) -> _Spare:
        """The one that has been warming for longest."""
        with self._lock:
            spares = self._spares.setdefault(prepare, deque())
            return spares.popleft() if spares else _Spare(prepare)

    def _fill(self, prepare: str) -> None:
        spares = self._spares.setdefault(prepare, deque())
        while len(spares) < _SPARES and not self._closed:
            spares.append(_Spare(prepare))
