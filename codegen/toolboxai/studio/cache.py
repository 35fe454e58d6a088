"""Keeps lowered code by content hash in the user's cache folder; losing, spoiling or deleting it is harmless."""

import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import platformdirs

from toolboxai import luau

_HASH_BYTES = 20


@cache
def _version() -> str:
    """Of all that decides what lowered code looks like."""
    sources = sorted(Path(luau.__file__).parent.glob("*.py"))
    sources += sorted((Path(__file__).parent / "runtime").glob("core*.lua"))
    digest = hashlib.blake2b(digest_size=10)
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()


class LoweredCache:
    """One folder a version; a new version clears the old ones away."""

    def __init__(self, folder: Path | None = None) -> None:
        self._root = folder or platformdirs.user_cache_path("toolboxai", appauthor=False) / "lowered"
        self._memory: dict[str, bytes] = {}

    def key(self, source: bytes, target: str) -> str:
        return hashlib.blake2b(source, digest_size=20, salt=target.encode()[:16]).hexdigest()

    def get(self, key: str) -> bytes | None:
        known = self._memory.get(key)
        if known is not None:
            return known
        try:
            stored = self._path(key).read_bytes()
        except OSError:
            return None
        code = stored[_HASH_BYTES:]
        if hashlib.blake2b(code, digest_size=_HASH_BYTES).digest() != stored[:_HASH_BYTES]:
            return None
        self._memory[key] = code
        return code

    def put(self, key: str, code: bytes) -> None:
        self._memory[key] = code
        path = self._path(key)
        try:
            if not path.parent.exists():
                self._clear_old_versions()
                path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.blake2b(code, digest_size=_HASH_BYTES).digest() + code)
            Path(temporary).replace(path)
        except OSError:
            return  # a full or read-only disk costs speed, nothing else

    def _path(self, key: str) -> Path:
        return self._root / _version() / key[:2] / key

    def _clear_old_versions(self) -> None:
        if not (self._root / _version()).exists() and self._root.exists():
            for old in self._root.iterdir():
                shutil.rmtree(old, ignore_errors=True)
