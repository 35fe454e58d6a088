"""What vectors and frames cost on each engine, beside a plain table of three numbers made in the same run.

python benchmarks/datatypes.py [--count 100000]
"""

import argparse

from toolboxai.studio import engines
from toolboxai.studio.studio import Studio

OPERATIONS = {
    "Vector3.new": "for i = 1, n do v = Vector3.new(i, 1, 2) end",
    "vector + vector": "for i = 1, n do v += step end",
    "vector * number": "for i = 1, n do v = step * 1.1 end",
    "vector.X": "local s = 0 for i = 1, n do s += step.X end",
    "vector.Magnitude": "local s = 0 for i = 1, n do s += step.Magnitude end",
    "vector:Dot": "local s = 0 for i = 1, n do s += step:Dot(v) end",
    "CFrame.new": "for i = 1, n do c = CFrame.new(i, 2, 3) end",
    "frame * frame": "for i = 1, n do c = c * turn end",
    "frame * vector": "for i = 1, n do v = turn * step end",
    "frame:Lerp": "for i = 1, n do c = frame:Lerp(turn, 0.3) end",
    "Color3.fromRGB": "for i = 1, n do c = Color3.fromRGB(i % 256, 2, 3) end",
    "UDim2.new": "for i = 1, n do c = UDim2.new(0, i, 1, 3) end",
}
CHUNK = """
local n = ...
local v, step = Vector3.new(1.5, 2.25, 3), Vector3.new(0.1, 0.2, 0.3)
local turn = CFrame.Angles(0.1, 0.2, 0.3)
local frame = CFrame.new(1, 2, 3) * turn
local c = frame
local best = math.huge
for _ = 1, 4 do
    local began = os.clock()
    {work}
    best = math.min(best, os.clock() - began)
end
return best / n * 1e9
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    count = parser.parse_args().count
    for engine in engines.available():
        with Studio(engine) as studio:
            plain = studio.command(CHUNK.replace("{work}", "for i = 1, n do c = { X = i, Y = 1, Z = 2 } end"), count)
            print(f"{engine}: a plain table {plain:.0f} ns")
            for name, work in OPERATIONS.items():
                cost = studio.command(CHUNK.replace("{work}", work), count)
                print(f"  {name:18}{cost:8.0f} ns {cost / plain:8.2f}x")


if __name__ == "__main__":
    main()
