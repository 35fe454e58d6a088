"""Between the screen and the world: rays, pixels, the mouse; and a script's own hands."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.roblox.model import Item
from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

far = st.floats(-50, 50, width=32)


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


@given(x=st.floats(0, 1280), y=st.floats(0, 720), depth=st.floats(1, 100), eye=st.tuples(far, far, far, far, far))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_ray_through_a_pixel_meets_what_that_pixel_shows(
    studio: Studio, x: float, y: float, depth: float, eye: tuple[float, ...]
) -> None:
    seen_x, seen_y, seen_depth = studio.command(
        """
        local x, y, depth, eye = ...
        local camera = workspace.CurrentCamera
        camera.CFrame = CFrame.new(eye[1], eye[2], eye[3]) * CFrame.Angles(eye[4], eye[5], 0)
        local ray = camera:ViewportPointToRay(x, y)
        local along = ray.Direction:Dot(camera.CFrame.LookVector)
        local point = camera:WorldToViewportPoint(ray.Origin + ray.Direction * (depth / along))
        return point.X, point.Y, point.Z
        """,
        x,
        y,
        depth,
        list(eye),
    )
    assert (seen_x, seen_y, seen_depth) == pytest.approx((x, y, depth), rel=1e-3, abs=0.2)


def test_screen_points_are_counted_from_below_the_top_bar(studio: Studio) -> None:
    assert studio.command("""
        local camera = workspace.CurrentCamera
        camera.CFrame = CFrame.identity
        local inset = game:GetService("GuiService"):GetGuiInset().Y
        local view, isSeen = camera:WorldToViewportPoint(Vector3.new(0, 0, -10))
        local screen = camera:WorldToScreenPoint(Vector3.new(0, 0, -10))
        local _, isBehind = camera:WorldToViewportPoint(Vector3.new(0, 0, 10))
        return view.X, view.Y - screen.Y == inset, view.Z, isSeen, isBehind
    """) == (640, True, 10, True, False)


def test_the_mouse_has_the_part_it_points_at(studio: Studio) -> None:
    studio.install(Item("Script", "Pointing", {"Source": "_G.mouse = plugin:GetMouse()"}))
    inset = studio.command('return game:GetService("GuiService"):GetGuiInset().Y')
    studio.act("Input", "moveMouse", 640, 360 - inset)
    studio.command("""
        workspace.CurrentCamera.CFrame = CFrame.identity
        local function part(z)
            local made = Instance.new("Part", workspace)
            made.Anchored, made.Size, made.Position = true, Vector3.new(4, 4, 4), Vector3.new(0, 0, z)
            return made
        end
        _G.near, _G.behind, _G.heard = part(-10), part(-20), {}
        _G.mouse.Button1Down:Connect(function() table.insert(_G.heard, "down") end)
        _G.mouse.KeyDown:Connect(function(key) table.insert(_G.heard, key) end)
    """)
    assert studio.command("""
        local mouse = _G.mouse
        local first, surface, hit = mouse.Target, mouse.TargetSurface.Name, mouse.Hit.Position
        mouse.TargetFilter = _G.near
        return first == _G.near, surface, math.round(hit.Z), mouse.Target == _G.behind, mouse.UnitRay.Direction.Z
    """) == (True, "Back", -8, True, -1)
    studio.act("Input", "button", 1, True)
    studio.act("Input", "button", 1, False)
    studio.act("Input", "tap", "Q")
    assert studio.command("return _G.heard") == ["down", "q"]


def test_a_scripts_own_hands_press_keys(studio: Studio) -> None:
    assert studio.command("""
        local service = game:GetService("UserInputService")
        local hands = service:CreateVirtualInput()
        hands:SendKey(true, Enum.KeyCode.F)
        local down = service:IsKeyDown(Enum.KeyCode.F)
        hands:SendKey(false, Enum.KeyCode.F)
        hands:SendMouseButton(Vector2.new(100, 200), Enum.UserInputType.MouseButton1, true)
        local pressed = service:IsMouseButtonPressed(Enum.UserInputType.MouseButton1)
        hands:SendMouseButton(Vector2.new(100, 200), Enum.UserInputType.MouseButton1, false)
        return down, service:IsKeyDown(Enum.KeyCode.F), pressed, service:GetMouseLocation() == Vector2.new(100, 200)
    """) == (True, False, True, True)
