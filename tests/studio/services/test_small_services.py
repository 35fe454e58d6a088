"""Services with one thing to do: logs, core windows, sounds, the time of day, debris, tags, statistics."""

from collections.abc import Iterator

import pytest

from toolboxai.roblox.model import Item
from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


def test_what_is_said_is_told_and_kept(studio: Studio) -> None:
    studio.command('print("before")')
    studio.command("""
        _G.told = {}
        local log = game:GetService("LogService")
        log.MessageOut:Connect(function(message, kind)
            table.insert(_G.told, `{kind.Name} {message}`)
        end)
        print("hello", 1)
        warn("careful")
        log:Info("by the way")
    """)
    assert studio.command("return _G.told") == [
        "MessageOutput hello 1",
        "MessageWarning careful",
        "MessageInfo by the way",
    ]
    history = studio.command('return game:GetService("LogService"):GetLogHistory()')
    assert [line["message"] for line in history] == ["before", "hello 1", "careful", "by the way"]
    assert (
        studio.command(
            'game:GetService("LogService"):ClearOutput() return #game:GetService("LogService"):GetLogHistory()'
        )
        == 0
    )


def test_an_error_that_nobody_caught_is_told_with_its_script(studio: Studio) -> None:
    studio.mount(Item("Script", "Bad", {"Source": "\nerror('oh no')"}), "ServerScriptService")
    studio.command("""
        game:GetService("ScriptContext").Error:Once(function(message, trace, source)
            _G.error = { message, trace ~= "", source and source.Name }
        end)
    """)
    studio.run("ServerScriptService.Bad")
    studio.step()
    assert studio.command("return _G.error") == ["ServerScriptService.Bad:2: oh no", True, "Bad"]


def test_core_windows_are_told_things_and_switched(studio: Studio) -> None:
    assert studio.command("""
        local gui = game:GetService("StarterGui")
        gui:SetCore("SendNotification", { Title = "T", Text = "hello" })
        gui:SetCoreGuiEnabled(Enum.CoreGuiType.Chat, false)
        gui:SetCore("ChatActive", false)
        return gui:GetCoreGuiEnabled(Enum.CoreGuiType.Chat), gui:GetCoreGuiEnabled(Enum.CoreGuiType.Health),
            gui:GetCore("ChatActive"), gui:GetCore("TopbarEnabled")
    """) == (False, True, False, True)
    assert studio.act("Website", "notifications")[0]["Text"] == "hello"
    with pytest.raises(LuauError, match="Nonsense has not been registered by the CoreScripts"):
        studio.command('game:GetService("StarterGui"):SetCore("Nonsense", 1)')
    with pytest.raises(LuauError, match="Text is required"):
        studio.command('game:GetService("StarterGui"):SetCore("SendNotification", { Title = "T" })')


def test_a_sound_ends_when_its_time_is_over(studio: Studio) -> None:
    studio.act("Sounds", "length", "rbxassetid://5", 1)
    studio.command("""
        local sound = Instance.new("Sound", workspace)
        sound.SoundId, sound.PlaybackSpeed = "rbxassetid://5", 2
        _G.sound, _G.heard = sound, {}
        for _, event in { "Played", "Paused", "Resumed", "Ended", "Stopped", "DidLoop" } do
            sound[event]:Connect(function(id) table.insert(_G.heard, event) end)
        end
        sound:Play()
    """)
    studio.step(0.25)
    assert studio.command("return _G.sound.TimePosition, _G.sound.TimeLength, _G.sound.IsPlaying") == (0.5, 1, True)
    studio.command("_G.sound:Pause()")
    studio.step(1)
    studio.command("_G.sound.Playing = true")
    studio.step(0.25)
    assert studio.command("return _G.heard, _G.sound.IsPlaying, _G.sound.TimePosition") == (
        ["Played", "Paused", "Resumed", "Ended"],
        False,
        0,
    )
    studio.command("_G.sound.Looped = true _G.sound:Play()")
    studio.step(0.75)
    studio.command("_G.sound:Stop()")
    assert studio.command("return _G.heard[6], _G.heard[7]") == ("DidLoop", "Stopped")


@pytest.mark.parametrize(
    ("given", "clock", "text"),
    [
        ("'6'", 6, "06:00:00"),
        ("'23:30:15'", 23.504166, "23:30:15"),
        ("10 .. ':' .. 3 / 2", 10.018055, "10:01:05"),
    ],
)
def test_the_time_of_day_has_three_names(studio: Studio, given: str, clock: float, text: str) -> None:
    shown, hours, minutes = studio.command(f"""
        local lighting = game:GetService("Lighting")
        lighting.TimeOfDay = {given}
        return lighting.TimeOfDay, lighting.ClockTime, lighting:GetMinutesAfterMidnight()
    """)
    assert (shown, hours, minutes) == (text, pytest.approx(clock), pytest.approx(clock * 60, rel=1e-4))


def test_a_new_place_has_afternoon() -> None:
    now = "local l = game:GetService('Lighting') return l.ClockTime, l.TimeOfDay, l:GetMinutesAfterMidnight()"
    with Studio() as fresh:
        assert fresh.command(now) == (14, "14:00:00", 840)


def test_the_sun_rises_and_the_clock_goes_round(studio: Studio) -> None:
    assert studio.command("""
        local lighting = game:GetService("Lighting")
        lighting:SetMinutesAfterMidnight(25 * 60)
        local clock = lighting.ClockTime
        lighting.ClockTime = 0
        local night = lighting:GetSunDirection().Y
        lighting.ClockTime = 12
        local noon = lighting:GetSunDirection()
        return clock, night < 0, noon.Y > 0, math.abs(noon.Magnitude - 1) < 1e-4
    """) == (1, True, True, True)
    with pytest.raises(LuauError, match="it must look like 14:30:00"):
        studio.command('game.Lighting.TimeOfDay = "noon"')


def test_debris_goes_in_its_time_and_the_oldest_when_there_is_too_much(studio: Studio) -> None:
    studio.command("""
        local debris = game:GetService("Debris")
        debris.MaxItems = 2
        _G.parts = {}
        for index = 1, 3 do
            _G.parts[index] = Instance.new("Part", workspace)
            debris:AddItem(_G.parts[index], index)
        end
    """)
    standing = "local n = {} for i, p in _G.parts do n[i] = p.Parent ~= nil end return n"
    assert studio.command(standing) == [False, True, True]
    studio.step(2.1)
    assert studio.command(standing) == [False, False, True]


def test_tags_are_counted_by_the_place(studio: Studio) -> None:
    studio.command("""
        local service = game:GetService("CollectionService")
        _G.heard = {}
        service.TagAdded:Connect(function(tag) table.insert(_G.heard, "+" .. tag) end)
        service.TagRemoved:Connect(function(tag) table.insert(_G.heard, "-" .. tag) end)
        service:GetInstanceAddedSignal("x"):Connect(function(it) table.insert(_G.heard, it.Name) end)
        local a, b = Instance.new("Folder"), Instance.new("Folder")
        a.Name, b.Name = "a", "b"
        a:AddTag("x")
        a.Parent = workspace
        b.Parent = workspace
        b:AddTag("x")
        a:Destroy()
        _G.left = service:GetTagged("x")[1].Name
        b:RemoveTag("x")
        _G.all = service:GetAllTags()
    """)
    studio.step()
    assert studio.command("return _G.heard, _G.left, _G.all") == (["a", "+x", "b", "-x"], "b", {})


def test_statistics_are_numbers(studio: Studio) -> None:
    count, memory, receive = studio.command("""
        local stats = game:GetService("Stats")
        return stats.InstanceCount, stats:GetTotalMemoryUsageMb(), stats.DataReceiveKbps
    """)
    assert count > 10
    assert memory > 0.1
    assert receive == 0


def test_a_plugin_runs_pauses_and_stops_the_place() -> None:
    with Studio() as fresh:
        fresh.mount(Item("Script", "Ran", {"Source": "_G.ran = true"}), "ServerScriptService")
        fresh.command("""
            local run = game:GetService("RunService")
            _G.states, _G.steps = { run.RunState.Name }, 0
            run.Stepped:Connect(function() _G.steps += 1 end)
            run:Run()
            table.insert(_G.states, run.RunState.Name)
        """)
        fresh.step()
        fresh.command("""
            local run = game:GetService("RunService")
            run:Pause()
            table.insert(_G.states, run.RunState.Name)
        """)
        stepped = fresh.command("return _G.steps")
        fresh.step()
        assert stepped > 0
        assert fresh.command("""
            local run = game:GetService("RunService")
            run:Stop()
            return _G.states, _G.ran, _G.steps, run.RunState.Name, run:IsRunning()
        """) == (["Stopped", "Running", "Paused"], True, stepped, "Stopped", False)


def test_actors_and_tests_say_what_they_are_told(studio: Studio) -> None:
    assert studio.command("""
        local actor, heard, tests = Instance.new("Actor"), {}, game:GetService("TestService")
        actor:BindToMessage("sum", function(a, b) table.insert(heard, a + b) end)
        actor:SendMessage("sum", 1, 2)
        task.wait()
        tests:Check(false, "wrong")
        return heard, tests.ErrorCount, (pcall(tests.Require, tests, false, "needed")), tests.TestCount
    """) == ([3], 1, False, 2)
    assert [line.text for line in studio.output if line.text.startswith("TestService")] == [
        "TestService: wrong",
        "TestService: needed",
    ]


def test_an_image_is_there_once_it_is_asked_for(studio: Studio) -> None:
    loaded = (
        "local i = Instance.new(...) local before = i.IsLoaded i.Image = 'rbxassetid://1' return before, i.IsLoaded"
    )
    for name in ("ImageLabel", "ImageButton"):
        assert studio.command(loaded, name) == (False, True)


def test_points_are_awarded_and_counted(studio: Studio) -> None:
    assert studio.command("""
        local service, heard = game:GetService("PointsService"), {}
        service.PointsAwarded:Connect(function(...) heard = { ... } end)
        service:AwardPoints(7, 3)
        local given = { service:AwardPoints(7, 2) }
        task.wait()
        return given, heard, service:GetGamePointBalance(7), service:GetPointBalance(8), service:GetAwardablePoints()
    """) == ([7, 2, 5, 5], [7, 2, 5, 5], 5, 0, 0)
