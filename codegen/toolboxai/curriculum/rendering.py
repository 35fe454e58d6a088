"""A lesson at one level and seed: its texts with the values put in, and the bundle that a student gets."""

import difflib
import hashlib
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from toolboxai.curriculum.lesson import MANIFEST, Lesson
from toolboxai.curriculum.manifest import LEVELS, Level, TomlText
from toolboxai.curriculum.variables import draw
from toolboxai.emit import Environment, TemplateError
from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.protocol import LessonBundle, LessonScript

_SUFFIX = ".jinja"
_SENTENCES = ("steps", "hints", "mistakes")


class Rendering:
    """One lesson, level and seed. Each text is rendered when it is asked for; a bad template raises TemplateError."""

    def __init__(self, lesson: Lesson, level: Level, seed: int) -> None:
        self.lesson = lesson
        self.level = level
        self.seed = seed
        drawn = draw(lesson.id, seed, lesson.manifest.variables)
        self.values: dict[str, Any] = {**drawn, "level": level, "seed": seed}
        self._texts: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Render a file of the lesson by its path there; the teacher's guide stands as it is written."""
        if name == "guide.md":
            return self.lesson.files[name]
        if name not in self._texts:
            environment = _environment(self.lesson)
            self._texts[name] = environment.render(name + _SUFFIX, self.values).decode()
        return self._texts[name]

    def sentences(self, kind: str) -> list[str]:
        """Render the `steps` or `hints`; one that is empty at this level is left out."""
        count = len(getattr(self.lesson.manifest, kind))
        texts = (" ".join(self.text(f"{kind}/{index}.txt").split()) for index in range(count))
        return [text for text in texts if text]

    def message(self, mistake: str) -> str:
        """Render what the message to the known mistake must hold."""
        return self.text(f"mistakes/{mistake}.txt").strip()

    def script(self, source: str) -> LessonScript:
        return LessonScript(self.lesson.script, "Script", source)

    @cached_property
    def bundle(self) -> LessonBundle:
        manifest = self.lesson.manifest
        bundle = LessonBundle(
            id=manifest.id,
            title=manifest.title,
            story=self.text("story.md"),
            steps=self.sentences("steps"),
            hints=self.sentences("hints"),
            level=self.level,
            seed=self.seed,
            scripts=[self.script(self.text("starter.luau"))],
            hash="",
        )
        digest = hashlib.sha256(msgspec.json.encode(bundle)).hexdigest()
        return msgspec.structs.replace(bundle, hash=digest)

    def template_problem(self, fault: TemplateError) -> Diagnostic:
        """Say where in the author's files the template went wrong."""
        name = fault.template.removesuffix(_SUFFIX)
        kind, _, rest = name.partition("/")
        if kind in _SENTENCES and name.endswith(".txt"):
            path = self.lesson.folder / MANIFEST
            key = rest.removesuffix(".txt") if kind == "mistakes" else kind
            place = TomlText(str(path), self.lesson.toml)
            return place.at(key, "lesson/template", fault.reason, fault.remedy)
        path = self.lesson.folder / name
        return Diagnostic(str(path), max(fault.line, 1), 1, "lesson/template", fault.reason, fault.remedy)

    def line_in_template(self, name: str, line: int) -> int:
        """Find the line of the author's file that became `line` of the rendered text."""
        rendered = self.text(name).split("\n")
        written = self.lesson.files[name].split("\n")
        best = 1
        for match in difflib.SequenceMatcher(None, rendered, written, autojunk=False).get_matching_blocks():
            if match.a <= line - 1 < match.a + match.size:
                return match.b + line - match.a
            if match.size and match.a < line:
                best = match.b + match.size + 1
        return min(best, len(written))


@lru_cache(maxsize=256)
def render(lesson: Lesson, level: str, seed: int) -> Rendering:
    """Render a lesson; no level means the first. Raises ToolboxError for a level or seed that no lesson has."""
    known = next((name for name in LEVELS if name == (level or LEVELS[0])), None)
    if known is None:
        raise ToolboxError(f'there is no support level "{level}"', remedy=f"The levels are: {', '.join(LEVELS)}.")
    if seed < 0:
        raise ToolboxError(f"a seed is 0 or more, not {seed}", remedy="Take a whole number such as 1.")
    return Rendering(lesson, known, seed)


@lru_cache(maxsize=256)
def _environment(lesson: Lesson) -> Environment:
    manifest = lesson.manifest
    texts = dict(lesson.files)
    texts |= {f"steps/{index}.txt": text for index, text in enumerate(manifest.steps)}
    texts |= {f"hints/{index}.txt": text for index, text in enumerate(manifest.hints)}
    texts |= {f"mistakes/{name}.txt": text for name, text in manifest.mistakes.items()}
    return Environment({name + _SUFFIX: text for name, text in texts.items()})
