"""What needs more registers than a function has is refused, as by the real compiler, and nothing else is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.luau.parser import parse

NESTS = (
    "f(1, %s)", "f(%s, 2)", "f(%s)", "f(g)(%s)", "f{%s}", "o:m(%s)", "(%s):m()", "math.max(1, %s)", "select(1, %s)",
    "(%s).x", "(%s)[g]", "t[%s]", "{%s}", "{k = %s}", "{1, 2, %s}", "{%s, 2}", "`a{%s}`", "`{g}{%s}`",
    "(1 + %s)", "(g .. %s)", "(%s + 1)", "(%s + g)", "(2 - %s)", "(%s - 2)", "(x and %s)", "(%s or x)", "(%s and g and x)",
    "(not %s)", "(g == %s)", "(%s == nil)", "(%s < g)", "(if g then %s else 1)", "(if %s then 1 else g)",
)  # fmt: skip
STATEMENTS = (
    "g = %s", "local z = %s", "do return %s end", "f(%s)", "if %s then local q = g end", "while %s do f() end",
    "for q = 1, %s do f() end", "for q, w in %s do f() end", "local function h(p) local z = %s end", "a0 += %s", "t.x ..= %s",
    "repeat local q = g until %s", "if g then return end g = %s",
)  # fmt: skip
LISTS = (
    "f(%s)",
    "o:m(%s)",
    "g = {%s}",
    "do return %s end",
    "local z, y = %s",
    "g, x = %s",
    "%s = g",
    "%s = f()",
    "f({%s}, g)",
)
ATOMS = ("g", "t.x", "a0")
DEPTHS = (30, 54, 55, 83, 85, 120, 127, 128, 200, 252, 253, 254, 255, 256)


@st.composite
def nested(draw: st.DrawFn) -> str:
    shapes = draw(st.lists(st.sampled_from(NESTS), min_size=1, max_size=2))
    value = draw(st.sampled_from(ATOMS))
    for index in range(draw(st.sampled_from(DEPTHS))):
        value = shapes[index % len(shapes)].replace("%s", value)
    return draw(st.sampled_from(STATEMENTS)).replace("%s", value)


@st.composite
def listed(draw: st.DrawFn) -> str:
    atoms = draw(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=3))
    count = draw(st.sampled_from(DEPTHS))
    return draw(st.sampled_from(LISTS)).replace("%s", ", ".join(atoms[index % len(atoms)] for index in range(count)))


@st.composite
def programs(draw: st.DrawFn) -> str:
    count = draw(st.sampled_from((1, 100, 150, 180, 195, 198)))
    lines = [f"local a{number} = g" for number in range(count)]
    return "\n".join([*lines, draw(nested() | listed())])


@pytest.mark.corpus
def test_real_luau_accepts_the_same_programs() -> None:
    from referee import Referee  # noqa: PLC0415 - only the corpus needs node

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(programs())
    def accepts_the_same(source: str) -> None:
        assert (parse(source).problems == []) == referee.compile(source).accepted

    with Referee() as referee:
        accepts_the_same()


@pytest.mark.parametrize(
    ("fits", "count"),
    [
        ("g = {}", " .. ".join(["g"] * 254)),
        ("f({})", ", ".join(["g"] * 254)),
        ("{} = g", ", ".join(["g"] * 254)),
        ("g ..= {}", " .. ".join(["g"] * 253)),
    ],
)
def test_a_list_may_take_all_registers_and_no_more(fits: str, count: str) -> None:
    assert parse(fits.replace("{}", count)).problems == []
    separator = " .. " if ".." in count else ", "
    (problem,) = parse(fits.replace("{}", count + 2 * f"{separator}g")).problems
    assert problem.message.endswith("exceeded limit 255")


def test_a_chain_of_calls_takes_no_more_than_one_call() -> None:
    assert parse("g = o" + ":m(1)" * 900).problems == []


def test_what_is_never_compiled_meets_no_limit() -> None:
    too_many = "\n".join(f"local a{number} = f()" for number in range(201))
    assert parse(f"if false then {too_many} end").problems == []
    assert parse(f"if g then return else return end {too_many}").problems == []
    assert parse(f"if true then {too_many} end").problems != []
