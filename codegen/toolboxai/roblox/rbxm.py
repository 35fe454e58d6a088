"""Roblox binary model files (``.rbxm``, ``.rbxl``): bytes to items.

A file has a chunk for each class, one for each property of a class with the values of all its instances, and one that
says who is whose child. What the file says of sizes, counts and referents is believed no further than its bytes go.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from toolboxai.errors import Diagnostic
from toolboxai.roblox import disk
from toolboxai.roblox.attributeblob import AttributeBlobError
from toolboxai.roblox.chunks import Chunk, Cursor, DamagedError, failure, read_chunks
from toolboxai.roblox.columns import Reading
from toolboxai.roblox.columntypes import read_column
from toolboxai.roblox.lanes import read_referents
from toolboxai.roblox.migrations import migrate
from toolboxai.roblox.model import DEEPEST, Item

# A small file opens to much: what no real place reaches is refused before it is made.
_MOST = 2_000_000
_MOST_VALUES = 30_000_000
_IGNORED = {b"META", b"SIGN"}


@dataclass(slots=True)
class _Class:
    name: str
    items: list[Item]


def parse_rbxm(data: bytes, name: str = "model.rbxm", notes: list[Diagnostic] | None = None) -> list[Item]:
    """The instances at the top of a binary file's bytes; raises `ModelFileError`.

    ``name`` stands in errors. What the file has and items cannot hold is told in ``notes``.
    """
    return _Reader(name, [] if notes is None else notes).read(data)


@dataclass(slots=True)
class _Reader:
    name: str
    notes: list[Diagnostic]
    _classes: dict[int, _Class] = field(default_factory=dict)
    _items: dict[int, Item] = field(default_factory=dict)
    _reading: Reading = field(default_factory=Reading)
    _roots: list[Item] = field(default_factory=list)
    _values: int = 0

    def read(self, data: bytes) -> list[Item]:
        steps: tuple[tuple[bytes, Callable[[Cursor], None]], ...] = (
            (b"SSTR", self._shared_strings),
            (b"INST", self._instances),
            (b"PROP", self._property),
            (b"PRNT", self._parents),
        )
        chunks = list(read_chunks(data, self.name))
        known = {kind for kind, _ in steps} | _IGNORED
        for chunk in chunks:
            if chunk.name not in known:
                self._note(chunk.offset, f"a chunk {chunk.name!r} is left out: nobody knows its kind")
        for kind, step in steps:
            for chunk in (chunk for chunk in chunks if chunk.name == kind):
                self._step(chunk, step)
        return self._rooted(len(data))

    def _step(self, chunk: Chunk, step: Callable[[Cursor], None]) -> None:
        cursor = Cursor(chunk.data)
        try:
            step(cursor)
        except DamagedError as error:
            at = cursor.at if error.at is None else error.at
            message = f"its chunk {chunk.name.decode()} is damaged at byte {at} of it: {error}"
            raise failure(self.name, chunk.offset, "damaged", message) from error
        except AttributeBlobError as error:
            raise failure(self.name, chunk.offset, "property", str(error)) from error

    def _note(self, offset: int, message: str) -> None:
        remedy = "save the file with that left out, if it must stay as it is"
        self.notes.append(Diagnostic(self.name, 1, offset + 1, "model/left-out", message, remedy))

    # --- chunks -------------------------------------------------------------------------------------------------------

    def _shared_strings(self, cursor: Cursor) -> None:
        version = cursor.number()
        if version != 0:
            raise DamagedError(f"shared strings of version {version}, and only version 0 is known", 0)
        for _ in range(cursor.number()):
            cursor.take(16)  # a hash, for whoever has seen the string before
            self._reading.shared.append(cursor.string())

    def _instances(self, cursor: Cursor) -> None:
        number, name = cursor.number(), cursor.word()
        cursor.take(1)  # whether it is a service, which the class says too
        count = cursor.number()
        if number in self._classes:
            raise DamagedError(f"class {number} is there twice", 0)
        if not name.isidentifier():
            raise DamagedError(f"{name!r} is no name of a class", 4)
        referents = read_referents(cursor.take(4 * count))
        if len(self._items) + count > _MOST:
            raise DamagedError(f"there are more than {_MOST:,} instances", 0)
        items = [Item(name, name, referent=f"RBX{referent}") for referent in referents]
        self._classes[number] = _Class(name, items)
        before = len(self._items)
        self._items.update(zip(referents, items, strict=True))
        if len(self._items) < before + count:
            raise DamagedError("two instances have one referent")
        self._reading.names.update((referent, item.referent) for referent, item in zip(referents, items, strict=True))

    def _property(self, cursor: Cursor) -> None:
        number, name = cursor.number(), cursor.word()
        if number not in self._classes:
            raise DamagedError(f"{name} belongs to class {number}, which is not there", 0)
        found = self._classes[number]
        if not cursor.left:
            return  # Studio writes a property so, whose type it does not save yet
        self._values += len(found.items)
        if self._values > _MOST_VALUES:
            raise DamagedError(f"there are more than {_MOST_VALUES:,} values", 0)
        stored = disk.by_disk_name(found.name, name)
        values = read_column(cursor, len(found.items), stored, self._reading)
        if stored.name == "Name":
            for item, value in zip(found.items, values, strict=True):
                item.name = value if isinstance(value, str) else item.name
            if any(not isinstance(value, str) for value in values):
                self._note(cursor.at, f"names of class {found.name} are left out that are no text")
            return
        key = stored.name
        for item, value in zip(found.items, values, strict=True):
            item.properties[key] = value

    def _parents(self, cursor: Cursor) -> None:
        version, count = cursor.number(1), cursor.number()
        if version != 0:
            raise DamagedError(f"a tree of version {version}, and only version 0 is known", 0)
        children, parents = read_referents(cursor.take(4 * count)), read_referents(cursor.take(4 * count))
        placed: set[int] = set()
        for child, parent in zip(children, parents, strict=True):
            if child not in self._items or child in placed:
                raise DamagedError(f"instance {child} {'has two parents' if child in placed else 'is not there'}")
            placed.add(child)
            if parent == -1:
                self._roots.append(self._items[child])
            elif parent in self._items:
                self._items[parent].children.append(self._items[child])
            else:
                raise DamagedError(f"instance {child} has parent {parent}, which is not there")

    # --- the tree -----------------------------------------------------------------------------------------------------

    def _rooted(self, size: int) -> list[Item]:
        """The roots, once all instances are known to hang from them."""
        level, seen, depth = self._roots, len(self._roots), 1
        while level := [child for item in level for child in item.children]:
            seen += len(level)
            depth += 1
            if depth > DEEPEST:
                raise failure(self.name, size, "depth", f"has instances more than {DEEPEST} levels deep")
        if seen < len(self._items):
            lost = len(self._items) - seen
            raise failure(self.name, size, "damaged", f"has {lost} instances that hang from no root")
        for found in self._classes.values():
            for item in found.items:
                migrate(found.name, item.properties)
        return self._roots
