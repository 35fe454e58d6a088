"""Path2D: where its curve goes, by parameter and by length, in the units of what holds it."""

from typing import Any

import pytest

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

START = """
local screen = Instance.new("ScreenGui", game:GetService("StarterGui"))
local frame = Instance.new("Frame", screen)
frame.Size = UDim2.fromOffset(200, 100)
local path = Instance.new("Path2D", frame)
local function point(x, y, lx, ly, rx, ry)
    return Path2DControlPoint.new(UDim2.fromOffset(x, y), UDim2.fromOffset(lx or 0, ly or 0), UDim2.fromOffset(rx or 0, ry or 0))
end
local changes = 0
path.ControlPointChanged:Connect(function() changes += 1 end)
"""


def run(source: str) -> Any:
    return Studio().command(START + source)


def test_a_straight_path_is_walked_evenly_by_length() -> None:
    assert run("""
        path:SetControlPoints({ point(0, 0), point(100, 0), point(100, 50) })
        return path:GetLength(), path:GetPositionOnCurve(0.5), path:GetPositionOnCurveArcLength(0.5),
            path:GetTangentOnCurve(0.25), path:GetTangentOnCurve(0.9), path:GetBoundingRect()
    """) == (150, "{0, 100}, {0, 0}", "{0, 75}, {0, 0}", "1, 0", "0, 1", "0, 0, 100, 50")


def test_scale_counts_in_what_holds_the_path() -> None:
    assert run("""
        path:SetControlPoints({
            Path2DControlPoint.new(UDim2.fromScale(0, 0.5)), Path2DControlPoint.new(UDim2.fromScale(1, 0.5)),
        })
        return path:GetLength(), path:GetPositionOnCurve(0.5)
    """) == (200, "{0.5, 0}, {0.5, 0}")


def test_tangents_bend_it_as_a_cubic_curve() -> None:
    x, y, closed, gap = run("""
        path:SetControlPoints({ point(0, 0, 0, 0, 0, 100), point(100, 0, 0, 100, 0, 0) })
        local middle = path:GetPositionOnCurve(0.5)
        local open = path:GetLength()
        path.Closed = true
        return middle.X.Offset, middle.Y.Offset, path:GetLength() - open, path:GetPositionOnCurve(1).X.Offset
    """)
    assert (x, y, gap) == (50, 75, 0)
    assert closed == pytest.approx(100, abs=0.01)


def test_points_come_go_and_change_and_each_time_it_is_told() -> None:
    assert run("""
        path:SetControlPoints({ point(0, 0), point(10, 0) })
        path:InsertControlPoint(2, point(5, 5))
        path:UpdateControlPoint(1, point(1, 1))
        path:RemoveControlPoint(3)
        task.wait()
        return #path:Clone():GetControlPoints(), path:GetControlPoint(1).Position, path:GetControlPoint(2).Position, changes
    """) == (2, "{0, 1}, {0, 1}", "{0, 5}, {0, 5}", 4)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("path:GetControlPoint(1)", "Control point 1 is out of range"),
        ("path:SetControlPoints({ 1 })", "Path2DControlPoint expected at index 1, got number"),
        ("path:GetPositionOnCurve(0)", "at least two control points"),
    ],
)
def test_what_cannot_be_done_is_told(source: str, message: str) -> None:
    with pytest.raises(LuauError, match=message):
        run(source)
