"""Reads `lesson.toml`: every wrong field is told at once, with its line and what to write instead."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from toolboxai.curriculum.concepts import AgeGroup
from toolboxai.errors import Diagnostic

Scalar = str | int | float | bool
Level = Literal["guided", "supported", "independent"]
LEVELS: tuple[Level, ...] = ("guided", "supported", "independent")
"""How much help a student gets, most first: from filling gaps in nearly finished code to starting from the task."""

_Text = Annotated[str, Meta(min_length=1)]
_ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_LONGEST_ID = 60
_Id = Annotated[str, Meta(pattern=_ID, max_length=_LONGEST_ID)]
_VariableName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
_Choice = Scalar | dict[str, Scalar]
_RESERVED = ("level", "seed")


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that differs by seed.

    Either one of `choices` (with `pick`, a list of that many different ones), or a whole number of `range`, both ends
    included, in steps of `step`.
    """

    choices: tuple[_Choice, ...] = ()
    pick: Annotated[int, Meta(ge=1)] | None = None
    range: tuple[int, int] | None = None
    step: Annotated[int, Meta(ge=1)] = 1

    def __post_init__(self) -> None:
        if (self.range is None) == (not self.choices):
            raise ValueError("needs either choices or a range")
        if self.range and self.range[0] > self.range[1]:
            raise ValueError(f"the range ends ({self.range[1]}) before it begins ({self.range[0]})")
        if self.pick and self.pick > len(self.choices):
            raise ValueError(f"picks {self.pick} of only {len(self.choices)} choices")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`lesson.toml` as it is written; texts in `steps`, `hints` and `mistakes` are templates."""

    id: _Id
    title: _Text
    summary: _Text
    age_group: AgeGroup
    concepts: Annotated[tuple[str, ...], Meta(min_length=1)]
    minutes: Annotated[int, Meta(ge=1, le=600)]
    script: Annotated[str, Meta(pattern=r"^ServerScriptService/[A-Za-z][A-Za-z0-9_]*$")]
    steps: Annotated[tuple[_Text, ...], Meta(min_length=1)]
    hints: Annotated[tuple[_Text, ...], Meta(min_length=1)]
    seconds: Annotated[float, Meta(ge=0, le=60)] = 1.0
    variables: dict[_VariableName, Variable] = {}
    mistakes: dict[str, _Text] = {}


_REMEDIES = {
    "id": 'Small letters, digits and hyphens, as in "output-print".',
    "age_group": "A is 8-10 years, B 11-13, C 14-16, D 16 and up.",
    "concepts": 'A list of concept ids, as in ["output-print"]; concepts.json has them all.',
    "minutes": "How long the lesson takes in class: a whole number from 1 to 600.",
    "script": 'Where the student\'s script lives, as in "ServerScriptService/Radio".',
    "steps": "A list of at least one short sentence that says what to do.",
    "hints": "A list of at least one sentence, from a nudge to nearly the answer.",
    "seconds": "How long the game runs before the checks look, at most 60.",
}
_VARIABLE_REMEDY = "Write { choices = [...] }, { choices = [...], pick = 2 } or { range = [1, 9] }."


@dataclass(frozen=True, slots=True)
class TomlText:
    """A TOML file as read, for diagnostics that point at a key."""

    path: str
    text: str

    def at(self, key: str, rule: str, message: str, remedy: str) -> Diagnostic:
        return Diagnostic(self.path, line_of(self.text, key), 1, rule, message, remedy)


def read_manifest(path: str, text: str) -> tuple[Manifest | None, list[Diagnostic]]:
    """Return the manifest, or None and every mistake in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        return None, [_toml_problem(path, text, fault)]
    source = TomlText(path, text)
    problems = []
    fields = {field.name: field for field in msgspec.structs.fields(Manifest)}
    for name in data.keys() - fields.keys():
        near = difflib.get_close_matches(name, fields, n=1)
        remedy = f"Did you mean `{near[0]}`?" if near else f"The fields are: {', '.join(fields)}."
        problems.append(source.at(name, "lesson/unknown-field", f"`{name}` is no field of a lesson", remedy))
    for name, field in fields.items():
        remedy = _REMEDIES.get(name, "Write some text in quotes.")
        if name not in data:
            if field.required:
                problems.append(source.at(name, "lesson/missing-field", f"`{name}` is missing", remedy))
            continue
        if name == "variables" and isinstance(data[name], dict):
            problems += _variable_problems(source, data[name])
            continue
        try:
            msgspec.convert(data[name], field.type)
        except msgspec.ValidationError as fault:
            message = f"`{name}`: {_plain(fault)}"
            problems.append(source.at(name, "lesson/field", message, remedy))
    if problems:
        return None, sorted(problems)
    return msgspec.convert(data, Manifest), []


def _variable_problems(source: TomlText, table: dict[str, Any]) -> list[Diagnostic]:
    problems = []
    for name, spec in table.items():
        if name in _RESERVED:
            message = f"variable `{name}`: every template has this one already"
            problems.append(source.at(name, "lesson/variable", message, "Take another name."))
            continue
        try:
            msgspec.convert(name, _VariableName)
            msgspec.convert(spec, Variable)
        except msgspec.ValidationError as fault:
            message = f"variable `{name}`: {_plain(fault)}"
            problems.append(source.at(name, "lesson/variable", message, _VARIABLE_REMEDY))
    return problems


def is_lesson_id(text: str) -> bool:
    return re.fullmatch(_ID, text) is not None and len(text) <= _LONGEST_ID


def line_of(text: str, key: str) -> int:
    """Find the 1-based line where `key` is set in a TOML text; 1 where it is not."""
    found = re.search(rf'^[ \t]*(?:\[[\w."\- ]*\b)?"?{re.escape(key)}"?[ \t]*[\]=.]', text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _plain(fault: Exception) -> str:
    words = (
        str(fault).replace("`str`", "text in quotes").replace("`int`", "a whole number").replace("`array`", "a list")
    )
    return words[:1].lower() + words[1:]


def _toml_problem(path: str, text: str, fault: tomllib.TOMLDecodeError) -> Diagnostic:
    found = re.search(r"^(.*?) \(at line (\d+), column (\d+)\)$", str(fault), re.DOTALL)
    if found:
        message, line, column = found[1], int(found[2]), int(found[3])
    else:
        message, line, column = re.sub(r" \(at end of document\)$", "", str(fault)), text.count("\n") + 1, 1
    remedy = "This line is not TOML: text stands in quotes, a list in [brackets], a multi-line text in three quotes."
    return Diagnostic(path, line, column, "lesson/toml", message, remedy)
