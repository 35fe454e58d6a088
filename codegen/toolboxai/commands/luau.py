"""`toolboxai luau`: check, judge and measure Luau files, show how they are read, and what they are lowered to."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from toolboxai.commands.luau_files import counted, find_files, line_count, read_file
from toolboxai.commands.luau_lint import lint_command
from toolboxai.commands.luau_metrics import metrics_command
from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.luau.lower import Target, lower
from toolboxai.luau.outline import outline
from toolboxai.reports import FORMATS, as_json, as_sarif


class InvalidLuauError(ToolboxError, ValueError):
    """A file that must be Luau is not."""


@dataclass(frozen=True)
class _Checked:
    path: str
    lines: int
    errors: list[Diagnostic]
    seconds: float
    source: bytes


@click.group("luau", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Check, judge, measure, print and lower Luau."""


@command.command("check")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def check(paths: tuple[str, ...], form: str) -> None:
    """Parse Luau files: PATHS are files, folders (searched for .lua and .luau) or patterns.

    Exits 1 where a file has an error.
    """
    checked = [_check(path) for path in find_files(paths)]
    if form == "json":
        click.echo(json.dumps(_report(checked), indent=2))
    elif form == "sarif":
        errors = [error for result in checked for error in result.errors]
        click.echo(json.dumps(as_sarif(errors, sources={result.path: result.source for result in checked}), indent=2))
    else:
        for result in checked:
            for error in result.errors:
                click.echo(str(error))
        click.echo(_summary(checked))
    sys.exit(1 if any(result.errors for result in checked) else 0)


command.add_command(lint_command)
command.add_command(metrics_command)


@command.command("ast")
@click.argument("file")
def ast(file: str) -> None:
    """Print the syntax tree of FILE, one line a node; a file with errors has a tree too."""
    chunk, errors = read_file(file)
    for line in outline(chunk):
        click.echo(line)
    for error in errors:
        click.echo(str(error), err=True)
    sys.exit(1 if errors else 0)


@command.command("lower")
@click.argument("file")
@click.option("--target", type=click.Choice([item.value for item in Target]), default=Target.LUA52.value,
              show_default=True, help="The engine that is to run it.")  # fmt: skip
def lower_file(file: str, target: str) -> None:
    """Print the Lua that FILE is lowered to, one line for one line."""
    chunk, errors = read_file(file)
    for error in errors:
        click.echo(str(error), err=True)
    if errors:
        raise InvalidLuauError(f"{file}: not lowered: {counted(len(errors), 'error')}", remedy="Mend them first.")
    click.echo(lower(chunk, Target(target)).code)


def _check(path: Path) -> _Checked:
    begin = time.perf_counter()
    chunk, errors = read_file(path)
    seconds = time.perf_counter() - begin
    return _Checked(path.as_posix(), line_count(chunk), errors, seconds, chunk.source)


def _speed(checked: list[_Checked]) -> int:
    seconds = sum(result.seconds for result in checked)
    return round(sum(result.lines for result in checked) / seconds) if seconds else 0


def _summary(checked: list[_Checked]) -> str:
    files, lines = len(checked), sum(result.lines for result in checked)
    errors = sum(len(result.errors) for result in checked)
    counts = (counted(files, "file"), counted(lines, "line"), counted(errors, "error"))
    return f"{', '.join(counts)}, {_speed(checked):,} lines/s"


def _report(checked: list[_Checked]) -> dict[str, Any]:
    return {
        "files": [
            {"path": result.path, "lines": result.lines, "errors": [as_json(error) for error in result.errors]}
            for result in checked
        ],
        "lines": sum(result.lines for result in checked),
        "errors": sum(len(result.errors) for result in checked),
        "lines_per_second": _speed(checked),
    }
