"""What players' clients see and do of characters: a death in one blow, a tool that a click uses, who moves whom."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with World("Instance.new('Tool', game:GetService('StarterPack')).RequiresHandle = false") as made:
        yield made


def test_a_death_in_one_blow_is_seen_by_all(world: World) -> None:
    ann, bob = world.join("Ann"), world.join("Bob")
    world.step(0.5)
    for side in (ann, bob):
        side.run("""
            local humanoid = workspace:WaitForChild("Ann"):WaitForChild("Humanoid")
            humanoid.HealthChanged:Connect(function(health) print("health", health) end)
            humanoid.Died:Connect(function() print("died") end)
        """)
    world.server.run("workspace.Ann.Humanoid.Health = 0")
    world.step(0.2)
    for side in (ann, bob):
        assert side.output == ["health 0", "died"]
        assert side.get("workspace.Ann.Humanoid.Health") == 0


def test_a_click_uses_the_tool_in_the_hand(world: World) -> None:
    ann = world.join("Ann")
    world.step(0.5)
    ann.run("""
        local player = game:GetService("Players").LocalPlayer
        local tool = player.Backpack:FindFirstChildOfClass("Tool")
        tool.Activated:Connect(function() print("used") end)
        tool.Deactivated:Connect(function() print("let go") end)
        player.Character.Humanoid:EquipTool(tool)
    """)
    world.step(0.2)
    ann.click_at(640, 300)
    world.step(0.2)
    assert ann.output == ["used", "let go"]
    ann.run("game.Players.LocalPlayer.Character:FindFirstChildOfClass('Tool').ManualActivationOnly = true")
    ann.click_at(640, 300)
    world.step(0.2)
    assert ann.output == ["used", "let go"]


def test_a_character_is_its_players_to_move_and_its_camera_follows(world: World) -> None:
    ann = world.join("Ann")
    world.step(0.5)
    assert world.server.get("workspace.Ann.HumanoidRootPart:GetNetworkOwner().Name") == "Ann"
    assert ann.get("workspace.CurrentCamera.CameraType.Name") == "Custom"
