"""Property values as Rojo projects, ``.model.json`` and ``.meta.json`` write them, read with the engine's facts."""

import difflib
from collections.abc import Callable, Iterable
from typing import Any

from toolboxai.roblox import api
from toolboxai.roblox.values import (
    Attributes,
    BrickColor,
    CFrame,
    Color3,
    ColorSequence,
    Content,
    EnumItem,
    Font,
    NumberRange,
    NumberSequence,
    PhysicalProperties,
    Rect,
    Tags,
    Token,
    UDim,
    UDim2,
    Value,
    ValueFormError,
    Vector2,
    Vector3,
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
    return Content(str(value) or None)


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


# The names on the left are Rojo's; a value may say its type: {"Vector3": [1, 2, 3]}.
_EXPLICIT: dict[str, Callable[[Any], Value]] = {
    "String": _scalar(str),
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
    "ContentId": _scalar(str),
    "Font": lambda v: Font(v["family"], v.get("weight", "Regular"), v.get("style", "Normal")),
    "Tags": lambda v: Tags.of(list(v)),
    "PhysicalProperties": lambda v: PhysicalProperties(
        v["density"], v["friction"], v["elasticity"], v["frictionWeight"], v["elasticityWeight"]
    ),
}
_IMPLICIT: dict[str, Callable[[Any], Value]] = {
    "string": _EXPLICIT["String"],
    "ProtectedString": _EXPLICIT["String"],
    "bool": _EXPLICIT["Bool"],
    "int": _EXPLICIT["Int32"],
    "int64": _EXPLICIT["Int64"],
    "float": _EXPLICIT["Float32"],
    "double": _EXPLICIT["Float64"],
    **{name: _EXPLICIT[name] for name in (
        "Vector2", "Vector3", "Color3", "CFrame", "UDim", "UDim2", "Rect", "NumberRange", "NumberSequence",
        "ColorSequence", "Content", "ContentId", "Font", "Tags", "BrickColor", "PhysicalProperties",
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
            ((kind, inner),) = value.items()
            found[name] = _convert(_EXPLICIT[kind], kind, inner)
        elif isinstance(value, str | bool | int | float):
            found[name] = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        else:
            raise PropertyMistakeError(
                f"attribute {name} has no type that attributes can have", 'say the type: {"Vector3": [0, 0, 0]}'
            )
    return Attributes.of(found)


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
    if facts is None or facts["kind"] != "property":
        properties = [key for key, held in api.members(class_name).items() if held["kind"] == "property"]
        hint = nearest(name, properties)
        raise PropertyMistakeError(
            f"{class_name} has no property {name!r}", hint or "correct the name, or leave it out"
        )
    if name == "Attributes":
        return name, read_attributes(written.get("Attributes", written) if isinstance(written, dict) else written)
    if facts.get("enum"):
        return name, _enum_item(facts["type"], written)
    if isinstance(written, dict) and len(written) == 1 and next(iter(written)) in _EXPLICIT:
        ((kind, inner),) = written.items()
        return name, _convert(_EXPLICIT[kind], kind, inner)
    kind = facts["type"]
    if kind not in _IMPLICIT:
        raise PropertyMistakeError(f"{class_name}.{name} is a {kind}, which cannot be written here", "set it in Studio")
    return name, _convert(_IMPLICIT[kind], kind, written)
