"""Headless Studio's speed and memory: its start, instances and signals, beside plain Lua tables in the same run.

python benchmarks/studio.py [--engine luajit21] [--rounds 5]      (beside Lune's `roblox` too, where it is)
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import lune

from toolboxai.roblox.model import Item
from toolboxai.roblox.values import EnumItem
from toolboxai.studio.lupa_state import new_runtime
from toolboxai.studio.studio import Studio

INSTANCES = 100_000
FIRES = 1_000_000

# `...` is how many. The place's clock is not the machine's: Python takes the processor's time.
CHURN = """
local count = ...
local made = table.create(count)
for index = 1, count do
    local part = Instance.new("Part")
    part.Parent = workspace
    made[index] = part
end
for index = 1, count do made[index]:Destroy() end
"""
FIRE = """
local count = ...
local event, heard = Instance.new("BindableEvent"), 0
event.Event:Connect(function(value) heard += value end)
for _ = 1, count do event:Fire(1) end
task.wait()
assert(heard == count)
"""
LISTENERS = """
local count = ...
local event, heard = Instance.new("BindableEvent"), 0
local connections = table.create(count)
for index = 1, count do connections[index] = event.Event:Connect(function() heard += 1 end) end
event:Fire()
task.wait()
for _, connection in connections do connection:Disconnect() end
assert(heard == count)
"""
# The same with tables and functions alone: no types, no events, no threads.
TABLES = """
local count = ...
local made, parent = {}, { children = {} }
local from = os.clock()
for index = 1, count do
    local part = { class = "Part", name = "Part", children = {}, values = {}, signals = {} }
    part.parent = parent
    parent.children[index] = part
    made[index] = part
end
for index = count, 1, -1 do
    made[index].parent = nil
    parent.children[index] = nil
end
return os.clock() - from
"""
CALLS = """
local count = ...
local heard = 0
local listeners = { function(value) heard = heard + value end }
local from = os.clock()
for _ = 1, count do
    for index = 1, #listeners do coroutine.wrap(listeners[index])(1) end
end
return os.clock() - from
"""
LUNE = """
local roblox = require("@lune/roblox")
local count = tonumber(require("@lune/process").args[1])
local from = os.clock()
local folder = roblox.Instance.new("Folder")
local made = table.create(count)
for index = 1, count do
    local part = roblox.Instance.new("Part")
    part.Parent = folder
    made[index] = part
end
local standing = os.clock()
for index = 1, count do made[index]:Destroy() end
print(standing - from, os.clock() - standing)
"""


def best(work: Callable[[], float], rounds: int) -> float:
    return min(work() for _ in range(rounds))


def in_studio(source: str, engine: str, behavior: str = "Deferred") -> Callable[[int], float]:
    def once(count: int) -> float:
        with Studio(engine) as studio:
            chosen = {"SignalBehavior": EnumItem("SignalBehavior", behavior)}
            studio.mount(Item("DataModel", "Game", children=[Item("Workspace", "Workspace", chosen)]))
            studio.command(source, 10)
            began = time.process_time()
            studio.command(source, count, timeout=300)
            return time.process_time() - began

    return once


def in_lua(source: str, engine: str) -> Callable[[int], float]:
    return lambda count: float(new_runtime(engine).execute(source, count))


def resident() -> float:
    """This process's memory in MB; 0 where the system does not say."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * 4096 / 1e6 if pages.exists() else 0.0


def fresh(engine: str, rounds: int) -> None:
    Studio(engine).close()
    times = []
    for _ in range(rounds * 4):
        began = time.process_time()
        Studio(engine).close()
        times.append((time.process_time() - began) * 1000)
    gc.collect()
    before = resident()
    several = [Studio(engine) for _ in range(8)]
    size = (resident() - before) / len(several)
    print(f"a fresh Studio and its end, warm: {statistics.median(times):.1f} ms, {size:.1f} MB")
    for studio in several:
        studio.close()


def beside_lune(took: float) -> None:
    peer = lune.seconds(LUNE, str(INSTANCES))
    if peer is None:
        print(f"... {lune.MISSING}")
        return
    made, destroyed = peer
    print(
        f"... Lune: made and parented {made:.2f} s, destroyed {destroyed:.2f} s: "
        f"ours takes {took / (made + destroyed):.2f} times it all, {took / made:.2f} times its making alone"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="luajit21")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    engine, rounds = options.engine, options.rounds
    fresh(engine, rounds)

    churn, tables = in_studio(CHURN, engine), in_lua(TABLES, engine)
    took, plain = best(lambda: churn(INSTANCES), rounds), best(lambda: tables(INSTANCES), rounds)
    tenth = best(lambda: churn(INSTANCES // 10), rounds)
    print(f"{INSTANCES:,} instances made, parented, destroyed: {took:.2f} s; plain tables {plain:.3f} s")
    print(f"... ten times the instances: {took / tenth:.1f} times the time")
    beside_lune(took)

    calls = best(lambda: in_lua(CALLS, engine)(FIRES), rounds)
    for behavior in ("Immediate", "Deferred"):
        fire = in_studio(FIRE, engine, behavior)
        took = best(lambda fire=fire: fire(FIRES), rounds)  # type: ignore[misc]
        print(f"fires a second to one listener, {behavior}: {FIRES / took / 1e6:.1f} million")
    print(f"... a plain function in a new coroutine each: {FIRES / calls / 1e6:.1f} million")
    many = in_studio(LISTENERS, engine)
    took, tenth = best(lambda: many(INSTANCES), rounds), best(lambda: many(INSTANCES // 10), rounds)
    print(f"{INSTANCES:,} listeners connected, called, let go: {took:.2f} s; {took / tenth:.1f} times a tenth of them")


if __name__ == "__main__":
    main()
