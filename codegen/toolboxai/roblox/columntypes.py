"""The data types of binary model files, each with its number there."""

import struct
from typing import Any

from toolboxai.roblox import disk
from toolboxai.roblox.attributeblob import decode_attributes
from toolboxai.roblox.blobs import AXES, FACES, attributes_blob, bits_of, read_tags, tags_blob, words_of
from toolboxai.roblox.chunks import Cursor, DamagedError, string
from toolboxai.roblox.columns import (
    Codec,
    Reading,
    Values,
    Writing,
    lanes,
    number_of,
    numbered,
    packed,
    rows_of,
    together,
    udim2,
    written,
)
from toolboxai.roblox.disk import Stored, float_bytes
from toolboxai.roblox.lanes import (
    read_floats,
    read_plain,
    read_referents,
    read_whole,
    write_floats,
    write_plain,
    write_referents,
    write_whole,
)
from toolboxai.roblox.rotations import ID_OF, OF_ID, Rotation
from toolboxai.roblox.values import (
    Attributes,
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
    OpaqueColumn,
    PhysicalProperties,
    Ray,
    Rect,
    Ref,
    SecurityCapabilities,
    SharedString,
    Tags,
    UDim,
    UniqueId,
    Unset,
    Value,
    Vector2,
    Vector3,
    Vector3int16,
)

# What blobs are to everyone but the file.
_BLOBS = {"Tags": read_tags, "Attributes": decode_attributes}


def _text(data: bytes) -> str | Binary:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return Binary(data)


def _read_strings(cursor: Cursor, count: int, stored: Stored, _reading: Reading) -> Values:
    found = cursor.strings(count)
    make = {"BinaryString": Binary, "Bytecode": Binary, **_BLOBS}.get(stored.kind or "", _text)
    made = {data: make(data) for data in set(found)}
    return [made[data] for data in found]


def _write_strings(values: Values, _stored: Stored, _writing: Writing) -> bytes:
    def blob(value: str | Binary | Tags | Attributes) -> bytes:
        match value:
            case str():
                return value.encode()
            case Tags():
                return tags_blob(value)
            case Attributes():
                return attributes_blob(value)
        return value.data

    return b"".join(string(blob(value)) for value in values)


def _read_bytecode(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    return [Binary(data) for data in cursor.strings(count)]


def _read_fonts(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    found = []
    for _ in range(count):
        family, weight, style = cursor.word(), cursor.number(2), cursor.number(1)
        found.append(disk.font(family, weight, style, cursor.word()))
    return found


def _write_fonts(values: Values, _stored: Stored, _writing: Writing) -> bytes:
    def blob(value: Font) -> bytes:
        numbers = struct.pack("<HB", disk.font_weight(value), disk.font_style(value))
        return string(value.family.encode()) + numbers + string(value.face.encode())

    return b"".join(map(blob, values))


# --- single bytes and sets of bits ------------------------------------------------------------------------------------


def _read_bools(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    return list(map(bool, cursor.take(count)))


def _bits(type_id: int, names: tuple[str, ...], make: type[Faces] | type[Axes]) -> Codec:
    def read(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
        at = cursor.at
        row = cursor.take(count)
        if row and max(row) >> len(names):
            raise DamagedError(f"{max(row)} is no set of {', '.join(names)}", at)
        return [make(words_of(names, bits)) for bits in row]

    return Codec(type_id, read, lambda values, _stored, _writing: bytes(bits_of(names, value) for value in values))


def _read_bytes_of_color(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    found = list(zip(*(cursor.take(count) for _ in range(3)), strict=True))
    made = {channels: Color3(*(channel / 255 for channel in channels)) for channels in set(found)}
    return [made[channels] for channels in found]


def _write_bytes_of_color(values: Values, _stored: Stored, _writing: Writing) -> bytes:
    def channel(value: float) -> int:
        return max(0, min(255, round(value * 255))) if value == value else 0  # noqa: PLR0124 - NaN

    known = {key: bytes(map(channel, value.numbers())) for key, value in {id(v): v for v in values}.items()}
    row = b"".join(known[id(value)] for value in values)
    return row[::3] + row[1::3] + row[2::3]


# --- frames -----------------------------------------------------------------------------------------------------------


def _read_cframes(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    rotations: list[Rotation] = []
    for _ in range(count):
        kind = cursor.number(1)
        if kind and kind not in OF_ID:
            raise DamagedError(f"there is no rotation 0x{kind:02X}", cursor.at - 1)
        rotations.append(OF_ID[kind] if kind else struct.unpack("<9f", cursor.take(36)))
    rows = (struct.unpack(f"<{count}f", row) for row in lanes(cursor, count, "fff"))
    return list(map(CFrame, *rows, rotations))


def _write_cframes(values: Values, _stored: Stored, _writing: Writing) -> bytes:
    pieces = []
    for value in values:
        kind = ID_OF.get(value.rotation, 0)
        pieces.append(bytes([kind]) if kind else b"\0" + float_bytes(value.rotation))
    return b"".join(pieces) + written(list(zip(*((v.x, v.y, v.z) for v in values), strict=True)), "fff")


def _expect(cursor: Cursor, type_id: int) -> None:
    found = cursor.number(1)
    if found != type_id:
        raise DamagedError(f"type 0x{type_id:02X} wanted, 0x{found:02X} found", cursor.at - 1)


def _read_optional_cframes(cursor: Cursor, count: int, stored: Stored, reading: Reading) -> Values:
    _expect(cursor, 0x10)
    frames = _read_cframes(cursor, count, stored, reading)
    _expect(cursor, 0x02)
    none = Unset("OptionalCFrame")
    return [frame if there else none for frame, there in zip(frames, cursor.take(count), strict=True)]


def _write_optional_cframes(values: Values, stored: Stored, writing: Writing) -> bytes:
    there = bytes(isinstance(value, CFrame) for value in values)
    frames = [value if isinstance(value, CFrame) else CFrame() for value in values]
    return b"\x10" + _write_cframes(frames, stored, writing) + b"\x02" + there


# --- values of many lengths -------------------------------------------------------------------------------------------


def _points(type_id: int, make: Any, width: int) -> Codec:
    """Keypoints of ``width`` numbers in a file, of which the value has the first ``make.WIDTH``."""
    kept = make.WIDTH

    def read(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
        found = []
        for _ in range(count):
            row = cursor.take(4 * width * cursor.number())
            found.append(make(tuple(point[:kept] for point in struct.iter_unpack(f"<{width}f", row))))
        return found

    def write(values: Values, _stored: Stored, _writing: Writing) -> bytes:
        rest = (0.0,) * (width - kept)
        pieces = []
        for value in values:
            numbers = [number for point in value.points for number in (*point, *rest)]
            pieces += [struct.pack("<I", len(value.points)), float_bytes(numbers)]
        return b"".join(pieces)

    return Codec(type_id, read, write)


def _read_physics(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    found: Values = []
    for _ in range(count):
        kind = cursor.number(1)
        if kind > 3:
            raise DamagedError(f"there are no physical properties of form {kind}", cursor.at - 1)
        # The second bit says that there is a sixth number, which files from before acoustics lack.
        size = (20 if kind == 1 else 24) if kind & 1 else 0
        numbers = struct.unpack(f"<{size // 4}f", cursor.take(size))
        found.append(PhysicalProperties(*numbers) if numbers else Unset("PhysicalProperties"))
    return found


def _write_physics(values: Values, _stored: Stored, _writing: Writing) -> bytes:
    return b"".join(
        b"\3" + float_bytes(value.numbers()) if isinstance(value, PhysicalProperties) else b"\0" for value in values
    )


# --- what stands elsewhere in the file --------------------------------------------------------------------------------


def _read_refs(cursor: Cursor, count: int, _stored: Stored, reading: Reading) -> Values:
    return [Ref(reading.names.get(number, "")) for number in read_referents(cursor.take(4 * count))]


def _write_refs(values: Values, _stored: Stored, writing: Writing) -> bytes:
    return write_referents([writing.number(value.referent) for value in values])


def _read_shared(cursor: Cursor, count: int, stored: Stored, reading: Reading) -> Values:
    at = cursor.at
    row = struct.unpack(f"<{count}I", read_plain(cursor.take(4 * count)))
    if row and max(row) >= len(reading.shared):
        raise DamagedError(f"shared string {max(row)} wanted, there are {len(reading.shared)}", at)
    make = {"BinaryString": Binary, **_BLOBS}.get(stored.kind or "", SharedString)
    made = {number: make(reading.shared[number]) for number in set(row)}
    return [made[number] for number in row]


def _write_shared(values: Values, _stored: Stored, writing: Writing) -> bytes:
    row = [writing.shared.setdefault(value.data, len(writing.shared)) for value in values]
    return write_plain(packed("I", row))


def _read_contents(cursor: Cursor, count: int, _stored: Stored, reading: Reading) -> Values:
    at = cursor.at
    kinds = struct.unpack(f"<{count}i", read_whole(cursor.take(4 * count)))
    uris = iter([Content(data.decode("utf-8", "replace") or None) for data in cursor.strings(cursor.number())])
    objects = iter(read_referents(cursor.take(4 * cursor.number())))
    cursor.take(4 * cursor.number())  # objects of other files, which are Studio's own business
    found: Values = []
    try:
        for kind in kinds:
            if not 0 <= kind <= 2:
                raise DamagedError(f"there is no content of kind {kind}", at)
            found.append(
                next(uris) if kind == 1 else Content(None, reading.names.get(next(objects), "")) if kind else Content()
            )
    except StopIteration:
        raise DamagedError("there are fewer addresses or objects than contents", at) from None
    return found


def _write_contents(values: Values, _stored: Stored, writing: Writing) -> bytes:
    kinds = [2 if value.referent else 1 if value.uri else 0 for value in values]
    uris = [string(value.uri.encode()) for value in values if value.uri and not value.referent]
    objects = [writing.number(value.referent) for value in values if value.referent]
    pieces = [struct.pack("<I", len(uris)), *uris, struct.pack("<I", len(objects)), write_referents(objects)]
    return b"".join([write_whole(packed("i", kinds)), *pieces, struct.pack("<I", 0)])


def _read_unique_ids(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    found = []
    for random, time, index in struct.iter_unpack("<QII", read_plain(cursor.take(16 * count), 16)):
        turned = random >> 1 | (random & 1) << 63
        found.append(UniqueId(index, time, turned - (turned >> 63 << 64)))
    return found


def _write_unique_ids(values: Values, _stored: Stored, _writing: Writing) -> bytes:
    row = []
    for value in values:
        random = value.random & 2**64 - 1
        turned = (random << 1 & 2**64 - 1) | random >> 63
        row.append(struct.pack("<QII", turned, value.time & 0xFFFFFFFF, value.index & 0xFFFFFFFF))
    return write_plain(b"".join(row), 16)


def _read_capabilities(cursor: Cursor, count: int, _stored: Stored, _reading: Reading) -> Values:
    return [SecurityCapabilities(bits) for (bits,) in struct.iter_unpack("<Q", read_whole(cursor.take(8 * count), 8))]


def _write_capabilities(values: Values, _stored: Stored, _writing: Writing) -> bytes:
    return write_whole(b"".join(struct.pack("<Q", value.bits & 2**64 - 1) for value in values), 8)


def _same(row: bytes) -> bytes:
    return row


_STRINGS = Codec(0x01, _read_strings, _write_strings)
_SHARED = Codec(0x1C, _read_shared, _write_shared)
CODECS: dict[str, Codec] = {
    **dict.fromkeys(("BinaryString", "ContentId", "ProtectedString", "Tags", "Attributes", "string"), _STRINGS),
    "bool": Codec(0x02, _read_bools, lambda values, _stored, _writing: bytes(values)),
    "int": number_of(0x03, "i", read_whole, write_whole),
    "float": number_of(0x04, "f", read_floats, write_floats),
    "double": number_of(0x05, "d", _same, _same),
    "UDim": rows_of(0x06, UDim, "fi"),
    "UDim2": udim2(),
    "Ray": together(0x08, Ray, "6f"),
    "Faces": _bits(0x09, FACES, Faces),
    "Axes": _bits(0x0A, AXES, Axes),
    "BrickColor": numbered(0x0B, lambda n, _: BrickColor(n), lambda value, _stored, _writing: value.number),
    "Color3": rows_of(0x0C, Color3, "fff"),
    "Vector2": rows_of(0x0D, Vector2, "ff"),
    "Vector3": rows_of(0x0E, Vector3, "fff"),
    "CFrame": Codec(0x10, _read_cframes, _write_cframes),
    "Enum": numbered(
        0x12,
        lambda n, stored: disk.enum_item(stored.enum, n),
        lambda value, stored, _writing: disk.enum_number(stored, value),
    ),
    "Ref": Codec(0x13, _read_refs, _write_refs),
    "Vector3int16": together(0x14, Vector3int16, "3h"),
    "NumberSequence": _points(0x15, NumberSequence, 3),
    "ColorSequence": _points(0x16, ColorSequence, 5),
    "NumberRange": together(0x17, NumberRange, "2f"),
    "Rect": rows_of(0x18, Rect, "ffff"),
    "PhysicalProperties": Codec(0x19, _read_physics, _write_physics),
    "Color3uint8": Codec(0x1A, _read_bytes_of_color, _write_bytes_of_color),
    "int64": number_of(0x1B, "q", lambda raw: read_whole(raw, 8), lambda row: write_whole(row, 8)),
    "NetAssetRef": _SHARED,
    "SharedString": _SHARED,
    "Bytecode": Codec(0x1D, _read_bytecode, _write_strings),
    "OptionalCFrame": Codec(0x1E, _read_optional_cframes, _write_optional_cframes),
    "UniqueId": Codec(0x1F, _read_unique_ids, _write_unique_ids),
    "Font": Codec(0x20, _read_fonts, _write_fonts),
    "SecurityCapabilities": Codec(0x21, _read_capabilities, _write_capabilities),
    "Content": Codec(0x22, _read_contents, _write_contents),
}
# Of several kinds with one type, the last stands for it in properties that nobody knows.
KIND_OF_TYPE = {codec.type_id: kind for kind, codec in CODECS.items()}


def read_column(cursor: Cursor, count: int, stored: Stored, reading: Reading) -> Values:
    """The values of ``count`` instances, whose type comes first.

    Where the type, or the form of its values, is not known, they are an `OpaqueColumn`.
    """
    type_id = cursor.number(1)
    rest = cursor.data[cursor.at :]
    kind = KIND_OF_TYPE.get(type_id)
    if kind is not None:
        values = CODECS[kind].read(cursor, count, stored, reading)
        if not cursor.left:
            # Strings are read as their property has them.
            fits = kind == stored.kind or CODECS.get(stored.kind or "") is CODECS[kind] is _STRINGS
            return values if fits else [_of_property(stored, kind, value) for value in values]
    return [OpaqueColumn(type_id, rest, index, count) for index in range(count)]


def _of_property(stored: Stored, kind: str, value: Value) -> Value:
    return disk.as_read(stored, "BinaryString" if kind == "string" and isinstance(value, Binary) else kind, value)
