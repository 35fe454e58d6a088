"""The same programs print the same, and fail with the same words at the same line, as under real Luau."""

import pytest

from toolboxai.luau.lower import Target, lower
from toolboxai.luau.parser import parse
from toolboxai.studio.engines import available

from .lowered import Program, programs, run

PROGRAMS = programs()


def shown(lines: list[str]) -> list[str]:
    return "\n".join(lines).split("\n") if lines else []


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name.replace(" ", "-"))
def test_prints_and_fails_as_luau_does(program: Program, engine: str):
    prints, error = run(engine, program.source)
    assert shown(prints) == program.prints
    assert error == program.error


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name.replace(" ", "-"))
def test_every_line_out_belongs_to_a_line_in(program: Program, target: Target):
    lowered = lower(parse(program.source), target)
    *lines, last = lowered.code.split(b"\n")
    map_of_lines, *names = last.split(b" ")
    assert len(lines) == len(lowered.places)
    assert {line for line, _ in lowered.places} <= set(range(1, program.source.count("\n") + 2))
    assert map_of_lines.startswith(b"--")
    assert len(map_of_lines) == 2 + 5 * len(lines)
    for line, name in (entry.split(b":") for entry in names):
        assert lines[int(line) - 1].count(b"function") >= 1
        assert name.decode().isidentifier()


@pytest.mark.corpus
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name.replace(" ", "-"))
def test_real_luau_says_what_the_table_says(program: Program):
    from referee import Referee  # noqa: PLC0415 - only the corpus needs node

    with Referee() as referee:
        result = referee.run(program.source)
    assert shown([line.decode().replace("\t", " ") for line in result.prints]) == program.prints
    assert result.error == program.error
