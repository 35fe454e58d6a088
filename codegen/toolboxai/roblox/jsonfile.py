"""JSON files that authors write: values with the place of every key, and mistakes as diagnostics."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolboxai.errors import Diagnostic

Keys = tuple[str | int, ...]

_STRING = r'"(?:[^"\\]|\\.)*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
# A comma after a value and before a bracket.
_TRAILING = re.compile(rf"({_STRING}(?!\s*,\s*[\]}}]))|((?:{_STRING}|[^\s{{\[,:\"])\s*),(?=\s*[\]}}])", re.DOTALL)
_TOKEN = re.compile(rf"{_STRING}|[\[\]{{}},]", re.DOTALL)
_KEY = re.compile(r"\s*:")
_DEEPEST = 200


class AuthorMistakeError(Exception):
    """Carries a diagnostic out of a reader to whoever collects them; never leaves this package."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A JSON object from a file. Comments (``//``, ``/* */``) and trailing commas are allowed, as Rojo allows them."""

    path: Path
    text: str
    value: dict[str, Any]

    def mistake(self, keys: Keys, rule: str, message: str, remedy: str = "") -> Diagnostic:
        """A diagnostic at the key that ``keys`` leads to (at the nearest one above that is written)."""
        places = dict(_places(self.text))
        while keys and keys not in places:
            keys = keys[:-1]
        line, column = _position(self.text, places.get(keys, 0))
        return Diagnostic(str(self.path), line, column, rule, message, remedy)


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, len(before[before.rfind("\n") + 1 :].encode()) + 1


def read_text(path: Path) -> str:
    """A text file as it stands, line ends too; raises `AuthorMistakeError` where it is not UTF-8 or cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AuthorMistakeError(
            Diagnostic(
                str(path), 1, 1, "file/unreadable", f"cannot be read: {error.strerror}", "check that it is there"
            )
        ) from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = f"is not UTF-8: byte 0x{data[error.start]:02X} starts no character"
        raise AuthorMistakeError(
            Diagnostic(str(path), line, column, "file/not-utf8", message, "save the file as UTF-8")
        ) from error


def read_json(path: Path) -> JsonFile:
    """The object in a JSON file; raises `AuthorMistakeError`."""
    text, value = _read(path)
    if not isinstance(value, dict):
        message = f"must hold one JSON object, not {_kind(value)}"
        raise AuthorMistakeError(Diagnostic(str(path), 1, 1, "json/object", message, "wrap it in { }"))
    return JsonFile(path, text, value)


def read_json_value(path: Path) -> Any:
    """The value in a JSON file, whatever it is; raises `AuthorMistakeError`."""
    return _read(path)[1]


def _read(path: Path) -> tuple[str, Any]:
    """A JSON file's text without its comments and trailing commas, and its value."""
    text = read_text(path)
    blanked = _COMMENT.sub(lambda m: m[1] or re.sub(r"[^\n]", " ", m[0]), text)
    blanked = _TRAILING.sub(lambda m: m[1] or f"{m[2]} ", blanked)

    def mistake(offset: int, rule: str, message: str, remedy: str) -> AuthorMistakeError:
        line, column = _position(text, offset)
        return AuthorMistakeError(Diagnostic(str(path), line, column, f"json/{rule}", message, remedy))

    # Checked before it is parsed: the parser recurses.
    if _depth(blanked) > _DEEPEST:
        raise mistake(0, "depth", f"is JSON nested more than {_DEEPEST} levels deep", "flatten it")
    try:
        return blanked, json.loads(blanked)
    except json.JSONDecodeError as error:
        raise mistake(error.pos, "syntax", f"is not JSON: {error.msg}", "correct the JSON at this place") from error


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in _TOKEN.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _places(text: str) -> Iterator[tuple[Keys, int]]:
    """The path of every key, and of every object in a list, with its offset; the text is known to be valid JSON."""
    # One entry a level that is open: the key (or the index) at which its reader stands.
    stack: list[str | int] = []
    for token in _TOKEN.finditer(text):
        if token[0] in "{[" and stack and isinstance(stack[-1], int):
            yield tuple(stack), token.start()
        match token[0]:
            case "{":
                stack.append("")
            case "[":
                stack.append(0)
            case "}" | "]":
                stack.pop()
            case ",":
                last = stack[-1]
                if isinstance(last, int):
                    stack[-1] = last + 1
            case string if stack and isinstance(stack[-1], str) and _KEY.match(text, token.end()):
                stack[-1] = json.loads(string)
                yield tuple(stack), token.start()
