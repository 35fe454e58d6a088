"""What is worked out is told to those who listen, once a frame; and what cannot be set says so."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

BUILD = """
_G.told = {}
local gui = Instance.new("ScreenGui", game:GetService("StarterGui"))
local frame = Instance.new("Frame")
frame.Size = UDim2.fromOffset(100, 50)
local label = Instance.new("TextLabel", frame)
label.Size = UDim2.fromScale(1, 0.5)
label.Text, label.TextSize, label.Font = "abc", 10, Enum.Font.Code
local layout = Instance.new("UIListLayout", frame)
local function listen(object, property)
    object:GetPropertyChangedSignal(property):Connect(function()
        table.insert(_G.told, `{object.ClassName}.{property} {object[property]}`)
    end)
end
listen(frame, "AbsoluteSize")
listen(frame, "AbsolutePosition")
listen(label, "AbsoluteSize")
listen(label, "TextBounds")
listen(layout, "AbsoluteContentSize")
_G.gui, _G.frame, _G.label, _G.layout = gui, frame, label, layout
"""


@pytest.fixture(params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        opened.command(BUILD)
        yield opened


def told(studio: Studio) -> list[str]:
    return studio.command("local told = _G.told _G.told = {} return told") or []


def test_a_new_object_gets_its_size_with_the_frame_after_it_came(studio: Studio) -> None:
    studio.command("_G.frame.Parent = _G.gui")
    assert told(studio) == []
    studio.step()
    assert told(studio) == [
        "Frame.AbsoluteSize 100, 50",
        "TextLabel.AbsoluteSize 100, 25",
        "TextLabel.TextBounds 15, 10",
        "UIListLayout.AbsoluteContentSize 100, 25",
    ]
    studio.step()
    assert told(studio) == []


def test_what_follows_from_a_change_elsewhere_is_told_and_several_changes_once(studio: Studio) -> None:
    studio.command("_G.frame.Parent = _G.gui")
    studio.step()
    told(studio)
    studio.command("""
        _G.frame.Size = UDim2.fromOffset(200, 50)
        _G.frame.Size = UDim2.fromOffset(300, 50)
        _G.frame.Position = UDim2.fromOffset(7, 0)
        return _G.label.AbsoluteSize
    """)
    studio.step()
    assert told(studio) == [
        "Frame.AbsoluteSize 300, 50",
        "Frame.AbsolutePosition 7, 0",
        "TextLabel.AbsoluteSize 300, 25",
        "UIListLayout.AbsoluteContentSize 300, 25",
    ]


def test_a_change_that_is_taken_back_within_the_frame_is_none(studio: Studio) -> None:
    studio.command("_G.frame.Parent = _G.gui")
    studio.step()
    told(studio)
    studio.command("_G.frame.Size = UDim2.fromOffset(1, 1) _G.frame.Size = UDim2.fromOffset(100, 50)")
    studio.step()
    assert told(studio) == []


def test_changed_tells_of_it_too_and_each_listener_once(studio: Studio) -> None:
    studio.command("""
        _G.frame.Parent = _G.gui
        for _, object in { _G.frame, _G.label } do
            object.Changed:Connect(function(property)
                if string.find(property, "^Absolute") or property == "TextBounds" then
                    table.insert(_G.told, `{object.ClassName} changed {property}`)
                end
            end)
        end
    """)
    studio.step()
    told(studio)
    studio.command("_G.frame.Size = UDim2.fromOffset(60, 50)")
    studio.step()
    assert sorted(told(studio)) == [
        "Frame changed AbsoluteSize",
        "Frame.AbsoluteSize 60, 50",
        "TextLabel changed AbsoluteSize",
        "TextLabel.AbsoluteSize 60, 25",
        "UIListLayout.AbsoluteContentSize 60, 25",
    ]


def test_another_screen_lays_everything_out_anew(studio: Studio) -> None:
    studio.command("_G.frame.Size = UDim2.fromScale(0.5, 1) _G.frame.Parent = _G.gui")
    assert studio.command("return _G.frame.AbsoluteSize.X, workspace.CurrentCamera.ViewportSize.X") == (640, 1280)
    studio.set_viewport(800, 600)
    assert studio.command("return _G.frame.AbsoluteSize.X, workspace.CurrentCamera.ViewportSize.X") == (400, 800)
    studio.step()
    assert "Frame.AbsoluteSize 400, 542" in told(studio)


def test_what_stands_in_no_screen_has_no_size(studio: Studio) -> None:
    assert studio.command("return _G.frame.AbsoluteSize.X, _G.label.TextBounds.X") == (0, 0)


def test_screens_begin_below_the_top_bar_unless_they_say_otherwise(studio: Studio) -> None:
    places = studio.command("""
        local found = {}
        for _, inset in { "CoreUISafeInsets", "DeviceSafeInsets", "None", "TopbarSafeInsets" } do
            _G.gui.ScreenInsets = inset
            local at, size = _G.gui.AbsolutePosition, _G.gui.AbsoluteSize
            table.insert(found, `{at} {size} {_G.gui.IgnoreGuiInset}`)
        end
        _G.gui.IgnoreGuiInset = false
        table.insert(found, _G.gui.ScreenInsets.Name)
        _G.gui.IgnoreGuiInset = true
        table.insert(found, _G.gui.ScreenInsets.Name)
        return found
    """)
    assert places == [
        "0, 0 1280, 662 false",
        "0, -58 1280, 720 true",
        "0, -58 1280, 720 true",
        "0, -58 1280, 58 true",
        "CoreUISafeInsets",
        "DeviceSafeInsets",
    ]


@pytest.mark.parametrize("property_", ["AbsoluteSize", "AbsolutePosition", "TextBounds", "ContentText"])
def test_what_is_worked_out_cannot_be_set(studio: Studio, property_: str) -> None:
    with pytest.raises(LuauError, match=f"Unable to assign property {property_}. Property is read only"):
        studio.command(f"_G.label.{property_} = Vector2.new(1, 1)")


def test_text_service_measures_as_labels_do(studio: Studio) -> None:
    same = studio.command("""
        local service = game:GetService("TextService")
        local label = Instance.new("TextLabel", _G.gui)
        label.Size = UDim2.fromOffset(90, 500)
        label.TextWrapped, label.TextSize = true, 15
        local wrong = {}
        for _, font in { Enum.Font.SourceSans, Enum.Font.SourceSansBold, Enum.Font.Code, Enum.Font.Gotham } do
            for _, text in { "a", "several words in it", "ünïcödé … ✓", "two\\nlines", "Donaudampfschifffahrt" } do
                label.Font, label.Text = font, text
                local params = Instance.new("GetTextBoundsParams")
                params.Text, params.Size, params.Width, params.Font = text, 15, 90, Font.fromEnum(font)
                local sizes = {
                    label.TextBounds,
                    service:GetTextSize(text, 15, font, Vector2.new(90, 500)),
                    service:GetTextBoundsAsync(params),
                }
                if sizes[1] ~= sizes[2] or sizes[2] ~= sizes[3] or label.TextBounds.X > 90 then
                    table.insert(wrong, `{font.Name} {text}: {sizes[1]}; {sizes[2]}; {sizes[3]}`)
                end
            end
        end
        return wrong
    """)
    assert not same


def test_a_family_must_be_named(studio: Studio) -> None:
    with pytest.raises(LuauError, match="no Family"):
        studio.command("""
            local params = Instance.new("GetTextBoundsParams")
            params.Font = Font.new("")
            game:GetService("TextService"):GetTextBoundsAsync(params)
        """)


def test_who_listens_to_sizes_keeps_no_run_from_ending(studio: Studio) -> None:
    studio.command("_G.frame.Parent = _G.gui")
    assert studio.ask("awaitsFrame")[0]
    studio.step()
    assert not studio.ask("awaitsFrame")[0]
    studio.command("_G.frame.Size = UDim2.fromOffset(1, 1)")
    assert studio.ask("awaitsFrame")[0]
