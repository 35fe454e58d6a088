"""A lesson folder, read and checked for what can be told without running it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolboxai.curriculum.concepts import Concepts, shipped_concepts
from toolboxai.curriculum.manifest import Manifest, TomlText, read_manifest
from toolboxai.errors import Diagnostic
from toolboxai.protocol import LessonSummary

MANIFEST = "lesson.toml"
_REQUIRED = {
    "story.md": "the story that the student reads",
    "starter.luau": "the script that the student starts from",
    "solution.luau": "one right answer",
    "checks.luau": "the checks",
    "guide.md": "the guide for the teacher",
}
_FOLDERS = ("mistakes", "accepted")
_LARGEST = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A lesson that loaded; `files` has its texts by path inside the folder, with line feeds at line ends."""

    folder: Path
    manifest: Manifest
    toml: str
    files: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def script(self) -> list[str]:
        """Where the student's script goes: its names below `game`."""
        return self.manifest.script.split("/")

    @property
    def summary(self) -> LessonSummary:
        m = self.manifest
        return LessonSummary(m.id, m.title, m.summary, m.age_group, list(m.concepts))

    def wrong_ways(self) -> list[str]:
        """Name the files of known mistakes."""
        return [name for name in self.files if name.startswith("mistakes/")]

    def other_ways(self) -> list[str]:
        """Name the files of right answers besides the solution."""
        return [name for name in self.files if name.startswith("accepted/")]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a folder gave: the lesson, or None and every reason."""

    lesson: Lesson | None
    problems: list[Diagnostic]


def load_lesson(folder: Path, concepts: Concepts | None = None) -> Loaded:
    """Read a lesson folder. An author's mistakes are collected, never raised."""
    problems: list[Diagnostic] = []
    path = folder / MANIFEST
    text = _read(path, "what the lesson is: id, title, steps …", problems)
    files = _files(folder, problems)
    if text is None:
        return Loaded(None, problems)
    manifest, mistakes = read_manifest(str(path), text)
    problems += mistakes
    if manifest is None:
        return Loaded(None, sorted(problems))
    source = TomlText(str(path), text)
    problems += _id_problems(folder, source, manifest)
    problems += _concept_problems(source, manifest, concepts or shipped_concepts())
    problems += _mistake_problems(folder, source, manifest, files)
    lesson = None if problems else Lesson(folder, manifest, text, files)
    return Loaded(lesson, sorted(problems))


def _files(folder: Path, problems: list[Diagnostic]) -> dict[str, str]:
    wanted = dict(_REQUIRED)
    for name in _FOLDERS:
        below = folder / name
        if below.is_dir():
            wanted |= {f"{name}/{file}": "a script" for file in sorted(path.name for path in below.glob("*.luau"))}
    texts = {name: _read(folder / name, purpose, problems) for name, purpose in wanted.items()}
    return {name: text for name, text in texts.items() if text is not None}


def _read(path: Path, purpose: str, problems: list[Diagnostic]) -> str | None:
    text = _decoded(path, purpose)
    if isinstance(text, Diagnostic):
        problems.append(text)
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(path: Path, purpose: str) -> str | Diagnostic:
    write = f"Write {purpose} into it."
    try:
        if path.stat().st_size > _LARGEST:
            message = f"the file is larger than {_LARGEST:,} bytes"
            return Diagnostic(str(path), 1, 1, "lesson/too-large", message, "Make the lesson smaller.")
        data = path.read_bytes()
    except FileNotFoundError:
        return Diagnostic(str(path), 1, 1, "lesson/missing-file", "there is no such file", write)
    except OSError as fault:
        message = f"it cannot be read: {fault.strerror}"
        return Diagnostic(str(path), 1, 1, "lesson/unreadable", message, "Make it a file that you may read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        column = fault.start - data.rfind(b"\n", 0, fault.start)
        message = f"byte 0x{data[fault.start]:02x} is not UTF-8"
        return Diagnostic(str(path), line, column, "lesson/not-utf8", message, "Save the file as UTF-8.")
    return text if text.strip() else Diagnostic(str(path), 1, 1, "lesson/empty-file", "the file is empty", write)


def _id_problems(folder: Path, source: TomlText, manifest: Manifest) -> Iterator[Diagnostic]:
    slug = re.sub(r"^\d+-", "", folder.resolve().name)
    if slug != manifest.id:
        message = f'the id "{manifest.id}" is not the folder\'s name "{slug}"'
        yield source.at("id", "lesson/id", message, f'Write id = "{slug}", or rename the folder.')


def _concept_problems(source: TomlText, manifest: Manifest, concepts: Concepts) -> Iterator[Diagnostic]:
    for name in manifest.concepts:
        concept = concepts.by_id.get(name)
        if concept is None:
            message = f'"{name}" is no concept'
            yield source.at("concepts", "lesson/unknown-concept", message, concepts.unknown(name))
        elif manifest.age_group < concept.band:
            message = f'"{name}" is for age group {concept.band} and up, and this lesson is for {manifest.age_group}'
            yield source.at("age_group", "lesson/age-group", message, "Raise the age group, or teach another concept.")


def _mistake_problems(
    folder: Path, source: TomlText, manifest: Manifest, files: Mapping[str, str]
) -> Iterator[Diagnostic]:
    have = {name.removeprefix("mistakes/").removesuffix(".luau") for name in files if name.startswith("mistakes/")}
    for name in sorted(manifest.mistakes.keys() - have):
        remedy = f"Write mistakes/{name}.luau, or take the line out."
        yield source.at(name, "lesson/mistake", f'the mistake "{name}" has no script', remedy)
    for name in sorted(have - manifest.mistakes.keys()):
        remedy = f'Under [mistakes], write {name} = "…" with words of the message that this attempt must get.'
        path = str(folder / "mistakes" / f"{name}.luau")
        yield Diagnostic(path, 1, 1, "lesson/mistake", f"{MANIFEST} names no message for it", remedy)
