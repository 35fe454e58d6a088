"""Secrets in files that only their owner reads."""

import os
from pathlib import Path


def write_secret(path: Path, secret: bytes) -> None:
    """Write `path` whole or not at all, mode 0600 (on Windows the profile's folder keeps others out)."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
