"""Keeps lowered code by content hash in the user's cache folder; losing, spoiling or deleting it is harmless."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import platformdirs

from toolboxai import luau

_HASH_BYTES = 20
_MOST_ENTRIES = 4096


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
        self._tidied = False

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

    def put(self, key: str, code: bytes, *, on_disk: bool = True) -> None:
        if len(self._memory) > _MOST_ENTRIES:
            self._memory.clear()
        self._memory[key] = code
        if not on_disk:
            return
        path = self._path(key)
        temporary = None
        try:
            self._tidy()
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.blake2b(code, digest_size=_HASH_BYTES).digest() + code)
            Path(temporary).replace(path)
        except OSError:  # a full or read-only disk costs speed, nothing else
            if temporary is not None:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()

    def _path(self, key: str) -> Path:
        return self._root / _version() / key[:2] / key

    def _tidy(self) -> None:
        """Once a process: starts over when there are too many entries, and clears what other versions left."""
        if self._tidied:
            return
        self._tidied = True
        current = self._root / _version()
        if sum(1 for _ in current.glob("??/*")) > _MOST_ENTRIES:
            shutil.rmtree(current, ignore_errors=True)
        if not current.exists() and self._root.exists():
            for old in self._root.iterdir():
                shutil.rmtree(old, ignore_errors=True)
