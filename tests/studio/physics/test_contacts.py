"""What falls, lands and touches; what players click, hold and drag."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.studio.engines import available
from toolboxai.studio.world import World

FLOOR = """
    local floor = Instance.new("Part")
    floor.Name, floor.Anchored, floor.Size, floor.Position = "Floor", true, Vector3.new(400, 2, 400), Vector3.new(0, -1, 0)
    floor.Parent = workspace
"""
LISTEN = """
    local function listen(part)
        part.Touched:Connect(function(other) print(part, "touched", other) end)
        part.TouchEnded:Connect(function(other) print(part, "left", other) end)
    end
    local function make(name, x, y, z, anchored, class)
        local part = Instance.new(class or "Part")
        part.Name, part.Size, part.Position, part.Anchored = name, Vector3.new(2, 2, 2), Vector3.new(x, y, z), anchored == true
        part.Parent = workspace
        listen(part)
        return part
    end
"""


@pytest.fixture(scope="module", params=available())
def opened(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(FLOOR, engine=request.param) as made:
        made.start()
        made.step()
        yield made


@pytest.fixture
def world(opened: World) -> World:
    opened.server.run(
        "for _, part in workspace:GetChildren() do if part.Name ~= 'Floor' then pcall(part.Destroy, part) end end"
    )
    opened.step()
    opened.output.clear()
    return opened


def heard(world: World) -> list[str]:
    return [line.text for line in world.output]


def test_a_loose_part_falls_lands_once_and_rests(world: World) -> None:
    world.server.run(LISTEN + "make('Box', 0, 11, 0)")
    world.step(0.25)
    assert world.server.get("workspace.Box.Position.Y") == pytest.approx(11 - 196.2 * 0.25**2 / 2, abs=0.5)
    world.step(1)
    assert world.server.get("workspace.Box.Position.Y") == pytest.approx(1, abs=1e-4)
    assert world.server.get("workspace.Box.AssemblyLinearVelocity") == "0, 0, 0"
    assert heard(world) == ["Box touched Floor"]
    assert world.server.get("#workspace.Box:GetTouchingParts()") == 0, "it lies on the floor, not in it"


def test_a_stack_lands_on_itself_and_falls_when_its_ground_goes(world: World) -> None:
    world.server.run(LISTEN + "for i = 1, 3 do make('Box' .. i, 0, 4 * i, 0) end")
    world.step(2)
    assert [round(world.server.get(f"workspace.Box{i}.Position.Y")) for i in (1, 2, 3)] == [1, 3, 5]
    world.server.run("workspace.Box1:Destroy()")
    world.step(1)
    assert [round(world.server.get(f"workspace.Box{i}.Position.Y")) for i in (2, 3)] == [1, 3]


def test_anchored_parts_never_touch_each_other_but_loose_ones_touch_what_is_put_into_them(world: World) -> None:
    world.server.run(
        LISTEN
        + """
        make("Wall", 0, 50, 0, true)
        make("Gate", 9, 50, 0, true).CanCollide = false
        local box = make("Box", 30, 1, 0)
    """
    )
    world.step(0.1)
    world.output.clear()
    world.server.run("workspace.Gate.Position = workspace.Wall.Position")
    world.step(0.1)
    assert heard(world) == []
    world.server.run("workspace.Gate.CFrame = workspace.Box.CFrame")
    world.step(0.1)
    assert sorted(heard(world)) == ["Box touched Gate", "Gate touched Box"]
    world.output.clear()
    world.server.run("workspace.Gate.CanTouch = false")
    world.step(0.1)
    assert sorted(heard(world)) == ["Box left Gate", "Gate left Box"]


def test_what_is_welded_together_does_not_touch_itself_and_falls_together(world: World) -> None:
    world.server.run(
        LISTEN
        + """
        local a, b = make("A", 0, 9, 0), make("B", 1, 10, 0)
        local weld = Instance.new("WeldConstraint", a)
        weld.Part0, weld.Part1 = a, b
    """
    )
    world.step(2)
    assert heard(world) == ["A touched Floor"]
    assert world.server.get("workspace.B.Position - workspace.A.Position") == "1, 1, 0"


def test_a_part_that_leaves_ends_its_touches(world: World) -> None:
    world.server.run(LISTEN + "make('Box', 0, 1.5, 0) make('Lid', 0, 4, 0)")
    world.step(1)
    world.output.clear()
    world.server.run("workspace.Lid.Parent = nil")
    world.step(0.1)
    assert heard(world) == ["Lid left Box", "Box left Lid"] or heard(world) == ["Box left Lid", "Lid left Box"]


def test_a_part_below_the_world_is_destroyed_with_its_empty_model(world: World) -> None:
    world.server.run("""
        local model = Instance.new("Model", workspace)
        local part = Instance.new("Part", model)
        part.Position = Vector3.new(900, -480, 0)
    """)
    world.step(1)
    assert world.server.get("workspace:FindFirstChild('Model')") is None


def test_an_impulse_is_mass_times_velocity_and_friction_ends_it(world: World) -> None:
    world.server.run(
        LISTEN + "local box = make('Box', 0, 1, 0) task.wait(0.1) box:ApplyImpulse(Vector3.new(20 * box.Mass, 0, 0))"
    )
    assert world.server.get("workspace.Box.AssemblyLinearVelocity.X") == pytest.approx(20, abs=1)
    world.step(0.25)
    assert world.server.get("workspace.Box.Position.X") > 2
    world.step(3)
    assert world.server.get("workspace.Box.AssemblyLinearVelocity") == "0, 0, 0"


moves = st.lists(st.tuples(st.integers(0, 5), *[st.integers(-3, 3)] * 3), min_size=1, max_size=12)


@given(moves=moves)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_touches_are_mutual_and_agree_with_what_overlaps(world: World, moves: Any) -> None:
    world.server.run(
        "workspace.Gravity = 0 for _, name in { 0, 1, 2, 3, 4, 5 } do local old = workspace:FindFirstChild(tostring(name)) if old then old:Destroy() end end"
    )
    world.step()
    world.server.run("""
        shared.touching = {}
        for name = 0, 5 do
            local part = Instance.new("Part")
            part.Name, part.CanCollide, part.Size = tostring(name), false, Vector3.new(2, 2, 2)
            part.Position, part.Anchored = Vector3.new(name * 3, 100, 0), name % 2 == 0
            part.Touched:Connect(function(other) shared.touching[part.Name .. other.Name] = true end)
            part.TouchEnded:Connect(function(other) shared.touching[part.Name .. other.Name] = nil end)
            part.Parent = workspace
        end
    """)
    for number, x, y, z in moves:
        world.server.run(
            "local name, x, y, z = ... workspace[name].Position = Vector3.new(x * 1.25, 100 + y, z)",
            str(number),
            x,
            y,
            z,
        )
        world.step()
    assert (
        world.server.run("""
        task.wait()
        for a = 0, 5 do
            for b = 0, 5 do
                local p, q = workspace[tostring(a)], workspace[tostring(b)]
                local gap = (p.Position - q.Position):Abs():Max(Vector3.zero)
                local overlap = a ~= b and math.max(gap.X, gap.Y, gap.Z) <= 2.01 and not (p.Anchored and q.Anchored)
                local told = shared.touching[a .. b] == true
                if told ~= overlap or told ~= (shared.touching[b .. a] == true) then return `{a} and {b}: {told}, {overlap}` end
            end
        end
        workspace.Gravity = 196.2
        return "right"
    """)
        == "right"
    )


def test_a_place_at_rest_awaits_no_frame(world: World) -> None:
    world.server.run(LISTEN + "make('Box', 0, 5, 0)")
    assert world.ask("awaitsFrame")[0]
    world.step(2)
    assert not world.ask("awaitsFrame")[0]


@pytest.fixture
def played(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(FLOOR, engine=getattr(request, "param", None)) as made:
        yield made


def test_a_player_touches_what_a_script_listens_to(played: World) -> None:
    ann = played.join("Ann")
    played.server.run(
        LISTEN + "make('Pad', 6, 0, 0, true).CanCollide = false workspace.Ann.Humanoid:MoveTo(Vector3.new(6, 0, 0))"
    )
    ann.run("workspace:WaitForChild('Pad').Touched:Connect(function(other) print('client saw', other.Parent) end)")
    played.step(1)
    assert "Pad touched LeftFoot" in played.server.output
    assert "client saw Ann" in ann.output


def test_a_prompt_is_seen_when_near_and_triggered_by_its_key_after_its_time(played: World) -> None:
    ann = played.join("Ann")
    played.server.run("""
        local part = Instance.new("Part")
        part.Name, part.Anchored, part.Position, part.Parent = "Chest", true, Vector3.new(20, 3, 0), workspace
        local prompt = Instance.new("ProximityPrompt")
        prompt.HoldDuration, prompt.RequiresLineOfSight, prompt.Parent = 0.5, false, part
        for _, name in { "PromptButtonHoldBegan", "PromptButtonHoldEnded", "Triggered", "TriggerEnded" } do
            prompt[name]:Connect(function(player) print(name, player) end)
        end
        game:GetService("ProximityPromptService").PromptTriggered:Connect(function(which, player) print("service", which, player) end)
    """)
    played.step(0.1)
    ann.run("""
        local prompt = workspace.Chest.ProximityPrompt
        prompt.PromptShown:Connect(function(kind) print("shown", kind.Name) end)
        prompt.PromptHidden:Connect(function() print("hidden") end)
        prompt.Triggered:Connect(function(player) print("triggered", player) end)
    """)
    ann.tap("E")
    ann.teleport(15, 3, 0)
    played.step(0.1)
    ann.press("E")
    played.step(0.2)
    ann.release("E")
    played.step(0.1)
    assert played.server.output == ["PromptButtonHoldBegan Ann", "PromptButtonHoldEnded Ann"]
    ann.press("E")
    played.step(0.6)
    ann.release("E")
    played.step(0.1)
    assert played.server.output[2:] == [
        "PromptButtonHoldBegan Ann",
        "PromptButtonHoldEnded Ann",
        "Triggered Ann",
        "service ProximityPrompt Ann",
        "TriggerEnded Ann",
    ]
    ann.teleport(0, 3, 0)
    played.step(0.1)
    assert ann.output == ["shown Keyboard", "triggered Ann", "hidden"]


def test_a_click_reaches_the_detector_around_the_part(played: World) -> None:
    ann = played.join("Ann")
    played.server.run("""
        local model = Instance.new("Model", workspace)
        model.Name = "Lamp"
        Instance.new("Part", model).Anchored = true
        Instance.new("ClickDetector", model).MouseClick:Connect(function(player) print("clicked by", player) end)
    """)
    played.step(0.1)
    ann.click_part("Workspace.Lamp.Part")
    played.step()
    assert played.server.output == ["clicked by Ann"]


def test_a_tool_used_by_its_player_is_used_on_the_server(played: World) -> None:
    ann = played.join("Ann")
    played.server.run("""
        local tool, handle = Instance.new("Tool"), Instance.new("Part", nil)
        handle.Name, handle.Parent = "Handle", tool
        tool.Activated:Connect(function() print("used") end)
        tool.Parent = workspace.Ann
    """)
    played.step(0.1)
    ann.run("workspace.Ann.Tool:Activate()")
    played.step(0.1)
    assert played.server.output == ["used"]


MOVERS = {
    "BodyVelocity": "mover.Velocity, mover.MaxForce = Vector3.new(20, 0, 0), Vector3.one * 1e6",
    "LinearVelocity": "mover.Attachment0, mover.MaxForce, mover.VectorVelocity, mover.RelativeTo = attachment, 1e6, "
    "Vector3.new(20, 0, 0), Enum.ActuatorRelativeTo.World",
}


@pytest.mark.parametrize("kind", MOVERS)
def test_a_mover_holds_a_velocity_until_it_is_gone(world: World, kind: str) -> None:
    world.server.run(
        f"""
        local part = Instance.new("Part")
        part.Name, part.Position, part.Parent = "Rocket", Vector3.new(0, 50, 0), workspace
        local attachment = Instance.new("Attachment", part)
        local mover = Instance.new("{kind}")
        {MOVERS[kind]}
        mover.Parent = part
        """
    )
    world.step(1)
    assert world.server.get("workspace.Rocket.Position") == "20, 50, 0"
    world.server.run(f"workspace.Rocket.{kind}:Destroy()")
    world.step(3)
    assert world.server.get("workspace.Rocket.Position.Y") < 2


def test_a_place_is_aligned_to(world: World) -> None:
    world.server.run("""
        local part = Instance.new("Part")
        part.Name, part.Position, part.Parent = "Drone", Vector3.new(0, 50, 0), workspace
        local align = Instance.new("AlignPosition")
        align.Attachment0, align.Mode = Instance.new("Attachment", part), Enum.PositionAlignmentMode.OneAttachment
        align.MaxForce, align.Position, align.Responsiveness, align.Parent = 1e6, Vector3.new(5, 60, 0), 200, part
    """)
    world.step(2)
    assert world.server.get("(workspace.Drone.Position - Vector3.new(5, 60, 0)).Magnitude < 0.1") is True


def test_a_floor_that_lets_go_drops_what_rests_on_it(world: World) -> None:
    world.server.run(LISTEN + "make('Shelf', 0, 20, 0, true) make('Box', 0, 23, 0)")
    world.step(1)
    assert world.server.get("workspace.Box.Position.Y") == pytest.approx(22)
    world.server.run("workspace.Shelf.CanCollide = false")
    world.step(1.5)
    assert world.server.get("workspace.Box.Position.Y") == pytest.approx(1)


def test_a_test_touches_clicks_and_drags_by_name(played: World) -> None:
    played.join("Ann")
    played.server.run(
        LISTEN
        + """
        local door = make("Door", 50, 50, 0, true)
        make("Key", 60, 50, 0, true)
        local click, drag = Instance.new("ClickDetector", door), Instance.new("DragDetector", workspace.Key)
        click.MouseClick:Connect(function(player) print("click", player) end)
        click.MouseHoverEnter:Connect(function(player) print("hover", player) end)
        drag.DragStart:Connect(function(player) print("start", player) end)
        drag.DragContinue:Connect(function(player) print("continue", player) end)
        drag.DragEnd:Connect(function(player) print("end", player) end)
        drag:AddConstraintFunction(1, function(motion) return motion * CFrame.new(0, -motion.Y, 0) end)
        """
    )
    act = played.server.act
    act("Physics", "touch", "Workspace.Key", "Workspace.Door")
    act("Physics", "untouch", "Workspace.Key", "Workspace.Door")
    assert act("Physics", "click", "Workspace.Door", "Ann", 500) is False
    assert act("Physics", "click", "Workspace.Door", "Ann", 5) is True
    act("Physics", "hover", "Workspace.Door", "Ann")
    act("Physics", "grab", "Workspace.Key", "Ann")
    act("Physics", "drag", "Workspace.Key", 3, 4, 5)
    act("Physics", "drop", "Workspace.Key")
    played.step()
    assert played.server.output == [
        "Key touched Door",
        "Door touched Key",
        "Key left Door",
        "Door left Key",
        "click Ann",
        "hover Ann",
        "start Ann",
        "continue Ann",
        "end Ann",
    ]
    assert played.server.get("workspace.Key.Position") == "63, 50, 5"


def test_an_animation_of_roblox_lasts_as_long_as_a_test_says(played: World) -> None:
    played.join("Ann")
    played.server.act("Physics", "animation", "rbxassetid://7", 0.5)
    played.server.run("""
        local animation = Instance.new("Animation")
        animation.AnimationId = "rbxassetid://7"
        local track = workspace.Ann.Humanoid.Animator:LoadAnimation(animation)
        track:Play()
        local from = time()
        track.Stopped:Wait()
        print(time() - from > 0.45, time() - from < 0.6)
    """)
    assert played.server.output == ["true true"]
