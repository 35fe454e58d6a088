"""The world's speed: rays among ten thousand parts beside meeting every part, boxes, moves, falls and characters.

python benchmarks/physics.py [--engine luajit21] [--parts 10000]
"""

import argparse
import time

from toolboxai.studio.studio import Studio
from toolboxai.studio.world import World

BUILD = """
local count = ...
local random = Random.new(7)
local side = count ^ (1 / 3) * 12
local from = os.clock()
for _ = 1, count do
    local part = Instance.new("Part")
    part.Size = Vector3.new(random:NextNumber(1, 8), random:NextNumber(1, 8), random:NextNumber(1, 8))
    part.Anchored = true
    part.CFrame = CFrame.new(random:NextNumber(0, side), random:NextNumber(0, side), random:NextNumber(0, side))
        * CFrame.Angles(random:NextNumber(0, 6), random:NextNumber(0, 6), 0)
    part.Parent = workspace
end
local made = os.clock()
workspace:Raycast(Vector3.zero, Vector3.one)
return made - from, os.clock() - made
"""
RAYS = """
local count, parts, length = ...
local random = Random.new(8)
local side = parts ^ (1 / 3) * 12
local origins, ways = {}, {}
for index = 1, count do
    origins[index] = Vector3.new(random:NextNumber(0, side), random:NextNumber(0, side), random:NextNumber(0, side))
    ways[index] = random:NextUnitVector() * length
end
local hits = 0
local from = os.clock()
for index = 1, count do
    if workspace:Raycast(origins[index], ways[index]) then hits += 1 end
end
return count / (os.clock() - from), hits
"""
# Every part is met, with the same slabs and nothing but numbers: what a ray costs without an index.
BRUTE = """
local count, parts, length = ...
local solids = {}
for _, part in workspace:GetChildren() do
    if part:IsA("BasePart") then
        table.insert(solids, { { part.CFrame:GetComponents() }, part.Size.X / 2, part.Size.Y / 2, part.Size.Z / 2 })
    end
end
local random = Random.new(8)
local side = parts ^ (1 / 3) * 12
local hits = 0
local origins, ways = {}, {}
for index = 1, count do
    origins[index] = { random:NextNumber(0, side), random:NextNumber(0, side), random:NextNumber(0, side) }
    local way = random:NextUnitVector() * length
    ways[index] = { way.X, way.Y, way.Z }
end
local min, max = math.min, math.max
local from = os.clock()
for index = 1, count do
    local o, d = origins[index], ways[index]
    local best = math.huge
    for at = 1, #solids do
        local s = solids[at]
        local f = s[1]
        local x, y, z = o[1] - f[1], o[2] - f[2], o[3] - f[3]
        local enter, leave = -math.huge, math.huge
        for axis = 1, 3 do
            local p = f[3 + axis] * x + f[6 + axis] * y + f[9 + axis] * z
            local v = f[3 + axis] * d[1] + f[6 + axis] * d[2] + f[9 + axis] * d[3]
            local a, b = (-s[1 + axis] - p) / v, (s[1 + axis] - p) / v
            enter, leave = max(enter, min(a, b)), min(leave, max(a, b))
        end
        if enter >= 0 and enter <= leave and enter <= 1 and enter < best then best = enter end
    end
    if best < math.huge then hits += 1 end
end
return count / (os.clock() - from), hits
"""
MOVES = """
local count = ...
local parts = workspace:GetChildren()
local from = os.clock()
for index = 1, count do
    local part = parts[index % #parts + 1]
    if part:IsA("BasePart") then part.CFrame += Vector3.new(1, 0, 0) end
end
return count / (os.clock() - from)
"""
BOXES = """
local count, parts = ...
local random = Random.new(9)
local side = parts ^ (1 / 3) * 12
local found = 0
local from = os.clock()
for _ = 1, count do
    local at = CFrame.new(random:NextNumber(0, side), random:NextNumber(0, side), random:NextNumber(0, side))
    found += #workspace:GetPartBoundsInBox(at, Vector3.new(16, 16, 16))
end
return count / (os.clock() - from), found
"""
FALL = """
local floor = Instance.new("Part")
floor.Anchored, floor.Size, floor.Parent = true, Vector3.new(2000, 2, 2000), workspace
for index = 0, (...) - 1 do
    local part = Instance.new("Part")
    part.Position, part.Parent = Vector3.new(index % 40 * 6, 5 + index // 40, index // 40 * 6), workspace
end
"""


def frames(world: World, count: int) -> float:
    """Milliseconds of a frame."""
    start = time.perf_counter()
    for _ in range(count):
        world.step()
    return (time.perf_counter() - start) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default=None)
    parser.add_argument("--parts", type=int, default=10_000)
    options = parser.parse_args()
    for parts in (options.parts // 10, options.parts):
        with Studio(options.engine) as studio:
            made, indexed = studio.command(BUILD, parts)
            print(f"{parts:,} parts: made {made:.2f} s, indexed {indexed:.2f} s")
            for length in (50, 1000):
                fast, hits = studio.command(RAYS, 2000, parts, length, timeout=120)
                slow, met = studio.command(BRUTE, 20, parts, length, timeout=120)
                print(
                    f"  rays of {length}: {fast:,.0f} a second ({hits / 20:.0f} % hit); "
                    f"meeting every part {slow:,.0f} ({met * 5} % hit): {fast / slow:.0f}x"
                )
            boxes, found = studio.command(BOXES, 2000, parts, timeout=120)
            print(f"  boxes of 16: {boxes:,.0f} a second, {found / 2000:.1f} parts each")
            print(f"  parts moved: {studio.command(MOVES, 20_000, timeout=120):,.0f} a second")
    with World(engine=options.engine) as world:
        world.start()
        world.server.run(FALL, 400)
        print(f"400 parts falling: {frames(world, 30):.2f} ms a frame; at rest: {frames(world, 200):.3f} ms")
        world.join("Ann")
        world.step(1)
        world.server.run("workspace.Ann.Humanoid:Move(Vector3.new(1, 0, 0))")
        print(f"a character walking, with its client: {frames(world, 120):.2f} ms a frame")


if __name__ == "__main__":
    main()
