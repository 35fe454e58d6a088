"""Model and place files of every format: read by what they are, written by what they are called."""

from collections.abc import Callable, Sequence
from pathlib import Path

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.roblox.chunks import MAGIC
from toolboxai.roblox.model import Item, ModelFileError
from toolboxai.roblox.rbxm import parse_rbxm
from toolboxai.roblox.rbxmwriter import write_rbxm
from toolboxai.roblox.rbxmx import parse_rbxmx, write_rbxmx

_WRITERS: dict[str, Callable[[Sequence[Item]], bytes]] = {
    ".rbxm": write_rbxm,
    ".rbxl": write_rbxm,
    ".rbxmx": write_rbxmx,
    ".rbxlx": write_rbxmx,
}
SUFFIXES = tuple(_WRITERS)
PLACE_SUFFIXES = (".rbxl", ".rbxlx")
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte order marks, the zeros of UTF-16, and blanks


class UnknownFormatError(ToolboxError, ValueError):
    """A file name that names no format of models."""


def read_model(source: Path | str | bytes, *, name: str = "", notes: list[Diagnostic] | None = None) -> list[Item]:
    """The instances at the top of a model or place file; a place's are its services.

    Binary or XML is told by the content. ``name`` stands in errors, the path by default. What the file has and items
    cannot hold is told in ``notes``. Raises `ModelFileError`.
    """
    if not isinstance(source, bytes):
        name = name or str(source)
        try:
            source = Path(source).read_bytes()
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            place = Diagnostic(name, 1, 1, "model/unreadable", message, "check that it is there")
            raise ModelFileError(place) from error
    name = name or "model"
    if not source[:64].translate(None, _BEFORE_XML).startswith(b"<"):
        message = "is neither a binary nor an XML model"
        raise ModelFileError(Diagnostic(name, 1, 1, "model/format", message, "save the model again in Studio"))
    return parse_rbxm(source, name, notes) if source.startswith(MAGIC) else parse_rbxmx(source, name)


def write_model(roots: Sequence[Item], suffix: str) -> bytes:
    """The bytes of a model file: ``suffix`` is ``.rbxm``, ``.rbxmx``, or of a place ``.rbxl``, ``.rbxlx``.

    Of a place's DataModel its services are written, which is what the file of a place has at its top. Raises
    `ModelWriteError` for what no file can hold, and `UnknownFormatError`.
    """
    if suffix not in _WRITERS:
        raise UnknownFormatError(f"{suffix or 'no suffix'} is no format of models", remedy=f"use {', '.join(SUFFIXES)}")
    if suffix in PLACE_SUFFIXES:
        roots = [child for root in roots for child in (root.children if root.class_name == "DataModel" else [root])]
    return _WRITERS[suffix](roots)


def as_place(roots: list[Item], name: str = "Game") -> Item:
    """The place whose services these are."""
    return Item("DataModel", name, children=roots)
