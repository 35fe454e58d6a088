"""The Studio plugin as one tree: shipped sources, the SDK, and what the templates give now."""

import os
import sys
from pathlib import Path

from toolboxai.emit.environment import Environment
from toolboxai.emit.generated import generated
from toolboxai.emit.writer import write_file
from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.luau.parser import parse
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import write_model
from toolboxai.roblox.project import Project, read_project
from toolboxai.shipped import shipped

FILE_NAME = "ToolboxAI_Plugin.rbxmx"


class PluginBuildError(ToolboxError):
    """Sources of the plugin that are not Luau; ``diagnostics`` has each place."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, diagnostics)), remedy="correct the source or the template it comes from")
        self.diagnostics = diagnostics


class NoPluginsFolderError(ToolboxError):
    """There is no folder on this system that Studio loads plugins from."""


def build_plugin(environment: Environment | None = None) -> Item:
    """The tree that ``rojo.project.json`` describes, with every generated module emitted anew.

    Raises `toolboxai.emit.TemplateError` and `PluginBuildError`; nothing that does not parse leaves here.
    """
    project = read_project(shipped("rojo.project.json")).checked()
    _emit_into(project, environment or Environment())
    problems = [problem for path, item in project.root.scripts() for problem in _syntax(path, item)]
    if problems:
        raise PluginBuildError(problems)
    return project.root


def plugin_bytes(environment: Environment | None = None, suffix: str = ".rbxmx") -> bytes:
    """The plugin as the file that Studio loads, ``.rbxmx`` or ``.rbxm``."""
    return write_model([build_plugin(environment)], suffix)


def install_plugin(folder: Path | None = None) -> Path:
    """Puts the plugin where Studio looks for it, or into ``folder``; gives the file.

    Raises `NoPluginsFolderError` on a system that Studio does not run on.
    """
    folder = folder or plugins_folder()
    path = folder / FILE_NAME
    write_file(path, plugin_bytes())
    return path


def plugins_folder() -> Path:
    """The folder that Studio loads plugins from on this system."""
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "Roblox" / "Plugins"
    if sys.platform == "darwin":
        return Path.home() / "Documents" / "Roblox" / "Plugins"
    raise NoPluginsFolderError(
        "Roblox Studio does not run on this system, so it has no Plugins folder here",
        remedy="name the folder: toolboxai plugin install --to DIR",
    )


def _emit_into(project: Project, environment: Environment) -> None:
    for folder, files in generated(environment).items():
        # The tree says where the emitted folder stands; a module that the checkout does not have yet joins it.
        on_disk = project.folder / folder
        path = next((path for path, known in project.folders.items() if known == on_disk), None)
        parent = None if path is None else project.root.find(*path)
        if parent is None:
            raise ToolboxError(f"{project.file.name} has no place for {folder}", remedy="give it a $path there")
        for file_name, text in files.items():
            name = file_name.removesuffix(".luau")
            item = parent.find(name)
            if item is None:
                item = Item("ModuleScript", name)
                parent.children.append(item)
            item.properties["Source"] = text.decode()


def _syntax(path: tuple[str, ...], item: Item) -> list[Diagnostic]:
    chunk = parse(item.source)
    found = []
    for problem in chunk.problems:
        line = chunk.source.count(b"\n", 0, problem.start) + 1
        column = problem.start - chunk.source.rfind(b"\n", 0, problem.start)
        found.append(Diagnostic(".".join(path) or item.name, line, column, "syntax", problem.message))
    return found
