"""The Luau files that a command line means: searched, read and parsed, each once."""

import glob
from pathlib import Path

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.luau.diagnostics import check_file
from toolboxai.luau.syntax import Chunk

SUFFIXES = frozenset({".lua", ".luau"})


class NoSuchFileError(ToolboxError, FileNotFoundError):
    """A path on the command line leads to nothing."""


def find_files(paths: tuple[str, ...], suffixes: frozenset[str] = SUFFIXES) -> list[Path]:
    """The files that ``paths`` mean, each once, in order; raises NoSuchFileError where one means none.

    Of a folder, those with one of the ``suffixes``. Declarations for editors (`globals.d.luau`) must be named.
    """
    found: dict[Path, None] = {}
    for path in paths:
        here = Path(path)
        if here.is_dir():
            files = sorted(item for item in here.rglob("*") if item.suffix in suffixes and item.is_file())
            inside = [item for item in files if not _declares(item)]
            if not inside:
                raise NoSuchFileError(
                    f"{path}: no {' or '.join(sorted(suffixes))} file in this folder", remedy="Name another folder."
                )
            found |= dict.fromkeys(inside)
        elif here.is_file():
            found[here] = None
        elif glob.has_magic(path):
            named = glob.glob(path, recursive=True)  # noqa: PTH207  # `Path.glob` takes no absolute pattern
            matches = sorted(item for item in map(Path, named) if item.is_file() and not _declares(item))
            if not matches:
                raise NoSuchFileError(f"{path}: no file matches this pattern", remedy="`**` stands for any folders.")
            found |= dict.fromkeys(matches)
        else:
            raise NoSuchFileError(f"{path}: no such file or folder", remedy="Check the path.")
    return list(found)


def _declares(path: Path) -> bool:
    return path.suffix in SUFFIXES and path.stem.endswith(".d")


def read_file(path: str | Path) -> tuple[Chunk, list[Diagnostic]]:
    """A file's tree and its syntax errors; raises NoSuchFileError where it cannot be read."""
    try:
        return check_file(Path(path))
    except FileNotFoundError:
        raise NoSuchFileError(f"{path}: no such file", remedy="Check the path.") from None
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise NoSuchFileError(f"{path}: cannot be read: {reason}", remedy="Name a file you may read.") from None


def line_count(chunk: Chunk) -> int:
    """Lines as an editor numbers them, without the empty one behind a last line feed."""
    return len(chunk.line_starts) - (chunk.line_starts[-1] == len(chunk.source))


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
