"""Rules about calls and numbers: deprecated names, formats and their arguments, literals that lose digits."""

import re
from collections.abc import Iterator
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lint.kinds import kind_of
from toolboxai.luau.lint.registry import ERROR, WARNING, File, Finding, at, rule

_SPECIFIER: Final = re.compile(rb"%([-+ #0]*[0-9]{0,2}(?:\.[0-9]{0,2})?)(.?)", re.DOTALL)
_CONVERSIONS: Final = frozenset(b"cdiouxXeEfFgGaAqs*%")
_NUMERIC: Final = frozenset(b"cdiouxXeEfFgGaA")
_OLD_SIGNAL_METHODS: Final = {"connect": ":Connect", "wait": ":Wait"}
_EXACT: Final = 1 << 53


@rule("deprecated-global", WARNING, "A global, or a library's function, that is kept for old code only.",
      "Use what replaced it.", luau="DeprecatedGlobal")  # fmt: skip
def deprecated_global(file: File) -> Iterator[Finding]:
    deprecated = file.world.deprecated
    for name, symbol in file.scopes.globals.items():
        if name in deprecated and not symbol.is_written:
            for use in symbol.uses:
                yield at(use.node, f"'{name}' is deprecated", _use(deprecated[name]))
    for field in file.each(s.Field):
        if isinstance(field.object, s.Name) and (path := f"{field.object.name}.{field.name.name}") in deprecated:
            symbol_of_root = file.scopes.globals.get(field.object.name)
            if file.scopes.find(field.object) is symbol_of_root:
                yield at(field, f"'{path}' is deprecated", _use(deprecated[path]))


def _use(replacement: str) -> str:
    return f"Use {replacement}." if replacement else "Nothing takes its place: do without it."


@rule("deprecated-member", WARNING, "A member of an engine class that is kept for old code only.",
      "Use what replaced it.", luau="DeprecatedApi")  # fmt: skip
def deprecated_member(file: File) -> Iterator[Finding]:
    if file.world.engine is None:
        return
    for node in file.either(s.Field, s.MethodCall):
        if any(member.deprecated for member in file.world.engine.declared(node.name.name)):
            member = file.classes.member(node)
            if member is not None and member.deprecated:
                yield at(node.name, f"'{member.path}' is deprecated", _use(member.use))
    for call in file.each(s.MethodCall):
        current = _OLD_SIGNAL_METHODS.get(call.name.name)
        if current is not None and isinstance(call.object, s.Field) and _is_event(file, call.object):
            yield at(call.name, f"'RBXScriptSignal:{call.name.name}' is deprecated", _use(current))


def _is_event(file: File, node: s.Field) -> bool:
    """Whether a field is an event: of its class, or where that is unknown, of every class that has the name."""
    engine = file.world.engine
    member = file.classes.member(node)
    if engine is None or member is not None:
        return member is not None and member.kind == "event"
    declared = engine.declared(node.name.name)
    return (
        bool(declared)
        and not file.classes.is_own_table(node.object)
        and all(found.kind == "event" for found in declared)
    )


@rule("format-string", ERROR, "A format and its arguments do not fit.", "Give one value for each % of the format.",
      luau="FormatString")  # fmt: skip
def format_string(file: File) -> Iterator[Finding]:
    for call in file.each(s.Call):
        if call.arguments and file.folder.function_name(call.function) == "string.format":
            yield from _format(file, call.arguments[0], call.arguments[1:])
    for method in file.each(s.MethodCall):
        if method.name.name == "format":
            yield from _format(file, method.object, method.arguments)


def _format(file: File, node: s.Expression, arguments: list[s.Expression]) -> Iterator[Finding]:
    text = file.folder.text(node)
    if text is None:
        return
    wanted: list[int] = []
    for specifier in _SPECIFIER.finditer(text):
        conversion = specifier[2]
        if not conversion or conversion[0] not in _CONVERSIONS:
            shown = specifier[0].decode("utf-8", "replace")
            yield at(node, f"'{shown}' is no format: this fails", "Write %% for a percent sign.")
            return
        if conversion != b"%":
            wanted.append(conversion[0])
    given = len(arguments)
    open_end = bool(arguments) and isinstance(arguments[-1], s.Call | s.MethodCall | s.Vararg)
    if given < len(wanted) and not open_end:
        yield at(node, f"the format wants {_values(len(wanted))}, and gets {given}: this fails")
    elif given > len(wanted):
        yield at(arguments[len(wanted)], f"the format wants {_values(len(wanted))}; this one is not shown")
    for conversion_byte, argument in zip(wanted, arguments, strict=False):
        if conversion_byte in _NUMERIC and kind_of(file, argument) in {"nil", "boolean", "table", "function"}:
            yield at(argument, f"%{chr(conversion_byte)} wants a number: this fails", "Use %s, or %* for any value.")


def _values(count: int) -> str:
    return f"{count} value" if count == 1 else f"{count} values"


@rule("inexact-number", WARNING, "A whole number with more digits than a number can hold.",
      "Write it as a string, or shorter.", luau="IntegerParsing")  # fmt: skip
def inexact_number(file: File) -> Iterator[Finding]:
    for node in file.each(s.Number):
        if len(node.text) < 14:
            continue
        plain = node.text.replace("_", "").lower()
        try:
            value = int(plain, 0 if plain.startswith(("0x", "0b")) else 10)
        except ValueError:
            continue  # not a whole number, or a 64-bit integer
        if value > _EXACT and (value >= 1 << 64 or int(float(value)) != value):
            yield at(node, f"this number is rounded to {float(value) if value < 1 << 64 else 2.0**64:.0f}")
