"""Facts of the engine: what is known by name, how it is inherited, and that every default is a value."""

import pytest

from toolboxai.roblox import api
from toolboxai.roblox.values import from_plain, to_plain


def test_every_class_resolves_and_its_defaults_are_values_of_known_properties() -> None:
    for name in api.class_names():
        assert api.ancestry(name)[-1] == "Object"
        found = api.members(name)
        for key, plain in api.defaults(name).items():
            assert to_plain(from_plain(plain)) == plain
            assert found[key]["kind"] == "property"
            assert not found[key].get("enum") or plain[:2] == ["EnumItem", found[key]["type"]]


def test_a_member_is_found_with_its_owner_through_the_superclasses() -> None:
    assert api.find_member("Part", "Shape") == {
        "kind": "property", "type": "PartType", "enum": True, "saved": True, "disk": "shape", "owner": "Part",
        "not_replicated": True,
    }  # fmt: skip
    assert api.members("Part")["Anchored"]["owner"] == "BasePart"
    assert api.members("Part")["FindFirstChild"]["parameters"][0] == {"name": "name", "type": "string"}
    assert api.members("Part")["brickColor"]["deprecated"]
    assert api.find_member("Part", "anchored") is None


def test_security_tags_and_yielding_are_kept() -> None:
    assert api.members("HttpService")["RequestAsync"]["yields"]
    assert api.members("ScriptEditorService")["UpdateSourceAsync"]["security"] == "PluginSecurity"
    assert api.members("HttpService")["HttpEnabled"]["write"] == "LocalUserSecurity"
    assert api.members("BasePart")["AssemblyMass"]["read_only"]
    assert "security" not in api.members("Instance")["Destroy"]


def test_defaults_are_a_classs_own_or_inherited() -> None:
    assert api.defaults("Part")["Size"] == ["Vector3", 4.0, 1.2, 2.0]
    assert api.defaults("Part")["Material"] == ["EnumItem", "Material", "Plastic"]
    assert api.defaults("Part")["Archivable"] is True
    assert api.defaults("Script")["Source"] == ""


def test_what_can_be_made_and_what_is_a_service() -> None:
    assert api.is_creatable("Part")
    assert not api.is_creatable("BasePart")
    assert not api.is_creatable("Workspace")
    assert not api.is_creatable("Prat")
    assert api.is_service("ReplicatedStorage")
    assert not api.is_service("Folder")
    assert api.is_a("Part", "BasePart")
    assert not api.is_a("Folder", "BasePart")


def test_names_in_files_lead_to_the_names_that_scripts_use() -> None:
    assert api.disk_names("Part")["size"] == "Size"
    assert api.disk_names("Part")["Color3uint8"] == "Color"
    assert api.disk_names("Folder")["AttributesSerialize"] == "Attributes"


def test_enums_datatypes_libraries_and_globals() -> None:
    assert (api.find_enum("Material") or {})["items"]["Plastic"] == 256
    assert (api.find_enum("FontWeight") or {})["items"]["Bold"] == 700
    assert api.find_enum("Materiel") is None
    assert any(method["name"] == "Dot" for method in (api.find_datatype("Vector3") or {})["methods"])
    assert any(function["name"] == "defer" for function in (api.find_library("task") or {})["functions"])
    assert {"game", "workspace", "Vector3", "Enum", "task", "print", "plugin"} <= api.global_names()
    assert api.version().startswith("0.")


def test_an_unknown_class_is_a_fault_with_a_remedy() -> None:
    assert api.find_class("Prat") is None
    with pytest.raises(api.UnknownClassError, match="no class 'Prat'") as fault:
        api.members("Prat")
    assert fault.value.remedy
