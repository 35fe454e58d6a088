"""Binary model files chunk by chunk, by hand."""

import struct

import lz4.block
import zstandard

from toolboxai.roblox.chunks import string
from toolboxai.roblox.lanes import write_referents

HEADER = b"<roblox!\x89\xff\r\n\x1a\n" + struct.pack("<HIIQ", 0, 0, 0, 0)
END = b"END\0" + struct.pack("<III", 0, 9, 0) + b"</roblox>"


def chunk(kind: bytes, data: bytes, compression: str = "none") -> bytes:
    packed = {"none": b"", "lz4": lz4.block.compress(data, store_size=False), "zstd": zstandard.compress(data)}
    body = packed[compression]
    return kind.ljust(4, b"\0") + struct.pack("<III", len(body), len(data), 0) + (body or data)


def instances(number: int, name: bytes, count: int = 1, first: int = 0) -> bytes:
    referents = write_referents(range(first, first + count))
    return chunk(b"INST", struct.pack("<I", number) + string(name) + b"\0" + struct.pack("<I", count) + referents)


def prop(number: int, name: bytes, data: bytes) -> bytes:
    return chunk(b"PROP", struct.pack("<I", number) + string(name) + data)


def tree(*pairs: tuple[int, int]) -> bytes:
    children, parents = zip(*pairs, strict=True)
    rows = write_referents(children) + write_referents(parents)
    return chunk(b"PRNT", b"\0" + struct.pack("<I", len(pairs)) + rows)


def file(*chunks: bytes) -> bytes:
    return HEADER + b"".join(chunks) + END
