"""References that authors of Rojo projects write: an id on one instance, an attribute on another that names it."""

from collections.abc import Callable

from toolboxai.roblox import disk
from toolboxai.roblox.model import Item
from toolboxai.roblox.values import Attributes, Ref

_ID = "Rojo_Id"
_TARGET = "Rojo_Target_"


def link(root: Item, id_of: Callable[[Item], str]) -> None:
    """Sets the properties that ``Rojo_Target_<Property>`` attributes speak of.

    ``id_of`` gives the id that a project, a model or metadata gave an item; ``Rojo_Id`` attributes go before it. What
    leads nowhere is left, as Rojo leaves it.
    """
    by_id: dict[str, Item] = {}
    waiting: list[tuple[Item, str, str]] = []
    for _, item in root.walk():
        held = item.properties.get("Attributes")
        attributes = dict(held.pairs) if isinstance(held, Attributes) else {}
        name = attributes.get(_ID) or id_of(item)
        if isinstance(name, str) and name:
            by_id.setdefault(name, item)
        for key, value in attributes.items():
            if key.startswith(_TARGET) and isinstance(value, str):
                waiting.append((item, key.removeprefix(_TARGET), value))
    for item, name, target in waiting:
        if target in by_id:
            found = by_id[target]
            found.referent = found.referent or f"{_ID}:{target}"
            item.properties[disk.by_name(item.class_name, name).name] = Ref(found.referent)
