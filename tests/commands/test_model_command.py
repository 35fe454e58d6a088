"""`toolboxai model`: what it shows, and what it turns into what."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolboxai.commands.model import command
from toolboxai.commands.model_text import written
from toolboxai.commands.plugin import command as plugin
from toolboxai.errors import ToolboxError
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import read_model, write_model
from toolboxai.roblox.values import (
    Attributes,
    Content,
    EnumItem,
    NumberSequence,
    OfKind,
    Ref,
    SharedString,
    Unset,
    Value,
    Vector3,
)

HOUSE = Item("Model", "House", {}, [Item("Part", "Wall", {"Size": Vector3(1.0, 2.0, 3.0), "Anchored": True})])


def run(*arguments: object) -> str:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Main.server.luau").write_text("print(1)")
    (tmp_path / "default.project.json").write_text(json.dumps({
        "name": "Game", "tree": {"$className": "DataModel", "ServerScriptService": {"$path": "src"}},
    }))  # fmt: skip
    return tmp_path


def test_a_model_is_shown_as_its_tree(tmp_path: Path) -> None:
    file = tmp_path / "House.rbxm"
    file.write_bytes(write_model([HOUSE], ".rbxm"))
    assert run("show", file) == "Model House\n  Part Wall\n"
    assert "    .Size = Vector3(1, 2, 3)\n" in run("show", file, "--properties")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (0.30000001192092896, "0.3"),
        (1e9 + 1, "1000000001"),
        ('say "so"\n', '"say \\"so\\"\\n"'),
        (EnumItem("Material", "Wood"), "Enum.Material.Wood"),
        (NumberSequence(((0.0, 1.0, 0.0), (1.0, 0.5, 0.0))), "NumberSequence((0, 1, 0), (1, 0.5, 0))"),
        (Attributes.of({"Damage": 5.0, "Home": Vector3(1, 2, 3)}), "{Damage = 5, Home = Vector3(1, 2, 3)}"),
        (Ref("RBX1"), "Car.Body"),
        (Ref(), "nil"),
        (Content(None, "RBX1"), "Content(Car.Body)"),
        (Unset("PhysicalProperties"), "nil"),
        (OfKind("int", 3), "3"),
        (SharedString(b"12345"), "5 bytes"),
    ],
)
def test_values_are_shown_as_luau_names_them(value: Value, text: str) -> None:
    assert written(value, {"RBX1": "Car.Body"}) == text


def test_a_reference_is_shown_as_the_path_of_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "Car.rbxm"
    body = Item("Part", "Body")
    body.referent = "B"
    car = Item("Model", "Car", {"PrimaryPart": Ref("B")}, children=[body])
    file.write_bytes(write_model([car], ".rbxm"))
    assert "  .PrimaryPart = Car.Body\n" in run("show", file, "--properties")


def test_every_format_becomes_every_other(tmp_path: Path) -> None:
    before = tmp_path / "first.rbxmx"
    before.write_bytes(write_model([HOUSE], ".rbxmx"))
    for name in ("a.rbxm", "b.rbxlx", "c.rbxl", "d.rbxmx"):
        out = tmp_path / name
        assert run("convert", before, out) == f"{out}: {out.stat().st_size:,} bytes\n"
        assert read_model(out) == [HOUSE]
        before = out


def test_a_project_becomes_a_place_or_a_model(project: Path) -> None:
    run("convert", project, project / "game.rbxl")
    (service,) = read_model(project / "game.rbxl")
    assert (service.class_name, service.children[0].source) == ("ServerScriptService", "print(1)")
    run("convert", project / "default.project.json", project / "game.rbxmx")
    assert [item.class_name for item in read_model(project / "game.rbxmx")] == ["DataModel"]
    assert run("show", project) == "DataModel Game\n  ServerScriptService ServerScriptService\n    Script Main\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("convert", "{}", "{}/x.txt"), r"\.txt is no format of models"),
        (("show", "{}/src/Main.server.luau"), "Main.server.luau"),
    ],
)
def test_what_cannot_be_done_is_a_fault_with_a_remedy(project: Path, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(ToolboxError, match=says) as fault:
        run(*(argument.format(project) for argument in arguments))
    assert fault.value.remedy


def test_what_a_file_loses_is_said_aside(tmp_path: Path) -> None:
    file = tmp_path / "House.rbxm"
    file.write_bytes(write_model([HOUSE], ".rbxm").replace(b"META", b"NEWS"))
    result = CliRunner().invoke(command, ["convert", str(file), str(tmp_path / "out.rbxmx")])
    assert "nobody knows its kind" in result.stderr


def test_the_plugin_is_built_as_either_format(tmp_path: Path) -> None:
    for suffix in (".rbxm", ".rbxmx"):
        out = tmp_path / f"plugin{suffix}"
        assert CliRunner().invoke(plugin, ["build", "--out", str(out)]).exit_code == 0
    assert (
        read_model(tmp_path / "plugin.rbxm")[0].name
        == read_model(tmp_path / "plugin.rbxmx")[0].name
        == "ToolboxAI_Plugin"
    )
