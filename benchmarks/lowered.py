"""Lowered Luau beside the same work hand-written in Lua, on the same engine: each ratio is at most 1.5."""

import gc
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from toolboxai.studio import engines
from toolboxai.studio.host import VM

ROUNDS = 7

# name: Luau, Lua. Each is a chunk that gives a function of no arguments: one round of work.
_TAIL_LOOP = """local function sum(n, all) if n == 0 then return all end return sum(n - 1, all + n) end
return function() local s = 0 for i = 1, 1000 do s = s + sum(100, 0) end return s end"""

WORK = {
    "table.sort": (
        """return function() local t, seed = {}, 42
            for i = 1, 5000 do seed = (seed * 1103 + 12345) % 65536 t[i] = seed end table.sort(t) return t[1] end""",
        None,
    ),
    "objects": (
        """local C = {} C.__index = C
        function C.new(x) return setmetatable({ x = x }, C) end function C:get() return self.x end
        return function() local s = 0 for i = 1, 20000 do s = s + C.new(i):get() end return s end""",
        None,
    ),
    "fib": (
        """local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
        return function() return fib(24) end""",
        None,
    ),
    "sort": (
        """return function()
            local t, seed = {}, 42
            for i = 1, 2000 do seed = (seed * 1103 + 12345) % 65536 t[i] = seed end
            for i = 2, #t do
                local j = i
                while j > 1 and j > i - 12 and t[j - 1] > t[j] do t[j], t[j - 1] = t[j - 1], t[j] j -= 1 end
            end
            return t[1]
        end""",
        """return function()
            local t, seed = {}, 42
            for i = 1, 2000 do seed = (seed * 1103 + 12345) % 65536 t[i] = seed end
            for i = 2, #t do
                local j = i
                while j > 1 and j > i - 12 and t[j - 1] > t[j] do t[j], t[j - 1] = t[j - 1], t[j] j = j - 1 end
            end
            return t[1]
        end""",
    ),
    "string build": (
        "return function() local s = '' for i = 1, 3000 do s ..= 'ab' end return #s end",
        "return function() local s = '' for i = 1, 3000 do s = s .. 'ab' end return #s end",
    ),
    "#": (
        "return function() local t, n = {}, 0 for i = 1, 20000 do t[#t + 1] = i n += #t end return n end",
        "return function() local t, n = {}, 0 for i = 1, 20000 do t[#t + 1] = i n = n + #t end return n end",
    ),
    "for in": (
        """local t = {} for i = 1, 1000 do t[i] = i end
        return function() local n = 0 for r = 1, 30 do for i, v in t do n += v end end return n end""",
        """local t = {} for i = 1, 1000 do t[i] = i end
        return function() local n = 0 for r = 1, 30 do for i, v in next, t do n = n + v end end return n end""",
    ),
    "if expression": (
        """local function pick(i, a, b) local x = if i % 2 == 0 then a else b return x end
        return function() local n = 0 for i = 1, 30000 do
            n += if i % 3 == 0 then pick(i, i, 1) else i end return n end""",
        """local function pick(i, a, b) local x if i % 2 == 0 then x = a else x = b end return x end
        return function() local n = 0 for i = 1, 30000 do
            if i % 3 == 0 then n = n + pick(i, i, 1) else n = n + i end end return n end""",
    ),
    "numeric ..": (
        "return function() local n = 0 for i = 1, 10000 do local s = 'item' .. i .. ':' n += #s end return n end",
        "return function() local n = 0 for i = 1, 10000 do local s = 'item' .. i .. ':' n = n + #s end return n end",
    ),
    "//": (
        "return function() local n = 0 for i = 1, 30000 do n += i // 7 end return n end",
        """local floor = math.floor
        return function() local n = 0 for i = 1, 30000 do n = n + floor(i / 7) end return n end""",
    ),
    "tail calls": (
        """local function add(a, b) return a + b, a end local function both(a) return add(a, 1) end
        local function down(n) if n == 0 then return 0 end return down(n - 1) end
        return function() local n = 0 for i = 1, 300 do n += down(20) end for i = 1, 10000 do
            local a, b = both(i) n += a - b end return n end""",
        """local function add(a, b) return a + b, a end local function both(a) return add(a, 1) end
        local function down(n) if n == 0 then return 0 end return down(n - 1) end
        return function() local n = 0 for i = 1, 300 do n = n + down(20) end for i = 1, 10000 do
            local a, b = both(i) n = n + a - b end return n end""",
    ),
    "tail loop": (_TAIL_LOOP, _TAIL_LOOP),  # Lua jumps where Luau keeps a frame, so these two differ in what they do
    "tail loop, frames kept": (
        _TAIL_LOOP,
        _TAIL_LOOP.replace("return sum(n - 1, all + n)", "return (sum(n - 1, all + n))"),
    ),
}


def best(work: Callable[[], Any], peer: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """The quickest round of each, taken in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.disable()
    for _ in range(ROUNDS):
        for function, kept in zip((work, peer), times, strict=True):
            start = time.perf_counter()
            for _ in range(repeats):
                function()
            kept.append(time.perf_counter() - start)
    gc.enable()
    return min(times[0]), min(times[1])


def main() -> None:
    for engine in sorted({"luajit21", "lua52"} & set(engines.available())):
        for name, (luau, lua) in WORK.items():
            vm = VM(engine)
            stock = import_module(f"lupa.{engine}").LuaRuntime(unpack_returned_tuples=True, encoding="latin-1")
            work, peer = vm.call(vm.load(luau, name))[0], stock.execute(lua or luau)
            assert work() == peer()
            ours, theirs = best(work, peer, 4)
            verdict = "" if ours <= theirs * 1.5 else "  over 1.5"
            times = f"{ours * 1000:8.2f} ms  Lua {theirs * 1000:8.2f} ms  {ours / theirs:5.2f}x"
            print(f"{engine:10} {name:14} {times}{verdict}")


if __name__ == "__main__":
    main()
