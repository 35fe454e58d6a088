"""`toolboxai luau`: check Luau files, show how they are read, and what they are lowered to."""

import glob
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.luau.diagnostics import check_file
from toolboxai.luau.lower import Target, lower
from toolboxai.luau.printer import outline
from toolboxai.luau.syntax import Chunk

_SUFFIXES = {".lua", ".luau"}


class NoSuchFileError(ToolboxError, FileNotFoundError):
    """A path on the command line leads to nothing."""


class InvalidLuauError(ToolboxError, ValueError):
    """A file that must be Luau is not."""


@dataclass(frozen=True)
class _Checked:
    path: str
    lines: int
    errors: list[Diagnostic]
    seconds: float


@click.group("luau", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Check, print and lower Luau."""


@command.command("check")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(paths: tuple[str, ...], form: str) -> None:
    """Parse Luau files: PATHS are files, folders (searched for .lua and .luau) or patterns.

    Exits 1 where a file has an error.
    """
    checked = [_check(path) for path in _files(paths)]
    if form == "json":
        click.echo(json.dumps(_report(checked), indent=2))
    else:
        for result in checked:
            for error in result.errors:
                click.echo(str(error))
        click.echo(_summary(checked))
    sys.exit(1 if any(result.errors for result in checked) else 0)


@command.command("ast")
@click.argument("file")
def ast(file: str) -> None:
    """Print the syntax tree of FILE, one line a node; a file with errors has a tree too."""
    chunk, errors = _read(file)
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
    chunk, errors = _read(file)
    for error in errors:
        click.echo(str(error), err=True)
    if errors:
        raise InvalidLuauError(f"{file}: not lowered: {_count(len(errors), 'error')}", remedy="Mend them first.")
    click.echo(lower(chunk, Target(target)).code)


def _files(paths: tuple[str, ...]) -> list[Path]:
    """The files that ``paths`` mean, each once, in order; raises NoSuchFileError where one means none."""
    found: dict[Path, None] = {}
    for path in paths:
        here = Path(path)
        if here.is_dir():
            inside = sorted(item for item in here.rglob("*") if item.suffix in _SUFFIXES and item.is_file())
            if not inside:
                raise NoSuchFileError(f"{path}: no .lua or .luau file in this folder", remedy="Name another folder.")
            found |= dict.fromkeys(inside)
        elif here.is_file():
            found[here] = None
        elif glob.has_magic(path):
            named = glob.glob(path, recursive=True)  # noqa: PTH207  # `Path.glob` takes no absolute pattern
            matches = sorted(item for item in map(Path, named) if item.is_file())
            if not matches:
                raise NoSuchFileError(f"{path}: no file matches this pattern", remedy="`**` stands for any folders.")
            found |= dict.fromkeys(matches)
        else:
            raise NoSuchFileError(f"{path}: no such file or folder", remedy="Check the path.")
    return list(found)


def _read(path: str | Path) -> tuple[Chunk, list[Diagnostic]]:
    try:
        return check_file(Path(path))
    except FileNotFoundError:
        raise NoSuchFileError(f"{path}: no such file", remedy="Check the path.") from None
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise NoSuchFileError(f"{path}: cannot be read: {reason}", remedy="Name a file you may read.") from None


def _check(path: Path) -> _Checked:
    begin = time.perf_counter()
    chunk, errors = _read(path)
    seconds = time.perf_counter() - begin
    return _Checked(path.as_posix(), _line_count(chunk), errors, seconds)


def _line_count(chunk: Chunk) -> int:
    """Lines as an editor numbers them, without the empty one behind a last line feed."""
    return len(chunk.line_starts) - (chunk.line_starts[-1] == len(chunk.source))


def _speed(checked: list[_Checked]) -> int:
    seconds = sum(result.seconds for result in checked)
    return round(sum(result.lines for result in checked) / seconds) if seconds else 0


def _summary(checked: list[_Checked]) -> str:
    files, lines = len(checked), sum(result.lines for result in checked)
    errors = sum(len(result.errors) for result in checked)
    counts = (_count(files, "file"), _count(lines, "line"), _count(errors, "error"))
    return f"{', '.join(counts)}, {_speed(checked):,} lines/s"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _report(checked: list[_Checked]) -> dict[str, Any]:
    return {
        "files": [
            {"path": result.path, "lines": result.lines, "errors": [_plain(error) for error in result.errors]}
            for result in checked
        ],
        "lines": sum(result.lines for result in checked),
        "errors": sum(len(result.errors) for result in checked),
        "lines_per_second": _speed(checked),
    }


def _plain(error: Diagnostic) -> dict[str, Any]:
    return {
        "line": error.line,
        "column": error.column,
        "rule": error.rule,
        "message": error.message,
        "remedy": error.remedy,
    }
