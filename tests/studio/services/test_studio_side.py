"""What plugins meet in Studio: themes, menus, actions, windows, drags, dialogs, and the editor's callbacks."""

from collections.abc import Iterator

import pytest

from toolboxai.roblox.model import Item
from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


def plugin(source: str, name: str = "Mine") -> Item:
    return Item("Script", name, {"Source": source})


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        opened.install(plugin("_G.plugin = plugin"))
        yield opened


def test_a_theme_has_a_colour_for_every_item_and_tells_when_it_changes(studio: Studio) -> None:
    assert studio.command("""
        local studio = settings().Studio
        local seen, told = {}, 0
        studio.ThemeChanged:Once(function() told += 1 end)
        for _, theme in studio:GetAvailableThemes() do
            studio.Theme = theme
            for _, item in Enum.StudioStyleGuideColor:GetEnumItems() do
                for _, modifier in Enum.StudioStyleGuideModifier:GetEnumItems() do
                    assert(typeof(theme:GetColor(item, modifier)) == "Color3")
                end
            end
            local main = theme:GetColor(Enum.StudioStyleGuideColor.MainBackground)
            table.insert(seen, `{theme.Name} {main:ToHex()} {studio.Theme == theme}`)
        end
        task.wait()
        return seen, told
    """) == (["Light ffffff true", "Dark 2e2e2e true"], 1)
    studio.act("Theme", "set", "Light")
    assert studio.command('return settings().Studio.Theme.Name, settings().Studio["UI Theme"].Name') == (
        "Light",
        "Light",
    )


def test_a_menu_waits_for_the_users_choice(studio: Studio) -> None:
    studio.command("""
        local menu = _G.plugin:CreatePluginMenu("menu", "Menu")
        local inner = _G.plugin:CreatePluginMenu("inner", "More")
        menu:AddNewAction("one", "First")
        menu:AddSeparator()
        inner:AddNewAction("two", "Second").Triggered:Connect(function() _G.triggered = true end)
        menu:AddMenu(inner)
        task.spawn(function()
            _G.chosen = {}
            for index = 1, 2 do
                local action = menu:ShowAsync()
                _G.chosen[index] = if action then action.ActionId else "nothing"
            end
        end)
    """)
    assert studio.act("Menus", "shown") == ["First", "-", "More", "  Second"]
    studio.act("Menus", "choose", "Second")
    studio.act("Menus", "dismiss")
    assert studio.command("return _G.chosen, _G.triggered") == (["two", "nothing"], True)
    assert studio.act("Menus", "shown") == {}
    with pytest.raises(LuauError, match='the id "menu" is already used'):
        studio.command('_G.plugin:CreatePluginMenu("menu", "Again")')


def test_an_action_is_triggered_by_its_name(studio: Studio) -> None:
    studio.command("""
        _G.action = _G.plugin:CreatePluginAction("go", "Go there", "Goes", "icon", false)
        _G.action.Triggered:Connect(function() _G.went = true end)
    """)
    studio.act("Menus", "trigger", "Go there")
    assert studio.command("return _G.went, _G.action.AllowBinding, _G.action.StatusTip") == (True, False, "Goes")


def test_one_plugin_holds_the_mouse(studio: Studio) -> None:
    studio.install(plugin("_G.other = plugin", "Other"))
    studio.command("""
        _G.plugin.Deactivation:Connect(function() _G.deactivated = true end)
        _G.plugin:Activate(true)
        _G.held = { _G.plugin:IsActivated(), _G.plugin:IsActivatedWithExclusiveMouse() }
        _G.other:Activate(false)
    """)
    studio.step()
    assert studio.command(
        "return _G.held, _G.plugin:IsActivated(), _G.deactivated, _G.other:IsActivatedWithExclusiveMouse()"
    ) == ([True, True], False, True, False)


WINDOW = """
    local info = DockWidgetPluginGuiInfo.new(Enum.InitialDockState.Float, false, {override}, 300, 200, 100, 100)
    _G.window = plugin:CreateDockWidgetPluginGuiAsync("window", info)
    _G.seen = `{{_G.window.Enabled}} {{_G.window.HostWidgetWasRestored}}`
"""


def test_a_window_is_open_again_where_its_user_left_it_open() -> None:
    kept: dict[str, str] = {}
    seen = []
    for override in ("false", "false", "true"):
        with Studio(settings=kept) as studio:
            studio.install(plugin(WINDOW.format(override=override)))
            seen.append(studio.command("task.wait() _G.window.Title = 'W' return _G.seen"))
            studio.command("_G.window.Enabled = true")
    assert seen == ["false false", "true true", "false true"]


def test_what_is_dragged_comes_to_the_window_it_is_dropped_on(studio: Studio) -> None:
    studio.command("""
        local info = DockWidgetPluginGuiInfo.new(Enum.InitialDockState.Float, true)
        local window = _G.plugin:CreateDockWidgetPluginGuiAsync("target", info)
        window.Title = "Target"
        _G.drags = {}
        for _, event in { "PluginDragEntered", "PluginDragDropped" } do
            window[event]:Connect(function(data)
                table.insert(_G.drags, `{event} {data.Data} {data.MimeType} {data.Position}`)
            end)
        end
        _G.plugin:StartDrag({ Sender = "me", MimeType = "text/plain", Data = "42" })
    """)
    studio.act("Plugins", "drag", "Target", "Entered", 1, 2)
    studio.act("Plugins", "drag", "Target", "Dropped", 3, 4)
    assert studio.command("return _G.drags") == [
        "PluginDragEntered 42 text/plain 1, 2",
        "PluginDragDropped 42 text/plain 3, 4",
    ]


def test_files_and_assets_are_those_that_the_user_picks(studio: Studio) -> None:
    studio.act("StudioFiles", "pick", "notes.txt", "hello")
    studio.act("StudioFiles", "answer", "asset", 55)
    assert studio.command("""
        local service = game:GetService("StudioService")
        local file = service:PromptImportFileAsync({ "txt" })
        assert(string.find(file:GetTemporaryId(), '^rbxtemp://'))
        return file.Name, file:GetBinaryContents(), file.Size, service:PromptImportFileAsync({ "txt" }),
            _G.plugin:PromptForExistingAssetIdAsync("Model"), _G.plugin:PromptForExistingAssetIdAsync("Model")
    """) == ("notes.txt", "hello", 5, None, 55, -1)


def test_the_editor_asks_plugins_for_completions_and_diagnostics(studio: Studio) -> None:
    studio.mount(Item("Script", "Edited", {"Source": "local x = 1"}), "ServerScriptService")
    studio.command("""
        local editor = game:GetService("ScriptEditorService")
        editor:RegisterAutocompleteCallback("second", 2, function(request, response)
            table.insert(response.items, { label = `after {#response.items}` })
            return response
        end)
        editor:RegisterAutocompleteCallback("first", 1, function(request, response)
            local line = request.textDocument.document:GetLine(request.position.line)
            table.insert(response.items, { label = line })
            return response
        end)
        editor:RegisterScriptAnalysisCallback("lint", 1, function(request)
            return { diagnostics = { {
                range = { start = { line = 1, character = 7 }, ["end"] = { line = 1, character = 8 } },
                message = `{request.script.Name} has a short name`,
                severity = Enum.Severity.Warning,
            } } }
        end)
    """)
    path = "ServerScriptService.Edited"
    assert studio.act("ScriptEditor", "complete", path, 1, 3) == ["local x = 1", "after 1"]
    assert studio.act("ScriptEditor", "analyse", path) == [
        {"message": "Edited has a short name", "severity": "Warning", "range": [1, 7, 1, 8]}
    ]
    studio.command('game:GetService("ScriptEditorService"):DeregisterScriptAnalysisCallback("lint")')
    assert studio.act("ScriptEditor", "analyse", path) == {}
    with pytest.raises(LuauError, match='"first" is already registered'):
        studio.command('game:GetService("ScriptEditorService"):RegisterAutocompleteCallback("first", 1, print)')


def test_what_the_user_selects_and_sees_of_a_script_is_told(studio: Studio) -> None:
    studio.mount(Item("Script", "Seen", {"Source": "a\nb\nc"}), "ServerScriptService")
    studio.open_document("ServerScriptService.Seen")
    studio.command("""
        local document = game:GetService("ScriptEditorService"):FindScriptDocument(game.ServerScriptService.Seen)
        _G.told = {}
        document.SelectionChanged:Connect(function(...) table.insert(_G.told, table.concat({ ... }, " ")) end)
        document.ViewportChanged:Connect(function(...) table.insert(_G.told, table.concat({ ... }, "-")) end)
        _G.document = document
    """)
    studio.act("ScriptEditor", "select", "ServerScriptService.Seen", 2, 2, 1, 1)
    studio.act("ScriptEditor", "scroll", "ServerScriptService.Seen", 1, 2)
    assert studio.command("return _G.told, _G.document:GetSelectedText(), (select(2, _G.document:GetViewport()))") == (
        ["2 2 1 1", "1-2"],
        "a\nb",
        2,
    )
    assert studio.command('return game:GetService("StudioService").ActiveScript.Name') == "Seen"
