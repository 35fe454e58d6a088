"""The project's state folder: made private, held by one server, and telling other commands where that one is."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from toolboxai.errors import ToolboxError

_RUNNING = "server.json"


class Running(msgspec.Struct, frozen=True):
    """What `server.json` says of the server that runs."""

    port: int
    process: int


def prepare_state(state: Path) -> Path:
    """Make the folder that no other user reads and no version control takes in."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")
    return state


@contextlib.contextmanager
def claim(state: Path) -> Iterator[None]:
    """Be the one server of a project; raises ToolboxError where another one is.

    The lock is SQLite's, on a database of its own: it works on every system and ends with the process, however that
    ends.
    """
    lock = sqlite3.connect(prepare_state(state) / "lock.db", timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as fault:
            other = running(state)
            where = f" on port {other.port} (process {other.process})" if other else ""
            raise ToolboxError(
                f"{state.parent} is served already{where}", remedy="Use that server, or stop it first."
            ) from fault
        yield
    finally:
        lock.close()


@contextlib.contextmanager
def tell_running(state: Path, port: int) -> Iterator[None]:
    """Let other commands find this server while it runs."""
    path = state / _RUNNING
    path.write_bytes(msgspec.json.encode(Running(port, os.getpid())))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def running(state: Path) -> Running | None:
    """Where the project's server is, if one said so."""
    try:
        return msgspec.json.decode((state / _RUNNING).read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
