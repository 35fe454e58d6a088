"""The binary form in which model files keep an instance's attributes."""

import struct
from collections.abc import Callable
from typing import Any

from toolboxai.errors import ToolboxError
from toolboxai.roblox import api, disk
from toolboxai.roblox.rotations import ID_OF, OF_ID
from toolboxai.roblox.values import (
    Attributes,
    Binary,
    BrickColor,
    CFrame,
    Color3,
    ColorSequence,
    EnumItem,
    Font,
    NumberRange,
    NumberSequence,
    OfKind,
    Rect,
    Token,
    UDim,
    UDim2,
    Value,
    Vector2,
    Vector3,
)

_ENUM = "Enum."  # before the name of an enum, in the kind of an item that nobody knows


class AttributeBlobError(ToolboxError, ValueError):
    """Bytes that are no attributes, or a value that attributes cannot hold."""


def encode_attributes(attributes: Attributes) -> bytes:
    pieces = [struct.pack("<I", len(attributes.pairs))]
    for name, value in sorted(attributes.pairs):
        tag, data = _encode(name, value)
        pieces += [_string(name.encode()), bytes([tag]), data]
    return b"".join(pieces)


def decode_attributes(data: bytes) -> Attributes | Binary:
    """The attributes; the blob itself where one has a type that is not known, so that none is lost."""
    if not data:
        return Attributes()
    reader = _Cursor(data)
    found: dict[str, Value] = {}
    try:
        for _ in range(reader.take("<I")[0]):
            name = reader.string().decode()
            tag = reader.take("<B")[0]
            if tag not in _READERS:
                return Binary(data)
            found[name] = _READERS[tag](reader)
    except (struct.error, UnicodeDecodeError) as error:
        raise AttributeBlobError(f"the attributes are cut short or damaged: {error}") from error
    return Attributes.of(found)


def _string(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def _floats(numbers: Any) -> bytes:
    return disk.float_bytes(tuple(numbers))


def _encode(name: str, value: Value) -> tuple[int, bytes]:  # noqa: C901 - a table, one type a case
    match value:
        case str():
            return 0x02, _string(value.encode())
        case Binary():
            return 0x02, _string(value.data)
        case bool():
            return 0x03, bytes([value])
        case int() | float():
            return 0x06, struct.pack("<d", value)
        case UDim():
            return 0x09, _floats([value.scale]) + struct.pack("<i", value.offset)
        case UDim2():
            halves = (value.x_scale, value.x_offset), (value.y_scale, value.y_offset)
            return 0x0A, b"".join(_floats([scale]) + struct.pack("<i", offset) for scale, offset in halves)
        case BrickColor():
            return 0x0E, struct.pack("<I", value.number)
        case CFrame():
            known = ID_OF.get(value.rotation)
            rotation = b"\0" + _floats(value.rotation) if known is None else bytes([known])
            return 0x14, _floats(value.numbers()[:3]) + rotation
        case EnumItem():
            items = (api.find_enum(value.enum) or {"items": {}})["items"]
            if value.name not in items:
                raise AttributeBlobError(f"attribute {name!r}: Enum.{value.enum}.{value.name} is no item")
            return 0x15, _string(value.enum.encode()) + struct.pack("<I", items[value.name])
        case OfKind(kind=str(kind), value=Token(number=number)) if kind.startswith(_ENUM):
            return 0x15, _string(kind.removeprefix(_ENUM).encode()) + struct.pack("<I", number)
        case NumberSequence():
            points = b"".join(_floats((envelope, time, number)) for time, number, envelope in value.points)
            return 0x17, struct.pack("<I", len(value.points)) + points
        case ColorSequence():
            points = b"".join(_floats((0.0, *point)) for point in value.points)
            return 0x19, struct.pack("<I", len(value.points)) + points
        case Font():
            head = struct.pack("<HB", disk.font_weight(value), disk.font_style(value))
            return 0x21, head + _string(value.family.encode()) + _string(value.face.encode())
        case Color3() | Vector2() | Vector3() | NumberRange() | Rect():
            return _ROWS[type(value)], _floats(value.numbers())
    raise AttributeBlobError(f"attribute {name!r} is a {type(value).__name__}, which attributes cannot hold")


_ROWS: dict[type, int] = {Color3: 0x0F, Vector2: 0x10, Vector3: 0x11, NumberRange: 0x1B, Rect: 0x1C}


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def string(self) -> bytes:
        (size,) = self.take("<I")
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise struct.error(f"{size} bytes wanted, {len(found)} left")
        self._at += size
        return found

    def points(self, width: int) -> list[tuple[Any, ...]]:
        (count,) = self.take("<I")
        if count * width * 4 > len(self._data):
            raise struct.error(f"{count} keypoints in {len(self._data)} bytes")
        return [self.take(f"<{width}f") for _ in range(count)]


def _text(reader: _Cursor) -> Value:
    data = reader.string()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return Binary(data)


def _cframe(reader: _Cursor) -> CFrame:
    x, y, z, kind = reader.take("<fffB")
    if kind and kind not in OF_ID:
        raise AttributeBlobError(f"there is no rotation 0x{kind:02X}")
    return CFrame(x, y, z, OF_ID[kind] if kind else reader.take("<9f"))


def _enum(reader: _Cursor) -> Value:
    enum, number = reader.string().decode(), reader.take("<I")[0]
    item = disk.enum_item(enum, number)
    return OfKind(f"{_ENUM}{enum}", item) if isinstance(item, Token) else item


def _font(reader: _Cursor) -> Font:
    weight, style = reader.take("<HB")
    return disk.font(reader.string().decode(), weight, style, reader.string().decode())


_READERS: dict[int, Callable[[_Cursor], Value]] = {
    0x02: _text,
    0x03: lambda r: r.take("<B")[0] != 0,
    0x04: lambda r: float(r.take("<i")[0]),
    0x05: lambda r: float(r.take("<f")[0]),
    0x06: lambda r: float(r.take("<d")[0]),
    0x09: lambda r: UDim(*r.take("<fi")),
    0x0A: lambda r: UDim2(*r.take("<fifi")),
    0x0E: lambda r: BrickColor(r.take("<I")[0]),
    0x0F: lambda r: Color3(*r.take("<3f")),
    0x10: lambda r: Vector2(*r.take("<2f")),
    0x11: lambda r: Vector3(*r.take("<3f")),
    0x14: _cframe,
    0x15: _enum,
    0x17: lambda r: NumberSequence(tuple((time, value, envelope) for envelope, time, value in r.points(3))),
    0x19: lambda r: ColorSequence(tuple(point[1:] for point in r.points(5))),
    0x1B: lambda r: NumberRange(*r.take("<2f")),
    0x1C: lambda r: Rect(*r.take("<4f")),
    0x21: _font,
}
