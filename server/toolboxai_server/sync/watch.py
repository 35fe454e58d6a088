"""Hears of changes on disk and has the mirror look."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import Change, awatch

from toolboxai_server.announce import Announce
from toolboxai_server.settings import STATE_FOLDER
from toolboxai_server.sync.mirror import Mirror
from toolboxai_server.sync.text_files import is_temporary

_QUIET_MILLISECONDS = 30
_LOOK_AT_ALL_SECONDS = 30
_POLL_SECONDS = 2
_IGNORED = {STATE_FOLDER, ".git", "node_modules", "__pycache__", ".venv"}


@contextlib.asynccontextmanager
async def watching(mirror: Mirror, paths: list[Path], announce: Announce) -> AsyncIterator[None]:
    """Bring every change below `paths` to the mirror until the block ends; a notice that was lost is made up for."""
    stop = asyncio.Event()
    watcher = asyncio.create_task(_watch(mirror, paths, stop, announce))
    try:
        yield
    finally:
        stop.set()
        await watcher


async def _watch(mirror: Mirror, paths: list[Path], stop: asyncio.Event, announce: Announce) -> None:
    try:
        await _hear(mirror, paths, stop, announce)
    except OSError as fault:
        announce("file", f"the system tells of no changes ({fault}); every file is looked at each {_POLL_SECONDS} s")
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _POLL_SECONDS)
            await _look(mirror, set(), announce)


async def _hear(mirror: Mirror, paths: list[Path], stop: asyncio.Event, announce: Announce) -> None:
    notices = awatch(
        *paths,
        watch_filter=_matters,
        step=_QUIET_MILLISECONDS,
        debounce=10 * _QUIET_MILLISECONDS,
        stop_event=stop,
        rust_timeout=_LOOK_AT_ALL_SECONDS * 1000,
        yield_on_timeout=True,
    )
    async for changes in notices:
        await _look(mirror, {Path(path) for _, path in changes}, announce)


async def _look(mirror: Mirror, paths: set[Path], announce: Announce) -> None:
    """Have the mirror look at these, or at everything; one bad moment must not end the watching."""
    try:
        if paths:
            await mirror.files_changed(sorted(paths))
        else:
            await mirror.look_at_all()
    except Exception as fault:  # noqa: BLE001 - told here, and looked at again with the next notice
        announce("fault", f"looking at the files failed ({type(fault).__name__}); it is tried again")


def _matters(_change: Change, path: str) -> bool:
    place = Path(path)
    return not is_temporary(place.name) and not _IGNORED.intersection(place.parts)
