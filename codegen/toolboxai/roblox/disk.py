"""How properties stand in model files of either format: their names there, and the kinds of their values."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from toolboxai.errors import ToolboxError
from toolboxai.roblox import api
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
    Opaque,
    OpaqueColumn,
    PhysicalProperties,
    Ray,
    Rect,
    Ref,
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
    from_plain,
)

# What a property of each kind may hold. A value's own kind is the first that takes its type.
ACCEPTS: dict[str, tuple[type, ...]] = {
    "string": (str, Binary),
    "ProtectedString": (str, Binary),
    "ContentId": (str, Binary),
    "BinaryString": (Binary,),
    "Tags": (Tags, Binary),
    "Attributes": (Attributes, Binary),
    "SharedString": (SharedString,),
    "NetAssetRef": (SharedString,),
    "Bytecode": (Binary,),
    "bool": (bool,),
    "int64": (int, float),
    "int": (int, float),
    "double": (float, int),
    "float": (float, int),
    "Enum": (EnumItem, Token),
    "Ref": (Ref,),
    "CFrame": (CFrame,),
    "OptionalCFrame": (CFrame, Unset),
    "PhysicalProperties": (PhysicalProperties, Unset),
    "Color3": (Color3,),
    "Color3uint8": (Color3,),
    **{kind.__name__: (kind,) for kind in (
        Axes, BrickColor, ColorSequence, Content, Faces, Font, NumberRange, NumberSequence, Ray, Rect,
        SecurityCapabilities, UDim, UDim2, UniqueId, Vector2, Vector3, Vector3int16,
    )},
}  # fmt: skip
_KIND_OF_VALUE: dict[type, str] = {accepted[0]: kind for kind, accepted in reversed(ACCEPTS.items())}
_KIND_OF_VALUE |= {Binary: "BinaryString", Token: "Enum"}
WHOLE = {"int": 2**31, "int64": 2**63}
_FLOAT32 = struct.Struct("<f")
_SINGLES = (Vector2, Vector3, Color3, NumberRange, Rect, Ray, PhysicalProperties)
_OTHER_NAMES = {"String": "string", "MaterialColors": "BinaryString"}


class UnfitValueError(ToolboxError, ValueError):
    """A value that the property cannot have in a file."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A property as files have it; ``kind`` is None where the facts do not know it."""

    name: str
    disk: str
    kind: str | None
    enum: str = ""


def _stored(class_name: str, name: str, disk: str) -> Stored:
    known = api.members(class_name).get(name, {})
    if known.get("enum"):
        return Stored(name, disk, "Enum", known["type"])
    # Attributes and tags are blobs on disk, and more than that to everyone else.
    named: Any = known.get("type")
    if named not in {"Attributes", "Tags"}:
        named = known.get("disk_type", named)
    named = _OTHER_NAMES.get(named, named)
    if named not in ACCEPTS:
        named = "Ref" if named and api.find_class(named) else None
    return Stored(name, disk, named)


@cache
def by_name(class_name: str, name: str) -> Stored:
    """The property that an item of the class has under a name, an alias too."""
    if api.find_class(class_name) is None:
        return Stored(name, name, None)
    known = api.members(class_name).get(name, {})
    if "alias" in known:
        return by_name(class_name, known["alias"])
    return _stored(class_name, name, known.get("disk", name))


@cache
def by_disk_name(class_name: str, disk: str) -> Stored:
    """The property that a file has under a name."""
    if api.find_class(class_name) is None:
        return Stored(disk, disk, None)
    return _stored(class_name, api.disk_names(class_name).get(disk, disk), disk)


def kind_to_write(stored: Stored, value: Value) -> tuple[str, Value]:
    """The kind that a value is written as, and the value; raises `UnfitValueError` where it is none of its property."""
    if isinstance(value, OfKind):
        kind, value = value.kind, value.value
    else:
        kind = stored.kind or kind_of(value)
    if not isinstance(value, ACCEPTS.get(kind, ())) or (isinstance(value, bool) and kind != "bool"):
        raise UnfitValueError(f"{value!r} is no {kind}", remedy=f"give a value of type {kind}")
    if isinstance(value, int | float) and kind in WHOLE:
        limit = WHOLE[kind]
        if not -limit <= value < limit or value != int(value):
            raise UnfitValueError(f"{value} is no {kind}", remedy="use a whole number in its range")
        return kind, int(value)
    return kind, value


def kind_of(value: Value) -> str:
    """The kind that a value has of itself; raises `UnfitValueError` for what only the file it came from can hold."""
    if isinstance(value, Unset):
        return value.kind
    if isinstance(value, Opaque | OpaqueColumn):
        where = f"<{value.tag}>" if isinstance(value, Opaque) else f"type 0x{value.type_id:02X}"
        form = "an XML" if isinstance(value, Opaque) else "a binary"
        raise UnfitValueError(
            f"it has the unknown {where} of {form} file", remedy=f"keep {form} file, or take the property out"
        )
    return _KIND_OF_VALUE[type(value)]


def as_read(stored: Stored, kind: str, value: Value) -> Value:
    """What a property holds where a file has ``value`` as ``kind``.

    It is turned into the property's own kind if it can be; else its kind stays beside it, and it is written as it was.
    """
    wanted = stored.kind
    if wanted is None:
        return value if isinstance(value, Unset) or _KIND_OF_VALUE.get(type(value)) == kind else OfKind(kind, value)
    if wanted == kind or (isinstance(value, ACCEPTS[wanted]) and not isinstance(value, bool | int | float)):
        return value
    turned = _turned(stored, wanted, value)
    return OfKind(kind, value) if turned is None else turned


def _turned(stored: Stored, wanted: str, value: Value) -> Value | None:
    match value:
        case bool():
            return None
        case int() | float() if wanted in WHOLE:
            return int(value) if value == value and abs(value) < WHOLE[wanted] and value == int(value) else None  # noqa: PLR0124 - NaN
        case int() | float() if wanted in {"float", "double"}:
            return float(value)
        case int() if wanted == "BrickColor":
            return BrickColor(value)
        case BrickColor() if wanted in WHOLE:
            return value.number
        case int() if wanted == "Enum":
            return enum_item(stored.enum, value)
        case str() if wanted == "Content":
            return Content(value or None)
        case Content() if wanted == "ContentId" and not value.referent:
            return value.uri or ""
    return None


@cache
def usual(class_name: str, name: str) -> Value | None:
    """A property's default as a file would have it; None where the facts have none."""
    if api.find_class(class_name) is None:
        return None
    stored = by_name(class_name, name)
    plain = api.defaults(class_name).get(stored.name)
    try:
        value = None if plain is None else rounded(from_plain(plain))
        return value if value is None or kind_to_write(stored, value)[0] == stored.kind else None
    except (ValueFormError, UnfitValueError):
        return None


def rounded(value: Value) -> Value:
    """The value with its numbers as files hold them."""
    if isinstance(value, float):
        return single(value)
    if isinstance(value, CFrame):
        return CFrame.of([single(number) for number in value.numbers()])
    return type(value).of([single(n) for n in value.numbers()]) if isinstance(value, _SINGLES) else value


def enum_item(enum: str, number: int) -> EnumItem | Token:
    """The item of that number; the bare number where the enum has none."""
    name = _names(enum).get(number)
    return EnumItem(enum, name) if name is not None else Token(number)


@cache
def _names(enum: str) -> dict[int, str]:
    items = (api.find_enum(enum) or {"items": {}})["items"]
    return {number: name for name, number in reversed(items.items())}


def enum_number(stored: Stored, value: EnumItem | Token) -> int:
    """An item's number; raises `UnfitValueError` for an item that its property cannot have."""
    if isinstance(value, Token):
        return value.number
    items = (api.find_enum(value.enum) or {"items": {}})["items"]
    if value.name not in items or (stored.enum and stored.enum != value.enum):
        wanted = stored.enum or value.enum
        raise UnfitValueError(f"Enum.{value.enum}.{value.name} is no item of Enum.{wanted}", remedy="correct the item")
    number: int = items[value.name]
    return number


def single(value: float) -> float:
    """The nearest number of 32 bits, which is what files and the engine hold of most."""
    try:
        found: float = _FLOAT32.unpack(_FLOAT32.pack(value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return found


def float_bytes(row: Sequence[float]) -> bytes:
    """A row of such numbers, as files and attributes have them."""
    try:
        return struct.pack(f"<{len(row)}f", *row)
    except OverflowError:
        return struct.pack(f"<{len(row)}f", *map(single, row))


def singles(row: Sequence[float]) -> list[float]:
    return list(struct.unpack(f"<{len(row)}f", float_bytes(row)))


def font_weight(value: Font) -> int:
    items = (api.find_enum("FontWeight") or {"items": {}})["items"]
    if value.weight not in items:
        raise UnfitValueError(f"{value.weight!r} is no font weight", remedy=f"one of {', '.join(items)}")
    number: int = items[value.weight]
    return number


def font_style(value: Font) -> int:
    items = (api.find_enum("FontStyle") or {"items": {}})["items"]
    if value.style not in items:
        raise UnfitValueError(f"{value.style!r} is no font style", remedy=f"one of {', '.join(items)}")
    number: int = items[value.style]
    return number


def font(family: str, weight: int, style: int, face: str) -> Font:
    """A font as files number it; a weight or style that nobody knows is the plain one."""
    return Font(family, _names("FontWeight").get(weight, "Regular"), _names("FontStyle").get(style, "Normal"), face)
