"""What changed between two texts, as the smallest operation that is cheap to find."""

from difflib import SequenceMatcher

from toolboxai_server.realtime import ot

_LINES = 20_000
"""More lines than this between the first and the last change are replaced as one piece."""


def difference(old: bytes, new: bytes) -> ot.Operation:
    """The operation from `old` to `new`: line by line, then to the character within each changed piece."""
    start, old_end, new_end = _trim(old, new)
    parts: list[int | bytes] = [start]
    old_lines = old[start:old_end].splitlines(keepends=True)
    new_lines = new[start:new_end].splitlines(keepends=True)
    if len(old_lines) + len(new_lines) > _LINES:
        parts += _replaced(old[start:old_end], new[start:new_end])
    else:
        matcher = SequenceMatcher(a=old_lines, b=new_lines)
        for _, a, a_end, b, b_end in matcher.get_opcodes():
            parts += _replaced(b"".join(old_lines[a:a_end]), b"".join(new_lines[b:b_end]))
    parts.append(len(old) - old_end)
    return ot.normal(parts)


def changed_bytes(old: bytes, new: bytes) -> int:
    """How many bytes of both lie between their common start and their common end: how far apart two texts are."""
    start, old_end, new_end = _trim(old, new)
    return old_end + new_end - 2 * start


def _replaced(old: bytes, new: bytes) -> list[int | bytes]:
    start, old_end, new_end = _trim(old, new)
    return [start, new[start:new_end], start - old_end, len(old) - old_end]


def _trim(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Where the common start ends, and where the common end begins in each; all between characters."""
    start = _common(old, new)
    while start and (_inside(old, start) or _inside(new, start)):
        start -= 1
    same = _common(old[start:][::-1], new[start:][::-1])
    while same and (_inside(old, len(old) - same) or _inside(new, len(new) - same)):
        same -= 1
    return start, len(old) - same, len(new) - same


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both start with, found by halving: comparing slices is what C is quick at."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _inside(text: bytes, place: int) -> bool:
    return place < len(text) and text[place] & 0xC0 == 0x80
