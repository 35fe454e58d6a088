"""Writes a new lesson folder that is proven as it stands: something to change, not something to fill in."""

import re
from pathlib import Path

from toolboxai.curriculum.manifest import is_lesson_id
from toolboxai.emit.environment import Environment
from toolboxai.emit.writer import write_tree
from toolboxai.errors import ToolboxError
from toolboxai.roblox.filenames import name_problem


def new_lesson(name: str, parent: Path) -> Path:
    """Write the lesson `name` (`loops`, or `04-loops` where it has a place in a course) into `parent`.

    Raises ToolboxError for a name that no lesson may have, and where something of that name is there already.
    """
    lesson_id = re.sub(r"^\d+-", "", name)
    if problem := name_problem(name) or name_problem(lesson_id):
        raise ToolboxError(
            f'a lesson cannot be called "{name}": {problem}', remedy='Choose another name, as in "loops".'
        )
    if not is_lesson_id(lesson_id):
        raise ToolboxError(
            f'a lesson cannot be called "{name}"',
            remedy='Use small letters, digits and hyphens, with a letter first, as in "my-first-loop" or "04-loops".',
        )
    folder = parent / name
    taken = next((path for path in _siblings(parent) if path.name.casefold() == name.casefold()), None)
    if taken:
        raise ToolboxError(f"{taken} is there already", remedy="Choose another name, or another folder with --to.")
    title = lesson_id.replace("-", " ").capitalize()
    write_tree(folder, Environment().render_tree("lesson", {"id": lesson_id, "title": title}), record=False)
    return folder


def _siblings(parent: Path) -> list[Path]:
    if parent.exists() and not parent.is_dir():
        raise ToolboxError(f"{parent} is no folder", remedy="Give a folder with --to.")
    return list(parent.iterdir()) if parent.is_dir() else []
