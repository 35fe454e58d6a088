"""Spells newer Luau in the grammar of an older real VM: the same lines, the same meaning, most files unchanged."""

import re
from collections.abc import Iterator

from toolboxai.luau import syntax as s
from toolboxai.luau.scopes import resolve
from toolboxai.luau.symbols import UseKind

_NEWER = re.compile(rb"\bconst\b|\bexport\b|<<|@\[|[0-9a-fA-F_]i\b|\A#!")
_EXPORT = re.compile(rb"export\s+(?:local|const)\b|export\b")
_Edit = tuple[int, int, bytes]


def older(chunk: s.Chunk) -> bytes:
    """The source without `const`, exported variables, explicit type arguments, bracketed attributes and `#!`.

    An integer literal becomes an error that says it cannot run; exported variables are fields of the module's value.
    """
    source = chunk.source
    if not _NEWER.search(source):
        return source
    edits = [edit for node in s.walk(chunk.block) for edit in _edits(node, source)]
    exports = _exports(chunk)
    edits += exports
    if source.startswith(b"#!"):
        edits.append((0, 2, b"--"))
    parts, place = [], 0
    for start, end, text in sorted(edits):
        if start >= place:  # what lies inside a part that goes, goes with it
            parts += [source[place:start], text]
            place = end
    parts.append(source[place:])
    if exports:
        parts.append(b"\nreturn table.freeze(%b)" % _table(source))
    return b"".join(parts)


def _edits(node: s.Node, source: bytes) -> Iterator[_Edit]:
    match node:
        case s.Local(is_const=True, exported=False) | s.LocalFunction(is_const=True, exported=False):
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


def _table(source: bytes) -> bytes:
    """A name that the file does not have, for the table of what it exports."""
    name = b"exports"
    while name in source:
        name += b"_"
    return name


def _exports(chunk: s.Chunk) -> list[_Edit]:
    """Makes each exported variable a field, where it is defined and where it is used."""
    symbols = [symbol for symbol in resolve(chunk).symbols if symbol.is_exported and symbol.kind.startswith("local")]
    if not symbols:
        return []
    source = chunk.source
    table = _table(source)
    first = chunk.block.statements[0].start
    edits = [(first, first, b"local %b={};" % table)]
    for statement in {symbol.statement for symbol in symbols}:
        assert statement is not None
        words = _EXPORT.match(source, statement.start)
        assert words is not None
        edits.append((words.start(), words.end(), _breaks(source, words.start(), words.end())))
        if isinstance(statement, s.Local) and not statement.values:
            edits.append((statement.end, statement.end, b"=nil"))
    for symbol in symbols:
        node = symbol.node
        assert node is not None
        spans = [(use.node.start, use.node.end) for use in symbol.uses if use.kind is not UseKind.TYPE]
        name = b"%b.%b" % (table, symbol.name.encode())
        edits += [(start, end, name) for start, end in spans]
        edits.append((node.start, node.end, name + _breaks(source, node.start, node.end)))
    return edits


def _moved_up(before: int, start: int, end: int, source: bytes) -> Iterator[_Edit]:
    """Takes type arguments away, and puts their line breaks ahead: none may stand between a function and its `(`."""
    yield before, before, _breaks(source, start, end)
    yield start, end, b""


def _breaks(source: bytes, start: int, end: int) -> bytes:
    return b"\n" * source.count(b"\n", start, end)
