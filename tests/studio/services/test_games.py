"""Services together, as games use them: points that are saved as a player leaves and found by the next server."""

import pytest

from toolboxai.roblox.model import Item
from toolboxai.studio.host import LuauError
from toolboxai.studio.universe import Universe
from toolboxai.studio.world import World

SERVER = """
local Players = game:GetService("Players")
local store = game:GetService("DataStoreService"):GetDataStore("Points")
local give = Instance.new("RemoteEvent", game.ReplicatedStorage)
give.Name = "Give"

local function key(player)
    return "Player_" .. player.UserId
end

Players.PlayerAdded:Connect(function(player)
    local stats = Instance.new("Folder")
    stats.Name = "leaderstats"
    local points = Instance.new("IntValue", stats)
    points.Name = "Points"
    local ok, kept = pcall(store.GetAsync, store, key(player))
    points.Value = ok and kept or 0
    stats.Parent = player
end)

local function save(player)
    local ok, message = pcall(store.UpdateAsync, store, key(player), function()
        return player.leaderstats.Points.Value
    end)
    if not ok then
        warn(message)
    end
end

Players.PlayerRemoving:Connect(save)
game:BindToClose(function()
    for _, player in Players:GetPlayers() do
        save(player)
    end
end)

give.OnServerEvent:Connect(function(player, points)
    player.leaderstats.Points.Value += points
end)
"""
CLIENT = """
local UserInputService = game:GetService("UserInputService")
UserInputService.InputBegan:Connect(function(input, processed)
    if not processed and input.KeyCode == Enum.KeyCode.E then
        game.ReplicatedStorage:WaitForChild("Give"):FireServer(5)
    end
end)
"""


def place() -> Item:
    player_scripts = Item(
        "StarterPlayerScripts", "StarterPlayerScripts", {}, [Item("LocalScript", "Keys", {"Source": CLIENT})]
    )
    return Item(
        "DataModel",
        "Game",
        {},
        [
            Item("ServerScriptService", "ServerScriptService", {}, [Item("Script", "Points", {"Source": SERVER})]),
            Item("StarterPlayer", "StarterPlayer", {}, [player_scripts]),
        ],
    )


def test_points_are_saved_as_a_player_leaves_and_as_the_game_ends() -> None:
    universe = Universe()
    points = "game.Players.Ann.leaderstats.Points.Value"
    with World(place(), universe=universe) as world:
        ann = world.join("Ann", userId=7)
        world.step(0.5)
        ann.tap("E")
        world.step(0.1)
        assert (world.server.get(points), ann.get(points)) == (5, 5)
        ann.leave()
        world.step(0.1)
        assert world.server.act("DataStores", "get", "Points", "Player_7") == 5
        assert world.server.errors == []
    with World(place(), universe=universe) as world:
        ann = world.join("Ann", userId=7)
        world.step(0.5)
        assert world.server.get(points) == 5
        ann.tap("E")
        world.step(0.1)
    with World(universe=universe) as world:
        assert world.server.act("DataStores", "get", "Points", "Player_7") == 10


def test_points_are_played_without_a_store_that_fails() -> None:
    with World(place()) as world:
        world.server.act("DataStores", "fail", 2)
        ann = world.join("Ann", userId=7)
        world.step(0.5)
        assert world.server.get("game.Players.Ann.leaderstats.Points.Value") == 0
        ann.leave()
        world.step(0.5)
        assert [line for line in world.server.output if "HTTP 500" in line]


def test_who_is_banned_goes_and_may_not_come_until_the_time_is_over() -> None:
    universe = Universe()
    with World("game.Players.CharacterAutoLoads = false", universe=universe) as world:
        ann = world.join("Ann", userId=3)
        world.server.run("""
            game.Players:BanAsync({ UserIds = { 3 }, Duration = 60, DisplayReason = "be kind", PrivateReason = "x" })
        """)
        world.step()
        assert ann.kicked == "You have been banned from this experience: be kind"
    with World("game.Players.CharacterAutoLoads = false", universe=universe) as world:
        with pytest.raises(LuauError, match="Ann may not come: banned from this experience, be kind"):
            world.join("Ann", userId=3)
        world.server.run("game.Players:UnbanAsync({ UserIds = { 3 } })")
        world.join("Ann", userId=3)
        assert world.server.run("""
            local page = game.Players:GetBanHistoryAsync(3):GetCurrentPage()
            return #page, page[1].Ban, page[2].DisplayReason, page[2].Duration
        """) == (2, False, "be kind", 60)


def test_an_action_has_a_button_on_a_telephone() -> None:
    with World("game.Players.CharacterAutoLoads = false") as world:
        ann = world.join("Ann")
        ann.act("Devices", "use", "phone")
        x, y, title = ann.run("""
            local service = game:GetService("ContextActionService")
            _G.heard = {}
            service:BindAction("Dash", function(name, state)
                table.insert(_G.heard, `{name} {state.Name}`)
            end, true, Enum.KeyCode.Q)
            service:SetTitle("Dash", "Go")
            local button = service:GetButton("Dash")
            button.TouchTap:Once(function() table.insert(_G.heard, "tap") end)
            local middle = button.AbsolutePosition + button.AbsoluteSize / 2
            return middle.X, middle.Y, button.ActionTitle.Text
        """)
        assert title == "Go"
        ann.act("Devices", "touch", x, y)
        ann.act("Devices", "lift")
        world.step()
        assert ann.get("_G.heard") == ["Dash Begin", "Dash End", "tap"]
        ann.run('game:GetService("ContextActionService"):UnbindAction("Dash")')
        assert ann.get("#game.Players.LocalPlayer.PlayerGui.ContextActionGui.ContextButtonFrame:GetChildren()") == 0


def test_a_server_knows_what_was_said_before_players_came() -> None:
    with World('game:GetService("LogService").MessageOut:Connect(function(m) _G.last = m end) print("early")') as world:
        world.join("Ann").run('print("from the client")')
        world.server.run('print("late")')
        world.step()
        assert world.server.get("_G.last") == "late"
        history = world.server.get('game:GetService("LogService"):GetLogHistory()')
        assert [line["message"] for line in history] == ["early", "late"]
