"""Binary model files: what is written reads back, and every type is as the format has it."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roblox.handmade import chunk, file, instances, prop, tree
from roblox.trees import items, odd_items
from toolboxai.roblox import disk
from toolboxai.roblox.chunks import string
from toolboxai.roblox.lanes import read_floats, read_referents, read_whole, write_floats, write_referents, write_whole
from toolboxai.roblox.model import Item, ModelFileError, ModelWriteError
from toolboxai.roblox.modelfile import read_model, write_model
from toolboxai.roblox.rbxm import parse_rbxm
from toolboxai.roblox.rbxmwriter import default, write_rbxm
from toolboxai.roblox.rbxmx import parse_rbxmx, write_rbxmx
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
    OfKind,
    OpaqueColumn,
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
    Value,
    Vector2,
    Vector3,
    Vector3int16,
)


def whole(roots: list[Item]) -> list[Item]:
    """The roots as a binary file has them: every instance of a class has the properties of all of them."""
    every = [item for root in roots for _, item in root.walk()]
    kinds: dict[tuple[str, str], str] = {}
    for item in every:
        for name, value in item.properties.items():
            kinds[item.class_name, name] = disk.kind_to_write(disk.by_name(item.class_name, name), value)[0]

    def filled(item: Item) -> Item:
        lacking = {
            name: disk.as_read(stored, kind, default(stored, item.class_name, kind))
            for (class_name, name), kind in kinds.items()
            if class_name == item.class_name and (stored := disk.by_name(class_name, name))
        }
        return replace(item, properties=lacking | item.properties, children=[filled(c) for c in item.children])

    return [filled(root) for root in roots]


# --- laws -------------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(roots=st.lists(items(), max_size=2), odd=odd_items(), compression=st.sampled_from(["lz4", "zstd", "none"]))
def test_what_is_written_reads_back(roots: list[Item], odd: Item, compression: str) -> None:
    for top in (roots, [odd]):
        data = write_rbxm(top, compression)
        found = parse_rbxm(data)
        # Defaults are of 64 bits; a file has 32, whichever it is.
        assert found == parse_rbxmx(write_rbxmx(whole(top)))
        assert write_rbxm(found, compression) == data


@settings(max_examples=60, deadline=None)
@given(roots=st.lists(items(), max_size=2), odd=odd_items())
def test_both_formats_say_the_same(roots: list[Item], odd: Item) -> None:
    for top in (whole(roots), [odd]):
        from_xml = parse_rbxmx(write_rbxmx(top))
        assert parse_rbxm(write_rbxm(from_xml)) == from_xml == parse_rbxm(write_rbxm(top))
        assert write_rbxmx(parse_rbxm(write_rbxm(from_xml))) == write_rbxmx(from_xml)


@settings(max_examples=30, deadline=None)
@given(root=items(), data=st.data())
def test_the_bytes_do_not_depend_on_the_order_of_properties(root: Item, data: st.DataObject) -> None:
    before = write_rbxm([root])
    for _, item in root.walk():
        item.properties = dict(data.draw(st.permutations(list(item.properties.items()))))
    assert write_rbxm([root]) == before


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_damage_is_read_or_is_one_fault_with_a_place(data: st.DataObject) -> None:
    sound = write_rbxm([data.draw(items())], data.draw(st.sampled_from(["none", "none", "lz4", "zstd"])))
    at = data.draw(st.integers(0, len(sound)))
    cut = data.draw(st.integers(0, 8))
    damaged = sound[:at] + data.draw(st.binary(max_size=4)) + sound[at + cut :]
    found: ModelFileError | None = None
    try:
        read_model(damaged)
    except ModelFileError as fault:
        found = fault
    assert found is None or (found.diagnostic.column >= 1 and found.diagnostic.message and found.remedy)


whole_numbers = st.lists(st.integers(-(2**31), 2**31 - 1))


@given(numbers=whole_numbers, floats=st.lists(st.floats(width=32)))
def test_rows_are_what_a_look_at_each_number_gives(numbers: list[int], floats: list[float]) -> None:
    row = struct.pack(f"<{len(numbers)}i", *numbers)
    folded = [(n << 1 ^ n >> 31) & 0xFFFFFFFF for n in numbers]
    assert write_whole(row) == bytes(n >> shift & 255 for shift in (24, 16, 8, 0) for n in folded)
    assert read_whole(write_whole(row)) == row
    row = struct.pack(f"<{len(floats)}f", *floats)
    bits = [(n << 1 | n >> 31) & 0xFFFFFFFF for n in struct.unpack(f"<{len(floats)}I", row)]
    assert write_floats(row) == bytes(n >> shift & 255 for shift in (24, 16, 8, 0) for n in bits)
    assert read_floats(write_floats(row)) == row


@given(st.lists(st.integers(-1, 2**30)))
def test_referents_read_back(numbers: list[int]) -> None:
    assert read_referents(write_referents(numbers)) == numbers


# --- what files hold --------------------------------------------------------------------------------------------------


def test_a_file_as_its_description_has_it() -> None:
    """Bytes written down by hand from the format's public description: a Part in a Folder, each chunk packed its way."""
    numbers = bytes.fromhex("7f 00 00 00")  # 1.0, its sign at the low end
    size = b"\x0e" + bytes.fromhex("7f 00 00 00 80 00 00 00 80 80 00 00")  # 1, 2, 3
    head = struct.pack("<I", 1) + string(b"Part") + b"\0" + struct.pack("<I", 1)
    found = parse_rbxm(
        file(
            chunk(b"META", b"\0\0\0\0"),
            instances(0, b"Folder"),
            chunk(b"INST", head + bytes.fromhex("00 00 00 02"), "lz4"),
            chunk(b"PROP", struct.pack("<I", 1) + string(b"size") + size, "zstd"),
            prop(1, b"Transparency", b"\x04" + numbers),
            prop(1, b"Color3uint8", b"\x1a\xff\x00\x80"),
            prop(1, b"CFrame", b"\x10\x02" + numbers * 3),
            prop(1, b"shape", b"\x12\0\0\0\x02"),
            prop(1, b"Name", b"\x01" + string(b"Wall")),
            prop(1, b"NotYetSaved", b""),
            tree((1, 0), (0, -1)),
            chunk(b"SIGN", b"whatever"),
        )
    )
    wall = Item("Part", "Wall", {
        "Size": Vector3(1.0, 2.0, 3.0), "Transparency": 1.0, "Color": Color3(1.0, 0.0, 128 / 255),
        "CFrame": CFrame(1.0, 1.0, 1.0), "Shape": EnumItem("PartType", "Cylinder"),
    })  # fmt: skip
    assert found == [Item("Folder", "Folder", {}, [wall])]


def little(*numbers: float) -> str:
    return struct.pack(f"<{len(numbers)}f", *numbers).hex()


# By the format's public description, by hand: 1.0 is 7f000000 in a row of floats, 2.0 is 80000000, 0.5 is 7e000000; of
# whole numbers 1 is 2, 2 is 4, -1 is 1.
BY_HAND = [
    ("StringValue", "Value", "01 02000000 6162", "ab"),
    ("Part", "Anchored", "02 01", True),
    ("Part", "RootPriority", "03 00000001", -1),
    ("Part", "Transparency", "04 7f000001", -1.0),
    ("NumberValue", "Value", "05 000000000000e03f", 0.5),
    ("UIPadding", "PaddingLeft", "06 7e000000 00000004", UDim(0.5, 2)),
    ("Frame", "Size", "07 7f000000 80000000 00000002 00000001", UDim2(1.0, 1, 2.0, -1)),
    ("RayValue", "Value", f"08 {little(1, 2, 3, 4, 5, 6)}", Ray(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)),
    ("Handles", "Faces", "09 21", Faces(("Front", "Right"))),
    ("ArcHandles", "Axes", "0a 05", Axes(("X", "Z"))),
    ("BrickColorValue", "Value", "0b 00000015", BrickColor(21)),
    ("TextLabel", "TextColor3", "0c 7f000000 7e000000 00000000", Color3(1.0, 0.5, 0.0)),
    ("Frame", "AnchorPoint", "0d 7f000000 80000000", Vector2(1.0, 2.0)),
    ("Part", "CFrame", "10 03 7f000000 80000000 7e000000", CFrame(1.0, 2.0, 0.5, (1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0))),
    ("Part", "CFrame", f"10 00 {little(1, 2, 3, 4, 5, 6, 7, 8, 9)} 7f000000 80000000 7e000000",
     CFrame(1.0, 2.0, 0.5, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0))),
    ("TerrainRegion", "ExtentsMax", "14 0100 ffff 0200", Vector3int16(1, -1, 2)),
    ("ParticleEmitter", "Size", f"15 02000000 {little(0, 1, 0, 1, 2, 0.5)}", NumberSequence(((0.0, 1.0, 0.0), (1.0, 2.0, 0.5)))),
    ("ParticleEmitter", "Color", f"16 02000000 {little(0, 1, 0.5, 0.25, 0, 1, 0, 0, 1, 0)}",
     ColorSequence(((0.0, 1.0, 0.5, 0.25), (1.0, 0.0, 0.0, 1.0)))),
    ("ParticleEmitter", "Lifetime", f"17 {little(1, 2)}", NumberRange(1.0, 2.0)),
    ("ImageLabel", "SliceCenter", "18 7f000000 80000000 7e000000 7f000000", Rect(1.0, 2.0, 0.5, 1.0)),
    ("Part", "CustomPhysicalProperties", f"19 03 {little(1, 2, 3, 4, 5, 6)}", PhysicalProperties(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)),
    ("Part", "CustomPhysicalProperties", "19 00", Unset("PhysicalProperties")),
    ("Part", "Color", "1a ff 00 33", Color3(1.0, 0.0, 0.2)),
    ("IntValue", "Value", "1b 0000000000000001", -1),
    ("Model", "WorldPivotData", "1e 10 02 7f000000 80000000 7e000000 02 01", CFrame(1.0, 2.0, 0.5)),
    ("Model", "WorldPivotData", "1e 10 02 00000000 00000000 00000000 02 00", Unset("OptionalCFrame")),
    ("Folder", "UniqueId", "1f 00000001 00000002 0000000000000006", UniqueId(1, 2, 3)),
    ("TextLabel", "FontFace", "20 01000000 66 bc02 01 01000000 67", Font("f", "Bold", "Italic", "g")),
    ("Folder", "Capabilities", "21 0000000000000006", SecurityCapabilities(3)),
    ("ImageLabel", "ImageContent", "22 00000002 01000000 01000000 75 00000000 00000000", Content("u")),
    ("ImageLabel", "ImageContent", "22 00000000 00000000 00000000 00000000", Content()),
]  # fmt: skip


@pytest.mark.parametrize(("class_name", "name", "column", "value"), BY_HAND)
def test_every_type_in_bytes_by_hand(class_name: str, name: str, column: str, value: Value) -> None:
    stored = disk.by_name(class_name, name)
    data = bytes.fromhex(column)
    (found,) = parse_rbxm(file(instances(0, class_name.encode()), prop(0, stored.disk.encode(), data), tree((0, -1))))
    assert found.properties == {name: value}
    assert string(stored.disk.encode()) + data in write_rbxm([found], "none")


def test_physical_properties_from_before_acoustics() -> None:
    data = bytes.fromhex(f"19 01 {little(1, 2, 3, 4, 5)}")
    (found,) = parse_rbxm(file(instances(0, b"Part"), prop(0, b"CustomPhysicalProperties", data), tree((0, -1))))
    assert found.properties == {"CustomPhysicalProperties": PhysicalProperties(1.0, 2.0, 3.0, 4.0, 5.0, 1.0)}


def test_references_lead_to_the_item_they_led_to() -> None:
    target = Item("Part", "Door", referent="door")
    picture = Item("ImageLabel", "Picture", {"ImageContent": Content(None, "door")})
    way = Item("ObjectValue", "Way", {"Value": Ref("door")})
    for write, parse in ((write_rbxm, parse_rbxm), (write_rbxmx, parse_rbxmx)):
        (found,) = parse(write([Item("Model", "House", {"PrimaryPart": Ref("door")}, [way, picture, target])]))
        door, image, value = (found.find(name) for name in ("Door", "Picture", "Way"))
        assert door is not None
        assert image is not None
        assert value is not None
        assert found.properties["PrimaryPart"] == value.properties["Value"] == Ref(door.referent)
        assert image.properties["ImageContent"] == Content(None, door.referent)


def test_a_reference_out_of_the_file_is_none() -> None:
    away = b"\x13" + write_referents([7])
    (found,) = parse_rbxm(file(instances(0, b"ObjectValue"), prop(0, b"Value", away), tree((0, -1))))
    assert found.properties == {"Value": Ref()}


def test_a_place_holds_its_services_without_the_data_model() -> None:
    place = Item("DataModel", "Game", {}, [Item("Workspace", "Workspace", {}, [Item("Part", "P")])])
    for suffix in (".rbxl", ".rbxlx"):
        assert read_model(write_model([place], suffix)) == place.children
    assert b"Workspace\1\1\0\0\0" in write_rbxm(place.children, "none"), "services are marked as such"


def test_what_newer_properties_replace_moves_to_them() -> None:
    label = Item("TextLabel", "L", {"Font": EnumItem("Font", "GothamBold")})
    image = Item("ImageLabel", "I", {"Image": "rbxassetid://1"})
    old = Item("Part", "P", {"BrickColor": BrickColor(21)})
    corner = Item("UICorner", "C", {"CornerRadius": UDim(0.0, 8)})
    gui = Item("ScreenGui", "G", {"IgnoreGuiInset": True})
    both = Item("ImageLabel", "B", {"Image": "rbxassetid://1", "ImageContent": Content("rbxassetid://2")})
    for write, parse in ((write_rbxm, parse_rbxm), (write_rbxmx, parse_rbxmx)):
        kept = {item.name: item.properties for item in parse(write([label, image, old, corner, gui, both]))}
        assert kept["L"] == {"FontFace": Font("rbxasset://fonts/families/GothamSSm.json", "Bold")}
        assert kept["I"] == {"ImageContent": Content("rbxassetid://1")}
        assert kept["B"] == {"ImageContent": Content("rbxassetid://2")}
        assert kept["P"] == {"Color": Color3(196 / 255, 40 / 255, 28 / 255)}
        corners = ("BottomLeft", "BottomRight", "TopLeft", "TopRight")
        assert kept["C"] == {f"{name}Radius": UDim(0.0, 8) for name in corners}
        assert kept["G"] == {"ScreenInsets": EnumItem("ScreenInsets", "DeviceSafeInsets")}


def test_tags_may_stand_among_the_shared_strings() -> None:
    shared = chunk(b"SSTR", struct.pack("<II", 0, 1) + bytes(16) + string(b"a\0b"))
    found = parse_rbxm(file(shared, instances(0, b"Part"), prop(0, b"Tags", b"\x1c\0\0\0\0"), tree((0, -1))))
    assert found[0].properties == {"Tags": Tags(("a", "b"))}
    xml_text = (
        b'<roblox><Item class="Part"><Properties><SharedString name="Tags">k</SharedString></Properties></Item>'
        b'<SharedStrings><SharedString md5="k">YQBi</SharedString></SharedStrings></roblox>'
    )
    assert parse_rbxmx(xml_text)[0].properties == {"Tags": Tags(("a", "b"))}


def test_numbers_of_another_width_become_the_propertys() -> None:
    part = prop(0, b"Transparency", b"\x05" + struct.pack("<d", 0.5))
    number = prop(1, b"Value", b"\x03" + write_whole(struct.pack("<i", -3)))
    found = parse_rbxm(
        file(instances(0, b"Part"), instances(1, b"IntValue", first=1), part, number, tree((0, -1), (1, -1)))
    )
    assert [item.properties for item in found] == [{"Transparency": 0.5}, {"Value": -3}]


def test_a_value_that_is_none_of_its_property_is_kept_as_it_is() -> None:
    odd = prop(0, b"Anchored", b"\x01" + string(b"yes"))
    found = parse_rbxm(file(instances(0, b"Part"), odd, tree((0, -1))))
    assert found[0].properties == {"Anchored": OfKind("string", "yes")}
    for write, parse in ((write_rbxm, parse_rbxm),):
        assert parse(write(found)) == found


def test_types_that_nobody_knows_survive_in_binary_files_and_are_told_in_others() -> None:
    chunks = (
        instances(0, b"Part", 2),
        prop(0, b"Newer", b"\x77opaque bytes"),
        prop(0, b"Longer", b"\x02\1\1and more than booleans have"),
        tree((1, -1), (0, -1)),
    )
    found = parse_rbxm(file(*chunks))
    # The tree's order is not the file's: values stand by the file's.
    assert [item.properties["Newer"] for item in found] == [
        OpaqueColumn(0x77, b"opaque bytes", 1, 2), OpaqueColumn(0x77, b"opaque bytes", 0, 2),
    ]  # fmt: skip
    data = write_rbxm(found)
    assert parse_rbxm(data) == found
    with pytest.raises(ModelWriteError, match="unknown type 0x77 of a binary file"):
        write_rbxmx(found)
    with pytest.raises(ModelWriteError, match="its type is not known"):
        write_rbxm(found[:1])


def test_chunks_that_nobody_knows_are_told() -> None:
    notes: list = []
    read_model(file(chunk(b"NEWS", b"x"), instances(0, b"Part"), tree((0, -1))), name="a.rbxm", notes=notes)
    assert [(note.rule, note.column) for note in notes] == [("model/left-out", 33)]


def test_text_that_is_not_utf8_is_kept_as_bytes() -> None:
    item = Item("StringValue", "S", {"Value": Binary(b"\xff\xfe")})
    assert parse_rbxm(write_rbxm([item])) == [item]
    with pytest.raises(ModelWriteError, match="is not UTF-8, which XML cannot hold"):
        write_rbxmx([item])


def test_text_may_have_what_xml_cannot_say() -> None:
    item = Item("Script", "S\0", {"Source": "a\0b\x1b"})
    assert parse_rbxm(write_rbxm([item])) == [item]


def test_attributes_of_types_that_nobody_knows_are_kept() -> None:
    blob = struct.pack("<I", 1) + string(b"A") + b"\x77whatever"
    item = Item("Folder", "F", {"Attributes": Binary(blob)})
    for write, parse in ((write_rbxm, parse_rbxm), (write_rbxmx, parse_rbxmx)):
        assert parse(write([item])) == [item]
    newer = Attributes.of({"E": OfKind("Enum.Newer", disk.enum_item("Newer", 3))})
    assert parse_rbxm(write_rbxm([Item("Folder", "F", {"Attributes": newer})]))[0].properties["Attributes"] == newer


def test_two_names_of_one_property_are_one_on_disk() -> None:
    sound = Item("Sound", "S", {"MaxDistance": 5.0, "RollOffMaxDistance": 7.0})
    for write, parse in ((write_rbxm, parse_rbxm), (write_rbxmx, parse_rbxmx)):
        assert parse(write([sound]))[0].properties == {"RollOffMaxDistance": 7.0}
