"""Tweens: their curves, their rounds, who owns a property, and what cannot be tweened."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

STYLES = ["Linear", "Sine", "Back", "Quad", "Quart", "Quint", "Bounce", "Elastic", "Exponential", "Circular", "Cubic"]
FRAME = 0.125


@given(style=st.sampled_from(STYLES), alpha=st.floats(0, 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_out_is_in_seen_from_the_end_and_in_out_turns_on_its_middle(studio: Studio, style: str, alpha: float) -> None:
    inward, outward, both, mirrored = studio.command(
        """
        local style, alpha = ...
        local service, styles, ways = game:GetService("TweenService"), Enum.EasingStyle, Enum.EasingDirection
        return service:GetValue(alpha, styles[style], ways.In), service:GetValue(1 - alpha, styles[style], ways.Out),
            service:GetValue(alpha, styles[style], ways.InOut), service:GetValue(1 - alpha, styles[style], ways.InOut)
        """,
        style,
        alpha,
    )
    assert inward == pytest.approx(1 - outward, abs=0.002)
    assert both == pytest.approx(1 - mirrored, abs=0.002)


@pytest.mark.parametrize(
    ("style", "direction", "expected"),
    [
        ("Quad", "In", 0.25 * 0.25),
        ("Quint", "Out", 1 - 0.75**5),
        ("Exponential", "In", 2**-7.5 - 0.001),
        ("Bounce", "Out", 7.5625 * 0.25**2),
        ("Back", "In", 0.25**2 * (2.70158 * 0.25 - 1.70158)),
        ("Sine", "InOut", 0.14644660940672624),
    ],
)
def test_curves_have_their_textbook_values(studio: Studio, style: str, direction: str, expected: float) -> None:
    value = studio.command(
        'return game:GetService("TweenService"):GetValue(0.25, Enum.EasingStyle[...], Enum.EasingDirection[select(2, ...)])',
        style,
        direction,
    )
    assert value == pytest.approx(expected)


def begin(studio: Studio, info: str, goals: str) -> None:
    studio.command(f"""
        local tween = game:GetService("TweenService"):Create(_G.part, TweenInfo.new({info}), {goals})
        _G.tween, _G.heard = tween, {{}}
        tween.Completed:Connect(function(state) table.insert(_G.heard, state.Name) end)
        tween:Play()
    """)


@pytest.fixture(autouse=True)
def part(studio: Studio) -> None:
    studio.command('_G.part = Instance.new("Part")')


def transparencies(studio: Studio, frames: int) -> list[float]:
    seen = []
    for _ in range(frames):
        studio.step(FRAME)
        seen.append(studio.command("return _G.part.Transparency"))
    return seen


def test_a_tween_goes_there_in_its_time_and_says_so_once(studio: Studio) -> None:
    begin(studio, "0.5, Enum.EasingStyle.Linear", "{ Transparency = 1, Position = Vector3.new(8, 0, 0) }")
    assert studio.command("return _G.tween.PlaybackState.Name") == "Playing"
    assert transparencies(studio, 5) == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert studio.command("return _G.part.Position.X, _G.tween.PlaybackState.Name, _G.heard") == (
        8,
        "Completed",
        ["Completed"],
    )


def test_rounds_repeat_reverse_and_wait(studio: Studio) -> None:
    begin(studio, "0.25, Enum.EasingStyle.Linear, Enum.EasingDirection.In, 1, true, 0.125", "{ Transparency = 1 }")
    assert studio.command("return _G.tween.PlaybackState.Name") == "Delayed"
    there_and_back = [0, 0.5, 1, 0.5, 0]
    assert transparencies(studio, 10) == pytest.approx(there_and_back * 2)
    assert studio.command("return _G.heard") == ["Completed"]


def test_a_property_belongs_to_the_tween_played_last(studio: Studio) -> None:
    begin(studio, "1, Enum.EasingStyle.Linear", "{ Transparency = 1 }")
    studio.step(FRAME)
    studio.command("""
        local service, info = game:GetService("TweenService"), TweenInfo.new(0.25, Enum.EasingStyle.Linear)
        _G.other = service:Create(_G.part, info, { Transparency = 0 })
        service:Create(_G.part, info, { Reflectance = 1 }):Play()
        _G.other:Play()
    """)
    assert transparencies(studio, 2) == pytest.approx([0.0625, 0])
    assert studio.command("return _G.heard, _G.tween.PlaybackState.Name, _G.part.Reflectance") == (
        ["Cancelled"],
        "Cancelled",
        1,
    )


def test_a_pause_is_gone_on_from_and_a_cancel_begins_anew(studio: Studio) -> None:
    begin(studio, "0.5, Enum.EasingStyle.Linear", "{ Transparency = 1 }")
    studio.step(FRAME)
    studio.command("_G.tween:Pause()")
    assert transparencies(studio, 2) == [0.25, 0.25]
    studio.command("_G.tween:Play()")
    assert transparencies(studio, 1) == [0.5]
    studio.command("_G.tween:Cancel() _G.tween:Play()")
    assert transparencies(studio, 2) == pytest.approx([0.625, 0.75])
    assert studio.command("return _G.heard") == ["Cancelled"]


@pytest.mark.parametrize(
    ("goals", "message"),
    [
        ("{ Foo = 1 }", "TweenService:Create no property named 'Foo' for object 'Part'"),
        (
            "{ Position = 1 }",
            (
                "TweenService:Create property named 'Position' cannot be tweened due to type mismatch "
                "(property is a 'Vector3', but given type is 'double')"
            ),
        ),
        (
            "{ Name = 'a' }",
            "TweenService:Create property named 'Name' on object 'Part' is not a data type that can be tweened",
        ),
    ],
)
def test_what_cannot_be_tweened_is_refused_when_it_is_made(studio: Studio, goals: str, message: str) -> None:
    with pytest.raises(LuauError) as refusal:
        studio.command(f"""game:GetService("TweenService"):Create(_G.part, TweenInfo.new(), {goals})""")
    assert message in str(refusal.value)


def test_a_spring_comes_to_rest_at_its_target(studio: Studio) -> None:
    position, velocity = studio.command("""
        local position, velocity = 0, 0
        for _ = 1, 300 do
            position, velocity = game:GetService("TweenService"):SmoothDamp(position, 10, velocity, 0.3, nil, 1 / 60)
            assert(position <= 10, "it overshoots")
        end
        return position, velocity
    """)
    assert (position, velocity) == (pytest.approx(10), pytest.approx(0, abs=1e-3))


def test_bound_functions_run_by_priority(studio: Studio) -> None:
    studio.command("""
        _G.order = {}
        local run = game:GetService("RunService")
        for name, priority in { late = 300, early = 1, middle = 100 } do
            run:BindToRenderStep(name, priority, function() table.insert(_G.order, name) end)
        end
    """)
    studio.step()
    studio.command(
        'for _, name in { "late", "early", "middle" } do game:GetService("RunService"):UnbindFromRenderStep(name) end'
    )
    studio.step()
    assert studio.command("return _G.order") == ["early", "middle", "late"]
