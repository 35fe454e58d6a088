"""Rojo projects: a project file to a tree of items, and instance paths to files in both directions.

A place project's paths are the names below ``game``: ``("ServerScriptService", "Main")``; any other project's begin
below its root.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.roblox import api
from toolboxai.roblox.globs import GlobError, PathGlob
from toolboxai.roblox.jsonfile import AuthorMistakeError, JsonFile, Keys, read_json
from toolboxai.roblox.model import SCRIPT_CLASSES, Item
from toolboxai.roblox.newfile import NoFileError, place_script
from toolboxai.roblox.rojorefs import link
from toolboxai.roblox.snapshot import PROJECT_FILE, PROJECT_FILES, Origin, Snapshot
from toolboxai.roblox.syncrules import read_rules

__all__ = ["InstancePath", "NoFileError", "Project", "ProjectError", "ScriptFile", "find_project", "read_project"]

InstancePath = tuple[str, ...]

_KNOWN = ("$path", "$className", "$properties", "$attributes", "$ignoreUnknownInstances", "$id", "$schema")
# Children that the engine makes, which a tree may name without a class.
_IMPLIED = {
    ("StarterPlayer", "StarterPlayerScripts"): "StarterPlayerScripts",
    ("StarterPlayer", "StarterCharacterScripts"): "StarterCharacterScripts",
    ("Workspace", "Terrain"): "Terrain",
}


class ProjectError(ToolboxError):
    """A project that cannot be built; ``diagnostics`` has every reason."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        if len(diagnostics) == 1:
            super().__init__(diagnostics[0].headline, remedy=diagnostics[0].remedy)
        else:
            super().__init__("\n".join(map(str, diagnostics)), remedy="correct the project and try again")
        self.diagnostics = diagnostics


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """A script of the project that is one file on disk."""

    path: InstancePath
    class_name: str
    file: Path


@dataclass(slots=True)
class Project:
    """A project as it was read. Where ``problems`` is not empty, ``root`` lacks what they name.

    ``scripts`` have each an instance path of its own. ``notes`` are no mistakes: files that were left out, and scripts
    that share a path and so cannot be told apart.
    """

    file: Path
    name: str
    root: Item
    scripts: list[ScriptFile]
    problems: list[Diagnostic]
    notes: list[Diagnostic]
    folders: dict[InstancePath, Path] = field(repr=False)
    ignores: Callable[[Path], bool] = field(repr=False)
    origins: dict[int, Origin] = field(repr=False)

    @property
    def is_place(self) -> bool:
        return self.root.class_name == "DataModel"

    @property
    def folder(self) -> Path:
        return self.file.parent

    def checked(self) -> "Project":
        """Gives the project back; raises `ProjectError` where it has problems."""
        if self.problems:
            raise ProjectError(self.problems)
        return self

    def files_of(self, item: Item) -> tuple[Path, ...]:
        """The files that say what the item is: its script or model, its metadata, its project."""
        return self.origins.get(id(item), Origin()).files

    def folder_of(self, path: InstancePath) -> Path | None:
        """The folder on disk that the instance's children are files of."""
        return self.folders.get(path)

    def script_at(self, path: InstancePath) -> ScriptFile | None:
        return next((script for script in self.scripts if script.path == path), None)

    def script_of(self, file: Path) -> ScriptFile | None:
        """The script that a file is; None for other files and for those that share an instance path."""
        wanted = Path(os.path.normpath(file.absolute()))
        return next((script for script in self.scripts if script.file == wanted), None)

    def file_for(self, path: InstancePath, class_name: str) -> Path:
        """The file that a new script at an instance path becomes; nothing is written.

        Folders on the way may be missing. Raises `NoFileError` with the remedy where the project keeps no folder
        there, or where a name cannot be a file's on every system.
        """
        return place_script(self, path, class_name)

    def watched(self) -> list[Path]:
        """Folders and single files whose changes may change the project, none inside another."""
        found: list[Path] = []
        for path in sorted({self.folder, *self.folders.values(), *(script.file for script in self.scripts)}):
            if not any(path.is_relative_to(known) for known in found):
                found.append(path)
        return found


def find_project(path: Path) -> Path:
    """The project file that a path means: itself, or the one in the folder. Raises `ProjectError`."""
    if path.is_file():
        return path
    for name in PROJECT_FILES:
        if (path / name).is_file():
            return path / name
    found = sorted((*path.glob("*.project.json"), *path.glob("*.project.jsonc")))
    if len(found) == 1:
        return found[0]
    if found:
        message = f"has {len(found)} project files: {', '.join(f.name for f in found)}"
        raise ProjectError([Diagnostic(str(path), 1, 1, "project/which", message, "name one of them")])
    message = "is no Rojo project" if path.exists() else "is not there"
    remedy = f"name a folder with a {PROJECT_FILE}, or a project file"
    raise ProjectError([Diagnostic(str(path), 1, 1, "project/missing", message, remedy)])


def read_project(path: Path) -> Project:
    """Reads a project file, or the one in a folder, with all that it leads to.

    Mistakes are collected in ``Project.problems``; only a project file that cannot be read at all raises
    `ProjectError`.
    """
    file = find_project(path.absolute())
    reader = _Reader()
    root = reader.project(file, None)
    if root is None:
        raise ProjectError(reader.problems)
    link(root, lambda item: reader.origins.get(id(item), Origin()).id)
    scripts: list[ScriptFile] = []
    folders: dict[InstancePath, Path] = {}
    for where, item in root.walk():
        origin = reader.origins.get(id(item), Origin())
        if origin.folder is not None:
            folders[where] = origin.folder
        if origin.file is not None and item.class_name in SCRIPT_CLASSES:
            scripts.append(ScriptFile(where, item.class_name, origin.file))
    shared = {where for where, count in Counter(where for where, _ in root.walk()).items() if count > 1}
    for script in scripts:
        if script.path in shared:
            message = f"{'.'.join(script.path)} is the path of more than one instance"
            note = Diagnostic(str(script.file), 1, 1, "project/same-path", message, "rename one to have it synced")
            reader.notes.append(note)
    return Project(
        file=file,
        name=root.name,
        root=root,
        scripts=[script for script in scripts if script.path not in shared],
        problems=sorted(reader.problems),
        notes=sorted(reader.notes),
        folders={where: folder for where, folder in folders.items() if where not in shared},
        ignores=lambda candidate: any(snapshot.ignores(candidate) for snapshot in reader.snapshots),
        origins=reader.origins,
    )


class _Reader:
    """Reads a project and the projects nested in it."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.notes: list[Diagnostic] = []
        self.origins: dict[int, Origin] = {}
        self.snapshots: list[Snapshot] = []
        self._open: list[Path] = []
        self._globs: list[list[PathGlob]] = [[]]  # of the projects that are open: they hold for those inside too

    def project(self, path: Path, name: str | None) -> Item | None:
        real = path.resolve()
        if real in self._open:
            message = "this project is inside itself"
            self.problems.append(Diagnostic(str(path), 1, 1, "project/circle", message, "take the $path back out"))
            return None
        self._open.append(real)
        try:
            return self._project(read_json(path), name)
        except AuthorMistakeError as mistake:
            self.problems.append(mistake.diagnostic)
            return None
        finally:
            self._open.pop()

    def _project(self, file: JsonFile, name: str | None) -> Item | None:
        snapshot = Snapshot(
            file.path.parent,
            [*self._globs[-1], *self._ignored(file)],
            legacy_scripts=file.value.get("emitLegacyScripts", True) is not False,
            nested=self.project,
            problems=self.problems,
            notes=self.notes,
            origins=self.origins,
            rules=read_rules(file, self.problems),
        )
        self.snapshots.append(snapshot)
        if not isinstance(file.value.get("tree"), dict):
            message = 'a project needs a "tree" object'
            remedy = 'write "tree": { "$path": "src" }'
            self.problems.append(file.mistake(("tree",), "project/tree", message, remedy))
            return None
        stem = file.path.parent.name if file.path.name in PROJECT_FILES else file.path.name.split(".", 1)[0]
        name = name or str(file.value.get("name") or stem)
        self._globs.append(snapshot.globs)
        item = _Tree(file, snapshot).node(("tree",), file.value["tree"], name, None)
        self._globs.pop()
        if item is not None:
            origin = self.origins.get(id(item), Origin())
            self.origins[id(item)] = replace(origin, files=(*origin.files, file.path))
        return item

    def _ignored(self, file: JsonFile) -> list[PathGlob]:
        globs = file.value.get("globIgnorePaths", [])
        try:
            if isinstance(globs, list) and all(isinstance(glob, str) for glob in globs):
                return [PathGlob.of(file.path.parent, glob) for glob in globs]
            message = "globIgnorePaths must be a list of strings"
        except GlobError as error:
            message = str(error)
        self.problems.append(file.mistake(("globIgnorePaths",), "project/globs", message, 'write ["**/*.spec.luau"]'))
        return []


class _Tree:
    """Reads the nodes of one project file."""

    def __init__(self, file: JsonFile, snapshot: Snapshot) -> None:
        self._file = file
        self._snapshot = snapshot

    def _problem(self, keys: Keys, rule: str, message: str, remedy: str) -> None:
        self._snapshot.problems.append(self._file.mistake(keys, f"project/{rule}", message, remedy))

    def node(self, keys: Keys, node: Any, name: str, parent: str | None) -> Item | None:
        if not isinstance(node, dict):
            self._problem(keys, "node", f"{name} must be an object", 'write { "$path": "..." }')
            return None
        item: Item | None = None
        if "$path" in node:
            item = self._from_path(keys, node["$path"], name)
            # Without its optional path, an instance is there if its class is known.
            has_class = "$className" in node or self._implied(name, parent) is not None
            if item is None and not (isinstance(node["$path"], dict) and has_class):
                return None
        item = self._classed(keys, node, name, parent, item)
        if item is None:
            return None
        self._snapshot.set_properties(item, self._file, (*keys, "$properties"), node.get("$properties", {}))
        self._snapshot.set_attributes(item, self._file, (*keys, "$attributes"), node.get("$attributes"))
        self._snapshot.set_id(item, node.get("$id"))
        for key, child in sorted(node.items()):
            if not key.startswith("$"):
                below = self.node((*keys, key), child, key, item.class_name)
                if below is not None:
                    item.children.append(below)
            elif key not in _KNOWN:
                known = ", ".join(_KNOWN)
                self._problem((*keys, key), "key", f"{key} means nothing here", f"the keys with $ are {known}")
        return item

    def _from_path(self, keys: Keys, written: Any, name: str) -> Item | None:
        optional = isinstance(written, dict) and list(written) == ["optional"]
        target = written["optional"] if optional else written
        if not isinstance(target, str) or not target:
            self._problem((*keys, "$path"), "path", "$path must be a string", 'write "$path": "src"')
            return None
        # `..` is taken out by name, as the author meant it, and links are kept.
        path = Path(os.path.normpath(self._file.path.parent / target))
        if not path.exists():
            if not optional:
                remedy = "make the file or folder, or correct the path"
                self._problem((*keys, "$path"), "path", f"$path {target!r} is not there", remedy)
            return None
        before = len(self._snapshot.problems)
        item = self._snapshot.read(path, name)
        if item is None and len(self._snapshot.problems) == before:
            remedy = "name a folder, a script, a model or a project"
            self._problem(
                (*keys, "$path"), "path", f"$path {target!r} is a kind of file that makes no instance", remedy
            )
        return item

    def _classed(
        self, keys: Keys, node: dict[str, Any], name: str, parent: str | None, item: Item | None
    ) -> Item | None:
        key = (*keys, "$className")
        if "$className" in node:
            class_name = node["$className"]
            if not self._snapshot.check_class(self._file, key, class_name):
                return None
        else:
            class_name = self._implied(name, parent) if item is None or item.class_name == "Folder" else None
        if item is None:
            if class_name is None:
                remedy = 'add "$className" or "$path"; only services are known by their name'
                self._problem(keys, "class", f"{name} has neither $className nor $path", remedy)
                return None
            return Item(class_name, name)
        if class_name is not None and item.class_name != class_name:
            if item.class_name != "Folder":
                message = f"$path gives a {item.class_name}, $className says {class_name}"
                self._problem(key, "class", message, "leave $className out")
                return None
            item.class_name = class_name
        return item

    def _implied(self, name: str, parent: str | None) -> str | None:
        if parent == "DataModel" and api.is_service(name):
            return name
        return _IMPLIED.get((parent or "", name))
