"""A user's hands at what is drawn: what a click, a move, a turn of the wheel or a key reaches."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

SCENE = """
_G.heard = {}
local gui = Instance.new("ScreenGui")
gui.Name = "gui"
gui.ZIndexBehavior = "Sibling"
gui.Parent = game:GetService("StarterGui")
local function add(class, name, parent, x, y, width, height)
    local object = Instance.new(class)
    object.Name = name
    object.Position, object.Size = UDim2.fromOffset(x, y), UDim2.fromOffset(width, height)
    object.Parent = parent
    for _, event in { "MouseEnter", "MouseLeave" } do
        object[event]:Connect(function() table.insert(_G.heard, `{event} {name}`) end)
    end
    for _, event in { "InputBegan", "InputEnded" } do
        object[event]:Connect(function(input)
            if input.UserInputType.Name ~= "MouseMovement" then
                table.insert(_G.heard, `{event} {name} {input.UserInputType.Name}`)
            end
        end)
    end
    if object:IsA("GuiButton") then
        for _, event in { "MouseButton1Down", "MouseButton1Up", "MouseButton1Click", "MouseButton2Click", "Activated" } do
            object[event]:Connect(function() table.insert(_G.heard, `{event} {name}`) end)
        end
    end
    return object
end
local panel = add("Frame", "panel", gui, 100, 100, 200, 100)
local front = add("TextButton", "front", panel, 10, 10, 50, 20)
local behind = add("TextButton", "behind", panel, 10, 10, 100, 20)
front.ZIndex = 2
local box = add("TextBox", "box", gui, 400, 100, 100, 20)
box.Text, box.ClearTextOnFocus = "ab", false
box.Focused:Connect(function() table.insert(_G.heard, "Focused") end)
box.FocusLost:Connect(function(enter) table.insert(_G.heard, `FocusLost {enter}`) end)
_G.panel, _G.front, _G.box, _G.gui, _G.add = panel, front, box, gui, add
"""


@pytest.fixture(params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        opened.command(SCENE)
        yield opened


def heard(studio: Studio) -> list[str]:
    return studio.command("local heard = _G.heard _G.heard = {} return heard") or []


def test_a_click_is_told_in_studios_order(studio: Studio) -> None:
    assert studio.click_at(115, 115) == "StarterGui.gui.panel.front"
    assert heard(studio) == [
        "MouseEnter front",
        "MouseEnter behind",
        "MouseEnter panel",
        "InputBegan front MouseButton1",
        "MouseButton1Down front",
        "InputEnded front MouseButton1",
        "MouseButton1Up front",
        "MouseButton1Click front",
        "Activated front",
    ]
    studio.move_to(0, 0)
    assert heard(studio) == ["MouseLeave front", "MouseLeave behind", "MouseLeave panel"]


def test_the_foremost_by_zindex_is_hit_and_then_what_comes_later_in_the_tree(studio: Studio) -> None:
    studio.command("_G.front.ZIndex = 1")
    assert studio.move_to(115, 115) == "StarterGui.gui.panel.behind"
    studio.command("_G.front.ZIndex = 5")
    assert studio.move_to(115, 115) == "StarterGui.gui.panel.front"
    studio.command("_G.front.Visible = false")
    assert studio.move_to(115, 115) == "StarterGui.gui.panel.behind"


def test_what_is_not_active_lets_a_click_through_and_activates_nothing(studio: Studio) -> None:
    studio.command("_G.front.Active = false")
    studio.click_at(115, 115)
    told = heard(studio)
    assert "InputBegan front MouseButton1" in told
    assert "InputBegan behind MouseButton1" in told
    assert "InputBegan panel MouseButton1" not in told
    assert "MouseButton1Click front" in told
    assert "Activated front" not in told


def test_what_its_parent_clips_is_not_there(studio: Studio) -> None:
    studio.command("_G.panel.ClipsDescendants = true _G.front.Position = UDim2.fromOffset(180, 10)")
    assert studio.move_to(290, 115) == "StarterGui.gui.panel.front"
    assert studio.move_to(310, 115) is None
    studio.command("_G.panel.ClipsDescendants = false")
    assert studio.move_to(310, 115) == "StarterGui.gui.panel.front"


def test_letting_go_elsewhere_is_no_click(studio: Studio) -> None:
    studio.move_to(115, 115)
    studio.act("Input", "button", 1, True)
    studio.move_to(0, 0)
    studio.act("Input", "button", 1, False)
    told = heard(studio)
    assert "MouseButton1Down front" in told
    assert "MouseButton1Click front" not in told
    assert "Activated front" not in told


def test_scripts_are_told_that_the_interface_used_the_click(studio: Studio) -> None:
    studio.command("""
        game:GetService("UserInputService").InputBegan:Connect(function(input, processed)
            if input.UserInputType == Enum.UserInputType.MouseButton1 then
                table.insert(_G.heard, `processed {processed} {input.Position.X}`)
            end
        end)
    """)
    studio.click_at(115, 115)
    assert "processed true 115" in heard(studio)
    studio.click_at(600, 400)
    assert "processed false 600" in heard(studio)


def test_typing_goes_to_the_box_that_was_clicked(studio: Studio) -> None:
    studio.click_at(450, 110)
    studio.type_keys("cé", enter=True)
    assert studio.command("return _G.box.Text, _G.box:IsFocused()") == ("abcé", False)
    assert [line for line in heard(studio) if line.startswith("Focus")] == ["Focused", "FocusLost true"]
    studio.click_at(450, 110)
    studio.click_at(0, 0)
    assert [line for line in heard(studio) if line.startswith("Focus")] == ["Focused", "FocusLost false"]


def test_the_right_button_has_its_own_click(studio: Studio) -> None:
    studio.click_at(115, 115, button=2)
    told = heard(studio)
    assert "MouseButton2Click front" in told
    assert "MouseButton1Click front" not in told


def test_the_wheel_moves_a_canvas_no_further_than_its_end(studio: Studio) -> None:
    studio.command("""
        local scroll = _G.add("ScrollingFrame", "scroll", _G.gui, 600, 100, 100, 100)
        scroll.CanvasSize = UDim2.fromOffset(0, 250)
        _G.scroll = scroll
        _G.inside = _G.add("TextButton", "inside", scroll, 0, 200, 50, 20)
    """)
    assert studio.move_to(620, 110) == "StarterGui.gui.scroll"
    studio.wheel_at(620, 110, -1)
    assert studio.command("return _G.scroll.CanvasPosition.Y") == 100
    studio.wheel_at(620, 110, -9)
    assert studio.command("return _G.scroll.CanvasPosition.Y, _G.inside.AbsolutePosition.Y") == (150, 150)
    assert studio.move_to(620, 155) == "StarterGui.gui.scroll.inside"


def test_a_drag_detector_moves_its_object_within_its_bounds(studio: Studio) -> None:
    studio.command("""
        local card = _G.add("Frame", "card", _G.gui, 600, 300, 40, 40)
        local detector = Instance.new("UIDragDetector", card)
        for _, event in { "DragStart", "DragContinue", "DragEnd" } do
            detector[event]:Connect(function(at) table.insert(_G.heard, `{event} {at}`) end)
        end
        _G.card, _G.detector = card, detector
    """)
    studio.drag((610, 310), (660, 290))
    assert studio.command("return tostring(_G.card.Position), tostring(_G.detector.DragUDim2)") == (
        "{0, 650}, {0, 280}",
        "{0, 50}, {0, -20}",
    )
    assert [line for line in heard(studio) if line.startswith("Drag")] == [
        "DragStart 610, 310",
        "DragContinue 660, 290",
        "DragEnd 660, 290",
    ]
    studio.command("_G.detector.BoundingUI = _G.panel _G.card.Position = UDim2.fromOffset(110, 110)")
    studio.drag((120, 120), (900, 900))
    assert studio.command("return tostring(_G.card.AbsolutePosition)") == "260, 160"
    studio.command("_G.detector.BoundingUI = nil _G.detector.DragStyle = 'TranslateLine'")
    studio.drag((270, 170), (300, 250))
    assert studio.command("return tostring(_G.card.AbsolutePosition)") == "290, 160"
    studio.command("_G.detector.DragStyle, _G.detector.ResponseStyle = 'TranslatePlane', 'Scale'")
    studio.drag((300, 170), (428, 170))
    assert studio.command("return tostring(_G.card.AbsolutePosition), _G.card.Position.X.Offset") == ("418, 160", 290)
    studio.command("_G.detector.DragStyle = 'Rotate'")
    studio.drag((458, 180), (438, 200))
    assert studio.command("return math.round(_G.card.Rotation)") == 90


def test_what_is_draggable_is_dragged(studio: Studio) -> None:
    studio.command("""
        _G.panel.Draggable, _G.panel.Active = true, true
        _G.panel.DragBegin:Connect(function(from) table.insert(_G.heard, `begin {from}`) end)
        _G.panel.DragStopped:Connect(function(x, y) table.insert(_G.heard, `stopped {x} {y}`) end)
    """)
    studio.drag((250, 180), (260, 200))
    assert studio.command("return tostring(_G.panel.AbsolutePosition)") == "110, 120"
    assert [line for line in heard(studio) if line.split()[0] in ("begin", "stopped")] == [
        "begin {0, 100}, {0, 100}",
        "stopped 260 200",
    ]


def test_what_is_turned_is_hit_where_it_stands(studio: Studio) -> None:
    studio.command('local bar = _G.add("Frame", "bar", _G.gui, 800, 300, 100, 10) bar.Rotation = 90')
    assert studio.move_to(850, 350) == "StarterGui.gui.bar"
    assert studio.move_to(805, 305) is None


def test_the_layout_lists_what_is_drawn_from_back_to_front(studio: Studio) -> None:
    shown = studio.layout()
    assert [entry.path.rpartition(".")[2] for entry in shown] == ["panel", "behind", "front", "box"]
    front = shown[2]
    assert (front.x, front.y, front.width, front.height, front.text) == (110, 110, 50, 20, "Button")
    assert studio.click_at(*front.middle) == front.path
    studio.command("_G.front.Size = UDim2.new(0.125, 0.5, 0, 20) _G.panel.Size = UDim2.fromOffset(201, 100)")
    assert studio.layout()[2].width == 25.125


def test_what_stands_where_is_told_to_scripts_too(studio: Studio) -> None:
    found = studio.command("""
        local names = {}
        for _, object in game:GetService("StarterGui"):GetGuiObjectsAtPosition(115, 115) do
            table.insert(names, object.Name)
        end
        return names
    """)
    assert found == ["front", "behind", "panel"]
