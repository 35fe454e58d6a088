"""Animation curves: keys stay in order, and what lies between them is what their interpolation says."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

START = """
local mode = Enum.KeyInterpolationMode
local function curve(...)
    local made = Instance.new("FloatCurve")
    for _, key in { ... } do made:InsertKey(FloatCurveKey.new(key[1], key[2], key[3] or mode.Linear)) end
    return made
end
"""


@cache
def studio() -> Studio:
    return Studio()


def run(source: str, *arguments: Any) -> Any:
    return studio().command(START + source, *arguments)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(-5, 55))
def test_keys_stand_in_order_and_times_are_held_at_the_ends(times: list[int], asked: int) -> None:
    kept, value = run(
        """
        local made = curve()
        for _, time in (...) do made:InsertKey(FloatCurveKey.new(time, time * 2, mode.Linear)) end
        local kept = {}
        for _, key in made:GetKeys() do table.insert(kept, key.Time) end
        return kept, made:GetValueAtTime(select(2, ...))
    """,
        times,
        asked,
    )
    assert kept == sorted(set(times))
    assert value == pytest.approx(2 * min(max(asked, min(times)), max(times)), abs=1e-4)


def test_each_interpolation_between_two_keys() -> None:
    assert run("""
        local cubic = Instance.new("FloatCurve")
        local first, last = FloatCurveKey.new(0, 0, mode.Cubic), FloatCurveKey.new(2, 10, mode.Cubic)
        cubic:SetKeys({ last, first })
        local flat = cubic:GetValueAtTime(0.5)
        first.RightTangent, last.LeftTangent = 5, 5
        cubic:SetKeys({ first, last })
        return curve({ 0, 1, mode.Constant }, { 1, 3 }):GetValueAtTime(0.9), curve({ 0, 1 }, { 1, 3 }):GetValueAtTime(0.5),
            flat, cubic:GetValueAtTime(0.5)
    """) == (1, 2, 1.5625, 2.5)


def test_keys_are_replaced_found_and_removed() -> None:
    assert run("""
        local made = curve({ 0, 1 }, { 1, 2 }, { 2, 3 })
        local replaced, added = made:InsertKey(FloatCurveKey.new(1, 9, mode.Linear)), made:InsertKey(FloatCurveKey.new(3, 4, mode.Linear))
        local around, exact, outside = made:GetKeyIndicesAtTime(0.5), made:GetKeyIndicesAtTime(1), made:GetKeyIndicesAtTime(9)
        local gone = made:RemoveKeyAtIndex(2, 2)
        return replaced, added, around, exact, outside, gone, made.Length, made:Clone().Length, made:GetKeyAtIndex(2).Value
    """) == ([False, 2], [True, 4], [1, 2], [2, 2], [4, 4], 2, 2, 2, 4)
    assert run("return curve():GetValueAtTime(0), #curve():GetKeyIndicesAtTime(0)") == (None, 0)


def test_turns_and_values_are_blended() -> None:
    assert run("""
        local turns = Instance.new("RotationCurve")
        turns:InsertKey(RotationCurveKey.new(0, CFrame.identity, mode.Linear))
        turns:InsertKey(RotationCurveKey.new(1, CFrame.Angles(0, math.pi / 2, 0), mode.Linear))
        local half = turns:GetValueAtTime(0.5)
        local values = Instance.new("ValueCurve")
        values:InsertKeyValue(0, Color3.new(0, 0, 0), mode.Linear)
        values:InsertKeyValue(1, Color3.new(1, 1, 1), mode.Linear)
        return half:FuzzyEq(CFrame.Angles(0, math.pi / 4, 0), 1e-4), values:GetValueAtTime(0.5), values.ValueType
    """) == (True, "0.5, 0.5, 0.5", "Color3")


def test_axes_are_curves_of_their_own() -> None:
    assert run("""
        local places, angles = Instance.new("Vector3Curve"), Instance.new("EulerRotationCurve")
        places:X():InsertKey(FloatCurveKey.new(0, 5, mode.Linear))
        places:Z():InsertKey(FloatCurveKey.new(0, 7, mode.Linear))
        angles:Y():InsertKey(FloatCurveKey.new(0, 1, mode.Linear))
        local found = places:GetValueAtTime(0)
        return found[1], found[2], found[3], #places:GetChildren(),
            angles:GetRotationAtTime(0):FuzzyEq(CFrame.Angles(0, 1, 0), 1e-4)
    """) == (5, None, 7, 2, True)


def test_markers_have_their_moments() -> None:
    assert run("""
        local markers = Instance.new("MarkerCurve")
        markers:InsertMarkerAtTime(2, "step")
        markers:InsertMarkerAtTime(1, "lift")
        local first, removed = markers:GetMarkerAtIndex(1), markers:RemoveMarkerAtIndex(1)
        return first.Value, first.Time, removed, markers.Length, markers:GetMarkers()[1].Value
    """) == ("lift", 1, 1, 1, "step")


def test_a_wrong_key_is_refused() -> None:
    with pytest.raises(LuauError, match="out of range: the curve has 0"):
        run("curve():GetKeyAtIndex(1)")
    with pytest.raises(LuauError, match="FloatCurveKey expected, got number"):
        run("curve():SetKeys({ 1 })")
