"""Binary model files: what is written reads back, and what is damaged or hostile is one fault with its place."""

import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path

import lz4.block
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Binary,
    BrickColor,
    CFrame,
    Color3,
    Content,
    EnumItem,
    Font,
    OfKind,
    OpaqueColumn,
    Ref,
    SharedString,
    Tags,
    UDim,
    UDim2,
    Unset,
    Vector3,
)

HEADER = b"<roblox!\x89\xff\r\n\x1a\n" + struct.pack("<HIIQ", 0, 0, 0, 0)
END = b"END\0" + struct.pack("<III", 0, 9, 0) + b"</roblox>"


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
    for tree in (roots, [odd]):
        data = write_rbxm(tree, compression)
        found = parse_rbxm(data)
        # Defaults are of 64 bits; a file has 32, whichever it is.
        assert found == parse_rbxmx(write_rbxmx(whole(tree)))
        assert write_rbxm(found, compression) == data


@settings(max_examples=60, deadline=None)
@given(roots=st.lists(items(), max_size=2), odd=odd_items())
def test_both_formats_say_the_same(roots: list[Item], odd: Item) -> None:
    for tree in (whole(roots), [odd]):
        from_xml = parse_rbxmx(write_rbxmx(tree))
        assert parse_rbxm(write_rbxm(from_xml)) == from_xml == parse_rbxm(write_rbxm(tree))
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


def chunk(kind: bytes, data: bytes, compression: str = "none") -> bytes:
    packed = {"none": b"", "lz4": lz4.block.compress(data, store_size=False), "zstd": zstandard.compress(data)}
    body = packed[compression]
    return kind.ljust(4, b"\0") + struct.pack("<III", len(body), len(data), 0) + (body or data)


def instances(number: int, name: bytes, count: int = 1, first: int = 0) -> bytes:
    referents = write_referents(range(first, first + count))
    return chunk(b"INST", struct.pack("<I", number) + string(name) + b"\0" + struct.pack("<I", count) + referents)


def prop(number: int, name: bytes, data: bytes) -> bytes:
    return chunk(b"PROP", struct.pack("<I", number) + string(name) + data)


def tree(*pairs: tuple[int, int]) -> bytes:
    children, parents = zip(*pairs, strict=True)
    rows = write_referents(children) + write_referents(parents)
    return chunk(b"PRNT", b"\0" + struct.pack("<I", len(pairs)) + rows)


def file(*chunks: bytes) -> bytes:
    return HEADER + b"".join(chunks) + END


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


# --- what is no model -------------------------------------------------------------------------------------------------

FOLDER = instances(0, b"Folder")
BOMB = zstandard.compress(bytes(2**27))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is not XML"),
        (b"<roblox!", "first bytes were changed"),
        (HEADER[:20], "ends within its header"),
        (HEADER.replace(b"\n\0\0", b"\n\1\0"), "is of version 1"),
        (HEADER, "ends without its END chunk"),
        (HEADER + FOLDER[:-2], "ends within its chunk 'INST', 2 bytes early"),
        (HEADER + b"INST" + struct.pack("<III", 0, 2**32 - 1, 0), "ends within its chunk 'INST'"),
        (HEADER + b"INST" + struct.pack("<III", 4, 2**32 - 1, 0) + b"abcd", "opens to more than 1024 MiB"),
        (HEADER + b"INST" + struct.pack("<III", 4, 2**29, 0) + b"abcd", "4 bytes cannot open to"),
        (HEADER + b"INST" + struct.pack("<III", 4, 200, 0) + b"\xff\xff\xff\xff", "is no LZ4 block"),
        (HEADER + b"INST" + struct.pack("<III", 6, 200, 0) + b"\x28\xb5\x2f\xfd\xff\xff", "opens to 0 bytes, not to 200"),
        (HEADER + b"INST" + struct.pack("<III", len(BOMB), 9, 0) + BOMB, "opens to more bytes, not to 9"),
        (file(chunk(b"INST", struct.pack("<I", 0) + string(b"Part") + b"\0" + struct.pack("<I", 2**31))), "bytes wanted, 0 left"),
        (file(chunk(b"INST", b"\0\0\0\0" + struct.pack("<I", 2**32 - 1) + b"P")), "bytes wanted, 1 left"),
        (file(instances(0, b"\xff")), "a name is not UTF-8"),
        (file(instances(0, b"Not a class")), "is no name of a class"),
        (file(FOLDER, FOLDER), "class 0 is there twice"),
        (file(FOLDER, instances(1, b"Part")), "two instances have one referent"),
        (file(FOLDER, prop(9, b"Name", b"\x01")), "class 9, which is not there"),
        (file(FOLDER, prop(0, b"Name", b"\x01\4\0\0\0abc")), "ends within a string"),
        (file(FOLDER, prop(0, b"X", b"\x04\0\0")), "4 bytes wanted, 2 left"),
        (file(FOLDER, prop(0, b"X", b"\x10\x01")), "there is no rotation 0x01"),
        (file(FOLDER, prop(0, b"X", b"\x15" + struct.pack("<I", 2**31))), "bytes wanted, 0 left"),
        (file(FOLDER, prop(0, b"X", b"\x19\x07")), "physical properties of form 7"),
        (file(FOLDER, prop(0, b"X", b"\x1c\0\0\0\5")), "shared string 5 wanted, there are 0"),
        (file(FOLDER, prop(0, b"X", b"\x22" + write_whole(struct.pack("<i", 9)) + bytes(12))), "no content of kind 9"),
        (file(FOLDER, prop(0, b"X", b"\x22" + write_whole(struct.pack("<i", 1)) + bytes(12))), "fewer addresses"),
        (file(FOLDER, prop(0, b"AttributesSerialize", b"\x01" + string(b"\xff\xff\xff\xff"))), "cut short or damaged"),
        (file(chunk(b"SSTR", struct.pack("<II", 1, 0))), "shared strings of version 1"),
        (file(chunk(b"SSTR", struct.pack("<II", 0, 2**32 - 1))), "16 bytes wanted"),
        (file(FOLDER), "1 instances that hang from no root"),
        (file(FOLDER, tree((0, 0))), "1 instances that hang from no root"),
        (file(instances(0, b"Folder", 3), tree((0, 1), (1, 0), (2, -1))), "2 instances that hang from no root"),
        (file(FOLDER, tree((0, -1), (0, -1))), "instance 0 has two parents"),
        (file(FOLDER, tree((5, -1))), "instance 5 is not there"),
        (file(FOLDER, tree((0, 5))), "has parent 5, which is not there"),
        (file(instances(0, b"Folder", 5000), tree((0, -1), *((n, n - 1) for n in range(1, 5000)))), "more than 1000 levels deep"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_one_fault_with_its_place(data: bytes, says: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=says) as fault:
            read_model(data, name="a.rbxm")
        assert tracemalloc.get_traced_memory()[1] < 2**26, "nothing is allocated that only a claim asks for"
    finally:
        tracemalloc.stop()
    assert fault.value.diagnostic.path == "a.rbxm"
    assert fault.value.diagnostic.column >= 1
    assert fault.value.remedy


def test_a_small_file_that_opens_to_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    many = instances(0, b"Folder", 100)
    columns = [prop(0, f"P{index}".encode(), b"\x02" + bytes(100)) for index in range(5)]
    hung = tree(*((number, -1) for number in range(100)))
    assert len(parse_rbxm(file(many, *columns, hung))) == 100
    for limit, value, says in (("_MOST", 99, "more than 99 instances"), ("_MOST_VALUES", 499, "more than 499 values")):
        with monkeypatch.context() as patch:
            patch.setattr(f"toolboxai.roblox.rbxm.{limit}", value)
            with pytest.raises(ModelFileError, match=says):
                parse_rbxm(file(many, *columns, hung))


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (Item("Part", "P", {"Anchored": "yes"}), "'yes' is no bool"),
        (Item("Part", "P", {"Transparency": True}), "True is no float"),
        (Item("Part", "P", {"RootPriority": 1.5}), "1.5 is no int"),
        (Item("IntValue", "I", {"Value": 2**63}), "is no int64"),
        (Item("Frame", "F", {"Size": UDim2(0.0, 2**31, 0.0, 0)}), "2147483648 is no whole number of its range"),
        (Item("Part", "P", {"Material": EnumItem("Material", "Cheese")}), r"Enum\.Material\.Cheese is no item"),
        (Item("ObjectValue", "O", {"Value": Ref("nobody")}), "no item of the tree has the referent 'nobody'"),
        (Item("Not a class", "P"), "which is no name"),
        (Item("Script", "S", {"Source": "\ud800"}), "surrogates not allowed"),
    ],
)  # fmt: skip
def test_an_item_that_no_file_can_hold_is_a_fault_with_its_path(item: Item, reason: str) -> None:
    sound = Item(item.class_name, "Sound")
    with pytest.raises(ModelWriteError, match=reason) as fault:
        write_rbxm([Item("Folder", "Top", {}, [sound, item] if item.class_name.isidentifier() else [item])])
    assert f"Top.{item.name}" in str(fault.value)
    assert fault.value.remedy


def test_an_item_that_stands_in_the_tree_twice_is_a_fault() -> None:
    twice = Item("Folder", "Twice")
    with pytest.raises(ModelWriteError, match=r"Top\.Twice stands in the tree twice"):
        write_rbxm([Item("Folder", "Top", {}, [twice, twice])])
    twice.children.append(twice)
    with pytest.raises(ModelWriteError, match="stands in the tree twice"):
        write_rbxm([twice])


def test_kinds_that_differ_between_instances_are_told() -> None:
    mixed = [Item("NobodyKnows", "A", {"X": 1.0}), Item("NobodyKnows", "B", {"X": "one"})]
    with pytest.raises(ModelWriteError, match="as double and as string"):
        write_rbxm(mixed)
    assert parse_rbxmx(write_rbxmx(mixed)) == mixed, "an XML file keeps both"


def test_a_file_is_read_by_what_it_is_and_written_by_its_name(tmp_path: Path) -> None:
    item = Item("Part", "P", {"Anchored": True, "CustomPhysicalProperties": Unset("PhysicalProperties")})
    for suffix in (".rbxm", ".rbxmx", ".rbxl", ".rbxlx"):
        path = tmp_path / f"any{suffix}"
        path.write_bytes(write_model([item], suffix))
        assert read_model(path) == [item]
    assert path.read_bytes().startswith(b"<roblox ")
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_model(tmp_path / "gone.rbxm")
    with pytest.raises(ValueError, match=r"\.txt is no format of models"):
        write_model([item], ".txt")


def test_shared_strings_are_written_once() -> None:
    shared = SharedString(bytes(range(256)) * 40)
    data = write_rbxm([Item("NobodyKnows", "A", {"X": shared}), Item("NobodyKnows", "B", {"Y": shared})], "none")
    assert data.count(shared.data) == 1
