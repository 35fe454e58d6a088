"""Lowering, scopes, lint and metrics over the npm corpus, beside our own parse and lizard: lines/s and growth."""

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
from toolboxai.luau.lower import Target, lower
from toolboxai.luau.metrics import measure
from toolboxai.luau.scopes import resolve
from toolboxai.roblox.world import roblox_world
from toolboxai.studio import engines
from toolboxai.studio.host import VM

_PART = 80_000
_LONG = 10_000


def best(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def growth(part: bytes, work: Callable[[bytes], object], rounds: int) -> float:
    """Ten times the input in how many times the time: a file and ten of it in one, turn by turn."""
    work(part)
    turns = [(best(lambda: work(part), 3), best(lambda: work(part * 10), 1)) for _ in range(rounds)]
    return min(tens for _, tens in turns) / min(ones for ones, _ in turns)


def one_file(texts: list[bytes]) -> bytes:
    """Some 2,000 lines."""
    lines = b"\n".join(b"do\n" + text + b"\nend" for text in texts if b"return" not in text[-400:])
    return lines[: lines.rfind(b"\nend", 0, _PART) + 5]


def to_run(texts: list[bytes], engine: str, rounds: int) -> float:
    """Seconds per 10,000 lines, from the files' bytes to chunks that the engine can run; and that all do load."""
    vm, target = VM(engine), Target(engine)
    lines = sum(text.count(b"\n") + 1 for text in texts)

    def load() -> None:
        for text in texts:
            code = lower(parse(text), target).code
            assert callable(vm._state._rt[b"compile"](code, b"file"))  # noqa: SLF001 - not from the cache

    seconds = best(load, rounds)
    vm.close()
    return seconds * _LONG / lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = arguments.parse_args().rounds
    texts = [source.text for source in corpus(node_modules())]
    total = sum(text.count(b"\n") + 1 for text in texts)
    world = roblox_world()
    works = {
        "parse": lambda chunk: chunk,
        "lower": lambda chunk: lower(chunk, Target.LUAJIT21),
        "scopes": resolve,
        "lint": lambda chunk: lint(chunk, "file", world=world),
        "metrics": measure,
        "concepts": lambda chunk: find_concepts(chunk, world=world),
    }
    part = one_file(texts)  # before there are the trees of all files, among which the collector would go about
    grown = {name: growth(part, lambda text, work=work: work(parse(text)), rounds) for name, work in works.items()}
    print(f"corpus: {len(texts)} files, {total:,} lines")
    parsing = best(lambda: [parse(text) for text in texts], rounds)
    print(f"parse             {total / parsing:>10,.0f} lines/s   ten times the input: {grown['parse']:.1f} times")
    chunks = [parse(text) for text in texts]
    for name, work in list(works.items())[1:]:
        seconds = best(lambda work=work: [work(chunk) for chunk in chunks], rounds)
        print(
            f"{name:<17} {total / seconds:>10,.0f} lines/s   {parsing / seconds:.2f}x our parse;"
            f" ten times the input, parsed and judged, takes {grown[name]:.1f} times the time"
        )
    for engine in sorted({*Target} & {*engines.available()}):
        print(f"parsed, lowered and loaded by {engine}: {to_run(texts, engine, rounds):.2f} s for 10,000 lines")
    decoded = [text.decode("utf-8", "replace") for text in texts]
    theirs = best(lambda: [lizard.analyze_file.analyze_source_code("file.lua", text) for text in decoded], 1)
    ours = best(lambda: [measure(parse(text)) for text in texts], rounds)
    print(f"lizard            {total / theirs:>10,.0f} lines/s   our metrics, parse included, are {theirs / ours:.1f}x")


if __name__ == "__main__":
    main()
