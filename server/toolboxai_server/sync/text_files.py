"""Script files: their text as documents hold it, and back as the file had it."""

import contextlib
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from toolboxai.errors import ToolboxError

_BOM = b"\xef\xbb\xbf"
_SUFFIX = ".toolboxai-new"
_REPLACE_TRIES = 20


class UnreadableFileError(ToolboxError):
    """A file that cannot be a document: it is left alone."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a file has around its text: a byte order mark, and carriage returns at every line's end."""

    bom: bool = False
    crlf: bool = False

    def encode(self, text: bytes) -> bytes:
        """The file's bytes for a document's `text`."""
        return (_BOM if self.bom else b"") + (text.replace(b"\n", b"\r\n") if self.crlf else text)


def decode(raw: bytes) -> tuple[bytes, Form]:
    """A file's text and form; `form.encode(text)` is `raw` again. Raises UnreadableFileError unless it is UTF-8."""
    form = Form(raw.startswith(_BOM), raw.count(b"\n") == raw.count(b"\r\n") > 0)
    text = raw.removeprefix(_BOM)
    try:
        text.decode()
    except UnicodeDecodeError as fault:
        line = text.count(b"\n", 0, fault.start) + 1
        raise UnreadableFileError(f"line {line} is not UTF-8", remedy="Save it as UTF-8.") from fault
    return (text.replace(b"\r\n", b"\n") if form.crlf else text), form


def read(path: Path, limit: int) -> tuple[bytes, Form]:
    """The text of a file; raises UnreadableFileError, or FileNotFoundError where it is gone."""
    try:
        with path.open("rb") as file:
            raw = file.read(2 * limit + 1)
    except FileNotFoundError:
        raise
    except OSError as fault:
        raise UnreadableFileError(f"cannot be read: {fault.strerror}", remedy="Look at its permissions.") from fault
    text, form = decode(raw) if len(raw) <= 2 * limit else (raw, Form())
    if len(text) > limit:
        raise UnreadableFileError(f"has more than {limit:,} bytes", remedy="Split it into modules.")
    return text, form


def read_all(paths: list[Path], limit: int) -> list[tuple[bytes, Form] | UnreadableFileError | None]:
    """What `read` gives for each: a fault stands for its file, None for one that is gone."""
    found: list[tuple[bytes, Form] | UnreadableFileError | None] = []
    for path in paths:
        try:
            found.append(read(path, limit))
        except UnreadableFileError as fault:
            found.append(fault)
        except FileNotFoundError:
            found.append(None)
    return found


def replace(path: Path, raw: bytes) -> None:
    """Write `path` whole or not at all; readers see the old bytes or the new ones. Follows a link to its file."""
    target = Path(os.path.realpath(path))
    temporary = _write_beside(target, raw)
    try:
        with contextlib.suppress(FileNotFoundError):
            shutil.copymode(target, temporary)
        _rename(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def create(path: Path, raw: bytes) -> None:
    """Write a new file whole or not at all; raises FileExistsError where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _write_beside(path, raw)
    try:
        if os.name == "nt":
            temporary.rename(path)  # refuses to overwrite there
        else:
            _link(temporary, path, raw)
    finally:
        temporary.unlink(missing_ok=True)
    _flush_folder(path.parent)


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that was being written."""
    return name.endswith(_SUFFIX)


def _write_beside(path: Path, raw: bytes) -> Path:
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}{_SUFFIX}")
    try:
        with temporary.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _link(temporary: Path, path: Path, raw: bytes) -> None:
    """Give the written file its name; where the file system has no links, write it there, overwriting nothing."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        with path.open("xb") as file:
            file.write(raw)


def _rename(temporary: Path, target: Path) -> None:
    """Windows refuses while another program has the file open: wait for it a little."""
    for attempt in range(_REPLACE_TRIES):
        try:
            temporary.replace(target)
        except PermissionError:
            if os.name != "nt" or attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(0.05)
        else:
            return


def _flush_folder(folder: Path) -> None:
    """Make a rename outlive a power cut; Windows needs and offers no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
