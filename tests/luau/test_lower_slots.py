"""The count of LuaJIT's stack in lowered functions: no frame takes more than was counted, and all is counted back."""

import re

import pytest
from hypothesis import HealthCheck, given, settings

from toolboxai.luau.lower import Target, lower
from toolboxai.luau.lower_functions import _BETWEEN
from toolboxai.luau.parser import parse
from toolboxai.studio.engines import available
from toolboxai.studio.host import VM
from toolboxai.studio.lupa_state import new_runtime

from .generated import programs

pytestmark = pytest.mark.skipif("luajit21" not in available(), reason="this machine's lupa has no LuaJIT")

FRAMES = rb"""
local util, code = require("jit.util"), ...
local found = {}
local function look(prototype)
	local info = util.funcinfo(prototype)
	found[#found + 1] = info.linedefined .. ":" .. info.stackslots
	for index = -1, info.children and -info.gcconsts or 0, -1 do
		local constant = util.funck(prototype, index)
		if type(constant) == "proto" then
			look(constant)
		end
	end
end
look(assert(loadstring(code)))
return table.concat(found, " ")
"""


def counted(source: str) -> list[tuple[int, int]]:
    """Of each function of the program that counts: the slots it counts, and those that LuaJIT gave it."""
    code = lower(parse(source), Target.LUAJIT21).code
    lines = code.split(b"\n")
    found = []
    for item in new_runtime("luajit21").compile(FRAMES.decode())(code).split():
        line, slots = map(int, item.split(b":"))
        count = re.search(rb"local \w+used=\w+slots if [^=]+=\S+ end \w+=\w+\+(\d+)", lines[line - 1])
        if count:
            found.append((int(count[1]), slots))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_no_generated_function_takes_more_than_it_counts(source: str):
    found = counted(source)
    assert found
    assert all(count - _BETWEEN >= slots for count, slots in found)


@pytest.mark.parametrize(
    "body",
    [
        "return f(" + "1, " * 120 + "f())",
        "return {" + "f, " * 120 + "f()}",
        "return " + "f .. " * 120 + "f",
        "local " + ", ".join(f"v{n}" for n in range(150)) + " = f() return f()",
        "for a in f do for b in f do for c = 1, 2 do for d, e in f() do f() end end end end",
        "return " + "f(" * 60 + ")" * 60,
    ],
)
def test_no_wide_function_takes_more_than_it_counts(body: str):
    found = counted(f"local function f(...) {body} end")
    assert found
    assert all(count - _BETWEEN >= slots for count, slots in found)


WAYS_OUT = """
local function leave(way)
	if way == 1 then return end
	if way == 2 then return 1 end
	if way == 3 then return way + 1 end
	if way == 4 then return tostring(way) end
	if way == 5 then return way, tostring(way) end
	if way == 6 then return (tostring(way)) end
	if way == 7 then return if way then nil else way end
	for _ in { 1 } do if way == 8 then return way .. "" end end
	repeat local x = way if x == 9 then return x // 1 end until x
	pcall(error, way)
	pcall(function() return nil + way end)
	xpcall(error, function() return nil + way end, way)
	table.sort({ 1, 2 }, function(a, b) return a < b end)
	coroutine.wrap(function() coroutine.yield(tostring(way)) error(way) end)()
end
local function deep(n, way)
	for _ = 1, 2000 do leave(way) end
	return if n == 0 then 0 else 1 + deep(n - 1, way)
end
for way = 1, 10 do
	print(deep(5, way))
end
"""


def test_what_was_counted_is_counted_back():
    asked = []
    vm = VM("luajit21")
    core = vm._state._rt[b"core"]
    full = core[b"full"]
    core[b"full"] = lambda: asked.append(1) or full()
    vm.call(vm.load(WAYS_OUT, "main"))
    vm.close()
    assert asked == []  # the stack never seemed full
