"""Pivots, bounding boxes, joints and assemblies: the algebra of things that move together."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

relaxed = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
number = st.floats(-50, 50, width=32)
frame = st.tuples(number, number, number, *[st.floats(-3, 3, width=32)] * 3)
size = st.tuples(*[st.floats(0.5, 12, width=32)] * 3)
frames = st.lists(st.tuples(frame, size), min_size=1, max_size=6)

MODEL = """
    local specs = ...
    workspace:ClearAllChildren()
    local function at(f) return CFrame.fromOrientation(f[4], f[5], f[6]) + Vector3.new(f[1], f[2], f[3]) end
    local model, parts = Instance.new("Model"), {}
    for number, spec in specs do
        local part = Instance.new("Part")
        part.Size, part.CFrame, part.Anchored = Vector3.new(unpack(spec[2])), at(spec[1]), true
        part.Name, part.Parent = tostring(number), model
        parts[number] = part
    end
    model.Parent = workspace
    local function close(a, b, what)
        if not a:FuzzyEq(b, 2e-3) then error(`{what}: {a} is not {b}`) end
    end
"""


def plain(value: Any) -> Any:
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


@given(specs=frames, target=frame, again=frame, with_primary=st.booleans())
@relaxed
def test_a_pivot_goes_where_it_is_put_and_takes_everything_along(
    studio: Studio, specs: Any, target: Any, again: Any, with_primary: bool
) -> None:
    studio.command(
        MODEL
        + """
        local _, target, again, withPrimary = ...
        if withPrimary then
            model.PrimaryPart = parts[#parts]
            parts[#parts].PivotOffset = CFrame.new(1, 2, 3) * CFrame.Angles(0.5, 0, 1)
        end
        local before, relative = model:GetPivot(), {}
        for number, part in parts do relative[number] = before:ToObjectSpace(part.CFrame) end
        for _, goal in { at(target), at(again), at(target) } do
            model:PivotTo(goal)
            close(model:GetPivot(), goal, "pivot")
            for number, part in parts do close(goal:ToObjectSpace(part.CFrame), relative[number], "part") end
        end
        model:TranslateBy(Vector3.new(1, 2, 3))
        close(model:GetPivot(), at(target) + Vector3.new(1, 2, 3), "after TranslateBy")
        """,
        plain(specs),
        plain(target),
        plain(again),
        with_primary,
    )


@given(specs=frames, turn=frame)
@relaxed
def test_a_bounding_box_holds_all_corners_and_touches_some_on_each_side(studio: Studio, specs: Any, turn: Any) -> None:
    studio.command(
        MODEL
        + """
        local _, turn = ...
        model.WorldPivot = at(turn)
        local function check(box, size)
            local reach = Vector3.zero
            for _, part in parts do
                for _, x in { -0.5, 0.5 } do for _, y in { -0.5, 0.5 } do for _, z in { -0.5, 0.5 } do
                    local corner = part.CFrame * (part.Size * Vector3.new(x, y, z))
                    reach = reach:Max(box:PointToObjectSpace(corner):Abs())
                end end end
            end
            close(reach, size / 2, "reach")
        end
        local box, size = model:GetBoundingBox()
        close(box.Rotation, at(turn).Rotation, "turned as the pivot")
        check(box, size)
        model.PrimaryPart = parts[1]
        box, size = model:GetBoundingBox()
        close(box.Rotation, parts[1].CFrame.Rotation, "turned as the primary part")
        check(box, size)
        """,
        plain(specs),
        plain(turn),
    )


@given(specs=st.lists(st.tuples(frame, size), min_size=3, max_size=6), target=frame, c0=frame)
@relaxed
def test_welds_keep_parts_as_they_stand_to_each_other(studio: Studio, specs: Any, target: Any, c0: Any) -> None:
    studio.command(
        MODEL
        + """
        local _, target, c0 = ...
        for number, part in parts do
            part.Anchored = false
            if number > 1 then
                local weld = Instance.new(if number == 2 then "Weld" else "WeldConstraint")
                if number == 2 then weld.C0, weld.C1 = at(c0), CFrame.new(0, 1, 0) end
                weld.Part0, weld.Part1, weld.Parent = parts[number - 1], part, part
            end
        end
        close(parts[1].CFrame * at(c0), parts[2].CFrame * CFrame.new(0, 1, 0), "the weld's frames meet")
        local relative = {}
        for number, part in parts do relative[number] = parts[1].CFrame:ToObjectSpace(part.CFrame) end
        for _, mover in parts do
            mover.CFrame = at(target)
            close(mover.CFrame, at(target), "mover")
            for number, part in parts do
                close(parts[1].CFrame:ToObjectSpace(part.CFrame), relative[number], `part {number}`)
            end
        end
        local last = parts[#parts]
        assert(#last:GetConnectedParts(true) == #parts and #last:GetJoints() == 1)
        assert(last.AssemblyRootPart == parts[1].AssemblyRootPart)
        last:BreakJoints()
        assert(#last:GetJoints() == 0 and #parts[1]:GetConnectedParts(true) == #parts - 1)
        """,
        plain(specs),
        plain(target),
        plain(c0),
    )


def test_a_frame_set_says_what_changed_and_only_that(studio: Studio) -> None:
    heard = studio.command("""
        local part, heard = Instance.new("Part", workspace), {}
        part.Changed:Connect(function(name) table.insert(heard, name) end)
        part.Position += Vector3.new(1, 0, 0)
        task.wait()
        table.insert(heard, "|")
        part.CFrame *= CFrame.Angles(0, 1, 0)
        task.wait()
        table.insert(heard, "|")
        part.CFrame = part.CFrame
        part.Size = Vector3.new(0, 1, 9000)
        task.wait()
        return table.concat(heard, " "), part.Size
    """)
    assert heard == ("CFrame Position | CFrame Orientation Rotation | Size", "0.0010000000474974513, 1, 2048")


@pytest.mark.parametrize(
    ("shape", "volume"),
    [("Block", 24), ("Ball", 4 / 3 * math.pi), ("Cylinder", 2 * math.pi), ("Wedge", 12), ("CornerWedge", 8)],
)
def test_mass_is_volume_times_density(studio: Studio, shape: str, volume: float) -> None:
    plastic, own = studio.command(
        """
        local part = Instance.new("Part")
        part.Shape, part.Size = ..., Vector3.new(2, 3, 4)
        local plastic = part:GetMass()
        part.CustomPhysicalProperties = PhysicalProperties.new(3, 0.5, 0.5)
        return plastic, part.Mass
        """,
        shape,
    )
    volume = {"Cylinder": 2 * math.pi * 1.5**2}.get(shape, volume)
    assert math.isclose(plastic, volume * 0.7, rel_tol=1e-5)
    assert math.isclose(own, volume * 3, rel_tol=1e-5)


def test_an_assembly_weighs_what_its_parts_weigh_and_balances_between_them(studio: Studio) -> None:
    assert studio.command("""
        local a, b = Instance.new("Part", workspace), Instance.new("Part", workspace)
        a.Size, b.Size, b.Position = Vector3.one, Vector3.new(2, 2, 2), Vector3.new(9, 0, 0)
        local weld = Instance.new("WeldConstraint", a)
        weld.Part0, weld.Part1 = a, b
        local mass, centre = a.AssemblyMass, a.AssemblyCenterOfMass
        local root = a.AssemblyRootPart == b
        a.RootPriority = 1
        local preferred = a.AssemblyRootPart == a
        b.Massless = true
        local light = a.AssemblyMass / a.Mass
        b.Anchored = true
        return math.abs(mass - 6.3) < 1e-4, centre, root, preferred, light, b.AssemblyRootPart == b, a:IsGrounded(),
            a.AssemblyMass
    """) == (True, "8, 0, 0", True, True, 1, True, True, math.inf)


def test_a_model_moves_to_where_there_is_room(studio: Studio) -> None:
    assert studio.command("""
        local floor = Instance.new("Part", workspace)
        floor.Anchored, floor.Size = true, Vector3.new(20, 4, 20)
        local model = Instance.new("Model", workspace)
        local part = Instance.new("Part", model)
        part.Size, model.PrimaryPart = Vector3.new(2, 2, 2), part
        model:MoveTo(Vector3.new(3, 0, 0))
        local risen = part.Position
        model:MoveTo(Vector3.new(30, 0, 0))
        return risen, part.Position
    """) == ("3, 3, 0", "30, 0, 0")


def test_a_model_is_scaled_about_its_pivot(studio: Studio) -> None:
    assert studio.command("""
        local model = Instance.new("Model", workspace)
        local a, b = Instance.new("Part", model), Instance.new("Part", model)
        a.Size, b.Size, b.Position = Vector3.one, Vector3.new(1, 2, 3), Vector3.new(4, 0, 0)
        Instance.new("Attachment", b).Position = Vector3.new(0, 1, 0)
        model.PrimaryPart = a
        model:ScaleTo(2)
        model:ScaleTo(3)
        return model:GetScale(), a.Size, b.Size, b.Position, b.Attachment.Position
    """) == (3, "3, 3, 3", "3, 6, 9", "12, 0, 0", "0, 3, 0")


def test_a_primary_part_that_is_not_below_its_model_is_soon_none(studio: Studio) -> None:
    assert studio.command("""
        local model, stranger = Instance.new("Model", workspace), Instance.new("Part", workspace)
        model.PrimaryPart = stranger
        local at_once = model.PrimaryPart == stranger
        task.wait()
        return at_once, model.PrimaryPart
    """) == (True, None)
    with pytest.raises(LuauError, match="failed because no PrimaryPart has been set"):
        studio.command("Instance.new('Model'):SetPrimaryPartCFrame(CFrame.new())")


def test_an_attachment_sees_its_part_and_the_world(studio: Studio) -> None:
    assert studio.command("""
        local part = Instance.new("Part", workspace)
        part.CFrame = CFrame.new(10, 0, 0) * CFrame.Angles(0, math.rad(90), 0)
        local attachment = Instance.new("Attachment", part)
        attachment.Position = Vector3.new(0, 0, -2)
        local seen = attachment.WorldPosition
        attachment.WorldPosition = Vector3.new(10, 5, 0)
        attachment.Axis = Vector3.new(0, 1, 0)
        return seen:FuzzyEq(Vector3.new(8, 0, 0)), attachment.Position:FuzzyEq(Vector3.new(0, 5, 0)),
            attachment.WorldAxis:FuzzyEq(Vector3.new(0, 1, 0)), attachment.Axis:Dot(attachment.SecondaryAxis)
    """) == (True, True, True, 0)


def test_groups_that_pass_through_each_other_are_not_seen(studio: Studio) -> None:
    assert studio.command("""
        local physics = game:GetService("PhysicsService")
        physics:RegisterCollisionGroup("Ghosts")
        physics:CollisionGroupSetCollidable("Ghosts", "Default", false)
        local part, other = Instance.new("Part", workspace), Instance.new("Part", workspace)
        part.CollisionGroup, part.Anchored, other.Anchored, other.Position = "Ghosts", true, true, Vector3.new(0, -9, 0)
        local met = workspace:Raycast(Vector3.new(0, 9, 0), Vector3.new(0, -30, 0))
        local answer = { met.Instance == other, part:CanCollideWith(other), physics:CollisionGroupsAreCollidable("Default", "Ghosts") }
        local again, message = pcall(physics.RegisterCollisionGroup, physics, "Ghosts")
        physics:UnregisterCollisionGroup("Ghosts")
        return answer, again, physics:IsCollisionGroupRegistered("Ghosts"), part:CanCollideWith(other)
    """) == ([True, False, False], False, False, True)
