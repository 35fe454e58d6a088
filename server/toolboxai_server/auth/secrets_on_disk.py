"""Secrets in files that only their owner reads."""

import os
from pathlib import Path


def read_secret(path: Path) -> bytes:
    """What `path` holds; takes away what others may do with it."""
    if os.name != "nt" and path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.read_bytes()


def write_secret(path: Path, secret: bytes) -> None:
    """Write `path` whole or not at all, mode 0600 (on Windows the profile's folder keeps others out)."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
