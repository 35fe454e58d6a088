"""The binary form in which model files keep an instance's attributes."""

import struct
from collections.abc import Callable
from typing import Any

from toolboxai.errors import ToolboxError
from toolboxai.roblox import api
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
    Rect,
    Token,
    UDim,
    UDim2,
    Value,
    Vector2,
    Vector3,
)

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
_IDENTITY_ID = 2


class AttributeBlobError(ToolboxError, ValueError):
    """Bytes that are no attributes, or a value that attributes cannot hold."""


def encode_attributes(attributes: Attributes) -> bytes:
    pieces = [struct.pack("<I", len(attributes.pairs))]
    for name, value in sorted(attributes.pairs):
        tag, data = _encode(name, value)
        pieces += [_string(name.encode()), bytes([tag]), data]
    return b"".join(pieces)


def decode_attributes(data: bytes) -> Attributes:
    if not data:
        return Attributes()
    reader = _Cursor(data)
    found: dict[str, Value] = {}
    try:
        for _ in range(reader.take("<I")[0]):
            name = reader.string().decode()
            tag = reader.take("<B")[0]
            if tag not in _READERS:
                raise AttributeBlobError(f"attribute {name!r} has the unknown type 0x{tag:02X}")
            found[name] = _READERS[tag](reader)
    except (struct.error, UnicodeDecodeError) as error:
        raise AttributeBlobError(f"the attributes are cut short or damaged: {error}") from error
    return Attributes.of(found)


def _string(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def _floats(numbers: Any) -> bytes:
    row = tuple(numbers)
    return struct.pack(f"<{len(row)}f", *row)


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
            return 0x09, struct.pack("<fi", value.scale, value.offset)
        case UDim2():
            return 0x0A, struct.pack("<fifi", *value.numbers())
        case BrickColor():
            return 0x0E, struct.pack("<I", value.number)
        case CFrame():
            exact = value.rotation == _IDENTITY
            rotation = bytes([_IDENTITY_ID]) if exact else b"\0" + _floats(value.rotation)
            return 0x14, _floats(value.numbers()[:3]) + rotation
        case EnumItem():
            items = (api.find_enum(value.enum) or {"items": {}})["items"]
            if value.name not in items:
                raise AttributeBlobError(f"attribute {name!r}: Enum.{value.enum}.{value.name} is no item")
            return 0x15, _string(value.enum.encode()) + struct.pack("<I", items[value.name])
        case NumberSequence():
            points = b"".join(_floats((envelope, time, number)) for time, number, envelope in value.points)
            return 0x17, struct.pack("<I", len(value.points)) + points
        case ColorSequence():
            points = b"".join(_floats((0.0, *point)) for point in value.points)
            return 0x19, struct.pack("<I", len(value.points)) + points
        case Font():
            weights = (api.find_enum("FontWeight") or {"items": {}})["items"]
            styles = (api.find_enum("FontStyle") or {"items": {}})["items"]
            head = struct.pack("<HB", weights.get(value.weight, 400), styles.get(value.style, 0))
            return 0x21, head + _string(value.family.encode()) + _string(b"")
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
    if kind == 0:
        return CFrame(x, y, z, reader.take("<9f"))
    return CFrame(x, y, z, _axis_rotation(kind))


def _axis_rotation(kind: int) -> tuple[float, ...]:
    """One of the 24 rotations by right angles: the faces that its X and Y axes point to, as 6 * X + Y + 1."""
    right, up = divmod(kind - 1, 6)
    if not 0 < kind <= 36 or right % 3 == up % 3:
        raise AttributeBlobError(f"there is no rotation 0x{kind:02X}")
    x = [0.0, 0.0, 0.0]
    y = [0.0, 0.0, 0.0]
    x[right % 3] = 1.0 if right < 3 else -1.0
    y[up % 3] = 1.0 if up < 3 else -1.0
    z = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]
    return tuple(axis[row] + 0.0 for row in range(3) for axis in (x, y, z))


def _enum(reader: _Cursor) -> Value:
    enum, number = reader.string().decode(), reader.take("<I")[0]
    items = (api.find_enum(enum) or {"items": {}})["items"]
    return next((EnumItem(enum, name) for name, held in items.items() if held == number), Token(number))


def _font(reader: _Cursor) -> Font:
    weight, style = reader.take("<HB")
    family, _ = reader.string().decode(), reader.string()

    def name(enum: str, number: int, otherwise: str) -> str:
        items = (api.find_enum(enum) or {"items": {}})["items"]
        return next((key for key, held in items.items() if held == number), otherwise)

    return Font(family, name("FontWeight", weight, "Regular"), name("FontStyle", style, "Normal"))


_READERS: dict[int, Callable[[_Cursor], Value]] = {
    0x02: _text,
    0x03: lambda r: r.take("<B")[0] != 0,
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
