"""Which members of the engine a program uses: of classes and data types, enums' items, and Roblox's globals."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from toolboxai.luau import syntax as s
from toolboxai.luau.folding import Folder
from toolboxai.luau.inference import Classes
from toolboxai.luau.scopes import resolve
from toolboxai.luau.symbols import Scopes
from toolboxai.luau.world import LUAU, Engine, Member, World
from toolboxai.roblox import api
from toolboxai.roblox.world import roblox_world

_ENUM_ITEM: Final = 3  # Enum.Material.Neon
_OBJECTS: Final = frozenset({"game", "Game", "workspace", "Workspace", "script", "plugin", "shared"})
_EVERYWHERE: Final = frozenset({"script"})  # every file's requires begin with it; counting it would say nothing


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a member.

    ``options`` are the members that may be meant: one where the object's class is known, every member of that name
    where it is not. A global, and what stands under one (``task.wait``, ``CFrame.new``, ``Enum.Material.Neon``), is a
    member of kind ``global`` without an owner.
    """

    options: tuple[Member, ...]
    is_known: bool
    offset: int


def find_uses(chunk: s.Chunk) -> Iterator[Use]:
    """Every use that can be told, in no particular order.

    An object's class is told by annotations, casts, `Instance.new`, `GetService` and their kind, globals, and the types
    of members and constructors; by the keys of a table that a class's name is called with (``New "Frame" {...}``,
    ``createElement("Frame", {...})``).
    """
    scopes = resolve(chunk)
    folder = Folder(scopes)
    classes = Classes(scopes, folder, _world())
    yield from _globals(scopes, folder)
    for node in [*scopes.nodes[s.Field], *scopes.nodes[s.MethodCall]]:
        assert isinstance(node, (s.Field, s.MethodCall))
        if isinstance(node, s.MethodCall) or not _is_path(folder.function_name(node)):
            yield from _member(node, classes)
    yield from _tables(scopes, folder)


# --- globals


def _is_path(path: str | None) -> bool:
    """Whether the path stands under a global that is a library or a type, not an object."""
    root = path.partition(".")[0] if path else ""
    return root in roblox_world().globals and root not in _OBJECTS


def _globals(scopes: Scopes, folder: Folder) -> Iterator[Use]:
    inner = {node.object for node in scopes.nodes[s.Field] if isinstance(node, s.Field)}
    for symbol in scopes.globals.values():
        if symbol.is_written or symbol.name not in roblox_world().globals - LUAU.globals - _EVERYWHERE:
            continue
        for use in symbol.uses:
            if use.node not in inner or symbol.name in _OBJECTS:
                yield _use(symbol.name, use.start)
    for field in scopes.nodes[s.Field]:
        assert isinstance(field, s.Field)
        path = folder.function_name(field)
        if path is not None and _is_path(path) and path.partition(".")[0] not in LUAU.globals:
            yield from _below(field, path.split("."))


def _below(field: s.Field, parts: list[str]) -> Iterator[Use]:
    """What stands under a library, a type or `Enum`."""
    if parts[0] != "Enum":
        if isinstance(field.object, s.Name):
            yield _use(".".join(parts[:2]), field.start)
    elif len(parts) == _ENUM_ITEM:
        yield _use(".".join(parts), field.start)
    elif len(parts) == _ENUM_ITEM + 1 and (member := _engine().member("EnumItem", parts[-1])) is not None:
        yield Use((member,), True, field.start)


def _use(path: str, offset: int) -> Use:
    return Use((Member("", path, "global"),), True, offset)


# --- members


def _member(node: s.Field | s.MethodCall, classes: Classes) -> Iterator[Use]:
    member = classes.member(node)
    if member is not None:
        yield Use((member,), True, node.name.start)
    elif classes.of(node.object) is None and not classes.is_own_table(node.object):
        options = _engine().named(node.name.name, is_method=isinstance(node, s.MethodCall))
        if options:
            yield Use(options, False, node.name.start)


def _tables(scopes: Scopes, folder: Folder) -> Iterator[Use]:
    """The keys of tables that are called together with the name of a class."""
    for call in scopes.nodes[s.Call]:
        assert isinstance(call, s.Call)
        owner = call.function if isinstance(call.function, s.Call) else call
        if not owner.arguments or not call.arguments or not isinstance(call.arguments[-1], s.Table):
            continue
        if owner is call and len(call.arguments) == 1:
            continue
        name = folder.text(owner.arguments[0])
        class_name = name.decode("latin-1") if name is not None else ""
        if not api.is_creatable(class_name):
            continue
        for item in call.arguments[-1].items:
            key = item.key.value.decode("latin-1") if isinstance(item.key, s.String) else ""
            member = _engine().member(class_name, key)
            if member is not None and member.kind != "method":
                yield Use((member,), True, item.value.start)


# --- the world, with data types as classes


class _Engine:
    """The engine's facts, in which data types are classes too and every signal is an object."""

    def __init__(self, classes: Engine) -> None:
        self._classes = classes

    def is_class(self, name: str) -> bool:
        return name in _types() or self._classes.is_class(name)

    def member(self, class_name: str, name: str) -> Member | None:
        if class_name in _types() and class_name != "Instance":
            return _types()[class_name].get(name)
        facts = api.find_member(class_name, name)
        return None if facts is None or "undocumented" in facts else _typed(facts["owner"], name, facts)

    def declared(self, name: str) -> tuple[Member, ...]:
        return self._classes.declared(name)

    @cache  # noqa: B019 - there is one
    def named(self, name: str, *, is_method: bool) -> tuple[Member, ...]:
        """Every member of that name that scripts may mean; names in lower case are mostly a program's own."""
        if not name[0].isupper():
            return ()
        found = [member for member in self.declared(name) if not _is_closed(member)]
        found += [members[name] for type_name, members in _types().items() if name in members]
        wanted = [member for member in found if (member.kind == "method") == is_method]
        return tuple(member for member in wanted if not member.deprecated)


@cache
def _engine() -> _Engine:
    classes = roblox_world().engine
    assert classes is not None
    return _Engine(classes)


@cache
def _world() -> World:
    world = roblox_world()
    constructors = {
        f"{name}.{entry['name']}": name
        for name in api.datatype_names()
        if name != "Instance"
        for entry in (api.find_datatype(name) or {}).get("constructors", ())
    }
    constants = {name: name for name in api.datatype_names() if (api.find_datatype(name) or {}).get("constants")}
    return replace(world, classes={**world.classes, **constants}, constructors=constructors, engine=_engine())


def _is_closed(member: Member) -> bool:
    facts = api.find_member(member.owner, member.name) or {}
    security = facts.get("security") or facts.get("read") or ""
    return security not in {"", "PluginSecurity", "LocalUserSecurity"} or "Deprecated" in api.own_class(
        member.owner
    ).get("tags", ())


def _typed(owner: str, name: str, facts: dict[str, Any]) -> Member:
    returns = facts.get("returns") or ()
    kind = facts["kind"]
    type_ = "EnumItem" if facts.get("enum") else facts.get("type") or (returns[0] if returns else "")
    return Member(owner, name, kind, "RBXScriptSignal" if kind == "event" else type_, (), "deprecated" in facts)


@cache
def _types() -> dict[str, dict[str, Member]]:
    """The members that values of each data type have."""
    found: dict[str, dict[str, Member]] = {}
    for name in api.datatype_names():
        facts = api.find_datatype(name) or {}
        members = found[name] = {}
        for entry in (*facts.get("constants", ()), *facts.get("properties", ())):
            members[entry["name"]] = _typed(name, entry["name"], {"kind": "property", **entry})
        for entry in facts.get("methods", ()):
            members[entry["name"]] = _typed(name, entry["name"], {"kind": "method", **entry})
    return found
