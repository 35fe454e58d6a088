"""Facts of the Roblox engine API by name: classes, enums, data types, libraries and globals, loaded on first use.

All answers are plain dicts, lists, strings, numbers and booleans, ready for JSON and for Lua; they are shared and must
not be changed. A key that is absent means the ordinary case.

A class: ``superclass``, ``tags`` (Deprecated, NotCreatable, NotReplicated, Service, ...), ``undocumented`` (stored in
files, but no public page), ``members`` and ``defaults``. A member has a ``kind``:

- ``property``: ``type`` (``bool``, ``int``, ``int64``, ``float``, ``double``, ``string``, a data type, an enum where
  ``enum`` is true, or a class), ``read`` and ``write`` (security, absent for none), ``read_only``, ``not_scriptable``,
  ``hidden``, ``alias`` (the property it is another name of), ``undocumented``; for files ``saved``, ``disk`` (its name
  there) and ``disk_type``, ``moved_to`` (the properties that took its place in files) and ``moved_by`` (how).
- ``method``, ``callback``: ``parameters`` (``name``, ``type``, ``default``), ``returns``, ``security``, ``yields``.
- ``event``: ``parameters``, ``security``.

Every kind may have ``deprecated`` and ``use`` (what to take instead), ``not_replicated`` and ``not_browsable``. A
default is ``true``, a number, a string, or a list that opens with its type: ``["Vector3", 4, 1.2, 2]``, ``["EnumItem",
"Material", "Plastic"]``, ``["CFrame", x, y, z, r00, ... r22]`` (`roblox.values` reads and writes the same
form).
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from toolboxai.errors import ToolboxError

Facts = dict[str, Any]


class UnknownClassError(ToolboxError, KeyError):
    """There is no such class in the engine version that the facts describe."""

    __str__ = ToolboxError.__str__


class _Table(msgspec.Struct):
    version: dict[str, str]
    classes: dict[str, msgspec.Raw]
    enums: dict[str, msgspec.Raw]
    datatypes: dict[str, msgspec.Raw]
    libraries: dict[str, msgspec.Raw]
    globals: dict[str, msgspec.Raw]


_read = msgspec.json.Decoder(Facts).decode


@cache
def _table() -> _Table:
    return msgspec.json.decode((Path(__file__).parent / "data" / "engine.json").read_bytes(), type=_Table)


def version() -> str:
    """The Studio version that the facts describe: ``0.735.0.7351131``."""
    return _table().version["api"].partition("version")[0]


def class_names() -> list[str]:
    return list(_table().classes)


def enum_names() -> list[str]:
    return list(_table().enums)


def datatype_names() -> list[str]:
    return list(_table().datatypes)


@cache
def find_class(name: str) -> Facts | None:
    """The class with its own members and only those defaults that differ from its superclass's."""
    raw = _table().classes.get(name)
    return None if raw is None else _read(raw)


def own_class(name: str) -> Facts:
    """Like `find_class`; raises `UnknownClassError`."""
    found = find_class(name)
    if found is None:
        raise UnknownClassError(
            f"there is no class {name!r} in the engine", remedy="check the spelling; class names are case-sensitive"
        )
    return found


@cache
def ancestry(name: str) -> tuple[str, ...]:
    """The class and its superclasses, nearest first: ``("Part", "FormFactorPart", ..., "Object")``."""
    superclass = own_class(name)["superclass"]
    return (name, *ancestry(superclass)) if superclass else (name,)


def is_a(name: str, ancestor: str) -> bool:
    return ancestor in ancestry(name)


@cache
def members(name: str) -> Facts:
    """Every member of the class by name, inherited ones too; each says its ``owner`` class."""
    facts = own_class(name)
    inherited = members(facts["superclass"]) if facts["superclass"] else {}
    return {**inherited, **{key: {**member, "owner": name} for key, member in facts["members"].items()}}


def find_member(class_name: str, member: str) -> Facts | None:
    return members(class_name).get(member)


@cache
def defaults(name: str) -> Facts:
    """Every property's default that is known, inherited ones too."""
    facts = own_class(name)
    inherited = defaults(facts["superclass"]) if facts["superclass"] else {}
    return {**inherited, **facts["defaults"]}


@cache
def disk_names(name: str) -> dict[str, str]:
    """Names of properties in files, to the names scripts use: ``{"size": "Size", "Color3uint8": "Color"}``."""
    found = {key: facts["alias"] for key, facts in members(name).items() if "alias" in facts}
    found.update({facts["disk"]: key for key, facts in members(name).items() if "disk" in facts and key not in found})
    return found


def is_service(name: str) -> bool:
    """Whether ``game:GetService(name)`` answers. A hidden class named like one counts: files hold them too."""
    facts = find_class(name)
    return facts is not None and "Service" in facts.get("tags", ())


def is_creatable(name: str) -> bool:
    """Whether ``Instance.new(name)`` answers."""
    facts = find_class(name)
    return facts is not None and "NotCreatable" not in facts.get("tags", ()) and "undocumented" not in facts


@cache
def find_enum(name: str) -> Facts | None:
    """``items`` (name to value), ``deprecated_items``, ``deprecated``."""
    raw = _table().enums.get(name)
    return None if raw is None else _read(raw)


@cache
def find_datatype(name: str) -> Facts | None:
    """``constructors``, ``constants``, ``properties``, ``methods``, ``functions``, ``math_operations``."""
    raw = _table().datatypes.get(name)
    return None if raw is None else _read(raw)


@cache
def find_library(name: str) -> Facts | None:
    """``functions`` and ``properties`` of ``string``, ``table``, ``task``, ..."""
    raw = _table().libraries.get(name)
    return None if raw is None else _read(raw)


def library_names() -> list[str]:
    return list(_table().libraries)


def global_facts() -> list[Facts]:
    """``functions`` and ``properties`` that are globals, a group at a time."""
    return [_read(raw) for raw in _table().globals.values()]


@cache
def global_names() -> frozenset[str]:
    """Every global name that scripts may use, libraries and data types included."""
    found: set[str] = {"Enum", "shared", "_G", "_VERSION", *_table().libraries, *_table().datatypes}
    for facts in global_facts():
        found.update(entry["name"] for kind in ("functions", "properties") for entry in facts.get(kind, ()))
    return frozenset(found)
