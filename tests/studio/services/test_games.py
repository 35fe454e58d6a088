"""Services together, as games use them: points that are saved as a player leaves and found by the next server."""

from toolboxai.roblox.model import Item
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
