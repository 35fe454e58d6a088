"""Members that need players in a place: a chunk on the server, or on Ann's client, and what it gives. `P` is Ann."""

from collections.abc import Iterator
from typing import Any

import pytest

from toolboxai.studio.host import LuauError
from toolboxai.studio.world import World

WORDS = "local P, S = game:GetService('Players').Ann, function(name) return game:GetService(name) end\n"
PLACE = """
local floor = Instance.new("Part", workspace)
floor.Anchored, floor.Size, floor.Position = true, Vector3.new(400, 1, 400), Vector3.new(0, -0.5, 0)
local tool = Instance.new("Tool", game.StarterPack)
tool.RequiresHandle, tool.TextureId = false, "rbxassetid://5"
"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(PLACE) as opened:
        opened.server.act("Website", "member", 7, 5, 100, "Builder")
        opened.server.act("Website", "country", 7, "DE")
        opened.join(
            "Ann",
            userId=7,
            friends=[8],
            groups={5: (100, "Builder")},
            joinData={"TeleportData": "hello"},
            locale="de-de",
        )
        opened.join("Ben", userId=8)
        opened.step(0.5)
        yield opened


SERVER: dict[str, tuple[str, Any]] = {
    "friends": ("return P:IsFriendsWithAsync(8), P:IsFriendsWith(9), P:isFriendsWith(8)", (True, False, True)),
    "groups": (
        "return P:GetRankInGroupAsync(5), P:GetRoleInGroup(5), P:GetRoleInGroupAsync(6), P:IsInGroupAsync(5), P:IsInGroupAsync(6)",
        (100, "Builder", "Guest", True, False),
    ),
    "what is ready": (
        (
            "return P.DataReady, P:WaitForDataReady(), P:waitForDataReady(), P:HasAppearanceLoaded(), P:IsVerified(), "
            "P:GetNetworkPing(), P:RequestStreamAroundAsync(Vector3.zero)"
        ),
        (True, True, True, True, False, 0),
    ),
    "join data": ("return P:GetJoinData().TeleportData", "hello"),
    "focus": ("return P:AddReplicationFocus(workspace.Part), P:RemoveReplicationFocus(workspace.Part)", None),
    "distance": ("return math.round(P:DistanceFromCharacter(P.Character.Head.Position + Vector3.xAxis * 9))", 9),
    "age": ("P:SetAccountAge(40) return P.AccountAge", 40),
    "neutral": (
        (
            "local team = Instance.new('Team', S('Teams')) team.AutoAssignable = false P.Team = team local inTeam = P.Neutral "
            "P.Neutral = true local out = P.Team team:Destroy() return inTeam, out"
        ),
        (False, None),
    ),
    "how many": (
        "local p = S('Players') return p.MaxPlayers > 0, p.PreferredPlayers > 0, p.numPlayers",
        (True, True, 2),
    ),
    "a character anew": (
        (
            "local before = P.Character P:LoadCharacterAsync() local second = P.Character "
            "local look = Instance.new('HumanoidDescription') look.HeadColor = Color3.new(1, 0, 0) "
            "P:LoadCharacterWithHumanoidDescriptionAsync(look) assert(P.Character.Head.Color == look.HeadColor) "
            "return before ~= second, second ~= P.Character, "
            "before.Parent, P.Character.Parent == workspace"
        ),
        (True, True, None, True),
    ),
    "invites": (
        (
            "local s, said = S('SocialService'), {} s.GameInvitePromptClosed:Connect(function(who) table.insert(said, 'game ' .. who.Name) end) "
            "s.PhoneBookPromptClosed:Connect(function(who) table.insert(said, 'book ' .. who.Name) end) "
            "s:PromptGameInvite(P) s:PromptPhoneBook(P, '') task.wait() "
            "return s:CanSendGameInviteAsync(P), s:CanSendCallInviteAsync(P), table.concat(said, ' '), s:HideSelfView(), "
            "s:ShowSelfView(Enum.SelfViewPosition.TopLeft)"
        ),
        (True, True, "game Ann book Ann", None),
    ),
    "friends' pages": (
        (
            "local page = S('Players'):GetFriendsAsync(7):GetCurrentPage() return page[1].Id, page[1].Username, "
            "S('Players'):GetUserIdFromNameAsync('ann')"
        ),
        (8, "Ben", 7),
    ),
    "persistent players": (
        (
            "local m = Instance.new('Model') m:AddPersistentPlayer(P) m:AddPersistentPlayer(P) local one = #m:GetPersistentPlayers() "
            "m:RemovePersistentPlayer(P) return one, #m:GetPersistentPlayers()"
        ),
        (1, 0),
    ),
    "policies": ("return S('PolicyService'):CanViewBrandProjectAsync(P, 'x')", True),
    "voices": ("return #S('VoiceChatService'):GetChatGroupsAsync({ P, S('Players').Ben })[1]", 2),
    "chat filters": (
        "local c = S('Chat') return c:FilterStringForBroadcast('hi', P), c:FilterStringForPlayerAsync('hi', P)",
        ("hi", "hi"),
    ),
    "direct chat": (
        (
            "local channel = Instance.new('TextChannel', S('TextChatService')) local source, ok = channel:AddUserAsync(8) "
            "channel:SetDirectChatRequester(P) local who = channel.DirectChatRequester channel:Destroy() "
            "return source.UserId, ok, who == P, #S('TextChatService'):CanUsersDirectChatAsync(7, { 8 })"
        ),
        (8, True, True, 1),
    ),
    "where from": (
        "local l = S('LocalizationService') return l:GetCountryRegionForPlayerAsync(P), l:GetTranslatorForPlayer(P).LocaleId",
        ("DE", "de-de"),
    ),
    "teleports": (
        (
            "local t = S('TeleportService') t:TeleportToPlaceInstance(3, 'job', P) t:TeleportToSpawnByName(4, 'gate', P) "
            "t:TeleportToPrivateServer(5, 'code', { P }) local code = t:TeleportPartyAsync(6, { P, S('Players').Ben }) "
            "local here, _, place, job = t:GetPlayerPlaceInstanceAsync(8) return #code > 0, here, place == game.PlaceId, job == game.JobId, "
            "(t:GetPlayerPlaceInstanceAsync(99))"
        ),
        (True, True, True, True, False),
    ),
    "owned": (
        (
            "local m = S('MarketplaceService') return m:PlayerOwnsAssetAsync(P, 3), m:PlayerOwnsBundleAsync(P, 4), "
            "m:GetUserSubscriptionStatusAsync(P, 'sub').IsSubscribed, #m:GetUserSubscriptionPaymentHistoryAsync(P, 'sub')"
        ),
        (True, False, True, 0),
    ),
    "on sale": (
        (
            "local m = S('MarketplaceService') local info = m:GetProductInfo(3, Enum.InfoType.Asset) "
            "return info.Name, info.AssetId, info.IsLimited, info.IsLimitedUnique, info.IsNew, info.IsPublicDomain, info.Sales, "
            "info.MinimumMembershipLevel, info.IconImageAssetId, info.TargetId, info.ProductType, info.Creator.Name, "
            "m:GetSubscriptionProductInfoAsync('sub').Name, #m:GetDeveloperProductsAsync():GetCurrentPage()"
        ),
        ("Hat", 3, False, False, False, False, 0, 0, 0, 3, "Asset", "Roblox", "Club", 1),
    ),
    "analytics": (
        (
            "local a = S('AnalyticsService') a:LogCustomEvent(P, 'custom', 2) a:LogFunnelStepEvent(P, 'buy', 's', 1, 'look') "
            "a:LogOnboardingFunnelStepEvent(P, 1, 'start') a:LogProgressionEvent(P, 'path', Enum.AnalyticsProgressionType.Start, 1, 'one') "
            "a:LogProgressionStartEvent(P, 'path', 1) a:LogProgressionCompleteEvent(P, 'path', 1) a:LogProgressionFailEvent(P, 'path', 2) "
            "a:FireEvent('old', 1) a:FireCustomEvent(P, 'older', 1) a:FireInGameEconomyEvent(P, 'hat', Enum.AnalyticsEconomyAction.Spend, "
            "'hats', 5, 'gems', nil, nil) a:FireLogEvent(P, Enum.AnalyticsLogLevel.Error, 'broken', nil, nil) "
            "a:FirePlayerProgressionEvent(P, 'levels', Enum.AnalyticsProgressionStatus.Complete, nil, nil, nil) return true"
        ),
        True,
    ),
}

CLIENT: dict[str, tuple[str, Any]] = {
    "join data": ("return S('TeleportService'):GetLocalPlayerTeleportData()", None),
    "the mouse": (
        "local m = P:GetMouse() local size = workspace.CurrentCamera.ViewportSize return m.ViewSizeX == size.X, m.ViewSizeY == size.Y",
        (True, True),
    ),
    "a hand": (
        (
            "local u = S('UserInputService') local hand = u:CreateVirtualInput() hand:SendMousePosition(Vector2.new(40, 90)) "
            "hand:SendMouseDelta(Vector2.new(5, -10)) return u:GetMouseLocation().X, u:GetMouseLocation().Y"
        ),
        (45, 80),
    ),
    "bound inputs": (
        (
            "local c, got = S('ContextActionService'), {} c:BindActionToInputTypes('go', function(name, state) table.insert(got, name) "
            "return Enum.ContextActionResult.Sink end, true, Enum.KeyCode.G) c:SetDescription('go', 'Goes') c:SetImage('go', 'rbxassetid://2') "
            "c:SetPosition('go', UDim2.fromOffset(1, 2)) "
            "local info = c:GetBoundActionInfo('go') S('UserInputService'):CreateVirtualInput():SendKey(true, Enum.KeyCode.G) c:UnbindAction('go') return got[1], info.description, info.image"
        ),
        ("go", "Goes", "rbxassetid://2"),
    ),
    "selections": (
        (
            "local gui = Instance.new('ScreenGui', P.PlayerGui) local button = Instance.new('TextButton', gui) "
            "S('GuiService'):Select(gui) local found = S('GuiService').SelectedObject == button S('GuiService').SelectedObject = nil "
            "gui:Destroy() return found"
        ),
        True,
    ),
}


@pytest.fixture(scope="module", autouse=True)
def market(world: World) -> None:
    world.server.act("Market", "sell", "Asset", 3, {"Name": "Hat"})
    world.server.act("Market", "sell", "Subscription", "sub", {"Name": "Club"})
    world.server.act("Market", "sell", "Product", 9, {"Name": "Gems"})
    world.server.act("Market", "own", 7, "Asset", 3)
    world.server.act("Market", "own", 7, "Subscription", "sub")


@pytest.mark.parametrize("name", SERVER)
def test_what_the_server_is_told(world: World, name: str) -> None:
    chunk, expected = SERVER[name]
    assert world.server.run(WORDS + chunk) == expected


@pytest.mark.parametrize("name", CLIENT)
def test_what_a_client_is_told(world: World, name: str) -> None:
    chunk, expected = CLIENT[name]
    assert world.players["Ann"].run(WORDS + chunk) == expected


def test_analytics_are_noted_in_order(world: World) -> None:
    chunk, _ = SERVER["analytics"]
    before = len(world.server.act("Website", "events") or ())
    world.server.run(WORDS + chunk)
    noted = world.server.act("Website", "events")[before:]
    assert [each["kind"] for each in noted] == [
        "custom", "funnel", "onboarding", "progression", "progressionStart", "progressionComplete", "progressionFail",
        "event", "custom", "economy", "log", "progression",
    ]  # fmt: skip
    assert (noted[0]["player"], noted[0]["name"], noted[0]["value"], noted[9]["flow"]) == ("Ann", "custom", 2, "Spend")


PROMPTS = {
    "PromptBundlePurchase": ", 4",
    "PromptPremiumPurchase": "",
    "PromptRobloxSubscriptionPurchase": "",
    "PromptSubscriptionPurchase": ", 'sub'",
}


@pytest.mark.parametrize("method", PROMPTS)
def test_prompts_are_answered(world: World, method: str) -> None:
    world.server.run(f"""{WORDS}
        S('MarketplaceService').{method}Finished:Once(function(...) _G.told = #{{ ... }} end)
        _G.told = nil
        S('MarketplaceService'):{method}(P{PROMPTS[method]})
    """)
    kind = method.removeprefix("Prompt").removesuffix("Purchase")
    assert [text.split()[:2] for text in world.server.act("Market", "prompts")] == [["Ann", kind]]
    world.server.act("Market", "cancel", "Ann")
    world.step()
    assert world.server.get("_G.told ~= nil") is True
    assert not world.server.act("Market", "prompts")


def test_the_keys_that_work_a_tool(world: World) -> None:
    ann = world.players["Ann"]
    ann.run(f"""{WORDS}
        S('ContextActionService'):BindActivate(Enum.UserInputType.Keyboard, Enum.KeyCode.F)
        P.Character.Humanoid:EquipTool(P.Backpack.Tool)
    """)
    world.step(0.1)
    assert ann.get("game:GetService('ContextActionService'):GetCurrentLocalToolIcon()") == "rbxassetid://5"
    ann.run("local tool = game.Players.LocalPlayer.Character.Tool "
            "tool.Activated:Connect(function() print('on') end) tool.Deactivated:Connect(function() print('off') end)")  # fmt: skip
    ann.tap("F")
    world.step()
    ann.run("game:GetService('ContextActionService'):UnbindActivate(Enum.UserInputType.Keyboard, Enum.KeyCode.F)")
    ann.tap("F")
    world.step()
    ann.run("local tool = game.Players.LocalPlayer.Character.Tool tool:Activate() tool:Deactivate()")
    world.step(0.1)
    assert ann.output == ["on", "off", "on", "off"]


def test_a_prompt_is_held_by_a_script(world: World) -> None:
    ann = world.players["Ann"]
    world.server.run("""
        local prompt = Instance.new("ProximityPrompt", workspace.Part)
        prompt.HoldDuration = 0.2
        prompt.Triggered:Connect(function(player) print("by", player) end)
    """)
    world.step()
    ann.run(
        "local prompt = workspace.Part.ProximityPrompt prompt:InputHoldBegin() task.wait(0.3) prompt:InputHoldEnd()"
    )
    world.step(0.1)
    assert world.server.output[-1:] == ["by Ann"]


def test_only_the_server_gives_characters_and_takes_users_in(world: World) -> None:
    ann = world.players["Ann"]
    for chunk, message in (
        (
            "P:LoadCharacterWithHumanoidDescription(Instance.new('HumanoidDescription'))",
            "can only be called by the backend server",
        ),
        ("Instance.new('TextChannel'):AddUserAsync(7)", "can only be called from the server"),
        ("S('StudioTestService'):AddPlayers(1)", "can only be called from the server"),
    ):
        with pytest.raises(LuauError, match=message):
            ann.run(WORDS + chunk)
