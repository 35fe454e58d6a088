"""The fact table's compiler, on a small engine of its own."""

import json
from pathlib import Path
from typing import Any

import msgspec

from toolboxai.roblox.compile_facts import compile_facts

NONE = {"read": "None", "write": "None"}


def put(folder: Path, name: str, **content: Any) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"studio_version": "1.2", **content}), encoding="utf-8")


def engine(folder: Path, *, order: int = 1) -> Path:
    folder.mkdir(exist_ok=True)
    shape = {"name": "Shape", "security": NONE, "type": "Form"}
    size = {"name": "Size", "security": {"read": "None", "write": "PluginSecurity"}, "type": "Vector3"}
    wait = {"name": "Wait", "parameters": [], "returns": ["()"], "security": "None", "tags": ["Yields"]}
    old = {
        "name": "wait",
        "parameters": [],
        "returns": ["()"],
        "security": "None",
        "tags": ["Deprecated"],
        "deprecated": True,
        "use": ["Block:Wait"],
    }
    classes = {
        "Object": {"tags": ["NotCreatable"]},
        "Block": {"inherits": ["Object"], "properties": [shape, size][::order], "methods": [wait, old], "events": []},
    }
    disk = {"scriptability": "ReadWrite", "type_kind": "Value"}
    stored = {
        "Object": {"superclass": "", "properties": {}, "defaults": {"Kept": {"Bool": True}}},
        "Block": {
            "superclass": "Object",
            "properties": {
                "Shape": {**disk, "type_kind": "Enum", "type": "Form", "serializes": True},
                "Size": {**disk, "type": "Vector3", "serializes_as": "size"},
                "size": {**disk, "type": "Vector3", "alias_for": "Size"},
                "Reach": {**disk, "type": "Vector2", "serializes": False},
            },
            "defaults": {
                "Kept": {"Bool": True},
                "Shape": {"Enum": 2},
                "Size": {"Vector3": [1, 2, 3]},
                "Reach": {"Vector2": [None, 1]},
            },
        },
        "Hidden": {"superclass": "Object", "properties": {}, "defaults": {}},
    }
    put(folder, "classes", classes=dict(list(classes.items())[::order]))
    put(folder, "properties", classes=dict(list(stored.items())[::order]))
    put(
        folder,
        "enums",
        enums={"Form": {"items": [{"name": "Ball", "value": 2}, {"name": "Cube", "value": 3, "deprecated": True}]}},
    )
    for name in ("datatypes", "libraries", "globals"):
        put(folder, name, **{name: {}})
    return folder


def test_members_defaults_and_storage_are_merged(tmp_path: Path) -> None:
    table = msgspec.json.decode(compile_facts(engine(tmp_path)))
    block = table["classes"]["Block"]
    assert block["superclass"] == "Object"
    assert block["members"]["Size"] == {
        "kind": "property", "type": "Vector3", "write": "PluginSecurity", "saved": True, "disk": "size",
    }  # fmt: skip
    assert block["members"]["size"]["alias"] == "Size"
    assert block["members"]["Wait"] == {"kind": "method", "parameters": [], "returns": [], "yields": True}
    assert block["members"]["wait"]["use"] == ["Block:Wait"]
    # Inherited defaults are left to the superclass, and a number that JSON could not say is left out.
    assert block["defaults"] == {"Shape": ["EnumItem", "Form", "Ball"], "Size": ["Vector3", 1, 2, 3]}
    assert table["classes"]["Hidden"]["undocumented"]
    assert table["enums"]["Form"] == {"items": {"Ball": 2, "Cube": 3}, "deprecated_items": ["Cube"]}
    assert table["version"]["api"] == "1.2"


def test_the_bytes_depend_on_the_facts_alone(tmp_path: Path) -> None:
    assert compile_facts(engine(tmp_path / "a")) == compile_facts(engine(tmp_path / "b", order=-1))


def test_a_class_is_a_line(tmp_path: Path) -> None:
    lines = compile_facts(engine(tmp_path)).decode().splitlines()
    assert "do not edit" in lines[0]
    assert sum(line.startswith('"Block":') for line in lines) == 1
