"""A desk: one headless Studio with the plugin that ships, at a real server in its own process."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from peers.server import ServerProcess
from peers.studio import pair
from toolboxai.emit.plugin import build_plugin
from toolboxai.roblox.model import Item
from toolboxai.studio.studio import Studio

ADDRESS_KEY = f"ToolboxAI_Plugin/ToolboxAI_{b'address'.hex()}"


class Desk:
    """What one person has: their Studio, its window, their files' server."""

    def __init__(self, engine: str, address: str, settings: dict[str, str] | None = None) -> None:
        self.settings = settings if settings is not None else {}
        self.settings.setdefault(ADDRESS_KEY, json.dumps(address.encode().hex()))
        self.studio = Studio(engine, settings=self.settings)
        self.beside: list[Desk] = []

    def begin(self, place: Item | None = None) -> "Desk":
        """Mount the place, then load the plugin, as opening Studio does."""
        if place is not None:
            self.studio.mount(place)
        self.plugin = self.studio.install(_plugin())
        self.studio.step()
        return self

    def open_window(self) -> None:
        """Unless it was open when this Studio was last closed: then it is open already."""
        if not self.texts():
            self.studio.click("Lessons")
        self.step()

    def texts(self) -> str:
        return "\n".join(self.studio.texts())

    def step(self, seconds: float = 0.05) -> None:
        """Let this desk and those beside it live for some real time."""
        until = time.monotonic() + seconds
        before = time.monotonic()
        while before < until:
            time.sleep(0.002)
            now = time.monotonic()
            for desk in (self, *self.beside):
                desk.studio.step(now - before)
            before = now

    def wait(self, condition: Callable[[], Any], what: str = "", seconds: float = 10.0) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited in vain {what}\n{self.texts()}\n{self.studio.output}"
            self.step(0.004)

    def wait_for(self, text: str) -> None:
        """Until the window shows `text`."""
        self.wait(lambda: text in self.texts(), f"for {text!r}")

    def pair(self, server: ServerProcess) -> None:
        """Click the toolbar, read the code from the window, approve it as `toolboxai pair` does, and connect."""
        if "Connection" not in self.texts():
            self.open_window()
        self.wait(lambda: "toolboxai pair " in self.texts(), "for a code")
        code = self.texts().split("toolboxai pair ")[1].split("\n")[0]
        approve(server, code)
        self.wait_for("Connected to")

    def source(self, path: str) -> str:
        return self.studio.source(path)

    def run(self, source: str, *arguments: Any) -> Any:
        return self.studio.command(source, *arguments)

    def problems(self) -> list[str]:
        return [line.text for line in self.studio.output if line.kind in ("warn", "error")]


def paired_settings(server: ServerProcess) -> dict[str, str]:
    """What Studio kept of an earlier pairing with this server; the pairing itself is told in its own tests."""
    address = f"http://127.0.0.1:{server.port}"
    token = pair(server.port, server.project).refresh_token
    key = f"ToolboxAI_Plugin/ToolboxAI_{b'refresh'.hex()}_{f'{address} 0'.encode().hex()}"
    return {key: json.dumps(token.encode().hex())}


_built: list[Item] = []


def _plugin() -> Item:
    if not _built:
        _built.append(build_plugin())
    return _built[0]


def approve(server: ServerProcess, code: str) -> None:
    secret = (server.project / ".toolboxai" / "owner.secret").read_text(encoding="ascii").strip()
    answer = httpx.post(
        f"http://127.0.0.1:{server.port}/api/pair/approve",
        json={"user_code": code},
        headers={"authorization": f"Bearer {secret}"},
        timeout=10,
    )
    assert answer.status_code == 200, answer.text


def place(**scripts: str) -> Item:
    """A place with scripts in ServerScriptService, by name."""
    service = Item("ServerScriptService", "ServerScriptService", {}, [])
    for name, source in scripts.items():
        service.children.append(Item("Script", name, {"Source": source}, []))
    return Item("DataModel", "Game", {}, [service])


def script_file(project: Path, name: str) -> Path:
    return project / "src" / "ServerScriptService" / f"{name}.server.luau"
