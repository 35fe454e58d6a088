"""Where tests run: a Rojo project or a plain folder as a place, and the aliases that its requires may use."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from toolboxai.errors import Diagnostic
from toolboxai.roblox.filenames import split_script
from toolboxai.roblox.jsonfile import AuthorMistakeError, read_json
from toolboxai.roblox.model import SCRIPT_CLASSES, Item
from toolboxai.roblox.places import HOME, Place, read_place
from toolboxai.roblox.project import InstancePath, read_project
from toolboxai.roblox.snapshot import PROJECT_FILES, Origin, Snapshot
from toolboxai.testing.discovery import is_foreign

_DATA = {".json", ".jsonc", ".toml", ".yaml", ".yml", ".csv"}
_LARGEST_DATA = 100_000


@dataclass(frozen=True, slots=True)
class Aliases:
    """What ``.luaurc`` files say: by folder, alias to path; all paths POSIX and absolute."""

    folders: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    modules: dict[str, InstancePath] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class SpecPlace:
    """A place to run tests in, and the aliases of what is in it."""

    place: Place
    aliases: Aliases = field(default_factory=Aliases)


def project_place(path: Path) -> SpecPlace:
    """The Rojo project as Studio has it; raises `ProjectError`."""
    return _with_aliases(read_place(path))


def folder_place(folder: Path) -> SpecPlace:
    """The folder's tree by Rojo's rules of names, in ReplicatedStorage; what cannot be read is noted."""
    place = Place(folder)
    _mount_folder(place, folder)
    return _with_aliases(place)


def _mount_folder(place: Place, folder: Path) -> None:
    reader = _Folder(place.notes)
    item = reader.read(folder, folder.name or "root")
    if item is None:
        return
    place.mounts.append((item, HOME))
    for names, part in item.walk():
        origin = reader.origins.get(id(part), Origin())
        if origin.file is not None and part.class_name in SCRIPT_CLASSES:
            place.files.setdefault((HOME, item.name, *names), origin.file)


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


def _with_aliases(place: Place) -> SpecPlace:
    folders: dict[str, dict[str, str]] = {}
    targets: set[Path] = set()
    for folder in {parent for file in place.files.values() for parent in file.parents}:
        found = _read_aliases(folder / ".luaurc", place.notes)
        if found:
            folders[folder.as_posix()] = {name: path.as_posix() for name, path in found.items()}
            targets |= set(found.values())
    if not folders:
        return SpecPlace(place)
    for target in sorted(targets):
        known = any(file.is_relative_to(target) or file.with_suffix("") == target for file in place.files.values())
        if not known and target.is_dir() and not is_foreign(target.parent.name):
            _mount_folder(place, target)
    modules = {_module(file).as_posix(): names for names, file in place.files.items()}
    files = {".".join(names): file.as_posix() for names, file in place.files.items()}
    return SpecPlace(place, Aliases(folders, files, modules))


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
