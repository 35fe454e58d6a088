"""Coverage: which engine members a program uses, and what the engine has of each, told by running it."""

from collections.abc import Iterator

import pytest

from toolboxai.luau.parser import parse
from toolboxai.roblox import api
from toolboxai.roblox.uses import find_uses
from toolboxai.studio.coverage import Coverage, Judge, State, Tally
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as opened:
        yield opened


def covered(judge: Judge, source: str) -> Coverage:
    return judge.judge(find_uses(parse(source)))


def used(source: str) -> dict[str, bool]:
    """The paths of what is used, and whether the object was known."""
    return {use.options[0].path.removeprefix("."): use.is_known for use in find_uses(parse(source))}


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("local part = Instance.new('Part') part.Touched:Connect(print)", "BasePart.Touched"),
        ("game:GetService('Players').PlayerAdded:Wait()", "RBXScriptSignal:Wait"),
        ("local function f(label: TextLabel?) label.Text = '' end", "TextLabel.Text"),
        ("local size = (x :: Part).Size.Magnitude", "Vector3.Magnitude"),
        ("local p = RaycastParams.new() p.IgnoreWater = true", "RaycastParams.IgnoreWater"),
        ("local v = Vector3.new(1, 2, 3) print(v:Dot(v))", "Vector3:Dot"),
        ("New 'Frame' { Visible = true, [OnEvent 'Activated'] = print }", "GuiObject.Visible"),
        ("createElement('TextButton', { AutoButtonColor = false })", "GuiButton.AutoButtonColor"),
        ("task.wait()", "task.wait"),
        ("print(Enum.Material.Neon.Name)", "EnumItem.Name"),
        ("print(Enum.Material.Neon)", "Enum.Material.Neon"),
        ("warn(1)", "warn"),
    ],
)
def test_a_use_is_found_where_the_class_can_be_told(source: str, path: str) -> None:
    assert used(source)[path] is True


def test_a_name_alone_tells_where_it_can() -> None:
    assert used("thing:FindFirstChild('x')") == {"Instance:FindFirstChild": False}
    assert used("local own = {} own.Parent = 1 own:Destroy()") == {}
    assert used("config.parent = config.destroy") == {}


def test_luaus_own_library_is_not_the_engines() -> None:
    assert used("print(math.abs(#string.rep('x', 3)), require, table.concat)") == {}


def test_each_state_is_told_by_what_the_engine_does(judge: Judge) -> None:
    found = covered(
        judge,
        """
        local part: Part, event: BindableEvent, frames: RunService = ...
        part:Destroy() part.Anchored = true part.ChildAdded:Connect(print)
        event.Event:Connect(print) frames.Heartbeat:Connect(print)
        print(CFrame.identity:Inverse(), Enum.Material.Neon, task.spawn)
        print(DebuggerManager) frames.Misprediction:Connect(print)
        game:GetService("HapticService"):SetMotor(Enum.UserInputType.Gamepad1, Enum.VibrationMotor.Large, 1)
        """,
    )
    assert set(found.by_class.uses[State.BEHAVIOUR]) >= {
        "Instance:Destroy", "BasePart.Anchored", "Instance.ChildAdded", "BindableEvent.Event", "RunService.Heartbeat",
        "CFrame:Inverse", "Enum.Material.Neon", "task.spawn",
    }  # fmt: skip
    assert set(found.by_class.uses[State.NONE]) == {"DebuggerManager"}
    assert set(found.by_class.uses[State.DEFAULT]) == {"RunService.Misprediction", "HapticService:SetMotor"}


def test_what_the_name_alone_tells_stands_apart(judge: Judge) -> None:
    found = covered(judge, "local part: Part = ... part:Destroy() thing:FindFirstChild('x') thing.Parent = nil")
    assert set(found.by_class.uses[State.BEHAVIOUR]) == {"Instance:Destroy"}
    assert found.by_name.total == 2
    assert found.whole.total == 3


def test_the_share_is_of_what_can_be_told() -> None:
    coverage = Coverage()
    coverage.by_class.uses[State.BEHAVIOUR]["Instance.Name"] = 2
    coverage.by_name.uses[State.BEHAVIOUR][":Destroy"] = 1
    coverage.by_class.uses[State.NONE]["settings"] = 1
    coverage.unclear[".Text"] = 9
    twice = Coverage()
    twice.add(coverage)
    twice.add(coverage)
    assert (coverage.whole.share, coverage.whole.total, twice.whole.total) == (0.75, 4, 8)
    assert (twice.by_class.share, twice.by_name.share, twice.unclear.total()) == (2 / 3, 1, 18)
    assert Tally().share == 1


def _questions() -> list[tuple[str, str]]:
    """Methods of services that anyone may call without an argument."""
    barred = {"undocumented", "security", "deprecated", "yields"}
    return [
        (owner, name)
        for owner in api.class_names()
        if api.is_service(owner) and "undocumented" not in api.own_class(owner)
        for name, facts in api.own_class(owner)["members"].items()
        if facts["kind"] == "method" and not facts["parameters"] and not barred & set(facts)
    ]


def test_none_is_said_of_exactly_the_methods_that_refuse(judge: Judge) -> None:
    questions = _questions()
    assert len(questions) > 50
    with Studio() as studio:
        for owner, name in questions:
            call = f"game:GetService('{owner}'):{name}()"
            states = {state for state, uses in covered(judge, call).whole.uses.items() if uses[f"{owner}:{name}"]}
            refuses = studio.command(f"return not pcall(function() {call} end)") and "has no behaviour" in str(
                studio.command(f"return select(2, pcall(function() {call} end))")
            )
            assert len(states) == 1, call
            assert (State.NONE in states) == refuses, call
