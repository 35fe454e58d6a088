"""A place from a file in headless Studio: every kind of value reaches the scripts that read it."""

import pytest

from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import as_place, read_model, write_model
from toolboxai.roblox.values import (
    Attributes,
    Axes,
    BrickColor,
    CFrame,
    Color3,
    ColorSequence,
    Content,
    EnumItem,
    Faces,
    Font,
    NumberRange,
    NumberSequence,
    PhysicalProperties,
    Ray,
    Rect,
    Ref,
    SecurityCapabilities,
    Tags,
    UDim,
    UDim2,
    UniqueId,
    Unset,
    Vector2,
    Vector3,
    Vector3int16,
)
from toolboxai.studio.studio import Studio

TURNED = (0.0, 0.0, 1.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0)
SEEN = [
    ("Part", "Size", Vector3(1, 2, 3), "it.Size == Vector3.new(1, 2, 3)"),
    ("Part", "Color", Color3(1.0, 0.0, 1.0), "it.Color == Color3.new(1, 0, 1)"),
    ("Part", "CFrame", CFrame(1, 2, 3, TURNED), "it.CFrame == CFrame.new(1, 2, 3, 0, 0, 1, 0, 1, 0, -1, 0, 0)"),
    ("Part", "Anchored", True, "it.Anchored == true"),
    ("Part", "Transparency", 0.25, "it.Transparency == 0.25"),
    ("Part", "Material", EnumItem("Material", "Wood"), "it.Material == Enum.Material.Wood"),
    ("Part", "Shape", EnumItem("PartType", "Ball"), "it.Shape == Enum.PartType.Ball"),
    ("Part", "CustomPhysicalProperties", PhysicalProperties(2, 0.5, 0.25, 1, 1, 0.5),
     "it.CustomPhysicalProperties.Density == 2 and it.CustomPhysicalProperties.AcousticAbsorption == 0.5"),
    ("Part", "CustomPhysicalProperties", Unset("PhysicalProperties"), "it.CustomPhysicalProperties == nil"),
    ("Part", "Attributes", Attributes.of({"n": 1.5, "v": Vector3(1, 2, 3), "f": Font("rbxasset://fonts/families/Arial.json")}),
     "it:GetAttribute('n') == 1.5 and it:GetAttribute('v').Z == 3 and it:GetAttribute('f').Family ~= ''"),
    ("Part", "Tags", Tags(("a", "b")), "it:HasTag('a') and it:HasTag('b') and not it:HasTag('c')"),
    ("Part", "UniqueId", UniqueId(1, 2, 3), "it.Name == 'Part'"),
    ("Part", "Capabilities", SecurityCapabilities(3), "it.Name == 'Part'"),
    ("Frame", "Size", UDim2(0.5, 1, 0.25, -2), "it.Size == UDim2.new(0.5, 1, 0.25, -2)"),
    ("Frame", "AnchorPoint", Vector2(0.5, 1), "it.AnchorPoint == Vector2.new(0.5, 1)"),
    ("UIPadding", "PaddingLeft", UDim(0.5, 3), "it.PaddingLeft == UDim.new(0.5, 3)"),
    ("UICorner", "CornerRadius", UDim(0, 8), "it.CornerRadius == UDim.new(0, 8)"),
    ("TextLabel", "FontFace", Font("rbxasset://fonts/families/GothamSSm.json", "Bold"), "it.Font == Enum.Font.GothamBold"),
    ("TextLabel", "Font", EnumItem("Font", "GothamBold"), "it.FontFace.Weight == Enum.FontWeight.Bold"),
    ("ImageLabel", "ImageContent", Content("rbxassetid://1"), "it.Image == 'rbxassetid://1' and it.ImageContent.Uri == it.Image"),
    ("ImageLabel", "Image", "rbxassetid://2", "it.Image == 'rbxassetid://2' and it.ImageContent.Uri == it.Image"),
    ("ImageLabel", "SliceCenter", Rect(1, 2, 3, 4), "it.SliceCenter == Rect.new(1, 2, 3, 4)"),
    ("Animation", "AnimationId", "rbxassetid://3", "it.AnimationId == 'rbxassetid://3'"),
    ("ScreenGui", "IgnoreGuiInset", True, "it.IgnoreGuiInset == true"),
    ("ParticleEmitter", "Lifetime", NumberRange(1, 2), "it.Lifetime == NumberRange.new(1, 2)"),
    ("ParticleEmitter", "Size", NumberSequence(((0, 1, 0), (1, 3, 0.5))), "it.Size.Keypoints[2].Value == 3"),
    ("ParticleEmitter", "Color", ColorSequence(((0, 1, 0, 0), (1, 0, 0, 1))), "it.Color.Keypoints[2].Value == Color3.new(0, 0, 1)"),
    ("RayValue", "Value", Ray(1, 2, 3, 4, 5, 6), "it.Value.Direction == Vector3.new(4, 5, 6)"),
    ("BrickColorValue", "Value", BrickColor(21), "it.Value == BrickColor.new('Bright red')"),
    ("IntValue", "Value", 2**40, "it.Value == 2^40"),
    ("StringValue", "Value", "a\0b", "it.Value == 'a\\0b'"),
    ("Handles", "Faces", Faces(("Back", "Top")), "it.Faces.Back and it.Faces.Top and not it.Faces.Left"),
    ("ArcHandles", "Axes", Axes(("X",)), "it.Axes.X and not it.Axes.Y"),
    ("TerrainRegion", "ExtentsMax", Vector3int16(1, 2, 3), "it.Name == 'TerrainRegion'"),
    ("ObjectValue", "Value", Ref("target"), "it.Value == workspace.Target"),
    ("Model", "WorldPivotData", CFrame(1, 2, 3), "it.Name == 'Model'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> dict[str, list[object]]:
    """What the table's expressions give in a place of each format, all its items mounted at once."""
    found: dict[str, list[object]] = {}
    for suffix in (".rbxl", ".rbxlx"):
        cases = [case for case in SEEN if suffix == ".rbxl" or case[2] != "a\0b"]
        folders = [
            Item("Folder", f"Case{index}", {}, [Item(class_name, class_name, {name: value})])
            for index, (class_name, name, value, _) in enumerate(cases)
        ]
        place = [
            Item("Workspace", "Workspace", {"Gravity": 50.0}, [*folders, Item("Part", "Target", referent="target")])
        ]
        with Studio() as studio:
            studio.mount(as_place(read_model(write_model(place, suffix))))
            asked = [
                f"(function() local it = workspace.Case{index}:GetChildren()[1] return {expression} end)()"
                for index, (_, _, _, expression) in enumerate(cases)
            ]
            told = studio.command(f"return workspace.Gravity, {', '.join(asked)}")
        assert told[0] == 50
        found[suffix] = [
            (case[0], case[1], case[3]) for case, answer in zip(cases, told[1:], strict=True) if answer is not True
        ]
    return found


@pytest.mark.parametrize("suffix", [".rbxl", ".rbxlx"])
def test_every_kind_of_value_reaches_scripts(answers: dict[str, list[object]], suffix: str) -> None:
    assert answers[suffix] == []


def test_an_address_and_its_content_are_one_value() -> None:
    with Studio() as studio:
        assert studio.command("""
            local label, told = Instance.new("ImageLabel"), {}
            for _, name in { "Image", "ImageContent" } do
                label:GetPropertyChangedSignal(name):Connect(function()
                    table.insert(told, name)
                end)
            end
            label.Image = "rbxassetid://1"
            local seen = label.ImageContent.Uri
            label.ImageContent = Content.fromUri("rbxassetid://2")
            label.ImageContent = Content.fromUri("rbxassetid://2")
            local back = label.Image
            label.ImageContent = Content.fromObject(Instance.new("Folder"))
            local object = label.Image == "" and label.ImageContent.Object ~= nil
            label.Image = ""
            task.wait()
            return seen, back, object, label.ImageContent.Object == nil, table.concat(told, " ")
        """) == (
            "rbxassetid://1", "rbxassetid://2", True, True,
            "Image ImageContent Image ImageContent Image ImageContent ImageContent",
        )  # fmt: skip


def test_names_of_attributes_that_only_the_engine_gives_are_mounted() -> None:
    held = Attributes.of({"RBX_OriginalTechnologyOnFileLoad": 3.0, "with space": True})
    with Studio() as studio:
        studio.mount(Item("Lighting", "Lighting", {"Attributes": held}))
        assert studio.command("return game.Lighting:GetAttribute('RBX_OriginalTechnologyOnFileLoad')") == 3
        assert studio.command("return game.Lighting:GetAttribute('with space')") is True


def test_an_unknown_class_is_left_out_with_a_warning() -> None:
    unknown = Item("Frobnicator", "F", {"X": 1.0}, [Item("Part", "Under", referent="under")], referent="f")
    second = Item("Frobnicator", "G", children=[Item("Whatsit", "Never told")])
    ways = [Item("ObjectValue", to, {"Value": Ref(to)}) for to in ("f", "under", "whole")]
    model = Item("Model", "M", {"PrimaryPart": Ref("under")}, [unknown, second, *ways], referent="whole")
    place = [Item("Workspace", "Workspace", {}, [model, Item("Whatsit", "W")]), Item("NoService", "NoService")]
    for suffix in (".rbxl", ".rbxlx"):
        with Studio() as studio:
            studio.mount(as_place(read_model(write_model(place, suffix))))
            assert [(line.kind, line.text) for line in studio.output] == [
                ("warn", "Workspace.M.F and 1 more left out: headless Studio's API facts have no class Frobnicator"),
                ("warn", "Workspace.W left out: headless Studio's API facts have no class Whatsit"),
                ("warn", "NoService left out: headless Studio's API facts have no class NoService"),
            ]
            assert studio.command("""
                local m = workspace.M
                return #m:GetChildren(), m.PrimaryPart == nil, m.f.Value == nil, m.under.Value == nil, m.whole.Value == m
            """) == (3, True, True, True, True)


def test_a_root_of_an_unknown_class_mounts_nothing() -> None:
    with Studio() as studio:
        studio.mount(Item("Frobnicator", "x", {}, [Item("Folder", "y")]), "ReplicatedStorage")
        assert [line.text for line in studio.output] == [
            "ReplicatedStorage.x left out: headless Studio's API facts have no class Frobnicator"
        ]
        assert studio.command("return #game.ReplicatedStorage:GetChildren()") == 0


def test_a_deep_tree_and_a_wide_one_are_mounted() -> None:
    root = item = Item("Folder", "Root")
    for depth in range(900):
        item.children.append(item := Item("Folder", str(depth)))
    root.children += [Item("IntValue", "N", {"Value": number}) for number in range(3000)]
    with Studio() as studio:
        studio.mount(root, "ReplicatedStorage")
        assert studio.command("""
            local sum = 0
            for _, child in game.ReplicatedStorage.Root:GetChildren() do
                sum += if child:IsA("IntValue") then child.Value else 0
            end
            return #game.ReplicatedStorage.Root:GetDescendants(), sum
        """) == (3900, sum(range(3000)))
