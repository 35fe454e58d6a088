"""Compiles the engine API's JSON descriptions into the one compact table that `roblox.api` reads.

Run as ``python -m toolboxai.roblox.compile_facts FOLDER``: FOLDER holds ``classes.json``, ``properties.json``,
``enums.json``, ``datatypes.json``, ``libraries.json`` and ``globals.json``. A line of the result is a class, an enum or
a data type, so that a new engine version shows as a readable diff.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "data" / "engine.json"

_Json = dict[str, Any]

_FLAGS = {
    "ReadOnly": "read_only",
    "NotScriptable": "not_scriptable",
    "Hidden": "hidden",
    "Yields": "yields",
    "CanYield": "can_yield",
    "CustomLuaState": "custom_lua_state",
    "NotReplicated": "not_replicated",
    "NotBrowsable": "not_browsable",
    "Deprecated": "deprecated",
}
_TYPES = {"boolean": "bool", "Bool": "bool", "Float32": "float", "Float64": "double", "Int32": "int", "Int64": "int64",
          "String": "string", "Datatype.Font": "Font", "Enum.Font": "Font",
          # What the engine calls them inside; scripts see plain values.
          "Flyweight": "BinaryString", "Rotation2D": "float", "ScreenSafeInsetsModel": "Vector2",
          "time_duration": "string"}  # fmt: skip

# Named by data types and defaults, but not described with the enums.
_UNDESCRIBED_ENUMS = {
    "FontWeight": {
        "Thin": 100, "ExtraLight": 200, "Light": 300, "Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700,
        "ExtraBold": 800, "Heavy": 900,
    },
}  # fmt: skip


def _sequence(value: _Json, *fields: str) -> list[list[float]]:
    rows = []
    for point in value["keypoints"]:
        row = [point["time"]]
        for field in fields:
            row += point[field] if isinstance(point[field], list) else [point[field]]
        rows.append(row)
    return rows


def _flat(value: list[list[float]]) -> list[float]:
    return [number for row in value for number in row]


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "Bool": bool,
    "String": str,
    "ContentId": str,
    "Int32": int,
    "Int64": int,
    "Float32": float,
    "Float64": float,
    "Vector2": lambda v: ["Vector2", *v],
    "Vector3": lambda v: ["Vector3", *v],
    "Vector3int16": lambda v: ["Vector3int16", *v],
    "Color3": lambda v: ["Color3", *v],
    "Color3uint8": lambda v: ["Color3", *(channel / 255 for channel in v)],
    "BrickColor": lambda v: ["BrickColor", v],
    "CFrame": lambda v: ["CFrame", *v["position"], *_flat(v["orientation"])],
    "UDim": lambda v: ["UDim", *v],
    "UDim2": lambda v: ["UDim2", *_flat(v)],
    "NumberRange": lambda v: ["NumberRange", *v],
    "NumberSequence": lambda v: ["NumberSequence", *_sequence(v, "value", "envelope")],
    "ColorSequence": lambda v: ["ColorSequence", *_sequence(v, "color")],
    "Rect": lambda v: ["Rect", *_flat(v)],
    "Ray": lambda v: ["Ray", *v["origin"], *v["direction"]],
    "Faces": lambda v: ["Faces", *sorted(v)],
    "Axes": lambda v: ["Axes", *sorted(v)],
    "Font": lambda v: ["Font", v["family"], v["weight"], v["style"]],
    "Content": lambda v: ["Content", None if v == "None" else v["Uri"]],
}


def _is_whole(value: Any) -> bool:
    """Whether JSON kept every number: it has no word for an infinity and wrote null."""
    return all(_is_whole(v) for v in value) if isinstance(value, list) else value is not None


class _Compiler:
    def __init__(self, folder: Path) -> None:
        def read(name: str) -> _Json:
            parsed: _Json = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            return parsed

        documented, stored = read("classes"), read("properties")
        self.version = {"api": documented["studio_version"], "properties": stored["studio_version"]}
        self.documented: Mapping[str, _Json] = documented["classes"]
        self.stored: Mapping[str, _Json] = stored["classes"]
        added = {
            name: {"items": [{"name": item, "value": value} for item, value in items.items()]}
            for name, items in _UNDESCRIBED_ENUMS.items()
        }
        self.enums: Mapping[str, _Json] = added | read("enums")["enums"]
        self.datatypes: _Json = read("datatypes")["datatypes"]
        self.libraries: _Json = read("libraries")["libraries"]
        self.globals: _Json = read("globals")["globals"]

    # --- members ----------------------------------------------------------------------------------------------------

    def _flags(self, member: _Json) -> _Json:
        flags: _Json = {_FLAGS[tag]: True for tag in member.get("tags", ()) if tag in _FLAGS}
        if member.get("deprecated"):
            flags["deprecated"] = True
        if member.get("use"):
            flags["use"] = member["use"]
        return flags

    def _property(self, class_name: str, name: str, member: _Json | None) -> _Json:
        stored = self._stored_property(class_name, name)
        named = member["type"] if member else stored["type"] if stored else "Variant"
        enum = stored["type_kind"] == "Enum" if stored else named in self.enums and named not in self.datatypes
        facts: _Json = {"kind": "property", "type": _TYPES.get(named, named)}
        if enum or named == "Enum.Font":
            facts["enum"] = True
        if member is None:
            facts["undocumented"] = True
            facts |= {"not_scriptable": True} if stored and stored["scriptability"] in {"None", "Custom"} else {}
            facts |= {"read_only": True} if stored and stored["scriptability"] == "Read" else {}
        else:
            facts |= {side: level for side, level in member["security"].items() if level != "None"}
            facts |= self._flags(member)
        return facts | (self._storage(class_name, named, stored) if stored else {})

    def _storage(self, class_name: str, named: str, stored: _Json) -> _Json:
        """How the property stands in files: ``saved``, ``disk`` and ``disk_type`` where they differ, its successors."""
        facts: _Json = {}
        if "alias_for" in stored:
            facts["alias"] = stored["alias_for"]
        if "migrates_to" in stored:
            names = stored["migrates_to"]["To"]
            facts["moved_to"] = names if isinstance(names, list) else [names]
            facts["moved_by"] = stored["migrates_to"]["Migration"]
        if stored.get("serializes") or "serializes_as" in stored or "migrates_to" in stored:
            facts["saved"] = True
        disk_type = stored["type"]
        if "serializes_as" in stored:
            facts["disk"] = stored["serializes_as"]
            target = self._stored_property(class_name, stored["serializes_as"])
            disk_type = target["type"] if target else disk_type
        if named == "ProtectedString":
            disk_type = "ProtectedString"
        if stored["type_kind"] != "Enum" and _TYPES.get(disk_type, disk_type) != _TYPES.get(named, named):
            facts["disk_type"] = disk_type
        return facts

    def _stored_property(self, class_name: str, name: str) -> _Json | None:
        current: str | None = class_name
        while current and current in self.stored:
            found: _Json | None = self.stored[current]["properties"].get(name)
            if found is not None:
                return found
            current = self.stored[current].get("superclass")
        return None

    def _callable(self, kind: str, member: _Json) -> _Json:
        facts: _Json = {"kind": kind, "parameters": member["parameters"]}
        if "returns" in member:
            facts["returns"] = [kept for kept in member["returns"] if kept != "()"]
        if member["security"] != "None":
            facts["security"] = member["security"]
        return facts | self._flags(member)

    # --- classes ----------------------------------------------------------------------------------------------------

    def _members(self, name: str) -> _Json:
        documented = self.documented.get(name, {})
        members: _Json = {}
        for member in documented.get("properties", ()):
            members[member["name"]] = self._property(name, member["name"], member)
        for plural, kind in (("methods", "method"), ("events", "event"), ("callbacks", "callback")):
            for member in documented.get(plural, ()):
                members[member["name"]] = self._callable(kind, member)
        for unseen in self.stored.get(name, {}).get("properties", {}):
            if unseen not in members:
                members[unseen] = self._property(name, unseen, None)
        return dict(sorted(members.items()))

    def _default(self, class_name: str, name: str, tagged: _Json) -> Any:
        ((kind, value),) = tagged.items()
        if kind == "Enum":
            facts = self._stored_property(class_name, name)
            items = self.enums.get(facts["type"] if facts else "", {}).get("items", ())
            found = [["EnumItem", facts["type"], item["name"]] for item in items if facts and item["value"] == value]
            return found[0] if found else None
        if kind not in _PLAIN or not _is_whole(value):
            return None
        return _PLAIN[kind](value)

    def _defaults(self, name: str) -> _Json:
        """Every default of a class whose value offline code can hold, inherited ones too."""
        found = self.stored.get(name, {}).get("defaults", {})
        plain = {key: self._default(name, key, tagged) for key, tagged in found.items()}
        return {key: value for key, value in sorted(plain.items()) if value is not None}

    def _class(self, name: str) -> _Json:
        documented = self.documented.get(name)
        stored = self.stored.get(name, {})
        superclass = (documented.get("inherits") or [None])[0] if documented else stored.get("superclass")
        facts: _Json = {"superclass": superclass}
        if documented is None:
            facts["undocumented"] = True
        else:
            facts["tags"] = sorted(documented.get("tags", ()))
        if documented and documented.get("use"):
            facts["use"] = documented["use"]
        facts["members"] = self._members(name)
        # Only what differs from the superclass: the reader merges along the chain.
        above = self._defaults(superclass) if superclass else {}
        facts["defaults"] = {k: v for k, v in self._defaults(name).items() if k not in above or above[k] != v}
        return facts

    def _enum(self, name: str) -> _Json:
        enum = self.enums[name]
        facts: _Json = {"items": {item["name"]: item["value"] for item in enum["items"]}}
        old = [item["name"] for item in enum["items"] if item.get("deprecated")]
        return (
            facts | ({"deprecated_items": old} if old else {}) | ({"deprecated": True} if "deprecated" in enum else {})
        )

    def table(self) -> dict[str, _Json]:
        return {
            "classes": {name: self._class(name) for name in sorted(self.documented.keys() | self.stored.keys())},
            "enums": {name: self._enum(name) for name in sorted(self.enums)},
            "datatypes": dict(sorted(self.datatypes.items())),
            "libraries": dict(sorted(self.libraries.items())),
            "globals": dict(sorted(self.globals.items())),
        }


def _lines(version: _Json, table: Mapping[str, _Json]) -> Iterable[str]:
    def packed(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    yield '{"generated":"python -m toolboxai.roblox.compile_facts FOLDER; do not edit",'
    yield f'"version":{packed(version)}'
    for part, entries in table.items():
        yield f',"{part}":{{'
        last = len(entries) - 1
        for index, (name, facts) in enumerate(entries.items()):
            yield f"{packed(name)}:{packed(facts)}{',' if index < last else ''}"
        yield "}"
    yield "}"


def compile_facts(folder: Path) -> bytes:
    """The table's bytes, the same for the same input on every machine."""
    compiler = _Compiler(folder)
    return ("\n".join(_lines(compiler.version, compiler.table())) + "\n").encode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m toolboxai.roblox.compile_facts FOLDER")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_bytes(compile_facts(Path(sys.argv[1])))
