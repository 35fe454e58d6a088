"""Rojo projects: what files become which instances, and every mistake with its place."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.errors import Diagnostic
from toolboxai.roblox.globs import glob_pattern
from toolboxai.roblox.model import Item
from toolboxai.roblox.project import Project, ProjectError, find_project, read_project
from toolboxai.roblox.rbxm import parse_rbxm
from toolboxai.roblox.rbxmwriter import write_rbxm
from toolboxai.roblox.rbxmx import write_rbxmx
from toolboxai.roblox.values import Attributes, CFrame, Color3, EnumItem, Ref, Tags, UDim2, Vector3

PLACE = {
    "$className": "DataModel",
    "ReplicatedStorage": {"$path": "shared"},
    "ServerScriptService": {"$path": "server"},
}


def put(folder: Path, files: dict[str, str | bytes | dict[str, Any]]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = json.dumps(content, indent=2) if isinstance(content, dict) else content
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def project(folder: Path, tree: dict[str, Any], files: dict[str, Any] | None = None, **more: Any) -> Project:
    put(folder, files or {})
    return read_project(put(folder, {"default.project.json": {"name": "Game", "tree": tree, **more}}))


def outline(item: Item) -> dict[str, str]:
    return {".".join(path): found.class_name for path, found in item.walk() if path}


def problem(found: Project) -> Diagnostic:
    assert len(found.problems) == 1, found.problems
    return found.problems[0]


# --- what becomes what ------------------------------------------------------------------------------------------------


def test_files_and_folders_become_instances(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        PLACE,
        {
            "shared/Config.luau": "return 1",
            "shared/Old.lua": "return 2",
            "shared/Doors/init.luau": "return 3",
            "shared/Doors/Hinge.luau": "return 4",
            "shared/Empty/.gitkeep": "",
            "server/Main.server.luau": "print(1)",
            "server/Hud.client.lua": "print(2)",
            "server/Round/init.server.luau": "print(3)",
            "server/Note.txt": "hello",
            "server/Numbers.json": {"a": [1, 2.5], "b": {"end": True, "gone": None}},
            "server/Table.toml": "title = 'x'\n[deep]\nn = 1\n",
            "server/README.md": "no instance",
        },
    ).checked()
    assert found.is_place
    assert found.name == "Game"
    assert outline(found.root) == {
        "ReplicatedStorage": "ReplicatedStorage",
        "ReplicatedStorage.Config": "ModuleScript",
        "ReplicatedStorage.Old": "ModuleScript",
        "ReplicatedStorage.Doors": "ModuleScript",
        "ReplicatedStorage.Doors.Hinge": "ModuleScript",
        "ReplicatedStorage.Empty": "Folder",
        "ServerScriptService": "ServerScriptService",
        "ServerScriptService.Main": "Script",
        "ServerScriptService.Hud": "LocalScript",
        "ServerScriptService.Round": "Script",
        "ServerScriptService.Note": "StringValue",
        "ServerScriptService.Numbers": "ModuleScript",
        "ServerScriptService.Table": "ModuleScript",
    }
    numbers = found.root.find("ServerScriptService", "Numbers")
    assert numbers is not None
    # To the letter as Rojo writes it.
    assert numbers.source == 'return {\n\ta = {1, 2.5},\n\tb = {\n\t\t["end"] = true,\n\t\tgone = nil,\n\t},\n}'


def test_every_script_knows_its_file_and_back(tmp_path: Path) -> None:
    files = {"server/A.server.luau": "", "server/B/init.luau": "", "server/B/C.client.luau": "", "shared/D.lua": ""}
    found = project(tmp_path, PLACE, files)
    assert {".".join(s.path): s.file.relative_to(tmp_path).as_posix() for s in found.scripts} == {
        "ServerScriptService.A": "server/A.server.luau",
        "ServerScriptService.B": "server/B/init.luau",
        "ServerScriptService.B.C": "server/B/C.client.luau",
        "ReplicatedStorage.D": "shared/D.lua",
    }
    for script in found.scripts:
        assert found.script_at(script.path) == script
        assert found.script_of(script.file) == script
    assert found.script_of(tmp_path / "server" / ".." / "server" / "A.server.luau") is not None
    assert found.script_of(tmp_path / "server" / "B") is None
    assert found.folder_of(("ServerScriptService", "B")) == tmp_path / "server" / "B"
    assert found.watched() == [tmp_path]


def test_services_and_the_engines_own_children_need_no_class(tmp_path: Path) -> None:
    tree = {
        "$className": "DataModel",
        "StarterPlayer": {"StarterPlayerScripts": {}, "StarterCharacterScripts": {}},
        "Workspace": {"Terrain": {}, "$properties": {"Gravity": 50}},
        "Lighting": {},
    }
    found = project(tmp_path, tree).checked()
    assert set(outline(found.root).values()) == {
        "StarterPlayer", "StarterPlayerScripts", "StarterCharacterScripts", "Workspace", "Terrain", "Lighting",
    }  # fmt: skip
    workspace = found.root.find("Workspace")
    assert workspace is not None
    assert workspace.properties == {"Gravity": 50.0}


def test_properties_take_their_type_from_the_engine(tmp_path: Path) -> None:
    written = {
        "Size": [1, 2, 3], "Color": [1, 0, 0.5], "Material": "Wood", "Anchored": True, "Transparency": 1,
        "CFrame": [0, 1, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1], "size": [4, 5, 6], "Shape": {"Enum": 0}, "Tags": ["a", "b"],
    }  # fmt: skip
    tree = {
        "$className": "Folder",
        "Part": {
            "$className": "Part",
            "$properties": written,
            "$attributes": {"Speed": 3, "At": {"Vector3": [1, 2, 3]}},
        },
        "Label": {"$className": "TextLabel", "$properties": {"Size": [[0.5, 1], [1, -2]], "Text": "hi"}},
    }
    found = project(tmp_path, tree).checked()
    part, label = found.root.find("Part"), found.root.find("Label")
    assert part is not None
    assert label is not None
    assert part.properties == {
        "Size": Vector3(4, 5, 6), "Color": Color3(1, 0, 0.5), "Material": EnumItem("Material", "Wood"), "Anchored": True,
        "Transparency": 1.0, "CFrame": CFrame(0, 1, 2), "Shape": EnumItem("PartType", "Ball"), "Tags": Tags(("a", "b")),
        "Attributes": Attributes.of({"Speed": 3.0, "At": Vector3(1, 2, 3)}),
    }  # fmt: skip
    assert label.properties == {"Size": UDim2(0.5, 1, 1, -2), "Text": "hi"}


def test_json_models_and_metadata(tmp_path: Path) -> None:
    model = {
        "ClassName": "Model",
        "Properties": {"Tags": ["house"]},
        "Children": [{"Name": "Wall", "ClassName": "Part", "Properties": {"Anchored": True}}, {"className": "Folder"}],
    }
    files = {
        "src/House.model.json": model,
        "src/House2.model.json": {"className": "Folder", "children": []},
        "src/Off.server.luau": "print(1)",
        "src/Off.meta.json": {"properties": {"Disabled": True}, "attributes": {"why": "tired"}},
        "src/Box/init.meta.json": {"className": "Configuration"},
    }
    found = project(tmp_path, {"$path": "src"}, files).checked()
    assert outline(found.root) == {
        "Box": "Configuration", "House": "Model", "House.Wall": "Part", "House.Folder": "Folder", "House2": "Folder",
        "Off": "Script",
    }  # fmt: skip
    off, wall = found.root.find("Off"), found.root.find("House", "Wall")
    assert off is not None
    assert off.properties["Disabled"] is True
    assert off.properties["Attributes"] == Attributes.of({"why": "tired"})
    assert wall is not None
    assert wall.properties == {"Anchored": True}


def test_model_files_take_their_files_name(tmp_path: Path) -> None:
    data = write_rbxmx([Item("Model", "Inside", {}, [Item("Script", "S", {"Source": "print(1)"})])])
    found = project(tmp_path, {"$path": "src"}, {"src/Outside.rbxmx": data}).checked()
    assert outline(found.root) == {"Outside": "Model", "Outside.S": "Script"}
    assert found.scripts == [], "a script inside a model is no file"


def test_a_project_inside_a_project(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "packages/lib/default.project.json": {
            "name": "lib",
            "tree": {"$path": "src"},
            "globIgnorePaths": ["**/*.spec.luau"],
        },
        "packages/lib/src/init.luau": "return 1",
        "packages/lib/src/Part.luau": "return 2",
        "packages/lib/src/Part.spec.luau": "return 3",
        "packages/README.spec.luau": "return 4",
    }
    found = project(tmp_path, {"$path": "packages"}, files).checked()
    assert outline(found.root) == {"README.spec": "ModuleScript", "lib": "ModuleScript", "lib.Part": "ModuleScript"}


def test_ignored_paths_are_left_out(tmp_path: Path) -> None:
    files = dict.fromkeys(["src/A.luau", "src/A.spec.luau", "src/deep/B.spec.luau", "src/node_modules/x/C.luau"], "")
    ignored = ["**/*.spec.luau", "**/node_modules/**"]
    found = project(tmp_path, {"$path": "src"}, files, globIgnorePaths=ignored).checked()
    assert outline(found.root) == {"A": "ModuleScript", "deep": "Folder", "node_modules": "Folder"}


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("**/*.spec.luau", "a.spec.luau", True), ("**/*.spec.luau", "x/y/a.spec.luau", True), ("*.luau", "x/a.luau", True),
        ("src/**", "src/a/b", True), ("src/**", "src", False), ("**/a", "ba", False), ("a?.luau", "ab.luau", True),
        ("a?.luau", "a/.luau", True), ("a.luau", "axluau", False), ("[a].luau", "[a].luau", False),
        ("[ab].luau", "b.luau", True), ("[!ab].luau", "b.luau", False), ("[]-].luau", "].luau", True),
        ("*.{spec,test}.luau", "x/a.test.luau", True), ("*.{spec,test}.luau", "a.luau", False),
        ("{a,b{c,d}}/*", "bd/x", True), ("**", "x/y", True), ("a**b", "a/x/b", True), ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True), ("a/**/b", "ab", False), (r"\*.luau", "*.luau", True), (r"\*.luau", "a.luau", False),
    ],
)  # fmt: skip
def test_globs_match_as_rojos(glob: str, path: str, *, matches: bool) -> None:
    assert bool(glob_pattern(glob).fullmatch(path)) == matches


def test_scripts_by_run_context(tmp_path: Path) -> None:
    files = dict.fromkeys(["src/A.server.luau", "src/B.client.luau", "src/C.plugin.luau"], "")
    found = project(tmp_path, {"$path": "src"}, files, emitLegacyScripts=False).checked()
    assert {p[0]: i.properties["RunContext"] for p, i in found.root.scripts()} == {
        "A": EnumItem("RunContext", "Server"), "B": EnumItem("RunContext", "Client"), "C": EnumItem("RunContext", "Plugin"),
    }  # fmt: skip
    assert set(outline(found.root).values()) == {"Script"}


def test_a_missing_optional_path_is_no_mistake(tmp_path: Path) -> None:
    tree = {"$className": "Folder", "Maybe": {"$path": {"optional": "gone"}}, "Here": {"$className": "Folder"}}
    assert outline(project(tmp_path, tree).checked().root) == {"Here": "Folder"}


def test_comments_in_a_project_file_are_read_over(tmp_path: Path) -> None:
    text = '{\n  // what it is\n  "name": "a // b", /* so\n */ "tree": { "$className": "Folder" }\n}'
    assert read_project(put(tmp_path, {"default.project.json": text})).checked().name == "a // b"


def test_text_keeps_its_line_ends_and_loses_its_mark(tmp_path: Path) -> None:
    found = project(tmp_path, {"$path": "A.luau"}, {"A.luau": b"\xef\xbb\xbfprint(1)\r\nprint('\xf0\x9f\x90\x89')\r\n"})
    assert found.root.source == "print(1)\r\nprint('🐉')\r\n"
    assert not found.is_place
    assert found.scripts[0].path == ()


def test_two_instances_of_one_path_are_told_and_not_synced(tmp_path: Path) -> None:
    files = dict.fromkeys(["src/A.luau", "src/A.server.luau", "src/B.luau"], "")
    found = project(tmp_path, {"$path": "src"}, files).checked()
    assert [script.path for script in found.scripts] == [("B",)]
    assert {Path(note.path).name for note in found.notes} == {"A.luau", "A.server.luau"}


# --- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "rule", "line", "says"),
    [
        ({"$path": "gone"}, "project/path", 4, "'gone' is not there"),
        ({"$className": "Foldr"}, "project/unknown-class", 4, "no class 'Foldr'"),
        ({"$className": "Folder", "A": {}}, "project/class", 5, "neither $className nor $path"),
        ({"$className": "Folder", "Workspace": {}}, "project/class", 5, "neither $className nor $path"),
        ({"$className": "Folder", "A": "src"}, "project/node", 5, "A must be an object"),
        ({"$className": "Folder", "$typo": 1}, "project/key", 5, "$typo means nothing"),
        ({"$className": "Part", "$properties": {"Ancored": True}}, "project/property", 6, "no property 'Ancored'"),
        ({"$className": "Part", "$properties": {"Anchored": "yes"}}, "project/property", 6, "'yes' is no bool"),
        ({"$className": "Part", "$properties": {"Size": [1, 2]}}, "project/property", 6, "is no Vector3"),
        (
            {"$className": "Part", "$properties": {"Material": "Woood"}},
            "project/property",
            6,
            "no item of Enum.Material",
        ),
        ({"$className": "Part", "$properties": []}, "project/properties", 5, "must be an object"),
        ({"$className": "Part", "$attributes": {"A": None}}, "project/attribute", 5, "attribute A has no type"),
        ({"$className": 3}, "project/unknown-class", 4, "a class name is a string"),
        ({"$path": 3}, "project/path", 4, "$path must be a string"),
    ],
)
def test_a_mistake_in_the_tree_has_its_line_and_remedy(
    tmp_path: Path, tree: Any, rule: str, line: int, says: str
) -> None:
    put(tmp_path, {"default.project.json": {"name": "Game", "tree": tree}})
    try:
        found = read_project(tmp_path).problems
    except ProjectError as fault:
        found = fault.diagnostics
    assert [(d.rule, d.line) for d in found] == [(rule, line)]
    assert says in found[0].message
    assert found[0].remedy
    assert found[0].path == str(tmp_path / "default.project.json")


def test_a_mistake_in_a_json_model_has_the_line_of_its_child(tmp_path: Path) -> None:
    wall = {"ClassName": "Part", "Properties": {"Anchored": True}}
    bad = {"ClassName": "Part", "Properties": {"Size": [1, 2, 3], "Anchored": 3}}
    model = {"ClassName": "Model", "Children": [wall, {"ClassName": "Folder", "Children": [wall, bad]}, {"Name": "x"}]}
    found = project(tmp_path, {"$path": "src"}, {"src/House.model.json": model}).problems
    lines = [line.strip() for line in (tmp_path / "src" / "House.model.json").read_text().splitlines()]
    assert [(d.rule, d.line) for d in found] == [
        ("project/property", lines.index('"Anchored": 3') + 1),
        ("project/unknown-class", lines.index('"Name": "x"')),
    ]


def test_near_misses_are_named(tmp_path: Path) -> None:
    tree = {"$className": "Folder", "A": {"$className": "Part", "$properties": {"anchored": True, "Ancored": True}}}
    assert "did you mean Anchored?" in {d.remedy for d in project(tmp_path, tree).problems}


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    tree = {"$className": "Folder", "A": {"$path": "gone"}, "B": {"$className": "Nope"}, "C": {"$path": "src"}}
    files = {
        "src/Bad.luau": b"print('\xff')",
        "src/Bad.model.json": "{",
        "src/Bad.rbxmx": "<roblox>",
        "src/Bad.toml": "a = \nb",
    }
    found = project(tmp_path, tree, files)
    assert [(Path(d.path).name, d.line, d.rule) for d in found.problems] == [
        ("default.project.json", 6, "project/path"),
        ("default.project.json", 9, "project/unknown-class"),
        ("Bad.luau", 1, "file/not-utf8"),
        ("Bad.model.json", 1, "json/syntax"),
        ("Bad.rbxmx", 1, "model/xml"),
        ("Bad.toml", 1, "toml/syntax"),
    ]
    with pytest.raises(ProjectError) as fault:
        found.checked()
    assert str(fault.value).count("\n  ") >= 6


@pytest.mark.parametrize(
    ("text", "line", "column", "rule"),
    [
        ('{\n  "name": "x",\n  "tree": {,}\n}', 3, 12, "json/syntax"),
        ("", 1, 1, "json/syntax"),
        ("[]", 1, 1, "json/object"),
        ('{"name": "x"}', 1, 1, "project/tree"),
        ('{\n"tree": []}', 2, 1, "project/tree"),
        ("{" + '"tree":{"a":' * 4000, 1, 1, "json/depth"),
        (b'{"name": "\xff"}', 1, 11, "file/not-utf8"),
    ],
)
def test_a_project_file_that_is_none_is_one_fault_with_its_place(
    tmp_path: Path, text: str | bytes, line: int, column: int, rule: str
) -> None:
    with pytest.raises(ProjectError) as fault:
        read_project(put(tmp_path, {"default.project.json": text}))
    (found,) = fault.value.diagnostics
    assert (found.line, found.column, found.rule) == (line, column, rule)
    assert found.remedy == fault.value.remedy
    assert found.remedy not in str(fault.value), "the command line prints it"


def test_which_project_file_is_meant(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="is no Rojo project"):
        find_project(tmp_path)
    with pytest.raises(ProjectError, match="is not there"):
        find_project(tmp_path / "gone")
    put(tmp_path, {"game.project.json": {}})
    assert find_project(tmp_path).name == "game.project.json"
    put(tmp_path, {"other.project.json": {}})
    with pytest.raises(ProjectError, match=r"has 2 project files: game\.project\.json, other\.project\.json"):
        find_project(tmp_path)
    put(tmp_path, {"default.project.json": {}})
    assert find_project(tmp_path).name == "default.project.json"
    assert find_project(tmp_path / "other.project.json").name == "other.project.json"


def test_a_project_inside_itself_is_a_mistake(tmp_path: Path) -> None:
    found = project(tmp_path, {"$className": "Folder", "Again": {"$path": "."}})
    assert problem(found).rule == "project/circle"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_folder_linked_into_itself_is_a_mistake(tmp_path: Path) -> None:
    put(tmp_path, {"src/A.luau": ""})
    (tmp_path / "src" / "again").symlink_to(tmp_path / "src")
    found = project(tmp_path, {"$path": "src"})
    assert problem(found).rule == "project/circle"
    assert [script.path for script in found.scripts] == [("A",)]


def test_a_path_and_a_class_that_disagree(tmp_path: Path) -> None:
    found = project(
        tmp_path, {"$className": "Folder", "A": {"$path": "A.luau", "$className": "Script"}}, {"A.luau": ""}
    )
    assert "$path gives a ModuleScript, $className says Script" in problem(found).message


def test_two_init_files_are_a_mistake(tmp_path: Path) -> None:
    found = project(tmp_path, {"$path": "src"}, {"src/init.luau": "", "src/init.server.luau": ""})
    assert problem(found).rule == "project/two-inits"


def test_binary_models_are_read_and_a_damaged_one_is_a_mistake(tmp_path: Path) -> None:
    house = Item("Model", "Inside", {}, [Item("Part", "Wall", {"Anchored": True})])
    found = project(tmp_path, {"$path": "src"}, {"src/House.rbxm": write_rbxm([house])}).checked()
    assert outline(found.root) == {"House": "Model", "House.Wall": "Part"}
    damaged = project(tmp_path, {"$path": "src"}, {"src/House.rbxm": write_rbxm([house])[:-30]})
    assert problem(damaged).rule == "model/truncated"


def test_references_inside_model_files_stay_apart(tmp_path: Path) -> None:
    def pair(name: str) -> list[Item]:
        return [Item("Model", "M", {"PrimaryPart": Ref("p")}, [Item("Part", name, referent="p")])]

    files = {"src/A.rbxm": write_rbxm(pair("a")), "src/B.rbxmx": write_rbxmx(pair("b"))}
    (found,) = parse_rbxm(write_rbxm([project(tmp_path, {"$path": "src"}, files).checked().root]))
    for model, part in (("A", "a"), ("B", "b")):
        house, wall = found.find(model), found.find(model, part)
        assert house is not None
        assert wall is not None
        assert house.properties["PrimaryPart"] == Ref(wall.referent)


def test_ids_and_targets_become_references(tmp_path: Path) -> None:
    model = {
        "className": "Folder",
        "id": "by model",
        "children": [{"className": "Folder", "name": "In", "attributes": {"Rojo_Id": "in"}}],
    }
    files = {
        "src/M.model.json": model,
        "src/Text.txt": "x",
        "src/Text.meta.json": {"id": "by meta"},
        "src/Dir/init.meta.json": {"attributes": {"Rojo_Id": "by attribute"}},
    }
    names = ["by project", "by model", "in", "by meta", "by attribute", "nobody"]
    ways = {
        f"Way{index}": {"$className": "ObjectValue", "$attributes": {"Rojo_Target_Value": name}}
        for index, name in enumerate(names)
    }
    tree = {"$className": "Folder", "Src": {"$path": "src", "$id": "by project"}, **ways}
    root = project(tmp_path, tree, files).checked().root
    targets = [
        root.find("Src"),
        root.find("Src", "M"),
        root.find("Src", "M", "In"),
        root.find("Src", "Text"),
        root.find("Src", "Dir"),
    ]
    for index, target in enumerate(targets):
        way = root.find(f"Way{index}")
        assert way is not None
        assert target is not None
        assert way.properties["Value"] == Ref(target.referent)
    nobody = root.find("Way5")
    assert nobody is not None
    assert "Value" not in nobody.properties


def test_translations_yaml_and_other_data(tmp_path: Path) -> None:
    table = 'Key,Source,Context,Example,es,,fr\nAck,"Ack, ""all""!",,A cry,¡Ay!,x,\n,,,,no key,,\n\n,Only source,,,si,,oui\n'
    yaml = "string: text\nyes: no\nhex: 0xff\nlist:\n  - ~\n  - 1.5\n  - !!str 5\n1: one\nshared: &a [1]\nagain: *a\n"
    files = {
        "src/Words.csv": table, "src/Words.meta.json": {"attributes": {"a": 1}}, "src/Data.yaml": yaml,
        "src/More.yml": "[]", "src/Folder/init.csv": "Key,es\nA,B\n", "src/Folder/In.luau": "",
        "src/Comments.jsonc": '{"a": [1, 2,], /* no */ "b": "x,]", }', "src/Empty.model.json": "",
    }  # fmt: skip
    root = project(tmp_path, {"$path": "src"}, files).checked().root
    assert outline(root) == {
        "Comments": "ModuleScript", "Data": "ModuleScript", "Folder": "LocalizationTable", "Folder.In": "ModuleScript",
        "More": "ModuleScript", "Words": "LocalizationTable",
    }  # fmt: skip
    words, data, comments = (root.find(name) for name in ("Words", "Data", "Comments"))
    assert words is not None
    assert json.loads(str(words.properties["Contents"])) == [
        {"key": "Ack", "example": "A cry", "source": 'Ack, "all"!', "values": {"es": "¡Ay!"}},
        {"source": "Only source", "values": {"es": "si", "fr": "oui"}},
    ]
    assert words.properties["Attributes"] == Attributes.of({"a": 1.0})
    assert data is not None
    assert data.source == (
        'return {\n\tstring = "text",\n\tyes = "no",\n\thex = 255,\n\tlist = {nil, 1.5, "5"},\n\t[1] = "one",\n'
        "\tshared = {1},\n\tagain = {1},\n}"
    )
    assert comments is not None
    assert comments.source == 'return {\n\ta = {1, 2},\n\tb = "x,]",\n}'


@pytest.mark.parametrize(
    ("name", "text", "line", "rule"),
    [
        ("A.yaml", "a: [\n", 2, "yaml/syntax"), ("A.yaml", "a: 1\n---\nb: 2\n", 2, "yaml/syntax"),
        ("A.yaml", "a: &x [*x]\n", 1, "yaml/depth"), ("A.yaml", "a: 1\na: 2\n", 2, "yaml/syntax"),
        ("A.yaml", "&a [1]: 2\n", 1, "yaml/syntax"), ("A.yaml", "[" * 1200, 1, "yaml/depth"),
        ("A.yaml", "a: &a [0,0,0,0,0,0,0,0,0,0]\n" + "".join(f"{n}: &{n} [{','.join(f'*{p}' for _ in range(10))}]\n" for p, n in zip("abcdef", "bcdefg", strict=True)), 1, "yaml/syntax"),
        ("A.toml", f"a = {'[' * 5000}", 1, "toml/depth"), ("A.csv", "Key,es\nA,b,c\n", 2, "csv/row"), ("A.csv", 'Key\n"a', 2, "csv/syntax"),
    ],
)  # fmt: skip
def test_a_mistake_in_data_has_its_place(tmp_path: Path, name: str, text: str, line: int, rule: str) -> None:
    found = problem(project(tmp_path, {"$path": "src"}, {f"src/{name}": text}))
    assert (Path(found.path).name, found.line, found.rule) == (name, line, rule)


def test_sync_rules_say_what_files_are(tmp_path: Path) -> None:
    rules = [
        {"pattern": "src/*.data", "use": "text", "suffix": ".data", "exclude": "src/secret.data"},
        {"pattern": "*.spec.luau", "use": "ignore"},
        {"pattern": "*.boot.luau", "use": "runContextServerScript", "suffix": ".boot.luau"},
        {"pattern": "*.rules", "use": "json"},
    ]
    files = {
        "src/Note.data": "hello", "src/secret.data": "", "src/A.spec.luau": "", "src/Main.boot.luau": "", "src/B.rules": "[1]",
        "src/Lib/default.project.json": {"name": "Lib", "tree": {"$path": "in"}}, "src/Lib/in/C.spec.luau": "",
    }  # fmt: skip
    root = project(tmp_path, {"$path": "src"}, files, syncRules=rules).checked().root
    assert outline(root) == {
        "B": "ModuleScript", "Lib": "Folder", "Lib.C.spec": "ModuleScript", "Main": "Script", "Note": "StringValue",
    }, "a project's rules are for its own files"  # fmt: skip
    main = root.find("Main")
    assert main is not None
    assert main.properties["RunContext"] == EnumItem("RunContext", "Server")
    for wrong in ({}, [3], [{"pattern": "*"}], [{"pattern": "*", "use": "magic"}], [{"pattern": "[", "use": "text"}]):
        assert problem(project(tmp_path, {"$path": "src"}, syncRules=wrong)).rule == "project/sync-rules"


def test_what_a_project_ignores_its_projects_inside_do_too(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "src/lib/default.project.json": {"name": "lib", "tree": {"$path": "in"}, "globIgnorePaths": ["**/*.x.luau"]},
        "src/lib/in/A.spec.luau": "", "src/lib/in/B.x.luau": "", "src/lib/in/C.luau": "", "src/B.x.luau": "",
        "src/Keep.spec.luau": "",
    }  # fmt: skip
    ignored = ["**/*.spec.luau", "!**/Keep.spec.luau"]
    found = project(tmp_path, {"$path": "src"}, files, globIgnorePaths=ignored).checked()
    assert set(outline(found.root)) == {"B.x", "Keep.spec", "lib", "lib.C"}
    assert problem(project(tmp_path, {"$path": "src"}, globIgnorePaths=["{a"])).rule == "project/globs"


def test_wally_packages_are_mounted_with_their_links(tmp_path: Path) -> None:
    link = 'return require(script.Parent._Index["a_signal@2.0.1"]["signal"])\n'
    index = "Packages/_Index/a_signal@2.0.1"
    files: dict[str, Any] = {
        "Packages/Signal.lua": link, f"{index}/signal/default.project.json": {"name": "signal", "tree": {"$path": "lib"}},
        f"{index}/signal/lib/init.lua": "return {}", f"{index}/Dep.lua": "return 1",
    }  # fmt: skip
    tree = {"$className": "DataModel", "ReplicatedStorage": {"Packages": {"$path": "Packages"}}}
    assert outline(project(tmp_path, tree, files).checked().root) == {
        "ReplicatedStorage": "ReplicatedStorage",
        "ReplicatedStorage.Packages": "Folder",
        "ReplicatedStorage.Packages.Signal": "ModuleScript",
        "ReplicatedStorage.Packages._Index": "Folder",
        "ReplicatedStorage.Packages._Index.a_signal@2.0.1": "Folder",
        "ReplicatedStorage.Packages._Index.a_signal@2.0.1.Dep": "ModuleScript",
        "ReplicatedStorage.Packages._Index.a_signal@2.0.1.signal": "ModuleScript",
    }


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["$className", "$path", "$properties", "Workspace", "a", "Size", "tree"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    tree=json_value, rest=st.dictionaries(st.sampled_from(["globIgnorePaths", "name", "emitLegacyScripts"]), json_value)
)
def test_any_json_is_read_or_gets_mistakes_with_places(
    tmp_path_factory: pytest.TempPathFactory, tree: Any, rest: dict[str, Any]
) -> None:
    folder = put(tmp_path_factory.mktemp("project"), {"default.project.json": {**rest, "tree": tree}})
    try:
        found = read_project(folder).problems
    except ProjectError as fault:
        found = fault.diagnostics
        assert found
    assert all(d.line >= 1 and d.column >= 1 and d.message and d.remedy for d in found)
