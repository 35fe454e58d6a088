"""Lessons: load, render, run their checks, prove them."""

from toolboxai.curriculum.attempt import check
from toolboxai.curriculum.catalogue import Catalogue, UnknownLessonError
from toolboxai.curriculum.lesson import Lesson, Loaded, load_lesson
from toolboxai.curriculum.manifest import LEVELS
from toolboxai.curriculum.proof import Report, prove
from toolboxai.curriculum.rendering import Rendering, render

__all__ = [
    "LEVELS",
    "Catalogue",
    "Lesson",
    "Loaded",
    "Rendering",
    "Report",
    "UnknownLessonError",
    "check",
    "load_lesson",
    "prove",
    "render",
]
