"""Rows of numbers as binary model files hold them: byte by byte across the row, with the sign at the low end.

A row is turned as one long integer, a lane a number: no number is looked at alone.
"""

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate


@lru_cache(maxsize=64)
def _ones(count: int, width: int) -> int:
    """1 in each of ``count`` lanes of ``width`` bytes."""
    return int.from_bytes((b"\1" + b"\0" * (width - 1)) * count, "little")


def _gathered(raw: bytes, width: int) -> bytes:
    """The row's numbers one after another, little end first."""
    count = len(raw) // width
    found = bytearray(len(raw))
    for place in range(width):
        found[width - 1 - place :: width] = raw[place * count : (place + 1) * count]
    return bytes(found)


def _scattered(row: bytes, width: int) -> bytes:
    return b"".join(row[place::width] for place in range(width - 1, -1, -1))


def _rotated_right(row: bytes, width: int) -> bytes:
    ones = _ones(len(row) // width, width)
    number = int.from_bytes(row, "little")
    low = number & ones
    return ((number ^ low) >> 1 | low << (8 * width - 1)).to_bytes(len(row), "little")


def _rotated_left(row: bytes, width: int) -> bytes:
    ones = _ones(len(row) // width, width)
    number = int.from_bytes(row, "little")
    top = number >> (8 * width - 1) & ones
    return ((number ^ top << (8 * width - 1)) << 1 | top).to_bytes(len(row), "little")


def _unfolded(row: bytes, width: int) -> bytes:
    """Whole numbers whose sign was at the low end: 0, -1, 1, -2 for 0, 1, 2, 3."""
    ones = _ones(len(row) // width, width)
    number = int.from_bytes(row, "little")
    low = number & ones
    # A lane's 1 becomes all ones.
    return ((number ^ low) >> 1 ^ ((low << 8 * width) - low)).to_bytes(len(row), "little")


def _folded(row: bytes, width: int) -> bytes:
    ones = _ones(len(row) // width, width)
    number = int.from_bytes(row, "little")
    top = number >> (8 * width - 1) & ones
    shifted = (number ^ top << (8 * width - 1)) << 1
    return (shifted ^ ((top << 8 * width) - top)).to_bytes(len(row), "little")


def read_floats(raw: bytes) -> bytes:
    """Little-endian floats of 32 bits."""
    return _rotated_right(_gathered(raw, 4), 4)


def write_floats(row: bytes) -> bytes:
    return _scattered(_rotated_left(row, 4), 4)


def read_whole(raw: bytes, width: int = 4) -> bytes:
    """Little-endian whole numbers of ``width`` bytes."""
    return _unfolded(_gathered(raw, width), width)


def write_whole(row: bytes, width: int = 4) -> bytes:
    return _scattered(_folded(row, width), width)


def read_plain(raw: bytes, width: int = 4) -> bytes:
    """Little-endian numbers of ``width`` bytes that were only scattered."""
    return _gathered(raw, width)


def write_plain(row: bytes, width: int = 4) -> bytes:
    return _scattered(row, width)


def read_referents(raw: bytes) -> list[int]:
    """Numbers that each stand as their difference from the one before."""
    row = read_whole(raw)
    return list(accumulate(struct.unpack(f"<{len(row) // 4}i", row)))


def write_referents(numbers: Sequence[int]) -> bytes:
    before: Iterable[int] = (0, *numbers)
    steps = [number - last for number, last in zip(numbers, before, strict=False)]
    return write_whole(struct.pack(f"<{len(steps)}i", *steps))
