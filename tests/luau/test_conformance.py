"""`conformance/*.luau`, one file a topic of the language reference, checks itself on every engine and under real Luau."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.host import VM

if TYPE_CHECKING:
    from referee import Referee

FOLDER = Path(__file__).with_name("conformance")
NEWER_THAN_THE_REFEREE = {"exports"}
FILES = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.luau"))}
PRELUDE = " ".join(line.strip() for line in FILES.pop("prelude").splitlines() if not line.lstrip().startswith("--"))
AT_LEAST = 3000


def complaints(lines: list[str]) -> list[str]:
    """What a file printed but its last line, where that says that each declared check ran."""
    *rest, last = lines or ["nothing printed"]
    ran = re.fullmatch(r"(\d+) of (\d+)", last)
    return rest if ran and ran[1] == ran[2] else [*rest, f"checks that ran: {last}"]


@pytest.fixture(scope="module", params=available())
def vm(request: pytest.FixtureRequest) -> Iterator[VM]:
    machine = VM(request.param)
    yield machine
    machine.close()


def run(vm: VM, source: str, name: str) -> list[str]:
    vm.output.clear()
    vm.call(vm.load(f"{PRELUDE} {source}", name))
    vm.step()  # what the file left for later
    return [line.text for line in vm.output]


@pytest.mark.parametrize("name", FILES)
def test_each_check_holds(vm: VM, name: str):
    assert complaints(run(vm, FILES[name], name)) == []


def test_a_check_that_fails_is_named_with_what_it_got(vm: VM):
    source = 'check("sum", 1 + 1, 3)\ncheck("word", "a\\n", "a")\nfails("call", "no", error, "yes")\nfinish(3)'
    assert complaints(run(vm, source, "made")) == [
        "line 1: sum: got 2, expected 3",
        "line 2: word: got 'a\\10', expected 'a'",
        "line 3: call: got yes, expected no",
    ]


def test_a_file_that_stops_early_or_declares_other_than_it_runs_is_told(vm: VM):
    assert complaints(run(vm, 'check("one", 1, 1)', "made")) == ["checks that ran: nothing printed"]
    assert complaints(run(vm, 'check("one", 1, 1)\nfinish(2)', "made")) == ["checks that ran: 1 of 2"]


def test_there_are_many():
    declared = [re.findall(r"finish\((\d+)\)", source) for source in FILES.values()]
    assert [len(counts) for counts in declared] == [1] * len(FILES)
    assert sum(int(counts[0]) for counts in declared) >= AT_LEAST


@pytest.fixture(scope="module")
def referee() -> Iterator["Referee"]:
    from referee import Referee  # noqa: PLC0415 - only the corpus needs node

    with Referee() as judge:
        yield judge


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(FILES.keys() - NEWER_THAN_THE_REFEREE))
def test_real_luau_agrees(referee: "Referee", name: str):
    result = referee.run(f"{PRELUDE} {FILES[name]}", f"={name}")
    assert result.error == ""
    assert complaints([line.decode() for line in result.prints]) == []
