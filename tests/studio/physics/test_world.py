"""Filters, the older questions, cameras, terrain, explosions and paths."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio
from toolboxai.studio.world import World

ROW = """
    local function part(name, x, values)
        local made = Instance.new("Part")
        made.Name, made.Anchored, made.Position = name, true, Vector3.new(x, 0, 0)
        for key, value in values or {} do made[key] = value end
        made.Parent = workspace
        return made
    end
    local near, middle, far = part("Near", 10), part("Middle", 20), part("Far", 30)
    local function met(params)
        local result = workspace:Raycast(Vector3.zero, Vector3.new(50, 0, 0), params)
        return if result then result.Instance.Name else nil
    end
    local params = RaycastParams.new()
"""


@pytest.mark.parametrize(
    ("setup", "seen"),
    [
        ("", "Near"),
        ("params.FilterDescendantsInstances = { near }", "Middle"),
        ("params.FilterDescendantsInstances, params.FilterType = { far }, Enum.RaycastFilterType.Include", "Far"),
        ("params.FilterType = Enum.RaycastFilterType.Include", None),
        ("local model = Instance.new('Model', workspace) near.Parent = model params:AddToFilter(model)", "Middle"),
        ("near.CanCollide, near.CanQuery = false, false", "Middle"),
        ("near.CanQuery = false", "Near"),
        ("near.CanCollide, params.RespectCanCollide = false, true", "Middle"),
        ("near.CanCollide = false", "Near"),
        ("near.Parent = game.ReplicatedStorage", "Middle"),
        ("near.Position = Vector3.new(0, 0, 0)", "Middle"),
        ("near.Position = Vector3.new(25, 0, 0)", "Middle"),
        ("near.Size = Vector3.new(60, 60, 60)", "Middle"),
        ("near:Destroy() middle:Destroy() far:Destroy()", None),
        ("local world = Instance.new('WorldModel', workspace) near.Parent = world", "Middle"),
    ],
)
def test_a_ray_sees_what_its_parameters_let_it_see(studio: Studio, setup: str, seen: str | None) -> None:
    assert studio.command(f"{ROW} met(params) {setup} return met(params)") == seen


def test_the_older_questions_answer_as_before(studio: Studio) -> None:
    assert studio.command(
        ROW
        + """
        local ray = Ray.new(Vector3.zero, Vector3.new(50, 0, 0))
        local hit, at, normal, material = workspace:FindPartOnRay(ray, near)
        local listed = workspace:FindPartOnRayWithWhitelist(ray, { far })
        local none, stop = workspace:FindPartOnRay(Ray.new(Vector3.zero, Vector3.new(0, 9, 0)))
        local region = Region3.new(Vector3.new(-5, -5, -5), Vector3.new(25, 5, 5))
        return hit.Name, at, normal, material.Name, listed.Name, none, stop,
            #workspace:FindPartsInRegion3(region), #workspace:FindPartsInRegion3(region, near),
            #workspace:FindPartsInRegion3WithWhiteList(region, { far }), workspace:IsRegion3Empty(region)
        """
    ) == ("Middle", "18, 0, 0", "-1, 0, 0", "Plastic", "Far", None, "0, 9, 0", 2, 1, 0, False)


def test_many_parts_move_at_once_and_a_region_holds_no_more_than_asked(studio: Studio) -> None:
    assert studio.command(
        ROW
        + """
        workspace:BulkMoveTo({ near, far }, { CFrame.new(0, 50, 0), CFrame.new(0, 50, 3) }, Enum.BulkMoveMode.FireCFrameChanged)
        local all = OverlapParams.new()
        all.MaxParts = 1
        local box = CFrame.new(0, 50, 0)
        return near.Position, #workspace:GetPartBoundsInBox(box, Vector3.one * 20), #workspace:GetPartBoundsInBox(box, Vector3.one * 20, all)
        """
    ) == ("0, 50, 0", 2, 1)


@given(
    place=st.tuples(*[st.floats(-30, 30, width=32)] * 3),
    turn=st.tuples(*[st.floats(-3, 3, width=32)] * 3),
    way=st.tuples(st.floats(-0.9, 0.9), st.floats(-0.6, 0.6), st.floats(1, 90)),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_ray_through_where_a_point_is_seen_goes_through_the_point(
    studio: Studio, place: Any, turn: Any, way: Any
) -> None:
    assert studio.command(
        """
        local camera = workspace.CurrentCamera
        local place, turn, way = ...
        camera.CFrame = CFrame.new(unpack(place)) * CFrame.Angles(unpack(turn))
        local point = camera.CFrame * (Vector3.new(way[1], way[2], -1).Unit * way[3])
        local seen, isOn = camera:WorldToViewportPoint(point)
        local ray = camera:ViewportPointToRay(seen.X, seen.Y)
        local onScreen = camera:WorldToScreenPoint(point)
        local other = camera:ScreenPointToRay(onScreen.X, onScreen.Y)
        local apart = (ray.Origin + ray.Direction * way[3] - point).Magnitude
        local depth = (point - camera.CFrame.Position):Dot(camera.CFrame.LookVector)
        local inside = seen.X >= 0 and seen.X <= camera.ViewportSize.X and seen.Y >= 0 and seen.Y <= camera.ViewportSize.Y
        return apart < 0.02, (other.Direction - ray.Direction).Magnitude < 1e-3, math.abs(seen.Z - depth) < 0.01, isOn == inside
        """,
        list(place),
        list(turn),
        list(way),
    ) == (True, True, True, True)


def test_a_point_behind_the_camera_is_not_on_the_screen(studio: Studio) -> None:
    assert studio.command("""
        local camera = workspace.CurrentCamera
        camera.CFrame = CFrame.new()
        camera.FieldOfView = 500
        return select(2, camera:WorldToViewportPoint(Vector3.new(0, 0, 5))), camera.FieldOfView,
            #camera:GetPartsObscuringTarget({ Vector3.new(0, 0, -9) }, {})
    """) == (False, 120, 0)


def test_terrain_is_filled_read_written_and_met(studio: Studio) -> None:
    assert studio.command("""
        local terrain = workspace.Terrain
        terrain:FillBlock(CFrame.new(0, -4, 0), Vector3.new(16, 8, 16), Enum.Material.Grass)
        local down = workspace:Raycast(Vector3.new(1, 20, 1), Vector3.new(0, -50, 0))
        local region = Region3.new(Vector3.new(-8, -8, -8), Vector3.new(8, 4, 8)):ExpandToGrid(4)
        local materials, fills = terrain:ReadVoxels(region, 4)
        terrain:ReplaceMaterial(region, 4, Enum.Material.Grass, Enum.Material.Sand)
        local sand = workspace:Raycast(Vector3.new(1, 20, 1), Vector3.new(0, -50, 0)).Material
        materials[1][3][1], fills[1][3][1] = Enum.Material.Rock, 1
        terrain:WriteVoxels(region, 4, materials, fills)
        local rock = workspace:Raycast(Vector3.new(-7, 20, -7), Vector3.new(0, -50, 0))
        terrain:FillBall(Vector3.new(0, 20, 0), 8, Enum.Material.Water)
        local params = RaycastParams.new()
        local wet = workspace:Raycast(Vector3.new(0, 60, 0), Vector3.new(0, -70, 0), params).Material
        params.IgnoreWater = true
        local dry = workspace:Raycast(Vector3.new(0, 60, 0), Vector3.new(0, -70, 0), params).Material
        terrain:Clear()
        return down.Instance == terrain, down.Position, down.Normal, materials.Size, fills[1][1][1], sand.Name,
            rock.Position.Y, rock.Material.Name, wet.Name, dry.Name, terrain:CountCells()
    """) == (True, "1, 0, 1", "0, 1, 0", "4, 3, 4", 1, "Sand", 4, "Rock", "Water", "Grass", 0)
    with pytest.raises(LuauError, match="Resolution must be equal to 4"):
        studio.command("workspace.Terrain:ReadVoxels(Region3.new(Vector3.zero, Vector3.one * 4), 2)")
    with pytest.raises(LuauError, match="aligned to the grid"):
        studio.command("workspace.Terrain:ReadVoxels(Region3.new(Vector3.zero, Vector3.one * 5), 4)")


def test_a_path_goes_around_a_wall_and_over_a_step_and_says_when_it_is_blocked(studio: Studio) -> None:
    assert studio.command("""
        local function block(size, position)
            local part = Instance.new("Part")
            part.Anchored, part.Size, part.Position, part.Parent = true, size, position, workspace
            return part
        end
        block(Vector3.new(100, 2, 100), Vector3.new(0, -1, 0))
        local wall = block(Vector3.new(2, 20, 30), Vector3.new(10, 5, 0))
        block(Vector3.new(20, 4, 20), Vector3.new(30, 2, 0))
        local service = game:GetService("PathfindingService")
        local path = service:CreatePath({ AgentRadius = 2, AgentCanJump = true })
        path:ComputeAsync(Vector3.new(0, 3, 0), Vector3.new(30, 7, 0))
        local points, jumps = path:GetWaypoints(), 0
        for index, point in points do
            if index > 1 then
                local from = points[index - 1].Position + Vector3.new(0, 3, 0)
                if wall == (workspace:Raycast(from, point.Position + Vector3.new(0, 3, 0) - from) or {}).Instance then
                    return "through the wall"
                end
            end
            jumps += if point.Action == Enum.PathWaypointAction.Jump then 1 else 0
        end
        local blocked
        path.Blocked:Connect(function(index) blocked = index end)
        local status = path.Status
        block(Vector3.new(4, 10, 4), points[3].Position)
        local grounded = service:CreatePath({ AgentCanJump = false })
        grounded:ComputeAsync(Vector3.new(0, 3, 0), Vector3.new(30, 7, 0))
        task.wait(0.1)
        return status.Name, points[1].Position, points[#points].Position, jumps, grounded.Status.Name, blocked ~= nil
    """) == ("Success", "0, 0, 0", "30, 4, 0", 1, "NoPath", True)


def test_an_explosion_hits_what_is_near_breaks_joints_and_throws() -> None:
    with World() as world:
        world.start()
        world.server.run("""
            local function part(name, x, anchored)
                local made = Instance.new("Part")
                made.Name, made.Anchored, made.Position, made.Parent = name, anchored, Vector3.new(x, 50, 0), workspace
                return made
            end
            local a, b = part("A", 3, false), part("B", -30, true)
            local post = part("Post", 8, true)
            local weld = Instance.new("WeldConstraint", post)
            weld.Part0, weld.Part1 = a, post
            local blast = Instance.new("Explosion")
            blast.Position, blast.BlastRadius = Vector3.new(0, 50, 0), 10
            blast.Hit:Connect(function(hit, distance) print(hit, distance) end)
            blast.Parent = workspace
        """)
        world.step(0.1)
        assert [line.text for line in world.output] == ["A 3", "Post 8"]
        assert world.server.get("workspace.A.Position.X") > 3.1
        assert world.server.get("workspace.Post:FindFirstChildOfClass('WeldConstraint')") is None
        world.step(3)
        assert world.server.get("workspace:FindFirstChildOfClass('Explosion')") is None


def test_what_is_undone_is_seen_where_it_was(studio: Studio) -> None:
    assert studio.command("""
        local history = game:GetService("ChangeHistoryService")
        local part = Instance.new("Part")
        part.Anchored, part.Parent = true, workspace
        history:SetWaypoint("made")
        local function met() return workspace:Raycast(Vector3.new(0, 20, 0), Vector3.new(0, -50, 0)) ~= nil end
        local before = met()
        part.Position = Vector3.new(100, 0, 0)
        history:SetWaypoint("moved")
        local moved = met()
        history:Undo()
        return before, moved, met(), part.Position
    """) == (True, False, True, "0, 0, 0")


def test_a_place_that_is_edited_awaits_no_frame_and_moves_when_it_runs() -> None:
    with Studio() as studio:
        studio.command("Instance.new('Part', workspace).Position = Vector3.new(0, 50, 0)")
        for _ in range(5):
            studio.step()
        assert not studio.ask("awaitsFrame")[0]
        assert studio.command("return workspace.Part.Position.Y") == 50
        studio.start()
        for _ in range(30):
            studio.step()
        assert studio.command("return workspace.Part.Position.Y") < 40
        assert studio.ask("awaitsFrame")[0]
