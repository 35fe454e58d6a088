"""Rays, sweeps and regions agree with solids by the book, whatever is turned how."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.studio.physics.oracle import Solid, Vector, apart

from toolboxai.studio.studio import Studio

KINDS = ["Block", "Ball", "Cylinder", "Wedge", "CornerWedge"]

place = st.tuples(*[st.floats(-40, 40, width=32)] * 3)
direction = st.tuples(*[st.floats(-90, 90, width=32)] * 3).filter(lambda way: math.hypot(*way) > 1)
size = st.tuples(*[st.floats(0.5, 20, width=32)] * 3)
angles = st.one_of(st.just((0.0, 0.0, 0.0)), st.tuples(*[st.floats(-180, 180, width=32)] * 3))
parts = st.lists(st.tuples(st.sampled_from(KINDS), place, size, angles), min_size=1, max_size=12)
rays = st.lists(st.tuples(place, direction), min_size=1, max_size=6)
relaxed = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

BUILD = """
    local specs = ...
    workspace:ClearAllChildren()
    local frames = {}
    for number, spec in specs do
        local part = Instance.new("Part")
        part.Shape, part.Size = spec[1], Vector3.new(unpack(spec[3]))
        part.CFrame = CFrame.fromOrientation(unpack(spec[4])) + Vector3.new(unpack(spec[2]))
        part.Anchored, part.Name, part.Parent = true, tostring(number), workspace
        frames[number] = { part.CFrame:GetComponents() }
    end
    return frames
"""


def build(studio: Studio, specs: Any) -> list[Solid]:
    turned = [[kind, at, big, [math.radians(angle) for angle in degrees]] for kind, at, big, degrees in specs]
    frames = studio.command(BUILD, json.loads(json.dumps(turned)))
    solids = []
    for (kind, _, big, _), frame in zip(specs, frames, strict=True):
        x, y, z, a, b, c, d, e, f, g, h, i = frame
        solids.append(Solid(kind, (x, y, z), ((a, d, g), (b, e, h), (c, f, i)), (big[0] / 2, big[1] / 2, big[2] / 2)))
    return solids


def at(origin: Vector, way: Vector, time: float) -> Vector:
    return (origin[0] + way[0] * time, origin[1] + way[1] * time, origin[2] + way[2] * time)


@given(specs=parts, casts=rays)
@relaxed
def test_a_ray_meets_the_nearest_solid_that_the_book_says(studio: Studio, specs: Any, casts: Any) -> None:
    solids = build(studio, specs)
    answers = studio.command(
        """
        local answers = {}
        for index, ray in ... do
            local met = workspace:Raycast(Vector3.new(unpack(ray[1])), Vector3.new(unpack(ray[2])))
            answers[index] = if met then { tonumber(met.Instance.Name), met.Distance, met.Position.X, met.Position.Y,
                met.Position.Z, met.Normal.X, met.Normal.Y, met.Normal.Z } else { 0 }
        end
        return answers
        """,
        json.loads(json.dumps(casts)),
    )
    for (origin, way), answer in zip(casts, answers, strict=True):
        length = math.hypot(*way)
        entries = [solid.entry(origin, way) for solid in solids]
        # Who brushes an edge, or begins at one, may be answered either way: single precision has no book.
        assume(all(abs(solid.inside(origin)) > 1e-3 for solid in solids))
        met = [time for time in entries if time is not None]
        if not answer[0]:
            for solid, time in zip(solids, entries, strict=True):
                assert time is None or solid.inside(at(origin, way, time + 0.02 / length)) < 0.02
            continue
        solid, distance = solids[int(answer[0]) - 1], answer[1]
        assert abs(solid.inside((answer[2], answer[3], answer[4]))) < 2e-3 * max(1, length / 50)
        if met and min(met) * length < distance - 0.02:
            nearer = solids[entries.index(min(met))]
            assert nearer.inside(at(origin, way, min(met) + 0.02 / length)) < 0.02, "a nearer solid was missed"
        # The normal points out: a little along it is outside, a little against it within (but for edges).
        normal = (answer[5], answer[6], answer[7])
        assert math.isclose(math.hypot(*normal), 1, abs_tol=1e-4)
        assert sum(n * w for n, w in zip(normal, way, strict=True)) < 1e-2
        assert solid.inside(at((answer[2], answer[3], answer[4]), normal, 0.01)) < 1e-4


boxes = st.lists(st.tuples(st.just("Block"), place, size, angles), min_size=2, max_size=14)


@given(specs=boxes, asked=st.tuples(place, size, angles), radius=st.floats(0.5, 15, width=32))
@relaxed
def test_regions_hold_what_meets_them_and_nothing_else(studio: Studio, specs: Any, asked: Any, radius: float) -> None:
    *_, box = solids = build(studio, [*specs, ("Block", *asked)])
    answer = studio.command(
        """
        local radius, count = ...
        local asked = workspace[tostring(count)]
        local function names(parts)
            local found = {}
            for index, part in parts do found[index] = tonumber(part.Name) end
            return found
        end
        return names(workspace:GetPartsInPart(asked)), names(workspace:GetPartBoundsInBox(asked.CFrame, asked.Size)),
            names(workspace:GetPartBoundsInRadius(asked.Position, radius))
        """,
        radius,
        len(solids),
    )
    inside, bounds, near = (set(map(int, names or [])) for names in answer)
    for number, solid in enumerate(solids[:-1], start=1):
        gap = apart(solid, box)
        if abs(gap) > 1e-3:
            assert (number in inside) == (gap < 0)
            assert (number in bounds) == (gap < 0)
        own = solid.local(box.at)
        distance = math.hypot(*(max(abs(p) - h, 0) for p, h in zip(own, solid.half, strict=True)))
        if abs(distance - radius) > 1e-3:
            assert (number in near) == (distance < radius)


@given(specs=parts, asked=st.tuples(st.sampled_from(KINDS), place, size, angles), way=direction)
@relaxed
def test_a_moving_solid_stops_where_it_touches(studio: Studio, specs: Any, asked: Any, way: Any) -> None:
    build(studio, [*specs, asked])
    verdict = studio.command(
        """
        local way, count = ...
        local mover, direction = workspace[tostring(count)], Vector3.new(unpack(way))
        local start = mover.CFrame
        local params = { unpack(workspace:GetPartsInPart(mover)) }
        local met = workspace:Shapecast(mover, direction)
        local reach = if met then met.Distance else direction.Magnitude
        local unit = direction.Unit
        -- On the way there it overlaps nothing that it did not overlap before; a little further, what it met.
        for step = 0, 20 do
            mover.CFrame = start + unit * math.max(reach - 0.02, 0) * (step / 20)
            for _, part in workspace:GetPartsInPart(mover) do
                if not table.find(params, part) then return `ran through {part} at {step} of 20` end
            end
        end
        if met then
            if table.find(params, met.Instance) then return "met what it began in" end
            local normal = met.Normal
            if normal:Dot(unit) > 0.01 then return `normal {normal} points along the way` end
            mover.CFrame = start + unit * reach
            local closest = met.Instance:GetClosestPointOnSurface(met.Position)
            if (closest - met.Position).Magnitude > 0.6 then return `{met.Position} is not on {met.Instance}` end
        end
        return "right"
        """,
        list(way),
        len(specs) + 1,
    )
    assert verdict == "right"


@given(solid=st.tuples(st.sampled_from(KINDS), place, size, angles), point=place)
@relaxed
def test_the_nearest_point_is_on_the_surface_and_none_is_nearer(studio: Studio, solid: Any, point: Any) -> None:
    [book] = build(studio, [solid])
    x, y, z = studio.command(
        "local point = workspace['1']:GetClosestPointOnSurface(Vector3.new(...)) return point.X, point.Y, point.Z",
        *point,
    )
    assert abs(book.inside((x, y, z))) < 2e-3
    reach = math.dist((x, y, z), point)
    if reach > 0.1 and book.inside(point) < 0:
        # The whole ball around the point is empty: the way to any point of the solid is longer.
        toward = [(book.at[i] - point[i]) for i in range(3)]
        shorter = reach * 0.98 / math.hypot(*toward)
        assert (
            book.inside(
                (point[0] + toward[0] * shorter, point[1] + toward[1] * shorter, point[2] + toward[2] * shorter)
            )
            < 1e-3
        )


@pytest.mark.parametrize("length", [10, 20000])
def test_a_ray_reaches_as_far_as_its_direction_and_fifteen_thousand_studs_at_most(studio: Studio, length: int) -> None:
    assert studio.command(
        """
        local part = Instance.new("Part")
        part.Anchored, part.Position, part.Parent = true, Vector3.new(0, -14000, 0), workspace
        local deep = part:Clone()
        deep.Position, deep.Parent = Vector3.new(0, -15500, 0), workspace
        local met = workspace:Raycast(Vector3.new(0, 0, 0), Vector3.new(0, -(...), 0))
        part:Destroy()
        return met ~= nil, workspace:Raycast(Vector3.zero, Vector3.new(0, -(...), 0)) ~= nil
        """,
        length,
    ) == (length > 14000, False)
