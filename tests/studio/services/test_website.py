"""What Roblox's website would know or be told: badges, groups, policies, assets, messages, teleports, analytics."""

from collections.abc import Iterator

import pytest

from toolboxai.roblox.model import Item
from toolboxai.studio.describe import described
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio
from toolboxai.studio.universe import Universe
from toolboxai.studio.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World("game.Players.CharacterAutoLoads = false") as opened:
        opened.join("Ann", userId=9, groups={5: [200, "Boss"]})
        yield opened


def test_a_badge_is_awarded_once(world: World) -> None:
    world.server.act("Website", "badge", 31, {"Name": "Hello"})
    assert world.server.run("""
        local badges = game:GetService("BadgeService")
        local before = badges:UserHasBadgeAsync(9, 31)
        return before, badges:AwardBadgeAsync(9, 31), badges:AwardBadge(9, 31), badges:UserHasBadge(9, 31),
            badges:GetBadgeInfoAsync(31).Name, badges:CheckUserBadgesAsync(9, { 30, 31 })
    """) == (False, True, False, True, "Hello", [31])
    assert world.server.act("Website", "hasBadge", 9, 31) is True


def test_groups_are_those_of_the_player_and_of_the_test(world: World) -> None:
    world.server.act("Website", "group", 5, {"Name": "Builders", "Allies": [6]})
    world.server.act("Website", "group", 6, {"Name": "Friends"})
    world.server.act("Website", "member", 9, 6, 10, "Guest")
    assert world.server.run("""
        local groups = game:GetService("GroupService")
        local listed = {}
        for _, group in groups:GetGroupsAsync(9) do
            table.insert(listed, `{group.Name} {group.Rank} {group.Role}`)
        end
        return listed, groups:GetGroupInfoAsync(5).Name, groups:GetAlliesAsync(5):GetCurrentPage()[1].Name
    """) == (["Builders 200 Boss", "Friends 10 Guest"], "Builders", "Friends")


def test_policies_are_open_until_a_test_closes_them(world: World) -> None:
    read = 'game:GetService("PolicyService"):GetPolicyInfoForPlayerAsync(game.Players.Ann).ArePaidRandomItemsRestricted'
    assert world.server.get(read) is False
    world.server.act("Website", "policy", {"ArePaidRandomItemsRestricted": True})
    assert world.server.get(read) is True


def test_assets_are_what_a_test_registered(world: World) -> None:
    world.server.act("Website", "asset", 77, described(Item("Part", "Crate", {"Anchored": True})))
    assert world.server.run("""
        local service = game:GetService("InsertService")
        local first, second = service:LoadAsset(77), service:LoadAsset(77)
        return first.ClassName, first.Crate.Anchored, first ~= second
    """) == ("Model", True, True)
    with pytest.raises(LuauError, match="User is not authorized to access Asset"):
        world.server.run('game:GetService("InsertService"):LoadAsset(78)')


def test_a_plugin_loads_the_objects_of_an_asset_by_its_address() -> None:
    with Studio() as studio:
        studio.act("Website", "asset", 77, described(Item("Part", "Crate", {"Anchored": True})))
        assert studio.command("""
            local names = {}
            for _, address in { "rbxassetid://77", "http://www.roblox.com/asset/?id=77" } do
                local objects = game:GetObjects(address)
                table.insert(names, `{#objects} {objects[1].Name} {objects[1].Parent}`)
            end
            return names
        """) == ["1 Crate nil", "1 Crate nil"]
        with pytest.raises(LuauError, match="User is not authorized to access Asset"):
            studio.command('game:GetObjects("rbxassetid://78")')


def test_a_teleport_is_noted_with_what_it_carries(world: World) -> None:
    code = world.server.run("""
        local service, options = game:GetService("TeleportService"), Instance.new("TeleportOptions")
        options.ShouldReserveServer = true
        options:SetTeleportData({ level = 3 })
        return service:TeleportAsync(123, { game.Players.Ann }, options).ReservedServerAccessCode
    """)
    noted = world.server.act("Website", "teleports")[0]
    assert (noted["placeId"], noted["players"], noted["data"], noted["code"]) == (123, ["Ann"], {"level": 3}, code)


def test_a_teleport_fails_when_a_test_asks_for_it(world: World) -> None:
    world.server.act("Website", "failTeleport", "GameFull", "no room")
    world.server.run("""
        local service = game:GetService("TeleportService")
        service.TeleportInitFailed:Once(function(player, result, message)
            _G.failed = `{player} {result.Name} {message}`
        end)
        service:Teleport(124, game.Players.Ann)
    """)
    world.step()
    assert world.server.get("_G.failed") == "Ann GameFull no room"


def test_analytics_are_noted(world: World) -> None:
    world.server.run("""
        game:GetService("AnalyticsService"):LogEconomyEvent(game.Players.Ann, Enum.AnalyticsEconomyFlowType.Source,
            "Coins", 5, 10, "Shop", "Sword")
    """)
    event = world.server.act("Website", "events")[-1]
    assert (event["kind"], event["player"], event["flow"], event["amount"]) == ("economy", "Ann", "Source", 5)


def test_what_is_preloaded_is_there(world: World) -> None:
    assert world.server.run("""
        local provider, seen = game:GetService("ContentProvider"), {}
        local sound = Instance.new("Sound")
        sound.SoundId = "rbxassetid://1"
        provider:PreloadAsync({ sound, "rbxassetid://2" }, function(id, status)
            table.insert(seen, `{id} {status.Name}`)
        end)
        task.wait()
        return seen, provider:GetAssetFetchStatus("rbxassetid://2").Name
    """) == (["rbxassetid://1 Success", "rbxassetid://2 Success"], "Success")


def test_servers_of_one_universe_hear_each_other() -> None:
    universe = Universe()
    with Studio(universe=universe) as first, Studio(universe=universe) as second, Studio() as stranger:
        for studio in (first, second, stranger):
            studio.command("""
                _G.heard = {}
                _G.connection = game:GetService("MessagingService"):SubscribeAsync("news", function(message)
                    table.insert(_G.heard, message.Data.text)
                    assert(message.Sent > 0)
                end)
            """)
        first.command('game:GetService("MessagingService"):PublishAsync("news", { text = "hi" })')
        first.command('game:GetService("MessagingService"):PublishAsync("other", { text = "no" })')
        for studio in (first, second, stranger):
            studio.step()
        assert [studio.command("return _G.heard") for studio in (first, second, stranger)] == [["hi"], ["hi"], {}]
        second.command("_G.connection:Disconnect()")
        first.command('game:GetService("MessagingService"):PublishAsync("news", { text = "again" })')
        second.step()
        assert second.command("return _G.heard") == ["hi"]
        with pytest.raises(LuauError, match="byte limit"):
            first.command('game:GetService("MessagingService"):PublishAsync("news", string.rep("x", 1100))')


def test_a_test_answers_for_the_web() -> None:
    with Studio() as studio:
        studio.command('game:GetService("HttpService").HttpEnabled = true')
        studio.act("Http", "answer", "https://example.com/*", '{"ok":true}', 200, {"X-Kind": "made"})
        studio.act("Http", "answer", "https://example.com/gone", "", 404)
        studio.act("Http", "answer", "https://example.com/dead", "", 0)
        assert studio.command("""
            local http = game:GetService("HttpService")
            local answer = http:RequestAsync({ Url = "https://example.com/a", Method = "POST", Body = "sent" })
            local read = http:JSONDecode(http:GetAsync("https://example.com/b")).ok
            local _, gone = pcall(http.GetAsync, http, "https://example.com/gone")
            local _, dead = pcall(http.GetAsync, http, "https://example.com/dead")
            return answer.StatusCode, answer.Headers["X-Kind"], read, string.match(gone, "HTTP.*"), string.match(dead, "Http.*")
        """) == (200, "made", True, "HTTP 404 (Not Found)", "HttpError: ConnectFail")
        sent = studio.act("Http", "requests")
        assert (sent[0]["Method"], sent[0]["Body"], len(sent)) == ("POST", "sent", 4)
