"""What a literal's text means: string escapes and the shape of numbers, by Luau's rules."""

import re
from typing import Final

_SIMPLE: Final = {
    "a": b"\a", "b": b"\b", "f": b"\f", "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v",
}  # fmt: skip
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|([0-9]{1,3})|u\{([0-9a-fA-F]+)\}|(z)[ \t\r\n\v\f]*|(\r\n)|([xu])|([\s\S]?))"
)
_NUMBER: Final = re.compile(
    r"0[xX][0-9a-fA-F]+|0[bB][01]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?:0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)i"
)
_LARGEST_CODEPOINT: Final = 0x10FFFF


class BadEscapeError(ValueError):
    """An escape that Luau does not know."""


def string_value(text: str) -> bytes:
    """The bytes of a quoted or long string as it stands in the source; raises BadEscapeError."""
    if text[0] == "[":
        return _long_value(text)
    inner = text[1:-1]
    return inner.encode("latin-1") if "\\" not in inner else resolve_escapes(inner)


def piece_value(text: str) -> bytes:
    """The bytes of one text piece of a backtick string, delimiters included in ``text``."""
    inner = text[1:-1]
    return resolve_escapes(inner) if "\\" in inner or "\r" in inner else inner.encode("latin-1")


def resolve_escapes(inner: str) -> bytes:
    parts: list[bytes] = []
    position = 0
    for match in _ESCAPE.finditer(inner):
        parts.append(inner[position : match.start()].encode("latin-1"))
        parts.append(_escape(match))
        position = match.end()
    parts.append(inner[position:].encode("latin-1"))
    return b"".join(parts)


def _escape(match: re.Match[str]) -> bytes:
    hexadecimal, decimal, codepoint, skip, newline, malformed, other = match.groups()
    if hexadecimal:
        return bytes((int(hexadecimal, 16),))
    if decimal:
        if int(decimal) > 255:
            raise BadEscapeError(match[0])
        return bytes((int(decimal),))
    if codepoint:
        return _utf8(codepoint, match[0])
    if skip:
        return b""
    if newline:
        return b"\n"
    if malformed or not other:
        raise BadEscapeError(match[0])
    return _SIMPLE.get(other) or other.encode("latin-1")


def _utf8(digits: str, escape: str) -> bytes:
    if len(digits.lstrip("0")) > 6 or int(digits, 16) > _LARGEST_CODEPOINT:
        raise BadEscapeError(escape)
    return chr(int(digits, 16)).encode("utf-8", "surrogatepass")


def _long_value(text: str) -> bytes:
    width = text.index("[", 1) + 1
    inner = text[width:-width].replace("\r\n", "\n")
    return inner.removeprefix("\n").encode("latin-1")


def number_problem(text: str) -> str:
    """Why ``text`` is no number, in Luau's words; empty where it is one."""
    plain = text.replace("_", "") if "_" in text else text
    if _NUMBER.fullmatch(plain) is None:
        return "Malformed integer" if plain.endswith("i") else "Malformed number"
    if plain.endswith("i") and _integer_is_too_large(plain[:-1]):
        return "Integer overflow"
    return ""


def _integer_is_too_large(digits: str) -> bool:
    if digits[:2] in {"0x", "0X"}:
        return len(digits[2:].lstrip("0")) > 16
    if digits[:2] in {"0b", "0B"}:
        return len(digits[2:].lstrip("0")) > 64
    stripped = digits.lstrip("0")
    return len(stripped) > 19 or int(stripped or "0") > 2**63 - 1
