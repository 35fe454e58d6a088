"""Trees for headless Studio to run tests in, from a Rojo project or a plain folder, and which file each script is."""

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from toolboxai.errors import Diagnostic
from toolboxai.roblox.filenames import split_script
from toolboxai.roblox.jsonfile import AuthorMistakeError, read_json
from toolboxai.roblox.model import SCRIPT_CLASSES, Item
from toolboxai.roblox.project import InstancePath, find_project, read_project
from toolboxai.roblox.snapshot import PROJECT_FILES, Origin, Snapshot
from toolboxai.testing.discovery import absolute, is_foreign

_DATA = {".json", ".jsonc", ".toml", ".yaml", ".yml", ".csv"}
_LARGEST_DATA = 100_000
_HOME = "ReplicatedStorage"  # where trees go that are no places themselves


@dataclass(slots=True, eq=False)
class Place:
    """``mounts`` are trees with the path of their parent; ``files`` are the scripts' by their paths from `game`."""

    folder: Path
    mounts: list[tuple[Item, str]]
    files: dict[InstancePath, Path]
    problems: list[Diagnostic]
    aliases: "Aliases"

    def names_of(self, file: Path) -> InstancePath | None:
        return next((names for names, known in self.files.items() if known == file), None)


@dataclass(frozen=True, slots=True)
class Aliases:
    """What ``.luaurc`` files say: by folder, alias to path; all paths POSIX and absolute."""

    folders: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    modules: dict[str, InstancePath] = field(default_factory=dict)


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


def project_place(path: Path) -> Place:
    """The Rojo project as Studio has it; raises `ProjectError`."""
    project = read_project(find_project(path)).checked()
    if project.is_place:
        classes = {child.name: child.class_name for child in project.root.children}
        files = {(classes[s.path[0]], *s.path[1:]): absolute(s.file) for s in project.scripts if s.path}
        mounts = [(project.root, "")]
    else:
        home = (_HOME, project.root.name)
        files = {(*home, *script.path): absolute(script.file) for script in project.scripts}
        mounts = [(project.root, _HOME)]
    return _with_aliases(Place(project.folder, mounts, files, list(project.notes), Aliases()))


def folder_place(folder: Path) -> Place:
    """The folder's tree by Rojo's rules of names, in ReplicatedStorage; what cannot be read is in ``problems``."""
    place = Place(folder, [], {}, [], Aliases())
    _mount_folder(place, folder)
    return _with_aliases(place)


def _mount_folder(place: Place, folder: Path) -> None:
    reader = _Folder(place.problems)
    item = reader.read(folder, folder.name or "root")
    if item is None:
        return
    place.mounts.append((item, _HOME))
    for names, part in item.walk():
        origin = reader.origins.get(id(part), Origin())
        if origin.file is not None and part.class_name in SCRIPT_CLASSES:
            place.files.setdefault((_HOME, item.name, *names), origin.file)


class _Folder:
    """Reads a folder as if it had no project file; packages below may have theirs."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        self.origins: dict[int, Origin] = {}
        self._problems = problems
        self._kept: list[Item] = []  # origins go by identity

    def read(self, folder: Path, name: str) -> Item | None:
        snapshot = _OwnCode(
            folder,
            [path.name for path in folder.glob("*.project.json*")],
            legacy_scripts=True,
            nested=self._nested,
            problems=self._problems,
            notes=[],
            origins=self.origins,
        )
        item = snapshot.read(folder, name)
        if item is not None:
            self._kept.append(item)
        return item

    def _nested(self, file: Path, name: str | None) -> Item | None:
        if file.name not in PROJECT_FILES:
            return None  # another view of files that are here already
        project = read_project(file)
        if project.problems or project.is_place:
            return self.read(file.parent, name or file.parent.name)
        project.root.name = name or project.root.name
        for script in project.scripts:
            found = project.root.find(*script.path)
            if found is not None:
                self.origins[id(found)] = Origin(script.file)
        return project.root


class _OwnCode(Snapshot):
    """A snapshot that leaves out hidden folders, node's packages and large data: a folder holds more than a project."""

    def read(self, path: Path, name: str | None = None) -> Item | None:
        if path.suffix in _DATA and path.is_file() and path.stat().st_size > _LARGEST_DATA and not self.ignores(path):
            message = f"is left out: it has more than {_LARGEST_DATA:,} bytes"
            note = Diagnostic(
                str(path), 1, 1, "test/large-data", message, "name a Rojo project with --project to have it"
            )
            self.problems.append(note)
            return None
        return super().read(path, name)

    def ignores(self, path: Path) -> bool:
        hidden = path.name.startswith(".") or path.name == "node_modules"
        return (hidden and path != self._base) or super().ignores(path)


def _with_aliases(place: Place) -> Place:
    folders: dict[str, dict[str, str]] = {}
    targets: set[Path] = set()
    for folder in {parent for file in place.files.values() for parent in file.parents}:
        found = _read_aliases(folder / ".luaurc", place.problems)
        if found:
            folders[folder.as_posix()] = {name: path.as_posix() for name, path in found.items()}
            targets |= set(found.values())
    if not folders:
        return place
    for target in sorted(targets):
        known = any(file.is_relative_to(target) or file.with_suffix("") == target for file in place.files.values())
        if not known and target.is_dir() and not is_foreign(target.parent.name):
            _mount_folder(place, target)
    modules = {_module(file).as_posix(): names for names, file in place.files.items()}
    files = {".".join(names): file.as_posix() for names, file in place.files.items()}
    place.aliases = Aliases(folders, files, modules)
    return place


def _read_aliases(path: Path, problems: list[Diagnostic]) -> dict[str, Path]:
    if not path.is_file():
        return {}
    try:
        aliases = read_json(path).value.get("aliases", {})
    except AuthorMistakeError as mistake:
        problems.append(mistake.diagnostic)
        return {}
    return {name.lower(): Path(os.path.normpath(path.parent / target)) for name, target in aliases.items()}


def _module(file: Path) -> Path:
    """What a require writes for the file: without its suffix, and an init file by its folder."""
    found = split_script(file.name)
    stem = found[0] if found else file.stem
    return file.parent if stem == "init" else file.with_name(stem)
