"""The model tree: what model files, Rojo projects, lessons and the headless DataModel exchange."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.roblox.values import Value

SCRIPT_CLASSES = ("LocalScript", "ModuleScript", "Script")
DEEPEST = 1000
"""How many levels of instances a model file may have."""


class ModelFileError(ToolboxError):
    """A model file that cannot be read; ``diagnostic`` has its place."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.headline, remedy=diagnostic.remedy)
        self.diagnostic = diagnostic


class ModelWriteError(ToolboxError, ValueError):
    """An item that no model file can hold: its path, its property and the reason."""


@dataclass(slots=True)
class Item:
    """One instance. Script text is ``properties["Source"]``; the name is ``name``, never a property.

    ``referent`` is how a `Ref` of the same tree points here; files give every item one.
    """

    class_name: str
    name: str
    properties: dict[str, Value] = field(default_factory=dict)
    children: "list[Item]" = field(default_factory=list)
    referent: str = field(default="", compare=False, kw_only=True)

    def find(self, *names: str) -> "Item | None":
        """The first child by each name in turn: ``item.find("Services", "ContentSync")``."""
        current: Item | None = self
        for name in names:
            if current is None:
                return None
            current = next((child for child in current.children if child.name == name), None)
        return current

    def walk(self) -> Iterator[tuple[tuple[str, ...], "Item"]]:
        """Every item below and this one first, each with its names from here: this one's path is empty."""
        stack: list[tuple[tuple[str, ...], Item]] = [((), self)]
        while stack:
            path, item = stack.pop()
            yield path, item
            stack.extend(((*path, child.name), child) for child in reversed(item.children))

    def scripts(self) -> Iterator[tuple[tuple[str, ...], "Item"]]:
        """Every script below, with its path."""
        return ((path, item) for path, item in self.walk() if item.class_name in SCRIPT_CLASSES)

    @property
    def source(self) -> str:
        """A script's text; empty for what has none."""
        text = self.properties.get("Source", "")
        return text if isinstance(text, str) else ""
