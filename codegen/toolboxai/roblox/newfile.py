"""Which file a new script of the DataModel becomes in a project, or why none."""

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from toolboxai.errors import ToolboxError
from toolboxai.roblox.filenames import SUFFIX_OF, name_problem, split_script

if TYPE_CHECKING:
    from toolboxai.roblox.model import Item
    from toolboxai.roblox.project import InstancePath, Project


class NoFileError(ToolboxError, ValueError):
    """There is no file that a script could be kept in; nothing is guessed."""


def place_script(project: "Project", path: "InstancePath", class_name: str) -> Path:
    """The file for a script at an instance path; folders on the way may be missing. Raises `NoFileError`."""
    return _Placement(project, path, class_name).place()


class _Placement:
    def __init__(self, project: "Project", path: "InstancePath", class_name: str) -> None:
        self._project = project
        self._path = path
        self._class = class_name

    def _refuse(self, reason: str, remedy: str) -> NoFileError:
        return NoFileError(f"{'.'.join(self._path) or 'the root'} cannot be kept in a file: {reason}", remedy=remedy)

    def place(self) -> Path:
        if self._class not in SUFFIX_OF:
            raise self._refuse(f"{self._class} is no script class", f"use {', '.join(SUFFIX_OF)}")
        existing = dict(self._project.root.walk())
        if self._path in existing:
            raise self._refuse("the project has an instance there", "give it another name")
        depth = len(self._path) - 1
        while self._path[:depth] not in existing:
            depth -= 1
        folder = self._folder(self._path[:depth], existing[self._path[:depth]])
        for name in self._path[depth:-1]:
            self._check(name, name, folder)
            folder /= name
        name = self._path[-1]
        file_name = name + SUFFIX_OF[self._class]
        self._check(name, file_name, folder)
        if split_script(file_name) != (name, self._class) or name.casefold() == "init":
            raise self._refuse(f"a file {file_name} would be read as another script", "rename the script in Studio")
        if self._project.ignores(folder / file_name):
            raise self._refuse(f"the project's globIgnorePaths leave {file_name} out", "rename it, or change the globs")
        return folder / file_name

    def _folder(self, parent: "InstancePath", item: "Item") -> Path:
        found = self._project.folder_of(parent)
        if found is not None:
            return found
        above = ".".join(parent) or item.name
        script = self._project.script_at(parent)
        if script is not None:
            stem = (split_script(script.file.name) or (item.name, ""))[0]
            suffix = script.file.name.removeprefix(stem)
            remedy = f"move {script.file.name} to {stem}/init{suffix} first"
            raise self._refuse(f"its parent {above} is a single file, which has no room for children", remedy)
        if not parent and len(self._path) > 1:
            above = self._path[0]  # the service is what the project leaves out
        remedy = f'give {above} a "$path" in {self._project.file.name}'
        raise self._refuse(f"no folder on disk stands for {above}", remedy)

    def _check(self, name: str, file_name: str, folder: Path) -> None:
        if problem := name_problem(name) or name_problem(file_name):
            raise self._refuse(f"{name!r} cannot be a file's name: {problem}", "rename the instance in Studio")
        if name.startswith("."):
            raise self._refuse(f"{name!r} would be a hidden file", "rename the instance in Studio")
        wanted = _folded(file_name)
        taken = [entry.name for entry in folder.iterdir() if _folded(entry.name) == wanted] if folder.is_dir() else []
        if taken:
            reason = f"{taken[0]} is already in {folder.name}, and systems differ on whether case counts"
            raise self._refuse(reason, "rename the instance in Studio")


def _folded(name: str) -> str:
    """Equal for two names that Windows or macOS would take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
