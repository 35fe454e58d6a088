"""The corpus' files, and mutations of them: real Luau with one token changed, every token kind as often as the others."""

import random
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolboxai.luau.tokens import KEYWORDS, SYMBOLS, Tokens


@dataclass(frozen=True)
class Source:
    """``name`` is the path below `node_modules`; for a script inside a model file, with its place in it."""

    name: str
    text: bytes


def corpus(modules: Path) -> Iterator[Source]:
    """Every Luau source below ``modules``, those inside model files too, in a fixed order."""
    for path in sorted((modules / "@rbxts").rglob("*")):
        name = path.relative_to(modules).as_posix()
        if path.suffix in {".lua", ".luau"} and path.is_file():
            yield Source(name, path.read_bytes())
        elif path.suffix == ".rbxmx":
            scripts = [item.text or "" for item in ET.parse(path).iter() if item.get("name") == "Source"]
            yield from (Source(f"{name}#{number}", text.encode()) for number, text in enumerate(scripts))


def mutations(sources: list[Source], count: int, seed: int) -> Iterator[Source]:
    """``count`` sources, each with one token deleted, doubled, replaced, or swapped with the one behind it."""
    chance = random.Random(seed)
    small = [source for source in sources if 200 < len(source.text) < 12_000]
    by_kind: dict[str, list[tuple[Source, int, int, int]]] = {}
    for source in chance.sample(small, min(len(small), 150)):
        tokens = Tokens(source.text.decode("latin-1"))
        for index, kind in enumerate(tokens.kinds[:-2]):
            place = (source, tokens.starts[index], tokens.ends[index], tokens.ends[index + 1])
            by_kind.setdefault(kind, []).append(place)
    words = [
        *sorted(KEYWORDS | SYMBOLS),
        "x",
        "type",
        "continue",
        "const",
        "export",
        "1",
        '"s"',
        "[[l]]",
        "`b`",
        "@native",
    ]
    kinds = sorted(by_kind)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        source, start, end, after = chance.choice(by_kind[kind])
        text = source.text
        token, following = text[start:end], text[end:after]
        way = chance.choice(("delete", "double", "replace", "swap"))
        word = chance.choice(words)
        changed = {
            "delete": following,
            "double": token + b" " + token + following,
            "replace": b" " + word.encode() + b" " + following,
            "swap": following + b" " + token,
        }[way]
        yield Source(f"{source.name}@{start} {way} {kind} ({word})", text[:start] + changed + text[after:])
