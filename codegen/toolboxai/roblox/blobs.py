"""Values that files of either format keep as bytes or as bits: tags, attributes, faces and axes."""

from toolboxai.roblox.attributeblob import encode_attributes
from toolboxai.roblox.disk import UnfitValueError
from toolboxai.roblox.values import Attributes, Axes, Binary, Faces, Tags

FACES = ("Right", "Top", "Back", "Left", "Bottom", "Front")
AXES = ("X", "Y", "Z")


def bits_of(names: tuple[str, ...], value: Faces | Axes) -> int:
    unknown = [word for word in value.words if word not in names]
    if unknown:
        raise UnfitValueError(f"{unknown[0]!r} is none of {', '.join(names)}", remedy="correct it")
    return sum(1 << names.index(word) for word in set(value.words))


def words_of(names: tuple[str, ...], bits: int) -> tuple[str, ...]:
    return tuple(sorted(name for bit, name in enumerate(names) if bits >> bit & 1))


def read_tags(data: bytes) -> Tags | Binary:
    """The tags; the blob itself where they are not UTF-8."""
    try:
        return Tags(tuple(tag.decode() for tag in data.split(b"\0") if tag))
    except UnicodeDecodeError:
        return Binary(data)


def tags_blob(value: Tags | Binary) -> bytes:
    return value.data if isinstance(value, Binary) else b"\0".join(tag.encode() for tag in value.words)


def attributes_blob(value: Attributes | Binary) -> bytes:
    return value.data if isinstance(value, Binary) else encode_attributes(value)
