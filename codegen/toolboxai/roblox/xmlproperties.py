"""Properties of an XML model file: an element to a name and a value, and back."""

import binascii
import hashlib
from collections.abc import Mapping
from functools import cache

from toolboxai.roblox import disk
from toolboxai.roblox.attributeblob import AttributeBlobError, decode_attributes
from toolboxai.roblox.blobs import read_tags
from toolboxai.roblox.disk import UnfitValueError
from toolboxai.roblox.values import Binary, Content, EnumItem, Opaque, Ref, SharedString, Token, Value
from toolboxai.roblox.xmlvalues import (
    CODECS,
    Element,
    UnreadableElementError,
    read_content,
    read_referent,
    write_attribute,
    write_base64,
    write_text,
    write_uri,
)

_TAG_OF_KIND = {
    "CFrame": "CoordinateFrame", "Rect": "Rect2D", "OptionalCFrame": "OptionalCoordinateFrame", "BrickColor": "int",
    "Tags": "BinaryString", "Attributes": "BinaryString", "Enum": "token",
}  # fmt: skip
_KIND_OF_TAG = {
    "CoordinateFrame": "CFrame",
    "Rect2D": "Rect",
    "OptionalCoordinateFrame": "OptionalCFrame",
    "token": "Enum",  # nosec B105 - the tag's name, no secret
}


def write_element(
    class_name: str, name: str, value: Value, targets: Mapping[str, str], shared: dict[str, bytes]
) -> tuple[str, str]:
    """The property's name on disk, and its element; raises `UnfitValueError`."""
    stored = disk.by_name(class_name, name)
    if isinstance(value, Opaque):
        tag, inner = value.tag, value.markup
    else:
        kind, value = disk.kind_to_write(stored, value)
        tag, inner = _TAG_OF_KIND.get(kind, kind), _inner(stored, kind, value, targets, shared)
    return stored.disk, f"<{tag} name={_quoted(stored.disk)}>{inner}</{tag}>\n"


@cache
def _quoted(name: str) -> str:
    return write_attribute(name)


def _inner(stored: disk.Stored, kind: str, value: Value, targets: Mapping[str, str], shared: dict[str, bytes]) -> str:
    match value:
        case Ref():
            return _target(value.referent, targets)
        case SharedString():
            key = write_base64(hashlib.sha256(value.data).digest()[:16])
            shared[key] = value.data
            return key
        case EnumItem() | Token():
            return str(disk.enum_number(stored, value))
        case Content():
            return f"<Ref>{_target(value.referent, targets)}</Ref>" if value.referent else write_uri("uri", value.uri)
    if kind not in CODECS:
        raise UnfitValueError(f"XML files have no {kind}", remedy="write a binary file: .rbxm or .rbxl")
    return CODECS[kind].write(value)


def _target(referent: str, targets: Mapping[str, str]) -> str:
    if referent and referent not in targets:
        raise UnfitValueError(f"no item of the tree has the referent {referent!r}", remedy="write both together")
    return targets[referent] if referent else "null"


def read_element(element: Element, class_name: str) -> tuple[str, Value]:
    """The property's name for scripts, and its value; raises `UnreadableElementError`.

    A shared string is read as an `Opaque` of the key that the file's end explains.
    """
    name = element.attributes.get("name")
    if not name:
        raise UnreadableElementError(f"<{element.tag}> has no name")
    stored = disk.by_disk_name(class_name, name)
    try:
        return stored.name, _decode(element, stored)
    except (ValueError, ArithmeticError, binascii.Error, AttributeBlobError) as error:
        raise UnreadableElementError(f"{name} cannot be read as {element.tag}: {error}") from error


def read_shared(stored: disk.Stored, tag: str, data: bytes) -> Value:
    """What a property holds whose value stands among the shared strings; newer files keep tags there."""
    match stored.kind:
        case "Tags":
            return read_tags(data)
        case "Attributes":
            return decode_attributes(data)
        case "BinaryString":
            return Binary(data)
    return disk.as_read(stored, tag, SharedString(data))


def _decode(element: Element, stored: disk.Stored) -> Value:
    kind = _KIND_OF_TAG.get(element.tag, element.tag)
    match kind:
        case "Ref":
            return disk.as_read(stored, kind, Ref(read_referent(element)))
        case "SharedString" | "NetAssetRef":
            return Opaque(element.tag, element.text.strip())
        case "Enum":
            number = int(element.text) & 0xFFFFFFFF
            item = disk.enum_item(stored.enum, number) if stored.enum else Token(number)
            return disk.as_read(stored, kind, item)
        case "Content" if stored.kind != "ContentId":
            return disk.as_read(stored, kind, read_content(element))
    # The tag is a convention; the engine goes by the property, and files have both spellings.
    if stored.kind in CODECS and stored.kind is not None:
        return CODECS[stored.kind].read(element)
    if kind in CODECS:
        return disk.as_read(stored, kind, CODECS[kind].read(element))
    return Opaque(element.tag, _markup(element))


def _markup(element: Element) -> str:
    """What stands inside an element, written again."""

    def whole(child: Element) -> str:
        attributes = "".join(f" {name}={write_attribute(value)}" for name, value in child.attributes.items())
        return f"<{child.tag}{attributes}>{_markup(child)}</{child.tag}>"

    # Text between children is the indentation of whoever wrote them.
    return "".join(map(whole, element.children)) or write_text(element.text)
