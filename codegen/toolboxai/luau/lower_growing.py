"""Loops that give new keys to the table they go through.

Neither Luau nor Lua promises anything of them; but Luau goes through the same table in the same order each time: a
program that found every key once always does. Here the order differs from run to run.
"""

from toolboxai.luau import syntax as s


def grown(node: s.GenericFor) -> s.Expression | None:
    """The table that the loop goes through, where its body puts something under a key that is not the loop's own."""
    table = _table(node.iterators)
    path = _path(table) if table is not None else None
    if path is None:
        return None
    key = node.variables[0].name
    for part in s.walk(node.body):
        targets = part.targets if isinstance(part, s.Assign) else []
        for target in targets:
            if isinstance(target, s.Index) and _path(target.object) == path and not _is(target.key, key):
                return table
    return None


def named(node: s.GenericFor) -> str:
    """The function that the loop names as going through the table: `next`, `pairs`, or none."""
    first = node.iterators[0]
    if len(node.iterators) > 1:
        return "next"
    return "pairs" if isinstance(first, s.Call) else ""


def _table(iterators: list[s.Expression]) -> s.Expression | None:
    first = iterators[0]
    if len(iterators) == 1:
        if isinstance(first, s.Call) and _is(first.function, "pairs") and len(first.arguments) == 1:
            return first.arguments[0]
        return first
    return iterators[1] if _is(first, "next") else None


def _path(node: s.Node) -> tuple[str, ...] | None:
    names: list[str] = []
    while isinstance(node, s.Field):
        names.append(node.name.name)
        node = node.object
    return (node.name, *reversed(names)) if isinstance(node, s.Name) else None


def _is(node: s.Node, name: str) -> bool:
    return isinstance(node, s.Name) and node.name == name
