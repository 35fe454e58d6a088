"""A character's life: walking, jumping, sitting, holding tools, being hurt, dying."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.world import Player, World

PLACE = """
    local floor = Instance.new("Part")
    floor.Name, floor.Anchored, floor.Size, floor.Position = "Floor", true, Vector3.new(80, 2, 80), Vector3.new(0, -1, 0)
    floor.Material, floor.Parent = Enum.Material.Grass, workspace
    game:GetService("Players").CharacterAutoLoads = true
"""


@pytest.fixture
def world() -> Iterator[World]:
    with World(PLACE) as made:
        yield made


@pytest.fixture
def ann(world: World) -> Player:
    player = world.join("Ann")
    world.step(0.2)
    return player


def listen(world: World, *events: str) -> None:
    """Writes what the humanoid says into the world's output, by the event's name."""
    world.server.run(
        """
        for _, event in { ... } do
            workspace.Ann.Humanoid[event]:Connect(function(...)
                local words = { event }
                for _, value in { ... } do table.insert(words, if typeof(value) == "EnumItem" then value.Name else tostring(value)) end
                print(table.concat(words, " "))
            end)
        end
        """,
        *events,
    )


def heard(world: World) -> list[str]:
    return [line.text for line in world.output if line.peer == "server"]


@pytest.mark.usefixtures("ann")
def test_a_character_stands_on_what_is_under_it(world: World) -> None:
    assert world.server.run("""
        local humanoid = workspace.Ann.Humanoid
        return humanoid.FloorMaterial.Name, humanoid.RootPart.Position.Y, humanoid:GetState().Name, humanoid.Health
    """) == ("Grass", pytest.approx(3, abs=1e-3), "Running", 100)


@pytest.mark.usefixtures("ann")
def test_it_walks_to_a_place_and_says_when_it_is_there(world: World) -> None:
    listen(world, "MoveToFinished", "Running")
    world.server.run("workspace.Ann.Humanoid:MoveTo(Vector3.new(8, 0, 0))")
    world.step(0.25)
    middle = world.server.get("workspace.Ann.Head.Position.X")
    assert middle == pytest.approx(4, abs=0.5), "sixteen studs a second"
    world.step(1)
    assert heard(world) == ["Running 16", "MoveToFinished true", "Running 0"]
    assert world.server.get("workspace.Ann.Humanoid.RootPart.Position.X") == pytest.approx(8, abs=1.1)
    assert world.server.get("workspace.Ann.Humanoid.RootPart.CFrame.LookVector.X") == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("engine", available())
def test_a_character_lives_on_every_engine(engine: str) -> None:
    with World(PLACE, engine=engine) as world:
        world.join("Ann")
        world.server.run("workspace.Ann.Humanoid.Jump = true workspace.Ann.Humanoid:MoveTo(Vector3.new(4, 0, 0))")
        world.step(0.6)
        assert world.server.get("workspace.Ann.Humanoid.RootPart.Position.X") == pytest.approx(4, abs=1.1)


@pytest.mark.usefixtures("ann")
def test_after_eight_seconds_it_gives_up(world: World) -> None:
    listen(world, "MoveToFinished")
    world.server.run("workspace.Ann.Humanoid.WalkSpeed = 1 workspace.Ann.Humanoid:MoveTo(Vector3.new(90, 0, 0))")
    world.step(7.9)
    assert heard(world) == []
    world.step(0.3)
    assert heard(world) == ["MoveToFinished false"]


@pytest.mark.usefixtures("ann")
def test_a_wall_stops_it_a_step_does_not_and_an_edge_lets_it_fall(world: World) -> None:
    world.server.run("""
        local function block(name, size, position)
            local part = Instance.new("Part")
            part.Name, part.Anchored, part.Size, part.Position, part.Parent = name, true, size, position, workspace
        end
        block("Wall", Vector3.new(1, 10, 40), Vector3.new(10, 5, 0))
        block("Step", Vector3.new(4, 1, 40), Vector3.new(-6, 0.5, 0))
        workspace.Ann.Humanoid:Move(Vector3.new(5, 0, 0))
    """)
    world.step(2)
    assert world.server.get("workspace.Ann.Humanoid.RootPart.Position.X") == pytest.approx(9, abs=0.1)
    listen(world, "StateChanged")
    world.server.run("workspace.Ann.Humanoid:Move(Vector3.new(-1, 0, 0))")
    world.step(1)
    assert world.server.get("workspace.Ann.Humanoid.RootPart.Position.Y") == pytest.approx(4, abs=0.1)
    world.step(3)
    assert "StateChanged Running Freefall" in heard(world)[0]


@pytest.mark.usefixtures("ann")
def test_a_jump_goes_up_as_high_as_its_power_and_comes_down(world: World) -> None:
    listen(world, "StateChanged", "Jumping", "FreeFalling")
    world.server.run("workspace.Ann.Humanoid.Jump = true")
    highest = 0.0
    for _ in range(60):
        world.step()
        highest = max(highest, world.server.get("workspace.Ann.Humanoid.RootPart.Position.Y"))
    assert highest - 3 == pytest.approx(50**2 / (2 * 196.2), rel=0.1)
    assert heard(world) == [
        "StateChanged Running Jumping",
        "Jumping true",
        "Jumping false",
        "StateChanged Jumping Freefall",
        "FreeFalling true",
        "FreeFalling false",
        "StateChanged Freefall Landed",
        "StateChanged Landed Running",
    ]
    assert world.server.get("workspace.Ann.Humanoid.Jump") is False


@pytest.mark.usefixtures("ann")
def test_a_state_that_is_disabled_is_never_entered(world: World) -> None:
    listen(world, "StateChanged", "StateEnabledChanged")
    world.server.run("""
        local humanoid = workspace.Ann.Humanoid
        humanoid:SetStateEnabled(Enum.HumanoidStateType.Jumping, false)
        humanoid:SetStateEnabled(Enum.HumanoidStateType.Jumping, false)
        humanoid.Jump = true
    """)
    world.step(0.5)
    assert heard(world) == ["StateEnabledChanged Jumping false"]
    assert world.server.get("workspace.Ann.Humanoid:GetStateEnabled(Enum.HumanoidStateType.Jumping)") is False


def test_a_player_steers_its_own_character(world: World, ann: Player) -> None:
    ann.run("""
        local humanoid = workspace.Ann.Humanoid
        humanoid.MoveToFinished:Connect(function(reached) print("there", reached) end)
        humanoid:MoveTo(Vector3.new(0, 0, 6))
    """)
    world.step(1)
    assert world.server.get("workspace.Ann.Humanoid.RootPart.Position.Z") == pytest.approx(6, abs=1.1)
    assert ann.get("workspace.Ann.Humanoid.RootPart.Position.Z") == pytest.approx(6, abs=1.1)
    assert ann.output == ["there true"]


@pytest.mark.usefixtures("ann")
def test_damage_heals_shields_and_kills_once(world: World) -> None:
    listen(world, "HealthChanged", "Died")
    world.server.run("""
        local humanoid = workspace.Ann.Humanoid
        workspace.Ann.Health:Destroy()
        humanoid:TakeDamage(30)
        local shield = Instance.new("ForceField", workspace.Ann)
        humanoid:TakeDamage(30)
        shield:Destroy()
        humanoid.Health = 500
        humanoid.Health = -5
        humanoid.Health = 50
        humanoid.Health = 0
    """)
    world.step()
    assert heard(world) == [
        "HealthChanged 70",
        "HealthChanged 100",
        "HealthChanged 0",
        "Died",
        "HealthChanged 50",
        "HealthChanged 0",
    ]
    assert world.server.get("workspace.Ann.Humanoid:GetState().Name") == "Dead"
    assert world.server.get("#workspace.Ann.Head:GetJoints()") == 0, "the body falls apart"


@pytest.mark.usefixtures("ann")
def test_who_is_not_in_workspace_does_not_die(world: World) -> None:
    world.server.run("""
        local humanoid = Instance.new("Humanoid")
        humanoid.Died:Connect(function() print("died") end)
        humanoid.Health = 0
        task.wait()
        print("alive")
        local model = Instance.new("Model")
        humanoid.Parent, model.Parent = model, workspace
    """)
    world.step()
    assert heard(world) == ["alive", "died"]


@pytest.mark.usefixtures("ann")
def test_without_a_neck_nobody_lives(world: World) -> None:
    world.server.run("workspace.Ann.Head.Neck:Destroy()")
    world.step()
    assert world.server.get("workspace.Ann.Humanoid.Health") == 0


@pytest.mark.usefixtures("ann")
def test_who_falls_out_of_the_world_dies_and_comes_again(world: World) -> None:
    listen(world, "Died")
    world.server.run("workspace.Ann:PivotTo(CFrame.new(900, -490, 0))")
    world.step(1)
    assert heard(world) == ["Died"]
    world.step(6)
    assert world.server.get("workspace.Ann.Humanoid.Health") == 100


@pytest.mark.usefixtures("ann")
def test_a_seat_takes_who_touches_it_and_a_jump_leaves_it(world: World) -> None:
    listen(world, "Seated")
    world.server.run("""
        local seat = Instance.new("Seat")
        seat.Anchored, seat.Position, seat.Size, seat.Parent = true, Vector3.new(12, 0.5, 0), Vector3.new(2, 1, 2), workspace
        workspace.Ann.Humanoid:MoveTo(Vector3.new(12, 0, 0))
    """)
    world.step(1.5)
    seat, occupant, state = world.server.run("""
        local humanoid, seat = workspace.Ann.Humanoid, workspace.Seat
        return humanoid.SeatPart == seat, seat.Occupant == humanoid, humanoid:GetState().Name
    """)
    assert (seat, occupant, state) == (True, True, "Seated")
    assert heard(world) == ["Seated true Seat"]
    world.server.run("workspace.Ann.Humanoid.Jump = true")
    world.step(0.5)
    assert world.server.run("""
        return workspace.Ann.Humanoid.SeatPart, workspace.Seat.Occupant, workspace.Seat:FindFirstChild("SeatWeld")
    """) == (None, None, None)
    assert heard(world)[1] == "Seated false"


@pytest.mark.usefixtures("ann")
def test_a_tool_is_held_used_and_put_away(world: World) -> None:
    world.server.run("""
        local function tool(name)
            local made, handle = Instance.new("Tool"), Instance.new("Part")
            made.Name, handle.Name, handle.Parent = name, "Handle", made
            made.Equipped:Connect(function() print(name, "equipped") end)
            made.Unequipped:Connect(function() print(name, "unequipped") end)
            made.Activated:Connect(function() print(name, "used") end)
            made.Parent = game.Players.Ann.Backpack
            return made
        end
        local humanoid, sword, bow = workspace.Ann.Humanoid, tool("Sword"), tool("Bow")
        sword:Activate()
        humanoid:EquipTool(sword)
        sword:Activate()
        task.wait()
        local hand, handle = workspace.Ann.RightHand, sword.Handle
        print((hand.Position - handle.Position).Magnitude < 2, hand.RightGrip.Part1 == handle)
        humanoid:EquipTool(bow)
        task.wait()
        print(sword.Parent, workspace.Ann:FindFirstChildOfClass("Tool"))
        humanoid:UnequipTools()
    """)
    world.step()
    assert heard(world) == [
        "Sword equipped",
        "Sword used",
        "true true",
        "Sword unequipped",
        "Bow equipped",
        "Backpack Bow",
        "Bow unequipped",
    ]


@pytest.mark.usefixtures("ann")
def test_an_accessory_sits_where_attachments_meet(world: World) -> None:
    assert world.server.run("""
        local hat, handle = Instance.new("Accessory"), Instance.new("Part")
        handle.Name, handle.Parent = "Handle", hat
        local own, head = Instance.new("Attachment", handle), Instance.new("Attachment", workspace.Ann.Head)
        own.Name, own.Position, head.Name, head.Position = "HatAttachment", Vector3.new(0, -1, 0), "HatAttachment", Vector3.new(0, 0.6, 0)
        workspace.Ann.Humanoid:AddAccessory(hat)
        local up = handle.Position - workspace.Ann.Head.Position
        return math.abs(up.Y - 1.6) < 1e-3, #workspace.Ann.Humanoid:GetAccessories(), handle.AccessoryWeld.Part1.Name
    """) == (True, 1, "Head")


@pytest.mark.usefixtures("ann")
def test_an_animation_tells_of_its_keyframes_and_bends_its_joints(world: World) -> None:
    world.server.run("""
        local sequence = Instance.new("KeyframeSequence")
        sequence.Loop = false
        for _, time in { 0, 0.5, 1 } do
            local frame, marker = Instance.new("Keyframe"), Instance.new("KeyframeMarker")
            frame.Time, frame.Name = time, if time == 0.5 then "Half" else "Keyframe"
            marker.Name, marker.Value = "Step", tostring(time)
            frame:AddMarker(marker)
            local pose = Instance.new("Pose")
            pose.Name, pose.CFrame = "Head", CFrame.Angles(0, time, 0)
            frame:AddPose(pose)
            sequence:AddKeyframe(frame)
        end
        local animation = Instance.new("Animation")
        animation.AnimationId = game:GetService("KeyframeSequenceProvider"):RegisterKeyframeSequence(sequence)
        local track = workspace.Ann.Humanoid.Animator:LoadAnimation(animation)
        track.KeyframeReached:Connect(function(name) print("frame", name) end)
        track:GetMarkerReachedSignal("Step"):Connect(function(value) print("step", value) end)
        track.Stopped:Connect(function() print("stopped", track.IsPlaying) end)
        track.Ended:Connect(function() print("ended") end)
        print(track.Length, track.IsPlaying)
        track:Play()
        print(track.IsPlaying, #workspace.Ann.Humanoid.Animator:GetPlayingAnimationTracks())
    """)
    world.step(0.75)
    assert (
        world.server.get("math.abs(select(2, workspace.Ann.Head.Neck.Transform:ToEulerAnglesYXZ()) - 0.75) < 0.05")
        is True
    )
    world.step(0.5)
    assert heard(world) == [
        "1 false",
        "true 1",
        "step 0",
        "frame Half",
        "step 0.5",
        "step 1",
        "stopped false",
        "ended",
    ]


def test_two_characters_stand_in_one_place_and_walk_apart(world: World) -> None:
    ann = world.join("Ann")
    world.join("Bob")
    world.step(1)
    heights = "return workspace.Ann.HumanoidRootPart.Position.Y, workspace.Bob.HumanoidRootPart.Position.Y"
    assert world.server.run(heights) == (pytest.approx(3, abs=1e-3), pytest.approx(3, abs=1e-3))
    assert ann.walk_to(10, 3, 0)


@pytest.mark.usefixtures("ann")
def test_who_is_held_fast_gives_up_too_and_a_new_order_begins_anew(world: World) -> None:
    listen(world, "MoveToFinished")
    world.server.run(
        "workspace.Ann.HumanoidRootPart.Anchored = true workspace.Ann.Humanoid:MoveTo(Vector3.new(9, 0, 0))"
    )
    world.step(5)
    world.server.run("workspace.Ann.Humanoid:MoveTo(Vector3.new(19, 0, 0))")
    world.step(5)
    assert heard(world) == []
    world.step(3.1)
    assert heard(world) == ["MoveToFinished false"]


@pytest.mark.usefixtures("ann")
def test_who_is_steered_forgets_where_it_was_sent(world: World) -> None:
    listen(world, "MoveToFinished")
    world.server.run("workspace.Ann.Humanoid:MoveTo(Vector3.new(30, 0, 0))")
    world.step(0.25)
    world.server.run("workspace.Ann.Humanoid:Move(Vector3.new(0, 0, 1))")
    world.step(0.5)
    assert world.server.get("workspace.Ann.Humanoid.RootPart.Position.Z") == pytest.approx(8, abs=0.5)
    assert heard(world) == []


def test_a_player_sees_that_its_character_is_in_the_air(world: World, ann: Player) -> None:
    world.server.run("workspace.Ann:PivotTo(CFrame.new(0, 60, 0))")
    world.step(0.2)
    assert ann.get("workspace.Ann.Humanoid:GetState().Name") == "Freefall"
    world.step(1)
    assert ann.get("workspace.Ann.Humanoid:GetState().Name") == "Running"


def test_a_character_that_no_script_has_asked_about_walks_too() -> None:
    with World(PLACE) as world:
        world.start()
        world.server.run("""
            local Players = game:GetService("Players")
            local npc = Players:CreateHumanoidModelFromDescription(Instance.new("HumanoidDescription"), Enum.HumanoidRigType.R6)
            npc.Name, npc.Parent = "Npc", workspace
            npc:PivotTo(CFrame.new(0, 12, 0))
        """)
        world.step(1)
        assert world.server.get("workspace.Npc.HumanoidRootPart.Position.Y") == pytest.approx(3, abs=1e-3)


@pytest.mark.usefixtures("ann")
def test_it_walks_up_a_slope(world: World) -> None:
    world.server.run("""
        local wedge = Instance.new("WedgePart")
        wedge.Anchored, wedge.Size, wedge.CFrame, wedge.Parent = true, Vector3.new(10, 6, 20), CFrame.new(0, 3, 16), workspace
        workspace.Ann.Humanoid:MoveTo(Vector3.new(0, 0, 23))
    """)
    world.step(1.6)
    root = world.server.run("local p = workspace.Ann.HumanoidRootPart.Position return p.Y, p.Z")
    assert root[1] == pytest.approx(22.5, abs=1)
    assert root[0] == pytest.approx(3 + (root[1] - 6) * 6 / 20, abs=0.5)
