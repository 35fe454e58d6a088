"""Python values as Luau source: a literal that reads back as the value, or a fault; never anything else."""

import math
import re
from typing import Any, Self

from toolboxai.errors import ToolboxError

KEYWORDS = frozenset({
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or",
    "repeat", "return", "then", "true", "until", "while",
})  # fmt: skip
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WIDTH = 96
_DEPTH = 100


class LiteralError(ToolboxError, ValueError):
    """A value that Luau cannot write down and read back unchanged."""


class LuaLiteral(str):
    """Luau source that was made from a value: it is written as it stands."""

    __slots__ = ()


class LuaName(LuaLiteral):
    """An identifier, checked when it is made."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        if not is_identifier(name):
            raise LiteralError(
                f"{name!r} is no Luau identifier",
                remedy="use ASCII letters, digits and _, not starting with a digit, and no keyword",
            )
        return super().__new__(cls, name)


def is_identifier(name: str) -> bool:
    return _IDENTIFIER.fullmatch(name) is not None and name not in KEYWORDS


def lua_literal(value: Any) -> LuaLiteral:
    """The value as a Luau expression.

    ``None``, booleans, numbers, ``str`` (as UTF-8), ``bytes``, lists, tuples and dicts, nested. Raises `LiteralError`
    where the value would not come back: an integer that a double cannot hold, None in a table, any other type.
    """
    return LuaLiteral(_write(value, "the value", 0))


def _write(value: Any, where: str, depth: int) -> str:
    if isinstance(value, LuaLiteral):
        return str(value)
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value, where)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bytes | bytearray):
        return _bytes(bytes(value))
    if isinstance(value, list | tuple | dict):
        return _table(value, where, depth)
    raise LiteralError(
        f"{where} is a {type(value).__name__}, which Luau has no literal for",
        remedy="pass None, booleans, numbers, strings, bytes, lists and dicts",
    )


def _integer(value: int, where: str) -> str:
    if abs(value) > 2**53 and (abs(value) > 2**1023 or int(float(value)) != value):
        raise LiteralError(
            f"{where}, {value if abs(value) < 10**30 else 'an integer of many digits'}, has no exact Luau number",
            remedy="pass it as a string, or as a float where the nearest number will do",
        )
    return str(value)


def _float(value: float) -> str:
    if math.isnan(value):
        return "(0 / 0)"
    if math.isinf(value):
        return "(1 / 0)" if value > 0 else "(-1 / 0)"
    text = repr(value)
    return text.removesuffix(".0")


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    # Bidirectional marks and other invisible characters are spelled out: what is read is what runs.
    return f"\\x{code:02X}" if code < 0x80 else f"\\u{{{code:X}}}"


def _string(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair is no character: its bytes are kept, as for any other invalid UTF-8.
        return _bytes(value.encode("utf-8", "surrogatepass"))
    return '"' + "".join(map(_character, value)) + '"'


def _bytes(value: bytes) -> str:
    # Each byte that no character claims comes out of surrogateescape as U+DC80 to U+DCFF.
    pieces = (
        f"\\x{ord(c) - 0xDC00:02X}" if 0xDC80 <= ord(c) <= 0xDCFF else _character(c)
        for c in value.decode("utf-8", "surrogateescape")
    )
    return '"' + "".join(pieces) + '"'


def _table(value: list[Any] | tuple[Any, ...] | dict[Any, Any], where: str, depth: int) -> str:
    if depth >= _DEPTH:
        raise LiteralError(f"{where} is nested more than {_DEPTH} levels deep", remedy="flatten the value")
    if isinstance(value, dict):
        items = [f"{_key(key, where)} = {_entry(held, f'{where}[{key!r}]', depth)}" for key, held in value.items()]
    else:
        items = [_entry(held, f"{where}[{index}]", depth) for index, held in enumerate(value)]
    if not items:
        return "{}"
    line = "{ " + ", ".join(items) + " }"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    inner = ",\n".join(items).replace("\n", "\n\t")
    return "{\n\t" + inner + ",\n}"


def _entry(value: Any, where: str, depth: int) -> str:
    if value is None:
        raise LiteralError(f"{where} is None, and a Luau table cannot hold nil", remedy="leave the entry out")
    return _write(value, where, depth + 1)


def _key(key: Any, where: str) -> str:
    if isinstance(key, str) and is_identifier(key):
        return key
    if key is None or (isinstance(key, float) and math.isnan(key)) or not isinstance(key, str | bytes | int | float):
        raise LiteralError(
            f"{where} has the key {key!r}, which no Luau table can have", remedy="use strings or numbers"
        )
    return f"[{_write(key, f'a key of {where}', 0)}]"
