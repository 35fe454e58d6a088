"""A syntax tree as text: one line a node, with its place, for people and for tests."""

from collections.abc import Iterator

from toolboxai.luau.diagnostics import position
from toolboxai.luau.syntax import Chunk, Node

_INDENT = "  "


def outline(chunk: Chunk) -> Iterator[str]:
    """``slot: Class value line:column-line:column``, children below their parent, however deep."""
    stack: list[tuple[int, str, object]] = [(0, "", chunk.block)]
    while stack:
        depth, label, value = stack.pop()
        if isinstance(value, Node):
            yield f"{_INDENT * depth}{label}{type(value).__name__}{_scalars(value)} {_span(chunk, value)}"
            stack += reversed([(depth + 1, f"{name}: ", item) for name, item in _nested(value)])
        elif isinstance(value, (list, tuple)):
            if not value:
                continue
            for item in reversed(value):
                stack.append((depth, label, item))


def _span(chunk: Chunk, node: Node) -> str:
    return "-".join("{}:{}".format(*position(chunk, offset)) for offset in (node.start, node.end))


def _slots(node: Node) -> Iterator[tuple[str, object]]:
    for name in type(node).__struct_fields__:
        if name not in {"start", "end"}:
            yield name, getattr(node, name)


def _nested(node: Node) -> Iterator[tuple[str, object]]:
    return ((name, value) for name, value in _slots(node) if isinstance(value, (Node, list, tuple)))


def _scalars(node: Node) -> str:
    """The slots that are no nodes; what is None, False or empty is left out."""
    shown = [
        f" {name}={value!r}"
        for name, value in _slots(node)
        if not isinstance(value, (Node, list, tuple)) and value is not None and value is not False
    ]
    return "".join(shown)
