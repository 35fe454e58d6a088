"""Values that a property can hold, as small frozen types, and their plain form for JSON and Lua.

The plain form of a boolean, number or string is itself; of anything else a list that opens with the type's name:
``["Vector3", 1, 2, 3]``. `roblox.api` gives defaults in the same form.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Self

from toolboxai.errors import ToolboxError

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@cache
def _fields(kind: type) -> Callable[[Any], tuple[float, ...]]:
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


@cache
def _width(kind: type) -> int:
    return len(fields(kind))


class ValueFormError(ToolboxError, ValueError):
    """A plain form that no value has."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A value that is a fixed row of numbers."""

    def numbers(self) -> tuple[float, ...]:
        kind: Any = type(self)
        return _fields(kind)(self)

    @classmethod
    def of(cls, numbers: list[Any]) -> Self:
        kind: Any = cls
        count = _width(kind)
        if len(numbers) != count or not all(map(_is_number, numbers)):
            raise ValueFormError(f"{cls.__name__} takes {count} numbers, got {numbers!r}")
        return cls(*numbers)


@dataclass(frozen=True, slots=True)
class Vector2(_Numbers):
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Vector3(_Numbers):
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0


@dataclass(frozen=True, slots=True)
class Vector3int16(_Numbers):
    x: int = 0
    y: int = 0
    z: int = 0


@dataclass(frozen=True, slots=True)
class Color3(_Numbers):
    """Channels from 0 to 1."""

    r: float = 0.0
    g: float = 0.0
    b: float = 0.0


@dataclass(frozen=True, slots=True)
class UDim(_Numbers):
    scale: float = 0.0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class UDim2(_Numbers):
    x_scale: float = 0.0
    x_offset: int = 0
    y_scale: float = 0.0
    y_offset: int = 0


@dataclass(frozen=True, slots=True)
class NumberRange(_Numbers):
    minimum: float = 0.0
    maximum: float = 0.0


@dataclass(frozen=True, slots=True)
class Rect(_Numbers):
    min_x: float = 0.0
    min_y: float = 0.0
    max_x: float = 0.0
    max_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Ray(_Numbers):
    origin_x: float = 0.0
    origin_y: float = 0.0
    origin_z: float = 0.0
    direction_x: float = 0.0
    direction_y: float = 0.0
    direction_z: float = 0.0


@dataclass(frozen=True, slots=True)
class BrickColor(_Numbers):
    number: int = 194


@dataclass(frozen=True, slots=True)
class PhysicalProperties(_Numbers):
    """Custom ones; a part without them has no such value."""

    density: float = 0.7
    friction: float = 0.3
    elasticity: float = 0.5
    friction_weight: float = 1.0
    elasticity_weight: float = 1.0
    acoustic_absorption: float = 1.0


@dataclass(frozen=True, slots=True)
class CFrame(_Numbers):
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


@dataclass(frozen=True, slots=True)
class _Points:
    """A value that is a row of keypoints of ``WIDTH`` numbers each."""

    points: tuple[tuple[float, ...], ...]
    WIDTH: ClassVar[int]

    @classmethod
    def of(cls, points: list[Any]) -> Self:
        if not all(isinstance(p, list | tuple) and len(p) == cls.WIDTH and all(map(_is_number, p)) for p in points):
            raise ValueFormError(f"{cls.__name__} takes keypoints of {cls.WIDTH} numbers, got {points!r}")
        return cls(tuple(tuple(p) for p in points))


@dataclass(frozen=True, slots=True)
class NumberSequence(_Points):
    """Points are ``(time, value, envelope)``."""

    WIDTH: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class ColorSequence(_Points):
    """Points are ``(time, r, g, b)``."""

    WIDTH: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class _Words:
    """A value that is a row of strings."""

    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: list[Any]) -> Self:
        if not all(isinstance(word, str) for word in words):
            raise ValueFormError(f"{cls.__name__} takes strings, got {words!r}")
        return cls(tuple(words))


@dataclass(frozen=True, slots=True)
class Faces(_Words):
    """Names of `Enum.NormalId`."""


@dataclass(frozen=True, slots=True)
class Axes(_Words):
    """Some of ``X``, ``Y``, ``Z``."""


@dataclass(frozen=True, slots=True)
class Tags(_Words):
    """An instance's CollectionService tags."""


@dataclass(frozen=True, slots=True)
class Font:
    """``face`` is the address of the one face that Studio found last, which files keep."""

    family: str
    weight: str = "Regular"
    style: str = "Normal"
    face: str = ""


@dataclass(frozen=True, slots=True)
class EnumItem:
    enum: str
    name: str


@dataclass(frozen=True, slots=True)
class Token:
    """An enum's number that the known engine version has no name for."""

    number: int


@dataclass(frozen=True, slots=True)
class Content:
    """What an address leads to, or an object of the same tree by its ``Item.referent``; neither is ``Content()``."""

    uri: str | None = None
    referent: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """Another item of the same tree, by its ``Item.referent``; empty for none."""

    referent: str = ""


@dataclass(frozen=True, slots=True)
class Binary:
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class SharedString:
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class UniqueId:
    """What tells an instance from all others: a counter, seconds since 2021, and a number drawn by chance."""

    index: int = 0
    time: int = 0
    random: int = 0


@dataclass(frozen=True, slots=True)
class SecurityCapabilities:
    """What a script container may do, as a set of bits."""

    bits: int = 0


@dataclass(frozen=True, slots=True)
class Unset:
    """No value, of a kind that may have none: ``PhysicalProperties``, ``OptionalCFrame``."""

    kind: str


@dataclass(frozen=True, slots=True)
class OfKind:
    """A value that a file keeps as another kind than one would think: a 32-bit ``int`` in a property nobody knows."""

    kind: str
    value: "Value"


@dataclass(frozen=True, slots=True)
class Opaque:
    """An element of an XML file that is kept as it stands: its tag and the markup inside."""

    tag: str
    markup: str


@dataclass(frozen=True, slots=True)
class OpaqueColumn:
    """One instance's place among the values of a type that is not known, which only a binary file can keep.

    ``data`` is shared by all instances of a class that had the property, ``count`` of them.
    """

    type_id: int
    data: bytes
    index: int
    count: int


@dataclass(frozen=True, slots=True)
class Attributes:
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
