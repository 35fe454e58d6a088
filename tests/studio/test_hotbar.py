"""The backpack's keys: which tool has which, what a press takes, puts away and drops, and what is picked up."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.roblox.model import Item
from toolboxai.roblox.values import EnumItem
from toolboxai.studio.world import World

STARTERS = """
local floor = Instance.new("Part", workspace)
floor.Anchored, floor.Size = true, Vector3.new(200, 1, 200)
for _, name in { "Sword", "Bow", "Lamp" } do
    local tool = Instance.new("Tool", game.StarterPack)
    tool.Name, tool.RequiresHandle = name, false
end
"""
KEYS = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Zero"]


@pytest.fixture
def world() -> Iterator[World]:
    with World(STARTERS) as opened:
        opened.join("Ann")
        opened.step()
        yield opened


def press(world: World, key: str) -> str | None:
    """Presses a key: what the player holds then, as the server has it."""
    world.players["Ann"].tap(key)
    world.step()
    tool: str | None = world.server.get(
        "(function() local t = workspace.Ann:FindFirstChildOfClass('Tool') return t and t.Name end)()"
    )
    return tool


def give(world: World, name: str) -> None:
    world.server.run("""
        local name = ...
        local tool = Instance.new("Tool")
        tool.Name, tool.RequiresHandle = name, false
        tool.Parent = game.Players.Ann.Backpack
    """, name)  # fmt: skip
    world.step()


def test_number_keys_take_tools_and_put_them_away(world: World) -> None:
    ann = world.players["Ann"]
    ann.run("""
        for _, tool in game.Players.LocalPlayer.Backpack:GetChildren() do
            tool.Equipped:Connect(function() print("takes", tool) end)
            tool.Unequipped:Connect(function() print("lets go", tool) end)
        end
    """)
    assert [press(world, key) for key in ("Two", "Two", "One", "Three", "Five", "Three")] == [
        "Bow", None, "Sword", "Lamp", "Lamp", None,
    ]  # fmt: skip
    assert ann.output == [
        "takes Bow", "lets go Bow", "takes Sword", "lets go Sword", "takes Lamp", "lets go Lamp",
    ]  # fmt: skip


def test_a_script_of_the_player_has_its_tool_at_once_and_hears_of_it_once(world: World) -> None:
    ann = world.players["Ann"]
    ann.run("""
        local player = game.Players.LocalPlayer
        local tool, humanoid = player.Backpack.Bow, player.Character.Humanoid
        tool.Equipped:Connect(function() print("takes") end)
        tool.Unequipped:Connect(function() print("lets go") end)
        humanoid:EquipTool(tool)
        print(tool.Parent)
        humanoid:UnequipTools()
        print(tool.Parent)
        humanoid:EquipTool(tool)
    """)
    world.step(0.1)
    assert sorted(ann.output) == ["Ann", "Backpack", "lets go", "takes", "takes"]
    assert "Tool Bow" in world.server.tree("Workspace.Ann")
    assert ann.get("game.Players.LocalPlayer.Character.Bow.Parent.Name") == "Ann"


@pytest.mark.parametrize("mode", ["Immediate", "Deferred"])
def test_a_tool_that_the_server_takes_back_is_back_for_everybody(mode: str) -> None:
    place = Item(
        "DataModel", "Game", {}, [Item("Workspace", "Workspace", {"SignalBehavior": EnumItem("SignalBehavior", mode)})]
    )
    with World(place) as world:
        world.server.run(STARTERS)
        ann = world.join("Ann")
        world.step()
        world.server.run("""
            local tool = game.Players.Ann.Backpack.Bow
            tool.Equipped:Connect(function() tool.Parent = game.Players.Ann.Backpack end)
        """)
        ann.tap("Two")
        world.step(0.1)
        assert world.server.get("game.Players.Ann.Backpack:FindFirstChild('Bow') ~= nil") is True
        assert ann.get("game.Players.LocalPlayer.Backpack:FindFirstChild('Bow') ~= nil") is True


def test_two_presses_before_the_server_answers_are_one_and_the_other(world: World) -> None:
    ann = world.players["Ann"]
    ann.tap("One")
    assert press(world, "One") is None
    ann.press("One")
    ann.press("Two")
    world.step(0.1)
    assert world.server.tree("Workspace.Ann").count("Tool Bow") == 1
    assert "Tool Sword" not in world.server.tree("Workspace.Ann")


def test_a_tool_keeps_its_place_and_a_free_one_goes_to_the_next(world: World) -> None:
    assert press(world, "Three") == "Lamp"
    world.server.run("game.Players.Ann.Backpack.Sword:Destroy()")
    world.step()
    assert press(world, "One") == "Lamp"
    give(world, "Axe")
    assert [press(world, key) for key in ("One", "Two", "Three")] == ["Axe", "Bow", "Lamp"]
    world.server.run("game.Players.Ann:LoadCharacter()")
    world.step(0.1)
    assert [press(world, key) for key in ("One", "Two", "Three")] == ["Sword", "Bow", "Lamp"]


def test_a_gamepads_shoulders_go_from_tool_to_tool(world: World) -> None:
    held = [
        press(world, key)
        for key in ("ButtonR1", "ButtonR1", "ButtonR1", "ButtonR1", "ButtonR1", "ButtonL1", "ButtonL1")
    ]
    assert held == ["Sword", "Bow", "Lamp", None, "Sword", None, "Lamp"]
    assert [press(world, key) for key in ("Three", "ButtonR1")] == [None, "Lamp"], "what was put away is taken again"


def test_there_are_ten_places(world: World) -> None:
    for number in range(4, 12):
        give(world, f"Tool{number}")
    assert [press(world, key) for key in KEYS] == ["Sword", "Bow", "Lamp", *(f"Tool{n}" for n in range(4, 11))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "game.StarterGui:SetCoreGuiEnabled(Enum.CoreGuiType.Backpack, false)",
            "game.StarterGui:SetCoreGuiEnabled(Enum.CoreGuiType.All, true)",
        ),
        (
            "game.ContextActionService:BindAction('mine', function() end, false, Enum.KeyCode.One)",
            "game.ContextActionService:UnbindAction('mine')",
        ),
        (
            "local gui = Instance.new('ScreenGui', game.Players.LocalPlayer.PlayerGui) Instance.new('TextBox', gui):CaptureFocus()",
            "game.UserInputService:GetFocusedTextBox():ReleaseFocus()",
        ),
    ],
)
def test_a_key_that_is_somebody_elses_takes_nothing(world: World, before: str, after: str) -> None:
    ann = world.players["Ann"]
    ann.run(before)
    assert press(world, "One") is None
    ann.run(after)
    assert press(world, "One") == "Sword"


def test_who_is_dead_takes_nothing(world: World) -> None:
    world.server.run("workspace.Ann.Humanoid.Health = 0")
    world.step()
    assert press(world, "One") is None


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=st.lists(st.sampled_from(KEYS[:4]), max_size=6))
def test_a_key_toggles_its_tool_whatever_was_pressed(world: World, keys: list[str]) -> None:
    names = dict(zip(KEYS, ["Sword", "Bow", "Lamp"], strict=False))
    world.server.run("workspace.Ann.Humanoid:UnequipTools()")
    world.step(0.1)
    held: str | None = None
    for key in keys:
        held = (None if held == names[key] else names[key]) if key in names else held
        assert press(world, key) == held


LYING = """
local tool, handle = Instance.new("Tool"), Instance.new("Part")
tool.Name, handle.Name, handle.Anchored, handle.CanCollide = "Key", "Handle", true, false
handle.Position, handle.Parent, tool.Parent = Vector3.new(50, 3, 0), tool, workspace
"""


def test_what_lies_about_is_taken_by_whoever_touches_it(world: World) -> None:
    world.server.run(LYING)
    world.join("Ben")
    ann, ben = world.players["Ann"], world.players["Ben"]
    ann.touch("Workspace.Key.Handle")
    world.step()
    assert world.server.get("workspace.Ann:FindFirstChild('Key') ~= nil") is True
    assert press(world, "Four") is None  # it has the next place of the backpack
    ann.tap("Four")
    world.step()
    ann.tap("Backspace")
    world.step()
    assert world.server.get("workspace:FindFirstChild('Key') ~= nil") is True
    ann.touch("Workspace.Key.Handle")
    world.step()
    assert world.server.get("workspace.Key.Parent == workspace") is True, "it has just been dropped"
    ben.touch("Workspace.Key.Handle")
    world.step()
    assert world.server.get("workspace.Ben:FindFirstChild('Key') ~= nil") is True


def test_the_dead_and_those_who_are_no_players_take_nothing(world: World) -> None:
    world.server.run(f"""{LYING}
        local npc = game.Players:CreateHumanoidModelFromDescription(Instance.new("HumanoidDescription"), Enum.HumanoidRigType.R6)
        npc.Name, npc.Parent = "Npc", workspace
        npc:PivotTo(CFrame.new(50, 3, 0))
        workspace.Ann.Humanoid.Health = 0
    """)
    world.step(0.2)
    world.players["Ann"].touch("Workspace.Key.Handle")
    world.step()
    assert world.server.get("workspace.Key.Parent == workspace") is True


def test_a_tool_that_cannot_be_dropped_goes_into_the_backpack(world: World) -> None:
    world.server.run("game.Players.Ann.Backpack.Sword.CanBeDropped = false")
    world.step()
    assert press(world, "One") == "Sword"
    assert press(world, "Backspace") is None
    assert world.server.get("game.Players.Ann.Backpack:FindFirstChild('Sword') ~= nil") is True
    assert press(world, "Backspace") is None
