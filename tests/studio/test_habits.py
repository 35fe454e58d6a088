"""What other people's libraries take for granted of the engine, each found by one of them."""

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio
from toolboxai.studio.world import World


@pytest.fixture(params=available())
def studio(request: pytest.FixtureRequest) -> Studio:
    return Studio(request.param)


def test_a_function_goes_through_a_bindable_event(studio: Studio) -> None:
    assert studio.command("""
        local event, kept = Instance.new("BindableEvent"), {}
        task.defer(function()
            event:Fire(function() return kept end)
        end)
        return event.Event:Wait()() == kept
    """)


def test_a_thread_that_is_cancelled_while_it_waits_for_an_event_stays_so(studio: Studio) -> None:
    assert (
        studio.command("""
        local event, woken = Instance.new("BindableEvent"), 0
        local waiting = task.spawn(function()
            event.Event:Wait()
            woken += 1
        end)
        event.Event:Once(function() woken += 10 end)
        task.cancel(waiting)
        event:Fire()
        task.wait()
        return woken
    """)
        == 10
    )
    assert studio.output == []


def test_a_new_place_has_the_configurations_of_its_chat_and_its_services_by_name(studio: Studio) -> None:
    assert studio.command("""
        local chat = game:GetService("TextChatService")
        return chat.ChatWindowConfiguration.Enabled, chat.ChatInputBarConfiguration.ClassName,
            chat:FindFirstChildOfClass("BubbleChatConfiguration") ~= nil, game.RunService == game:GetService("RunService")
    """) == (True, "ChatInputBarConfiguration", True, True)


def test_connections_can_be_counted(studio: Studio) -> None:
    def connections() -> int:
        return int(studio.ask("connections")[0])

    before = connections()
    studio.command("""
        shared.part = Instance.new("Part", workspace)
        shared.touched = shared.part.Touched:Connect(print)
        shared.part:GetPropertyChangedSignal("Name"):Connect(print)
        shared.part:GetAttributeChangedSignal("A"):Connect(print)
        workspace.ChildAdded:Connect(print)
    """)
    assert connections() == before + 4
    studio.command("shared.touched:Disconnect()")
    assert connections() == before + 3
    studio.command("shared.part:Destroy()")
    assert connections() == before + 1


def test_os_clock_goes_with_the_games_time_and_sees_a_busy_loop(studio: Studio) -> None:
    busy, waited = studio.command("""
        local function work()
            local sum = 0
            for index = 1, 1e6 do sum += index % 7 end
            return sum
        end
        local begun = os.clock()
        work()
        local busy = os.clock() - begun
        begun = os.clock()
        local passed = time()
        for _ = 1, 5 do
            task.wait(0.02)
            work()
        end
        task.wait()
        return busy, os.clock() - begun - (time() - passed)
    """)
    assert busy > 0
    assert abs(waited) < busy


def test_a_test_runner_loads_a_module_anew_and_in_an_environment_of_its_own(studio: Studio) -> None:
    assert studio.command("""
        local module = Instance.new("ModuleScript")
        module.Name, module.Source = "Loaded", "count = (count or 0) + 1 return { count, script, given }"
        local work, message, clean = debug.loadmodule(module)
        local env = setmetatable({ given = 7 }, { __index = getfenv(work) })
        setfenv(work, env)
        local first, second = work(), work()
        clean()
        module.Source = "return ="
        local none, why = debug.loadmodule(module)
        return first[1], second[1], first[2] == module, first[3], message, none, why,
            (pcall(debug.loadmodule, workspace))
    """)[:6] == (1, 2, True, 7, None, None)


@pytest.mark.parametrize("engine", [engine for engine in available() if engine != "luau"])
def test_a_table_that_grows_as_it_is_gone_through_loses_no_key(engine: str) -> None:
    """Libraries give their methods second names so. Luau finds these keys too, as long as its tables lie as they lie."""
    assert Studio(engine).command("""
        local function lost(go)
            local count = 0
            for size = 1, 60 do
                local methods = {}
                for index = 1, size do methods["Name" .. index * 7919] = index end
                local before = table.clone(methods)
                go({ __index = methods }, methods)
                for name, value in before do
                    if methods[string.lower(name)] ~= value then count += 1 end
                end
            end
            return count
        end
        return lost(function(class) for name, f in next, class.__index do class.__index[string.lower(name)] = f end end),
            lost(function(class) for name, f in pairs(class.__index) do class.__index[string.lower(name)] = f end end),
            lost(function(_, methods) for name, f in methods do methods[string.lower(name)] = f end end),
            lost(function(_, methods)
                for name, f in methods do
                    methods[name] = nil
                    methods[string.lower(name)] = f
                end
            end)
    """) == (0, 0, 0, 0)


def test_a_tool_that_only_a_client_has_is_equipped_there_alone() -> None:
    with World() as world:
        ann = world.join("Ann")
        assert ann.run("""
            local player = game:GetService("Players").LocalPlayer
            local tool = Instance.new("Tool")
            tool.RequiresHandle = false
            tool.Parent = player.Backpack
            player.Character.Humanoid:EquipTool(tool)
            task.wait(0.5)
            return tool.Parent == player.Character
        """)
        assert world.server.get("game.Players.Ann.Character:FindFirstChildOfClass('Tool')") is None
