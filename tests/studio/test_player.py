"""What a player's own methods do that no other file tells of."""

import pytest

from toolboxai.roblox.model import Item
from toolboxai.roblox.values import EnumItem
from toolboxai.studio.world import Side, World


def place(mode: str) -> Item:
    """A place whose signals are immediate or deferred."""
    return Item(
        "DataModel", "Game", {}, [Item("Workspace", "Workspace", {"SignalBehavior": EnumItem("SignalBehavior", mode)})]
    )


def test_friends_who_play_here_are_online() -> None:
    with World() as world:
        world.join("Ann", userId=7, friends=[8, 9])
        world.join("Bob", userId=8)
        world.step(0.1)
        online = "return function(name) local f = game.Players[name]:GetFriendsOnlineAsync() return #f, f[1] and f[1].UserName end"
        assert world.server.run(f"return ((function() {online} end)())('Ann')") == (1, "Bob")
        assert world.server.run(f"return ((function() {online} end)())('Bob')") == (0, None)


def test_an_appearance_is_taken_off() -> None:
    with World() as world:
        world.join("Ann")
        world.step(0.1)
        assert (
            world.server.run("""
            local player = game.Players.Ann
            for _, class in { "Shirt", "Pants", "Accessory", "Configuration" } do Instance.new(class, player.Character) end
            player:ClearCharacterAppearance()
            local left = {}
            for _, class in { "Shirt", "Pants", "Accessory", "Configuration", "Humanoid" } do
                if player.Character:FindFirstChildOfClass(class) then table.insert(left, class) end
            end
            return table.concat(left, " ")
        """)
            == "Configuration Humanoid"
        )


LISTENS = """
game.Players.PlayerAdded:Connect(function(player)
    print("added", player.Character)
    task.wait()
    player.CharacterAdded:Connect(function(model)
        print("character", model.Parent, player.Character == model, model.Humanoid.RootPart ~= nil)
    end)
    player.CharacterAppearanceLoaded:Connect(function() print("appearance") end)
    player:GetPropertyChangedSignal("Character"):Connect(function()
        print("changed", player.Character and player.Character.Parent)
    end)
    workspace.ChildAdded:Connect(function(child) print("workspace has", child, player.Character == child) end)
end)
"""


@pytest.mark.parametrize("mode", ["Immediate", "Deferred"])
def test_a_character_comes_a_frame_after_its_player_in_robloxs_order(mode: str) -> None:
    with World(place(mode)) as world:
        world.server.run(LISTENS)
        world.join("Ann")
        expected = ["added nil", "changed nil", "workspace has Ann true", "character Workspace true true", "appearance"]
        if mode == "Deferred":
            expected[1] = "changed Workspace"
        assert world.server.output == expected


@pytest.mark.parametrize("mode", ["Immediate", "Deferred"])
def test_a_client_hears_of_its_character_where_it_stands_each_time(mode: str) -> None:
    with World(place(mode)) as world:
        ann = world.join("Ann")
        ann.run("""
            local player = game.Players.LocalPlayer
            player.CharacterRemoving:Connect(function(model) print("removing", model.Parent) end)
            player.CharacterAdded:Connect(function(model)
                print("added", model.Parent, model.PrimaryPart, model.Humanoid.RootPart, player.Character == model)
            end)
        """)
        world.server.run("game.Players.Ann:LoadCharacter()")
        world.step()
        assert ann.output == [
            f"removing {'Workspace' if mode == 'Immediate' else 'nil'}",
            "added Workspace HumanoidRootPart HumanoidRootPart true",
        ]


def test_no_character_comes_for_who_left_or_where_none_are_wanted() -> None:
    with World("game.Players.CharacterAutoLoads = true") as world:
        world.server.run("""
            game.Players.PlayerAdded:Connect(function(player)
                if player.Name == "Bob" then player:Kick() else game.Players.CharacterAutoLoads = false end
            end)
        """)
        for name in ("Bob", "Ann"):
            world.join(name)
        world.step(0.1)
        assert world.server.tree() == ["Camera Camera"]
        assert world.players["Bob"].kicked == "You have been kicked from the game"


FLOOR_AND_SEAT = """
local floor, seat = Instance.new("Part", workspace), Instance.new("Seat", workspace)
floor.Anchored, floor.Size, floor.Position = true, Vector3.new(400, 1, 400), Vector3.new(0, -0.5, 0)
seat.Anchored, seat.Position = true, Vector3.new(90, 0.5, 0)
"""


def test_a_client_hears_of_each_state_once() -> None:
    with World(FLOOR_AND_SEAT) as world:
        ann = world.join("Ann")
        ann.run("""
            local humanoid = game.Players.LocalPlayer.Character.Humanoid
            humanoid.Seated:Connect(function(on, seat) print("seated", on, seat) end)
            humanoid.PlatformStanding:Connect(function(on) print("standing", on) end)
            humanoid.StateChanged:Connect(function(old, new) print(old.Name, new.Name) end)
        """)
        world.step(0.5)

        def heard(side: Side, source: str) -> list[str]:
            before = len(ann.output)
            side.run(source)
            world.step(0.1)
            return ann.output[before:]

        server = world.server
        assert heard(server, "workspace.Seat:Sit(workspace.Ann.Humanoid)") == ["Running Seated", "seated true Seat"]
        assert ann.get("workspace.Ann.Humanoid:GetState().Name") == "Seated"
        assert heard(ann, "workspace.Ann.Humanoid.Sit = false")[:2] == ["seated false nil", "Seated GettingUp"]
        assert ann.get("workspace.Ann.Humanoid.SeatPart") is None
        assert heard(ann, "workspace.Ann.Humanoid.Sit = true") == ["Running Seated", "seated true nil"]
        heard(server, "workspace.Ann.Humanoid.Sit = false")
        assert heard(ann, "workspace.Ann.Humanoid.PlatformStand = true") == [
            "GettingUp PlatformStanding",
            "standing true",
        ]
        assert ann.get("workspace.Ann.Humanoid:GetState().Name") == "PlatformStanding"


FLOOR = """
local floor = Instance.new("Part")
floor.Anchored, floor.Size, floor.Position = true, Vector3.new(200, 2, 200), Vector3.new(0, -1, 0)
floor.Parent = workspace
"""
PLAYS = """
local names = {}
for _, track in game.Players.LocalPlayer.Character.Humanoid:GetPlayingAnimationTracks() do
    table.insert(names, track.Name)
end
return table.concat(names, " ")
"""


@pytest.mark.parametrize("rig", ["R15", "R6"])
def test_a_character_animates_itself_by_what_it_does(rig: str) -> None:
    with World(FLOOR, rig=rig) as world:
        ann = world.join("Ann")
        world.step(0.5)
        assert ann.run(PLAYS) == "Animation1"
        ann.run("game.Players.LocalPlayer.Character.Humanoid:Move(Vector3.xAxis)")
        world.step(0.5)
        assert ann.run(PLAYS) == ("RunAnim" if rig == "R15" else "WalkAnim")
        ann.run("game.Players.LocalPlayer.Character.Humanoid:Move(Vector3.zero)")
        world.step(0.5)
        assert ann.run("return game.Players.LocalPlayer.Character.Animate.PlayEmote:Invoke('wave')")[0] is True
        world.step(0.2)
        assert ann.run(PLAYS) == "WaveAnim"
        ann.run("game.Players.LocalPlayer.Character.Humanoid.Health = 0")
        world.step(0.5)
        assert ann.run(PLAYS) == ""


def test_a_place_may_bring_an_animate_script_of_its_own() -> None:
    own = """
    local script = Instance.new("LocalScript")
    script.Name = "Animate"
    script.Parent = game.StarterPlayer.StarterCharacterScripts
    """
    with World(own) as world:
        world.join("Ann")
        world.step(0.1)
        scripts = "local n = 0 for _, c in game.Players.Ann.Character:GetChildren() do n += c.Name == 'Animate' and 1 or 0 end"
        assert world.server.run(f"{scripts} return n, #game.Players.Ann.Character.Animate:GetChildren()") == (1, 0)


def test_a_client_knows_how_fast_things_go() -> None:
    with World(FLOOR) as world:
        ann = world.join("Ann")
        world.step(0.5)
        speed = "return game.Players.LocalPlayer.Character.HumanoidRootPart.AssemblyLinearVelocity.Magnitude"
        assert ann.run(speed) == 0
        ann.run("game.Players.LocalPlayer.Character.Humanoid:Move(Vector3.xAxis)")
        world.step(0.5)
        assert ann.run(speed) == pytest.approx(16)
        ann.run("game.Players.LocalPlayer.Character.Humanoid:Move(Vector3.zero)")
        world.step(0.5)
        assert ann.run(speed) == 0
        world.server.run("""
            local ball = Instance.new("Part")
            ball.Name, ball.Position, ball.Parent = "Ball", Vector3.new(0, 100, 50), workspace
        """)
        world.step(0.5)
        assert ann.run("return workspace.Ball.AssemblyLinearVelocity.Y") < -50
