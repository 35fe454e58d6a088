"""Remotes and bindables: how values are copied, in which order they come, who may call what, and what waits for whom."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.world import Player, World

PLACE = """
game.Players.CharacterAutoLoads = false
for _, class in { "RemoteEvent", "UnreliableRemoteEvent", "RemoteFunction", "BindableEvent", "BindableFunction" } do
    Instance.new(class, game.ReplicatedStorage).Name = class
end
"""

texts = st.text("abcXYZ_é", max_size=6)
plain = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | texts,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(texts, inner, min_size=1, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def world() -> Iterator[World]:
    with World(PLACE) as opened:
        yield opened


@pytest.fixture(params=available())
def everywhere(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(PLACE, engine=request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def echo() -> Iterator[Player]:
    with World(PLACE) as world:
        world.server.run(
            """
            game.ReplicatedStorage.RemoteFunction.OnServerInvoke = function(player, ...) return ... end
            game.ReplicatedStorage.BindableFunction.OnInvoke = function(...) return ... end
            """
        )
        ann = world.join("Ann")
        ann.run("game.ReplicatedStorage.BindableFunction.OnInvoke = function(...) return ... end")
        yield ann


@settings(max_examples=40)
@given(values=st.lists(plain, min_size=1, max_size=3))
def test_plain_values_come_back_as_they_went(echo: Player, values: list[Any]) -> None:
    for function, method in (("RemoteFunction", "InvokeServer"), ("BindableFunction", "Invoke")):
        answer = echo.run(f"return {{ game.ReplicatedStorage.{function}:{method}(...) }}", *values)
        assert answer == values


COPIES = """
local inner = setmetatable({ 1 }, { __index = { hidden = true } })
return {
    mixed = { 1, 2, word = 3 },
    numbered = { [5] = "five", [7.5] = "half" },
    keyed = { [workspace] = 1, [true] = 2 },
    lost = { print, 2, coroutine.create(print) },
    inner = inner, again = inner,
    vector = Vector3.new(1, 2, 3), item = Enum.Material.Neon, there = workspace,
}
"""

TOLD = """
local given = ...
local keys = {}
for key in given.keyed do table.insert(keys, type(key) .. ":" .. key) end
table.sort(keys)
return {
    mixed = #given.mixed, word = tostring(given.mixed.word),
    five = given.numbered["5"], half = given.numbered["7.5"],
    keys = table.concat(keys, " "),
    lost = tostring(given.lost[1]) .. " " .. given.lost[2] .. " " .. tostring(given.lost[3]),
    metatable = tostring(getmetatable(given.inner)), hidden = tostring(given.inner.hidden),
    same = given.inner == given.again,
    vector = tostring(given.vector), item = given.item == Enum.Material.Neon, there = given.there == workspace,
}
"""

EXPECTED = {
    "mixed": 2,
    "word": "nil",
    "five": "five",
    "half": "half",
    "keys": "string:<Instance> (Workspace) string:true",
    "lost": "nil 2 nil",
    "metatable": "nil",
    "hidden": "nil",
    "same": False,
    "vector": "1, 2, 3",
    "item": True,
    "there": True,
}


def test_tables_are_copied_by_studios_rules(world: World) -> None:
    ann = world.join("Ann")
    world.server.run(
        "game.ReplicatedStorage.RemoteFunction.OnServerInvoke = function(player, given) "
        + TOLD.removeprefix("\nlocal given = ...")
        + " end"
    )
    made = "(function() " + COPIES + " end)()"
    assert ann.run(f"return game.ReplicatedStorage.RemoteFunction:InvokeServer({made})") == EXPECTED


@pytest.mark.parametrize(
    ("call", "side"),
    [
        ("RemoteEvent:FireServer(t)", "client"),
        ("RemoteEvent:FireAllClients(t)", "server"),
        ("RemoteFunction:InvokeServer(t)", "client"),
        ("BindableEvent:Fire(t)", "server"),
        ("BindableFunction:Invoke(t)", "server"),
    ],
)
def test_a_table_that_holds_itself_is_refused(call: str, side: str) -> None:
    with World(PLACE) as world:
        asked = world.server if side == "server" else world.join("Ann")
        asked.run("game.ReplicatedStorage.BindableEvent.Event:Connect(print)")
        with pytest.raises(LuauError, match=r"^Command:1: tables cannot be cyclic$"):
            asked.run(f"local t = {{}} t.t = t game.ReplicatedStorage.{call}")


def test_what_the_other_side_lacks_arrives_as_nil(world: World) -> None:
    ann = world.join("Ann")
    world.server.run(
        "game.ReplicatedStorage.RemoteEvent.OnServerEvent:Connect(function(p, a, b, c) print(p, a, b, c) end)"
    )
    ann.run("game.ReplicatedStorage.RemoteEvent:FireServer(Instance.new('Part'), 2, workspace)")
    ann.run("game.ReplicatedStorage.RemoteEvent.OnClientEvent:Connect(print)")
    world.step()
    world.server.run("game.ReplicatedStorage.RemoteEvent:FireAllClients(game.ServerStorage, Instance.new('Part'), 3)")
    world.step()
    assert world.server.output == ["Ann nil 2 Workspace"]
    assert ann.output == ["ServerStorage nil 3"]


def test_events_wait_for_a_listener_but_unreliable_ones_do_not(world: World) -> None:
    ann = world.join("Ann")
    for class_name in ("RemoteEvent", "UnreliableRemoteEvent"):
        ann.run(f"for i = 1, 3 do game.ReplicatedStorage.{class_name}:FireServer('{class_name}', i) end")
    world.step(0.1)
    for class_name in ("RemoteEvent", "UnreliableRemoteEvent"):
        world.server.run(
            f"game.ReplicatedStorage.{class_name}.OnServerEvent:Connect(function(_, ...) print(...) end) task.wait()"
        )
    assert world.server.output == ["RemoteEvent 1", "RemoteEvent 2", "RemoteEvent 3"]


def test_too_many_waiting_events_are_dropped_with_a_warning(world: World) -> None:
    ann = world.join("Ann")
    ann.run("for i = 1, 257 do game.ReplicatedStorage.RemoteEvent:FireServer(i) end")
    world.step()
    assert len(world.server.output) == 1
    assert "did you forget to implement OnServerEvent?" in world.server.output[0]


def test_an_event_comes_after_the_changes_before_it(world: World) -> None:
    ann = world.join("Ann")
    ann.run(
        """
        game.ReplicatedStorage.RemoteEvent.OnClientEvent:Connect(function(part)
            print(part.Name, part.Parent, part.Transparency)
        end)
        """
    )
    world.server.run(
        """
        local part = Instance.new("Part")
        part.Name, part.Parent = "Sent", workspace
        game.ReplicatedStorage.RemoteEvent:FireAllClients(part)
        part.Transparency = 0.5
        """
    )
    world.step()
    assert ann.output == ["Sent Workspace 0.5"]


def test_fire_client_reaches_one(world: World) -> None:
    ann, bob = world.join("Ann"), world.join("Bob")
    for player in (ann, bob):
        player.run("game.ReplicatedStorage.RemoteEvent.OnClientEvent:Connect(print)")
    world.server.run("game.ReplicatedStorage.RemoteEvent:FireClient(game.Players.Bob, 'for you')")
    world.step()
    assert (ann.output, bob.output) == ([], ["for you"])


@pytest.mark.parametrize(
    ("side", "call", "message"),
    [
        ("server", "RemoteEvent:FireServer()", "FireServer can only be called from the client"),
        ("client", "RemoteEvent.OnServerEvent:Once(print)", "OnServerEvent can only be used on the server"),
        ("server", "RemoteEvent.OnClientEvent:Wait()", "OnClientEvent can only be used on the client"),
        ("server", "Parent.RunService.RenderStepped:Wait()", "RenderStepped event can only be used from local scripts"),
        ("client", "RemoteEvent:FireAllClients()", "FireAllClients can only be called from the server"),
        ("server", "RemoteEvent:FireClient(workspace)", "FireClient: player argument must be a Player object"),
        ("server", "RemoteFunction:InvokeServer()", "InvokeServer can only be called from the client"),
        ("server", "RemoteFunction:InvokeClient(workspace)", "InvokeClient: player argument must be a Player object"),
    ],
)
def test_calls_from_the_wrong_side_are_refused(side: str, call: str, message: str) -> None:
    with World(PLACE) as world:
        ann = world.join("Ann")
        world.server.run('game:GetService("RunService")')
        asked = world.server if side == "server" else ann
        with pytest.raises(LuauError) as caught:
            asked.run(f"game.ReplicatedStorage.{call}")
        assert str(caught.value) == f"Command:1: {message}"


def test_functions_answer_wait_and_fail_across(everywhere: World) -> None:
    world = everywhere
    ann = world.join("Ann")
    ann.run(
        """
        local remote = game.ReplicatedStorage.RemoteFunction
        task.spawn(function() print("late", remote:InvokeServer(20)) end)
        remote.OnClientInvoke = function(word)
            task.wait(0.1)
            if word == "bad" then error("not here") end
            return word .. "!", nil, 3
        end
        """
    )
    world.step(0.1)
    world.server.run(
        "game.ReplicatedStorage.RemoteFunction.OnServerInvoke = function(player, n) return player.Name, n + 1 end"
    )
    world.step(0.1)
    assert ann.output == ["late Ann 21"]
    asked = "return game.ReplicatedStorage.RemoteFunction:InvokeClient(game.Players.Ann, ...)"
    assert world.server.run(asked, "hello") == ("hello!", None, 3)
    with pytest.raises(LuauError, match=r"not here$"):
        world.server.run(asked, "bad")


def test_who_leaves_answers_no_more(world: World) -> None:
    ann = world.join("Ann")
    ann.run("game.ReplicatedStorage.RemoteFunction.OnClientInvoke = function() task.wait(100) end")
    world.server.run(
        """
        task.spawn(function()
            print(pcall(game.ReplicatedStorage.RemoteFunction.InvokeClient,
                game.ReplicatedStorage.RemoteFunction, game.Players.Ann))
        end)
        """
    )
    world.step(0.1)
    ann.leave()
    world.step()
    assert world.server.output == ["false Player disconnected during remote call"]


def test_bindables_copy_and_wait(world: World) -> None:
    assert world.server.run(
        """
        local event, got = game.ReplicatedStorage.BindableEvent, nil
        event.Event:Connect(function(given) got = given end)
        local sent = { 1, { 2 } }
        event:Fire(sent)
        task.wait()
        task.delay(0.1, function()
            game.ReplicatedStorage.BindableFunction.OnInvoke = function(n) return n * 2 end
        end)
        return got ~= sent and got[2] ~= sent[2] and got[2][1], game.ReplicatedStorage.BindableFunction:Invoke(21)
        """
    ) == (2, 42)
