"""Laws of lowered code: number text, loops, limits of the engines, errors' lines, deep and long sources."""

import math
import struct
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from luaparser import ast as luaparser_ast

from toolboxai.luau.lower import Target, lower
from toolboxai.luau.parser import parse
from toolboxai.studio.engines import available
from toolboxai.studio.host import VM

from .lowered import programs, run

ENGINES = [name for name in available() if name != "luau"]  # real Luau has no lowered code
both = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture(scope="module", params=ENGINES)
def tostring(request: pytest.FixtureRequest):
    vm = VM(request.param)
    work = vm.load("return function(x) return tostring(x), x .. '', `{x}` end", "main")
    (function,) = vm.call(work)
    yield lambda number: [text.decode() for text in vm.call(function, number)]
    vm.close()


doubles = st.floats(allow_nan=False, allow_infinity=False)
powers = st.integers(-1074, 1023).map(lambda exponent: math.ldexp(1.0, exponent))
bits = st.integers(0, (1 << 64) - 1).map(lambda n: struct.unpack("<d", struct.pack("<Q", n))[0]).filter(math.isfinite)


@settings(max_examples=300, deadline=None)
@given(number=doubles | powers | bits | st.integers(-(2**70), 2**70).map(float))
def test_number_text_reads_back_and_is_the_shortest(tostring, number: float):
    texts = tostring(number)
    assert len(set(texts)) == 1
    assert float(texts[0]) == number
    assert Decimal(texts[0]) == Decimal(repr(number))
    magnitude = abs(number)
    assert ("e" in texts[0]) == (magnitude != 0 and not 1e-6 <= magnitude < 1e21)


@st.composite
def loops(draw: st.DrawFn, depth: int = 0) -> tuple[str, object]:
    """A nest of loops with `continue` and `break` in Luau, and a Python model of it."""
    kind = draw(st.sampled_from(["for", "while", "repeat", "in"]))
    turns = draw(st.integers(1, 4))
    skip, stop = draw(st.integers(0, 5)), draw(st.integers(0, 6))
    inner = draw(loops(depth + 1)) if depth < 2 and draw(st.booleans()) else None
    v = f"v{depth}"
    body = f"if {v} == {skip} then continue end if {v} == {stop} then break end log({depth}, {v}) "
    body += inner[0] if inner else ""
    text = {
        "for": f"for {v} = 1, {turns} do {body} end ",
        "while": f"local c = 0 while c < {turns} do c += 1 local {v} = c {body} end ",
        "repeat": f"local c = 0 repeat c += 1 local {v} = c local done = c >= {turns} {body} local last = 1 until done ",
        "in": f"for {v} in {{{', '.join(['0'] * turns)}}} do {body} end ",
    }[kind]

    def model(log: list[str]) -> None:
        for n in range(1, turns + 1):
            if n == skip:
                continue
            if n == stop:
                break
            log.append(f"{depth}:{n}")
            if inner:
                inner[1](log)

    return f"do {text} end ", model


@settings(max_examples=60, deadline=None)
@given(nest=loops())
@both
def test_continue_and_break_leave_what_they_should(engine: str, nest):
    source, model = nest
    expected: list[str] = []
    model(expected)
    prints, error = run(
        engine,
        f"local all = {{}} local function log(d, v) table.insert(all, `{{d}}:{{v}}`) end {source} print(table.concat(all, ' '))",
    )
    assert error == ""
    assert prints == [" ".join(expected)]


@both
@pytest.mark.parametrize("count", [59, 60, 61, 200])
def test_a_function_may_capture_what_luau_lets_it(engine: str, count: int):
    """LuaJIT refuses more than 60 upvalues; Luau allows 200."""
    names = [f"v{n}" for n in range(count)]
    half = count // 2
    source = "\n".join(
        [
            "local function outer()",
            *[f"local {name} = {n}" for n, name in enumerate(names[:half])],
            "return function()",
            *[f"local {name} = {n}" for n, name in enumerate(names[half:], half)],
            "return function(k)",
            *[f"{name} += k" for name in names],
            f"return {' + '.join(names)}, #`{{v0}}` .. 7 // 2",
            "end end end",
            "local f = outer()() print((f(0))) print((f(1))) print((outer()()(2)))",
        ]
    )
    total = count * (count - 1) // 2
    assert run(engine, source) == ([str(total), str(total + count), str(total + 2 * count)], "")


@both
def test_two_hundred_locals_leave_room_for_temporaries(engine: str):
    names = [f"v{n}" for n in range(200)]
    source = "\n".join(f"local {name} = {n}" for n, name in enumerate(names))
    source += (
        "\nv0 = { x = { y = 1 } } local_ = function() return v0 end"
        "\nlocal_().x.y += v1 local_().x.y, local_().x.z = 5, v199"
        "\nfor i = 1, 2 do for k, v in { 3 } do v2 += v end end"
        "\nv3 = `{v4}` .. v5 .. 7 // 2 print(v0.x.y, v0.x.z, v2, v3, v199, v100)"
    )
    assert run(engine, source) == (["5 199 8 453 199 100"], "")


@both
def test_captured_boxes_are_fresh_in_each_turn(engine: str):
    names = [f"v{n}" for n in range(70)]
    source = (
        "local fs = {} for i = 1, 3 do local a = i "
        + " ".join(f"local {name} = i * {n}" for n, name in enumerate(names))
        + f" fs[i] = function() v1 += 1 i += 0 return v1 + a * 0 + 0 * ({' + '.join(names)}) end end "
        "print(fs[1](), fs[1](), fs[2](), fs[3]())"
    )
    assert run(engine, source) == (["2 3 3 4"], "")


@both
def test_long_chains_compile(engine: str):
    source = (
        "local s, n = 'a', 1 print(#(" + " .. ".join(["s"] * 600) + "))\n"
        "print(" + " + ".join(["n"] * 900) + ")\n"
        "print(" + " and ".join(["n"] * 500) + ")\n"
        "if n == 0 then " + " ".join(f"elseif n == {k} then" for k in range(2, 500)) + " else print('else') end\n"
        "print(if n == 0 then 0 " + " ".join(f"elseif n == {k} then {k}" for k in range(2, 300)) + " else nil)\n"
        "print(#`" + "{s}" * 300 + "`)\n"
        "print(" + "(" * 300 + "n" + ")" * 300 + ")"
    )
    assert run(engine, source) == (["600", "900", "1", "else", "nil", "300", "1"], "")


@both
@pytest.mark.parametrize(
    "call", ["f()", "return f()", "return 1 + f()", "return (f())", "return f() .. 'x'", "print(f())"]
)
def test_endless_recursion_is_a_stack_overflow(engine: str, call: str):
    source = f"local function f()\nlocal n = 1\nif n then\n{call} end end\n"
    # From ten places of the stack: whatever room the last call leaves, the words and the line are the same.
    begin = "local function from(ok, e, ...)\n ok, e = pcall(f) print(ok, e) end\n"
    source += begin + "\n".join(f"from({', '.join('1' * pad)})" for pad in range(2, 12))
    assert run(engine, source)[0] == ["false main:4: stack overflow"] * 10


@both
def test_an_endless_recursion_through_c_in_a_handler_leaves_nothing_behind(engine: str):
    source = "local function sorts() table.sort({ 1, 2 }, sorts) end\nprint(xpcall(error, function() sorts() end))\n"
    source += "print(pcall(table.sort, { 1, 2 }, function() error('done', 0) end))"
    assert run(engine, source)[0] == ["false error in error handling", "false done"]


@both
def test_few_wide_calls_are_no_calls_through_c(engine: str):
    # With a thousand arguments LuaJIT's stack is full after sixty.
    source = "local function wide(...)\nlocal n = 1\nwide(...)\nreturn n end\n"
    source += "print(pcall(wide, table.unpack(table.create(1000, 1))))"
    assert run(engine, source)[0] == ["false main:3: stack overflow"]


@both
@pytest.mark.parametrize("event", ["__index", "__add", "__concat", "__iter", "__lt", "__call"])
def test_endless_recursion_through_an_operator_is_one_through_c(engine: str, event: str):
    operation = {
        "__index": "return a.x", "__add": "return a + a", "__concat": "return a .. a", "__iter": "for _ in a do end",
        "__lt": "return a < a", "__call": "return 1 + a()",
    }[event]  # fmt: skip
    source = (
        f"local meta = {{}}\nlocal function operator(a)\nlocal n\n{operation}\nend\n"
        f"meta.{event} = operator\nlocal a = setmetatable({{}}, meta)\n"
        f"print(pcall(function() local n = 1 {operation} end))"
    )
    words = "stack overflow" if event == "__call" else "C stack overflow"
    assert run(engine, source)[0] == [f"false main:4: {words}"]


@both
@pytest.mark.parametrize("line", range(2, 10))
def test_an_error_is_blamed_on_its_line_inside_one_long_statement(engine: str, line: int):
    parts = ["local t = {", "a = 1,", "b = f(1,", "2", "),", "g = function()", "return 1", "end,", "h = `x{1}`,", "}"]
    fault = {4: "2 + nil", 7: "return 1 + nil", 9: "h = `x{1 + nil}`,"}.get(line)
    parts[line - 1] = fault or f"{parts[line - 1]} --[[ nothing ]]"
    source = "local function f(...) return ... end " + "\n".join(parts) + " t.g()"
    error = run(engine, source)[1]
    assert error == (f"main:{line}: attempt to perform arithmetic (add) on number and nil" if fault else "")


@both
def test_integers_fail_by_name_when_they_run(engine: str):
    assert run(engine, "print('before')\nlocal x = 5i") == (
        ["before"],
        "main:2: integer literals cannot run here yet: 5i",
    )


@both
def test_exports_become_a_frozen_module(engine: str):
    vm = VM(engine)
    work = vm.load(
        "export local x, y = 1, 2\nexport const c = 3\nexport function f(n) return n + x end\nx += 4\n"
        "export function late() y = 9 end\nexport local pair = if x then nil else 1",
        "main",
    )
    (module,) = vm.call(work)
    (check,) = vm.call(
        vm.load("return function(m) return m.x, m.y, m.c, m.f(1), table.isfrozen(m), pcall(m.late) end", "c")
    )
    assert vm.call(check, module) == (5, 2, 3, 6, True, False, b"main:5: attempt to modify a readonly table")
    vm.close()


@both
def test_a_program_cannot_meet_a_helper(engine: str):
    """Names that lowering adds give way to those of the source."""
    source = (
        "local _Lid, _L1, _Ltext = 1, 2, 3 local function f(...) return print(_Lid .. _L1, _Ltext, ...) end return f(4)"
    )
    assert run(engine, source) == (["12 3 4"], "")


def test_lowered_code_is_plain_lua_to_a_parser_of_others():
    for program in programs():
        if "goto" not in (code := lower(parse(program.source), Target.LUA52).code.decode("latin-1")):
            luaparser_ast.parse(code)
