"""The concept graph: what a lesson may teach, what must be known before, and for which age it is meant."""

import difflib
import graphlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.shipped import shipped

AgeGroup = Literal["A", "B", "C", "D"]
AGES: Mapping[AgeGroup, str] = {"A": "8-10", "B": "11-13", "C": "14-16", "D": "16+"}


class Concept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One idea of the course. The CSTA codes are provisional: see `provenance`."""

    id: str
    requires: tuple[str, ...]
    band: AgeGroup
    csta2017: str
    csta2026: str


class _File(msgspec.Struct, frozen=True, kw_only=True):
    about: str
    version: str
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Concepts:
    """All concepts by id, in the file's order; `provenance` says where the codes come from and what they are worth."""

    by_id: Mapping[str, Concept]
    provenance: str
    version: str

    def unknown(self, concept: str) -> str:
        """Tell an author who wrote a concept id that is not in the graph what to write."""
        near = difflib.get_close_matches(concept, self.by_id, n=1)
        return f'Did you mean "{near[0]}"?' if near else f"The concepts are: {', '.join(self.by_id)}."

    def missing(self, concept: str, known: Iterable[str]) -> list[str]:
        """List the direct prerequisites of `concept` that are not among `known`, in the graph's order."""
        have = set(known)
        return [required for required in self.by_id[concept].requires if required not in have]


def load_concepts(path: Path) -> tuple[Concepts, list[Diagnostic]]:
    """Read a concept file; mistakes in the graph (an unknown prerequisite, a cycle) are collected.

    Raises ToolboxError when the file is not readable as a concept file at all.
    """
    try:
        text = path.read_text(encoding="utf-8")
        file = msgspec.json.decode(text, type=_File)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as fault:
        raise ToolboxError(f"{path}: {fault}", remedy="Restore the concept file, or reinstall toolboxai.") from fault
    by_id = {concept.id: concept for concept in file.concepts}
    concepts = Concepts(by_id, file.about, file.version)
    found = [*_twice(file.concepts), *_unknown(concepts), *_cycles(by_id)]
    return concepts, [
        Diagnostic(str(path), _line(text, concept), 1, rule, message, remedy)
        for concept, rule, message, remedy in found
    ]


_Finding = tuple[str, str, str, str]
"""A concept's id, then rule, message and remedy."""


def _twice(concepts: Iterable[Concept]) -> Iterator[_Finding]:
    for name, count in Counter(concept.id for concept in concepts).items():
        if count > 1:
            yield name, "concept/twice", f'"{name}" stands {count} times', "Keep one."


def _unknown(concepts: Concepts) -> Iterator[_Finding]:
    for concept in concepts.by_id.values():
        for name in concept.requires:
            if name not in concepts.by_id:
                message = f'"{concept.id}" requires "{name}", which is no concept'
                yield concept.id, "concept/unknown", message, concepts.unknown(name)


def _cycles(by_id: Mapping[str, Concept]) -> Iterator[_Finding]:
    try:
        graphlib.TopologicalSorter({concept.id: concept.requires for concept in by_id.values()}).prepare()
    except graphlib.CycleError as fault:
        circle: list[str] = fault.args[1]
        message = f"these concepts require one another in a circle: {' → '.join(circle)}"
        yield circle[0], "concept/cycle", message, "Take one of these prerequisites out."


def _line(text: str, concept: str) -> int:
    return text.partition(f'"id": "{concept}"')[0].count("\n") + 1


@cache
def shipped_concepts() -> Concepts:
    """Load the graph that travels with the package."""
    concepts, problems = load_concepts(shipped("curriculum") / "concepts.json")
    if problems:
        raise ToolboxError(str(problems[0]), remedy="Reinstall toolboxai.")
    return concepts
