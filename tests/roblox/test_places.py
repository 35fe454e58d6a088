"""Places: what a path holds, by which names its scripts are known, and what is no place."""

import json
from pathlib import Path

import pytest

from toolboxai.errors import ToolboxError
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import SUFFIXES, write_model
from toolboxai.roblox.places import HOME, NoPlaceError, read_place

TREE = {"$className": "DataModel", "Code": {"$className": "ServerScriptService", "Main": {"$path": "src"}}}
SCRIPT = Item("Script", "Main", {"Source": "print(1)"})


def project(folder: Path, tree: dict[str, object], name: str = "default.project.json") -> Path:
    (folder / "src").mkdir()
    (folder / "src" / "init.server.luau").write_text("print(1)", "utf-8")
    (folder / name).write_text(json.dumps({"name": "Game", "tree": tree}), "utf-8")
    return folder / name


def test_a_place_project_knows_its_scripts_by_the_services_classes(tmp_path: Path) -> None:
    place = read_place(project(tmp_path, TREE)).whole()
    names = ("ServerScriptService", "Main")
    assert place.files == {names: tmp_path / "src" / "init.server.luau"}
    assert place.names_of(tmp_path / "src" / "init.server.luau") == names
    assert place.names_of(tmp_path / "src") is None
    assert [(item.class_name, parent) for item, parent in place.mounts] == [("DataModel", "")]
    assert place.is_project


def test_what_is_no_place_is_put_in_replicated_storage(tmp_path: Path) -> None:
    place = read_place(project(tmp_path, {"$path": "src"}))
    assert place.files == {(HOME, "Game"): tmp_path / "src" / "init.server.luau"}
    assert [(item.class_name, parent) for item, parent in place.mounts] == [("Script", HOME)]
    with pytest.raises(NoPlaceError, match=r"default\.project\.json is no place") as caught:
        place.whole()
    assert "DataModel" in (caught.value.remedy or "")


def test_a_folder_is_its_project_and_a_path_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, TREE, "game.project.json")
    monkeypatch.chdir(tmp_path / "src")
    place = read_place(Path(".."))
    assert (place.source.name, place.folder.resolve()) == ("game.project.json", tmp_path.resolve())
    assert list(place.files.values()) == [tmp_path / "src" / "init.server.luau"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_files_are_places_by_their_names(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"it{suffix}"
    file.write_bytes(write_model([SCRIPT, Item("Folder", "Other")], suffix))
    place = read_place(file)
    assert place.is_whole == suffix.startswith(".rbxl")
    assert not place.is_project
    tops = place.roots[0].children if place.is_whole else place.roots
    assert [item.name for item in tops] == ["Main", "Other"]
    assert {parent for _, parent in place.mounts} == {"" if place.is_whole else HOME}


def test_a_model_of_another_name_is_a_model_and_a_folder_named_as_one_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(write_model([SCRIPT], ".rbxm"))
    assert read_place(tmp_path / "model.bin").roots == [SCRIPT]
    (tmp_path / "game.rbxl").mkdir()
    assert read_place(project(tmp_path / "game.rbxl", TREE)).is_project


def test_an_empty_model_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "it.rbxm").write_bytes(write_model([], ".rbxm"))
    assert not read_place(tmp_path / "it.rbxm").is_whole


def test_what_a_file_loses_is_noted(tmp_path: Path) -> None:
    file = tmp_path / "it.rbxm"
    file.write_bytes(write_model([SCRIPT], ".rbxm").replace(b"META", b"NEWS"))
    assert [note.rule for note in read_place(file).notes] == ["model/left-out"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone", "is not there"),
        ("gone.project.json", "is not there"),
        ("gone.rbxl", "cannot be read"),
        ("text.luau", "is neither a binary nor an XML model"),
        ("broken.project.json", "broken"),
    ],
)
def test_what_holds_nothing_is_one_fault_with_a_remedy(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "text.luau").write_text("print(1)", "utf-8")
    (tmp_path / "broken.project.json").write_text("{", "utf-8")
    with pytest.raises(ToolboxError, match=says) as caught:
        read_place(tmp_path / name)
    assert caught.value.remedy
