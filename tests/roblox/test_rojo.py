"""Files beside Rojo, where it is there to ask: what it builds reads as what we mount, and it reads what we write."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roblox.trees import attributes, items
from toolboxai.roblox import disk
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import SUFFIXES, read_model, write_model
from toolboxai.roblox.project import read_project
from toolboxai.roblox.rbxmwriter import default
from toolboxai.roblox.values import Attributes, Content, Ref, Tags, Value

ROJO = shutil.which("rojo")
pytestmark = pytest.mark.skipif(ROJO is None, reason="rojo is not installed here: `cargo install rojo --locked`")
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

Plain = tuple[str, str, dict[str, Any], list[Any]]


def plain(root: Item) -> Plain:
    """An item without what says nothing: defaults, which a file may have or leave out, and names of referents."""
    places = {item.referent: path for path, item in root.walk()}

    def told(name: str, value: Value, class_name: str) -> bool:
        stored = disk.by_name(class_name, name)
        if stored.kind is None or name == "NeedsPivotMigration":
            return stored.kind is None
        usual = default(stored, class_name, stored.kind)
        return value not in (usual, Attributes(), Tags(), Ref(), Content())

    def of(item: Item) -> Plain:
        held: dict[str, Any] = {}
        for name, value in sorted(item.properties.items()):
            if told(name, value, item.class_name):
                held[name] = ("to", places.get(value.referent)) if isinstance(value, Ref) else value
        return (item.class_name, item.name, held, [of(child) for child in item.children])

    return of(root)


def item_by_item(root: Item) -> list[Any]:
    found, waiting = [], [plain(root)]
    while waiting:
        class_name, name, held, children = waiting.pop()
        found.append((class_name, name, held, len(children)))
        waiting += children
    return found


def assert_same(theirs: Item, ours: Item) -> None:
    for one, other in zip(item_by_item(theirs), item_by_item(ours), strict=True):
        assert one == other


def build(folder: Path, project: dict[str, Any], suffix: str) -> Path:
    file = folder / "default.project.json"
    file.write_text(json.dumps(project))
    out = folder / f"out{suffix}"
    done = subprocess.run([str(ROJO), "build", str(file), "-o", str(out)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


def plain_text(root: Item) -> bool:
    """Whether Rojo keeps the tree's texts: in XML it writes a carriage return bare, which is then read as a new line."""
    return not any("\r" in text for _, item in root.walk() for text in (item.name, *map(str, item.properties.values())))


# Of a class that nobody knows, Rojo takes all text for bytes.
known = items().filter(lambda root: all(item.class_name != "NewerThanTheFacts" for _, item in root.walk()))


@pytest.mark.parametrize("suffix", SUFFIXES[:1] + SUFFIXES[2:3])
@given(root=known.filter(plain_text), out=st.sampled_from([".rbxm", ".rbxmx"]))
@settings(relaxed, max_examples=25)
def test_rojo_reads_what_we_write(tmp_path_factory: pytest.TempPathFactory, suffix: str, root: Item, out: str) -> None:
    folder = tmp_path_factory.mktemp("rojo")
    (folder / f"Tree{suffix}").write_bytes(write_model([root], suffix))
    (ours,) = read_model(folder / f"Tree{suffix}")
    (theirs,) = read_model(build(folder, {"name": ours.name, "tree": {"$path": f"Tree{suffix}"}}, out))
    ours.name = theirs.name
    assert_same(theirs, ours)


FILES = {
    "src/Data1.json": '{"a": [1, 2.5, null, "x"], "b": {"end": true, "deep": {"n": -1e3}}, "none": null, "big": 1e21, "small": 1e-7, "empty": {}, "q": "a\\"\\\\\\n\\t"}',
    "src/Data2.toml": "title = 'x'\nday = 1979-05-27T07:32:00Z\n[deep]\nn = 1\nlist = [1, 2]\n",
    "src/Data3.yaml": "a: 1\nyes: no\nlist: [~, 0x1f, .5, 'q']\nmap:\n  1: one\n",
    "src/Text.txt": "hello\n",
    "src/Text.meta.json": '{"attributes": {"A": 1, "B": "x", "C": {"Vector3": [1, 2, 3]}}}',
    "src/Words.csv": 'Key,Source,Context,Example,es,,fr\nAck,"Ack, ""all""!",,A cry,¡Ay!,x,\n,Only source,,,si,,oui\n',
    "src/Main.server.luau": "print(1)",
    "src/Hud.client.lua": "print(2)",
    "src/Tool.plugin.luau": "print(3)",
    "src/Mod/init.luau": "return 1",
    "src/Mod/Child.lua": "return 2",
    "src/Mod/init.meta.json": '{"properties": {"Archivable": false}, "id": "mod"}',
    "src/Conf/init.meta.json": '{"className": "Configuration", "attributes": {"Rojo_Target_None": "x"}}',
    "src/Table/init.csv": "Key,es\nA,B\n",
    "src/House.model.json": json.dumps({
        "className": "Model",
        "id": "house",
        "attributes": {"Rojo_Target_PrimaryPart": "wall"},
        "children": [{
            "className": "Part", "name": "Wall", "attributes": {"Rojo_Id": "wall"},
            "properties": {
                "Size": [1, 2, 3], "Color": [0.5, 0.25, 1], "Material": "Wood", "CFrame": [0, 1, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1],
                "Anchored": True, "BottomSurface": {"Enum": 3}, "CustomPhysicalProperties": {"PhysicalProperties": {
                    "density": 1, "friction": 0.5, "elasticity": 0.25, "frictionWeight": 1, "elasticityWeight": 1, "acousticAbsorption": 0.5}},
            },
        }, {"className": "ImageLabel", "properties": {"Image": "rbxassetid://1", "Size": {"UDim2": [[0.5, 1], [1, 2]]}}}],
    }),
    "src/Lib/default.project.json": '{"name": "Lib", "tree": {"$path": "in"}, "globIgnorePaths": ["**/*.x.lua"]}',
    "src/Lib/in/init.lua": "return 1",
    "src/Lib/in/A.x.lua": "return 2",
    "src/Lib/in/A.spec.lua": "return 3",
    "src/note.special": "text by rule",
}  # fmt: skip
TREE = {
    "$className": "DataModel",
    "ReplicatedStorage": {"$path": "src", "$attributes": {"Root": True}},
    "Lighting": {"$properties": {"Ambient": [1, 0, 0.5], "Technology": "Future"}},
    "StarterPlayer": {"StarterPlayerScripts": {"Gone": {"$path": {"optional": "gone"}}}},
    "Workspace": {
        "$properties": {"Gravity": 50}, "Terrain": {},
        "Way": {"$className": "ObjectValue", "$attributes": {"Rojo_Target_Value": "mod"}},
        "Label": {"$className": "TextLabel", "$properties": {
            "Text": "hi", "TextColor3": {"Color3": [1, 0, 0.5]}, "Font": "GothamBold", "AnchorPoint": [0.5, 1]}},
    },
    "SoundService": {"Click": {"$className": "Sound", "$properties": {"SoundId": "rbxassetid://2", "Volume": 0.25}}},
}  # fmt: skip


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("suffix", [".rbxl", ".rbxlx", ".rbxm"])
def test_what_rojo_builds_of_a_project_reads_as_what_we_mount(tmp_path: Path, suffix: str, legacy: bool) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    rules = [{"pattern": "**/*.special", "use": "text", "suffix": ".special"}]
    project = {
        "name": "Game",
        "tree": TREE,
        "globIgnorePaths": ["**/*.spec.lua"],
        "syncRules": rules,
        "emitLegacyScripts": legacy,
    }
    theirs = read_model(build(tmp_path, project, suffix))
    ours = read_model(write_model([read_project(tmp_path).checked().root], suffix))
    wrap = [Item("DataModel", "Game", children=roots) if suffix != ".rbxm" else roots[0] for roots in (theirs, ours)]
    assert_same(*wrap)


@given(attributes)
@settings(relaxed, max_examples=25)
def test_rojo_reads_our_attributes(tmp_path_factory: pytest.TempPathFactory, held: Attributes) -> None:
    folder = tmp_path_factory.mktemp("rojo")
    item = Item("Folder", "out", {"Attributes": held})
    (folder / "Tree.rbxm").write_bytes(write_model([item], ".rbxm"))
    (theirs,) = read_model(build(folder, {"name": "out", "tree": {"$path": "Tree.rbxm"}}, ".rbxmx"))
    assert theirs.properties.get("Attributes", Attributes()) == held
