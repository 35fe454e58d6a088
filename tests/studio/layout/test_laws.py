"""Laws of layouts: what holds of any sizes, paddings and trees."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

HERE = Path(__file__).parent
HISTORY = (HERE / "History.luau").read_text(encoding="utf-8")
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

sizes = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), min_size=1, max_size=9)

KIDS = """
local class, properties, sizes, room, extra = ...
local StarterGui = game:GetService("StarterGui")
StarterGui:ClearAllChildren()
local screen = Instance.new("ScreenGui", StarterGui)
local root = Instance.new("Frame", screen)
root.Size = UDim2.fromOffset(room[1], room[2])
for name, value in extra do root[name] = value end
local layout = Instance.new(class)
for name, value in properties do
    layout[name] = if name == "Padding" then UDim.new(0, value)
        elseif name == "CellSize" or name == "CellPadding" then UDim2.fromOffset(value[1], value[2])
        else value
end
layout.SortOrder = "LayoutOrder"
layout.Parent = root
local kids = {}
for index, size in sizes do
    local kid = Instance.new("Frame")
    kid.LayoutOrder, kid.Size = index, UDim2.fromOffset(size[1], size[2])
    kid.Parent = root
    kids[index] = kid
end
local found = {}
for index, kid in kids do
    local at, size = kid.AbsolutePosition - root.AbsolutePosition, kid.AbsoluteSize
    found[index] = { at.X, at.Y, size.X, size.Y }
end
local content, size = layout.AbsoluteContentSize, root.AbsoluteSize
local cells = if class == "UIGridLayout" then layout.AbsoluteCellCount else content
return found, { content.X, content.Y }, { size.X, size.Y }, { cells.X, cells.Y }
"""


@pytest.fixture(scope="module", params=[name for name in available() if name != "luau"])
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


def place(studio: Studio, *arguments: Any) -> tuple[list[list[float]], list[float], list[float], list[float]]:
    answer: tuple[list[list[float]], list[float], list[float], list[float]] = studio.command(KIDS, *arguments)
    return answer


@given(
    sizes=sizes,
    padding=st.integers(0, 15),
    direction=st.sampled_from(["Horizontal", "Vertical"]),
    wraps=st.booleans(),
    alignment=st.sampled_from(["Left", "Center", "Right"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_siblings_in_a_list_never_overlap_and_its_content_is_their_sum(
    studio: Studio, sizes: list[tuple[int, int]], padding: int, direction: str, wraps: bool, alignment: str
) -> None:
    properties = {"Padding": padding, "FillDirection": direction, "Wraps": wraps, "HorizontalAlignment": alignment}
    found, content, _, _ = place(studio, "UIListLayout", properties, [list(size) for size in sizes], [300, 200], {})
    main, cross = (0, 1) if direction == "Horizontal" else (1, 0)
    if wraps:
        for one, other in itertools.combinations(found, 2):
            assert not all(one[a] < other[a] + other[a + 2] - 1 and other[a] < one[a] + one[a + 2] - 1 for a in (0, 1))
    else:
        for before, after in itertools.pairwise(found):
            assert after[main] == pytest.approx(before[main] + before[main + 2] + padding, abs=1)
    assert [kid[2:] for kid in found] == [list(size) for size in sizes]
    if not wraps:
        assert content[main] == sum(size[main] for size in sizes) + padding * (len(sizes) - 1)
        assert content[cross] == max(size[cross] for size in sizes)
    else:
        spread = [max(kid[axis] + kid[axis + 2] for kid in found) - min(kid[axis] for kid in found) for axis in (0, 1)]
        assert content[main] >= spread[main] - 1
        assert content[main] <= max([300, 200][main], *(size[main] for size in sizes))


@given(
    sizes=sizes, flex=st.sampled_from(["Fill", "SpaceBetween", "SpaceAround", "SpaceEvenly"]), room=st.integers(50, 900)
)
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_what_flexes_takes_all_of_the_room_and_no_more(
    studio: Studio, sizes: list[tuple[int, int]], flex: str, room: int
) -> None:
    properties = {"FillDirection": "Horizontal", "HorizontalFlex": flex}
    found, _, _, _ = place(studio, "UIListLayout", properties, [list(size) for size in sizes], [room, 100], {})
    total = sum(size[0] for size in sizes)
    if flex == "Fill" and (total > 0 or room > 0):
        if total > room and total == 0:
            return
        assert sum(kid[2] for kid in found) == pytest.approx(room, abs=len(found))
    elif total <= room:
        gaps = [found[0][0], *(b[0] - a[0] - a[2] for a, b in itertools.pairwise(found))]
        after = room - found[-1][0] - found[-1][2]
        assert sum(gaps) + after == pytest.approx(room - total, abs=1)
        assert all(gap >= -1 for gap in gaps)
        assert max(gaps[1:], default=0) - min(gaps[1:], default=0) <= 1


@given(
    count=st.integers(1, 12),
    cell=st.tuples(st.integers(1, 150), st.integers(1, 150)),
    gap=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    most=st.integers(0, 5),
    corner=st.sampled_from(["TopLeft", "TopRight", "BottomLeft", "BottomRight"]),
    direction=st.sampled_from(["Horizontal", "Vertical"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_a_grid_has_room_for_all_of_its_cells_and_none_twice(
    studio: Studio, count: int, cell: tuple[int, int], gap: tuple[int, int], most: int, corner: str, direction: str
) -> None:
    properties = {
        "CellSize": list(cell),
        "CellPadding": list(gap),
        "FillDirectionMaxCells": most,
        "StartCorner": corner,
        "FillDirection": direction,
    }
    found, content, _, cells = place(studio, "UIGridLayout", properties, [[9, 9]] * count, [300, 200], {})
    columns, rows = cells
    assert columns * rows >= count
    main, room = (0, 300) if direction == "Horizontal" else (1, 200)
    fitting = max((room + gap[main]) // (cell[main] + gap[main]), 1)
    assert cells[main] == min(fitting, count, most or count)
    assert content == [columns * (cell[0] + gap[0]) - gap[0], rows * (cell[1] + gap[1]) - gap[1]]
    assert len({(kid[0], kid[1]) for kid in found}) == count
    for kid in found:
        assert kid[2:] == list(cell)
        assert 0 <= kid[0] <= content[0] - cell[0]
        assert 0 <= kid[1] <= content[1] - cell[1]


@given(sizes=sizes, padding=st.integers(0, 15), least=st.integers(0, 200))
@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
def test_an_automatic_size_holds_its_children_and_is_no_less_than_size(
    studio: Studio, sizes: list[tuple[int, int]], padding: int, least: int
) -> None:
    extra = {"AutomaticSize": "XY"}
    found, content, size, _ = place(
        studio, "UIListLayout", {"Padding": padding}, [list(size) for size in sizes], [least, least], extra
    )
    assert size == [max(least, content[0]), max(least, content[1])]
    for kid in found:
        assert kid[0] + kid[2] <= size[0]
        assert kid[1] + kid[3] <= size[1]


@given(seed=st.integers(0, 2**31))
@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
def test_what_is_kept_through_changes_is_what_a_new_layout_gives(studio: Studio, seed: int) -> None:
    studio.command(HISTORY, seed, 60)


SCALED = """
local seed, factor = ...
local StarterGui = game:GetService("StarterGui")
StarterGui:ClearAllChildren()
local screen = Instance.new("ScreenGui", StarterGui)
local function build(scale)
    local random = Random.new(seed)
    local root = Instance.new("Frame", screen)
    root.Size = UDim2.fromOffset(random:NextInteger(50, 200), random:NextInteger(50, 200))
    Instance.new("UIScale", root).Scale = scale
    local layout = Instance.new("UIListLayout", root)
    layout.Padding = UDim.new(0, random:NextInteger(0, 9))
    local inner = Instance.new("Frame", root)
    inner.AutomaticSize = "XY"
    Instance.new("UIPadding", inner).PaddingLeft = UDim.new(0, random:NextInteger(0, 9))
    for _ = 1, 3 do
        local kid = Instance.new("Frame", inner)
        kid.Size = UDim2.fromOffset(random:NextInteger(1, 50), random:NextInteger(1, 50))
        kid.Position = UDim2.fromOffset(random:NextInteger(0, 50), random:NextInteger(0, 50))
    end
    local last = Instance.new("Frame", root)
    last.Size = UDim2.new(1, -random:NextInteger(0, 30), 0, random:NextInteger(1, 30))
    local found = {}
    for _, object in root:GetDescendants() do
        if object:IsA("GuiObject") then
            local at, size = object.AbsolutePosition - root.AbsolutePosition, object.AbsoluteSize
            table.insert(found, { at.X, at.Y, size.X, size.Y })
        end
    end
    return found
end
return build(1), build(factor)
"""


@given(seed=st.integers(0, 2**31), factor=st.sampled_from([2, 3, 4]))
@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
def test_a_scale_enlarges_everything_alike(studio: Studio, seed: int, factor: int) -> None:
    plain, scaled = studio.command(SCALED, seed, factor)
    assert scaled == [[side * factor for side in each] for each in plain]
