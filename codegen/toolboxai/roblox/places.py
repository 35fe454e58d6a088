"""What a path holds for headless Studio and the command line: a Rojo project, a model or a place, read in one way."""

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import PLACE_SUFFIXES, SUFFIXES, as_place, read_model
from toolboxai.roblox.project import InstancePath, find_project, read_project

__all__ = ["HOME", "Names", "NoPlaceError", "Place", "read_place"]

HOME = "ReplicatedStorage"
"""Where trees are put that are no places themselves."""

_PROJECT_SUFFIXES = (".json", ".jsonc")


class NoPlaceError(ToolboxError, ValueError):
    """What is no place, where one was wanted: a project that builds a model, say."""


@dataclass(slots=True, eq=False)
class Place:
    """Trees to mount, and which file each of their scripts is.

    ``roots`` is a place's DataModel, a project's one root, or what stands at the top of a model file. ``mounts`` are
    trees with the path of their parent, "" for the data model; ``files`` are by path from `game`. ``notes`` tell what
    was left out.
    """

    source: Path
    is_project: bool = False
    mounts: list[tuple[Item, str]] = field(default_factory=list)
    files: dict[InstancePath, Path] = field(default_factory=dict)
    notes: list[Diagnostic] = field(default_factory=list)

    @property
    def roots(self) -> list[Item]:
        return [item for item, _ in self.mounts]

    @property
    def is_whole(self) -> bool:
        """Whether it is a place itself, not what would stand in one."""
        return any(not parent for _, parent in self.mounts)

    @property
    def folder(self) -> Path:
        return self.source if self.source.is_dir() else self.source.parent

    def whole(self) -> "Place":
        """Gives the place back; raises `NoPlaceError` where it is none."""
        if not self.is_whole:
            remedy = f"give a project whose tree is a DataModel, or a {' or '.join(PLACE_SUFFIXES)} file"
            raise NoPlaceError(f"{self.source} is no place", remedy=remedy)
        return self

    def names_of(self, file: Path) -> InstancePath | None:
        """The path from `game` of the script that the file is."""
        return next((names for names, known in self.files.items() if known == file), None)


class Names:
    """Turns Studio's places (``ReplicatedStorage.Thing:3``) into files' (``src/Thing.luau:3``)."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = sorted(self._files, key=len, reverse=True)
        return re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, names))}):(\d+)" if names else r"(?!)()()")

    def translated(self, text: str) -> str:
        return self._pattern.sub(lambda found: f"{self._files[found[1]]}:{found[2]}", text)

    def place(self, text: str) -> tuple[str, int] | None:
        """File and line of a place at the beginning of the text."""
        found = self._pattern.match(text)
        return (self._files[found[1]], int(found[2])) if found else None


def read_place(path: Path) -> Place:
    """What a project file or the folder that has one, a model file or a place's file is.

    Raises `ProjectError` or `ModelFileError`, with every reason.
    """
    return _read_file(path) if _is_model(path) else _read_project(path)


def _is_model(path: Path) -> bool:
    """By what the file is called; one whose name says nothing is a model's if it is there and no project's."""
    if path.suffix in SUFFIXES:
        return not path.is_dir()
    return path.is_file() and path.suffix not in _PROJECT_SUFFIXES


def _read_file(path: Path) -> Place:
    place = Place(path)
    roots = read_model(path, notes=place.notes)
    if path.suffix in PLACE_SUFFIXES:
        place.mounts = [(as_place(roots), "")]
    else:
        place.mounts = [(item, HOME) for item in roots]
    return place


def _read_project(path: Path) -> Place:
    project = read_project(find_project(path)).checked()
    place = Place(project.file, is_project=True, notes=list(project.notes))
    place.mounts = [(project.root, "" if project.is_place else HOME)]
    classes = {child.name: child.class_name for child in project.root.children}
    for script in project.scripts:
        file = Path(os.path.normpath(script.file.absolute()))
        if not project.is_place:
            place.files[(HOME, project.root.name, *script.path)] = file
        elif script.path:  # a service goes by its class, whatever the project calls it
            place.files[(classes[script.path[0]], *script.path[1:])] = file
    return place
