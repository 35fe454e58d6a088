"""A project's sourcemap as Rojo writes it: which files each instance comes from, for editors."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from toolboxai.roblox.model import SCRIPT_CLASSES, Item
from toolboxai.roblox.project import Project

Node = dict[str, Any]


def sourcemap(project: Project, *, include_non_scripts: bool = False, absolute: bool = False) -> str:
    """One line of JSON: ``name``, ``className``, and where there are any, ``filePaths`` and ``children``.

    Only scripts and what they lie in are there unless ``include_non_scripts``; ``null`` where that leaves nothing.
    Paths have slashes, and are relative to the project file's folder unless ``absolute``.
    """
    written = _absolute if absolute else _relative(project.folder)
    node = _node(project, project.root, written, everything=include_non_scripts)
    return json.dumps(node, ensure_ascii=False, separators=(",", ":"))


def _node(project: Project, item: Item, written: Callable[[Path], str], *, everything: bool) -> Node | None:
    below = (_node(project, child, written, everything=everything) for child in item.children)
    children = [node for node in below if node is not None]
    if not (children or everything or item.class_name in SCRIPT_CLASSES):
        return None
    node: Node = {"name": item.name, "className": item.class_name}
    if files := project.files_of(item):
        node["filePaths"] = [written(file) for file in files]
    if children:
        node["children"] = children
    return node


def _absolute(file: Path) -> str:
    return file.absolute().as_posix()


def _relative(folder: Path) -> Callable[[Path], str]:
    def written(file: Path) -> str:
        try:
            return Path(os.path.relpath(file, folder)).as_posix()
        except ValueError:  # another drive of Windows
            return _absolute(file)

    return written
