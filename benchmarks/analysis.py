"""Lowering, scopes, lint and metrics over the npm corpus, beside our own parse and lizard: lines/s and growth."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import lizard
from growth import best, growth, one_file

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
from toolboxai.studio.lupa_state import new_runtime

_LONG = 10_000


def to_run(texts: list[bytes], engine: str, rounds: int) -> float:
    """Seconds per 10,000 lines, from the files' bytes to chunks that the engine can run; and that all do load."""
    runtime, target = new_runtime(engine), Target(engine)
    lines = sum(text.count(b"\n") + 1 for text in texts)

    def load() -> None:
        for text in texts:
            runtime.compile(lower(parse(text), target).code.decode("latin-1"))

    return best(load, rounds) * _LONG / lines


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
