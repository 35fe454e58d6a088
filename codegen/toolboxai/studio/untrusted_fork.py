"""Children by fork: a warm, single-threaded server process that this module starts, and the client that talks to it.

Each run has a socket of its own, of which the server gets one end. Only the child reads the order from it, so that
nothing of one run is ever in the memory of another; when the child is gone the server adds how it ended and closes.
"""

import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from toolboxai.studio import untrusted_linux, untrusted_posix
from toolboxai.studio.untrusted import ChildError, Limits, Outcome, Task
from toolboxai.studio.untrusted_child import Run, prepared, worlds
from toolboxai.studio.untrusted_wire import (
    SLACK_SECONDS,
    Answer,
    Broken,
    Ended,
    Listener,
    Order,
    child_environment,
    framed,
    read_order,
    signal_name,
)

_STARTING_SECONDS = 60.0
_REQUEST = struct.Struct("!cd")
"""``w`` for warming, ``r`` for a run, and after how many seconds a child that is still there is ended."""


class ForkServer:
    """The client's side: starts the server on first use, and again should it ever be gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._warmed: set[str] = set()

    def warm(self, prepare: str) -> None:
        with self._lock:
            known = self._process is not None and prepare in self._warmed
        if known:
            return
        listener, _ = self._ask(b"w", Order(prepare=prepare), _STARTING_SECONDS)
        if not listener.answered:
            raise ChildError("the warm process for untrusted code did not start")
        listener.outcome(late=False)
        with self._lock:
            self._warmed.add(prepare)

    def run(self, task: Task, limits: Limits) -> Outcome:
        patience = limits.seconds + SLACK_SECONDS
        for _ in (1, 2):
            if task.prepare:
                self.warm(task.prepare)
            listener, late = self._ask(b"r", Order(task, limits), patience)
            if late or listener.answered or listener.began or listener.ended:
                return listener.outcome(late=late)
            self._stop()  # the server went away before it had a child
        raise ChildError("the warm process for untrusted code is gone", remedy="see whether memory is short")

    def close(self) -> None:
        self._stop()

    def _stop(self) -> None:
        with self._lock:
            control, process = self._control, self._process
            self._control = self._process = None
            self._warmed.clear()
        if control is not None:
            control.close()
        if process is not None:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _ask(self, kind: bytes, order: Order, seconds: float) -> tuple[Listener, bool]:
        """What came of the order, and whether waiting for it was in vain."""
        with self._connected(kind, seconds) as own:
            deadline = time.monotonic() + seconds + SLACK_SECONDS
            listener = Listener(order.limits)
            try:
                own.settimeout(seconds + SLACK_SECONDS)
                own.sendall(framed(order))
                while not listener.answered and (piece := own.recv(1 << 16)):
                    listener.hear(piece)
                    own.settimeout(max(deadline - time.monotonic(), 0.001))
            except TimeoutError:
                return listener, True
            except ConnectionError:
                pass  # nobody is there any more; what was heard tells
            return listener, False

    def _connected(self, kind: bytes, seconds: float) -> socket.socket:
        """Our end of a new socket, whose other end the server has."""
        for _ in (1, 2):
            own, theirs = socket.socketpair()
            try:
                with theirs, self._lock:
                    socket.send_fds(self._started(), [_REQUEST.pack(kind, seconds)], [theirs.fileno()])
            except OSError:
                own.close()
                self._stop()
            else:
                return own
        raise ChildError("the warm process for untrusted code cannot be reached")

    def _started(self) -> socket.socket:
        if self._control is None:
            own, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
                    [sys.executable, "-P", "-m", "toolboxai.studio.untrusted_fork", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=child_environment(),
                )
            self._control = own
        return self._control


# --- the server's side ------------------------------------------------------------------------------------------------


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, tuple[socket.socket, float]] = {}
        self._woken, waker = socket.socketpair()
        waker.setblocking(False)
        self._woken.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the user's Ctrl-C is for the parent, which closes us
        self._waker = waker

    def serve(self) -> None:
        """Until the client goes; its children go too."""
        try:
            while True:
                ready, _, _ = select.select([self._control, self._woken], [], [], self._patience())
                if self._woken in ready:
                    with contextlib.suppress(BlockingIOError):
                        self._woken.recv(4096)
                self._reap()
                self._end(time.monotonic())
                if self._control in ready and not self._take():
                    return
        finally:
            self._end(float("inf"))

    def _patience(self) -> float | None:
        """Seconds until a child has to be ended; None where there is none."""
        if not self._children:
            return None
        return max(min(deadline for _, deadline in self._children.values()) - time.monotonic(), 0.0)

    def _take(self) -> bool:
        request, descriptors, _, _ = socket.recv_fds(self._control, _REQUEST.size, 1)
        if len(request) < _REQUEST.size or not descriptors:
            return False
        kind, seconds = _REQUEST.unpack(request)
        with socket.socket(fileno=descriptors[0]) as channel:
            if kind == b"w":
                self._warm(channel)
            else:
                self._fork(channel, time.monotonic() + seconds)
        return True

    def _warm(self, channel: socket.socket) -> None:
        order = read_order(channel.recv)
        if order is None:
            return
        try:
            if order.prepare:
                prepared(order.prepare)
            answer: Answer | Broken = Answer("finished")
        except Exception as fault:  # noqa: BLE001 - told to the one who asked
            answer = Broken(f"{type(fault).__name__}: {fault}")
        _tell(channel, answer)

    def _fork(self, channel: socket.socket, deadline: float) -> None:
        try:
            pid = os.fork()
        except OSError as fault:
            _tell(channel, Broken(f"no child can be had: {fault.strerror}"))
            return
        if pid == 0:
            self._become_child(channel)
        self._children[pid] = channel.dup(), deadline

    def _become_child(self, channel: socket.socket) -> None:
        try:
            if sys.platform == "linux":
                untrusted_linux.die_with_parent()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            order = read_order(channel.recv)
            if order is not None and order.task is not None:
                Run(order.task, order.limits, channel.fileno()).perform()
        finally:
            os._exit(0)

    def _end(self, now: float) -> None:
        """What is over its time by now: no code of the child's can prevent that."""
        for pid, (_, deadline) in self._children.items():
            if deadline <= now:
                os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while self._children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid not in self._children:
                continue
            channel, deadline = self._children.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            name = "" if code >= 0 else signal_name(-code)
            if name == "SIGKILL" and deadline <= time.monotonic():
                name = "SIGALRM"  # by us: it had made itself deaf to its own timers
            with channel:
                _tell(channel, Ended(max(code, 0), name, untrusted_posix.memory_of(usage)))


def _tell(channel: socket.socket, message: Answer | Broken | Ended) -> None:
    """Never waits: a client that does not listen has gone."""
    channel.setblocking(False)
    with contextlib.suppress(OSError):
        channel.sendall(framed(message))


def main() -> None:
    prepared(f"{worlds.__module__}:{worlds.__name__}")
    untrusted_posix.environment()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        _Server(control).serve()


if __name__ == "__main__":
    main()
