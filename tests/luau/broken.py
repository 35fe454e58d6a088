"""Files broken in one place, as an author's typing breaks them, and how much of the whole file's tree is still there."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args

from toolboxai.luau import syntax as s
from toolboxai.luau.tokens import Tokens

_STATEMENTS = get_args(s.Statement)
_DELETED = ("end", ")", "(", "}", "{", "then", "do", "function", "if", "=", ",", "until")
_HALF_TYPED = (
    "foo.", "foo:", "foo(", "foo(a,", "if", "if x", "if x then", "local x =", "local", "function", "function f",
    "function f(", "local function f()", "for", "for i = 1,", "for k, v in", "while x do", "repeat", "return (",
    "x = {", "x = foo[", "end", ")", "}", 'print("abc', "print([[abc", "--[[ abc", "print(`abc {x", "local x: ",
    "local x: {", "type T =", "type T = {", "? ! $ = ] + 12 %", "x +=", "elseif x then", "else", "foo(function()",
)  # fmt: skip
_LINE_STARTS = frozenset({"local", "if", "for", "while", "repeat", "return", "name", "function", "end"})


@dataclass(frozen=True)
class Break:
    """The bytes ``start:end`` of a file become ``text``."""

    name: str
    start: int
    end: int
    text: bytes

    def of(self, source: bytes) -> bytes:
        return source[: self.start] + self.text + source[self.end :]


def breaks(source: bytes, chance: random.Random) -> Iterator[Break]:
    """Each way of breaking it once, somewhere."""
    text = source.decode("latin-1")
    tokens = Tokens(text)
    count = len(tokens.kinds) - 1
    for kind in (*_DELETED, ""):
        places = [i for i in range(count) if kind in {"", tokens.kinds[i]}]
        if places:
            i = chance.choice(places)
            yield Break(f"no {kind or 'token'}", tokens.starts[i], tokens.ends[i], b"")
    strings = [i for i in range(count) if tokens.kinds[i] == "string"]
    if strings:
        end = tokens.ends[chance.choice(strings)]
        yield Break("open string", end - 1, end, b"")
    lines = [
        tokens.starts[i]
        for i in range(1, count)
        if tokens.kinds[i] in _LINE_STARTS and "\n" in text[tokens.ends[i - 1] : tokens.starts[i]]
    ]
    if not lines:
        return
    for half in _HALF_TYPED:
        place = chance.choice(lines)
        margin = text[text.rfind("\n", 0, place) + 1 : place]
        yield Break(half, place, place, f"{half}\n{margin}".encode("latin-1"))
    begin = text.rfind("\n", 0, chance.choice(lines)) + 1
    line = text[begin:].split("\n", 1)[0].encode("latin-1")
    yield Break(
        "merge conflict", begin, begin, b"<<<<<<< HEAD\n" + line + b"\n=======\n" + line + b"\n>>>>>>> theirs\n"
    )


def surviving(source: bytes, broken: Break, read: Callable[[bytes], s.Chunk]) -> tuple[int, int]:
    """How many statements outside the broken place are in the broken file's tree as in the whole one's, of how many.

    The same kind, the same bytes, and the same statement around it.
    """
    moved = len(broken.text) - (broken.end - broken.start)
    whole = []
    for kind, start, end, around in _statements(read(source)):
        insertion = broken.start == broken.end
        touched = (start < broken.end and end > broken.start) or (insertion and start < broken.start < end)
        if touched:
            continue
        outer = around and (around[0], around[1] + moved * (around[1] >= broken.start))
        whole.append((kind, start + moved * (start >= broken.start), end + moved * (end > broken.start), outer))
    found = Counter(_statements(read(broken.of(source))))
    return sum((Counter(whole) & found).values()), len(whole)


def _statements(chunk: s.Chunk) -> list[tuple[str, int, int, tuple[str, int] | None]]:
    found = []
    stack: list[tuple[s.Node, tuple[str, int] | None]] = [(chunk.block, None)]
    while stack:
        node, around = stack.pop()
        if isinstance(node, _STATEMENTS):
            found.append((type(node).__name__, node.start, node.end, around))
            around = (type(node).__name__, node.start)
        stack += [(child, around) for child in s.children(node)]
    return found
