"""Model files: what is written reads back, and what is no model is one fault with its place."""

import string
import xml.sax
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.roblox import api
from toolboxai.roblox.attributeblob import decode_attributes
from toolboxai.roblox.model import Item, ModelFileError, ModelWriteError
from toolboxai.roblox.rbxmx import parse_rbxmx, read_rbxmx, write_rbxmx
from toolboxai.roblox.values import (
    Attributes,
    Axes,
    Binary,
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
    Opaque,
    PhysicalProperties,
    Ray,
    Rect,
    Ref,
    SharedString,
    Tags,
    UDim,
    UDim2,
    Value,
    Vector2,
    Vector3,
    Vector3int16,
)  # fmt: skip

number = st.floats(allow_nan=False)
small = st.floats(width=32, allow_nan=False)
integer = st.integers(-(2**31), 2**31 - 1)
text = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters="".join(map(chr, {*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13}))
    )
)
tricky = st.sampled_from(
    ["]]>", "<![CDATA[", "&amp;", "\r\n", "\r", "\n", " ", "\t", "</Item>", "\u2028", "\ufeff", "\x85", "\U0001f409"]
)
words = st.lists(tricky | text, max_size=4).map("".join)
identifier = st.text(string.ascii_letters, min_size=1, max_size=6)


def rows(cls: type, count: int, of: st.SearchStrategy[Any] = number) -> st.SearchStrategy[Any]:
    return st.tuples(*[of] * count).map(lambda numbers: cls(*numbers))


cframe = st.tuples(number, number, number, st.tuples(*[number] * 9)).map(lambda parts: CFrame(*parts))
color = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: Color3(*(channel / 255 for channel in rgb)))
weights = st.sampled_from(["Thin", "Regular", "Bold", "Heavy"])
font = st.builds(Font, st.just("rbxasset://fonts/x.json"), weights, st.sampled_from(["Normal", "Italic"]))
material = st.sampled_from(sorted((api.find_enum("Material") or {})["items"])).map(
    lambda name: EnumItem("Material", name)
)
numbers = st.lists(st.tuples(small, small, small), min_size=1, max_size=3).map(tuple).map(NumberSequence)
colors = st.lists(st.tuples(small, small, small, small), min_size=1, max_size=3).map(tuple).map(ColorSequence)
exact32 = [
    rows(Vector2, 2, small), rows(Vector3, 3, small), rows(Color3, 3, small), rows(NumberRange, 2, small),
    rows(Rect, 4, small), st.builds(UDim, small, integer), st.builds(UDim2, small, integer, small, integer),
    st.integers(0, 2**31).map(BrickColor), material, font, numbers, colors,
    st.tuples(small, small, small, st.tuples(*[small] * 9)).map(lambda parts: CFrame(*parts)),
]  # fmt: skip
attribute = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.booleans(), number, *exact32)
attributes = st.dictionaries(st.text(string.ascii_letters, min_size=1), attribute, max_size=4).map(Attributes.of)
tags = st.lists(st.text(string.printable[:62], min_size=1), max_size=3).map(tuple).map(Tags)

BY_CLASS: dict[str, dict[str, st.SearchStrategy[Value]]] = {
    "Folder": {"Attributes": attributes, "Tags": tags, "Archivable": st.booleans()},
    "ModuleScript": {"Source": words},
    "Part": {
        "Size": rows(Vector3, 3), "Color": color, "CFrame": cframe, "Anchored": st.booleans(), "Material": material,
        "Transparency": number, "CustomPhysicalProperties": rows(PhysicalProperties, 6), "CollisionGroup": words,
        "RootPriority": integer, "Shape": st.just(EnumItem("PartType", "Ball")),
    },
    "TextLabel": {
        "Text": words, "Size": st.builds(UDim2, number, integer, number, integer), "TextColor3": rows(Color3, 3),
        "FontFace": font, "AnchorPoint": rows(Vector2, 2),
    },
    "ParticleEmitter": {"Color": colors, "Size": numbers, "Lifetime": rows(NumberRange, 2)},
    "ImageLabel": {
        "ImageContent": st.sampled_from([Content(), Content("rbxassetid://1")]), "SliceCenter": rows(Rect, 4),
        "Image": st.sampled_from(["", "rbxassetid://1?a=b&c=d"]),
    },
    "UIPadding": {"PaddingLeft": st.builds(UDim, number, integer)},
    "RayValue": {"Value": rows(Ray, 6)},
    "IntValue": {"Value": st.integers(-(2**63), 2**63 - 1)},
    "NumberValue": {"Value": st.floats(allow_nan=False)},
    "Handles": {"Faces": st.sets(st.sampled_from(["Back", "Bottom", "Front", "Left", "Right", "Top"])).map(lambda s: Faces(tuple(sorted(s))))},
    "ArcHandles": {"Axes": st.sets(st.sampled_from("XYZ")).map(lambda s: Axes(tuple(sorted(s))))},
    "BrickColorValue": {"Value": st.integers(1, 1000).map(BrickColor)},
    "NewerThanTheFacts": {
        "A": words, "B": st.booleans(), "C": integer, "D": rows(Vector3, 3), "E": st.binary().map(SharedString),
        "F": st.binary().map(Binary), "G": rows(Vector3int16, 3, integer), "H": st.just(Opaque("UniqueId", "00ff")),
    },
}  # fmt: skip


def items() -> st.SearchStrategy[Item]:
    def build(children: st.SearchStrategy[list[Item]]) -> st.SearchStrategy[Item]:
        def of(class_name: str) -> st.SearchStrategy[Item]:
            properties = st.fixed_dictionaries({}, optional=BY_CLASS[class_name])
            return st.builds(Item, st.just(class_name), words, properties, children)

        return st.sampled_from(sorted(BY_CLASS)).flatmap(of)

    return st.recursive(build(st.just([])), lambda inner: build(st.lists(inner, max_size=3)), max_leaves=6)


@settings(max_examples=200, deadline=None)
@given(roots=st.lists(items(), max_size=2))
def test_what_is_written_reads_back(roots: list[Item]) -> None:
    data = write_rbxmx(roots)
    assert parse_rbxmx(data) == roots
    assert write_rbxmx(parse_rbxmx(data)) == data


@settings(max_examples=50, deadline=None)
@given(root=items(), data=st.data())
def test_the_bytes_do_not_depend_on_the_order_of_properties(root: Item, data: st.DataObject) -> None:
    before = write_rbxmx([root])
    for _, item in root.walk():
        item.properties = dict(data.draw(st.permutations(list(item.properties.items()))))
    assert write_rbxmx([root]) == before


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damage_is_read_or_is_one_fault_with_a_place(data: st.DataObject) -> None:
    sound = write_rbxmx([data.draw(items())])
    at = data.draw(st.integers(0, len(sound)))
    cut = data.draw(st.integers(0, 8))
    damaged = sound[:at] + data.draw(st.binary(max_size=4)) + sound[at + cut :]
    found: ModelFileError | None = None
    try:
        parse_rbxmx(damaged)
    except ModelFileError as fault:
        found = fault
    assert found is None or (found.diagnostic.line >= 1 and found.diagnostic.message and found.remedy)


def test_references_lead_to_the_item_they_led_to() -> None:
    target = Item("Part", "Door", referent="door")
    root = Item(
        "Model", "House", {"PrimaryPart": Ref("door")}, [Item("ObjectValue", "Way", {"Value": Ref("door")}), target]
    )
    (found,) = parse_rbxmx(write_rbxmx([root]))
    door = found.find("Door")
    assert door is not None
    assert found.properties["PrimaryPart"] == Ref(door.referent)
    assert parse_rbxmx(write_rbxmx([Item("ObjectValue", "None", {"Value": Ref()})]))[0].properties["Value"] == Ref()


def test_names_and_types_on_disk_are_the_engines() -> None:
    part = Item(
        "Part", "P", {"Size": Vector3(1, 2, 3), "Color": Color3(1, 0, 0), "Shape": EnumItem("PartType", "Ball")}
    )
    script = Item("Script", "S", {"Source": "print(1)\nif a]]>b then end"})
    xml_text = write_rbxmx([part, script]).decode()
    assert '<Vector3 name="size"><X>1</X><Y>2</Y><Z>3</Z></Vector3>' in xml_text
    assert '<Color3uint8 name="Color3uint8">4294901760</Color3uint8>' in xml_text
    assert '<token name="shape">0</token>' in xml_text
    assert (
        '<ProtectedString name="Source"><![CDATA[print(1)\nif a]]]]><![CDATA[>b then end]]></ProtectedString>'
        in xml_text
    )


def test_any_xml_reader_reads_what_is_written() -> None:
    seen: list[str] = []

    class Names(xml.sax.ContentHandler):
        def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
            seen.append(attrs.get("class", name))

    xml.sax.parseString(write_rbxmx([Item("Folder", "<&'\"\r\n>", {}, [Item("Part", "]]>")])]), Names())
    assert seen[:2] == ["roblox", "Folder"]
    assert "Part" in seen


def test_a_script_with_crlf_keeps_it() -> None:
    source = "print(1)\r\nprint(2)\rprint(3)\n"
    assert parse_rbxmx(write_rbxmx([Item("Script", "S", {"Source": source})]))[0].source == source


def test_a_file_as_studio_writes_it_is_read() -> None:
    data = b"""<roblox xmlns:xmime="http://www.w3.org/2005/05/xmlmime" version="4">
\t<Meta name="ExplicitAutoJoints">true</Meta>
\t<External>null</External>
\t<External>nil</External>
\t<Item class="Model" referent="RBX1">
\t\t<Properties>
\t\t\t<Ref name="PrimaryPart">RBX2</Ref>
\t\t\t<OptionalCoordinateFrame name="WorldPivotData"><CFrame><X>1</X><Y>2</Y><Z>3</Z><R00>1</R00><R01>0</R01><R02>0</R02><R10>0</R10><R11>1</R11><R12>0</R12><R20>0</R20><R21>0</R21><R22>1</R22></CFrame></OptionalCoordinateFrame>
\t\t\t<BinaryString name="AttributesSerialize"></BinaryString>
\t\t\t<SecurityCapabilities name="Capabilities">0</SecurityCapabilities>
\t\t\t<string name="Name">House</string>
\t\t\t<int64 name="SourceAssetId">-1</int64>
\t\t\t<BinaryString name="Tags"></BinaryString>
\t\t\t<UniqueId name="UniqueId">44b188dace632b4702e9c68d004815fc</UniqueId>
\t\t</Properties>
\t\t<Item class="MeshPart" referent="RBX2">
\t\t\t<Properties>
\t\t\t\t<Content name="MeshId"><url>rbxassetid://7</url></Content>
\t\t\t\t<PhysicalProperties name="CustomPhysicalProperties"><CustomPhysics>false</CustomPhysics></PhysicalProperties>
\t\t\t\t<SharedString name="PhysicalConfigData">abc=</SharedString>
\t\t\t\t<token name="Material">256</token>
\t\t\t\t<token name="TopSurface">99</token>
\t\t\t\t<string name="Name">Wall</string>
\t\t\t</Properties>
\t\t</Item>
\t</Item>
\t<SharedStrings>
\t\t<SharedString md5="abc=">aGVs
bG8=</SharedString>
\t</SharedStrings>
</roblox>"""
    (house,) = parse_rbxmx(data)
    wall = house.find("Wall")
    assert house.name == "House"
    assert house.properties["WorldPivotData"] == CFrame(1.0, 2.0, 3.0)
    assert house.properties["PrimaryPart"] == Ref("RBX2")
    assert wall is not None
    assert wall.referent == "RBX2"
    assert wall.properties["MeshId"] == "rbxassetid://7"
    assert wall.properties["PhysicalConfigData"] == SharedString(b"hello")
    assert wall.properties["Material"] == EnumItem("Material", "Plastic")
    assert parse_rbxmx(write_rbxmx([house]))[0].find("Wall") == wall


def test_attributes_in_studios_own_bytes() -> None:
    # Two UDim2 values as documented bytes, and a rotation by right angles (0x02 is none, 0x06 turns Y to Z).
    udim2 = bytes.fromhex("01000000 01000000 41 0A 0000803f 02000000 00004040 04000000")
    assert decode_attributes(udim2).get("A") == UDim2(1.0, 2, 3.0, 4)
    turned = bytes.fromhex("01000000 01000000 41 14 00000000 00000000 00000000 02")
    assert decode_attributes(turned).get("A") == CFrame(0.0, 0.0, 0.0)
    assert decode_attributes(b"") == Attributes()


BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><roblox version="4">&b;</roblox>'
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><roblox version="4"><Item class="&x;"/></roblox>'


@pytest.mark.parametrize(
    ("data", "line", "rule"),
    [
        (b"", 1, "model/xml"),
        (b"not xml", 1, "model/xml"),
        (b'<roblox version="4">\n<Item class="Part">', 2, "model/xml"),
        (b"<html></html>", 1, "model/root"),
        (b"<roblox>\n\n<Item></Item></roblox>", 3, "model/item"),
        (b'<roblox><Item class="Part"><Properties>\n<bool name="Anchored">maybe</bool>', 2, "model/property"),
        (b'<roblox><Item class="Part"><Properties>\n<Vector3 name="size"><X>1</X></Vector3>', 2, "model/property"),
        (b'<roblox><Item class="Part"><Properties>\n<bool>true</bool>', 2, "model/property"),
        (b'<roblox><Item class="Part"><Properties><SharedString name="X">gone</SharedString></Properties></Item></roblox>', 1, "model/property"),
        (b'<roblox><Item class="Folder"><Properties><BinaryString name="AttributesSerialize">////fw==</BinaryString>', 1, "model/property"),
        (b'<roblox version="4">' + b'<Item class="Folder">' * 5000, 1, "model/depth"),
        (b"<roblox!\x89\xff\r\n\x1a\n", 1, "model/binary"),
        (BOMB, 1, "model/hostile"),
        (OUTSIDE, 1, "model/hostile"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_one_fault_with_its_place(data: bytes, line: int, rule: str) -> None:
    with pytest.raises(ModelFileError) as fault:
        parse_rbxmx(data, "a.rbxmx")
    assert (fault.value.diagnostic.path, fault.value.diagnostic.line, fault.value.diagnostic.rule) == (
        "a.rbxmx",
        line,
        rule,
    )
    assert fault.value.remedy


def test_a_missing_file_is_a_fault(tmp_path: Any) -> None:
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_rbxmx(tmp_path / "gone.rbxmx")


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (Item("Script", "S", {"Source": "a\nb\0"}), r"Top\.S\.Source cannot be written: line 2 of it has U\+0000"),
        (Item("Script", "S\x1b"), r"U\+001B"),
        (Item("Part", "P", {"Anchored": "yes"}), "'yes' is no bool"),
        (Item("Part", "P", {"Anchored": 1}), "1 is no bool"),
        (Item("Part", "P", {"Transparency": True}), "True is no float"),
        (Item("Part", "P", {"RootPriority": 1.5}), "1.5 is no int"),
        (Item("IntValue", "I", {"Value": 2**63}), "is no int64"),
        (Item("Part", "P", {"Material": EnumItem("Material", "Cheese")}), "Enum.Material.Cheese is no item"),
        (Item("Part", "P", {"Material": EnumItem("PartType", "Ball")}), "is no item of Enum.Material"),
        (Item("ObjectValue", "O", {"Value": Ref("nobody")}), "no item of the tree has the referent 'nobody'"),
        (Item('Part" x="', "P"), "which is no name"),
        (Item("Folder", "F", {"Attributes": Attributes.of({"a": Ray()})}), "'a' is a Ray, which attributes cannot hold"),
    ],
)  # fmt: skip
def test_an_item_that_no_file_can_hold_is_a_fault_with_its_path(item: Item, reason: str) -> None:
    with pytest.raises(ModelWriteError, match=reason) as fault:
        write_rbxmx([Item("Folder", "Top", {}, [item])])
    assert "Top." in str(fault.value)


def test_a_deep_tree_is_written_without_recursion() -> None:
    root = item = Item("Folder", "0")
    for depth in range(1, 900):
        item.children.append(item := Item("Folder", str(depth)))
    (found,) = parse_rbxmx(write_rbxmx([root]))
    assert sum(1 for _ in found.walk()) == 900
