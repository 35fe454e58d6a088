"""Values that a property can hold, as small frozen types, and their plain form for JSON and Lua.

The plain form of a boolean, number or string is itself; of anything else a list that opens with the type's name:
``["Vector3", 1, 2, 3]``. `roblox.api` gives defaults in the same form.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Self

import msgspec
from msgspec.structs import astuple

from toolboxai.errors import ToolboxError

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


class ValueFormError(ToolboxError, ValueError):
    """A plain form that no value has."""


class _Value(msgspec.Struct, frozen=True, gc=False):
    """Built in C, and left to its references: a value holds no other that holds it."""


class _Numbers(_Value, frozen=True):
    """A value that is a fixed row of numbers."""

    def numbers(self) -> tuple[float, ...]:
        return astuple(self)

    @classmethod
    def of(cls, numbers: list[Any]) -> Self:
        count = len(cls.__struct_fields__)
        if len(numbers) != count or not all(map(_is_number, numbers)):
            raise ValueFormError(f"{cls.__name__} takes {count} numbers, got {numbers!r}")
        return cls(*numbers)


class Vector2(_Numbers, frozen=True):
    x: float = 0.0
    y: float = 0.0


class Vector3(_Numbers, frozen=True):
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0


class Vector3int16(_Numbers, frozen=True):
    x: int = 0
    y: int = 0
    z: int = 0


class Color3(_Numbers, frozen=True):
    """Channels from 0 to 1."""

    r: float = 0.0
    g: float = 0.0
    b: float = 0.0


class UDim(_Numbers, frozen=True):
    scale: float = 0.0
    offset: int = 0


class UDim2(_Numbers, frozen=True):
    x_scale: float = 0.0
    x_offset: int = 0
    y_scale: float = 0.0
    y_offset: int = 0


class NumberRange(_Numbers, frozen=True):
    minimum: float = 0.0
    maximum: float = 0.0


class Rect(_Numbers, frozen=True):
    min_x: float = 0.0
    min_y: float = 0.0
    max_x: float = 0.0
    max_y: float = 0.0


class Ray(_Numbers, frozen=True):
    origin_x: float = 0.0
    origin_y: float = 0.0
    origin_z: float = 0.0
    direction_x: float = 0.0
    direction_y: float = 0.0
    direction_z: float = 0.0


class BrickColor(_Numbers, frozen=True):
    number: int = 194


class PhysicalProperties(_Numbers, frozen=True):
    """Custom ones; a part without them has no such value."""

    density: float = 0.7
    friction: float = 0.3
    elasticity: float = 0.5
    friction_weight: float = 1.0
    elasticity_weight: float = 1.0
    acoustic_absorption: float = 1.0


class CFrame(_Numbers, frozen=True):
    """Position, then the rotation matrix by rows."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    rotation: tuple[float, ...] = _IDENTITY

    def numbers(self) -> tuple[float, ...]:
        return (self.x, self.y, self.z, *self.rotation)

    @classmethod
    def of(cls, numbers: list[Any]) -> Self:
        if len(numbers) != 12 or not all(map(_is_number, numbers)):
            raise ValueFormError(f"CFrame takes 12 numbers, got {numbers!r}")
        return cls(numbers[0], numbers[1], numbers[2], tuple(numbers[3:]))


class _Points(_Value, frozen=True):
    """A value that is a row of keypoints of ``WIDTH`` numbers each."""

    points: tuple[tuple[float, ...], ...]
    WIDTH: ClassVar[int]

    @classmethod
    def of(cls, points: list[Any]) -> Self:
        if not all(isinstance(p, list | tuple) and len(p) == cls.WIDTH and all(map(_is_number, p)) for p in points):
            raise ValueFormError(f"{cls.__name__} takes keypoints of {cls.WIDTH} numbers, got {points!r}")
        return cls(tuple(tuple(p) for p in points))


class NumberSequence(_Points, frozen=True):
    """Points are ``(time, value, envelope)``."""

    WIDTH: ClassVar[int] = 3


class ColorSequence(_Points, frozen=True):
    """Points are ``(time, r, g, b)``."""

    WIDTH: ClassVar[int] = 4


class _Words(_Value, frozen=True):
    """A value that is a row of strings."""

    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: list[Any]) -> Self:
        if not all(isinstance(word, str) for word in words):
            raise ValueFormError(f"{cls.__name__} takes strings, got {words!r}")
        return cls(tuple(words))


class Faces(_Words, frozen=True):
    """Names of `Enum.NormalId`."""


class Axes(_Words, frozen=True):
    """Some of ``X``, ``Y``, ``Z``."""


class Tags(_Words, frozen=True):
    """An instance's CollectionService tags."""


class Font(_Value, frozen=True):
    """``face`` is the address of the one face that Studio found last, which files keep."""

    family: str
    weight: str = "Regular"
    style: str = "Normal"
    face: str = ""


class EnumItem(_Value, frozen=True):
    enum: str
    name: str


class Token(_Value, frozen=True):
    """An enum's number that the known engine version has no name for."""

    number: int


class Content(_Value, frozen=True):
    """What an address leads to, or an object of the same tree by its ``Item.referent``; neither is ``Content()``."""

    uri: str | None = None
    referent: str = ""


class Ref(_Value, frozen=True):
    """Another item of the same tree, by its ``Item.referent``; empty for none."""

    referent: str = ""


class Binary(_Value, frozen=True):
    data: bytes = b""


class SharedString(_Value, frozen=True):
    data: bytes = b""


class UniqueId(_Value, frozen=True):
    """What tells an instance from all others: a counter, seconds since 2021, and a number drawn by chance."""

    index: int = 0
    time: int = 0
    random: int = 0


class SecurityCapabilities(_Value, frozen=True):
    """What a script container may do, as a set of bits."""

    bits: int = 0


class Unset(_Value, frozen=True):
    """No value, of a kind that may have none: ``PhysicalProperties``, ``OptionalCFrame``."""

    kind: str


class OfKind(_Value, frozen=True):
    """A value that a file keeps as another kind than one would think: a 32-bit ``int`` in a property nobody knows."""

    kind: str
    value: "Value"


class Opaque(_Value, frozen=True):
    """An element of an XML file that is kept as it stands: its tag and the markup inside."""

    tag: str
    markup: str


class OpaqueColumn(_Value, frozen=True):
    """One instance's place among the values of a type that is not known, which only a binary file can keep.

    ``data`` is shared by all instances of a class that had the property, ``count`` of them.
    """

    type_id: int
    data: bytes
    index: int
    count: int


class Attributes(_Value, frozen=True):
    """An instance's attributes, sorted by name."""

    pairs: "tuple[tuple[str, Value], ...]" = ()

    @classmethod
    def of(cls, mapping: "dict[str, Value]") -> Self:
        return cls(tuple(sorted(mapping.items())))

    def get(self, name: str) -> "Value | None":
        return dict(self.pairs).get(name)


Value = (
    str | bool | int | float
    | Vector2 | Vector3 | Vector3int16 | Color3 | UDim | UDim2 | NumberRange | Rect | Ray | BrickColor
    | PhysicalProperties | CFrame | NumberSequence | ColorSequence | Faces | Axes | Tags | Font | EnumItem | Token
    | Content | Ref | Binary | SharedString | UniqueId | SecurityCapabilities | Unset | OfKind | Opaque | OpaqueColumn
    | Attributes
)  # fmt: skip


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_ROWS: tuple[type[_Numbers | _Points | _Words], ...] = (
    Vector2, Vector3, Vector3int16, Color3, UDim, UDim2, NumberRange, Rect, Ray, BrickColor, PhysicalProperties, CFrame,
    NumberSequence, ColorSequence, Faces, Axes, Tags,
)  # fmt: skip
_READERS: dict[str, Callable[[list[Any]], Any]] = {kind.__name__: kind.of for kind in _ROWS}
_READERS["Font"] = lambda parts: Font(*parts)
_READERS["EnumItem"] = lambda parts: EnumItem(*parts)
_READERS["Content"] = lambda parts: Content(*parts)
_READERS["Token"] = lambda parts: Token(*parts)
_READERS["UniqueId"] = lambda parts: UniqueId(*parts)
_READERS["SecurityCapabilities"] = lambda parts: SecurityCapabilities(*parts)
_READERS["Attributes"] = lambda parts: Attributes.of({name: from_plain(value) for name, value in parts[0].items()})


def to_plain(value: Value) -> Any:  # noqa: C901 - a table, one type a case
    """The plain form; None for what no script can see (references by file, blobs, what has no value)."""
    match value:
        case str() | bool() | int() | float():
            return value
        case _Numbers():
            return [type(value).__name__, *value.numbers()]
        case _Points():
            return [type(value).__name__, *(list(point) for point in value.points)]
        case _Words():
            return [type(value).__name__, *value.words]
        case Font():
            return ["Font", value.family, value.weight, value.style]
        case Content():
            return ["Content", value.uri]
        case EnumItem():
            return ["EnumItem", value.enum, value.name]
        case Token() | UniqueId() | SecurityCapabilities():
            return [type(value).__name__, *astuple(value)]
        case OfKind():
            return to_plain(value.value)
        case Attributes():
            return ["Attributes", {name: to_plain(held) for name, held in value.pairs}]
        case _:
            return None


def from_plain(plain: Any) -> Value:
    """The value of a plain form; raises `ValueFormError` for anything else."""
    if isinstance(plain, str | bool | int | float):
        return plain
    if isinstance(plain, list | tuple) and plain and plain[0] in _READERS:
        try:
            value: Value = _READERS[plain[0]](list(plain[1:]))
        except (TypeError, AttributeError, IndexError) as error:
            raise ValueFormError(f"{plain!r} is no {plain[0]}: {error}") from error
        return value
    raise ValueFormError(f"{plain!r} is no property value", remedy=f"the types are {', '.join(sorted(_READERS))}")
