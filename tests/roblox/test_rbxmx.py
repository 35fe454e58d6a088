"""XML model files: what is written reads back, and what is no model is one fault with its place."""

import xml.sax
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roblox.trees import items, odd, odd_items, text_kinds
from toolboxai.roblox.attributeblob import decode_attributes
from toolboxai.roblox.model import Item, ModelFileError, ModelWriteError
from toolboxai.roblox.rbxmx import parse_rbxmx, read_rbxmx, write_rbxmx
from toolboxai.roblox.values import (
    Attributes,
    CFrame,
    Color3,
    Content,
    EnumItem,
    Ray,
    Ref,
    SharedString,
    UDim2,
    Vector3,
)


@settings(max_examples=100, deadline=None)
@given(roots=st.lists(items() | odd_items(odd | text_kinds), max_size=2))
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


@settings(max_examples=120, deadline=None)
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
    assert seen[:3] == ["roblox", "Meta", "Folder"]
    assert "Part" in seen


def test_a_script_with_crlf_keeps_it() -> None:
    source = "print(1)\r\nprint(2)\rprint(3)\n"
    assert parse_rbxmx(write_rbxmx([Item("Script", "S", {"Source": source})]))[0].source == source


@given(st.text(st.sampled_from("a\t\n\r\"'<&>é"), min_size=1))
def test_a_name_that_nobody_knows_keeps_every_letter(name: str) -> None:
    item = Item("Folder", "F", {name: True})
    assert parse_rbxmx(write_rbxmx([item])) == [item]


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
    assert wall.properties["MeshContent"] == Content("rbxassetid://7"), "what took MeshId's place"
    assert wall.properties["PhysicalConfigData"] == SharedString(b"hello")
    assert wall.properties["Material"] == EnumItem("Material", "Plastic")
    assert parse_rbxmx(write_rbxmx([house]))[0].find("Wall") == wall


def test_what_studio_of_long_ago_wrote_is_read() -> None:
    data = b"""<roblox version="4"><Item class="Part"><Properties>
        <float name="Transparency">1.#INF</float><float name="Reflectance">-1.#IND</float>
        <int name="Material">512</int><Content name="MissingId"><url>x</url></Content>
        <Vector3 name="size"><X>-1.#INF</X><Y>nan(ind)</Y><Z>1</Z></Vector3>
        <Color3 name="Color">4294901760</Color3><int name="BrickColor">21</int>
    </Properties></Item></roblox>"""
    (part,) = parse_rbxmx(data)
    held = part.properties
    assert held["Transparency"] == float("inf")
    assert held["Reflectance"] != held["Reflectance"]
    assert held["Material"] == EnumItem("Material", "Wood")
    size = held["Size"]
    assert isinstance(size, Vector3)
    assert (size.x, size.z) == (float("-inf"), 1.0)
    assert held["Color"] == Color3(1.0, 0.0, 0.0), "what is there has the say over the old BrickColor"
    assert "BrickColor" not in held


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
