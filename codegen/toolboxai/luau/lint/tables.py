"""Rules about tables and loops over them: `#`, `pairs`, ranges, insertion and removal, keys that stand twice."""

from collections.abc import Iterator
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.folding import Constant
from toolboxai.luau.lint.kinds import a_kind, kind_of, record_of
from toolboxai.luau.lint.registry import ERROR, WARNING, File, Finding, at, rule

_NO_LENGTH: Final = frozenset({"number", "boolean", "nil", "function"})
_NO_LOOP: Final = _NO_LENGTH - {"function"} | {"string"}
_SEVERAL: Final = frozenset({
    "coroutine.resume", "math.frexp", "math.modf", "next", "pcall", "select", "string.byte", "string.find",
    "string.gsub", "string.match", "table.unpack", "unpack", "xpcall",
})  # fmt: skip


def _number(file: File, node: s.Expression | None) -> float | None:
    known = file.folder.fold(node) if node is not None else None
    return known.value if known is not None and isinstance(known.value, float) else None


def _is_length_of(file: File, node: s.Expression, table: s.Expression) -> bool:
    return isinstance(node, s.Unary) and node.operator == "#" and file.text(node.operand) == file.text(table)


@rule("duplicate-key", WARNING, "A table constructor gives one key twice: the last one stays.", "Delete one of them.",
      luau="TableLiteral")  # fmt: skip
def duplicate_key(file: File) -> Iterator[Finding]:
    for table in file.each(s.Table):
        seen: dict[tuple[type, object], int] = {}
        position = 0.0
        for item in table.items:
            place = item.value if item.key is None else item.key
            if item.key is None:
                position += 1.0
            known = Constant(position) if item.key is None else file.folder.fold(item.key)
            if known is None or known.value is None:
                continue
            key = known.value
            name = (type(key), key)
            if name in seen:
                shown = key.decode("utf-8", "replace") if isinstance(key, bytes) else f"{key:g}"
                yield at(place, f"the key '{shown}' stands in line {file.line(seen[name])} already")
            seen.setdefault(name, place.start)


@rule("length-misuse", WARNING, "# counts the list part of a table, and the bytes of a string; nothing else.",
      "Count with a loop, or take the length of a list.")  # fmt: skip
def length_misuse(file: File) -> Iterator[Finding]:
    for node in file.each(s.Unary):
        if node.operator != "#":
            continue
        kind = kind_of(file, node.operand)
        if kind in _NO_LENGTH:
            yield at(node, f"{a_kind(kind)} has no length: this fails")
        elif record_of(file, node.operand) is not None:
            yield at(node, "this table has named keys only: # is always 0")


@rule("for-range", WARNING, "A numeric loop whose range is not what it seems.",
      "Lists go from 1 to #list; counting down needs a step of -1.", luau="ForRange")  # fmt: skip
def for_range(file: File) -> Iterator[Finding]:
    for loop in file.each(s.NumericFor):
        for limit in (loop.first, loop.last, loop.step):
            kind = kind_of(file, limit) if limit is not None else None
            if limit is not None and kind not in {None, "number", "string"}:
                remedy = f"Write #{file.text(limit)}." if kind == "table" and isinstance(limit, s.Name) else ""
                yield at(limit, f"a loop cannot count with {a_kind(kind)}: this fails", remedy)
        first, last = _number(file, loop.first), _number(file, loop.last)
        step = 1.0 if loop.step is None else _number(file, loop.step)
        message = ""
        if first is not None and last is not None and step is not None:
            if step == 0:
                message = "a step of 0 never arrives"
            elif (last - first) * step < 0:
                message = f"this loop never runs: {file.text(loop.last)} is not on the way from {file.text(loop.first)}"
        elif loop.step is None and isinstance(loop.first, s.Unary) and loop.first.operator == "#" and last is not None:
            message = "this loop counts up, but starts at the length; a step of -1 is missing" if last <= 1 else ""
        elif first == 0 and step == 1 and isinstance(loop.last, s.Unary) and loop.last.operator == "#":
            message = "this loop starts at 0, but lists start at 1"
        if message:
            yield Finding(loop.first.start, loop.last.end, message)


@rule("iterator-misuse", ERROR, "A loop over something that cannot be looped over.",
      "Loop over a table; count with for i = 1, n do.")  # fmt: skip
def iterator_misuse(file: File) -> Iterator[Finding]:
    for loop in file.each(s.GenericFor):
        if len(loop.iterators) != 1:
            continue
        iterator = loop.iterators[0]
        kind = kind_of(file, iterator)
        if kind in _NO_LOOP:
            yield at(iterator, f"{a_kind(kind)} cannot be looped over: this fails", _counted(file, iterator))
        elif isinstance(iterator, s.Name | s.Field):
            yield from _uncalled(file, iterator)
        elif isinstance(iterator, s.Call):
            yield from _pairs(file, iterator)


def _counted(file: File, node: s.Expression) -> str:
    return f"Write for i = 1, {file.text(node)} do." if isinstance(node, s.Unary) and node.operator == "#" else ""


def _uncalled(file: File, node: s.Name | s.Field) -> Iterator[Finding]:
    name = file.folder.function_name(node)
    if name in {"pairs", "ipairs", "next"}:
        yield at(node, f"'{name}' is not given a table: this fails", f"Write {name}(t)." if name != "next" else "")
    elif isinstance(node, s.Field):
        member = file.classes.member(node)
        if member is not None and member.kind == "method":
            yield at(node, f"'{member.path}' is a method and must be called", f"Write :{member.name}().")


def _pairs(file: File, call: s.Call) -> Iterator[Finding]:
    name = file.folder.function_name(call.function)
    if name not in {"pairs", "ipairs"}:
        return
    if not call.arguments:
        yield at(call, f"{name}() needs a table: this fails")
        return
    given = call.arguments[0]
    kind = kind_of(file, given)
    if kind in _NO_LOOP | {"function"}:
        yield at(given, f"{name}() is given {a_kind(kind)}: this fails", _counted(file, given))
    elif name == "ipairs" and record_of(file, given) is not None:
        yield at(given, "this table has named keys only: ipairs finds nothing", "Use pairs.")


@rule("table-operations", WARNING, "A call of the table library that does not do what it seems to.",
      "Lists go from 1 to #list; table.insert(t, x) appends, table.remove(t) takes the last.",
      luau="TableOperations")  # fmt: skip
def table_operations(file: File) -> Iterator[Finding]:
    for call in file.each(s.Call):
        if not call.arguments or not isinstance(call.function, s.Field | s.Name):
            continue
        name = file.folder.function_name(call.function) or ""
        check = _OPERATIONS.get(name)
        message = check(file, call.arguments) if check is not None else ""
        if message:
            yield at(call, message)


def _insert(file: File, arguments: list[s.Expression]) -> str:
    if len(arguments) == 2:
        value = arguments[1]
        if isinstance(value, s.Call) and (name := file.folder.function_name(value.function)) in _SEVERAL:
            return f"'{name}' gives several values, and table.insert takes the first as the place; set it in ( )"
        return ""
    if len(arguments) != 3:
        return ""
    place = arguments[1]
    if _number(file, place) == 0:
        return "this puts the value at 0, before the list; the first place is 1"
    if isinstance(place, s.Binary) and place.operator == "+" and _number(file, place.right) == 1:
        return (
            "table.insert appends by itself; no place is needed"
            if _is_length_of(file, place.left, arguments[0])
            else ""
        )
    if _is_length_of(file, place, arguments[0]):
        return "this puts the value before the last one; to append, leave the place out"
    return ""


def _remove(file: File, arguments: list[s.Expression]) -> str:
    if len(arguments) != 2:
        return ""
    place = arguments[1]
    if _number(file, place) == 0:
        return "this removes nothing from the list; the first place is 1"
    if isinstance(place, s.Binary) and place.operator in {"+", "-"} and _number(file, place.right) == 1:
        if not _is_length_of(file, place.left, arguments[0]):
            return ""
        return (
            "this removes nothing: the place is behind the list"
            if place.operator == "+"
            else ("this removes the one before the last; table.remove(t) removes the last")
        )
    return ""


def _move(file: File, arguments: list[s.Expression]) -> str:
    if len(arguments) >= 4 and 0 in {_number(file, arguments[1]), _number(file, arguments[3])}:
        return "a list starts at 1, not at 0"
    return ""


def _create(_file: File, arguments: list[s.Expression]) -> str:
    if len(arguments) == 2 and isinstance(arguments[1], s.Table | s.Function):
        return "all places get one and the same table; make a new one for each in a loop"
    return ""


def _find(_file: File, arguments: list[s.Expression]) -> str:
    if len(arguments) >= 2 and isinstance(arguments[1], s.Table | s.Function):
        return "a new table or function is never found"
    return ""


_OPERATIONS: Final = {
    "table.insert": _insert, "table.remove": _remove, "table.move": _move, "table.create": _create, "table.find": _find,
}  # fmt: skip
