"""What the parent and the child of an untrusted run say to each other, and how much of it the parent believes."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from toolboxai.studio.untrusted import ChildError, Limits, Outcome, Task, Verdict

SLACK_SECONDS = 1.0
"""How much later than the child's own timers the parent ends it."""

_HEADER = 4
_WIDEST = 4
"""Bytes on the way for one of output."""
_FOR_FRAMES = 1 << 16
"""Bytes beside the answer: frames that tell how things go."""


_KEPT = {
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE",
    "TMPDIR", "TEMP", "TMP", "HOME", "XDG_CACHE_HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "SYSTEMROOT",
    "SYSTEMDRIVE", "WINDIR", "COMSPEC",
}  # fmt: skip
"""Of the environment: what Python, its libraries and the cache of lowered code need to be found."""


class Order(msgspec.Struct, frozen=True):
    """What the parent sends; an order without a task only warms."""

    task: Task | None = None
    limits: Limits = Limits()
    prepare: str = ""


class Memory(NamedTuple):
    """Of a process: the most bytes that it had at a time, and the bytes of all pages that it came to. 0 is unknown.

    To a process that was started, Linux counts as its own what its parent had at that time: a large parent hides the
    first.
    """

    most: int = 0
    touched: int = 0

    def grown_since(self, before: "Memory") -> int:
        return max(self.most - before.most, self.touched - before.touched)


class Began(msgspec.Struct, frozen=True, tag=True):
    """The child's first word, said before untrusted code is near: what holds it, and the memory it had until then."""

    held: tuple[str, ...] = ()
    memory: Memory = Memory()


class Seen(msgspec.Struct, frozen=True, tag=True):
    """The line that the program was at."""

    line: str


class Answer(msgspec.Struct, frozen=True, tag=True):
    """How the run ended."""

    verdict: Verdict
    detail: str = ""
    value: Any = None
    line: str = ""


class Broken(msgspec.Struct, frozen=True, tag=True):
    """The work around the untrusted code failed: the fault is ours, or of whoever wrote the entry."""

    detail: str


class Ended(msgspec.Struct, frozen=True, tag=True):
    """How the child's process ended: exit status, or the signal, and the memory that it had."""

    status: int = 0
    signal: str = ""
    memory: Memory = Memory()


Frame = Began | Seen | Answer | Broken | Ended

_decode = msgspec.msgpack.Decoder(Frame).decode


def framed(message: msgspec.Struct) -> bytes:
    """The message as it travels."""
    data = msgspec.msgpack.encode(message)
    return len(data).to_bytes(_HEADER, "big") + data


def signal_name(number: int) -> str:
    """Such as ``SIGKILL``; those of real time have only numbers."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def child_environment() -> dict[str, str]:
    """What a process for untrusted code gets of ours: where its Python and its libraries are, and no secret."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def read_order(read: Callable[[int], bytes]) -> Order | None:
    """The order that ``read(count)`` brings, which may give less than asked and nothing at the end; None if cut off."""

    def exactly(count: int) -> bytes:
        data = bytearray()
        while len(data) < count and (piece := read(count - len(data))):
            data += piece
        return bytes(data)

    header = exactly(_HEADER)
    length = int.from_bytes(header, "big")
    data = exactly(length)
    return msgspec.msgpack.decode(data, type=Order) if len(header) == _HEADER and len(data) == length else None


class Listener:
    """Hears a child out.

    A program that took its process over may write here what it likes: it can lie about its own run, and that is all.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.output * _WIDEST + _FOR_FRAMES
        self._data = bytearray()
        self._garbled = False
        self.began: Began | None = None
        self.ended: Ended | None = None
        self._answer: Answer | Broken | None = None
        self._line = ""

    def hear(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self.answered:
            return
        self._data += piece
        while len(self._data) >= _HEADER and not self._garbled:
            end = _HEADER + int.from_bytes(self._data[:_HEADER], "big")
            if len(self._data) < end:
                return
            self._take(bytes(self._data[_HEADER:end]))
            del self._data[:end]

    @property
    def answered(self) -> bool:
        """Whether the outcome is known, whatever may still come."""
        return self._answer is not None or self._garbled or self._left < 0

    def outcome(self, *, late: bool) -> Outcome:
        """The verdict, ``late`` where the parent waited in vain. Raises `ChildError` for a fault that is ours."""
        held = self.began.held if self.began else ()
        if self._left < 0:
            return Outcome("too much output", f"more than {self._limits.output} bytes", line=self._line, held=held)
        if self._garbled:
            return Outcome("error", "the process wrote what is no answer", line=self._line, held=held)
        if isinstance(self._answer, Broken):
            raise ChildError(f"the work in the child failed: {self._answer.detail}")
        given = self._answer or self._death(late=late)
        return Outcome(given.verdict, given.detail, given.value, given.line or self._line, held)

    def _take(self, data: bytes) -> None:
        try:
            frame = _decode(data)
        except (msgspec.DecodeError, RecursionError):
            self._garbled = True
            return
        if isinstance(frame, Began):
            self.began = self.began or frame
        elif isinstance(frame, Seen):
            self._line = frame.line
        elif isinstance(frame, Ended):
            self.ended = frame
        else:
            self._answer = self._answer or frame

    def _death(self, *, late: bool) -> Answer:
        """The verdict on a child that ended without an answer."""
        limits, ended = self._limits, self.ended or Ended()
        if ended.signal in {"SIGVTALRM", "SIGXCPU", "SIGPROF"}:
            return out_of_time(limits, cpu=True)
        if late or ended.signal == "SIGALRM":
            return out_of_time(limits, cpu=False)
        grown = ended.memory.grown_since(self.began.memory if self.began else Memory())
        enough = limits.memory // (8 if ended.signal == "SIGABRT" else 2)  # an allocator that gets nothing may abort
        if ended.signal == "SIGKILL" or grown > enough:
            return Answer("out of memory", f"more than {limits.memory >> 20} MiB")
        how = ended.signal or f"status {ended.status}"
        return Answer("error", f"the process ended early ({how})")


def out_of_time(limits: Limits, *, cpu: bool, line: str = "") -> Answer:
    """The answer where real or processor time is used up."""
    detail = f"more than {limits.cpu_seconds:g} s of processor time" if cpu else f"no end after {limits.seconds:g} s"
    return Answer("out of time", detail, line=line)
