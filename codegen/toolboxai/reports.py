"""Diagnostics as text, JSON and SARIF 2.1.0: what every command that judges files prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote

from toolboxai.errors import Diagnostic

FORMATS: Final = ("text", "json", "sarif")
SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule as a reader of reports sees it; ``severity`` is ``error``, ``warning`` or ``note``."""

    id: str
    summary: str
    severity: str = "error"
    remedy: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)


def as_text(diagnostics: Iterable[Diagnostic]) -> str:
    """One diagnostic a line, its remedy below."""
    return "\n".join(str(diagnostic) for diagnostic in diagnostics)


def as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A plain dict for JSON, without the path."""
    plain: dict[str, Any] = {
        "line": diagnostic.line,
        "column": diagnostic.column,
        "rule": diagnostic.rule,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "remedy": diagnostic.remedy,
    }
    if diagnostic.end_line:
        plain |= {"end_line": diagnostic.end_line, "end_column": diagnostic.end_column}
    return plain


def as_sarif(
    diagnostics: Iterable[Diagnostic],
    rules: Iterable[RuleFacts] = (),
    *,
    sources: Mapping[str, bytes] | None = None,
    details: Mapping[Diagnostic, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """A SARIF 2.1.0 log of one run, ready for JSON.

    ``sources`` maps a diagnostic's path to the file's bytes: columns, which we count in bytes, are then told in UTF-16
    units, as SARIF's readers count them; without it they are right for ASCII. ``details`` become a result's properties.
    Rules that are not in ``rules`` are listed by their ids.
    """
    results = list(diagnostics)
    known = {rule.id: rule for rule in rules}
    for diagnostic in results:
        known.setdefault(diagnostic.rule, RuleFacts(diagnostic.rule, diagnostic.rule, diagnostic.severity))
    places = {name: index for index, name in enumerate(known)}
    columns = _Columns(sources or {})
    driver = {
        "name": "ToolboxAI",
        "version": _version(),
        "rules": [_rule(rule) for rule in known.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "results": [_result(item, places[item.rule], columns, (details or {}).get(item)) for item in results],
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _version() -> str:
    try:
        return version("toolboxai")
    except PackageNotFoundError:  # run from a folder that nobody installed
        return "0"


def _rule(rule: RuleFacts) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "defaultConfiguration": {"level": rule.severity},
    }
    if rule.remedy:
        plain["help"] = {"text": rule.remedy}
    if rule.properties:
        plain["properties"] = dict(rule.properties)
    return plain


def _result(
    diagnostic: Diagnostic, index: int, columns: "_Columns", details: Mapping[str, Any] | None
) -> dict[str, Any]:
    text = f"{diagnostic.message}\n{diagnostic.remedy}" if diagnostic.remedy else diagnostic.message
    region = {
        "startLine": diagnostic.line,
        "startColumn": columns.utf16(diagnostic.path, diagnostic.line, diagnostic.column),
    }
    if diagnostic.end_line:
        region["endLine"] = diagnostic.end_line
        region["endColumn"] = columns.utf16(diagnostic.path, diagnostic.end_line, diagnostic.end_column)
    place = {"artifactLocation": {"uri": _uri(diagnostic.path)}, "region": region}
    result: dict[str, Any] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": index,
        "level": diagnostic.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }
    if details is not None:
        result["properties"] = dict(details)
    return result


def _uri(path: str) -> str:
    """A path as a URI reference: relative to where the command ran, or absolute with its scheme."""
    if PurePath(path).is_absolute():
        return Path(path).as_uri()
    return quote(PurePath(path).as_posix())


class _Columns:
    """Byte columns to UTF-16 columns, a file's lines split once."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._lines: dict[str, list[bytes]] = {}

    def utf16(self, path: str, line: int, column: int) -> int:
        source = self._sources.get(path)
        if source is None or source.isascii():
            return column
        if path not in self._lines:
            self._lines[path] = source.split(b"\n")
        lines = self._lines[path]
        before = lines[line - 1][: column - 1] if line <= len(lines) else b""
        return len(before.decode("utf-8", "replace").encode("utf-16-le")) // 2 + 1
