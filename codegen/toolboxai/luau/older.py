"""Spells newer Luau in the grammar of an older real VM: the same lines, the same meaning, most files unchanged."""

import re
from collections.abc import Iterator

from toolboxai.luau import syntax as s

_NEWER = re.compile(rb"\bconst\b|\bexport\b|<<|@\[|[0-9a-fA-F_]i\b|\A#!")
_Edit = tuple[int, int, bytes]


def older(chunk: s.Chunk) -> bytes:
    """The source without `const`, exported variables, explicit type arguments, bracketed attributes and `#!`.

    An integer literal becomes an error that says it cannot run. What a module exports is copied when it ends.
    """
    source = chunk.source
    if not _NEWER.search(source):
        return source
    edits = [edit for node in s.walk(chunk.block) for edit in _edits(node, source)]
    if source.startswith(b"#!"):
        edits.append((0, 2, b"--"))
    parts, place = [], 0
    for start, end, text in sorted(edits):
        if start >= place:  # what lies inside a part that goes, goes with it
            parts += [source[place:start], text]
            place = end
    parts.append(source[place:])
    exported = _exported(chunk.block)
    if exported:
        fields = ",".join(f"{name}={name}" for name in exported)
        parts.append(f"\nreturn table.freeze({{{fields}}})".encode())
    return b"".join(parts)


def _edits(node: s.Node, source: bytes) -> Iterator[_Edit]:
    match node:
        case s.Local(exported=True) | s.LocalFunction(exported=True):
            words = re.compile(rb"export(\s+)(?:local|const)|export").match(source, node.start)
            assert words is not None
            yield node.start, words.end(), (words[1] or b"") + b"local"
        case s.Local(is_const=True) | s.LocalFunction(is_const=True):
            yield node.start, node.start + len(b"const"), b"local"
        case s.Instantiation(expression=called):
            yield from _moved_up(node.start, called.end, node.end, source)
        case s.Function(attributes=[first, *_] as attributes):
            start = first.start if _is_bare(first, source) else source.rindex(b"@[", 0, first.start)
            last = attributes[-1]
            end = last.end if _is_bare(last, source) else source.index(b"]", last.end) + 1
            yield start, end, _breaks(source, start, end)
        case s.MethodCall(name=name, type_arguments=[*types]):
            end = source.index(b">>", types[-1].end if types else name.end) + 2
            yield from _moved_up(node.start, name.end, end, source)
        case s.Number(text=text) if text.endswith("i"):
            yield node.start, node.end, f'error("integer literals cannot run here yet: {text}")'.encode()


def _is_bare(attribute: s.Attribute, source: bytes) -> bool:
    """``@native``; not an entry of ``@[native]``."""
    return source.startswith(b"@", attribute.start)


def _exported(block: s.Block) -> list[str]:
    names: list[str] = []
    for statement in block.statements:
        if isinstance(statement, s.Local) and statement.exported:
            names += [binding.name for binding in statement.bindings]
        elif isinstance(statement, s.LocalFunction) and statement.exported:
            names.append(statement.name.name)
    return names


def _moved_up(before: int, start: int, end: int, source: bytes) -> Iterator[_Edit]:
    """Takes type arguments away, and puts their line breaks ahead: none may stand between a function and its `(`."""
    yield before, before, _breaks(source, start, end)
    yield start, end, b""


def _breaks(source: bytes, start: int, end: int) -> bytes:
    return b"\n" * source.count(b"\n", start, end)
