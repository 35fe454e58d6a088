"""Draws a lesson's values for a seed: the same on every machine, in every process, for every level."""

import hashlib
from collections.abc import Mapping
from typing import Any

from toolboxai.curriculum.manifest import Variable


def draw(lesson: str, seed: int, variables: Mapping[str, Variable]) -> dict[str, Any]:
    """Draw a value for each variable; each depends on the lesson's id, the seed and its own name alone."""
    return {name: _value(variable, f"{lesson}\n{seed}\n{name}") for name, variable in variables.items()}


def _value(variable: Variable, key: str) -> Any:
    if variable.range is not None:
        first, last = variable.range
        return first + variable.step * (_number(key) % ((last - first) // variable.step + 1))
    if variable.pick is None:
        return variable.choices[_number(key) % len(variable.choices)]
    order = sorted(range(len(variable.choices)), key=lambda index: _number(f"{key}\n{index}"))
    return [variable.choices[index] for index in order[: variable.pick]]


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest())
