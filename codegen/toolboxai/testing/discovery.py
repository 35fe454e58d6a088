"""Which files are tests, which init.spec files belong to them, and which folder is the project they are in."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

SUFFIXES = (".spec.luau", ".spec.lua", ".test.luau", ".test.lua")
HELPERS = ("init.spec.luau", "init.spec.lua")
# Other people's code, which its own tests look after.
_FOREIGN = frozenset({"node_modules", "Packages", "DevPackages", "ServerPackages", "roblox_packages", "__pycache__"})
_MARKS = frozenset(
    {".git", "wally.toml", "pesde.toml", "rotriever.toml", "package.json", "pyproject.toml", "default.project.json"}
)


def is_spec(name: str) -> bool:
    """Whether a file of this name is collected from folders."""
    return name.endswith(SUFFIXES)


def is_foreign(name: str) -> bool:
    """Whether a folder of this name is left out: hidden, or packages that were installed."""
    return name.startswith(".") or name in _FOREIGN


def find_specs(paths: Iterable[Path]) -> list[Path]:
    """The test files in folders, and every file that is named, each once, in order; absolute."""
    found: dict[Path, None] = {}
    for path in paths:
        here = absolute(path)
        found |= dict.fromkeys(_inside(here) if here.is_dir() else [here])
    return list(found)


def _inside(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_foreign(name))
        yield from (Path(here, name) for name in sorted(files) if is_spec(name))


def helpers_of(spec: Path, root: Path) -> list[Path]:
    """The init.spec files of the folders from ``root`` down to the test file's, outermost first."""
    folders = [folder for folder in (spec.parent, *spec.parent.parents) if folder.is_relative_to(root)]
    candidates = [folder / name for folder in reversed(folders) for name in HELPERS]
    return [path for path in candidates if path != spec and path.is_file()]


def project_folder(path: Path) -> Path:
    """The folder whose tree ``script`` is in: the nearest one with a project's mark, else where the file is."""
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.parents):
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    return start


def absolute(path: Path) -> Path:
    """The path with `..` taken out by name; links are kept."""
    return Path(os.path.normpath(path.absolute()))


def shown(path: Path) -> str:
    """The path as messages write it: from where the user is, if it lies below."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
