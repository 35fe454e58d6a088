"""Property values as Rojo projects, ``.model.json`` and ``.meta.json`` write them, read with the engine's facts."""

import base64
import difflib
from collections.abc import Callable, Iterable
from typing import Any

from toolboxai.roblox import api, disk
from toolboxai.roblox.blobs import AXES, FACES, bits_of, words_of
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
    PhysicalProperties,
    Ray,
    Rect,
    SecurityCapabilities,
    SharedString,
    Tags,
    Token,
    UDim,
    UDim2,
    UniqueId,
    Unset,
    Value,
    ValueFormError,
    Vector2,
    Vector3,
    Vector3int16,
)


class PropertyMistakeError(ValueError):
    """Why a property cannot have what is written, with a remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def nearest(word: str, words: Iterable[str]) -> str:
    """Asks "did you mean X?" where a word is near; else empty."""
    folded = {known.casefold(): known for known in words}
    found = difflib.get_close_matches(word.casefold(), folded, n=1)
    return f"did you mean {folded[found[0]]}?" if found else ""


def _flat(value: Any) -> list[Any]:
    return [part for row in value for part in (row if isinstance(row, list) else [row])]


def _cframe(value: Any) -> CFrame:
    if isinstance(value, dict):
        value = [*value["position"], *_flat(value["orientation"])]
    return CFrame.of(_flat(value))


def _sequence(value: Any, kind: type[NumberSequence] | type[ColorSequence], *fields: str) -> Value:
    points = [_flat([point["time"], *(point[field] for field in fields)]) for point in value["keypoints"]]
    return kind.of(points)


def _content(value: Any) -> Content:
    if isinstance(value, dict):
        value = value["Uri"]
    return Content(None if value in {"", "None"} else _TEXT(value))


def _bytes(value: Any) -> bytes:
    return base64.b64decode(value, validate=True)


def _physics(value: Any) -> Value:
    if value == "Default":
        return Unset("PhysicalProperties")
    numbers = (value[key] for key in ("density", "friction", "elasticity", "frictionWeight", "elasticityWeight"))
    return PhysicalProperties.of([*numbers, value.get("acousticAbsorption", 1.0)])


def _unique_id(value: str) -> UniqueId:
    random = int(value[:16], 16)
    return UniqueId(int(value[24:32], 16), int(value[16:24], 16), random - (random >> 63 << 64))


def _attribute_enum(value: Any) -> Value:
    item = disk.enum_item(value["type"], int(value["value"]))
    return OfKind(f"Enum.{value['type']}", item) if isinstance(item, Token) else item


# The order in which Terrain keeps the colours of its materials.
_TERRAIN = (
    "Grass", "Slate", "Concrete", "Brick", "Sand", "WoodPlanks", "Rock", "Glacier", "Snow", "Sandstone", "Mud",
    "Basalt", "Ground", "CrackedLava", "Asphalt", "Cobblestone", "Ice", "LeafyGrass", "Salt", "Limestone", "Pavement",
)  # fmt: skip
_TERRAIN_COLORS = bytes.fromhex(
    "6a7f3f 3f7f6b 7f663f 8a563e 8f7e5f 8b6d4f 666c6f 65b0ea c3c7da 895a47 3a2e24 1e1e25 665c3b e89c4a 737b6b 847b5a"
    "81c2e0 73844a c6bdb5 cead94 94948c"
)


def _material_colors(value: dict[str, Any]) -> Binary:
    colors = bytearray(_TERRAIN_COLORS)
    for name, channels in value.items():
        at = 3 * _TERRAIN.index(name)
        colors[at : at + 3] = bytes(channels)
    return Binary(bytes(6) + bytes(colors))


def _scalar(kind: type, *others: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, bool) and kind is not bool:
            raise ValueFormError("true and false are no numbers")
        if isinstance(value, kind):
            return value
        if isinstance(value, others) and value == kind(value):
            return kind(value)
        raise ValueFormError(f"{value!r} is no {kind.__name__}")

    return read


_TEXT = _scalar(str)
# The names on the left are Rojo's; a value may say its type: {"Vector3": [1, 2, 3]}.
_EXPLICIT: dict[str, Callable[[Any], Value]] = {
    "String": _TEXT,
    "BinaryString": lambda v: Binary(_bytes(v)),
    "SharedString": lambda v: SharedString(_bytes(v)),
    "NetAssetRef": lambda v: SharedString(_bytes(v)),
    "Bool": _scalar(bool),
    "Int32": _scalar(int, float),
    "Int64": _scalar(int, float),
    "Float32": _scalar(float, int),
    "Float64": _scalar(float, int),
    "Enum": lambda v: Token(int(v)),
    "Vector2": lambda v: Vector2.of(list(v)),
    "Vector3": lambda v: Vector3.of(list(v)),
    "Color3": lambda v: Color3.of(list(v)),
    "Color3uint8": lambda v: Color3.of([channel / 255 for channel in v]),
    "BrickColor": lambda v: BrickColor(int(v)),
    "CFrame": _cframe,
    "UDim": lambda v: UDim.of(list(v)),
    "UDim2": lambda v: UDim2.of(_flat(v)),
    "Rect": lambda v: Rect.of(_flat(v)),
    "NumberRange": lambda v: NumberRange.of(list(v)),
    "NumberSequence": lambda v: _sequence(v, NumberSequence, "value", "envelope"),
    "ColorSequence": lambda v: _sequence(v, ColorSequence, "color"),
    "Content": _content,
    "ContentId": _TEXT,
    "Font": lambda v: Font(
        v["family"], v.get("weight", "Regular"), v.get("style", "Normal"), v.get("cachedFaceId") or ""
    ),
    "Tags": lambda v: Tags.of(list(v)),
    "PhysicalProperties": _physics,
    "Vector3int16": lambda v: Vector3int16.of(list(v)),
    "Ray": lambda v: Ray.of([*v["origin"], *v["direction"]]),
    "Faces": lambda v: Faces(words_of(FACES, bits_of(FACES, Faces.of(list(v))))),
    "Axes": lambda v: Axes(words_of(AXES, bits_of(AXES, Axes.of(list(v))))),
    "OptionalCFrame": lambda v: Unset("OptionalCFrame") if v is None else _cframe(v),
    "UniqueId": _unique_id,
    "SecurityCapabilities": lambda v: SecurityCapabilities(int(v)),
    "EnumItem": _attribute_enum,
    "MaterialColors": _material_colors,
}
_KINDS = {
    "String": "string", "Bool": "bool", "Int32": "int", "Int64": "int64", "Float32": "float", "Float64": "double",
}  # fmt: skip
# Kinds of properties, whose values need not say their type.
_IMPLICIT: dict[str, Callable[[Any], Value]] = {
    "string": _TEXT,
    "ProtectedString": _TEXT,
    "bool": _EXPLICIT["Bool"],
    "int": _EXPLICIT["Int32"],
    "int64": _EXPLICIT["Int64"],
    "float": _EXPLICIT["Float32"],
    "double": _EXPLICIT["Float64"],
    "Color3uint8": _EXPLICIT["Color3"],
    **{name: _EXPLICIT[name] for name in (
        "Vector2", "Vector3", "Color3", "CFrame", "UDim", "UDim2", "Rect", "NumberRange", "NumberSequence",
        "ColorSequence", "Content", "ContentId", "Font", "Tags", "BrickColor", "PhysicalProperties", "Faces", "Axes",
        "Ray", "Vector3int16", "OptionalCFrame", "SecurityCapabilities", "UniqueId",
    )},
}  # fmt: skip


def _enum_item(enum: str, value: Any) -> Value:
    items = (api.find_enum(enum) or {"items": {}})["items"]
    number = value["Enum"] if isinstance(value, dict) and list(value) == ["Enum"] else None
    if number is not None:
        return next((EnumItem(enum, name) for name, held in items.items() if held == number), Token(int(number)))
    if not isinstance(value, str) or value not in items:
        hint = nearest(value, items) if isinstance(value, str) else ""
        raise PropertyMistakeError(f"{value!r} is no item of Enum.{enum}", hint or f"one of {', '.join(items)}")
    return EnumItem(enum, value)


def read_attributes(written: Any) -> Attributes:
    """``$attributes``: plain values, or values that say their type."""
    if not isinstance(written, dict):
        raise PropertyMistakeError("attributes must be an object", 'write {"Name": value}')
    found: dict[str, Value] = {}
    for name, value in written.items():
        if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _EXPLICIT:
            found[name] = _explicit(value)
        elif isinstance(value, str | bool | int | float):
            found[name] = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        else:
            raise PropertyMistakeError(
                f"attribute {name} has no type that attributes can have", 'say the type: {"Vector3": [0, 0, 0]}'
            )
    return Attributes.of(found)


_EXPLICIT["Attributes"] = read_attributes


def _convert(read: Callable[[Any], Value], kind: str, written: Any) -> Value:
    try:
        return read(written)
    except (ValueFormError, TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise PropertyMistakeError(f"{_short(written)} is no {kind}", f"write a value of type {kind}") from error


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def read_property(class_name: str, name: str, written: Any) -> tuple[str, Value]:
    """The property's canonical name and its value; raises `PropertyMistakeError`."""
    facts = api.find_member(class_name, name)
    if facts is not None and "alias" in facts:
        name = facts["alias"]
        facts = api.find_member(class_name, name)
    explicit = isinstance(written, dict) and len(written) == 1 and next(iter(written)) in _EXPLICIT
    if facts is None and explicit:  # of an engine that is newer than the facts
        named = next(iter(written))
        return name, disk.as_read(disk.by_name(class_name, name), _KINDS.get(named, named), _explicit(written))
    if facts is None or facts["kind"] != "property":
        properties = [key for key, held in api.members(class_name).items() if held["kind"] == "property"]
        hint = nearest(name, properties)
        raise PropertyMistakeError(
            f"{class_name} has no property {name!r}", hint or "correct the name, or leave it out"
        )
    kind = disk.by_name(class_name, name).kind
    if kind == "Attributes":
        return name, read_attributes(written.get("Attributes", written) if isinstance(written, dict) else written)
    if facts.get("enum"):
        return name, _enum_item(facts["type"], written)
    if explicit:
        return name, _explicit(written)
    if name == "MaterialColors":
        return name, _convert(_material_colors, name, written)
    if kind not in _IMPLICIT:
        named = facts["type"]
        raise PropertyMistakeError(
            f"{class_name}.{name} is a {named}, which cannot be written here", "set it in Studio"
        )
    return name, _convert(_IMPLICIT[kind], kind, written)


def _explicit(written: dict[str, Any]) -> Value:
    ((kind, inner),) = written.items()
    return _convert(_EXPLICIT[kind], kind, inner)
