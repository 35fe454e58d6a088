"""What instances say of themselves and of each other: names, services, waiting, selectors, comparisons."""

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


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("Part", "Part"), ("IntValue", "Value"), ("DoubleConstrainedValue", "Value"), ("SpecialMesh", "Mesh"),
        ("BindableEvent", "Event"), ("WedgePart", "Wedge"),
    ],
)  # fmt: skip
def test_a_new_instance_has_studios_name(studio: Studio, class_name: str, name: str) -> None:
    assert studio.command("return Instance.new(...).Name", class_name) == name


def test_values_are_turned_as_studio_turns_them(studio: Studio) -> None:
    assert studio.command("""
        local part, value, label = Instance.new("Part"), Instance.new("IntValue"), Instance.new("TextLabel")
        part.Name, part.Transparency, part.Material = 5, "0.1", 272
        value.Value, label.ZIndex = 2.5, -1.5
        local exact = Instance.new("NumberValue")
        exact.Value = 0.1
        return part.Name, part.Transparency, part.Material.Name, value.Value, label.ZIndex, exact.Value
    """) == ("5", 0.10000000149011612, "SmoothPlastic", 3, -2, 0.1)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Instance.new('Part').CFrame = Vector3.zero", "Unable to assign property CFrame. CoordinateFrame expected, got Vector3"),
        ("game:IsAncestorOf(nil)", "Argument 1 missing or nil"),
        ("game:IsAncestorOf(5)", "Unable to cast value to Object"),
        ("workspace:FindFirstChild({})", "Unable to cast table to string"),
        ("game:GetService('TweenService'):Create(workspace, TweenInfo.new(), 5)", "Unable to cast to Dictionary"),
        ("return workspace < workspace", "attempt to compare Instance < Instance"),
        ("workspace()", "attempt to call a Instance value"),
        ("return game.Nothing", 'Nothing is not a valid member of DataModel "Game"'),
        ("return game.CoreGui.Missing", 'Missing is not a valid member of CoreGui "CoreGui"'),
        ("workspace:QueryDescendants('Part >')", 'Invalid selector "Part >" at character 7'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_studios_words(studio: Studio, source: str, message: str) -> None:
    with pytest.raises(LuauError) as caught:
        studio.command(source)
    assert str(caught.value) == f"Command:1: {message}"


def test_services_are_found_by_class_and_by_name(studio: Studio) -> None:
    assert studio.command("""
        local service = game:GetService("RunService")
        return game:GetService("Run Service") == service, game["Run Service"] == service, game.RunService == service,
            game.Lighting == game.lighting, game:service("Lighting") == game.Lighting
    """) == (True, True, True, True, True)


def test_an_old_method_does_what_the_one_that_replaced_it_does(studio: Studio) -> None:
    assert studio.command("""
        local folder = Instance.new("Folder")
        local part = Instance.new("Part", folder)
        return #folder:children(), folder:findFirstChild("Part") == part, part:isDescendantOf(folder)
    """) == (1, True, True)


def test_those_who_wait_for_one_name_wake_in_order_and_leave_nothing_behind(studio: Studio) -> None:
    assert studio.command("""
        local folder, heard = Instance.new("Folder"), {}
        for index, name in { "A", "A", "B", "C" } do
            task.spawn(function()
                table.insert(heard, tostring(folder:WaitForChild(name, if name == "C" then 0.1 else nil)) .. index)
            end)
        end
        local child = Instance.new("Folder")
        child.Name = "A"
        child.Parent = folder
        task.wait()
        child.Name = "B"
        task.wait(0.2)
        return heard
    """) == ["A1", "A2", "B3", "nil4"]


def test_an_endless_wait_is_warned_of_with_the_place_of_the_wait(studio: Studio) -> None:
    studio.output.clear()
    studio.command("task.spawn(function()\nlocal function deep() workspace:WaitForChild('Nobody') end\ndeep() end)")
    studio.step(6)
    assert [(line.kind, line.traceback.splitlines()) for line in studio.output] == [
        ("warn", ["Command:2 function deep", "Command:3"])
    ]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("Part", "A C"), ("BasePart", "A C"), (".Tag", "A"), ("#B", "B"), ("Part, Model", "A B C"), ("> Part", "A"),
        ("Part > Model", "B"), ("Part >> Part", "C"), ("#A > Part", ""), ("Part:has(Model)", "A"),
        ("Part:not(.Tag)", "C"), ("[$Power = 5]", "B"), ("[$Power]", "B"), ("Part[Transparency = 0.5]", "C"),
        ('[Name = "A"]', "A"), ("[Anchored = false]", "A C"), ("Model#B[$Power = 5] > Part", "C"),
    ],
)  # fmt: skip
def test_a_selector_means_descendants_in_the_order_of_the_tree(studio: Studio, selector: str, found: str) -> None:
    assert (
        studio.command(
            """
        local folder = Instance.new("Folder")
        local a = Instance.new("Part", folder)
        local b = Instance.new("Model", a)
        local c = Instance.new("Part", b)
        a.Name, b.Name, c.Name, c.Transparency = "A", "B", "C", 0.5
        a:AddTag("Tag")
        b:SetAttribute("Power", 5)
        local names = {}
        for _, instance in folder:QueryDescendants(...) do table.insert(names, instance.Name) end
        return table.concat(names, " ")
    """,
            selector,
        )
        == found
    )


def test_what_is_bound_to_its_place_outlives_its_siblings_and_has_no_copy(studio: Studio) -> None:
    assert studio.command("""
        local players = game:GetService("StarterPlayer")
        Instance.new("Folder", players)
        players:ClearAllChildren()
        return #players:GetChildren(), players:Clone()
    """) == (2, None)


def test_a_copy_has_no_callbacks_and_no_connections(studio: Studio) -> None:
    assert studio.command("""
        local original, heard = Instance.new("BindableFunction"), 0
        original.OnInvoke = function() return "original" end
        original.Changed:Connect(function() heard += 1 end)
        local copy = original:Clone()
        copy.Name = "Copy"
        local answer
        task.spawn(function() answer = copy:Invoke() end)
        task.wait(0.1)
        return answer, heard, original:Invoke()
    """) == (None, 0, "original")


def test_a_modules_error_is_shown_with_its_way_through_the_module(studio: Studio) -> None:
    studio.output.clear()
    source = "local function deep() error('no') end\ntask.wait()\ndeep()"
    studio.command(
        """
        local module = Instance.new("ModuleScript", game:GetService("ReplicatedStorage"))
        module.Name, module.Source = "Bad", ...
        assert(not pcall(require, module) and not pcall(require, module))
        module:Destroy()
    """,
        source,
    )
    assert [(line.text, line.traceback.splitlines()[:2]) for line in studio.output] == [
        ("ReplicatedStorage.Bad:1: no", ["ReplicatedStorage.Bad:1 function deep", "ReplicatedStorage.Bad:3"])
    ]


def test_text_becomes_code_for_the_command_bar_and_where_the_place_allows_it(studio: Studio) -> None:
    assert studio.command("""
        local work, message = loadstring("return return", "=Chunk")
        local compiled = loadstring("return word")
        setfenv(compiled, { word = "given" })
        return work, message, compiled(), select(2, pcall(loadstring("error('x')", "=Chunk")))
    """) == (None, "Chunk:1: Expected identifier when parsing expression, got 'return'", "given", "Chunk:1: x")
    studio.output.clear()
    script = Item("Script", "Sneak", {"Source": "print(pcall(loadstring, 'return 1'))"})
    studio.mount(script, "ServerScriptService")
    studio.run("ServerScriptService.Sneak")
    studio.mount(Item("ServerScriptService", "ServerScriptService", {"LoadStringEnabled": True}))
    studio.run("ServerScriptService.Sneak")
    assert "loadstring() is not available" in studio.output[0].text
    assert studio.output[1].text.startswith("true function")


def test_a_property_goes_back_to_its_default_by_the_way_that_sets_it(studio: Studio) -> None:
    assert studio.command("""
        local part, told = Instance.new("Part"), 0
        part.Size, part.Name = Vector3.one, "Other"
        part:GetPropertyChangedSignal("Size"):Connect(function() told += 1 end)
        local was = part:IsPropertyModified("Size")
        part:ResetPropertyToDefault("Size")
        part:ResetPropertyToDefault("Name")
        task.wait()
        return was, part:IsPropertyModified("Size"), part.Size == Instance.new("Part").Size, part.Name, told
    """) == (True, False, True, "Part", 1)


def test_what_is_removed_hangs_together_no_more(studio: Studio) -> None:
    assert studio.command("""
        local outer = Instance.new("Folder", workspace)
        local inner = Instance.new("Folder", outer)
        local leaf = Instance.new("Folder", inner)
        outer:Remove()
        local apart = outer.Parent == nil and inner.Parent == nil and leaf.Parent == nil
        leaf.Parent = workspace
        leaf:Destroy()
        return apart
    """)
