"""The world of a Roblox script, from the engine's facts, in the shape that analysis of Luau wants."""

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import PurePath
from typing import Any, Final

from toolboxai.luau.world import LUAU, Member, World
from toolboxai.roblox import api

_CLASSES: Final = {"game": "DataModel", "workspace": "Workspace", "script": "LuaSourceContainer", "plugin": "Plugin"}
_TESTEZ: Final = frozenset({
    "FIXME", "FOCUS", "SKIP", "afterAll", "afterEach", "beforeAll", "beforeEach", "describe", "describeFOCUS",
    "describeSKIP", "expect", "fdescribe", "fit", "it", "itFIXME", "itFOCUS", "itSKIP", "xdescribe", "xit",
})  # fmt: skip
_TYPES: Final = frozenset({"EnumItem", "Enum", "Enums", "Instance", "RBXScriptSignal", "RBXScriptConnection"})
_REPLACEMENTS: Final = {"wait": "task.wait", "spawn": "task.spawn", "delay": "task.delay", "ypcall": "pcall",
                        "elapsedTime": "os.clock"}  # fmt: skip
_FORMER: Final = {"KeyCode": {"Unknown"}, "RaycastFilterType": {"Blacklist", "Whitelist"}}  # as `engine/Enums.luau`
_KEPT: Final = frozenset({"collectgarbage"})  # deprecated for scripts, yet `collectgarbage("count")` is how it is done


class _Facts:
    """`Engine` over `roblox.api`; classes that have no public page are none here."""

    def is_class(self, name: str) -> bool:
        facts = api.find_class(name)
        return facts is not None and "undocumented" not in facts

    def member(self, class_name: str, name: str) -> Member | None:
        facts = api.find_member(class_name, name)
        return None if facts is None else _member(facts["owner"], name, facts)

    def declared(self, name: str) -> tuple[Member, ...]:
        return _declared().get(name, ())


@cache
def _declared() -> dict[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = {}
    for owner in api.class_names():
        facts = api.own_class(owner)
        if "undocumented" in facts:
            continue
        for name, member in facts["members"].items():
            if "undocumented" not in member:
                found.setdefault(name, []).append(_member(owner, name, member))
    return {name: tuple(members) for name, members in found.items()}


def _member(owner: str, name: str, facts: dict[str, Any]) -> Member:
    returns = facts.get("returns") or ()
    return Member(
        owner,
        name,
        facts["kind"],
        facts.get("type") or (returns[0] if returns else ""),
        tuple(parameter["type"] for parameter in facts.get("parameters", ())) if facts["kind"] == "event" else (),
        "deprecated" in facts,
        ", ".join(facts.get("use", ())),
    )


@cache
def roblox_world() -> World:
    """Globals, types, deprecations and classes that a script in Studio meets; made once."""
    names = api.global_names()
    return World(
        globals=names | LUAU.globals | {"Game", "Workspace"},
        types=LUAU.types | _TYPES | frozenset(api.datatype_names()),
        deprecated={**_deprecated(), **LUAU.deprecated},
        classes=_CLASSES,
        engine=_Facts(),
        library=_library,
        members=_members,
    )


@lru_cache(1024)  # programs name what they like
def _library(path: str) -> frozenset[str]:
    root, _, name = path.partition(".")
    if root == "Enum":
        found = api.find_enum(name)
        if not name:
            return frozenset({*api.enum_names(), "GetEnums"})
        own = {"FromName", "FromValue", "GetEnumItems", *_FORMER.get(name, ())}
        return frozenset(own.union(found["items"])) if found else frozenset()
    facts = api.find_library(path)
    if facts is not None:
        entries = (*facts.get("functions", ()), *facts.get("properties", ()))
    else:
        facts = api.find_datatype(path) or {}
        entries = (*facts.get("constructors", ()), *facts.get("constants", ())) if facts.get("constructors") else ()
    if not entries:
        return frozenset()
    old = {name.removeprefix(f"{path}.") for name in LUAU.deprecated if name.startswith(f"{path}.")}
    return frozenset(old).union(entry["name"] for entry in entries)


@lru_cache(1024)
def _members(class_name: str) -> frozenset[str]:
    if class_name == "":
        return frozenset(name for owner in api.class_names() for name in api.own_class(owner)["members"])
    return frozenset(api.members(class_name)) if api.find_class(class_name) is not None else frozenset()


def world_of(path: str) -> World:
    """The world of the script at ``path``: specs (``Name.spec.luau``) have TestEZ's globals besides."""
    return _spec_world() if ".spec" in PurePath(path).suffixes else roblox_world()


@cache
def _spec_world() -> World:
    world = roblox_world()
    return replace(world, globals=world.globals | _TESTEZ)


def _deprecated() -> dict[str, str]:
    found = {"Game": "game", "Workspace": "workspace"}
    for facts in api.global_facts():
        for entry in (*facts.get("functions", ()), *facts.get("properties", ())):
            if "deprecated" in entry and entry["name"] not in _KEPT:
                found[entry["name"]] = ", ".join(entry.get("use", ())) or _REPLACEMENTS.get(entry["name"], "")
    for library in api.library_names():
        facts = api.find_library(library) or {}
        for entry in (*facts.get("functions", ()), *facts.get("properties", ())):
            if "deprecated" in entry:
                found.setdefault(f"{library}.{entry['name']}", ", ".join(entry.get("use", ())))
    return found
