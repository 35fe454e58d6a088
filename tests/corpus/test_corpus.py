"""Real Luau from npm, with the real compiler as referee; `just corpus` runs it."""

from collections.abc import Iterator
from typing import Any

import lupa.lua52
import pytest

from corpus.sources import Source, corpus, mutations
from luau.refusals import NEWER_THAN_THE_REFEREE, REFUSED
from referee import Referee, node_modules
from toolboxai.luau.lower import Target, lower
from toolboxai.luau.parser import parse

pytestmark = pytest.mark.corpus

DISAGREEMENTS: frozenset[str] = frozenset()
"""Mutations on which real Luau and ours differ, each with its reason; three at most, none today."""
MUTATIONS = 500
SEED = 20_261_124


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return list(corpus(node_modules()))


@pytest.fixture(scope="module")
def referee() -> Iterator[Referee]:
    with Referee() as started:
        yield started


def _refused(source: Source) -> str:
    problems = parse(source.text).problems
    return f"{source.name}: {problems[0]}" if problems else ""


def test_the_corpus_is_what_the_issue_asks_for(sources: list[Source]) -> None:
    packages = {"/".join(source.name.split("/")[:2]) for source in sources}
    assert len(packages) >= 10
    assert "@rbxts/react-vendor" in packages
    assert sum(source.text.count(b"\n") for source in sources) > 80_000


def test_every_file_parses(sources: list[Source]) -> None:
    assert [refused for source in sources if (refused := _refused(source))] == []


def test_real_luau_takes_every_file(sources: list[Source], referee: Referee) -> None:
    assert [source.name for source in sources if not referee.compile(source.text).accepted] == []


@pytest.mark.parametrize("target", list(Target))
def test_every_file_lowers_to_what_the_engine_compiles(sources: list[Source], target: Target) -> None:
    engine: Any = lupa.lua52 if target is Target.LUA52 else pytest.importorskip("lupa.luajit21")
    compile_lua = engine.LuaRuntime(encoding=None).eval(b"function(code) return load(code) end")
    refused = []
    for source in sources:
        loaded = compile_lua(lower(parse(source.text), target).code)
        if isinstance(loaded, tuple):
            refused.append(f"{source.name}: {loaded[1]!r}")
    assert refused == []


def test_real_luau_agrees_on_mutations(sources: list[Source], referee: Referee) -> None:
    differ = []
    accepted = 0
    for mutation in mutations(sources, MUTATIONS, SEED):
        real = referee.compile(mutation.text)
        accepted += real.accepted
        if real.accepted == bool(_refused(mutation)) and mutation.name not in DISAGREEMENTS:
            differ.append(f"{mutation.name}: {real.message or 'accepted'}; {_refused(mutation) or 'accepted'}")
    assert differ == []
    assert 20 < accepted < MUTATIONS - 20  # both answers are tried
    assert len(DISAGREEMENTS) <= 3


def test_the_first_message_is_real_luaus(sources: list[Source], referee: Referee) -> None:
    """Words and line, where real Luau refuses without throwing: nineteen of twenty are the same."""
    same = other = 0
    for mutation in mutations(sources, MUTATIONS, SEED + 1):
        real = referee.compile(mutation.text)
        chunk = parse(mutation.text)
        if real.accepted or not real.message or not chunk.problems:
            continue
        first = chunk.problems[0]
        line = chunk.source.count(b"\n", 0, first.start) + 1
        if real.message == f"{line}: {first.message}":
            same += 1
        else:
            other += 1
    assert same > 300
    assert same >= 19 * other


def test_the_refusals_in_our_own_tests_are_real_luaus(referee: Referee) -> None:
    differ = []
    for source, place, message in REFUSED:
        if source.startswith(NEWER_THAN_THE_REFEREE) or source.endswith(NEWER_THAN_THE_REFEREE):
            continue
        real = referee.compile(source)
        expected = f"{place.split(':')[0]}: {message}"
        if real.accepted or real.message not in {expected, ""}:  # "" where the real compiler threw
            differ.append((source, real.message, expected))
    assert differ == []
