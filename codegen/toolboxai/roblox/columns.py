"""The values of one property of all instances of a class, as a binary model file has them: rows of numbers."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolboxai.roblox.chunks import Cursor
from toolboxai.roblox.disk import Stored, UnfitValueError, float_bytes
from toolboxai.roblox.lanes import read_floats, read_plain, read_whole, write_floats, write_plain, write_whole
from toolboxai.roblox.values import UDim2

Values = list[Any]


@dataclass(slots=True)
class Writing:
    """What the values of a file that is written refer to: numbers of referents, and shared strings in their order."""

    targets: dict[str, int]
    shared: dict[bytes, int] = field(default_factory=dict)

    def number(self, referent: str) -> int:
        if referent and referent not in self.targets:
            raise UnfitValueError(f"no item of the tree has the referent {referent!r}", remedy="write both together")
        return self.targets[referent] if referent else -1


@dataclass(slots=True)
class Reading:
    """What the values of a file that is read refer to; ``names`` are referents by their numbers."""

    names: dict[int, str] = field(default_factory=dict)
    shared: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Codec:
    """``read`` gives ``count`` values, ``write`` their bytes."""

    type_id: int
    read: Callable[[Cursor, int, Stored, Reading], Values]
    write: Callable[[Values, Stored, Writing], bytes]


# --- rows of numbers --------------------------------------------------------------------------------------------------


def lanes(cursor: Cursor, count: int, shape: str) -> list[bytes]:
    """Rows one after another: ``f`` for floats, ``i`` for whole numbers."""
    return [(read_floats if kind == "f" else read_whole)(cursor.take(4 * count)) for kind in shape]


def built(make: Callable[..., Any], rows: Sequence[bytes], count: int, shape: str) -> Values:
    """A value of each place of the rows. Values that come again are one object: they cannot change."""
    numbers = [struct.unpack(f"<{count}{kind}", row) for row, kind in zip(rows, shape, strict=True)]
    # By their bits: there are two zeros, and NaN is no key.
    bits = list(zip(*(struct.unpack(f"<{count}I", row) for row in rows), strict=True))
    if 2 * len(set(bits)) > count:
        return list(map(make, *numbers))
    made = {key: make(*parts) for key, parts in zip(bits, zip(*numbers, strict=True), strict=True)} if count else {}
    return [made[key] for key in bits]


def written(rows: Sequence[Sequence[float]], shape: str) -> bytes:
    return b"".join(_float_row(row) if kind == "f" else _whole_row(row) for row, kind in zip(rows, shape, strict=True))


def _float_row(row: Sequence[float]) -> bytes:
    return write_floats(float_bytes(row))


def _whole_row(row: Sequence[float]) -> bytes:
    return write_whole(packed("i", row))


def packed(kind: str, row: Sequence[float]) -> bytes:
    try:
        return struct.pack(f"<{len(row)}{kind}", *row)
    except struct.error as error:
        limits = {"i": 2**31, "h": 2**15}.get(kind)
        wrong = [n for n in row if n != int(n) or (limits and not -limits <= n < limits)]
        shown = wrong[0] if wrong else row[0]
        raise UnfitValueError(f"{shown} is no whole number of its range", remedy="use a whole number") from error


def rows_of(type_id: int, make: type, shape: str) -> Codec:
    """A value that is a fixed row of numbers, each number a row of its own."""

    def read(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
        return built(make, lanes(cursor, count, shape), count, shape)

    def write(values: Values, _stored: Stored, _writing: Writing) -> bytes:
        return written(list(zip(*(value.numbers() for value in values), strict=True)), shape)

    return Codec(type_id, read, write)


def udim2() -> Codec:
    """Scales come before offsets."""

    def read(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
        xs, ys, xo, yo = lanes(cursor, count, "ffii")
        return built(UDim2, (xs, xo, ys, yo), count, "fifi")

    def write(values: Values, _stored: Stored, _writing: Writing) -> bytes:
        xs, xo, ys, yo = zip(*(value.numbers() for value in values), strict=True)
        return written((xs, ys, xo, yo), "ffii")

    return Codec(0x07, read, write)


def number_of(
    type_id: int, form: str, read_row: Callable[[bytes], bytes], write_row: Callable[[bytes], bytes]
) -> Codec:
    """A number of itself."""
    width = struct.calcsize(form)

    def read(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
        return list(struct.unpack(f"<{count}{form}", read_row(cursor.take(width * count))))

    def write(values: Values, _stored: Stored, _writing: Writing) -> bytes:
        return write_row(float_bytes(values) if form == "f" else struct.pack(f"<{len(values)}{form}", *values))

    return Codec(type_id, read, write)


def numbered(type_id: int, make: Callable[[int, Stored], Any], number: Callable[[Any, Stored, Writing], int]) -> Codec:
    """A value that is a number of 32 bits without a sign."""

    def read(cursor: Cursor, count: int, stored: Stored, _reading: Reading) -> Values:
        row = struct.unpack(f"<{count}I", read_plain(cursor.take(4 * count)))
        made = {key: make(key, stored) for key in set(row)}
        return [made[key] for key in row]

    def write(values: Values, stored: Stored, writing: Writing) -> bytes:
        # Values that come again are mostly one object.
        known = {id(value): number(value, stored, writing) for value in {id(v): v for v in values}.values()}
        return write_plain(packed("I", [known[id(value)] for value in values]))

    return Codec(type_id, read, write)


def together(type_id: int, make: Any, form: str) -> Codec:
    """A value whose numbers stand together, after the numbers of the one before."""
    width = struct.calcsize(f"<{form}")
    floats = "f" in form

    def read(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
        return [make(*numbers) for numbers in struct.iter_unpack(f"<{form}", cursor.take(width * count))]

    def write(values: Values, _stored: Stored, _writing: Writing) -> bytes:
        row = [number for value in values for number in value.numbers()]
        return float_bytes(row) if floats else packed("h", row)

    return Codec(type_id, read, write)
