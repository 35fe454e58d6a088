"""A project, the real server at it, and desks that sit down there; on each engine."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from peers.desk import Desk, paired_settings, script_file
from peers.server import ServerProcess
from toolboxai.roblox.model import Item
from toolboxai.studio.engines import available


@pytest.fixture(params=[name for name in available() if name != "luau"])  # its minutes are spent in test_lessons
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Rojo project with one mapped service and a script in it."""
    folder = tmp_path / "obby"
    (folder / "src" / "ServerScriptService").mkdir(parents=True)
    tree = {
        "name": "obby",
        "tree": {
            "$className": "DataModel",
            "ServerScriptService": {"$path": "src/ServerScriptService"},
        },
    }
    (folder / "default.project.json").write_text(json.dumps(tree), encoding="utf-8")
    script_file(folder, "Main").write_text("print('hello')\n", encoding="utf-8", newline="")
    return folder


@pytest.fixture
def server(project: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(project, TOOLBOXAI_POLL_SECONDS="1", TOOLBOXAI_SETTLE_MILLISECONDS="0")
    yield process
    process.kill()


@pytest.fixture
def sit_down(engine: str, server: ServerProcess) -> Iterator[Callable[..., Desk]]:
    """Makes desks at the server; each ends with the test."""
    with ExitStack() as stack:

        def make(content: Item | None = None, settings: dict[str, str] | None = None) -> Desk:
            desk = Desk(engine, f"http://127.0.0.1:{server.port}", settings)
            stack.callback(desk.studio.close)
            return desk.begin(content)

        yield make


@pytest.fixture
def join(sit_down: Callable[..., Desk], server: ServerProcess) -> Callable[..., Desk]:
    """A desk that was paired before: with its window open, connected."""

    def make(content: Item | None = None) -> Desk:
        desk = sit_down(content, paired_settings(server))
        desk.open_window()
        desk.wait_for("Connected to")
        return desk

    return make
