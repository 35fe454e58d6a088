"""What is soaked: a name, and a function of bytes that may raise nothing.

To register one, put ``@target`` over it; it runs under both engines and is seeded with the corpus.
"""

from collections.abc import Callable

from toolboxai.luau.lower import Target, lower
from toolboxai.luau.outline import outline
from toolboxai.luau.parser import parse
from toolboxai.luau.printer import PrintError, to_source
from toolboxai.luau.syntax import walk

TARGETS: dict[str, Callable[[bytes], None]] = {}


def target(function: Callable[[bytes], None]) -> Callable[[bytes], None]:
    TARGETS[function.__name__.removeprefix("soak_")] = function
    return function


@target
def soak_parse(data: bytes) -> None:
    chunk = parse(data)
    assert chunk.source == data
    for node in walk(chunk.block):
        assert node.start <= node.end
    for _ in outline(chunk):
        pass


@target
def soak_print(data: bytes) -> None:
    chunk = parse(data)
    assert to_source(chunk) == data
    try:
        anew = to_source(chunk.block)
    except PrintError:
        assert chunk.problems  # only an error node has no source of its own
    else:
        assert chunk.problems or not parse(anew).problems


@target
def soak_lower(data: bytes) -> None:
    chunk = parse(data)
    if not chunk.problems:
        for engine in Target:
            lower(chunk, engine)


if __name__ == "__main__":
    print(*TARGETS)
