"""Binary model files that are damaged or hostile, and items that no file can hold: one fault with its place."""

import struct
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from roblox.handmade import HEADER, chunk, file, instances, prop, tree
from toolboxai.roblox.chunks import string
from toolboxai.roblox.lanes import write_whole
from toolboxai.roblox.model import Item, ModelFileError, ModelWriteError
from toolboxai.roblox.modelfile import read_model, write_model
from toolboxai.roblox.rbxm import parse_rbxm
from toolboxai.roblox.rbxmwriter import write_rbxm
from toolboxai.roblox.rbxmx import parse_rbxmx, write_rbxmx
from toolboxai.roblox.values import (
    EnumItem,
    Ref,
    SharedString,
    UDim2,
    Unset,
)

FOLDER = instances(0, b"Folder")
BOMB = zstandard.compress(bytes(2**27))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is neither a binary nor an XML model"),
        (b"\x89PNG\r\n\x1a\n", "is neither a binary nor an XML model"),
        (b"<roblo", "is not XML"),
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
    assert fault.value.remedy not in str(fault.value), "the command line prints it"


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
