"""Values in the other languages that templates are written in: TOML literals, Markdown and plain text."""

import json
import math
import re
from typing import Any

from toolboxai.luau.literal import LiteralError

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&=])")


def toml_literal(value: Any) -> str:
    """The value as a TOML value; raises `LiteralError` for None and for types that TOML lacks."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value) if math.isfinite(value) else str(value)
        case str():
            # JSON's escapes are TOML's, but DEL is spelled out; other languages stay readable.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() | tuple():
            return "[" + ", ".join(map(toml_literal, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{toml_literal(str(k))} = {toml_literal(v)}" for k, v in value.items()) + "}"
        case _:
            raise LiteralError(
                f"a {type(value).__name__} has no TOML form", remedy="pass booleans, numbers, strings, lists and dicts"
            )


def plain_literal(value: Any) -> str:
    """The value as words of a sentence that is shown as it stands: on one line."""
    if not isinstance(value, str | int | float):
        raise LiteralError(f"a {type(value).__name__} is no text", remedy="pass a string or a number")
    return " ".join(str(value).split())


def markdown_literal(value: Any) -> str:
    """The value as words of a Markdown paragraph: on one line, and no character of it is markup."""
    if not isinstance(value, str | int | float):
        raise LiteralError(f"a {type(value).__name__} has no Markdown form", remedy="pass a string or a number")
    return _MARKDOWN.sub(r"\\\1", " ".join(str(value).split()))
