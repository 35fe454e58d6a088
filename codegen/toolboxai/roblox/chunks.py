"""The frame of a binary model file: a header, then named chunks, each compressed by itself."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from toolboxai.errors import Diagnostic
from toolboxai.roblox.model import ModelFileError

MAGIC = b"<roblox!"
_SIGNATURE = MAGIC + b"\x89\xff\r\n\x1a\n"
_ZSTD = b"\x28\xb5\x2f\xfd"
_END = b"END\0"
_FOOTER = b"</roblox>"
_LARGEST = 256 * 2**20
_LARGEST_OPENED = 1024 * 2**20
_LZ4_BEST = 255  # no byte of an LZ4 block stands for more


class DamagedError(ValueError):
    """Bytes that are not what their place in the file asks for; ``at`` is the offset in the chunk, if one is meant."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's name, its opened bytes, and where in the file it begins."""

    name: bytes
    data: bytes
    offset: int


def failure(name: str, offset: int, rule: str, message: str) -> ModelFileError:
    """The fault of a binary file: its column is the byte, counted from 1."""
    return ModelFileError(Diagnostic(name, 1, offset + 1, f"model/{rule}", message, "save the model again in Studio"))


def read_chunks(data: bytes, name: str) -> Iterator[Chunk]:
    """The file's chunks up to its END; raises `ModelFileError`."""
    _check_header(data, name)
    at, opened = 32, 0
    while True:
        if len(data) - at < 16:
            raise failure(name, len(data), "truncated", "ends without its END chunk: a part of the file is missing")
        kind, packed, size, _ = struct.unpack_from("<4sIII", data, at)
        body = data[at + 16 : at + 16 + (packed or size)]
        if len(body) < (packed or size):
            missing = (packed or size) - len(body)
            raise failure(name, at, "truncated", f"ends within its chunk {_shown(kind)}, {missing} bytes early")
        opened += size
        if opened > _LARGEST_OPENED:
            raise failure(name, at, "size", f"opens to more than {_LARGEST_OPENED // 2**20} MiB")
        if kind == _END:
            return
        try:
            yield Chunk(kind, _opened(body, size) if packed else body, at)
        except DamagedError as error:
            raise failure(name, at, "compression", f"chunk {_shown(kind)}: {error}") from error
        at += 16 + len(body)


def _check_header(data: bytes, name: str) -> None:
    if not data.startswith(_SIGNATURE):
        if data.startswith(MAGIC):
            raise failure(name, len(MAGIC), "binary", "is a binary model whose first bytes were changed by a transfer")
        raise failure(name, 0, "binary", "is no binary model, which begins with <roblox!")
    if len(data) > _LARGEST:
        raise failure(name, 0, "size", f"is larger than {_LARGEST // 2**20} MiB")
    if len(data) < 32:
        raise failure(name, len(data), "truncated", "ends within its header")
    version = int.from_bytes(data[14:16], "little")
    if version != 0:
        raise failure(name, 14, "version", f"is of version {version}, and only version 0 is known")


def _shown(kind: bytes) -> str:
    return repr(kind.rstrip(b"\0").decode("ascii", "backslashreplace"))


def _opened(body: bytes, size: int) -> bytes:
    if body.startswith(_ZSTD):
        return _from_zstd(body, size)
    from lz4.block import LZ4BlockError, decompress  # noqa: PLC0415 - only who has a binary file pays

    if size > len(body) * _LZ4_BEST:
        raise DamagedError(f"{len(body)} bytes cannot open to {size}")
    try:
        found: bytes = decompress(body, uncompressed_size=size)
    except LZ4BlockError as error:
        raise DamagedError("is no LZ4 block") from error
    if len(found) != size:
        raise DamagedError(f"opens to {len(found)} bytes, not to {size}")
    return found


def _from_zstd(body: bytes, size: int) -> bytes:
    from zstandard import ZstdDecompressor, ZstdError  # noqa: PLC0415 - likewise

    found = bytearray()
    try:
        # By pieces, so that what a frame claims of itself allocates nothing.
        with ZstdDecompressor(max_window_size=2**27).stream_reader(body) as reader:
            while len(found) <= size and (piece := reader.read(min(2**20, size + 1 - len(found)))):
                found += piece
    except ZstdError as error:
        raise DamagedError(f"is no Zstandard frame: {error}") from error
    if len(found) != size:
        raise DamagedError(f"opens to {'more' if len(found) > size else len(found)} bytes, not to {size}")
    return bytes(found)


class Cursor:
    """Reads on through a chunk; raises `DamagedError` where it ends early."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    @property
    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.data):
            raise DamagedError(f"{size} bytes wanted, {self.left} left", self.at)
        found = self.data[self.at : end]
        self.at = end
        return found

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def string(self) -> bytes:
        return self.take(self.number())

    def strings(self, count: int) -> list[bytes]:
        data, at, end = self.data, self.at, len(self.data)
        found = []
        for _ in range(count):
            start = at + 4
            at = start + int.from_bytes(data[at:start], "little")
            if at > end or start > end:
                raise DamagedError("ends within a string", min(start, end))
            found.append(data[start:at])
        self.at = at
        return found

    def word(self) -> str:
        """A name, which is UTF-8."""
        at = self.at
        try:
            return self.string().decode()
        except UnicodeDecodeError as error:
            raise DamagedError("a name is not UTF-8", at) from error


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "little") + data


def write_chunks(chunks: list[tuple[bytes, bytes]], classes: int, instances: int, compression: str) -> bytes:
    """A file of these chunks, with its header and end. ``compression`` is ``lz4``, ``zstd`` or ``none``."""
    pieces = [_SIGNATURE, struct.pack("<HIIQ", 0, classes, instances, 0)]
    for name, data in chunks:
        packed = b"" if compression == "none" else _packed(data, compression)
        pieces += [struct.pack("<4sIII", name, len(packed), len(data), 0), packed or data]
    pieces.append(struct.pack("<4sIII", _END, 0, len(_FOOTER), 0) + _FOOTER)
    return b"".join(pieces)


def _packed(data: bytes, compression: str) -> bytes:
    if compression == "zstd":
        from zstandard import ZstdCompressor  # noqa: PLC0415 - likewise

        return ZstdCompressor(level=3).compress(data)
    from lz4.block import compress  # noqa: PLC0415 - likewise

    found: bytes = compress(data, store_size=False)
    return found
