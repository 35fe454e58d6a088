"""Worlds: players come, have characters, act, die, go; which scripts run where; several worlds; the same from specs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from toolboxai.cli import toolboxai
from toolboxai.roblox.model import Item
from toolboxai.roblox.places import NoPlaceError
from toolboxai.roblox.values import EnumItem
from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import StudioTimeoutError
from toolboxai.studio.universe import Universe
from toolboxai.studio.world import World

FLOOR = """
local floor = Instance.new("Part")
floor.Name, floor.Anchored, floor.Size, floor.Position = "Floor", true, Vector3.new(400, 1, 400), Vector3.new(0, -0.5, 0)
floor.Parent = workspace
"""


@pytest.fixture
def world() -> Iterator[World]:
    with World(FLOOR) as opened:
        yield opened


@pytest.fixture(params=available())
def everywhere(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(FLOOR, engine=request.param) as opened:
        yield opened


def test_each_side_knows_what_it_is(everywhere: World) -> None:
    world = everywhere
    asked = """
    local run = game:GetService("RunService")
    return run:IsServer(), run:IsClient(), run:IsStudio(), run:IsRunning(), run:IsRunMode(), run:IsEdit()
    """
    ann = world.join("Ann")
    assert world.server.run(asked) == (True, False, True, True, False, False)
    assert ann.run(asked) == (False, True, True, True, False, False)


def test_a_player_joins_hears_and_is_heard_of(world: World) -> None:
    world.server.run(
        """
        game.Players.PlayerAdded:Connect(function(player)
            print("added", player.Name, player.UserId, player.DisplayName, player.AccountAge)
            player.CharacterAdded:Connect(function(character) print("character", character.Parent) end)
        end)
        game.Players.PlayerRemoving:Connect(function(player)
            print("removing", player.Name, player.Parent, player.leaderstats.Coins.Value)
        end)
        """
    )
    ann = world.join("Ann", userId=7, displayName="Annie", accountAge=30, groups={9: 255}, friends=[8])
    world.server.run(
        """
        local stats, coins = Instance.new("Folder"), Instance.new("IntValue")
        stats.Name, coins.Name, coins.Value = "leaderstats", "Coins", 12
        coins.Parent, stats.Parent = stats, game.Players.Ann
        """
    )
    assert world.server.get("game.Players.Ann:GetRankInGroup(9)") == 255
    assert world.server.get("game.Players.Ann:IsInGroup(10)") is False
    assert world.server.get("game.Players.Ann:IsFriendsWith(8)") is True
    assert world.server.get("game.Players:GetPlayerByUserId(7).Name") == "Ann"
    assert world.server.get("game.Players:GetNameFromUserIdAsync(7)") == "Ann"
    assert world.server.get("game.Players.LocalPlayer") is None
    assert ann.get("game.Players.LocalPlayer.DisplayName") == "Annie"
    world.step()
    assert ann.get("game.Players.Ann.leaderstats.Coins.Value") == 12
    ann.leave()
    world.step()
    assert world.server.output == ["added Ann 7 Annie 30", "character Workspace", "removing Ann Players 12"]
    assert world.server.get("#game.Players:GetPlayers()") == 0


def test_characters_have_the_shape_that_the_place_asks_for(world: World) -> None:
    world.server.run("Instance.new('SpawnLocation', workspace).Position = Vector3.new(20, 0.6, 0)")
    ann = world.join("Ann")
    world.step(0.5)
    for side in (world.server, ann):
        rig, root, joints, animator = side.run(
            """
            local character = game.Players.Ann.Character
            local joints = 0
            for _, part in character:GetDescendants() do if part:IsA("Motor6D") then joints += 1 end end
            local humanoid = character.Humanoid
            return humanoid.RigType.Name, character.PrimaryPart.Name, joints, humanoid:FindFirstChild("Animator") ~= nil
            """
        )
        assert (rig, root, joints, animator) == ("R15", "HumanoidRootPart", 15, True)
        assert side.get("game.Players:GetPlayerFromCharacter(workspace.Ann).Name") == "Ann"
        assert abs(side.get("workspace.Ann.PrimaryPart.Position.X") - 20) < 0.1
    world.ask("play", "rig", "R6")
    world.server.run("game.Players.Ann:LoadCharacter()")
    world.step()
    assert ann.get("game.Players.LocalPlayer.Character.Torso.Neck.Part1.Name") == "Head"


@pytest.mark.parametrize(("rig", "joints", "parts"), [("R15", 15, 16), ("R6", 6, 7)])
def test_joints_hold_each_part_where_it_is(rig: str, joints: int, parts: int) -> None:
    with World() as world:
        counted = world.server.run(
            """
            local model = game.Players:CreateHumanoidModelFromDescription(
                Instance.new("HumanoidDescription"), Enum.HumanoidRigType[...]
            )
            local joints, parts = 0, 0
            for _, each in model:GetDescendants() do
                if each:IsA("Motor6D") then
                    joints += 1
                    local held = each.Part0.CFrame * each.C0 * each.C1:Inverse()
                    assert((held.Position - each.Part1.Position).Magnitude < 1e-4, each.Name)
                    assert(held.LookVector:Dot(each.Part1.CFrame.LookVector) > 0.9999, each.Name)
                elseif each:IsA("BasePart") then
                    parts += 1
                end
            end
            local hand = model:FindFirstChild("RightHand") or model["Right Arm"]
            assert(hand:FindFirstChild("RightGripAttachment"))
            assert(model.HumanoidRootPart:FindFirstChild("RootAttachment"))
            return joints, parts
            """,
            rig,
        )
        assert counted == (joints, parts)


def test_a_starter_character_is_what_players_are(world: World) -> None:
    world.server.run(
        """
        local model, root = Instance.new("Model"), Instance.new("Part")
        model.Name, root.Name, root.Parent, model.PrimaryPart = "StarterCharacter", "HumanoidRootPart", model, root
        Instance.new("Humanoid", model)
        Instance.new("BoolValue", model).Name = "IsRobot"
        model.Parent = game.StarterPlayer
        """
    )
    ann = world.join("Ann")
    world.step()
    assert ann.get("game.Players.LocalPlayer.Character:FindFirstChild('IsRobot') ~= nil") is True
    assert world.server.get("workspace.Ann.Humanoid.Health") == 100


def test_starters_are_copied_to_where_studio_copies_them(world: World) -> None:
    world.server.run(
        """
        local function script(class, parent, name)
            local made = Instance.new(class)
            made.Name, made.Source = name, 'print("' .. name .. '", script:GetFullName())'
            made.Parent = parent
        end
        script("LocalScript", game.StarterPlayer.StarterPlayerScripts, "once")
        script("LocalScript", game.StarterPlayer.StarterCharacterScripts, "body")
        script("Script", game.StarterPlayer.StarterCharacterScripts, "server body")
        local gui = Instance.new("ScreenGui")
        gui.Parent = game.StarterGui
        script("LocalScript", gui, "window")
        local kept = Instance.new("ScreenGui")
        kept.Name, kept.ResetOnSpawn, kept.Parent = "Kept", false, game.StarterGui
        script("LocalScript", kept, "kept")
        local tool = Instance.new("Tool")
        tool.Parent = game.StarterPack
        script("LocalScript", tool, "tool")
        script("LocalScript", game.ReplicatedFirst, "first")
        script("LocalScript", game.ReplicatedStorage, "nowhere")
        """
    )
    ann = world.join("Ann")
    world.step(0.1)
    assert ann.output[0] == "first ReplicatedFirst.first"
    assert sorted(ann.output[1:]) == [
        "body Workspace.Ann.body",
        "kept Players.Ann.PlayerGui.Kept.kept",
        "once Players.Ann.PlayerScripts.once",
        "tool Players.Ann.Backpack.Tool.tool",
        "window Players.Ann.PlayerGui.ScreenGui.window",
    ]
    assert world.server.output == ["server body Workspace.Ann.server body"]
    assert not world.server.sees("Players.Ann.PlayerScripts")
    world.output.clear()
    world.server.run("game.Players.Ann:LoadCharacter()")
    world.step(0.1)
    assert sorted(ann.output) == [
        "body Workspace.Ann.body",
        "tool Players.Ann.Backpack.Tool.tool",
        "window Players.Ann.PlayerGui.ScreenGui.window",
    ]


def test_scripts_with_a_context_run_on_its_side(world: World) -> None:
    world.server.run(
        """
        for _, context in { "Server", "Client", "Legacy" } do
            local script = Instance.new("Script")
            script.Name, script.RunContext, script.Source = context, context, "print(script.Name)"
            script.Parent = game.ReplicatedStorage
        end
        """
    )
    ann = world.join("Ann")
    assert (world.server.output, ann.output) == (["Server"], ["Client"])


def test_who_dies_comes_again(world: World) -> None:
    world.server.run("game.Players.RespawnTime = 2")
    ann = world.join("Ann")
    ann.run("game.Players.LocalPlayer.CharacterRemoving:Connect(function() print('removing') end)")
    ann.run("game.Players.LocalPlayer.CharacterAdded:Connect(function() print('added') end)")
    world.server.run("_G.first = workspace.Ann workspace.Ann.Humanoid.Health = 0")
    world.step(1)
    assert world.server.get("game.Players.Ann.Character == _G.first") is True
    world.step(2)
    assert world.server.run("return game.Players.Ann.Character ~= _G.first, workspace.Ann.Humanoid.Health") == (
        True,
        100,
    )
    assert ann.output == ["removing", "added"]


def test_a_client_moves_its_own_character(world: World) -> None:
    ann, bob = world.join("Ann"), world.join("Bob")
    world.step(0.2)
    ann.run("game.Players.LocalPlayer.Character.HumanoidRootPart.CFrame = CFrame.new(50, 3, 0)")
    ann.run("workspace.Bob.HumanoidRootPart.CFrame = CFrame.new(-50, 3, 0)")
    world.step(0.1)
    assert abs(world.server.get("workspace.Ann.HumanoidRootPart.Position.X") - 50) < 1
    assert abs(bob.get("workspace.Ann.HumanoidRootPart.Position.X") - 50) < 1
    assert abs(world.server.get("workspace.Bob.HumanoidRootPart.Position.X")) < 1
    ann.run(
        """
        local humanoid = game.Players.LocalPlayer.Character.Humanoid
        humanoid.MoveToFinished:Connect(function(reached) print("reached", reached) end)
        humanoid:MoveTo(Vector3.new(60, 0, 0))
        """
    )
    world.step(2)
    assert abs(world.server.get("workspace.Ann.HumanoidRootPart.Position.X") - 60) < 2
    assert ann.output == ["reached true"]


def test_what_a_client_moves_does_not_come_back_to_it(world: World) -> None:
    ann = world.join("Ann")
    world.server.run("workspace.Ann.HumanoidRootPart.Anchored = true")
    world.step(0.1)
    for x in (10, 20):
        ann.run("workspace.Ann.HumanoidRootPart.CFrame = CFrame.new(..., 5, 0)", x)
        world.step()
        assert ann.get("workspace.Ann.HumanoidRootPart.Position.X") == x
    assert world.server.get("workspace.Ann.HumanoidRootPart.Position.X") == 20


def test_a_client_ends_its_own_character_and_no_others(world: World) -> None:
    ann, bob = world.join("Ann"), world.join("Bob")
    for player, victim in ((ann, "Bob"), (bob, "Bob")):
        player.run("workspace:WaitForChild(...).Humanoid.Health = 0", victim)
        world.step(0.1)
        dead = world.server.get("workspace.Bob.Humanoid.Health == 0")
        assert dead is (player is bob)


def test_hands_reach_the_players_own_side(world: World) -> None:
    world.server.run(
        """
        local gui, button, box = Instance.new("ScreenGui"), Instance.new("TextButton"), Instance.new("TextBox")
        button.Text, box.Name, box.Text = "Buy", "Amount", ""
        button.Size, box.Size = UDim2.fromOffset(100, 30), UDim2.fromOffset(100, 30)
        box.Position = UDim2.fromOffset(0, 50)
        button.Parent, box.Parent, gui.Parent = gui, gui, game.StarterGui
        local script = Instance.new("LocalScript")
        script.Source = [[
            local gui = script.Parent
            gui.TextButton.Activated:Connect(function() print("bought", gui.Amount.Text) end)
            game:GetService("UserInputService").InputBegan:Connect(function(input)
                if input.UserInputType == Enum.UserInputType.Keyboard then print("key", input.KeyCode.Name) end
            end)
        ]]
        script.Parent = gui
        """
    )
    ann, bob = world.join("Ann"), world.join("Bob")
    ann.type("Amount", "5")
    ann.click("Buy")
    ann.tap("E")
    world.step()
    assert ann.output == ["bought 5", "key E"]
    assert bob.output == []
    assert "Buy" in ann.texts()


def test_touching_clicking_prompting_and_chatting(world: World) -> None:
    world.server.run(
        """
        local pad = Instance.new("Part")
        pad.Name, pad.Anchored, pad.Position, pad.Parent = "Pad", true, Vector3.new(0, 50, 0), workspace
        Instance.new("ClickDetector", pad).MouseClick:Connect(function(player) print("clicked", player) end)
        local prompt = Instance.new("ProximityPrompt", pad)
        prompt.HoldDuration = 0.5
        prompt.Triggered:Connect(function(player) print("triggered", player) end)
        pad.Touched:Connect(function(part)
            print("touched", game.Players:GetPlayerFromCharacter(part.Parent))
        end)
        game.Players.PlayerAdded:Connect(function(player)
            player.Chatted:Connect(function(text) print("said", text) end)
        end)
        """
    )
    ann, bob = world.join("Ann"), world.join("Bob")
    for player in (ann, bob):
        player.run("workspace.Pad.ClickDetector.MouseClick:Connect(function(who) print('clicked', who) end)")
    world.step()
    ann.touch("Workspace.Pad")
    ann.click_part("Workspace.Pad")
    ann.trigger("Workspace.Pad")
    ann.chat("hello")
    world.step(0.1)
    assert world.server.output == ["touched Ann", "clicked Ann", "triggered Ann", "said hello"]
    assert (ann.output, bob.output) == (["clicked Ann"], [])
    ann.teleport(10, 5, 0)
    assert world.server.get("workspace.Ann.HumanoidRootPart.Position") == "10, 5, 0"
    assert ann.walk_to(20, 0, 0)


def test_keys_walk_the_character_and_controls_can_be_taken_away(world: World) -> None:
    ann = world.join("Ann")
    world.step(0.2)
    ann.press("D")
    world.step(1)
    assert world.server.get("workspace.Ann.HumanoidRootPart.Position.X") > 10
    ann.release("D")
    world.step(0.5)
    before = world.server.get("workspace.Ann.HumanoidRootPart.Position.X")
    ann.run("require(game.Players.LocalPlayer.PlayerScripts.PlayerModule):GetControls():Disable()")
    ann.press("D")
    world.step(1)
    assert world.server.get("workspace.Ann.HumanoidRootPart.Position.X") == before
    world.server.run("workspace.Ann.Humanoid.Jumping:Connect(function(active) if active then print('jump') end end)")
    ann.run("require(game.Players.LocalPlayer.PlayerScripts.PlayerModule):GetControls():Enable()")
    ann.tap("Space")
    world.step(0.5)
    assert world.server.output == ["jump"]
    assert ann.get("workspace.CurrentCamera.CameraSubject == workspace.Ann.Humanoid") is True


def test_the_camera_looks_at_a_character_before_it_is_told_of(world: World) -> None:
    world.server.run("game.Players.CharacterAutoLoads = false")
    ann = world.join("Ann")
    ann.run(
        """
        game.Players.LocalPlayer.CharacterAdded:Connect(function(character)
            local camera = workspace.CurrentCamera
            print(camera.CameraSubject == character.Humanoid, camera.CameraType.Name)
        end)
        """
    )
    world.server.run("game.Players.Ann:LoadCharacter()")
    world.step(0.1)
    assert ann.output == ["true Custom"]


def test_a_spawn_protects_for_its_time(world: World) -> None:
    world.server.run(
        """
        local spawn = Instance.new("SpawnLocation")
        spawn.Anchored, spawn.Position, spawn.Duration, spawn.Parent = true, Vector3.new(0, 0.6, 0), 2, workspace
        """
    )
    world.join("Ann")
    world.step(0.5)
    world.server.run("workspace.Ann.Humanoid:TakeDamage(10)")
    assert world.server.get("workspace.Ann.Humanoid.Health") == 100
    world.step(2)
    world.server.run("workspace.Ann.Humanoid:TakeDamage(10)")
    assert world.server.get("workspace.Ann.Humanoid.Health") == 90


def test_what_is_sent_to_a_player_who_just_came_arrives() -> None:
    place = Item("Workspace", "Workspace", {"SignalBehavior": EnumItem("SignalBehavior", "Immediate")})
    with World(Item("DataModel", "Game", {}, [place])) as world:
        world.server.run(
            """
            Instance.new("RemoteEvent", game.ReplicatedStorage)
            game.Players.PlayerAdded:Connect(function(player)
                game.ReplicatedStorage.RemoteEvent:FireClient(player, "welcome")
            end)
            """
        )
        ann = world.join("Ann")
        ann.run("game.ReplicatedStorage.RemoteEvent.OnClientEvent:Connect(print)")
        world.step()
        assert ann.output == ["welcome"]


def test_a_kick_has_its_message_and_ends_the_clients_scripts(world: World) -> None:
    ann = world.join("Ann")
    ann.run("task.spawn(function() while true do print('alive') task.wait(0.1) end end)")
    ann.run("game.Players.LocalPlayer:Kick('enough')")
    world.step(0.1)
    assert ann.kicked == "enough"
    said = len(ann.output)
    world.step(1)
    assert len(ann.output) == said
    assert world.join("Ann").get("game.Players.LocalPlayer.Name") == "Ann"


def test_teams_take_players_in_turn(world: World) -> None:
    world.server.run(
        """
        for _, color in { "Bright red", "Bright blue" } do
            local team = Instance.new("Team")
            team.Name, team.TeamColor, team.Parent = color, BrickColor.new(color), game.Teams
        end
        """
    )
    ann, bob = world.join("Ann"), world.join("Bob")
    assert world.server.get("game.Players.Ann.Team ~= game.Players.Bob.Team") is True
    assert ann.get("#game.Teams['Bright red']:GetPlayers() + #game.Teams['Bright blue']:GetPlayers()") == 2
    world.server.run("game.Players.Bob.Team = game.Players.Ann.Team")
    world.step()
    assert bob.get("#game.Players.Ann.Team:GetPlayers()") == 2
    assert bob.get("game.Players.Bob.TeamColor == game.Players.Ann.TeamColor") is True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"userId": "x"}, "userId is a number, not a string: x"),
        ({"userId": 1.5}, "userId: 1.5 is no id, which is a whole number"),
        ({"userId": True}, "userId is a number, not a boolean: true"),
        ({"friends": [1, "Bob"]}, "friends: Bob is no id, which is a whole number"),
        ({"groups": {"Staff": 255}}, "groups: Staff is no id, which is a whole number"),
        ({"joinData": "x"}, "joinData is a table, not a string: x"),
        (
            {"membership": "Gold"},
            "Gold is no membership: there are BuildersClub, None, OutrageousBuildersClub, Premium, TurboBuildersClub",
        ),
        ({"team": "Blues"}, "there is no team Blues: there are Green, Red"),
        (
            {"user_id": 5},
            "a player has no option user_id: there are accountAge, displayName, friends, groups, joinData, locale, membership, team, userId",
        ),
    ],
)
def test_what_no_player_can_be_is_refused(everywhere: World, options: dict[str, Any], message: str) -> None:
    world = everywhere
    world.server.run(
        "for _, name in { 'Red', 'Green' } do Instance.new('Team', game.Teams).Name = name end "
        "Instance.new('Folder', game.Teams).Name = 'Blues'"
    )
    with pytest.raises(LuauError) as refused:
        world.ask("play", "join", "Ann", options)
    assert str(refused.value) == message
    assert world.server.get("#game.Players:GetPlayers()") == 0
    world.join("Ann", userId=5, membership="Premium", team="Red")
    assert world.server.get("game.Players.Ann.Team.Name") == "Red"
    assert world.server.get("game.Players.Ann.MembershipType.Name") == "Premium"


def test_python_knows_the_options_by_name(world: World) -> None:
    with pytest.raises(TypeError, match="user_id"):
        world.join("Ann", user_id=5)  # type: ignore[call-arg]


def test_what_is_no_place_and_no_rig_is_refused() -> None:
    with pytest.raises(NoPlaceError, match=r"^int is no place$"):
        World(3)  # type: ignore[arg-type]
    with pytest.raises(LuauError, match=r"^R7 is no rig: there are R15 and R6$"):
        World(rig="R7")  # type: ignore[arg-type]


@pytest.mark.parametrize("told", ["game:BindToClose(%s)", "game.OnClose = %s"])
def test_the_end_of_the_game_is_waited_for(told: str) -> None:
    with World(told % "function() task.wait(2) print('saved') end") as world:
        world.server.run("game.Players.PlayerRemoving:Connect(function(player) print('removing', player) end)")
        world.join("Ann")
    assert world.server.output == ["removing Ann", "saved"]


def test_worlds_live_side_by_side_and_share_a_universe() -> None:
    universe = Universe()
    store = "game:GetService('DataStoreService'):GetDataStore('Coins')"
    with World(universe=universe) as first, World(universe=universe) as second:
        first.server.run(f"{store}:SetAsync('Ann', 5)")
        assert second.server.get(f"({store}:GetAsync('Ann'))") == 5
        first.join("Ann")
        assert second.server.get("#game.Players:GetPlayers()") == 0


def test_waiting_says_what_did_not_come() -> None:
    with World() as world:
        world.server.run("task.delay(0.5, function() _G.ready = true end)")
        with pytest.raises(StudioTimeoutError, match=r"`_G.never` did not come true within 0.2 s"):
            world.wait_until("_G.never", 0.2)
        world.wait_until("_G.ready")
        with pytest.raises(LuauError, match=r"^Command:1: oh$"):
            world.server.run("error('oh')")
        with pytest.raises(LuauError, match="there is no player Bob"):
            world.ask("play", "leave", "Bob")


PROJECT = {
    "name": "game",
    "tree": {
        "$className": "DataModel",
        "ServerScriptService": {"$path": "server"},
        "ReplicatedStorage": {"Shared": {"$path": "shared"}},
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "default.project.json": json.dumps(PROJECT),
        "server/main.server.luau": "print('up')",
        "shared/Sum.luau": "return function(a, b) return a + b end",
        "shared/World.spec.luau": SPEC,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


SPEC = """
local World = require("@toolboxai/World")
return function()
    it("plays the place under test", function()
        local world = World.new()
        local ann = world:join("Ann", { userId = 7 })
        expect(world.server:output()[1]).to.equal("up")
        expect(ann:get("require(game.ReplicatedStorage.Shared.Sum)(2, 3)")).to.equal(5)
        expect(ann.game.Players.LocalPlayer.UserId).to.equal(7)
        expect(ann.game.Players.LocalPlayer.Character.Parent).to.equal(ann.game.Workspace)
        expect(ann:sees("ServerScriptService.main")).to.equal(false)
        world.server:run("game.ReplicatedStorage:SetAttribute('Round', Vector3.one)")
        world:step()
        expect(ann:get("game.ReplicatedStorage:GetAttribute('Round')")).to.equal(Vector3.one)
        ann:leave()
        expect(#world.server.game.Players:GetPlayers()).to.equal(0)
        world:close()
    end)
    it("plays others", function()
        local world = World.new({ empty = true, place = "Instance.new('Part', workspace).Name = 'Pad'" })
        expect(world:join("Bob"):sees("Workspace.Pad")).to.equal(true)
        expect(function() world:waitUntil("false", 0.1) end).to.throw("`false` did not come true")
    end)
end
"""


def test_a_project_is_a_place(project: Path) -> None:
    with World(project) as world:
        world.start()
        world.step()
        assert world.server.output == ["up"]
    (project / "model.project.json").write_text('{"name": "m", "tree": {"$path": "shared"}}', "utf-8")
    with pytest.raises(NoPlaceError, match="is no place"):
        World(project / "model.project.json")


def test_specs_have_worlds(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    result = CliRunner().invoke(toolboxai, ["test", "--project", "default.project.json", "shared/World.spec.luau"])
    assert "2 passed" in result.output, result.output
