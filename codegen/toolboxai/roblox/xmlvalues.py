"""Property values as elements of an XML model file: one codec a data type."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from toolboxai.errors import ToolboxError
from toolboxai.roblox import api
from toolboxai.roblox.attributeblob import AttributeBlobError, decode_attributes, encode_attributes
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
    Opaque,
    PhysicalProperties,
    Ray,
    Rect,
    Ref,
    SharedString,
    Tags,
    Token,
    UDim,
    UDim2,
    Value,
    Vector2,
    Vector3,
    Vector3int16,
)

# What XML 1.0 cannot say at all, not even escaped.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG_OF_TYPE = {"CFrame": "CoordinateFrame", "Rect": "Rect2D", "OptionalCFrame": "OptionalCoordinateFrame",
                "BrickColor": "int", "Tags": "BinaryString", "Attributes": "BinaryString"}  # fmt: skip
_TYPE_OF_TAG = {"CoordinateFrame": "CFrame", "Rect2D": "Rect", "OptionalCoordinateFrame": "OptionalCFrame"}
_FACES = ("Right", "Top", "Back", "Left", "Bottom", "Front")
_AXES = ("X", "Y", "Z")
_ROTATION = tuple(f"R{row}{column}" for row in range(3) for column in range(3))
_PHYSICS = ("Density", "Friction", "Elasticity", "FrictionWeight", "ElasticityWeight", "AcousticAbsorption")
_INTEGERS = {"int": 2**31, "int64": 2**63}


class UnfitValueError(ToolboxError, ValueError):
    """A value that the property cannot have in a file."""


class UnreadableElementError(ToolboxError, ValueError):
    """An element that holds no value of its type."""


@dataclass(slots=True)
class Element:
    """A property's element, or one inside it, as it stands in the file."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    column: int
    text: str = ""
    children: "list[Element]" = field(default_factory=list)

    def child(self, tag: str) -> "Element":
        for found in self.children:
            if found.tag == tag:
                return found
        raise UnreadableElementError(f"<{self.tag}> has no <{tag}>")


@dataclass(frozen=True, slots=True)
class _Codec:
    """``write`` gives the inner XML of a value that ``read`` reads back; both raise ValueError and its like."""

    accepts: tuple[type, ...]
    write: Callable[[Any], str]
    read: Callable[[Element], Value]


# --- text and numbers -------------------------------------------------------------------------------------------------


def _text(value: str) -> str:
    found = _IMPOSSIBLE.search(value)
    if found:
        line = value.count("\n", 0, found.start()) + 1
        raise UnfitValueError(
            f"line {line} of it has U+{ord(found.group()):04X}, which XML cannot hold",
            remedy="take the character out; in a script write it as an escape",
        )
    # A bare CR would be read back as LF.
    return escape(value, {"\r": "&#13;"})


def _protected(value: str) -> str:
    text = _text(value)
    if "\r" in value:
        return text
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _number(value: float) -> str:
    if value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return "NAN"
    if value in {float("inf"), float("-inf")}:
        return "INF" if value > 0 else "-INF"
    return repr(value).removesuffix(".0")


def _float(element: Element) -> float:
    return float(element.text)


def _whole(kind: str) -> _Codec:
    def write(value: float) -> str:
        if value != int(value) or not -_INTEGERS[kind] <= value < _INTEGERS[kind]:
            raise UnfitValueError(f"{value} is no {kind}", remedy="use a whole number in its range")
        return str(int(value))

    return _Codec((int, float), write, lambda e: int(e.text))


def _floats(cls: Any, *tags: str) -> _Codec:
    return _Codec(
        (cls,),
        lambda v: "".join(f"<{tag}>{_number(n)}</{tag}>" for tag, n in zip(tags, v.numbers(), strict=True)),
        lambda e: cls.of([_float(e.child(tag)) for tag in tags]),
    )


def _row(text: str) -> list[float]:
    return [float(number) for number in text.split()]


def _points(element: Element, width: int) -> list[list[float]]:
    row = _row(element.text)
    if not row or len(row) % width:
        raise UnreadableElementError(f"{len(row)} numbers are no row of {width}")
    return [row[start : start + width] for start in range(0, len(row), width)]


def _spaced(numbers: Any) -> str:
    return "".join(f"{_number(number)} " for number in numbers)


# --- composed types ---------------------------------------------------------------------------------------------------


def _write_cframe(value: CFrame) -> str:
    tags = ("X", "Y", "Z", *_ROTATION)
    return "".join(f"<{tag}>{_number(n)}</{tag}>" for tag, n in zip(tags, value.numbers(), strict=True))


def _read_cframe(element: Element) -> CFrame:
    return CFrame.of([_float(element.child(tag)) for tag in ("X", "Y", "Z", *_ROTATION)])


def _read_optional_cframe(element: Element) -> Value:
    return _read_cframe(element.children[0]) if element.children else Opaque("OptionalCoordinateFrame", "")


def _write_optional_cframe(value: CFrame | Opaque) -> str:
    return f"<CFrame>{_write_cframe(value)}</CFrame>" if isinstance(value, CFrame) else ""


def _write_color(value: Color3) -> str:
    red, green, blue = (max(0, min(255, round(channel * 255))) for channel in value.numbers())
    return str(0xFF000000 | red << 16 | green << 8 | blue)


def _read_color(element: Element) -> Color3:
    packed = int(element.text)
    return Color3((packed >> 16 & 255) / 255, (packed >> 8 & 255) / 255, (packed & 255) / 255)


def _write_udim(value: UDim | UDim2) -> str:
    tags = ("S", "O") if isinstance(value, UDim) else ("XS", "XO", "YS", "YO")
    return "".join(f"<{tag}>{_number(n)}</{tag}>" for tag, n in zip(tags, value.numbers(), strict=True))


def _read_udim(element: Element, *tags: str) -> list[float]:
    return [int(element.child(t).text) if t.endswith("O") else _float(element.child(t)) for t in tags]


def _pairs(value: Rect | Ray, tags: tuple[str, str], names: str) -> str:
    numbers = value.numbers()
    size = len(names)
    halves = zip(tags, (numbers[:size], numbers[size:]), strict=True)
    inner = (
        (tag, "".join(f"<{n}>{_number(v)}</{n}>" for n, v in zip(names, half, strict=True))) for tag, half in halves
    )
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in inner)


def _read_pairs(element: Element, tags: tuple[str, str], names: str) -> list[float]:
    return [_float(element.child(tag).child(name)) for tag in tags for name in names]


def _bits(names: tuple[str, ...], tag: str, cls: Any) -> _Codec:
    def write(value: Any) -> str:
        return f"<{tag}>{sum(1 << names.index(word) for word in set(value.words))}</{tag}>"

    def read(element: Element) -> Any:
        number = int(element.child(tag).text)
        return cls(tuple(sorted(name for bit, name in enumerate(names) if number >> bit & 1)))

    return _Codec((cls,), write, read)


def _write_font(value: Font) -> str:
    weights = (api.find_enum("FontWeight") or {"items": {}})["items"]
    if value.weight not in weights:
        raise UnfitValueError(f"{value.weight!r} is no font weight", remedy=f"one of {', '.join(weights)}")
    family = f"<Family>{_uri('url', value.family)}</Family>"
    return f"{family}<Weight>{weights[value.weight]}</Weight><Style>{_text(value.style)}</Style>"


def _read_font(element: Element) -> Font:
    weights = (api.find_enum("FontWeight") or {"items": {}})["items"]
    number = int(element.child("Weight").text)
    named = next((name for name, value in weights.items() if value == number), "Regular")
    return Font(_address(element.child("Family")), named, element.child("Style").text.strip())


def _uri(tag: str, uri: str | None) -> str:
    return f"<{tag}>{_text(uri)}</{tag}>" if uri else "<null></null>"


def _address(element: Element) -> str:
    """The address inside, under whichever tag files of some age have it."""
    return next((child.text for child in element.children if child.tag in {"url", "uri"}), "")


def _write_physics(value: PhysicalProperties) -> str:
    rest = (f"<{tag}>{_number(n)}</{tag}>" for tag, n in zip(_PHYSICS, value.numbers(), strict=True))
    return "<CustomPhysics>true</CustomPhysics>" + "".join(rest)


def _read_physics(element: Element) -> Value:
    if element.child("CustomPhysics").text.strip().lower() != "true":
        return Opaque("PhysicalProperties", "")
    # Files from before acoustics have five numbers.
    present = {child.tag for child in element.children}
    return PhysicalProperties(*(_float(element.child(tag)) if tag in present else 1.0 for tag in _PHYSICS))


def _boolean(element: Element) -> bool:
    text = element.text.strip().lower()
    if text not in {"true", "false"}:
        raise UnreadableElementError(f"{element.text!r} is neither true nor false")
    return text == "true"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(element: Element) -> bytes:
    return base64.b64decode("".join(element.text.split()), validate=True)


def _read_tags(element: Element) -> Tags:
    return Tags(tuple(tag.decode() for tag in _decoded(element).split(b"\0") if tag))


def _write_tags(value: Tags) -> str:
    return _base64(b"\0".join(tag.encode() for tag in value.words))


_STRING = _Codec((str,), _text, lambda e: e.text)
_CODECS: dict[str, _Codec] = {
    "string": _STRING,
    "ProtectedString": _Codec((str,), _protected, lambda e: e.text),
    "bool": _Codec((bool,), lambda v: "true" if v else "false", _boolean),
    "int": _whole("int"),
    "int64": _whole("int64"),
    "float": _Codec((float, int), _number, _float),
    "double": _Codec((float, int), _number, _float),
    "Vector2": _floats(Vector2, "X", "Y"),
    "Vector3": _floats(Vector3, "X", "Y", "Z"),
    "Vector3int16": _Codec(
        (Vector3int16,),
        lambda v: "".join(f"<{tag}>{n}</{tag}>" for tag, n in zip("XYZ", v.numbers(), strict=True)),
        lambda e: Vector3int16.of([int(e.child(tag).text) for tag in "XYZ"]),
    ),
    "Color3": _floats(Color3, "R", "G", "B"),
    "Color3uint8": _Codec((Color3,), _write_color, _read_color),
    "UDim": _Codec((UDim,), _write_udim, lambda e: UDim.of(_read_udim(e, "S", "O"))),
    "UDim2": _Codec((UDim2,), _write_udim, lambda e: UDim2.of(_read_udim(e, "XS", "XO", "YS", "YO"))),
    "CFrame": _Codec((CFrame,), _write_cframe, _read_cframe),
    "OptionalCFrame": _Codec((CFrame, Opaque), _write_optional_cframe, _read_optional_cframe),
    "NumberRange": _Codec((NumberRange,), lambda v: _spaced(v.numbers()), lambda e: NumberRange.of(_row(e.text))),
    "NumberSequence": _Codec(
        (NumberSequence,),
        lambda v: _spaced(n for point in v.points for n in point),
        lambda e: NumberSequence.of(_points(e, 3)),
    ),
    "ColorSequence": _Codec(
        (ColorSequence,),
        lambda v: _spaced(n for point in v.points for n in (*point, 0)),
        lambda e: ColorSequence.of([point[:4] for point in _points(e, 5)]),
    ),
    "Rect": _Codec(
        (Rect,), lambda v: _pairs(v, ("min", "max"), "XY"), lambda e: Rect.of(_read_pairs(e, ("min", "max"), "XY"))
    ),
    "Ray": _Codec(
        (Ray,),
        lambda v: _pairs(v, ("origin", "direction"), "XYZ"),
        lambda e: Ray.of(_read_pairs(e, ("origin", "direction"), "XYZ")),
    ),
    "BrickColor": _Codec((BrickColor,), lambda v: str(v.number), lambda e: BrickColor(int(e.text))),
    "PhysicalProperties": _Codec(
        (PhysicalProperties, Opaque),
        lambda v: _write_physics(v) if isinstance(v, PhysicalProperties) else "<CustomPhysics>false</CustomPhysics>",
        _read_physics,
    ),
    "Faces": _bits(_FACES, "faces", Faces),
    "Axes": _bits(_AXES, "axes", Axes),
    "Font": _Codec((Font,), _write_font, _read_font),
    "Content": _Codec((Content,), lambda v: _uri("uri", v.uri), lambda e: Content(_address(e) or None)),
    "ContentId": _Codec((str,), lambda v: _uri("url", v), _address),
    "BinaryString": _Codec((Binary,), lambda v: _base64(v.data), lambda e: Binary(_decoded(e))),
    "Tags": _Codec((Tags,), _write_tags, _read_tags),
    "Attributes": _Codec(
        (Attributes,), lambda v: _base64(encode_attributes(v)), lambda e: decode_attributes(_decoded(e))
    ),
}
_TYPE_OF_VALUE: dict[type, str] = {
    str: "string",
    bool: "bool",
    int: "int64",
    float: "double",
    **{
        codec.accepts[0]: name
        for name, codec in reversed(_CODECS.items())
        if codec.accepts[0].__module__ == Tags.__module__
    },
}


# --- properties -------------------------------------------------------------------------------------------------------


def write_element(
    name: str, value: Value, facts: api.Facts, targets: Mapping[str, str], shared: dict[str, bytes]
) -> tuple[str, str]:
    """The property's name on disk, and its element. ``facts`` are the class's members; raises `UnfitValueError`."""
    known = facts.get(name, {})
    if "alias" in known:
        name, known = known["alias"], facts.get(known["alias"], {})
    disk = known.get("disk", name)
    match value:
        case Ref():
            tag, inner = "Ref", _target(value, targets)
        case SharedString():
            key = _base64(hashlib.sha256(value.data).digest()[:16])
            shared[key] = value.data
            tag, inner = "SharedString", key
        case EnumItem() | Token():
            tag, inner = "token", str(_enum_number(value, known))
        case Opaque() if value.tag not in {"OptionalCoordinateFrame", "PhysicalProperties"}:
            tag, inner = value.tag, _text(value.text)
        case _:
            tag, inner = _encode(value, known)
    return disk, f"<{tag} name={quoteattr(disk)}>{inner}</{tag}>\n"


def _target(value: Ref, targets: Mapping[str, str]) -> str:
    if value.referent and value.referent not in targets:
        raise UnfitValueError(f"no item of the tree has the referent {value.referent!r}", remedy="write both together")
    return targets[value.referent] if value.referent else "null"


def _enum_number(value: EnumItem | Token, known: api.Facts) -> int:
    if isinstance(value, Token):
        return value.number
    items = (api.find_enum(value.enum) or {"items": {}})["items"]
    if value.name not in items or (known.get("enum") and known["type"] != value.enum):
        wanted = known["type"] if known.get("enum") else value.enum
        raise UnfitValueError(f"Enum.{value.enum}.{value.name} is no item of Enum.{wanted}", remedy="correct the item")
    number: int = items[value.name]
    return number


def _kind(facts: api.Facts) -> str | None:
    """The type that a file keeps a property as; None where the facts do not say."""
    if facts.get("enum"):
        return None
    # These two are blobs on disk, and more than that to everyone else.
    named = (
        facts.get("type") if facts.get("type") in {"Attributes", "Tags"} else facts.get("disk_type", facts.get("type"))
    )
    return named if named in _CODECS else None


def _encode(value: Value, known: api.Facts) -> tuple[str, str]:
    kind = _kind(known)
    if known and kind is None:
        named = known["type"]
        raise UnfitValueError(f"a {type(value).__name__} is no {named}", remedy=f"give a value of type {named}")
    kind = kind or _TYPE_OF_VALUE[type(value)]
    codec = _CODECS[kind]
    if not isinstance(value, codec.accepts) or (isinstance(value, bool) and kind != "bool"):
        raise UnfitValueError(f"{value!r} is no {kind}", remedy=f"give a value of type {kind}")
    return _TAG_OF_TYPE.get(kind, kind), codec.write(value)


def read_element(element: Element, class_name: str) -> tuple[str, Value]:
    """The property's name for scripts, and its value; raises `UnreadableElementError`.

    A shared string is read as the key that the file's end explains.
    """
    disk = element.attributes.get("name")
    if not disk:
        raise UnreadableElementError(f"<{element.tag}> has no name")
    facts: api.Facts = {}
    name = disk
    if api.find_class(class_name):
        name = api.disk_names(class_name).get(disk, disk)
        facts = api.members(class_name).get(name, {})
    try:
        return name, _decode(element, facts)
    except (ValueError, ArithmeticError, binascii.Error, AttributeBlobError) as error:
        raise UnreadableElementError(f"{disk} cannot be read as {element.tag}: {error}") from error


def _decode(element: Element, facts: api.Facts) -> Value:
    match element.tag:
        case "Ref":
            text = element.text.strip()
            return Ref("" if text in {"null", "nil"} else text)
        case "SharedString":
            return Opaque("SharedString", element.text.strip())
        case "token":
            number, enum = int(element.text), facts.get("type", "")
            items = (api.find_enum(enum) or {"items": {}})["items"] if facts.get("enum") else {}
            return next((EnumItem(enum, name) for name, held in items.items() if held == number), Token(number))
    # The tag is a convention; the engine goes by the property, and files have both spellings.
    kind = _kind(facts) or _TYPE_OF_TAG.get(element.tag, element.tag)
    if kind in _CODECS:
        return _CODECS[kind].read(element)
    if element.children:
        raise UnreadableElementError(f"<{element.tag}> is no type that is known")
    return Opaque(element.tag, element.text)
