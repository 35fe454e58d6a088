"""The Python face: places in, commands, time, plugins, a user's hands, and what closing leaves behind."""

import threading
from collections.abc import Iterator

import pytest

from toolboxai.roblox.model import Item
from toolboxai.roblox.values import Attributes, EnumItem, Ref, Tags, Vector3
from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio, StudioTimeoutError

PLUGIN = """
local toolbar = plugin:CreateToolbar("Tools")
local button = toolbar:CreateButton("open", "Opens it", "", "Open it")
local info = DockWidgetPluginGuiInfo.new(Enum.InitialDockState.Left, false, false, 300, 200, 100, 100)
local widget = plugin:CreateDockWidgetPluginGuiAsync("Main", info)
widget.Title = require(script.Words).title
button.Click:Connect(function() widget.Enabled = not widget.Enabled end)
local label, box, go = Instance.new("TextLabel"), Instance.new("TextBox"), Instance.new("TextButton")
label.Text, box.Name, box.PlaceholderText, box.Text, go.Text = "Name?", "Name", "your name", "", "Go"
for _, element in { label, box, go } do element.Parent = widget end
go.Activated:Connect(function(input, clicks)
    label.Text = `Hello {box.Text} {clicks} {input.UserInputType.Name}`
    plugin:SetSetting("name", box.Text)
end)
box.FocusLost:Connect(function(enter) label.Text = `{box.Text} {enter}` end)
plugin.Unloading:Connect(function() print("bye", plugin:GetSetting("name")) end)
"""


@pytest.fixture(params=available())
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def studio(engine: str) -> Iterator[Studio]:
    with Studio(engine) as opened:
        yield opened


def plugin_item(source: str = PLUGIN) -> Item:
    words = Item("ModuleScript", "Words", {"Source": 'return { title = "My Window" }'})
    return Item("Script", "Tool", {"Source": source}, [words])


def test_commands_take_and_give_plain_values(studio: Studio) -> None:
    assert studio.command("return ...", 1, "é", [1, 2], {"a": True}, None) == (1, "é", [1, 2], {"a": True}, None)
    assert studio.command("return workspace, Vector3.one, Enum.Material.Neon") == (
        "Workspace",
        "1, 1, 1",
        "Enum.Material.Neon",
    )
    assert studio.command("local x = 1") is None


def test_a_command_may_wait_and_its_error_has_a_line_and_a_traceback(studio: Studio) -> None:
    assert studio.command("task.wait(0.02) return 5") == 5
    with pytest.raises(LuauError, match=r"^Command:2: oh$") as caught:
        studio.command("local function f() task.wait()\nerror('oh') end f()")
    assert "Command:2" in caught.value.traceback
    with pytest.raises(LuauError, match=r"^Command:1: "):
        studio.command("local = 1")


def test_a_mounted_tree_fills_services_and_keeps_every_value(studio: Studio) -> None:
    part = Item(
        "Part",
        "Gem",
        {
            "Size": Vector3(1, 2, 3),
            "Material": EnumItem("Material", "Neon"),
            "Attributes": Attributes.of({"Power": 3}),
            "Tags": Tags(("Coin",)),
        },
    )
    module = Item("ModuleScript", "Shared", {"Source": "return 7"})
    studio.mount(
        Item("DataModel", "Game", children=[
            Item("Workspace", "Workspace", children=[part]),
            Item("ReplicatedStorage", "ReplicatedStorage", children=[module]),
        ])
    )  # fmt: skip
    assert studio.command("""
        local gem = workspace.Gem
        return gem.Size, gem.Material.Name, gem:GetAttribute("Power"), gem:HasTag("Coin"),
            require(game.ReplicatedStorage.Shared), #game:GetService("ReplicatedStorage"):GetChildren()
    """) == ("1, 2, 3", "Neon", 3, True, 7, 1)


def test_a_large_tree_comes_over_whole_and_in_order(studio: Studio) -> None:
    models = [Item("Model", f"M{n}", children=[Item("Folder", f"F{n}"), Item("Folder", "Last")]) for n in range(400)]
    studio.mount(Item("Folder", "All", children=models), "Workspace")
    names = studio.command(
        "local names = {} for at, one in workspace.All:GetDescendants() do names[at] = one.Name end return names"
    )
    assert names == [name for n in range(400) for name in (f"M{n}", f"F{n}", "Last")]


def test_references_of_a_mounted_tree_point_into_it(studio: Studio) -> None:
    part = Item("Part", "Root", referent="R1")
    studio.mount(Item("Model", "Car", {"PrimaryPart": Ref("R1")}, [part], referent="R0"), "Workspace")
    assert studio.command("return workspace.Car.PrimaryPart == workspace.Car.Root")


def test_run_starts_server_scripts_and_those_that_come_later(studio: Studio) -> None:
    def script(name: str, **properties: bool) -> Item:
        return Item(
            "Script", name, {"Source": "print(script.Name, game:GetService('RunService'):IsRunning())", **properties}
        )

    studio.mount(script("A"), "ServerScriptService")
    studio.mount(script("B", Enabled=False), "Workspace")
    studio.mount(script("C"), "ServerStorage")
    studio.start()
    studio.command("game.ServerStorage.C.Parent = workspace workspace.B.Enabled = true")
    assert [line.text for line in studio.output] == ["A true", "C true", "B true"]


def test_modules_are_required_once_by_instance_or_path_and_say_what_failed(studio: Studio) -> None:
    def module(name: str, source: str, *children: Item) -> Item:
        return Item("ModuleScript", name, {"Source": source}, list(children))

    studio.mount(
        Item("Folder", "Lib", children=[
            module("Main", 'return { require("./Other"), require("@self/Inner"), require("../Lib/Other") }',
                   module("Inner", "return 'inner'")),
            module("Other", "print('once') return 'other'"),
            module("Bad", "\nerror('broken')"),
            module("Two", "return 1, 2"),
            module("Ping", 'return require("./Pong")'),
            module("Pong", 'return require("./Ping")'),
        ]),
        "ReplicatedStorage",
    )  # fmt: skip
    assert studio.command("return require(game.ReplicatedStorage.Lib.Main)") == ["other", "inner", "other"]
    assert [line.text for line in studio.output] == ["once"]
    studio.output.clear()
    for name, said in (
        ("Bad", "ReplicatedStorage.Lib.Bad:2: broken"),
        ("Two", "ReplicatedStorage.Lib.Two: Module code did not return exactly one value"),
        ("Ping", "ReplicatedStorage.Lib.Pong:1: Requested module was required recursively"),
    ):
        with pytest.raises(LuauError, match="Requested module experienced an error while loading"):
            studio.command(f"require(game.ReplicatedStorage.Lib.{name})")
        assert said in [line.text for line in studio.output]


def test_frames_and_timers_follow_the_clock_that_is_told(studio: Studio) -> None:
    studio.command("""
        _G.frames, _G.late = 0, false
        game:GetService("RunService").Heartbeat:Connect(function(seconds) _G.frames += 1 _G.seconds = seconds end)
        task.delay(1, function() _G.late = true end)
    """)
    for _ in range(30):
        studio.step(1 / 60)
    assert studio.command("return _G.frames >= 30, _G.late")[1] is False
    studio.step(0.6)
    assert studio.command("return _G.late, math.abs(_G.seconds - 0.6) < 1e-6 or _G.seconds") == (True, True)


def test_waiting_ends_when_the_condition_holds_and_raises_when_it_never_does(studio: Studio) -> None:
    studio.command("task.delay(0.05, function() workspace.Name = 'Ready' end)")
    studio.run_until("workspace.Name == 'Ready'", 5)
    with pytest.raises(StudioTimeoutError, match=r"`1 == 2` did not come true within 0\.05 s"):
        studio.run_until("1 == 2", 0.05)


def test_a_button_of_two_is_meant_by_the_end_of_its_path(studio: Studio) -> None:
    studio.command("""
        local screen = Instance.new("ScreenGui", game:GetService("CoreGui"))
        for _, name in { "Left", "Right" } do
            local button = Instance.new("TextButton", Instance.new("Frame", screen))
            button.Text, button.Size, button.Parent.Name = "Go", UDim2.fromOffset(50, 20), name
            button.Parent.Size, button.Parent.Position = UDim2.fromOffset(50, 20), UDim2.fromOffset(if name == "Left" then 0 else 90, 0)
            button.Activated:Connect(function() print(name) end)
        end
    """)
    with pytest.raises(LuauError, match=r'2 of class GuiButton answer to "Go"; take the end of a path: .*Left.*Right'):
        studio.click("Go")
    studio.click("Right.TextButton")
    assert [line.text for line in studio.output] == ["Right"]


def test_rich_text_is_read_and_clicked_without_its_marks(studio: Studio) -> None:
    studio.command("""
        local button = Instance.new("TextButton", Instance.new("ScreenGui", game:GetService("CoreGui")))
        button.RichText, button.Text, button.Size = true, '<b>Go</b> on', UDim2.fromOffset(50, 20)
        button.Activated:Connect(function() print("went") end)
    """)
    assert studio.texts() == ["Go on"]
    studio.click("Go on")
    assert [line.text for line in studio.output] == ["went"]


def test_a_plugin_shows_a_window_that_hands_can_use(engine: str) -> None:
    kept: dict[str, str] = {}
    with Studio(engine, settings=kept) as studio:
        name = studio.install(plugin_item())
        assert studio.texts() == []
        studio.click("Open it")
        assert studio.texts() == ["My Window", "Name?", "your name", "Go"]
        studio.type("Name", "Ada", enter=True)
        assert studio.texts()[1] == "Ada true"
        studio.click("Go")
        assert studio.texts()[1] == "Hello Ada 1 MouseButton1"
        with pytest.raises(LuauError, match='no GuiButton answers to "Stop"; shown are: Go'):
            studio.click("Stop")
        studio.close_window("My Window")
        assert studio.texts() == []
        studio.unload(name)
        assert [line.text for line in studio.output] == ["bye Ada"]
        with pytest.raises(LuauError, match="no GuiButton"):
            studio.click("Open it")
    with Studio(engine, settings=kept) as studio:
        studio.install(Item("Script", "Tool", {"Source": 'print(plugin:GetSetting("name"))'}))
        assert [line.text for line in studio.output] == ["Ada"]


def test_settings_lose_what_studio_loses(studio: Studio) -> None:
    studio.install(
        Item("Script", "Tool", {"Source": r"""
            plugin:SetSetting("path", { at = "C:\\dir" })
            print(plugin:GetSetting("path").at)
            for _, key in { "a.b", "a\nb", 'a"b' } do
                plugin:SetSetting(key, 1)
                print(plugin:GetSetting(key))
            end
        """})
    )  # fmt: skip
    assert [line.text for line in studio.output] == ["C:dir", "nil", "nil", "nil"]


def test_errors_of_plugins_name_their_file(studio: Studio) -> None:
    studio.install(Item("Script", "Tool", {"Source": "\nlocal x = nil + 1"}))
    assert studio.output[0].kind == "error"
    assert studio.output[0].text.startswith(
        "user_Tool.rbxmx.Tool:2: attempt to perform arithmetic (add) on nil and number"
    )


def test_script_sync_owns_what_it_is_told_to(studio: Studio) -> None:
    studio.mount(Item("Script", "Main"), "Workspace")
    source = "return game:GetService('InstanceFileSyncService'):GetStatus(workspace.Main).Name"
    assert studio.command(source) == "NotSynced"
    studio.set_script_sync("Workspace.Main")
    assert studio.command(source) == "SyncedAsRoot"


def test_studios_live_side_by_side_and_leave_no_thread(engine: str) -> None:
    before = set(threading.enumerate())
    first, second = Studio(engine), Studio(engine)
    first.command("_G.x = 1 workspace.Name = 'First'")
    assert second.command("return _G.x, workspace.Name") == (None, "Workspace")
    first.close()
    first.close()
    second.close()
    assert set(threading.enumerate()) == before
