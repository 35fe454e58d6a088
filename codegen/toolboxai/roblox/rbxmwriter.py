"""Items to the bytes of a binary model file; the same items give the same bytes.

All instances of a class have the same properties there: what one lacks is written as its default.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from toolboxai.errors import ToolboxError
from toolboxai.roblox import api, disk
from toolboxai.roblox.attributeblob import AttributeBlobError
from toolboxai.roblox.chunks import string, write_chunks
from toolboxai.roblox.columns import Values, Writing
from toolboxai.roblox.columntypes import CODECS
from toolboxai.roblox.disk import Stored, UnfitValueError
from toolboxai.roblox.lanes import write_referents
from toolboxai.roblox.migrations import migrate
from toolboxai.roblox.model import Item, ModelWriteError
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
    Vector2,
    Vector3,
    Vector3int16,
)

# What a property of each kind is where the facts have no default.
_ZERO: dict[str, Value] = {
    "Attributes": Attributes(), "Axes": Axes(), "BinaryString": Binary(), "BrickColor": BrickColor(),
    "Bytecode": Binary(), "CFrame": CFrame(), "Color3": Color3(), "Color3uint8": Color3(),
    "ColorSequence": ColorSequence(((0.0, 0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0))), "Content": Content(),
    "ContentId": "", "Enum": Token(0), "Faces": Faces(), "Font": Font("rbxasset://fonts/families/SourceSansPro.json"),
    "NetAssetRef": SharedString(), "NumberRange": NumberRange(),
    "NumberSequence": NumberSequence(((0.0, 0.0, 0.0), (1.0, 0.0, 0.0))), "OptionalCFrame": Unset("OptionalCFrame"),
    "PhysicalProperties": Unset("PhysicalProperties"), "ProtectedString": "", "Ray": Ray(), "Rect": Rect(),
    "Ref": Ref(), "SecurityCapabilities": SecurityCapabilities(), "SharedString": SharedString(), "Tags": Tags(),
    "UDim": UDim(), "UDim2": UDim2(), "UniqueId": UniqueId(), "Vector2": Vector2(), "Vector3": Vector3(),
    "Vector3int16": Vector3int16(), "bool": False, "double": 0.0, "float": 0.0, "int": 0, "int64": 0, "string": "",
}  # fmt: skip

_TYPES = {kind: frozenset(accepted) for kind, accepted in disk.ACCEPTS.items()}
_UNFIT = (UnfitValueError, AttributeBlobError, OverflowError, UnicodeEncodeError)


def write_rbxm(roots: Sequence[Item], compression: str = "lz4") -> bytes:
    """The binary model file of some instances. ``compression`` is ``lz4``, ``zstd`` or ``none``.

    Raises `ModelWriteError`.
    """
    return _Writer(roots).write(compression)


def default(stored: Stored, class_name: str, kind: str) -> Value:
    """What stands in a file for an instance that lacks a property which another of its class has."""
    usual = disk.usual(class_name, stored.name) if kind == stored.kind else None
    if usual is not None:
        return usual
    if kind == "Enum" and stored.enum:
        return disk.enum_item(stored.enum, min((api.find_enum(stored.enum) or {"items": {"": 0}})["items"].values()))
    return _ZERO[kind]


class _Writer:
    def __init__(self, roots: Sequence[Item]) -> None:
        self._items: list[Item] = []
        self._parents: list[int] = []
        self._numbers: dict[int, int] = {}
        self._by_class: dict[str, list[Item]] = {}
        self._writing = Writing({})
        stack = [(root, -1) for root in reversed(roots)]
        while stack:
            item, parent = stack.pop()
            number = len(self._items)
            self._items.append(item)
            self._parents.append(parent)
            if id(item) in self._numbers:
                raise ModelWriteError(f"{self._path(number)} stands in the tree twice", remedy="write a copy of it")
            self._numbers[id(item)] = number
            self._by_class.setdefault(item.class_name, []).append(item)
            if item.referent:
                self._writing.targets[item.referent] = number
            stack.extend((child, number) for child in reversed(item.children))

    def write(self, compression: str) -> bytes:
        classes, properties = [], []
        for number, (name, items) in enumerate(sorted(self._by_class.items())):
            if not name.isidentifier():
                message = f"{self._path(self._numbers[id(items[0])])} has the class {name!r}, which is no name"
                raise ModelWriteError(message, remedy="correct the class")
            ordered = _in_file_order(items)
            classes.append((b"INST", self._instances(number, name, ordered)))
            properties += [(b"PROP", data) for data in self._properties(number, name, ordered)]
        # Without that word Studio joins parts that touch, as it did long ago.
        meta = b"\1\0\0\0" + string(b"ExplicitAutoJoints") + string(b"true")
        shared = [(b"SSTR", self._shared_strings())] if self._writing.shared else []
        chunks = [(b"META", meta), *shared, *classes, *properties, (b"PRNT", self._tree())]
        return write_chunks(chunks, len(classes), len(self._items), compression)

    def _path(self, number: int) -> str:
        names: list[str] = []
        while number >= 0:
            names.append(self._items[number].name)
            number = self._parents[number]
        return ".".join(reversed(names))

    # --- chunks -------------------------------------------------------------------------------------------------------

    def _instances(self, number: int, name: str, items: list[Item]) -> bytes:
        service = api.is_service(name)
        head = number.to_bytes(4, "little") + string(name.encode()) + bytes([service])
        referents = write_referents([self._numbers[id(item)] for item in items])
        return head + len(items).to_bytes(4, "little") + referents + (b"\1" * len(items) if service else b"")

    def _shared_strings(self) -> bytes:
        shared = self._writing.shared
        entries = b"".join(hashlib.sha256(data).digest()[:16] + string(data) for data in shared)
        return bytes(4) + len(shared).to_bytes(4, "little") + entries

    def _tree(self) -> bytes:
        """Who is whose child; children before their parent, as Studio has it, so that it hangs up whole trees."""
        last_first: list[int] = []
        stack = [number for number, parent in enumerate(self._parents) if parent < 0]
        while stack:
            number = stack.pop()
            last_first.append(number)
            stack.extend(self._numbers[id(child)] for child in self._items[number].children)
        children = last_first[::-1]
        parents = [self._parents[number] for number in children]
        return b"\0" + len(children).to_bytes(4, "little") + write_referents(children) + write_referents(parents)

    # --- properties ---------------------------------------------------------------------------------------------------

    def _properties(self, number: int, name: str, items: list[Item]) -> Iterator[bytes]:
        held: list[dict[str, Value]] = []
        for item in items:
            properties = {**item.properties, "Name": item.name}
            migrate(name, properties)
            held.append(properties)
        keys: dict[str, list[Stored]] = {}
        for key in sorted({key for properties in held for key in properties}):
            stored = disk.by_name(name, key)
            keys.setdefault(stored.disk, []).append(stored)
            if stored.name != key:  # an alias
                _rename(held, key, stored.name)
        for written, several in sorted(keys.items()):
            # Two names of scripts may be one on disk: the one that it is read as has the say.
            several.sort(key=lambda stored: stored.name != disk.by_disk_name(name, stored.disk).name)
            name_first = several[0].name
            values = [properties.get(name_first) for properties in held]
            for other in several[1:]:
                values = [p.get(other.name) if value is None else value for p, value in zip(held, values, strict=True)]
            try:
                data = _column(several[0], name, values, self._writing)
            except _UNFIT as error:
                raise self._unfit(items, several[0], values, error) from error
            yield number.to_bytes(4, "little") + string(written.encode()) + data

    def _unfit(
        self, items: list[Item], stored: Stored, values: list[Value | None], fault: Exception
    ) -> ModelWriteError:
        """The fault with the path of the first item that has it by itself."""
        at = 0
        for index, (item, value) in enumerate(zip(items, values, strict=True)):
            try:
                _column(stored, item.class_name, [value], self._writing)
            except _UNFIT as own:
                at, fault = index, own
                break
        path = self._path(self._numbers[id(items[at])])
        remedy = fault.remedy if isinstance(fault, ToolboxError) else "give a value that its type can hold"
        return ModelWriteError(f"{path}.{stored.name} cannot be written: {fault}", remedy=remedy)


def _rename(held: list[dict[str, Value]], alias: str, name: str) -> None:
    for properties in held:
        if alias in properties:
            properties.setdefault(name, properties[alias])


def _in_file_order(items: list[Item]) -> list[Item]:
    """As their values of unknown types stand in the file that they came from."""

    def place(item: Item) -> int:
        return next((value.index for value in item.properties.values() if isinstance(value, OpaqueColumn)), -1)

    return items if place(items[0]) < 0 else sorted(items, key=place)


def _column(stored: Stored, class_name: str, values: list[Value | None], writing: Writing) -> bytes:
    """A type and the values of it; None is for who lacks the property."""
    present = [value for value in values if value is not None]
    if isinstance(present[0] if present else None, OpaqueColumn):
        return _opaque(values)
    kind, plain = _of_one_kind(stored, present)
    if len(plain) < len(values):
        filler, rest = default(stored, class_name, kind), iter(plain)
        plain = [filler if value is None else next(rest) for value in values]
    codec = CODECS[kind]
    if kind != stored.kind:
        stored = replace(stored, kind=kind)
    return bytes([codec.type_id]) + codec.write(plain, stored, writing)


def _of_one_kind(stored: Stored, values: Values) -> tuple[str, Values]:
    if not values:
        return stored.kind or "string", []
    kind, types = stored.kind, set(map(type, values))
    if kind is not None and kind not in disk.WHOLE and types <= _TYPES[kind]:
        return kind, values
    pairs = [disk.kind_to_write(stored, value) for value in values]
    kinds = {kind for kind, _ in pairs}
    if len(kinds) > 1:
        message = (
            f"instances of one class have it as {' and as '.join(sorted(kinds))}, and a binary file keeps one kind"
        )
        raise UnfitValueError(message, remedy="give all of them the same kind of value")
    return pairs[0][0], [value for _, value in pairs]


def _opaque(values: list[Value | None]) -> bytes:
    first = values[0]
    same = [
        isinstance(value, OpaqueColumn)
        and isinstance(first, OpaqueColumn)
        and (value.index, value.count, value.type_id) == (index, len(values), first.type_id)
        and value.data == first.data
        for index, value in enumerate(values)
    ]
    if not isinstance(first, OpaqueColumn) or not all(same):
        message = "its type is not known, and it belongs to the instances of its class in the file it came from"
        raise UnfitValueError(message, remedy="write just those, or take the property out")
    return bytes([first.type_id]) + first.data
