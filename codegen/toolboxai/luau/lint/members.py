"""Rules about what is not there: functions of libraries, items of enums, engine classes and their members."""

import difflib
from collections.abc import Iterator
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lint.registry import WARNING, File, Finding, at, rule

_OF_SIGNALS: Final = frozenset({"Connect", "ConnectParallel", "Once", "Wait"})
_TAKE_CLASSES: Final = frozenset({
    "FindFirstAncestorOfClass", "FindFirstAncestorWhichIsA", "FindFirstChildOfClass", "FindFirstChildWhichIsA",
    "FindService", "GetService", "IsA",
})  # fmt: skip


@rule("unknown-member", WARNING, "A member that nothing of its kind has: using it fails.", "Check the spelling.")
def unknown_member(file: File) -> Iterator[Finding]:
    used = [call.function for call in file.each(s.Call) if isinstance(call.function, s.Field)]
    used += [field for field in file.each(s.Field) if _is_of_enum(field)]  # reading is enough to fail
    for field in used:
        path = file.folder.function_name(field.object)
        known = file.world.library(path) if path is not None else frozenset()
        if known and field.name.name not in known:
            yield at(field.name, f"'{path}' has no '{field.name.name}'", _meant(field.name.name, known))
    if file.world.engine is not None:
        for owner, name in _of_objects(file):
            if name.name not in file.world.members(""):
                yield at(name, f"'{owner}' has no '{name.name}'", _meant(name.name, file.world.members(owner)))


def _is_of_enum(field: s.Field) -> bool:
    root = field.object.object if isinstance(field.object, s.Field) else field.object
    return isinstance(root, s.Name) and root.name == "Enum"


def _of_objects(file: File) -> Iterator[tuple[str, s.Name]]:
    """Members of objects whose class is known, where no child can be meant: set, called, or listened to."""
    used = [target for node in file.each(s.Assign) for target in node.targets]
    used += [node.target for node in file.each(s.CompoundAssign)]
    used += [call.object for call in file.each(s.MethodCall) if call.name.name in _OF_SIGNALS]
    fields: list[s.Field | s.MethodCall] = [node for node in used if isinstance(node, s.Field)]
    for node in fields + file.each(s.MethodCall):
        owner = file.classes.of(node.object)
        if owner is not None:
            yield owner, node.name


def _meant(name: str, known: frozenset[str]) -> str:
    lowered = {item.lower(): item for item in sorted(known, reverse=True)}  # FindFirstChild, not findFirstChild
    near = difflib.get_close_matches(name.lower(), lowered, 1, 0.7)
    return f"Did you mean '{lowered[near[0]]}'?" if near else ""


@rule("unknown-class", WARNING, "The name of an engine class that there is not.", "Check the spelling.")
def unknown_class(file: File) -> Iterator[Finding]:
    if file.world.engine is None:
        return
    named = [call.arguments[0] for call in file.each(s.Call) if _makes(file, call)]
    named += [call.arguments[0] for call in file.each(s.MethodCall) if _asks(file, call)]
    for node in named:
        text = file.folder.text(node)
        if text is not None and not file.world.members(text.decode("latin-1")):
            yield at(node, f"there is no class '{text.decode('utf-8', 'replace')}'")


def _makes(file: File, call: s.Call) -> bool:
    return bool(call.arguments) and file.folder.function_name(call.function) == "Instance.new"


def _asks(file: File, call: s.MethodCall) -> bool:
    return bool(call.arguments) and call.name.name in _TAKE_CLASSES and file.classes.of(call.object) is not None
