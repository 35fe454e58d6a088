"""StudioTestService: a copy of the place runs beside the one that is edited, and the plugins run in it too."""

from collections.abc import Iterator

import pytest

from toolboxai.roblox.model import Item
from toolboxai.studio.studio import Studio

ENDS = """
local service = game:GetService("StudioTestService")
local numbers = service:GetTestArgs()
workspace:SetAttribute("Ran", true)
_G.ran = true
task.wait(0.1)
service:EndTest({ sum = numbers[1] + numbers[2], players = #game.Players:GetPlayers(), place = workspace })
"""
PLUGIN = """
if game:GetService("RunService"):IsEdit() then
    _G.plugin = plugin
else
    workspace:SetAttribute("Plugin", `{game:GetService("StudioTestService"):GetTestArgs().name} {require(script.Answer)}`)
end
"""


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Studio() as opened:
        yield opened


def script(studio: Studio, source: str) -> None:
    studio.mount(Item("Script", "Main", {"Source": source}), "ServerScriptService")


@pytest.mark.parametrize(
    ("call", "players"),
    [("ExecuteRunModeAsync(%s)", 0), ("ExecutePlayModeAsync(%s)", 1), ("ExecuteMultiplayerTestAsync(2, %s)", 2)],
)
def test_the_place_runs_until_a_script_ends_the_test_and_then_again(studio: Studio, call: str, players: int) -> None:
    script(studio, ENDS)
    for numbers, total in [("{20, 22}", 42), ("{1, 2}", 3)]:
        result = studio.command(f'return game:GetService("StudioTestService"):{call % numbers}')
        assert result == {"sum": total, "players": players}
    left = "return workspace:GetAttribute('Ran'), _G.ran, game:GetService('RunService'):IsEdit(), #game.Players:GetPlayers()"
    assert studio.command(left) == (None, None, True, 0)


def test_plugins_run_in_a_test_too(studio: Studio) -> None:
    answer = Item("ModuleScript", "Answer", {"Source": "return 42"})
    studio.install(Item("Script", "Both", {"Source": PLUGIN}, [answer]))
    script(
        studio,
        """
        while not workspace:GetAttribute("Plugin") do task.wait() end
        game:GetService("StudioTestService"):EndTest({ said = workspace:GetAttribute("Plugin") })
        """,
    )
    run = 'return game:GetService("StudioTestService"):ExecuteRunModeAsync({ name = "test" })'
    assert studio.command(run) == {"said": "test 42"}


def test_both_places_hear_what_is_said_in_either(studio: Studio) -> None:
    script(
        studio,
        """
        game:GetService("LogService").MessageOut:Connect(function(text)
            if text == "stop" then game:GetService("StudioTestService"):EndTest("stopped") end
        end)
        print("ready")
        """,
    )
    assert studio.command("""
        local heard = {}
        local connection = game:GetService("LogService").MessageOut:Connect(function(text)
            table.insert(heard, text)
            if text == "ready" then print("stop") end
        end)
        table.insert(heard, game:GetService("StudioTestService"):ExecuteRunModeAsync())
        connection:Disconnect()
        return heard
    """) == ["ready", "stop", "stopped"]
    assert [(line.peer, line.text) for line in studio.output] == [("server", "ready"), ("", "stop")]


def test_a_test_ends_once_the_game_has_closed(studio: Studio) -> None:
    script(
        studio,
        """
        game:BindToClose(function() task.wait(0.2) print("closed") end)
        game:GetService("StudioTestService"):EndTest()
        """,
    )
    studio.command('game:GetService("StudioTestService"):ExecuteRunModeAsync() print("over")')
    assert [line.text for line in studio.output] == ["closed", "over"]


def test_one_test_runs_at_a_time(studio: Studio) -> None:
    script(studio, 'task.wait(0.2) game:GetService("StudioTestService"):EndTest(1)')
    again = studio.command("""
        local service = game:GetService("StudioTestService")
        local first
        task.spawn(function() first = service:ExecuteRunModeAsync() end)
        local _, second = pcall(service.ExecuteRunModeAsync, service)
        local _, none = pcall(service.EndTest, service)
        repeat task.wait() until first
        return second, none
    """)
    assert "no other is running" in again[0]
    assert "no test is running" in again[1]
