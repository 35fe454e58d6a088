"""Trees as the engine describes them, in plain data, and as items: both ways, and as the bytes of model files."""

import math
from collections.abc import Iterator
from typing import Any

import msgspec

from toolboxai.errors import ToolboxError
from toolboxai.roblox import api, disk
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import read_model, write_model
from toolboxai.roblox.values import Attributes, Ref, Tags, ValueFormError, from_plain, to_plain

# What may be there before it is mounted, and other than new.
_STANDING = {"Camera", "Terrain", "StarterPlayerScripts", "StarterCharacterScripts", "DataModel"}


def listed(root: Item) -> Iterator[dict[str, Any]]:
    """The tree as the engine mounts it: each item after its parent, whose place in the list it has."""
    stack: list[tuple[Item, int]] = [(root, 0)]
    place = 0
    while stack:
        item, parent = stack.pop()
        description = _alone(item)
        if parent:
            description["parent"] = parent
        yield description
        place += 1
        stack.extend([(child, place) for child in reversed(item.children)])


def described(item: Item) -> dict[str, Any]:
    """The tree as the engine's Builder reads it."""
    description = _alone(item)
    if item.children:
        description["children"] = [described(child) for child in item.children]
    return description


def _alone(item: Item) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    description: dict[str, Any] = {"class": item.class_name, "name": item.name, "properties": properties}
    stands = item.class_name in _STANDING or api.is_service(item.class_name)
    for name, value in item.properties.items():
        if not stands and value == disk.usual(item.class_name, name):
            continue  # files say all; a new instance has it so
        match value:
            case Attributes():
                description["attributes"] = {key: to_plain(held) for key, held in value.pairs}
            case Tags():
                description["tags"] = list(value.words)
            case Ref():
                properties[name] = ["Ref", value.referent]
            case _:
                properties[name] = to_plain(value)
    if item.referent:
        description["referent"] = item.referent
    return description


def item_of(description: dict[str, Any]) -> Item:
    """The item that the engine's Describer describes; properties that no file holds are left out."""
    item = Item(description["class"], description["name"], referent=description.get("referent", ""))
    for name, plain in (description.get("properties") or {}).items():
        if isinstance(plain, list) and plain[0] == "Ref":
            item.properties[name] = Ref(plain[1])
            continue
        try:
            item.properties[name] = from_plain(_numbers(plain))
        except ValueFormError:
            continue
    if description.get("attributes"):
        item.properties["Attributes"] = Attributes.of(
            {name: from_plain(_numbers(plain)) for name, plain in description["attributes"].items()}
        )
    if description.get("tags"):
        item.properties["Tags"] = Tags(tuple(description["tags"]))
    item.children = [item_of(child) for child in description.get("children") or ()]
    return item


def serialized(descriptions: bytes) -> bytes:
    """The model file of the trees that a JSON list describes."""
    return write_model([item_of(description) for description in msgspec.json.decode(descriptions)], ".rbxm")


def deserialized(contents: bytes) -> tuple[bytes | None, bytes]:
    """A JSON list of the trees in a model file; or None, and why it cannot be read."""
    try:
        roots = read_model(contents, name="buffer")
        return msgspec.json.encode([_written(described(root)) for root in roots]), b""
    except ToolboxError as reason:
        return None, str(reason).encode()
    except RecursionError:
        return None, b"its instances are nested too deeply"


def _numbers(plain: Any) -> Any:
    """JSON has no infinity: the engine writes ``["Number", "inf"]``."""
    if isinstance(plain, list):
        if plain and plain[0] == "Number":
            return float(plain[1])
        return [_numbers(part) for part in plain]
    return plain


def _written(plain: Any) -> Any:
    """The other way."""
    if isinstance(plain, dict):
        return {key: _written(part) for key, part in plain.items() if part is not None}
    if isinstance(plain, list):
        return [_written(part) for part in plain]
    return ["Number", repr(plain)] if isinstance(plain, float) and not math.isfinite(plain) else plain
