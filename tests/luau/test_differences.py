"""Each program of `docs/luau-differences.md` prints on every engine what the page says."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolboxai.studio.engines import available

from .lowered import run

PAGE = Path(__file__).parents[2] / "docs" / "luau-differences.md"
MOST = 10


@dataclass(frozen=True)
class Difference:
    title: str
    source: str
    answers: dict[str, str]


def differences() -> list[Difference]:
    found = []
    for section in re.split(r"(?m)^## \d+\. ", PAGE.read_text("utf-8"))[1:]:
        title = section.partition("\n")[0]
        block = re.search(r"```luau\n(.*?)```", section, re.DOTALL)
        assert block, title
        answers = dict(re.findall(r"(?m)^--> (\w+): (.*)$", block[1]))
        found.append(Difference(title, re.sub(r"(?m)^--> .*\n", "", block[1]), answers))
    return found


DIFFERENCES = differences()
named = pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda item: item.title.replace(" ", "-"))


def test_there_are_few():
    assert 0 < len(DIFFERENCES) <= MOST


@named
@pytest.mark.parametrize("engine", [engine for engine in available() if engine != "luau"])
def test_each_is_as_the_page_says(difference: Difference, engine: str):
    assert run(engine, difference.source) == ([difference.answers[engine]], "")


@pytest.mark.corpus
@named
def test_real_luau_is_as_the_page_says(difference: Difference):
    from referee import Referee  # noqa: PLC0415 - only the corpus needs node

    with Referee() as referee:
        result = referee.run(difference.source)
    expected = [difference.answers["real"]] if "real" in difference.answers else []
    assert [line.decode().replace("\t", " ") for line in result.prints] == expected
    assert result.compiled == bool(expected)
