"""Chat by channels, commands, filtering, and translations."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.host import LuauError
from toolboxai.studio.world import Player, World

PLACE = """
    game.Players.CharacterAutoLoads = false
    local command = Instance.new("TextChatCommand", game.TextChatService)
    command.Name, command.PrimaryAlias = "Dance", "/dance"
"""
LISTEN = """
    _G.heard = {}
    local service = game:GetService("TextChatService")
    service.MessageReceived:Connect(function(message)
        local source = message.TextSource
        table.insert(_G.heard, `{message.PrefixText} {message.Text} {source and source.UserId} {message.Status.Name}`)
    end)
    service:WaitForChild("Dance").Triggered:Connect(function(source, text)
        table.insert(_G.heard, `{source.UserId} triggers {text}`)
    end)
"""


@pytest.fixture
def world() -> Iterator[World]:
    with World(PLACE) as opened:
        opened.server.run(LISTEN)
        opened.server.run("""
            game.Players.PlayerAdded:Connect(function(player)
                player.Chatted:Connect(function(text) table.insert(_G.heard, `{player} chatted {text}`) end)
            end)
        """)
        for user, name in enumerate(("Ann", "Ben"), 1):
            opened.join(name, userId=user, displayName=f"{name}y").run(LISTEN)
        yield opened


def send(player: Player, text: str) -> object:
    return player.run(
        "return game.TextChatService.TextChannels.RBXGeneral:SendAsync(...).Status.Name",
        text,
    )


def heard(side: object) -> list[str]:
    return list(side.get("_G.heard") or ())  # type: ignore[attr-defined]


def test_a_message_is_filtered_and_heard_by_all(world: World) -> None:
    world.server.act("TextFilter", "words", ["darn"])
    ann, ben = world.players["Ann"], world.players["Ben"]
    assert send(ann, "oh Darn it") == "Success"
    world.step()
    assert heard(ben) == heard(ann) == ["Anny: oh #### it 1 Success"]
    assert heard(world.server) == ["Ann chatted oh Darn it"]


def test_a_command_is_triggered_on_both_sides_and_heard_by_nobody(world: World) -> None:
    ann = world.players["Ann"]
    assert send(ann, "/dance now") == "Success"
    world.step()
    assert heard(world.server) == ["Ann chatted /dance now", "1 triggers /dance now"]
    assert heard(ann) == ["1 triggers /dance now"]
    assert heard(world.players["Ben"]) == []


def test_callbacks_dress_a_message_and_keep_it_from_some(world: World) -> None:
    world.server.run("""
        game.TextChatService.TextChannels.RBXGeneral.ShouldDeliverCallback = function(_, source)
            return source.UserId == 1
        end
    """)
    ann, ben = world.players["Ann"], world.players["Ben"]
    ann.run("""
        game.TextChatService.OnIncomingMessage = function(message)
            local properties = Instance.new("TextChatMessageProperties")
            properties.PrefixText = "[VIP] " .. message.PrefixText
            return properties
        end
    """)
    send(ann, "hello")
    world.step()
    assert heard(ann) == ["[VIP] Anny: hello 1 Success"]
    assert heard(ben) == []


def test_who_may_not_send_is_told_so(world: World) -> None:
    world.server.run("game.TextChatService.TextChannels.RBXGeneral.Ben.CanSend = false")
    world.step()
    assert send(world.players["Ben"], "hello") == "InvalidTextChannelPermissions"
    assert send(world.players["Ann"], "x" * 201) == "MessageTooLong"


def test_what_a_player_types_is_heard_and_who_leaves_is_in_no_channel(world: World) -> None:
    ann, ben = world.players["Ann"], world.players["Ben"]
    ann.chat("typed")
    world.step()
    assert heard(ben) == ["Anny: typed 1 Success"]
    ann.leave()
    assert world.server.get('game.TextChatService.TextChannels.RBXGeneral:FindFirstChild("Ann")') is None


def test_a_system_message_is_the_clients_own(world: World) -> None:
    ann = world.players["Ann"]
    ann.run('game.TextChatService.TextChannels.RBXSystem:DisplaySystemMessage("welcome")')
    world.step()
    assert heard(ann) == [" welcome nil Success"]
    with pytest.raises(LuauError, match="can only be called from the client"):
        world.server.run('game.TextChatService.TextChannels.RBXSystem:DisplaySystemMessage("welcome")')


def test_the_filter_hides_words_and_fails_when_a_test_asks_for_it(world: World) -> None:
    world.server.act("TextFilter", "words", ["bad", "worse"])
    text, broadcast = world.server.run("""
        local result = game:GetService("TextService"):FilterStringAsync("Bad, worse, badge", 1)
        return result:GetNonChatStringForUserAsync(2), result:GetNonChatStringForBroadcastAsync()
    """)
    assert text == broadcast == "###, #####, ###ge"
    world.server.act("TextFilter", "fail")
    with pytest.raises(LuauError, match="internal server error"):
        world.server.run('game:GetService("TextService"):FilterStringAsync("x", 1)')


def test_translations_fall_back_to_the_language_and_to_the_source(world: World) -> None:
    assert world.server.run("""
        local service = game:GetService("LocalizationService")
        local entries = Instance.new("LocalizationTable", service)
        entries:SetEntries({
            { Key = "greet", Source = "Hello {name}, {1:int} of {total:num}", Values = { es = "Hola {name}, {1:int} de {total:num}" } },
            { Key = "bye", Source = "Bye", Values = { ["es-mx"] = "Chao" } },
        })
        local mexican = service:GetTranslatorForLocaleAsync("es-mx")
        local spanish = entries:GetTranslator("es")
        local english = service:GetTranslatorForPlayerAsync(game.Players.Ann)
        local ok, message = pcall(spanish.FormatByKey, spanish, "none")
        return mexican:Translate(game, "Bye"), spanish:Translate(game, "Bye"), english:FormatByKey("bye"),
            mexican:FormatByKey("greet", { name = "Eva", total = 1234567.5, [1] = 3 }), ok, message, #entries:GetEntries()
    """) == (
        "Chao",
        "Bye",
        "Bye",
        "Hola Eva, 3 de 1,234,567.50",
        False,
        'Command:11: Key "none" not found for locale "es" or fallback locales.',
        2,
    )


def test_a_bubble_stands_over_what_it_is_for(world: World) -> None:
    assert world.players["Ann"].run("""
        local service, part, seen = game:GetService("TextChatService"), Instance.new("Part"), {}
        service.OnBubbleAdded = function(message, adornee)
            table.insert(seen, `{message.Text} {adornee == part}`)
        end
        service.BubbleDisplayed:Once(function(where, message) table.insert(seen, `{where == part} {message.Text}`) end)
        service:DisplayBubble(part, "ouch")
        task.wait()
        return seen
    """) == ["ouch true", "true ouch"]
