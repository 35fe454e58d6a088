"""`toolboxai luau metrics`: how long, how branched and how hard to follow code is, and what it makes use of."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click

from toolboxai.commands.luau_files import find_files, read_file
from toolboxai.errors import Diagnostic
from toolboxai.luau.concepts import Concepts, Seen, find_concepts
from toolboxai.luau.metrics import FileMetrics, FunctionMetrics, Halstead, measure
from toolboxai.luau.scopes import resolve
from toolboxai.reports import FORMATS, RuleFacts, as_json, as_sarif
from toolboxai.roblox.world import roblox_world

_RULES = (
    RuleFacts("file-metrics", "Lines, complexity and concepts of a file.", "note"),
    RuleFacts("function-metrics", "Lines and complexity of a function.", "note"),
)
_HEADER = (
    f"{'line':>6} {'lines':>6} {'params':>6} {'cyclo':>6} {'cogn':>6} {'nest':>6} {'volume':>9} {'diff':>7}  function"
)


@click.command("metrics")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def metrics_command(paths: tuple[str, ...], form: str) -> None:
    """Measure files: PATHS are files, folders or patterns.

    Lines, cyclomatic and cognitive complexity, Halstead's measures and nesting, for each file and function, and the
    constructs, library functions and engine members in use. Exits 1 where a file has syntax errors; it is measured as
    far as it was read.
    """
    measured: dict[str, tuple[FileMetrics, Concepts]] = {}
    errors: dict[str, list[Diagnostic]] = {}
    for path in find_files(paths):
        name = path.as_posix()
        chunk, errors[name] = read_file(path)
        scopes = resolve(chunk)
        measured[name] = measure(chunk, scopes), find_concepts(chunk, world=roblox_world(), scopes=scopes)
    if form == "json":
        files = [{**_file(name, *measured[name]), "errors": [as_json(e) for e in errors[name]]} for name in measured]
        click.echo(json.dumps({"files": files}, indent=2))
    elif form == "sarif":
        click.echo(json.dumps(_sarif(measured, errors), indent=2))
    else:
        for name, (metrics, concepts) in measured.items():
            for error in errors[name]:
                click.echo(str(error))
            click.echo("\n".join(_text(name, metrics, concepts)))
    sys.exit(1 if any(errors.values()) else 0)


# --- plain


def _file(name: str, metrics: FileMetrics, concepts: Concepts) -> dict[str, Any]:
    lines = metrics.lines
    return {
        "path": name,
        "lines": {"total": lines.total, "code": lines.code, "comment": lines.comment, "blank": lines.blank},
        "cyclomatic": metrics.cyclomatic,
        "cognitive": metrics.cognitive,
        "nesting": metrics.nesting,
        "halstead": _halstead(metrics.halstead),
        "functions": [_function(function) for function in metrics.functions],
        "constructs": _seen(concepts.constructs),
        "members": _seen(concepts.members),
    }


def _function(function: FunctionMetrics) -> dict[str, Any]:
    return {
        "name": function.name,
        "line": function.line,
        "column": function.column,
        "end_line": function.end_line,
        "lines": function.lines,
        "parameters": function.parameters,
        "cyclomatic": function.cyclomatic,
        "cognitive": function.cognitive,
        "nesting": function.nesting,
        "halstead": _halstead(function.halstead),
    }


def _halstead(halstead: Halstead) -> dict[str, float]:
    return {
        "distinct_operators": halstead.distinct_operators,
        "distinct_operands": halstead.distinct_operands,
        "operators": halstead.operators,
        "operands": halstead.operands,
        "volume": round(halstead.volume, 2),
        "difficulty": round(halstead.difficulty, 2),
        "effort": round(halstead.effort, 2),
    }


def _seen(names: Mapping[str, Seen]) -> dict[str, dict[str, int]]:
    return {name: {"count": seen.count, "line": seen.line} for name, seen in names.items()}


def _sarif(
    measured: Mapping[str, tuple[FileMetrics, Concepts]], errors: Mapping[str, list[Diagnostic]]
) -> dict[str, Any]:
    results: list[Diagnostic] = []
    details: dict[Diagnostic, Mapping[str, Any]] = {}
    for name, (metrics, concepts) in measured.items():
        results += errors[name]
        whole = _file(name, metrics, concepts)
        del whole["functions"]
        message = f"cyclomatic {metrics.cyclomatic}, cognitive {metrics.cognitive}, {metrics.lines.code} lines of code"
        results.append(Diagnostic(name, 1, 1, "file-metrics", message, severity="note"))
        details[results[-1]] = whole
        for function in metrics.functions:
            message = f"{function.name}: cyclomatic {function.cyclomatic}, cognitive {function.cognitive}"
            place = Diagnostic(name, function.line, function.column, "function-metrics", message, severity="note")
            results.append(place)
            details[place] = _function(function)
    return as_sarif(results, _RULES, details=details)


# --- text


def _text(name: str, metrics: FileMetrics, concepts: Concepts) -> Iterator[str]:
    lines, halstead = metrics.lines, metrics.halstead
    yield f"{name}: {lines.total} lines ({lines.code} code, {lines.comment} comment, {lines.blank} blank)"
    yield f"  cyclomatic {metrics.cyclomatic}, cognitive {metrics.cognitive}, nesting {metrics.nesting}"
    yield (
        f"  Halstead volume {halstead.volume:.1f}, difficulty {halstead.difficulty:.1f}, effort {halstead.effort:.0f}"
    )
    if metrics.functions:
        yield _HEADER
    for function in metrics.functions:
        yield (
            f"{function.line:>6} {function.lines:>6} {function.parameters:>6} {function.cyclomatic:>6}"
            f" {function.cognitive:>6} {function.nesting:>6} {function.halstead.volume:>9.1f}"
            f" {function.halstead.difficulty:>7.1f}  {function.name}"
        )
    for title, names in (("constructs", concepts.constructs), ("members", concepts.members)):
        if names:
            yield f"  {title}: " + ", ".join(f"{name} {seen.count}" for name, seen in names.items())
