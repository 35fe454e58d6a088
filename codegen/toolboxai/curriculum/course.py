"""Finds lesson folders, and checks a course: its order must respect what each concept builds on."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from toolboxai.curriculum.concepts import Concepts, shipped_concepts
from toolboxai.curriculum.lesson import MANIFEST, Lesson, Loaded, load_lesson
from toolboxai.curriculum.manifest import TomlText
from toolboxai.errors import Diagnostic, ToolboxError

COURSE = "course.toml"


class _Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`course.toml`; `assumes` has the concepts that students bring along from elsewhere."""

    title: str
    summary: str
    assumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lessons below a folder, in order, and what is wrong between them."""

    lessons: list[tuple[Path, Loaded]]
    problems: list[Diagnostic]


def load_shelf(path: Path) -> Shelf:
    """Read a lesson folder, a course, or a folder of courses. Raises ToolboxError where there is no lesson at all."""
    if not path.is_dir():
        reason = "is no folder" if path.exists() else "does not exist"
        raise ToolboxError(f"{path} {reason}", remedy="Give a lesson folder, or a folder that has lessons below it.")
    folders = [path] if _is_lesson(path) else sorted({manifest.parent for manifest in path.rglob(MANIFEST)})
    if not folders:
        raise ToolboxError(
            f"there is no lesson in {path}",
            remedy=f"A lesson is a folder with a {MANIFEST}; `toolboxai lesson new NAME` writes one.",
        )
    lessons = [(folder, load_lesson(folder)) for folder in folders]
    loaded = [found.lesson for _, found in lessons if found.lesson]
    problems = list(_twice(loaded))
    # A lesson by itself says nothing about the order of its course.
    parents = set() if folders == [path] else {folder.parent for folder in folders}
    for course in sorted(parent for parent in parents if (parent / COURSE).exists()):
        problems += _order(course, [lesson for lesson in loaded if lesson.folder.parent == course])
    return Shelf(lessons, sorted(problems))


def _is_lesson(path: Path) -> bool:
    return any((path / name).exists() for name in (MANIFEST, "starter.luau", "checks.luau"))


def _twice(lessons: list[Lesson]) -> Iterator[Diagnostic]:
    seen: dict[str, Lesson] = {}
    for lesson in lessons:
        first = seen.setdefault(lesson.id, lesson)
        if first is not lesson:
            yield taken(lesson, first)


def taken(lesson: Lesson, first: Lesson) -> Diagnostic:
    """Say that the lesson has the id of another, which keeps it."""
    message = f'the id "{lesson.id}" is taken by {first.folder}'
    return TomlText(str(lesson.folder / MANIFEST), lesson.toml).at("id", "lesson/twice", message, "Rename one.")


def _order(folder: Path, lessons: list[Lesson]) -> Iterator[Diagnostic]:
    concepts = shipped_concepts()
    course, problems = _read(folder / COURSE, concepts)
    yield from problems
    known = set(course.assumes) if course else set()
    for lesson in lessons:
        source = TomlText(str(lesson.folder / MANIFEST), lesson.toml)
        for concept in lesson.manifest.concepts:
            for missing in concepts.missing(concept, known | set(lesson.manifest.concepts)):
                message = f'"{concept}" builds on "{missing}", which no earlier lesson of this course teaches'
                remedy = f'Put a lesson on "{missing}" before this one, or write assumes = ["{missing}"] in {COURSE}.'
                yield source.at("concepts", "course/order", message, remedy)
        known |= set(lesson.manifest.concepts)


def _read(path: Path, concepts: Concepts) -> tuple[_Course | None, list[Diagnostic]]:
    try:
        text = path.read_text(encoding="utf-8")
        course = msgspec.convert(tomllib.loads(text), _Course)
    except (OSError, ValueError) as fault:
        remedy = "A course has a title, a summary and, if need be, assumes = [concept ids]."
        return None, [Diagnostic(str(path), 1, 1, "course/file", str(fault), remedy)]
    source = TomlText(str(path), text)
    unknown = [name for name in course.assumes if name not in concepts.by_id]
    return course, [
        source.at("assumes", "course/unknown-concept", f'"{name}" is no concept', concepts.unknown(name))
        for name in unknown
    ]
