"""Literals as Lua writes them: numbers, and strings on one line."""

import math
import re
from typing import Final

from toolboxai.luau import syntax as s

_ESCAPED: Final = {n: f"\\{n:03d}" for n in (*range(32), 127)} | {ord('"'): '\\"', ord("\\"): "\\\\"}
_PLAIN_TEXT: Final = re.compile(rb"[ !#-\[\]-~]*+")
PLAIN_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_EXACT_TEXT: Final = 1e14


def is_constant(node: s.Expression) -> bool:
    return isinstance(node, (s.Number, s.String, s.Nil, s.Boolean))


def quoted(value: bytes) -> str:
    """A string literal on one line; bytes above 127 stand as they are (the output is latin-1)."""
    text = value.decode("latin-1")
    return f'"{text}"' if _PLAIN_TEXT.fullmatch(value) else f'"{_escape(text)}"'


def _escape(text: str) -> str:
    return text.translate(_ESCAPED)


def number_value(text: str) -> float | None:
    """What a numeric literal is worth; None for a 64-bit `integer`."""
    digits = text.replace("_", "").lower()
    if digits.startswith("0x"):
        return None if digits.endswith("i") else _as_double(int(digits, 16))
    if digits.startswith("0b"):
        return None if digits.endswith("i") else _as_double(int(digits, 2))
    return None if digits.endswith("i") else float(digits)


def _as_double(value: int) -> float:
    return float(min(value, 1 << 64))


def number_code(text: str) -> str | None:
    if PLAIN_NUMBER.fullmatch(text):
        return text
    value = number_value(text)
    if value is None:
        return None
    if math.isinf(value):
        return "1e999"
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT_TEXT else repr(value)
