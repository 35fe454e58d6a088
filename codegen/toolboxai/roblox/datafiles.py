"""Files of data as Rojo makes instances of them: JSON, TOML and YAML to a module's text, CSV to translations."""

import csv
import io
import json
import math
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from toolboxai.errors import Diagnostic
from toolboxai.luau.literal import is_identifier
from toolboxai.roblox.jsonfile import AuthorMistakeError, read_json_value, read_text

_MOST_NODES = 100_000
_YAML = "tag:yaml.org,2002:"
_WORDS = {
    "": None, "~": None, "null": None, "true": True, "True": True, "TRUE": True, "false": False, "False": False,
    "FALSE": False, ".inf": float("inf"), "-.inf": float("-inf"), "+.inf": float("inf"), ".nan": float("nan"),
}  # fmt: skip
_ESCAPES = str.maketrans({'"': '\\"', "\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\"})
_COLUMNS = {"Key": "key", "Context": "context", "Example": "example", "Source": "source"}


def _mistake(path: Path, place: tuple[int, int], rule: str, message: str) -> AuthorMistakeError:
    return AuthorMistakeError(Diagnostic(str(path), *place, rule, message, "correct it here"))


def module_source(path: Path, kind: str) -> str:
    """The Luau of a module that returns a file's data; ``kind`` is ``json``, ``toml`` or ``yaml``.

    Raises `AuthorMistakeError`.
    """
    value = {"json": read_json_value, "toml": _read_toml, "yaml": _read_yaml}[kind](path)
    return f"return {_luau(value if kind == 'yaml' else _by_key(value))}"


def _by_key(value: Any) -> Any:
    """The value with its keys in order, as Rojo keeps them but for YAML's."""
    if isinstance(value, dict):
        return {key: _by_key(held) for key, held in sorted(value.items())}
    return [_by_key(held) for held in value] if isinstance(value, list) else value


def _luau(value: Any, indent: str = "") -> str:
    """The value in the text that Rojo writes for it, to the letter."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(value)
        case list():
            return "{" + ", ".join(_luau(held, indent) for held in value) + "}"
        case dict():
            inner = f"{indent}\t"
            entries = (f"{inner}{_key(key)} = {_luau(held, inner)},\n" for key, held in value.items())
            return "{\n" + "".join(entries) + indent + "}"
    # What is left are TOML's dates, which Rojo has as text.
    text = value if isinstance(value, str) else value.isoformat().replace("+00:00", "Z")
    return '"' + text.translate(_ESCAPES) + '"'


def _key(key: Any) -> str:
    return key if isinstance(key, str) and is_identifier(key) else f"[{_luau(key)}]"


def _number(value: float) -> str:
    try:
        value = float(value)
    except OverflowError:
        value = math.inf if value > 0 else -math.inf
    if math.isnan(value):
        return "0/0"
    if math.isinf(value):
        return "math.huge" if value > 0 else "-math.huge"
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _read_toml(path: Path) -> Any:
    try:
        return tomllib.loads(read_text(path))
    except RecursionError as error:
        raise _mistake(path, (1, 1), "toml/depth", "is TOML nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+), column (\d+)", str(error))
        place = (int(where[1]), int(where[2])) if where else (1, 1)
        raise _mistake(path, place, "toml/syntax", f"is not TOML: {error}") from error


def _read_yaml(path: Path) -> Any:
    import yaml  # noqa: PLC0415 - 50 ms that only projects with YAML should pay

    try:
        node = yaml.compose(read_text(path), Loader=yaml.SafeLoader)
        return None if node is None else _YamlValues(yaml).value(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _mistake(path, place, "yaml/syntax", f"is not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise _mistake(path, (1, 1), "yaml/syntax", f"is not YAML: {error}") from error
    except RecursionError as error:
        raise _mistake(path, (1, 1), "yaml/depth", "is YAML nested too deeply, or within itself") from error


class _YamlValues:
    """Nodes to values by YAML 1.2's words, as Rojo reads them: ``yes`` is text, ``0o17`` a number."""

    def __init__(self, yaml: Any) -> None:
        self._yaml = yaml
        self._left = _MOST_NODES

    def value(self, node: Any) -> Any:
        self._left -= 1
        if self._left < 0:  # references multiply what stands there once
            raise self._yaml.MarkedYAMLError(None, None, f"it has more than {_MOST_NODES:,} values", node.start_mark)
        match node:
            case self._yaml.SequenceNode():
                return [self.value(inner) for inner in node.value]
            case self._yaml.MappingNode():
                return self._mapping(node)
        plain = node.style is None and not (node.tag == f"{_YAML}str" and self._is_tagged(node))
        return self._scalar(node.value) if plain else node.value

    @staticmethod
    def _is_tagged(node: Any) -> bool:
        """Whether the author wrote the tag of a text; a plain one of that tag says nothing else."""
        buffer, start = node.start_mark.buffer, node.start_mark.pointer
        return buffer is not None and buffer[start : start + 1] == "!"

    def _mapping(self, node: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, held in node.value:
            key = self.value(key_node)
            if key is None or isinstance(key, list | dict) or key in found:
                problem = (
                    "is there twice" if not isinstance(key, list | dict) and key in found else "is no key of a table"
                )
                raise self._yaml.MarkedYAMLError(None, None, f"{key!r} {problem}", key_node.start_mark)
            found[key] = self.value(held)
        return found

    @staticmethod
    def _scalar(text: str) -> Any:
        word = text.lower() if "." in text else text
        if word in _WORDS:
            return _WORDS[word]
        if re.fullmatch(r"[-+]?[0-9]+", text):
            return int(text)
        if re.fullmatch(r"0x[0-9a-fA-F]+|0o[0-7]+", text):
            return int(text, 0)
        if re.fullmatch(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", text):
            return float(text)
        return text


def translations(path: Path) -> str:
    """A table of translations as a LocalizationTable's ``Contents``; raises `AuthorMistakeError`."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    entries = []
    try:
        headers = next((row for row in reader if row), [])
        for row in reader:
            if not row:
                continue
            if len(row) != len(headers):
                message = f"this row has {len(row)} cells, and there are {len(headers)} columns"
                raise _mistake(path, (reader.line_num, 1), "csv/row", message)
            cells = [(header, cell) for header, cell in zip(headers, row, strict=True) if header and cell]
            entry: dict[str, Any] = {
                name: dict(cells)[column] for column, name in _COLUMNS.items() if column in dict(cells)
            }
            if "key" in entry or "source" in entry:
                entries.append(entry | {"values": dict(sorted(cell for cell in cells if cell[0] not in _COLUMNS))})
    except csv.Error as error:
        raise _mistake(path, (reader.line_num, 1), "csv/syntax", f"is not CSV: {error}") from error
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
