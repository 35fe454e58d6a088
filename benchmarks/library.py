"""Library functions in nanoseconds a call: beside real Luau under node, and beside the engine's own function."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from referee import Referee
from toolboxai.studio.engines import available
from toolboxai.studio.host import VM
from toolboxai.studio.lupa_state import new_runtime

ROUNDS = 5
CALLS = 100_000

CASES = {
    'string.format("%d", i)': "#string.format('%d', i)",
    'string.format("%s=%5d", s, i)': "#string.format('%s=%5d', s, i)",
    'string.format("%.2f", x)': "#string.format('%.2f', i / 3)",
    'string.format("%x", i)': "#string.format('%x', i)",
    "tostring(i)": "#tostring(i)",
    "tostring(x)": "#tostring(i / 3)",
    "string.rep": "#string.rep('ab', i % 8)",
    "string.sub": "#string.sub(s, 2, i % 6)",
    "string.byte": "string.byte(s, i % 5 + 1)",
    "string.find": "string.find(s, 'w', 1, true)",
    "math.floor": "math.floor(i / 3)",
    "math.max": "math.max(i, 5)",
    "bit32.band": "bit32.band(i, 255)",
    "table.insert and remove": "(function() table.insert(t, i) return table.remove(t) end)()",
    "table.concat of 20 numbers": "#table.concat(t, ',')",
    "string.split": "#string.split(s, ' ')",
    "utf8.len": "utf8.len(s)",
    "buffer.writef64 and readf64": "(function() buffer.writef64(b, 8, i) return buffer.readf64(b, 8) end)()",
    "buffer.writeu32 and readu32": "(function() buffer.writeu32(b, 4, i) return buffer.readu32(b, 4) end)()",
    "vector + * magnitude": "vector.magnitude(v + v * i)",
    "table.sort of 200 with a function": "sorted()",
}
NATIVE = [
    name
    for name, call in CASES.items()
    if not any(word in call for word in ("buffer", "vector", "utf8", "split", "bit32"))
]

PROGRAM = """
local clock, s = os.clock, 'hello world'
local t = {{}}
for i = 1, 20 do t[i] = i / 2 end
{prepare}
local function sorted()
    local list = {{}}
    for i = 1, 200 do list[i] = i * 7919 % 1000 end
    table.sort(list, function(a, b) return a < b end)
    return list[1]
end
local function run(n)
    local total = 0
    for i = 1, n do total = total + ({call}) end
    return total
end
local best = 1e9
for _ = 1, {rounds} do
    local from = clock()
    run({calls})
    best = math.min(best, clock() - from)
end
return best / {calls} * 1e9
"""
OF_LUAU = "local b, v = buffer.create(32), vector.create(1, 2, 3)"


def program(call: str, prepare: str) -> str:
    calls = CALLS // 100 if "sorted" in call else CALLS // 10 if "concat" in call else CALLS
    return PROGRAM.format(call=call, prepare=prepare, rounds=ROUNDS, calls=calls)


def ours(call: str, engine: str) -> float:
    vm = VM(engine)
    try:
        return float(vm.call(vm.load(program(call, OF_LUAU), "benchmark"))[0])
    finally:
        vm.close()


def native(call: str, engine: str) -> float:
    return float(new_runtime(engine).execute(program(call, "")))


def main() -> None:
    engines = [engine for engine in available() if engine != "luau"]
    print(f"{'nanoseconds a call':36}{'luau-web':>10}" + "".join(f"{e:>10}{'own':>10}" for e in engines))
    with Referee(timeout=120) as referee:
        for name, call in CASES.items():
            answer = referee.run(program(call, OF_LUAU))
            cells = [f"{answer.values[0]:10.0f}" if answer.ok else f"{'-':>10}"]
            for engine in engines:
                cells.append(f"{ours(call, engine):10.0f}")
                cells.append(f"{native(call, engine):10.0f}" if name in NATIVE else f"{'-':>10}")
            print(f"{name:36}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
