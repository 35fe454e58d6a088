"""Generated programs say the same under every engine of ours, and under real Luau: values, order, errors and their lines."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from toolboxai.luau import syntax
from toolboxai.luau.parser import parse
from toolboxai.studio.cache import LoweredCache
from toolboxai.studio.engines import available
from toolboxai.studio.host import VM, LuauError

from .generated import programs
from .lowered import programs as written_programs
from .mutants import MUTANTS

LOWERED = [engine for engine in available() if engine != "luau"]
ROUNDS = 8
PROGRAMS_A_ROUND = 250
FEW = 60
NOT_GENERATED = {"Node", "ErrorExpression", "ErrorStatement", "ErrorType"}


@cache
def generated(count: int, number: int) -> list[str]:
    """``count`` different programs, the same for the same number."""
    found: dict[str, None] = {}

    @seed(number)
    @settings(
        max_examples=2 * count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def collect(program: str) -> None:
        found[program] = None

    collect()
    assert len(found) >= count  # hypothesis draws some twice
    return list(found)[:count]


class Runner:
    """Runs programs in one VM, each in an environment of its own."""

    def __init__(self, engine: str, cache: LoweredCache | None = None) -> None:
        self._vm = VM(engine, cache=cache)

    def __call__(self, source: str) -> tuple[list[str], list[object], str]:
        """What it prints, what it returns and the error that ends it."""
        vm = self._vm
        vm.output.clear()
        values: list[object] = []
        error = ""
        try:
            values = [vm.plain(value) for value in vm.call(vm.load(source, "main"))]
        except LuauError as fault:
            error = str(fault)
        return [plain(line.text) for line in vm.output], [shape(value) for value in values], ending(error)

    def close(self) -> None:
        self._vm.close()


def plain(text: str) -> str:
    """Without addresses."""
    return re.sub(r"0x[0-9a-f]{6,}", "0x", text.replace("\t", " "))


def ending(error: str) -> str:
    """An error with its place; another value is one whatever it shows."""
    return error if not error or re.match(r"main:\d+: ", error) else "a value"


def shape(value: object) -> object:
    """A returned value without addresses: text and numbers as they are, the rest by its kind."""
    if isinstance(value, bytes):
        return plain(value.decode("utf-8", "replace"))
    if isinstance(value, str):
        return re.sub(r"^(function|table|thread): .*", r"<\1>", plain(value))
    if value is None or isinstance(value, (bool, float, int)):
        return repr(float(value) + 0.0) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    return "<table>" if isinstance(value, (dict, list)) else f"<{getattr(value, 'type', '?')}>"


@contextmanager
def runner(engine: str, cache: LoweredCache | None = None) -> Iterator[Runner]:
    run = Runner(engine, cache)
    yield run
    run.close()


def test_every_kind_of_node_is_in_one_program_of_twenty():
    found = generated(FEW, 1)
    seen = Counter(
        kind for source in found for kind in {type(node).__name__ for node in syntax.walk(parse(source).block)}
    )
    kinds = {
        name for name, value in vars(syntax).items() if isinstance(value, type) and issubclass(value, syntax.Node)
    } - NOT_GENERATED
    assert {kind: seen[kind] for kind in kinds if seen[kind] < len(found) * 0.05} == {}


def test_engines_agree_and_each_program_prints():
    first, *others = LOWERED
    found = generated(FEW, 1)
    with runner(first) as run:
        answers = [run(source) for source in found]
    assert [source for source, (prints, *_) in zip(found, answers, strict=True) if len(prints) < 5] == []
    for engine in others:
        with runner(engine) as run:
            assert [run(source) for source in found] == answers


def referee_answers(sources: list[str]) -> list[tuple[list[str], list[object], str]]:
    from referee import Referee  # noqa: PLC0415 - only the corpus needs node

    answers = []
    with Referee() as referee:
        for source in sources:
            result = referee.run(source)
            assert result.compiled, result.message
            values = [shape(value) for value in result.values] if result.ok else []
            prints = [plain(line.decode("utf-8", "replace")) for line in result.prints]
            answers.append((prints, values, ending(result.error)))
    return answers


@pytest.mark.corpus
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(100, 100 + ROUNDS))
def test_programs_do_what_they_do_under_real_luau(number: int):
    found = generated(PROGRAMS_A_ROUND, number)
    answers = referee_answers(found)
    for engine in LOWERED:
        with runner(engine) as run:
            for source, expected in zip(found, answers, strict=True):
                answer = run(source)
                assert answer == expected, f"{engine}: {difference(expected, answer)}\n{source}"


def difference(expected: tuple[list[str], list[object], str], answer: tuple[list[str], list[object], str]) -> str:
    """The first thing that real Luau says and we do not, beside what we say."""
    lines = zip_longest(expected[0], answer[0])
    pair = next(((theirs, ours) for theirs, ours in lines if theirs != ours), (expected[1:], answer[1:]))
    return f"real {pair[0]!r}, ours {pair[1]!r}"


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, tuple[list[str], list[object], str]]]:
    found = [*(program.source for program in written_programs()), *generated(150, 7)]
    answers = list(zip(found, referee_answers(found), strict=True))
    with runner("lua52") as run:  # without a mistake there is nothing to see
        assert [(source, run(source)) for source in found] == answers
    return answers


@pytest.mark.corpus
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_planted_mistake_of_the_lowering_is_caught(
    mutant, judged: list, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    mutant.plant(monkeypatch)
    with runner(mutant.engine, LoweredCache(tmp_path)) as run:
        for source, expected in judged:
            try:
                if run(source) != expected:
                    return
            except Exception:  # noqa: BLE001 - code that does not compile is caught as well
                return
    pytest.fail(f"{mutant.name} was not seen")
