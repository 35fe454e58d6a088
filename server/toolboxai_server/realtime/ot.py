"""Text operations: apply, transform, compose and invert, over UTF-8 bytes.

An operation walks over a whole text. A positive integer keeps that many bytes, a negative one removes them, bytes are
inserted. The normal form is the one `toolboxai.protocol` declares; every function here returns it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Operation: TypeAlias = tuple[int | bytes, ...]
"""What the server computes with: the wire's JSON array with its strings as UTF-8 bytes."""


class OperationError(ValueError):
    """An operation that is not one, or does not fit its text; the message says where."""


class _Builder:
    """Collects components and keeps them in normal form."""

    def __init__(self) -> None:
        self.parts: list[int | bytes] = []

    def keep(self, count: int) -> None:
        if not count:
            return
        last = self.parts[-1] if self.parts else None
        if isinstance(last, int) and last > 0:
            self.parts[-1] = last + count
        else:
            self.parts.append(count)

    def remove(self, count: int) -> None:
        if not count:
            return
        last = self.parts[-1] if self.parts else None
        if isinstance(last, int) and last < 0:
            self.parts[-1] = last - count
        else:
            self.parts.append(-count)

    def insert(self, text: bytes) -> None:
        if not text:
            return
        place = len(self.parts)
        last = self.parts[-1] if self.parts else None
        if isinstance(last, int) and last < 0:
            place -= 1
        before = self.parts[place - 1] if place else None
        if isinstance(before, bytes):
            self.parts[place - 1] = before + text
        else:
            self.parts.insert(place, text)

    def take(self) -> Operation:
        return tuple(self.parts)


class _Reader:
    """Hands out an operation's components in pieces of a wanted length."""

    def __init__(self, operation: Operation) -> None:
        self._rest: Iterator[int | bytes] = iter(operation)
        self.head: int | bytes | None = next(self._rest, None)

    def advance(self) -> None:
        self.head = next(self._rest, None)

    def insertion(self) -> bytes | None:
        return self.head if isinstance(self.head, bytes) else None

    def shorten(self, count: int) -> None:
        """Drop `count` bytes of the kept, removed or inserted text at the head."""
        head = self.head
        if isinstance(head, bytes):
            rest: int | bytes = head[count:]
        else:
            assert head is not None
            rest = head - count if head > 0 else head + count
        if rest:
            self.head = rest
        else:
            self.advance()


def decode(wire: Sequence[int | str]) -> Operation:
    """The operation that a message carries; raises OperationError unless it is in normal form."""
    try:
        operation = tuple(part if isinstance(part, int) else part.encode() for part in wire)
    except UnicodeEncodeError:
        raise OperationError("an inserted text holds half a surrogate pair") from None
    if operation != normal(operation):
        raise OperationError("the operation is not in normal form")
    return operation


def encode(operation: Operation) -> list[int | str]:
    """The operation as a message carries it."""
    return [part if isinstance(part, int) else part.decode() for part in operation]


def normal(operation: Iterable[int | bytes]) -> Operation:
    """The same change in normal form."""
    built = _Builder()
    for part in operation:
        if isinstance(part, bytes):
            built.insert(part)
        elif part > 0:
            built.keep(part)
        else:
            built.remove(-part)
    return built.take()


def identity(length: int) -> Operation:
    """The operation that changes nothing in a text of `length` bytes."""
    return (length,) if length else ()


def base_length(operation: Operation) -> int:
    """How long the text is that `operation` applies to."""
    return sum(abs(part) for part in operation if isinstance(part, int))


def target_length(operation: Operation) -> int:
    """How long the text is that `operation` makes."""
    return sum(len(part) if isinstance(part, bytes) else max(part, 0) for part in operation)


def apply(operation: Operation, text: bytes) -> bytes:
    """`text` after `operation`; raises OperationError where lengths differ or a character would be cut."""
    if base_length(operation) != len(text):
        raise OperationError(f"the operation is for a text of {base_length(operation)} bytes, this one has {len(text)}")
    pieces: list[bytes] = []
    place = 0
    for part in operation:
        if place < len(text) and text[place] & 0xC0 == 0x80:
            raise OperationError(f"the operation cuts the character at byte {place}")
        if isinstance(part, bytes):
            pieces.append(part)
        elif part > 0:
            pieces.append(text[place : place + part])
            place += part
        else:
            place -= part
    return b"".join(pieces)


def transform(first: Operation, second: Operation) -> tuple[Operation, Operation]:
    """Two operations on one text, made to follow each other: `first` then `second'` equals `second` then `first'`.

    Where both insert at one place, `first`'s text stands on the left: it is the one that the server ordered first.
    """
    if base_length(first) != base_length(second):
        raise OperationError(f"the operations are for texts of {base_length(first)} and {base_length(second)} bytes")
    a, b = _Reader(first), _Reader(second)
    first_after, second_after = _Builder(), _Builder()
    while a.head is not None or b.head is not None:
        if (inserted := a.insertion()) is not None:
            first_after.insert(inserted)
            second_after.keep(len(inserted))
            a.advance()
            continue
        if (inserted := b.insertion()) is not None:
            first_after.keep(len(inserted))
            second_after.insert(inserted)
            b.advance()
            continue
        here, there = a.head, b.head
        assert isinstance(here, int)
        assert isinstance(there, int)
        count = min(abs(here), abs(there))
        if here > 0 and there > 0:
            first_after.keep(count)
            second_after.keep(count)
        elif here < 0 < there:
            first_after.remove(count)
        elif there < 0 < here:
            second_after.remove(count)
        a.shorten(count)
        b.shorten(count)
    return first_after.take(), second_after.take()


def compose(first: Operation, second: Operation) -> Operation:
    """One operation that does `first` and then `second`."""
    if target_length(first) != base_length(second):
        raise OperationError(
            f"the first operation makes {target_length(first)} bytes, the second is for {base_length(second)}"
        )
    a, b = _Reader(first), _Reader(second)
    built = _Builder()
    while a.head is not None or b.head is not None:
        if (inserted := b.insertion()) is not None:
            built.insert(inserted)
            b.advance()
        elif isinstance(a.head, int) and a.head < 0:
            built.remove(-a.head)
            a.advance()
        else:
            _compose_kept(a, b, built)
    return built.take()


def _compose_kept(a: _Reader, b: _Reader, built: _Builder) -> None:
    """One step of `compose` over bytes that `first` leaves: kept or inserted there, kept or removed by `second`."""
    made, taken = a.head, b.head
    assert made is not None
    assert isinstance(taken, int)
    count = min(len(made) if isinstance(made, bytes) else made, abs(taken))
    if taken > 0:
        if isinstance(made, bytes):
            built.insert(made[:count])
        else:
            built.keep(count)
    elif not isinstance(made, bytes):
        built.remove(count)
    a.shorten(count)
    b.shorten(count)


def invert(operation: Operation, text: bytes) -> Operation:
    """The operation that takes `apply(operation, text)` back to `text`."""
    built = _Builder()
    place = 0
    for part in operation:
        if isinstance(part, bytes):
            built.remove(len(part))
        elif part > 0:
            built.keep(part)
            place += part
        else:
            built.insert(text[place : place - part])
            place -= part
    return built.take()
