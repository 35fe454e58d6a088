"""What EncodingService does to bytes: Base64, hashes, compression."""

import base64
import binascii
import hashlib
from collections.abc import Callable

_LARGEST = 256 * 1024 * 1024
_CONVERTERS: dict[str, Callable[[bytes, int], bytes]] = {
    "Base64Encode": lambda data, _: base64.b64encode(data),
    "Base64Decode": lambda data, _: base64.b64decode(data, validate=True),
    "Blake2b": lambda data, _: hashlib.blake2b(data, digest_size=32).digest(),
    "Md5": lambda data, _: hashlib.md5(data, usedforsecurity=False).digest(),
    "Sha1": lambda data, _: hashlib.sha1(data, usedforsecurity=False).digest(),
    "Sha256": lambda data, _: hashlib.sha256(data).digest(),
}


def convert(kind: str, data: bytes, level: int) -> tuple[bytes | None, bytes]:
    """The converted bytes; or None, and why they cannot be converted."""
    try:
        if kind == "Compress":
            return _compressed(data, level), b""
        if kind == "Decompress":
            return _decompressed(data), b""
        if kind not in _CONVERTERS:
            return None, f"{kind} has no behaviour outside Studio".encode()
        return _CONVERTERS[kind](data, level), b""
    except (ValueError, binascii.Error) as reason:
        return None, str(reason).encode()


def _compressed(data: bytes, level: int) -> bytes:
    from zstandard import ZstdCompressor  # noqa: PLC0415 - only programs that compress pay for it

    packed: bytes = ZstdCompressor(level=level).compress(data)
    return packed


def _decompressed(data: bytes) -> bytes:
    from zstandard import ZstdDecompressor, ZstdError, frame_content_size  # noqa: PLC0415 - likewise

    try:
        if frame_content_size(data) > _LARGEST:
            raise ValueError("the content is too large")
        unpacked: bytes = ZstdDecompressor().decompress(data, max_output_size=_LARGEST)
    except ZstdError as reason:
        raise ValueError(str(reason)) from reason
    return unpacked
