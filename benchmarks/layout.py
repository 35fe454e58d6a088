"""A window laid out: 300 objects and 3,000, from nothing and after one change, beside plain Lua and taffy.

python benchmarks/layout.py [--engine luajit21] [--rounds 9]
"""

import argparse
import statistics
import time
from collections.abc import Callable

from toolboxai.studio.studio import Studio

# A scrolled list of rows, each a row of three labels that wrap: four objects a row.
BUILD = """
local rows = ...
local gui = Instance.new("ScreenGui")
local scroll = Instance.new("ScrollingFrame")
scroll.Size, scroll.CanvasSize, scroll.AutomaticCanvasSize = UDim2.fromScale(1, 1), UDim2.new(), Enum.AutomaticSize.Y
local list = Instance.new("UIListLayout", scroll)
list.Padding, list.SortOrder = UDim.new(0, 4), Enum.SortOrder.LayoutOrder
local labels = {}
for index = 1, rows do
    local row = Instance.new("Frame")
    row.Size, row.AutomaticSize, row.LayoutOrder = UDim2.fromScale(1, 0), Enum.AutomaticSize.Y, index
    Instance.new("UIListLayout", row).FillDirection = Enum.FillDirection.Horizontal
    for column = 1, 3 do
        local label = Instance.new("TextLabel")
        label.Size, label.AutomaticSize = UDim2.fromScale(0.33, 0), Enum.AutomaticSize.Y
        label.TextWrapped, label.TextSize, label.Text = true, 14, "Some words that row " .. index .. " shows"
        label.Parent = row
        table.insert(labels, label)
    end
    row.Parent = scroll
end
scroll.Parent = gui
gui.Parent = game:GetService("StarterGui")
_G.gui, _G.labels = gui, labels
collectgarbage("collect") -- what building left is no part of the layout
"""
FIRST = "return _G.labels[#_G.labels].AbsolutePosition.Y"
CHANGE = "_G.labels[5].Size += UDim2.fromOffset(1, 0) return _G.labels[#_G.labels].AbsolutePosition.Y"
CLEAR = "_G.gui:Destroy()"
# The sums alone, in plain tables: what nobody could do without.
PLAIN = """
local rows = ...
local widths = {}
for code = 32, 126 do widths[code] = 0.4 end
local function height(text, room)
    local x, lines = 0, 1
    for place = 1, #text do
        x += widths[string.byte(text, place)] * 14
        if x > room then x, lines = 0, lines + 1 end
    end
    return lines * 14
end
local function layout()
    local y, found = 0, {}
    for index = 1, rows do
        local x, deep = 0, 0
        for column = 1, 3 do
            local w = 1280 * 0.33
            local h = height("Some words that row " .. index .. " shows", w)
            table.insert(found, { x = x, y = y, w = w, h = h })
            x, deep = x + w, math.max(deep, h)
        end
        table.insert(found, { x = 0, y = y, w = 1280, h = deep })
        y += deep + 4
    end
    return found
end
return #layout()
"""


def seconds(work: Callable[[], object]) -> float:
    """Of the processor's time: another job on the machine is not ours."""
    began = time.process_time()
    work()
    return time.process_time() - began


def milliseconds(times: list[float]) -> str:
    return f"{statistics.median(times) * 1e3:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default=None)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    best: dict[int, float] = {}
    middle: dict[int, float] = {}
    with Studio(options.engine) as studio:
        idle = statistics.median(seconds(lambda: studio.command("return 1")) for _ in range(50))
        for rows in (75, 750):
            first, change, plain = [], [], []
            for _ in range(options.rounds):
                studio.command(BUILD, rows)
                first.append(seconds(lambda: studio.command(FIRST)) - idle)
                change.append(seconds(lambda: studio.command(CHANGE)) - idle)
                studio.command(CLEAR)
                plain.append(seconds(lambda: studio.command(PLAIN, rows)) - idle)  # noqa: B023 - called at once
            best[rows], middle[rows] = min(first), statistics.median(first)
            print(
                f"{rows * 4} objects on {studio.vm.engine}: laid out in {milliseconds(first)} ms (median of "
                f"{options.rounds}; best {min(first) * 1e3:.1f}), again after a change in {milliseconds(change)}; "
                f"the sums alone in plain tables {milliseconds(plain)}"
            )
    print(
        f"ten times the objects: {best[750] / best[75]:.1f} times the best time, "
        f"{middle[750] / middle[75]:.1f} the median"
    )


if __name__ == "__main__":
    main()
