"""What each engine costs: a VM's start, a Studio's, and six small programs beside luau-web under node.

python benchmarks/engines.py [--rounds 20]      (luau-web's columns need node and the packages of tests/corpus)
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from referee import Referee, RefereeMissingError
from toolboxai.studio import engines
from toolboxai.studio.host import VM
from toolboxai.studio.studio import Studio

# Each gives a function; a round warms it for 0.2 s, as WebAssembly needs, and tells its time in microseconds.
PROGRAMS = {
    "fib": "local function fib(n) return if n < 2 then n else fib(n - 1) + fib(n - 2) end "
    "return function() fib(18) end",
    "loops": "return function() local n = 0 for i = 1, 20000 do n += i % 7 * math.floor(i / 3) end end",
    "strings": "return function() local t = {} for i = 1, 2000 do t[i] = `item {i}` end table.concat(t, ',') end",
    "sort": "return function() local t = {} for i = 1, 2000 do t[i] = i * 7919 % 2003 end table.sort(t) end",
    "closures": "return function() local f = function() return 0 end for i = 1, 2000 do local g = f "
    "f = function() return i end g() end end",
    "methods": "local C = {} C.__index = C function C.add(self, n) self.n += n end return function() "
    "local o = setmetatable({ n = 0 }, C) for i = 1, 10000 do o:add(i) end end",
}
ROUND = """
local work = (function() {} end)()
local began, count = os.clock(), 0
repeat work() until os.clock() - began > 0.2
began = os.clock()
repeat work() count += 1 until os.clock() - began > 0.1
return (os.clock() - began) / count * 1e6
"""


def starts(make: Callable[[], VM | Studio], rounds: int) -> float:
    """The median start in milliseconds, after one that fills the caches."""
    make().close()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        made = make()
        times.append((time.perf_counter() - began) * 1000)
        made.close()
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with ExitStack() as stack:
        try:
            peer = stack.enter_context(Referee())
            peer.run("return 1")
        except RefereeMissingError as reason:
            print(f"without luau-web: {reason}")
            peer = None
        report(peer, rounds)


def report(peer: Referee | None, rounds: int) -> None:
    if peer is not None:
        began = time.perf_counter()
        for _ in range(rounds):
            peer.run("return 1")
        print(f"{'luau-web':9} VM start and one run {(time.perf_counter() - began) / rounds * 1000:7.2f} ms")
    for engine in engines.available():
        beside(engine, peer, rounds)


def beside(engine: str, peer: Referee | None, rounds: int) -> None:
    """One engine's figures, each with luau-web's where that is there, turn by turn."""
    vm, studio = starts(lambda: VM(engine), rounds), starts(lambda: Studio(engine), rounds)
    print(f"{engine:9} VM start {vm:7.2f} ms   Studio start {studio:7.2f} ms")
    ratios = []
    for name, program in PROGRAMS.items():
        source = ROUND.replace("{}", program)
        turns = [(timed(engine, source), peer.run(source).values[0] if peer else 0.0) for _ in range(3)]
        ours, theirs = min(own for own, _ in turns), min(other for _, other in turns)
        ratios.append(theirs / ours)
        beside_it = f"   luau-web {theirs:9.1f} us   {ratios[-1]:6.2f} times as fast" if peer else ""
        print(f"{engine:9} {name:9} {ours:9.1f} us{beside_it}")
    if peer:
        mean = math.prod(ratios) ** (1 / len(ratios))
        print(f"{engine:9} geometric mean: {mean:.2f} times as fast as luau-web")


def timed(engine: str, source: str) -> float:
    vm = VM(engine)
    found: float = vm.call(vm.load(source, "round"))[0]
    vm.close()
    return found


if __name__ == "__main__":
    main()
