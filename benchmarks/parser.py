"""Our parser beside tree-sitter-luau and luaparser over the npm corpus, in one run: lines/s, growth, memory."""

import argparse
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import tree_sitter
import tree_sitter_luau
from growth import best, growth, one_file
from luaparser import ast as luaparser_ast

from corpus.sources import corpus
from referee import node_modules
from toolboxai.luau.parser import parse

_LUAPARSER_FILES = 40
_GARBAGE = (
    "local = = ",
    "(",
    "{",
    "[[",
    "'\n",
    "if if if ",
    "f(f(f(",
    "a.b.c.",
    "`{",
    "<<<<",
    "@[",
    "function function ",
)
_VALID = b'local x = f(a, {b = 1, "s"}, function(y) return y + 1 end) if x then g:h(x) end '


def _each(parse_one: Callable[[bytes], object], texts: list[bytes]) -> Callable[[], None]:
    def work() -> None:
        for text in texts:
            parse_one(text)

    return work


def _lines(texts: list[bytes]) -> int:
    return sum(text.count(b"\n") + 1 for text in texts)


def _luaparser_reads(texts: list[bytes]) -> list[bytes]:
    """Files that luaparser reads at all: plain Lua of middling size, evenly taken."""
    found = []
    for text in texts:
        if not 500 < len(text) < 6_000 or len(found) == _LUAPARSER_FILES:
            continue
        try:
            luaparser_ast.parse(text.decode())
        except Exception:  # noqa: BLE001  # whatever it raises, it does not read the file
            continue
        found.append(text)
    return found


def _peak_of_ten_thousand_lines(texts: list[bytes]) -> float:
    """MiB at the highest, the tree included; the largest files of the corpus, 10,000 lines of them in one."""
    joined = b"\n".join(sorted(texts, key=len, reverse=True)[:20]).split(b"\n")[:10_000]
    source = b"\n".join(joined)
    tracemalloc.start()
    chunk = parse(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del chunk
    return peak / 2**20


def _slowest_garbage() -> tuple[float, str]:
    """The seconds that 200 KB of the worst of `_GARBAGE` takes, and which it is."""
    texts = {piece: piece * (200_000 // len(piece)) for piece in _GARBAGE}
    return max((best(lambda text=text: parse(text), 1), piece) for piece, text in texts.items())


def _worst_growth() -> tuple[float, str]:
    """Ten times the garbage in how many times the time, for the worst of `_GARBAGE`."""
    found = []
    for piece in _GARBAGE:
        small = piece * (100_000 // len(piece))
        found.append((growth(small, parse, 2), piece))
    return max(found)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    texts = [source.text for source in corpus(node_modules())]
    grown = growth(one_file(texts), parse, rounds)
    sitter = tree_sitter.Parser(tree_sitter.Language(tree_sitter_luau.language()))
    ours = _lines(texts) / best(_each(parse, texts), rounds)
    theirs = _lines(texts) / best(_each(sitter.parse, texts), rounds)
    sample = _luaparser_reads(texts)
    slow = best(_each(lambda text: luaparser_ast.parse(text.decode()), sample), 1)
    same = best(_each(parse, sample), rounds)
    print(f"corpus: {len(texts)} files, {_lines(texts):,} lines")
    print(f"ours              {ours:>10,.0f} lines/s")
    print(f"tree-sitter-luau  {theirs:>10,.0f} lines/s   ours is {ours / theirs:.2f}x")
    print(
        f"luaparser         {_lines(sample) / slow:>10,.0f} lines/s   ours is {slow / same:.0f}x ({len(sample)} files)"
    )
    print(f"ten times the input takes {grown:.1f} times the time")
    print("200 KB of garbage take {:.2f} s at most ({!r})".format(*_slowest_garbage()))
    print("ten times the garbage takes {:.1f} times the time at most ({!r})".format(*_worst_growth()))
    line = _VALID * (2_000_000 // len(_VALID))
    ratio = best(lambda: parse(line), 2) / best(lambda: parse(line.replace(b") if", b")\nif")), 2)
    print(f"2 MB of code on one line take {ratio:.2f} times what they take on many")
    print(f"10,000 lines peak at {_peak_of_ten_thousand_lines(texts):.1f} MiB")


if __name__ == "__main__":
    main()
