"""Texts that would be gone otherwise, beside the project, each in a file of its own."""

import re
import time
from pathlib import Path

from toolboxai_server.sync import text_files

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def keep(state: Path, name: str, text: bytes) -> Path:
    """Store `text` below the state folder; the file's name has the time and the script's name."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    stem = f"{stamp}-{_UNSAFE.sub('_', name)[:80]}"
    number = 1
    while True:
        path = state / "kept" / (f"{stem}.luau" if number == 1 else f"{stem}-{number}.luau")
        try:
            text_files.create(path, text)
        except FileExistsError:
            number += 1
        else:
            return path
