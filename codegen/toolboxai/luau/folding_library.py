"""What folding knows of the library: arithmetic as Luau's doubles do it, number text, and pure functions of strings."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeAlias

Value: TypeAlias = bool | float | bytes | tuple["Value", ...] | None
"""A Luau value that is known: nil, a boolean, a number, a string, or a list that stands in a table constructor."""

_LARGEST_EXACT: Final = 2.0**52
_NUMBER: Final = re.compile(
    rb"\s*(?:([+-]?(?:[0-9]{1,300}\.?[0-9]{0,300}|\.[0-9]{1,300})(?:[eE][+-]?[0-9]{1,4})?)|0[xX]([0-9a-fA-F]{1,13}))\s*"
)
_INT: Final = 2**31


class UnfoldableError(Exception):
    """The value is not known: the program would fail here, or the text would be too long."""


# --- numbers


def number_text(number: float) -> str:
    """A number as Luau prints it: the shortest digits that read back, with an exponent below 1e-6 and from 1e21 on."""
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    text = repr(number)
    if "e" in text and 1e-6 <= abs(number) < 1e21:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _floor(number: float) -> float:
    if number == 0 or math.isnan(number) or abs(number) >= _LARGEST_EXACT:
        return number
    return float(math.floor(number))


def _power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except OverflowError:
        return -math.inf if left < 0 and right % 2 == 1 else math.inf
    except ValueError:
        if left:
            return math.nan
        return -math.inf if math.copysign(1, left) < 0 and right % 2 == 1 else math.inf


ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": divide,
    "//": lambda left, right: _floor(divide(left, right)),
    "%": lambda left, right: left - _floor(divide(left, right)) * right,
    "^": _power,
}


def number_of(value: Value) -> float:
    """A number, or a string that reads as one, where a number is wanted."""
    if isinstance(value, float):
        return value
    text = _NUMBER.fullmatch(value) if isinstance(value, bytes) else None
    if text is None:
        raise UnfoldableError
    return float(text[1]) if text[2] is None else float(int(text[2], 16))


# --- arguments


def text_of(value: Value) -> bytes:
    """A string or a number where a string is wanted."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, float):
        return number_text(value).encode()
    raise UnfoldableError


def printed(value: Value) -> bytes:
    """What `tostring` gives."""
    if value is None:
        return b"nil"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return text_of(value)


def _argument(values: list[Value], index: int, default: int | None = None) -> int:
    value = values[index] if index < len(values) else None
    if value is None and default is not None:
        return default
    if not isinstance(value, float) or not abs(value) < _INT:  # NaN is not below either
        raise UnfoldableError
    return int(value)


def _text(values: list[Value]) -> bytes:
    if not values:
        raise UnfoldableError
    return text_of(values[0])


def _span(values: list[Value], size: int, first: int, last: int) -> slice:
    """The 1-based, inclusive span that arguments 2 and 3 mean; negative ones count from the end."""
    start, end = _argument(values, 1, first), _argument(values, 2, last)
    start = max(start + size + 1, 1) if start < 0 else max(start, 1)
    end = end + size + 1 if end < 0 else min(end, size)
    return slice(start - 1, max(end, start - 1))


# --- functions


def _byte(values: list[Value], limit: int) -> list[Value]:
    text = _text(values)
    first = _argument(values, 1, 1)
    span = _span(values, len(text), 1, first)
    if span.stop - span.start > limit:
        raise UnfoldableError
    return [float(byte) for byte in text[span]]


def _char(values: list[Value], _limit: int) -> list[Value]:
    codes = [_argument(values, index) for index in range(len(values))]
    if not all(0 <= code <= 255 for code in codes):
        raise UnfoldableError
    return [bytes(codes)]


def _rep(values: list[Value], limit: int) -> list[Value]:
    text, count = _text(values), _argument(values, 1)
    if len(text) * count > limit:
        raise UnfoldableError
    return [text * count]


def _sub(values: list[Value], _limit: int) -> list[Value]:
    text = _text(values)
    _argument(values, 1)
    return [text[_span(values, len(text), 1, -1)]]


def _concat(values: list[Value], limit: int) -> list[Value]:
    items = values[0] if values else None
    if not isinstance(items, tuple):
        raise UnfoldableError
    separator = b"" if len(values) < 2 or values[1] is None else text_of(values[1])
    first, last = _argument(values, 2, 1), _argument(values, 3, len(items))
    if first > last:
        return [b""]
    if first < 1 or last > len(items):
        raise UnfoldableError
    pieces = [text_of(item) for item in items[first - 1 : last]]
    if sum(map(len, pieces)) + len(separator) * len(pieces) > limit:
        raise UnfoldableError
    return [separator.join(pieces)]


def _unpack(values: list[Value], _limit: int) -> list[Value]:
    if len(values) != 1 or not isinstance(values[0], tuple):
        raise UnfoldableError
    return list(values[0])


def _tostring(values: list[Value], _limit: int) -> list[Value]:
    if not values:
        raise UnfoldableError
    return [printed(values[0])]


Function: TypeAlias = Callable[[list[Value], int], list[Value]]
"""Arguments and the longest text allowed, to results; raises UnfoldableError."""

LIBRARY: Final[dict[str, Function]] = {
    "string.byte": _byte,
    "string.char": _char,
    "string.len": lambda values, _: [float(len(_text(values)))],
    "string.lower": lambda values, _: [_text(values).lower()],  # `bytes` folds ASCII only, as Luau does
    "string.rep": _rep,
    "string.reverse": lambda values, _: [_text(values)[::-1]],
    "string.sub": _sub,
    "string.upper": lambda values, _: [_text(values).upper()],
    "table.concat": _concat,
    "table.unpack": _unpack,
    "tostring": _tostring,
    "unpack": _unpack,
}
