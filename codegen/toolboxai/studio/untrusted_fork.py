"""Children by fork: a warm, single-threaded server process that this module starts, and the client that talks to it.

Each run has a socket of its own, handed to the server with the order. The child answers on it; when the child is gone
the server adds how it ended and closes.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

import msgspec

from toolboxai.studio.untrusted import ChildError, Limits, Outcome, Task, Verdict
from toolboxai.studio.untrusted_child import SLACK_SECONDS, Answer, Order, perform, prepared

_HEADER = 4
_STARTING_SECONDS = 60.0


class Ended(msgspec.Struct, frozen=True):
    """How the child ended, from `wait4`: exit status or signal, and the most memory it had in bytes."""

    status: int
    signal: int
    memory: int


class ForkServer:
    """The client's side: starts the server on first use, and again should it ever be gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def warm(self, prepare: str) -> None:
        with self._ask(Order(None, Limits(), prepare)) as own:
            frames = _receive(own, _STARTING_SECONDS, 1 << 20)
        if not frames or msgspec.json.decode(frames[0], type=Answer).verdict != "finished":
            detail = msgspec.json.decode(frames[0], type=Answer).detail if frames else "no answer"
            raise ChildError(f"the warm process for untrusted code did not start: {detail}")

    def run(self, task: Task, limits: Limits) -> Outcome:
        if task.prepare:
            self._warm_once(task.prepare)
        for attempt in (1, 2):
            started = time.monotonic()
            with self._ask(Order(task, limits)) as own:
                frames = _receive(own, limits.seconds + SLACK_SECONDS + 2, limits.output * 2 + (1 << 16))
            if frames is None:
                return Outcome("too much output", f"more than {limits.output} bytes")
            if frames or time.monotonic() - started > limits.seconds:
                return _outcome(frames, limits)
            if attempt == 1:
                self._stop()  # the server went away before it had a child
        raise ChildError("the warm process for untrusted code is gone", remedy="see whether memory is short")

    def _warm_once(self, prepare: str) -> None:
        with self._lock:
            known = self._process is not None and prepare in self._warmed
        if not known:
            self.warm(prepare)
            with self._lock:
                self._warmed.add(prepare)

    def close(self) -> None:
        self._stop()

    def _stop(self) -> None:
        with self._lock:
            control, process = self._control, self._process
            self._control = self._process = None
        if control is not None:
            control.close()
        if process is not None:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _ask(self, order: Order) -> socket.socket:
        """Sends the order with one end of a new socket; the other end is ours."""
        frame = msgspec.json.encode(order)
        for attempt in (1, 2):
            own, theirs = socket.socketpair()
            try:
                with theirs, self._lock:
                    control = self._started()
                    socket.send_fds(control, [len(frame).to_bytes(_HEADER, "big")], [theirs.fileno()])
                    control.sendall(frame)
            except OSError:
                own.close()
                self._stop()
                if attempt == 2:
                    raise ChildError("the warm process for untrusted code cannot be reached") from None
            else:
                return own
        raise AssertionError  # the loop returns or raises

    def _started(self) -> socket.socket:
        if self._control is None:
            own, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
                    [sys.executable, "-m", "toolboxai.studio.untrusted_fork", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                )
            self._control = own
            self._warmed: set[str] = set()
        return self._control


def _receive(own: socket.socket, seconds: float, most: int) -> list[bytes] | None:
    """The frames until the other side closes; None where there are more bytes than ``most``."""
    deadline = time.monotonic() + seconds
    data = bytearray()
    while True:
        own.settimeout(max(deadline - time.monotonic(), 0.01))
        try:
            piece = own.recv(1 << 16)
        except (TimeoutError, ConnectionError):
            break
        if not piece:
            break
        data += piece
        if len(data) > most:
            return None
    frames = []
    while len(data) >= _HEADER:
        length = int.from_bytes(data[:_HEADER], "big")
        if len(data) < _HEADER + length:
            break
        frames.append(bytes(data[_HEADER : _HEADER + length]))
        del data[: _HEADER + length]
    return frames


def _outcome(frames: list[bytes], limits: Limits) -> Outcome:
    if not frames:
        return Outcome("out of time", f"no end after {limits.seconds:g} s")
    if len(frames) > 1 or "verdict" in msgspec.json.decode(frames[0]):
        return outcome_of(msgspec.json.decode(frames[0], type=Answer))
    return _death(msgspec.json.decode(frames[0], type=Ended), limits)


def outcome_of(answer: Answer) -> Outcome:
    """Raises `ChildError` where the entry itself is at fault, not what it ran."""
    if answer.verdict == "broken":
        raise ChildError(f"the work in the child failed: {answer.detail}")
    verdict: Verdict = answer.verdict  # type: ignore[assignment] # only our own code writes it
    return Outcome(verdict, answer.detail, answer.value)


def _death(ended: Ended, limits: Limits) -> Outcome:
    """The verdict on a child that ended without an answer."""
    if ended.signal == signal.SIGALRM:
        return Outcome("out of time", f"no end after {limits.seconds:g} s")
    if ended.signal in {signal.SIGPROF, signal.SIGXCPU}:
        return Outcome("out of time", f"more than {limits.cpu_seconds:g} s of processor time")
    if ended.signal == signal.SIGKILL or ended.memory > limits.memory // 2:
        return Outcome("out of memory", f"more than {limits.memory >> 20} MiB")
    return Outcome("error", f"the process ended early (status {ended.status}, signal {ended.signal})")


# --- the server's side ------------------------------------------------------------------------------------------------


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, socket.socket] = {}
        self._woken, waker = socket.socketpair()
        waker.setblocking(False)
        self._woken.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the user's Ctrl-C is for the parent, which closes us
        self._waker = waker

    def serve(self) -> None:
        while True:
            ready, _, _ = select.select([self._control, self._woken], [], [])
            if self._woken in ready:
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
                self._reap()
            if self._control in ready and not self._take():
                return

    def _take(self) -> bool:
        header, descriptors, _, _ = socket.recv_fds(self._control, _HEADER, 1)
        if len(header) < _HEADER:
            return False
        frame = _exactly(self._control, int.from_bytes(header, "big"))
        order = msgspec.json.decode(frame, type=Order)
        with socket.socket(fileno=descriptors[0]) as channel:
            if order.task is None:
                _write(channel, msgspec.json.encode(_warmed(order.prepare)))
                return True
            pid = os.fork()
            if pid == 0:
                self._become_child(order, channel)
            self._children[pid] = channel.dup()
        return True

    def _become_child(self, order: Order, channel: socket.socket) -> None:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            for other in self._children.values():
                other.close()
            assert order.task is not None
            perform(order.task, order.limits, lambda frame: _write(channel, frame))
        finally:
            os._exit(0)

    def _reap(self) -> None:
        while self._children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            channel = self._children.pop(pid, None)
            if channel is None:
                continue
            code = os.waitstatus_to_exitcode(status)
            memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
            ended = Ended(max(code, 0), max(-code, 0), memory)
            with channel, contextlib.suppress(OSError):
                channel.setblocking(False)
                _write(channel, msgspec.json.encode(ended))


def _warmed(prepare: str) -> Answer:
    try:
        if prepare:
            prepared(prepare)
    except Exception as fault:  # noqa: BLE001 - told to the one who asked
        return Answer("broken", f"{type(fault).__name__}: {fault}")
    return Answer("finished")


def _write(channel: socket.socket, frame: bytes) -> None:
    channel.sendall(len(frame).to_bytes(_HEADER, "big") + frame)


def _exactly(control: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        piece = control.recv(length - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return bytes(data)


def main() -> None:
    with socket.socket(fileno=int(sys.argv[1])) as control:
        _Server(control).serve()


if __name__ == "__main__":
    main()
