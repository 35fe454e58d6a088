"""Each thing that Studio refuses, in Studio's words, at the author's line."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        opened.command('Instance.new("Part", workspace) Instance.new("Folder", workspace.Part)')
        yield opened


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("workspace.Part.Foo = 1", 'Foo is not a valid member of Part "Workspace.Part"'),
        ("return workspace.Part.Foo", 'Foo is not a valid member of Part "Workspace.Part"'),
        ("workspace.Part:Foo()", 'Foo is not a valid member of Part "Workspace.Part"'),
        ("workspace.Part.Size = 3", "Unable to assign property Size. Vector3 expected, got number"),
        ("workspace.Part.Anchored = 1", "Unable to assign property Anchored. boolean expected, got number"),
        ("workspace.Part.Transparency = {}", "Unable to assign property Transparency. number expected, got table"),
        ("workspace.Part.Name = nil", "Unable to assign property Name. string expected, got nil"),
        ("workspace.Part.Parent = 1", "Unable to assign property Parent. Instance expected, got number"),
        ('workspace.Part.Material = "Foo"', 'Invalid value "Foo" for enum Material'),
        (
            "workspace.Part.Material = Enum.PartType.Ball",
            (
                'Unable to assign property Material. EnumItem of type "Material" expected, '
                'got an EnumItem of type "PartType"'
            ),
        ),
        ("workspace.Part.ClassName = 'X'", "Unable to assign property ClassName. Property is read only"),
        ("workspace.Part.Parent = workspace.Part", "Attempt to set Workspace.Part as its own parent"),
        (
            "workspace.Part.Parent = workspace.Part.Folder",
            "Attempt to set parent of Workspace.Part to Workspace.Part.Folder would result in circular reference",
        ),
        (
            "local p = Instance.new('Part') p:Destroy() p.Parent = workspace",
            "The Parent property of Part is locked, current parent: NULL, new parent Workspace",
        ),
        (
            "workspace.Parent = nil",
            "The Parent property of Workspace is locked, current parent: Game, new parent NULL",
        ),
        ("Instance.new('Foo')", 'Unable to create an Instance of type "Foo"'),
        ("Instance.new('BasePart')", 'Unable to create an Instance of type "BasePart"'),
        ("game:GetService('Foo')", "'Foo' is not a valid Service name"),
        ("return Enum.Material.Foo", 'Foo is not a valid member of "Enum.Material"'),
        ("return Enum.Foo", 'Foo is not a valid member of "Enum"'),
        ("workspace.FindFirstChild('Part')", "Expected ':' not '.' calling member function FindFirstChild"),
        ("workspace:FindFirstChild()", "Argument 1 missing or nil"),
        ("workspace.Part:GetPropertyChangedSignal('Foo')", "Foo is not a valid property name."),
        ("workspace.Part.Touched:Connect(1)", "Attempt to connect failed: Passed value is not a function"),
        ("local v = Vector3.new(1, 2, 3) v.X = 2", "X cannot be assigned to"),
        ("return Vector3.new(1, 2, 3).W", "W is not a valid member of Vector3"),
        ("return Vector3.new() + 1", "attempt to perform arithmetic (add) on Vector3 and number"),
        ("Vector3.new({})", "invalid argument #1 to 'new' (number expected, got table)"),
        ("workspace.Part:SetAttribute('a b', 1)", "Attribute name 'a b' contains invalid characters"),
        ("workspace.Part:SetAttribute('a', {})", "table is not a supported attribute type"),
        ("workspace:IKMoveTo(workspace.Part, CFrame.new())", "WorldRoot:IKMoveTo has no behaviour outside Studio"),
        ("return Region3.new()", "invalid argument #1 to 'new' (Vector3 expected, got nil)"),
        ("for _ in pairs(nil) do end", "invalid argument #1 to 'pairs' (table expected, got nil)"),
        ("next(workspace)", "invalid argument #1 to 'next' (table expected, got Instance)"),
        ("rawset(Vector3.one, 1, 1)", "invalid argument #1 to 'rawset' (table expected, got Vector3)"),
        ("debug.traceback({})", "invalid argument #1 to 'traceback' (string expected, got table)"),
        ("BrickColor.new({}, {})", "invalid argument #1 to 'new' (number expected, got table)"),
        ("Random.new():Shuffle(table.freeze({ 1, 2 }))", "attempt to modify a readonly table"),
        ("game:GetService('SerializationService'):SerializeInstancesAsync(1)", "Unable to cast value to Objects"),
        ("require(1)", "Attempted to call require with invalid argument(s)."),
        ("local b = Instance.new('BindableFunction') return b.OnInvoke", "OnInvoke is a callback member of BindableFunction; you can only set the callback value, get is not available"),
        ("game:GetService('HttpService'):JSONDecode('{')", "Can't parse JSON"),
        ("game:GetService('HttpService'):JSONEncode({[workspace] = 1})", "Can't convert to JSON"),
    ],
)  # fmt: skip
def test_a_refusal_has_studios_words_and_the_authors_line(studio: Studio, source: str, message: str) -> None:
    with pytest.raises(LuauError) as caught:
        studio.command(f"\n\n{source}")
    assert str(caught.value) == f"Command:3: {message}"


@pytest.mark.parametrize(("given", "kept"), [("nil", False), ("workspace", True), ("{}", True)])
def test_nil_is_false_and_an_instance_true_where_a_boolean_is_kept(studio: Studio, given: str, kept: bool) -> None:
    made = f"local box = Instance.new('TextBox') box.MultiLine = {str(not kept).lower()} box.MultiLine = {given} return box.MultiLine"
    assert studio.command(made) is kept


def test_what_the_place_runs_holds_no_plugin_capability(studio: Studio) -> None:
    studio.output.clear()
    studio.command("""
        local script = Instance.new("Script")
        script.Name = "Sneak"
        script.Source = 'print(script.Source)'
        script.Parent = game:GetService("ServerScriptService")
    """)
    studio.run("ServerScriptService.Sneak")
    assert [line.text for line in studio.output] == [
        "ServerScriptService.Sneak:1: The current thread cannot read 'Source' (lacking capability Plugin)"
    ]


def test_an_object_hides_what_it_is_made_of(studio: Studio) -> None:
    assert studio.command("""
        return type(workspace), typeof(workspace), typeof(Vector3.zero), typeof(Enum.Material.Neon),
            typeof(workspace.Changed), getmetatable(workspace), pcall(setmetatable, workspace, {}), pcall(next, workspace)
    """)[:6] == ("userdata", "Instance", "Vector3", "EnumItem", "RBXScriptSignal", "The metatable is locked")
    assert studio.command("return (pcall(next, workspace)), (pcall(rawset, workspace, 'a', 1))") == (False, False)
