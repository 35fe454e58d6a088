"""What clients have of the server's place: equal trees after any changes, nothing that is the server's own, local changes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolboxai.studio
from toolboxai.studio.engines import available
from toolboxai.studio.world import Player, World

ENGINE = Path(toolboxai.studio.__file__).resolve().parent / "engine"

DESCRIBE = """
local function describe(node, root)
    local parts = { node.ClassName, node.Name }
    local ok, value = pcall(function() return node.Value end)
    if ok then
        local target = tostring(value)
        if typeof(value) == "Instance" then
            -- What is in no place, or in the server's own, the other side need not have.
            local isShared = value:IsDescendantOf(workspace) or value:IsDescendantOf(game.ReplicatedStorage)
            target = if isShared then value:GetFullName() else "nil"
        end
        table.insert(parts, target)
    end
    if node:IsA("BasePart") then
        table.insert(parts, tostring(node.Transparency))
        table.insert(parts, tostring(node.Position))
        table.insert(parts, node.Material.Name)
    end
    local attributes = {}
    for name, held in node:GetAttributes() do
        table.insert(attributes, name .. "=" .. tostring(held))
    end
    table.sort(attributes)
    local tags = node:GetTags()
    table.sort(tags)
    local children = {}
    for _, child in node:GetChildren() do
        table.insert(children, describe(child))
    end
    table.sort(children)
    return table.concat({
        table.concat(parts, ","), table.concat(attributes, ","), table.concat(tags, ","), table.concat(children, ";"),
    }, "|") .. "."
end
return describe(game.Workspace.Root) .. describe(game.ReplicatedStorage)
"""

PERFORM = """
local steps = ...
local nodes = _G.nodes
local CLASSES = { "Folder", "Part", "IntValue", "ObjectValue", "Model" }
local PLACES = { workspace.Root, game.ReplicatedStorage, game.ServerStorage }
local function pick(index)
    return nodes[index % math.max(#nodes, 1) + 1]
end
local function place(index)
    return if index % 2 == 0 then PLACES[index % 3 + 1] else pick(index) or workspace.Root
end
local acts = {}
function acts.create(a, b)
    local node = Instance.new(CLASSES[a % #CLASSES + 1])
    node.Name = "N" .. a % 5
    if node:IsA("Part") then node.Anchored = true end
    table.insert(nodes, node)
    acts.move(#nodes - 1, b)
end
function acts.move(a, b)
    pcall(function() pick(a).Parent = place(b) end)
end
function acts.rename(a, b)
    pick(a).Name = "R" .. b % 7
end
function acts.set(a, b)
    local node = pick(a)
    if node:IsA("IntValue") then node.Value = b
    elseif node:IsA("ObjectValue") then node.Value = if b % 5 == 0 then nil else pick(b)
    elseif node:IsA("Part") then
        node.Transparency = b % 4 / 4
        node.Position = Vector3.new(b, a, 0)
        node.Material = if b % 2 == 0 then "Neon" else "Wood"
    end
end
function acts.attribute(a, b)
    pick(a):SetAttribute("A" .. b % 3, if b % 4 == 0 then nil else b)
end
function acts.tag(a, b)
    local node = pick(a)
    if node:HasTag("T" .. b % 2) then node:RemoveTag("T" .. b % 2) else node:AddTag("T" .. b % 2) end
end
function acts.destroy(a)
    local node = pick(a)
    local kept = {}
    for _, other in nodes do
        if other ~= node and not other:IsDescendantOf(node) then table.insert(kept, other) end
    end
    node:Destroy()
    _G.nodes, nodes = kept, kept
end
for _, step in steps do
    if #nodes > 0 or step[1] == "create" then
        acts[step[1]](step[2], step[3])
    end
end
"""

CLEAR = """
for _, node in _G.nodes or {} do node:Destroy() end
_G.nodes = {}
if not workspace:FindFirstChild("Root") then
    local root = Instance.new("Folder")
    root.Name, root.Parent = "Root", workspace
end
"""

Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "move", "rename", "set", "attribute", "tag", "destroy"]),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[World, Player]]:
    with World() as world:
        world.server.run("game.Players.CharacterAutoLoads = false")
        yield world, world.join("Ann")


@settings(max_examples=40)
@given(rounds=st.lists(steps, min_size=1, max_size=3))
def test_trees_are_equal_after_any_changes(played: tuple[World, Player], rounds: list[list[Step]]) -> None:
    world, ann = played
    world.server.run(CLEAR)
    for sequence in rounds:
        world.server.run(PERFORM, [list(step) for step in sequence])
        world.step()
        world.step()
        assert ann.run(DESCRIBE) == world.server.run(DESCRIBE)


def test_who_joins_late_has_the_same(played: tuple[World, Player]) -> None:
    world, ann = played
    world.server.run(CLEAR)
    world.server.run(PERFORM, [["create", n, n * 3] for n in range(12)] + [["set", n, n * 7] for n in range(12)])
    world.step()
    late = world.join("Late")
    assert late.run(DESCRIBE) == ann.run(DESCRIBE) == world.server.run(DESCRIBE)
    late.leave()


@pytest.fixture
def world() -> Iterator[World]:
    with World("game.Players.CharacterAutoLoads = false") as opened:
        yield opened


@pytest.fixture(params=available())
def everywhere(request: pytest.FixtureRequest) -> Iterator[World]:
    with World("game.Players.CharacterAutoLoads = false", engine=request.param) as opened:
        yield opened


def test_what_is_the_servers_own_stays_there(world: World) -> None:
    world.server.run(
        """
        for _, place in { game.ServerStorage, game.ServerScriptService, game.ReplicatedStorage } do
            local folder = Instance.new("Folder")
            folder.Name, folder.Parent = "Secret", place
            Instance.new("Script", folder).Source = "print('secret')"
            Instance.new("ModuleScript", folder).Source = "return 'shared'"
        end
        """
    )
    ann = world.join("Ann")
    assert not ann.sees("ServerStorage.Secret")
    assert not ann.sees("ServerScriptService.Secret")
    assert ann.get("game.ReplicatedStorage.Secret.Script.Source") == ""
    assert ann.get("require(game.ReplicatedStorage.Secret.ModuleScript)") == "shared"
    world.server.run("game.ServerStorage.Secret.Parent = workspace")
    world.step()
    assert ann.sees("Workspace.Secret.ModuleScript")
    world.server.run("workspace.Secret.Parent = game.ServerStorage")
    world.step()
    assert not ann.sees("Workspace.Secret")


def test_a_clients_changes_stay_with_it_until_the_server_changes_the_same(world: World) -> None:
    world.server.run("local pad = Instance.new('Part') pad.Name = 'Pad' pad.Parent = workspace pad.Anchored = true")
    ann = world.join("Ann")
    ann.run("workspace.Pad.Transparency = 0.5 Instance.new('Part', workspace).Name = 'Mine'")
    world.step()
    assert world.server.get("workspace.Pad.Transparency") == 0
    assert not world.server.sees("Workspace.Mine")
    world.server.run("workspace.Pad.Transparency = 0.25")
    world.step()
    assert ann.get("workspace.Pad.Transparency") == 0.25
    ann.run("workspace.Pad:Destroy()")
    world.step()
    assert world.server.sees("Workspace.Pad")
    world.server.run("workspace.Pad.Transparency = 0.75")
    world.step()
    assert not ann.sees("Workspace.Pad")


def test_a_client_that_took_its_tree_apart_goes_on(world: World) -> None:
    world.server.run(
        """
        local model, part, folder = Instance.new("Model"), Instance.new("Part"), Instance.new("Folder")
        part.Anchored, part.Parent, folder.Parent, model.Parent = true, model, model, workspace
        """
    )
    ann = world.join("Ann")
    ann.run("workspace.Model.Part:Destroy() workspace.Model.Folder.Parent = nil")
    world.server.run(
        """
        local model = workspace.Model
        model.PrimaryPart, model.Part.Name, model.Part.Parent = model.Part, "Moved", workspace
        model.Folder:Destroy()
        model.Name = "Named"
        """
    )
    world.step()
    assert ann.tree("Workspace")[1:] == ["Model Named"]


def test_what_all_sides_share_needs_nothing_of_one_side() -> None:
    listed = (ENGINE / "network" / "Same.luau").read_text("utf-8").split("SAME =")[1].split("}")[0]
    same = re.findall(r'"([\w./]+)"', listed)

    def is_same(path: Path) -> bool:
        return path.relative_to(ENGINE).as_posix().startswith(tuple(same))

    shared = [path for path in ENGINE.rglob("*.luau") if is_same(path)]
    assert len(shared) > len(same)
    for path in shared:
        for request in re.findall(r'require(?: :: any\))?\(["`](\.[^"`{]+)["`]\)', path.read_text("utf-8")):
            assert is_same((path.parent / f"{request}.luau").resolve()), f"{path.name} requires {request}"


def test_each_side_has_its_own_modules_and_globals(everywhere: World) -> None:
    world = everywhere
    world.server.run("Instance.new('ModuleScript', game.ReplicatedStorage).Source = 'return {}'")
    ann, bob = world.join("Ann"), world.join("Bob")
    sides: list[Any] = [world.server, ann, bob]
    for number, side in enumerate(sides):
        side.run("require(game.ReplicatedStorage.ModuleScript).who = ... _G.who, shared.who = ..., ...", number)
    for number, side in enumerate(sides):
        read = side.run("return require(game.ReplicatedStorage.ModuleScript).who, _G.who, shared.who")
        assert read == (number, number, number)


def test_a_client_hears_of_what_comes_whole(world: World) -> None:
    ann = world.join("Ann")
    ann.run(
        """
        workspace.ChildAdded:Connect(function(child)
            print(child.Name, #child:GetDescendants(), child.PrimaryPart, child.Link.Value)
        end)
        workspace.ChildRemoved:Connect(function(child) print("gone", child.Name) end)
        """
    )
    world.server.run(
        """
        local model = Instance.new("Model")
        local part, link = Instance.new("Part"), Instance.new("ObjectValue")
        part.Parent, link.Parent, link.Name = model, model, "Link"
        model.PrimaryPart, link.Value, model.Name = part, game.ReplicatedStorage, "Whole"
        model.Parent = workspace
        """
    )
    world.step()
    world.server.run("workspace.Whole:Destroy()")
    world.step()
    assert ann.output == ["Whole 2 Part ReplicatedStorage", "gone Whole"]


def test_a_sound_plays_on_every_side(world: World) -> None:
    world.server.run("local sound = Instance.new('Sound', workspace) sound.SoundId = 'rbxassetid://1' sound:Play()")
    ann = world.join("Ann")
    assert ann.get("workspace.Sound.Playing") is True
    world.server.run("workspace.Sound:Stop()")
    world.step()
    assert ann.get("workspace.Sound.Playing") is False


def test_references_find_what_comes_later(world: World) -> None:
    ann = world.join("Ann")
    world.server.run(
        """
        local link, target = Instance.new("ObjectValue"), Instance.new("Folder")
        link.Name, target.Name, link.Value, link.Parent = "Link", "Target", target, workspace
        target.Parent = game.ServerStorage
        """
    )
    world.step()
    assert ann.get("workspace.Link.Value") is None
    world.server.run("game.ServerStorage.Target.Parent = workspace")
    world.step()
    assert ann.get("workspace.Link.Value == workspace.Target") is True
    for place in ("game.ServerStorage", "workspace"):
        world.server.run(f"workspace.Link.Value.Parent = {place}")
        world.step()
    assert ann.get("workspace.Link.Value == workspace.Target") is True


def test_only_its_own_player_gui_is_there(world: World) -> None:
    ann, bob = world.join("Ann"), world.join("Bob")
    world.server.run("Instance.new('ScreenGui', game.Players.Ann.PlayerGui).Name = 'Shop'")
    world.step()
    assert ann.sees("Players.Ann.PlayerGui.Shop")
    assert not bob.sees("Players.Ann.PlayerGui")
    assert bob.sees("Players.Ann")
