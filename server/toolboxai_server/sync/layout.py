"""Where a project's scripts are: the Rojo project that is served, and the minimal one for a new folder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolboxai.errors import Diagnostic
from toolboxai.roblox.project import NoFileError, Project, ScriptFile, find_project, read_project
from toolboxai_server.problems import Refusal
from toolboxai_server.settings import STATE_FOLDER
from toolboxai_server.sync import text_files

_PROJECT_FILE = "default.project.json"
_SERVICES = ("ReplicatedFirst", "ReplicatedStorage", "ServerScriptService", "ServerStorage", "StarterGui", "Workspace")
_STARTER = ("StarterCharacterScripts", "StarterPlayerScripts")
_FIRST_SCRIPT = b'print("Hello from a file")\n'


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts by file, and what keeps the project from being read whole."""

    by_file: dict[Path, ScriptFile]
    problems: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)


class Layout:
    """The scripts of one Rojo project, as its files are now."""

    def __init__(self, project: Path) -> None:
        self._file = project

    def scripts(self) -> Scripts:
        """Every script now; raises ToolboxError where the project file cannot be read."""
        project = read_project(self._file)
        return Scripts({script.file: script for script in project.scripts}, project.problems, project.notes)

    def place(self, path: Sequence[str], class_name: str) -> Path:
        """The file for a new script; raises Refusal where the project has no place for it."""
        try:
            return self._read().file_for(tuple(path), class_name)
        except NoFileError as fault:
            raise Refusal("no_place", f"{fault}.", fault.remedy, status=422) from fault

    def watched(self) -> list[Path]:
        """The folders and files whose changes matter."""
        return [path for path in self._read().watched() if path.exists()]

    def _read(self) -> Project:
        return read_project(self._file)


def project_file(path: Path) -> Path:
    """The project file that `path` means: itself, its folder's, or that of a minimal project made in a new folder.

    Raises ToolboxError where a folder has other things but no project, or several projects.
    """
    if path.suffix != ".json" and not path.is_file() and _is_new(path):
        return _make_project(path.absolute())
    return find_project(path.absolute())


def _is_new(folder: Path) -> bool:
    return not folder.exists() or all(entry.name == STATE_FOLDER for entry in folder.iterdir())


def _make_project(folder: Path) -> Path:
    """A place with a folder for each service that scripts live in."""
    tree: dict[str, object] = {"$className": "DataModel"}
    places = [(name, folder / "src" / name) for name in _SERVICES]
    for name, place in places:
        tree[name] = {"$path": place.relative_to(folder).as_posix()}
    starter = [(name, folder / "src" / "StarterPlayer" / name) for name in _STARTER]
    tree["StarterPlayer"] = {name: {"$path": place.relative_to(folder).as_posix()} for name, place in starter}
    for _, place in places + starter:
        place.mkdir(parents=True, exist_ok=True)
        (place / ".gitkeep").touch()
    text_files.create(folder / "src" / "ServerScriptService" / "Hello.server.luau", _FIRST_SCRIPT)
    described = json.dumps({"name": folder.name, "tree": tree}, indent=2) + "\n"
    text_files.create(folder / _PROJECT_FILE, described.encode())
    return folder / _PROJECT_FILE
