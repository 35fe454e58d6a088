"""Property values as elements of an XML model file: one codec a data type."""

import base64
import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from toolboxai.errors import ToolboxError
from toolboxai.roblox import disk
from toolboxai.roblox.attributeblob import decode_attributes
from toolboxai.roblox.blobs import AXES, FACES, attributes_blob, bits_of, read_tags, tags_blob, words_of
from toolboxai.roblox.disk import UnfitValueError, single, singles
from toolboxai.roblox.values import (
    Axes,
    Binary,
    BrickColor,
    CFrame,
    Color3,
    ColorSequence,
    Content,
    Faces,
    Font,
    NumberRange,
    NumberSequence,
    PhysicalProperties,
    Ray,
    Rect,
    SecurityCapabilities,
    UDim,
    UDim2,
    UniqueId,
    Unset,
    Value,
    Vector2,
    Vector3,
    Vector3int16,
)

# What XML 1.0 cannot say at all, not even escaped.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLACE = ("X", "Y", "Z", *(f"R{row}{column}" for row in range(3) for column in range(3)))
_PHYSICS = ("Density", "Friction", "Elasticity", "FrictionWeight", "ElasticityWeight", "AcousticAbsorption")


class UnreadableElementError(ToolboxError, ValueError):
    """An element that holds no value of its type."""


class Element(msgspec.Struct, gc=False):
    """A property's element with its place, or one inside it, as it stands in the file."""

    tag: str
    attributes: Mapping[str, str]
    line: int = 1
    column: int = 1
    parts: list[str] = []  # of its text, as the reader finds them
    text: str = ""
    children: "list[Element]" = []

    def child(self, tag: str) -> "Element":
        for found in self.children:
            if found.tag == tag:
                return found
        raise UnreadableElementError(f"<{self.tag}> has no <{tag}>")


@dataclass(frozen=True, slots=True)
class _Codec:
    """``write`` gives the inner XML of a value that ``read`` reads back; both raise ValueError and its like."""

    write: Callable[[Any], str]
    read: Callable[[Element], Value]


# --- text and numbers -------------------------------------------------------------------------------------------------


def write_text(value: str | Binary) -> str:
    if isinstance(value, Binary):
        raise UnfitValueError("it is not UTF-8, which XML cannot hold", remedy="write a binary file: .rbxm or .rbxl")
    found = _IMPOSSIBLE.search(value)
    if found:
        line = value.count("\n", 0, found.start()) + 1
        raise UnfitValueError(
            f"line {line} of it has U+{ord(found.group()):04X}, which XML cannot hold",
            remedy="take the character out; in a script write it as an escape",
        )
    # A bare CR would be read back as LF.
    return html.escape(value, quote=False).replace("\r", "&#13;")


def write_attribute(value: str) -> str:
    return '"' + re.sub(r"[\t\n\r]", lambda blank: f"&#{ord(blank[0])};", html.escape(value)) + '"'


def _protected(value: str | Binary) -> str:
    text = write_text(value)
    if isinstance(value, Binary) or "\r" in value:
        return text
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _number(value: float) -> str:
    if value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return "NAN"
    if value in {float("inf"), float("-inf")}:
        return "INF" if value > 0 else "-INF"
    return repr(float(value)).removesuffix(".0")


def _single(value: float) -> str:
    """The shortest text that is read as the same number of 32 bits."""
    value = single(value)
    if value == int(value) if abs(value) < 1e6 else value != value or abs(value) == float("inf"):  # noqa: PLR0124 - NaN
        return _number(value)
    texts = (f"{value:.{digits}g}" for digits in range(6, 9))
    return next((text for text in texts if single(float(text)) == value), f"{value:.9g}")


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        # Studio of long ago wrote what its C library did: 1.#INF, -1.#IND, -nan(ind).
        found = re.fullmatch(r"(-?)(?:1\.#(INF|IND|QNAN|SNAN)0*|nan\(.*\))", text.strip(), re.IGNORECASE)
        if not found:
            raise
        return float(f"{found[1]}inf") if found[2] and found[2].upper() == "INF" else float("nan")


def _float(element: Element) -> float:
    return single(_read_number(element.text))


def _numbers(element: Element, tags: Iterable[str]) -> list[float]:
    """The numbers in its children of those tags."""
    texts = {child.tag: child.text for child in reversed(element.children)}
    try:
        return singles([_read_number(texts[tag]) for tag in tags])
    except KeyError as error:
        raise UnreadableElementError(f"<{element.tag}> has no <{error.args[0]}>") from None


def _whole(limit: int) -> Callable[[Element], int]:
    def read(element: Element) -> int:
        value = int(element.text)
        if not -limit <= value < limit:
            raise UnreadableElementError(f"{value} is out of its range")
        return value

    return read


_int32 = _whole(2**31)
_int16 = _whole(2**15)


def _offset(value: float, limit: int = 2**31) -> str:
    if value != int(value) or not -limit <= value < limit:
        raise UnfitValueError(f"{value} is no whole number of its range", remedy="use a whole number in its range")
    return str(int(value))


def _floats(cls: Any, *tags: str) -> _Codec:
    return _Codec(
        lambda v: "".join(f"<{tag}>{_single(n)}</{tag}>" for tag, n in zip(tags, v.numbers(), strict=True)),
        lambda e: cls(*_numbers(e, tags)),
    )


def _row(text: str) -> list[float]:
    return singles([_read_number(number) for number in text.split()])


def _points(element: Element, width: int) -> list[list[float]]:
    row = _row(element.text)
    if not row or len(row) % width:
        raise UnreadableElementError(f"{len(row)} numbers are no row of {width}")
    return [row[start : start + width] for start in range(0, len(row), width)]


def _spaced(numbers: Any) -> str:
    return "".join(f"{_single(number)} " for number in numbers)


# --- composed types ---------------------------------------------------------------------------------------------------


def _write_cframe(value: CFrame) -> str:
    return "".join(f"<{tag}>{_single(n)}</{tag}>" for tag, n in zip(_PLACE, value.numbers(), strict=True))


def _read_cframe(element: Element) -> CFrame:
    x, y, z, *rotation = _numbers(element, _PLACE)
    return CFrame(x, y, z, tuple(rotation))


def _read_optional_cframe(element: Element) -> Value:
    return _read_cframe(element.children[0]) if element.children else Unset("OptionalCFrame")


def _write_optional_cframe(value: CFrame | Unset) -> str:
    return f"<CFrame>{_write_cframe(value)}</CFrame>" if isinstance(value, CFrame) else ""


def _write_color(value: Color3) -> str:
    red, green, blue = (max(0, min(255, round(channel * 255))) for channel in value.numbers())
    return str(0xFF000000 | red << 16 | green << 8 | blue)


def _read_color(element: Element) -> Color3:
    packed = int(element.text) & 0xFFFFFFFF
    return Color3((packed >> 16 & 255) / 255, (packed >> 8 & 255) / 255, (packed & 255) / 255)


def _write_udim(value: UDim | UDim2) -> str:
    tags = ("S", "O") if isinstance(value, UDim) else ("XS", "XO", "YS", "YO")
    parts = (
        (tag, _offset(n) if tag.endswith("O") else _single(n)) for tag, n in zip(tags, value.numbers(), strict=True)
    )
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts)


def _read_udim(element: Element, *tags: str) -> list[float]:
    return [_int32(element.child(t)) if t.endswith("O") else _float(element.child(t)) for t in tags]


def _pairs(value: Rect | Ray, tags: tuple[str, str], names: str) -> str:
    numbers = value.numbers()
    size = len(names)
    halves = zip(tags, (numbers[:size], numbers[size:]), strict=True)
    inner = (
        (tag, "".join(f"<{n}>{_single(v)}</{n}>" for n, v in zip(names, half, strict=True))) for tag, half in halves
    )
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in inner)


def _read_pairs(element: Element, tags: tuple[str, str], names: str) -> list[float]:
    return [number for tag in tags for number in _numbers(element.child(tag), names)]


def _bits(names: tuple[str, ...], tag: str, cls: Any) -> _Codec:
    def write(value: Any) -> str:
        return f"<{tag}>{bits_of(names, value)}</{tag}>"

    return _Codec(write, lambda element: cls(words_of(names, int(element.child(tag).text))))


def _write_font(value: Font) -> str:
    family = f"<Family>{write_uri('url', value.family)}</Family>"
    disk.font_style(value)
    face = f"<CachedFaceId>{write_uri('url', value.face)}</CachedFaceId>" if value.face else ""
    return f"{family}<Weight>{disk.font_weight(value)}</Weight><Style>{value.style}</Style>{face}"


def _read_font(element: Element) -> Font:
    style = 1 if element.child("Style").text.strip() == "Italic" else 0
    face = next((_address(child) for child in element.children if child.tag == "CachedFaceId"), "")
    return disk.font(_address(element.child("Family")), int(element.child("Weight").text), style, face)


def read_referent(element: Element) -> str:
    text = element.text.strip()
    return "" if text in {"null", "nil"} else text


def write_uri(tag: str, uri: str | Binary | None) -> str:
    return f"<{tag}>{write_text(uri)}</{tag}>" if uri else "<null></null>"


def read_content(element: Element) -> Content:
    referent = next((read_referent(child) for child in element.children if child.tag == "Ref"), "")
    return Content(None, referent) if referent else Content(_address(element) or None)


def _address(element: Element) -> str:
    """The address inside, under whichever tag files of some age have it."""
    return next((child.text for child in element.children if child.tag in {"url", "uri"}), "")


def _write_physics(value: PhysicalProperties) -> str:
    rest = (f"<{tag}>{_single(n)}</{tag}>" for tag, n in zip(_PHYSICS, value.numbers(), strict=True))
    return "<CustomPhysics>true</CustomPhysics>" + "".join(rest)


def _read_physics(element: Element) -> Value:
    if element.child("CustomPhysics").text.strip().lower() != "true":
        return Unset("PhysicalProperties")
    # Files from before acoustics have five numbers.
    present = {child.tag for child in element.children}
    return PhysicalProperties(*(_float(element.child(tag)) if tag in present else 1.0 for tag in _PHYSICS))


def _boolean(element: Element) -> bool:
    text = element.text.strip().lower()
    if text not in {"true", "false"}:
        raise UnreadableElementError(f"{element.text!r} is neither true nor false")
    return text == "true"


def write_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(element: Element) -> bytes:
    return base64.b64decode("".join(element.text.split()), validate=True)


def _read_unique_id(element: Element) -> UniqueId:
    text = element.text.strip()
    if not re.fullmatch("[0-9a-fA-F]{32}", text):
        raise UnreadableElementError(f"{text[:40]!r} is no row of 32 hexadecimal digits")
    random = int(text[:16], 16)
    return UniqueId(int(text[24:], 16), int(text[16:24], 16), random - (random >> 63 << 64))


def _write_unique_id(value: UniqueId) -> str:
    return f"{value.random & 0xFFFFFFFFFFFFFFFF:016x}{value.time & 0xFFFFFFFF:08x}{value.index & 0xFFFFFFFF:08x}"


CODECS: dict[str, _Codec] = {
    "string": _Codec(write_text, lambda e: e.text),
    "ProtectedString": _Codec(_protected, lambda e: e.text),
    "ContentId": _Codec(lambda v: write_uri("url", v), _address),
    "BinaryString": _Codec(lambda v: write_base64(v.data), lambda e: Binary(_decoded(e))),
    "Tags": _Codec(lambda v: write_base64(tags_blob(v)), lambda e: read_tags(_decoded(e))),
    "Attributes": _Codec(lambda v: write_base64(attributes_blob(v)), lambda e: decode_attributes(_decoded(e))),
    "bool": _Codec(lambda v: "true" if v else "false", _boolean),
    "int": _Codec(str, _int32),
    "int64": _Codec(str, _whole(2**63)),
    "float": _Codec(_single, _float),
    "double": _Codec(_number, lambda e: _read_number(e.text)),
    "Vector2": _floats(Vector2, "X", "Y"),
    "Vector3": _floats(Vector3, "X", "Y", "Z"),
    "Vector3int16": _Codec(
        lambda v: "".join(f"<{tag}>{_offset(n, 2**15)}</{tag}>" for tag, n in zip("XYZ", v.numbers(), strict=True)),
        lambda e: Vector3int16.of([_int16(e.child(tag)) for tag in "XYZ"]),
    ),
    "Color3": _Codec(
        lambda v: "".join(f"<{tag}>{_single(n)}</{tag}>" for tag, n in zip("RGB", v.numbers(), strict=True)),
        # Files of some age have all colours packed into one number.
        lambda e: Color3(*_numbers(e, "RGB")) if e.children else _read_color(e),
    ),
    "Color3uint8": _Codec(_write_color, lambda e: _read_color(e) if e.text.strip() else CODECS["Color3"].read(e)),
    "UDim": _Codec(_write_udim, lambda e: UDim.of(_read_udim(e, "S", "O"))),
    "UDim2": _Codec(_write_udim, lambda e: UDim2.of(_read_udim(e, "XS", "XO", "YS", "YO"))),
    "CFrame": _Codec(_write_cframe, _read_cframe),
    "OptionalCFrame": _Codec(_write_optional_cframe, _read_optional_cframe),
    "NumberRange": _Codec(lambda v: _spaced(v.numbers()), lambda e: NumberRange.of(_row(e.text))),
    "NumberSequence": _Codec(
        lambda v: _spaced(n for point in v.points for n in point),
        lambda e: NumberSequence.of(_points(e, 3)),
    ),
    "ColorSequence": _Codec(
        lambda v: _spaced(n for point in v.points for n in (*point, 0)),
        lambda e: ColorSequence.of([point[:4] for point in _points(e, 5)]),
    ),
    "Rect": _Codec(lambda v: _pairs(v, ("min", "max"), "XY"), lambda e: Rect.of(_read_pairs(e, ("min", "max"), "XY"))),
    "Ray": _Codec(
        lambda v: _pairs(v, ("origin", "direction"), "XYZ"),
        lambda e: Ray.of(_read_pairs(e, ("origin", "direction"), "XYZ")),
    ),
    "BrickColor": _Codec(lambda v: _offset(v.number), lambda e: BrickColor(_int32(e))),
    "PhysicalProperties": _Codec(
        lambda v: _write_physics(v) if isinstance(v, PhysicalProperties) else "<CustomPhysics>false</CustomPhysics>",
        _read_physics,
    ),
    "Faces": _bits(FACES, "faces", Faces),
    "Axes": _bits(AXES, "axes", Axes),
    "Font": _Codec(_write_font, _read_font),
    "UniqueId": _Codec(_write_unique_id, _read_unique_id),
    "SecurityCapabilities": _Codec(
        lambda v: str(v.bits), lambda e: SecurityCapabilities(int(e.text) & 0xFFFFFFFFFFFFFFFF)
    ),
}
