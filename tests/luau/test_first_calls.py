"""Where an endless recursion ends: at the first call that the last function comes to, as Luau counts calls."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from toolboxai.studio.engines import available

from .lowered import run

if TYPE_CHECKING:
    from referee import Referee

LOWERED = [engine for engine in available() if engine != "luau"]
BEFORE = (
    "local function helper(x) return x end local O = {} function O:get() return 1 end local list = {} list[1] = list\n"
    "local function f(n)\n"
)
BODIES = {
    "calls itself": ("return 1 + f(n)", 0),
    "after pairs": ("for _, v in pairs(list) do\nf(v)\nend", 0),
    "in a loop over a table": ("for _, v in list do\nf(v)\nend", 1),
    "after a library function": ("local s = string.format('%d', 1)\nreturn f(s)", 0),
    "after a method of a text": ("local s = ('x'):match('x')\nreturn f(s)", 0),
    "after a built-in": ("local a = math.floor(1.5)\nlocal b = math.max(a, 2)\nlocal r = f(b)\nreturn r", 2),
    "after built-in globals": ("local s = tostring(1)\nlocal t = setmetatable({}, {})\nlocal r = f(s, t)\nreturn r", 2),
    "after insert": ("local out = {}\ntable.insert(out, 1)\nf(out)\nreturn out", 2),
    "after insert in the middle": ("local out = {}\ntable.insert(out, 1, 1)\nf(out)\nreturn out", 1),
    "after bytes": ("local s = 'abc'\nlocal a = string.byte(s, 1, -1)\nreturn f(a)", 1),
    "after a function": ("local a = helper(1)\nlocal r = f(a)\nreturn r", 0),
    "after a method": ("local a = O:get()\nlocal r = f(a)\nreturn r", 0),
    "after interpolation": ("local a = `x{1}`\nlocal r = f(a)\nreturn r", 0),
    "after concatenation": ("local a = 'x' .. 1\nlocal r = f(a)\nreturn r", 1),
    "after select": ("local a = select('#', n)\nlocal r = f(a)\nreturn r", 0),
    "as an argument": ("local r = helper(\nf(n)\n)\nreturn r", 1),
    "with an argument": ("local r = f(\nhelper(n)\n)\nreturn r", 1),
    "in a table": ("local c = {\na = f(n)\n}\nreturn c", 1),
    "after a skipped call": ("if not list then\nhelper(n)\nend\nlocal r = f(n)\nreturn r", 3),
    "after a skipped choice": ("local a = list or helper(1)\nlocal b = if a then 1 else helper(1)\nreturn f(b)", 2),
    "in a branch": ("if n == list then\nhelper(n)\nelseif helper(1) then\nf(2)\nend\nreturn 1", 2),
    "before a built-in's branch": ("if type(n) == 'table' then\nhelper(n)\nend\nlocal r = f(1)\nreturn r", 3),
    "in loops": ("while helper(1) do\nrepeat\nf(n)\nuntil true\nend", 0),
    "in a counted loop": ("for i = 1, 2 do\nlocal r = helper(i)\nf(r)\nend", 1),
    "in a block": ("do\nlocal a = helper(1)\nend\nf(n)\nreturn 1", 1),
}  # fmt: skip


def program(body: str) -> str:
    return f"{BEFORE}{body}\nend\nprint(pcall(f, 1))"


@pytest.mark.parametrize("engine", LOWERED)
@pytest.mark.parametrize("name", BODIES)
def test_an_endless_recursion_ends_at_its_first_call(engine: str, name: str):
    body, offset = BODIES[name]
    assert run(engine, program(body))[0] == [f"false main:{3 + offset}: stack overflow"]


@pytest.fixture(scope="module")
def referee() -> Iterator["Referee"]:
    from referee import Referee  # noqa: PLC0415 - only the corpus needs node

    with Referee() as judge:
        yield judge


@pytest.mark.corpus
@pytest.mark.parametrize("name", BODIES)
def test_real_luau_agrees(referee: "Referee", name: str):
    body, offset = BODIES[name]
    assert referee.run(program(body)).prints == [f"false\tmain:{3 + offset}: stack overflow".encode()]
