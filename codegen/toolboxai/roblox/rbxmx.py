"""Roblox XML model files (``.rbxmx``, ``.rbxlx``): items to bytes and back.

Names and types of properties on disk are the engine facts'; a property that the facts do not know is written by the
type of its value and kept by the type of its element. The bytes depend on the items alone.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.parsers import expat

from toolboxai.errors import Diagnostic
from toolboxai.roblox import disk
from toolboxai.roblox.attributeblob import AttributeBlobError
from toolboxai.roblox.migrations import migrate
from toolboxai.roblox.model import DEEPEST, Item, ModelFileError, ModelWriteError
from toolboxai.roblox.values import Content, Opaque, Ref, Value
from toolboxai.roblox.xmlproperties import read_element, read_shared, write_element
from toolboxai.roblox.xmlvalues import Element, UnreadableElementError

# Without that word Studio joins parts that touch, as it did long ago.
_HEADER = '<roblox version="4">\n<Meta name="ExplicitAutoJoints">true</Meta>\n'
_LARGEST = 256 * 2**20
_DEEPEST_VALUE = 20
_SHARED = {"SharedString", "NetAssetRef"}


def write_rbxmx(roots: Sequence[Item]) -> bytes:
    """The model file of some instances. Properties are sorted, referents numbered in order.

    Raises `ModelWriteError`.
    """
    return _Writer(roots).write()


def read_rbxmx(path: Path) -> list[Item]:
    """The instances at the top of a model file; raises `ModelFileError`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "check that it is there"
        raise ModelFileError(
            Diagnostic(str(path), 1, 1, "model/unreadable", f"cannot be read: {error.strerror}", remedy)
        ) from error
    return parse_rbxmx(data, str(path))


def parse_rbxmx(data: bytes, name: str = "model.rbxmx") -> list[Item]:
    """The instances at the top of a model file's bytes; ``name`` stands in errors."""
    if len(data) > _LARGEST:
        message = f"is larger than {_LARGEST // 2**20} MiB"
        raise ModelFileError(Diagnostic(name, 1, 1, "model/size", message, "split the model"))
    if data.startswith(b"<roblox!"):
        message, remedy = "is a binary model, not XML", "save it as .rbxmx in Studio"
        raise ModelFileError(Diagnostic(name, 1, 1, "model/binary", message, remedy))
    return _Reader(name).read(data)


# --- writing ----------------------------------------------------------------------------------------------------------


class _Writer:
    def __init__(self, roots: Sequence[Item]) -> None:
        self._roots = roots
        self._lines: list[str] = [_HEADER]
        self._shared: dict[str, bytes] = {}
        self._numbers: dict[int, str] = {}
        self._targets: dict[str, str] = {}
        for root in roots:
            for _, item in root.walk():
                self._numbers[id(item)] = f"RBX{len(self._numbers)}"
                if item.referent:
                    self._targets[item.referent] = self._numbers[id(item)]

    def write(self) -> bytes:
        # Closing tags wait on the same stack as the items, so depth is no limit.
        stack: list[tuple[Item, str] | str] = [(root, root.name) for root in reversed(self._roots)]
        while stack:
            match stack.pop():
                case str(closing):
                    self._lines.append(closing)
                case (item, path):
                    self._open(item, path)
                    stack.append("</Item>\n")
                    stack.extend((child, f"{path}.{child.name}") for child in reversed(item.children))
        if self._shared:
            self._lines.append("<SharedStrings>\n")
            for key, data in sorted(self._shared.items()):
                self._lines.append(f'<SharedString md5="{key}">{base64.b64encode(data).decode()}</SharedString>\n')
            self._lines.append("</SharedStrings>\n")
        self._lines.append("</roblox>\n")
        return "".join(self._lines).encode()

    def _open(self, item: Item, path: str) -> None:
        if not item.class_name.isidentifier():
            message = f"{path} has the class {item.class_name!r}, which is no name"
            raise ModelWriteError(message, remedy="correct the class")
        elements: dict[str, str] = {}
        for name, written, text in self._elements(item, path):
            # Two names of scripts may be one on disk: the one that it is read as has the say.
            if written not in elements or disk.by_disk_name(item.class_name, written).name == name:
                elements[written] = text
        attributes = item.class_name, self._numbers[id(item)]
        self._lines.append('<Item class="{}" referent="{}">\n<Properties>\n'.format(*attributes))
        self._lines.extend(text for _, text in sorted(elements.items()))
        self._lines.append("</Properties>\n")

    def _elements(self, item: Item, path: str) -> Iterable[tuple[str, str, str]]:
        held: dict[str, Value] = {**item.properties, "Name": item.name}
        migrate(item.class_name, held)
        for name, value in held.items():
            try:
                yield name, *write_element(item.class_name, name, value, self._targets, self._shared)
            except (disk.UnfitValueError, AttributeBlobError) as error:
                raise ModelWriteError(f"{path}.{name} cannot be written: {error}", remedy=error.remedy) from error


# --- reading ----------------------------------------------------------------------------------------------------------


class _Reader:
    """Builds items as the file is read."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._text
        self._parser.EndElementHandler = self._end
        self._roots: list[Item] = []
        self._items: list[Item] = []
        self._tags: list[str] = []  # what is open, down to the properties
        self._elements: list[Element] = []  # the property that is open, and what is open inside it
        self._shared: dict[str, bytes] = {}
        self._waiting: list[tuple[Item, str, Element]] = []
        self._every: list[Item] = []

    def read(self, data: bytes) -> list[Item]:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            message, remedy = f"is not XML: {expat.ErrorString(error.code)}", "save the model again in Studio"
            place = (self._name, error.lineno, error.offset + 1, "model/xml")
            raise ModelFileError(Diagnostic(*place, message, remedy)) from error
        self._finish()
        return self._roots

    def _place(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def _fail(self, rule: str, message: str, remedy: str) -> ModelFileError:
        return ModelFileError(Diagnostic(self._name, *self._place(), f"model/{rule}", message, remedy))

    def _doctype(self, *_: object) -> None:
        raise self._fail(
            "hostile", "declares a document type or entities, which no model does", "do not open this file"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        elements, tags = self._elements, self._tags
        if len(tags) == DEEPEST or len(elements) > _DEEPEST_VALUE:
            raise self._fail("depth", f"is nested more than {DEEPEST} levels deep", "flatten the model")
        if elements:
            elements.append(Element(name, attributes))
            return
        parent = tags[-1] if tags else ""
        if parent in {"Properties", "SharedStrings"}:
            elements.append(Element(name, attributes, *self._place()))
            return
        if not parent and name != "roblox":
            raise self._fail("root", f"begins with <{name}>, a model begins with <roblox>", "save it as .rbxmx")
        if name == "Item":
            self._item(parent, attributes)
        tags.append(name)

    def _item(self, parent: str, attributes: dict[str, str]) -> None:
        class_name = attributes.get("class", "")
        if parent not in {"roblox", "Item"} or not class_name:
            raise self._fail(
                "item", "an Item must have a class and stand in another Item or at the top", "save it again"
            )
        item = Item(class_name, class_name, referent=attributes.get("referent", ""))
        (self._items[-1].children if self._items else self._roots).append(item)
        self._items.append(item)
        self._every.append(item)

    def _text(self, text: str) -> None:
        if self._elements:
            self._elements[-1].parts.append(text)

    def _end(self, name: str) -> None:
        elements = self._elements
        if not elements:
            self._tags.pop()
            if name == "Item":
                self._items.pop()
            return
        element = elements.pop()
        element.text = "".join(element.parts)
        if elements:
            elements[-1].children.append(element)
        else:
            self._property(element)

    def _property(self, element: Element) -> None:
        if self._tags[-1] != "SharedStrings" and not self._items:
            raise self._fail("property", f"<{element.tag}> belongs to no Item", "save the model again in Studio")
        try:
            if self._tags[-1] == "SharedStrings":
                self._shared[element.attributes.get("md5", "")] = base64.b64decode("".join(element.text.split()))
                return
            item = self._items[-1]
            name, value = read_element(element, item.class_name)
        except (UnreadableElementError, binascii.Error) as error:
            place = (self._name, element.line, element.column, "model/property")
            raise ModelFileError(Diagnostic(*place, str(error), "save the model again in Studio")) from error
        if name == "Name" and isinstance(value, str):
            item.name = value
        elif element.tag in _SHARED and isinstance(value, Opaque):
            self._waiting.append((item, name, element))
        else:
            item.properties[name] = value

    def _finish(self) -> None:
        """The file's end explains the shared strings, and which referents there are."""
        for item, name, element in self._waiting:
            key = element.text.strip()
            place = (self._name, element.line, element.column, "model/property")
            if key not in self._shared:
                message = f"{name} names a shared string that is not there"
                raise ModelFileError(Diagnostic(*place, message, "save it again"))
            stored = disk.by_disk_name(item.class_name, element.attributes["name"])
            try:
                item.properties[name] = read_shared(stored, element.tag, self._shared[key])
            except AttributeBlobError as error:
                raise ModelFileError(Diagnostic(*place, str(error), "save the model again in Studio")) from error
        known = {item.referent for item in self._every}
        for item in self._every:
            for name, value in item.properties.items():
                if isinstance(value, Ref | Content) and value.referent and value.referent not in known:
                    item.properties[name] = _adrift(value)
            migrate(item.class_name, item.properties)


def _adrift(value: Ref | Content) -> Value:
    """What a reference to an instance that the file does not have comes to: none, as the engine reads it."""
    return Ref() if isinstance(value, Ref) else Content(value.uri)
