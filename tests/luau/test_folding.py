"""Constant folding: what it knows is what runs, it sees through disguises, and it cannot be made to work for long."""

import math
import time

import pytest
from hypothesis import given, settings

from toolboxai.luau import parse
from toolboxai.luau import syntax as s
from toolboxai.luau.folding import Folder, number_value
from toolboxai.luau.folding_library import LIBRARY, UnfoldableError, number_text
from toolboxai.luau.scopes import resolve
from toolboxai.studio.engines import available
from toolboxai.studio.host import VM

from .folded import expressions, fold


@pytest.fixture(scope="module")
def vm():
    machine = VM(available()[0])
    yield machine
    machine.close()


def agree(known: object, ran: object) -> bool:
    if isinstance(known, float) and isinstance(ran, int | float):
        same = known == ran or (math.isnan(known) and math.isnan(ran))
        return same and (known != 0 or math.copysign(1, known) == math.copysign(1, ran) or isinstance(ran, int))
    return type(known) is type(ran) and known == ran


@settings(max_examples=400, deadline=None)
@given(expression=expressions)
def test_what_is_folded_is_what_runs(vm: VM, expression: str):
    (known,) = fold(f"return {expression}")
    results = vm.call(vm.load(f"return pcall(function() return ({expression}) end)", "main"))
    if known is not None:
        assert results[0] is True, (expression, known, results)
        assert agree(known.value, results[1] if len(results) > 1 else None), (expression, known, results)


def test_what_runs_without_a_fault_is_mostly_folded(vm: VM):
    counts = {True: 0, False: 0}

    @settings(max_examples=300, deadline=None, database=None)
    @given(expression=expressions)
    def tally(expression: str) -> None:
        if vm.call(vm.load(f"return (pcall(function() return ({expression}) end))", "main"))[0]:
            counts[fold(f"return {expression}")[0] is not None] += 1

    tally()
    assert counts[True] > 10 * counts[False]


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("return 0.1 + 0.2 .. '', 1e15 .. '', 2 ^ 53 .. '', 1e21 .. '', 1e-7 .. '', -0 .. '', 1 / 0 .. ''",
         [b"0.30000000000000004", b"1000000000000000", b"9007199254740992", b"1e+21", b"1e-07", b"-0", b"inf"]),
        ("return 7 // 2, -7 // 2, 7 % -3, -7 % 3, 5.5 % 2, 1 // 0, 2 ^ 10", [3.0, -4.0, -2.0, 2.0, 1.5, math.inf, 1024.0]),
        ("return 'a' < 'b', 'Z' < 'a', 'a' == 'a', 1 == '1', nil == false", [True, True, True, False, False]),
        ("return nil and 1, false or 2, nil or false, 0 and 3", [None, 2.0, False, 3.0]),
        ("return if nil then 1 elseif 0 then 2 else 3, `{1}{true}{nil}`, #'abc', #{1, 2}", [2.0, b"1truenil", 3.0, 2.0]),
        ("return '\\x41\\66\\u{43}\\z   D', [[\nx]], 0x10, 0b11, 1_0", [b"ABCD", b"x", 16.0, 3.0, 10.0]),
    ],
)  # fmt: skip
def test_operators_and_literals(source: str, values: list[object]):
    known = fold(source)
    assert all(item is not None for item in known)
    assert [item.value for item in known if item is not None] == values


@pytest.mark.parametrize(
    "source",
    [
        "return string.char(103, 101, 116, 102, 101, 110, 118)",
        "local char = string.char return char(103, 101, 116) .. char(102, 101, 110, 118)",
        "local lib = string return lib['char'](103, 101, 116, 102, 101, 110, 118)",
        "return ('vnefteg'):reverse()",
        "local s = 'vneft' local t = s .. 'eg' return (t:reverse())",
        "return table.concat({'get', 'f', 'env'})",
        "return string['re' .. 'verse']('vnefteg')",
        "const get = 'get' return `{get}fenv`",
        "return string.char(table.unpack({103, 101, 116, 102, 101, 110, 118}))",
        "return ('xgetfenvx'):sub(2, -2)",
        "return (if 1 < 2 then 'get' else 'set') .. 'fenv' :: string",
        "local function f() return 1 end local name = 'get' .. 'fenv' return name",
    ],
)
def test_disguises_are_seen_through(source: str):
    (known,) = fold(source)
    assert known is not None
    assert known.value == b"getfenv"


@pytest.mark.parametrize(
    "source",
    [
        "local string = { char = print } return string.char(65)",
        "string = nil return string.char(65)",
        "string.char = print return string.char(65)",
        "function string.char() end return string.char(65)",
        "string.reverse = print return ('ab'):reverse()",
        "setfenv(1, {}) return string.char(65)",
        "local x = 1 x = 2 return x",
        "local x = 1 local function f() x += 1 end return x",
        "local x = f() return x",
        "local a, b = f() return b",
        "for i = 1, 2 do end local function f(x) return x end return f(1)",
        "local t = {1} return t",
        "local t = {1, 2} table.insert(t, 3) return #t",
        "return #{1, nil, 3}",
        "return {} == {}",
        "return 1 < 'x'",
        "return nil .. 'x'",
        "return 5i",
        "return string.rep('x')",
        "return string.char(256)",
    ],
)
def test_what_may_differ_when_it_runs_is_not_folded(source: str):
    assert fold(source)[-1] is None


def test_a_parameter_that_hides_a_library_hides_it_there_only():
    (known,) = fold("local function f(string) return string end return string.char(65)")
    assert known is not None


@pytest.mark.parametrize(
    "source",
    [
        "return ('x'):rep(1e9)",
        "return ('x'):rep(2^31 - 1)",
        "local a = ('x'):rep(60000) local b = a .. a local c = b .. b return c",
        "return ('x'):rep(65536):rep(65536)",
        "return table.concat({('x'):rep(60000), ('x'):rep(60000)})",
        "return `{('x'):rep(60000)}{('x'):rep(60000)}`",
        "return string.byte(('x'):rep(60000):rep(2), 1, -1)",
    ],
)
def test_bombs_are_not_made(source: str):
    assert fold(source)[-1] is None


def test_a_bomb_is_refused_before_it_is_made():
    for name, values in (("string.rep", [b"x", 1e9]), ("table.concat", [(b"x" * 60, b"x" * 60)])):
        with pytest.raises(UnfoldableError):
            LIBRARY[name](values, 100)


def test_booleans_are_no_numbers():
    assert [item.value for item in fold("return 1 == true, false == 0, true ~= 1") if item] == [False, False, True]


def test_all_texts_together_have_a_bound():
    lines = [f"local a{n} = ('{n}'):rep(20000)" for n in range(150)]
    chunk = parse("\n".join(lines) + "\nreturn " + ", ".join(f"a{n}" for n in range(150)))
    folder = Folder(resolve(chunk), budget=1 << 20)
    returned = chunk.block.statements[-1]
    assert isinstance(returned, s.Return)
    known = [folder.fold(value) for value in returned.values]
    sizes = [len(item.value) for item in known if item is not None and isinstance(item.value, bytes)]
    assert 0 < sum(sizes) <= 1 << 20
    assert known[-1] is None


def test_deep_and_long_expressions_are_no_trouble():
    one = s.Number(0, 1, "1")
    deep: s.Expression = one
    for _ in range(10_000):
        deep = s.Group(0, 1, s.Unary(0, 1, "-", deep))
    chunk = s.Chunk(b"", s.Block(0, 0, [s.Return(0, 0, [deep])]), line_starts=[0])
    folder = Folder(resolve(chunk))
    known = folder.fold(deep)
    assert known is not None
    assert known.value == 1.0
    chain = "return 1" + " + 1" * 500
    assert fold(chain)[0].value == 501.0  # type: ignore[union-attr]


def test_each_expression_is_computed_once():
    lines = ["local a0 = 'x'"] + [f"local a{n} = a{n - 1} == a{n - 1}" for n in range(1, 150)]
    begin = time.monotonic()
    assert fold("\n".join(lines) + "\nreturn a149")[0] is not None
    assert time.monotonic() - begin < 60  # 2^149 steps would not end at all


def test_numbers_of_literals():
    assert number_value("0xFFFFFFFFFFFFFFFFFF") == 2.0**64
    assert number_value("1e400") == math.inf
    assert number_value("5i") is None
    assert number_text(123456789012345680000.0) == "123456789012345680000"
    assert [number_text(x) for x in (1e-5, 1.5e-6, 1e-6, 9e-7)] == ["0.00001", "0.0000015", "0.000001", "9e-07"]


def test_remainders_are_computed_from_the_floor_as_luau_does():
    # real Luau prints nan, nan and -inf for these; the C library's fmod would give 5.3, -5.3 and a number
    known = [item.value for item in fold("return 5.3 % (1 / 0), -5.3 % (1 / 0), 1e308 % 1e-3") if item is not None]
    assert [number_text(value) for value in known if isinstance(value, float)] == ["nan", "nan", "-inf"]
