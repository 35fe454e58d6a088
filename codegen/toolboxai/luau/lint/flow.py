"""Rules about the way a program takes: what is never reached, never ends, never happens or ends without a value."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lint.kinds import is_pure, same
from toolboxai.luau.lint.registry import ERROR, NOTE, WARNING, File, Finding, at, rule

_OPERATOR: Final = re.compile(rb"([ \t]*)(?:(?:and|or)\b|[-+*/%^.=~<>]{1,2})?[ \t]*")
_RETURNS, _ERRS, _JUMPS, _HANGS = "returns", "fails", "leaves the loop", "never ends"
_NEVER_YIELD: Final = frozenset({
    "print", "warn", "tostring", "tonumber", "type", "typeof", "pairs", "ipairs", "next", "select", "rawget", "rawset",
    "setmetatable", "getmetatable", "unpack",
})  # fmt: skip
_QUIET_LIBRARIES: Final = frozenset({"math", "string", "table", "bit32", "utf8", "buffer", "vector"})


@dataclass(slots=True)
class _Flow:
    """How each block ends; which have a `break` or a `return` of their own in them, functions inside left out."""

    ends: dict[s.Block, str] = field(default_factory=dict)
    breaks: set[s.Block] = field(default_factory=set)
    returns: set[s.Block] = field(default_factory=set)
    values: set[s.Block] = field(default_factory=set)
    unreachable: list[tuple[s.Statement, str]] = field(default_factory=list)


def _flow(file: File) -> _Flow:
    """Worked out once a file, from the innermost blocks to the outermost."""
    found = file.shared.get("flow")
    if not isinstance(found, _Flow):
        file.shared["flow"] = found = _Flow()
        for block in reversed(file.each(s.Block)):
            _block(file, found, block)
        found.unreachable.sort(key=lambda place: place[0].start)
    return found


def _inner(statement: s.Statement) -> list[s.Block]:
    if isinstance(statement, s.If):
        blocks = [body for _, body in statement.branches]
        return [*blocks, statement.otherwise] if statement.otherwise else blocks
    if isinstance(statement, s.Do | s.While | s.Repeat | s.NumericFor | s.GenericFor):
        return [statement.body]
    return []


def _block(file: File, flow: _Flow, block: s.Block) -> None:
    end = ""
    for index, statement in enumerate(block.statements):
        inner = _inner(statement)
        if isinstance(statement, s.Break) or (
            isinstance(statement, s.Do | s.If) and any(body in flow.breaks for body in inner)
        ):
            flow.breaks.add(block)
        if isinstance(statement, s.Return) or any(body in flow.returns for body in inner):
            flow.returns.add(block)
        if (isinstance(statement, s.Return) and statement.values) or any(body in flow.values for body in inner):
            flow.values.add(block)
        if not end:
            end = _end(file, flow, statement)
            following = block.statements[index + 1] if end and index + 1 < len(block.statements) else None
            if following is not None and not _is_plain_return(end, following):
                flow.unreachable.append((following, end))
    if end:
        flow.ends[block] = end


def _is_plain_return(end: str, statement: s.Statement) -> bool:
    """``error(...) return nil``, written for the type checker; and types, which run nowhere."""
    return (end in {_ERRS, _HANGS} and isinstance(statement, s.Return)) or isinstance(
        statement, s.TypeAlias | s.TypeFunction
    )


def _end(file: File, flow: _Flow, node: s.Statement) -> str:
    """How ``node`` keeps what follows from being reached; "" where it does not."""
    if isinstance(node, s.Return):
        return _RETURNS
    if isinstance(node, s.Break | s.Continue):
        return _JUMPS
    if isinstance(node, s.CallStatement):
        call = node.call
        is_error = isinstance(call, s.Call) and isinstance(call.function, s.Name) and call.function.name == "error"
        return _ERRS if is_error and file.folder.function_name(call.function) == "error" else ""  # type: ignore[union-attr]
    if isinstance(node, s.Do):
        return flow.ends.get(node.body, "")
    if isinstance(node, s.If):
        ends = [flow.ends.get(body, "") for body in _inner(node)]
        if node.otherwise is None or not all(ends):
            return ""
        return next((end for end in (_JUMPS, _RETURNS, _HANGS) if end in ends), _ERRS)
    if isinstance(node, s.While):
        known = file.folder.fold(node.condition)
        return _HANGS if known is not None and known.truthy and node.body not in flow.breaks else ""
    if isinstance(node, s.Repeat):
        end = flow.ends.get(node.body, "")
        return end if end in {_RETURNS, _ERRS} else ""
    return ""


@rule("unreachable-code", WARNING, "Code that can never run.", "Delete it, or move it up.", luau="UnreachableCode",
      needs_whole=True)  # fmt: skip
def unreachable_code(file: File) -> Iterator[Finding]:
    for statement, end in _flow(file).unreachable:
        yield at(statement, f"this is never reached: the code above always {end}")


@rule("implicit-return", NOTE, "A function returns values on some ways, and nothing on others.",
      "End it with a return; write return nil where nothing is meant.", luau="ImplicitReturn",
      needs_whole=True)  # fmt: skip
def implicit_return(file: File) -> Iterator[Finding]:
    flow = _flow(file)
    for node in file.each(s.Function):
        if node.body in flow.values and node.body not in flow.ends:
            yield Finding(node.end - len("end"), node.end, "the end is reached without a value, yet others return one")


@rule("endless-loop", ERROR, "A loop that never ends and never waits: Studio hangs.",
      "Call task.wait() in it, or leave it with break.", needs_whole=True)  # fmt: skip
def endless_loop(file: File) -> Iterator[Finding]:
    flow = _flow(file)
    waits: list[int] | None = None
    for node in file.either(s.While, s.Repeat):
        known = file.folder.fold(node.condition)
        if known is None or known.truthy != isinstance(node, s.While):
            continue
        if node.body in flow.breaks or node.body in flow.returns:
            continue
        waits = _calls_that_may_yield(file) if waits is None else waits
        index = bisect_left(waits, node.start)
        if index == len(waits) or waits[index] >= node.end:
            yield Finding(node.start, node.start + len("while"), "this loop never ends and never waits")


def _calls_that_may_yield(file: File) -> list[int]:
    """Where a call stands that could wait or fail: all but those of functions known to do neither."""
    starts = [node.end for node in file.each(s.MethodCall)]
    for node in file.each(s.Call):
        name = file.folder.function_name(node.function) or ""
        if name not in _NEVER_YIELD and name.partition(".")[0] not in _QUIET_LIBRARIES:
            starts.append(node.end - 1)
    return sorted(starts)


@rule("empty-block", NOTE, "A block with nothing in it, not even a comment.",
      "Write what belongs there, or a comment that says why nothing does.", needs_whole=True)  # fmt: skip
def empty_block(file: File) -> Iterator[Finding]:
    comments = [start for start, _ in file.chunk.comments]
    owners: list[s.Statement] = [*file.each(s.If), *file.each(s.Do), *file.each(s.While), *file.each(s.Repeat)]
    owners += [*file.each(s.NumericFor), *file.each(s.GenericFor)]
    for owner in owners:
        blocks = _inner(owner)
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            if block.statements:
                continue
            end = following.start if following is not None else owner.end
            first = bisect_left(comments, block.start)
            if first == len(comments) or comments[first] >= end:
                yield Finding(owner.start, owner.start + 2, f"a block of this {_word(owner)} is empty")


def _word(node: s.Statement) -> str:
    return {s.If: "if", s.Do: "do", s.While: "while", s.Repeat: "repeat"}.get(type(node), "for")


@rule("duplicate-condition", WARNING, "A condition that was asked before: its branch, or its operand, changes nothing.",
      "Delete it, or ask what you meant.", luau="DuplicateCondition")  # fmt: skip
def duplicate_condition(file: File) -> Iterator[Finding]:
    for node in file.either(s.If, s.IfExpression):
        seen: dict[str, int] = {}
        for condition, _ in node.branches if len(node.branches) > 1 else ():
            text = file.text(condition)
            if text in seen and is_pure(condition):
                yield at(condition, f"'{text}' was asked in line {file.line(seen[text])}: this branch never runs")
            seen.setdefault(text, condition.start)
    for pair in file.each(s.Binary):
        if pair.operator in {"and", "or"} and same(file, pair.left, pair.right):
            yield at(pair, f"both sides of '{pair.operator}' are '{file.text(pair.left)}'")


@rule("misleading-and-or", WARNING, "'a and b or c' where b is false or nil: c is taken always.",
      "Write if a then b else c.", luau="MisleadingAndOr")  # fmt: skip
def misleading_and_or(file: File) -> Iterator[Finding]:
    for node in file.each(s.Binary):
        left = node.left
        if node.operator != "or" or not isinstance(left, s.Binary) or left.operator != "and":
            continue
        known = file.folder.fold(left.right)
        if known is not None and not known.truthy:
            yield at(node, f"'{file.text(left.right)}' is never the result of this and-or")


@rule("multi-line-statement", WARNING, "A statement goes on in a line that is not indented: it reads as a new one.",
      "Indent the line that goes on.", luau="MultiLineStatement")  # fmt: skip
def multi_line_statement(file: File) -> Iterator[Finding]:
    for block in file.each(s.Block):
        for statement in block.statements:
            parts = _parts(statement)
            if parts and (place := _outdented(file, statement, parts)) is not None:
                yield Finding(place, place + 1, "the statement above goes on in this line")


def _parts(statement: s.Statement) -> list[s.Expression]:
    if isinstance(statement, s.Local | s.Assign | s.Return):
        return statement.values
    if isinstance(statement, s.CompoundAssign):
        return [statement.value]
    return [statement.call] if isinstance(statement, s.CallStatement) else []


def _outdented(file: File, statement: s.Statement, parts: list[s.Expression]) -> int | None:
    """Where an operand, or its operator, begins a line at or before the statement's own column."""
    starts = file.chunk.line_starts
    first = file.line(statement.start)
    if first == len(starts) or starts[first] > statement.end:
        return None
    column = statement.start - starts[first - 1]
    stack = list(parts)
    while stack:
        node = stack.pop()
        if isinstance(node, s.Binary):
            stack += (node.left, node.right)
        elif isinstance(node, s.String):
            continue  # a long string may well begin a line
        line = file.line(node.start)
        before = _OPERATOR.fullmatch(file.chunk.source, starts[line - 1], node.start)
        if line > first and before and len(before[1]) <= column:
            return before.end(1)
    return None
