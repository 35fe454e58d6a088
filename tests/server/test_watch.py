"""What happens where the system cannot tell of changes."""

import asyncio
from pathlib import Path

import pytest

from toolboxai_server.sync import watch


def test_files_are_looked_at_in_turn_where_the_system_tells_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    looks: list[object] = []
    said: list[str] = []

    class Mirror:
        async def look_at_all(self) -> None:
            looks.append(None)
            raise ValueError

    async def story() -> None:
        missing = [tmp_path / "no such folder"]  # the watcher fails on it as on a system without free watches
        async with watch.watching(Mirror(), missing, lambda _kind, sentence: said.append(sentence)):  # type: ignore[arg-type]
            while len(looks) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    monkeypatch.setattr(watch, "_POLL_SECONDS", 0.01)
    asyncio.run(asyncio.wait_for(story(), 10))
    assert "tells of no changes" in said[0]
    assert any("tried again" in sentence for sentence in said)
