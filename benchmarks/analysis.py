"""Scopes, lint and metrics over the npm corpus, beside our own parse and lizard, in one run: lines/s and growth."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import lizard

from corpus.sources import corpus
from referee import node_modules
from toolboxai.luau import parse
from toolboxai.luau.concepts import find_concepts
from toolboxai.luau.lint import lint
from toolboxai.luau.metrics import measure
from toolboxai.luau.scopes import resolve
from toolboxai.roblox.world import roblox_world

_GROWN_PART = 80_000


def best(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def growth(texts: list[bytes], work: Callable[[bytes], object], rounds: int) -> float:
    """Ten times the input in how many times the time: one file of some 2,000 lines, and ten of it in one."""
    lines = b"\n".join(b"do\n" + text + b"\nend" for text in texts if b"return" not in text[-400:])
    part = lines[: lines.rfind(b"\nend", 0, _GROWN_PART) + 5]
    return best(lambda: work(part * 10), rounds) / best(lambda: work(part), rounds)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = arguments.parse_args().rounds
    texts = [source.text for source in corpus(node_modules())]
    total = sum(text.count(b"\n") + 1 for text in texts)
    world = roblox_world()
    chunks = [parse(text) for text in texts]
    lint(chunks[0], "warm", world=world)
    print(f"corpus: {len(texts)} files, {total:,} lines")
    parsing = best(lambda: [parse(text) for text in texts], rounds)
    print(f"parse             {total / parsing:>10,.0f} lines/s")
    works = {
        "scopes": resolve,
        "lint": lambda chunk: lint(chunk, "file", world=world),
        "metrics": measure,
        "concepts": lambda chunk: find_concepts(chunk, world=world),
    }
    for name, work in works.items():
        seconds = best(lambda work=work: [work(chunk) for chunk in chunks], rounds)
        grown = growth(texts, lambda text, work=work: work(parse(text)), rounds)
        print(
            f"{name:<17} {total / seconds:>10,.0f} lines/s   {parsing / seconds:.2f}x our parse;"
            f" ten times the input, parsed and judged, takes {grown:.1f} times the time"
        )
    decoded = [text.decode("utf-8", "replace") for text in texts]
    theirs = best(lambda: [lizard.analyze_file.analyze_source_code("file.lua", text) for text in decoded], 1)
    ours = best(lambda: [measure(parse(text)) for text in texts], rounds)
    print(f"lizard            {total / theirs:>10,.0f} lines/s   our metrics, parse included, are {theirs / ours:.1f}x")


if __name__ == "__main__":
    main()
