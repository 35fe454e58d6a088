"""A Studio over a real socket: pairs, connects, edits; blocking, with a thread that listens."""

import contextlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import httpx
import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from peers.editing import Editor
from toolboxai import protocol

_decode = msgspec.json.Decoder(protocol.ServerMessage).decode


def wait_until(condition: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """Return once `condition` holds; fail the test where it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s in vain {what}"
        time.sleep(0.005)


def pair(port: int, project: Path, client: str = "Studio in a test") -> protocol.Tokens:
    """Pair as the plugin and the owner do, over HTTP."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        started = http.post("/api/pair", json={"client": client}).raise_for_status().json()
        secret = (project / ".toolboxai" / "owner.secret").read_text()
        approved = http.post(
            "/api/pair/approve",
            json={"user_code": started["user_code"]},
            headers={"authorization": f"Bearer {secret}"},
        )
        assert approved.status_code == 200, approved.text
        got = http.post("/api/pair/token", json={"device_code": started["device_code"]})
        assert got.status_code == 200, got.text
        return protocol.Tokens(**got.json())


class Studio:
    """One client. `editors` hold the documents that it opened; `heard` every message."""

    def __init__(self, port: int, access_token: str, client: str | None = None) -> None:
        self.client = client or secrets.token_hex(6)
        self.editors: dict[str, Editor] = {}
        self.heard: list[protocol.ServerMessage] = []
        self.welcome: protocol.Welcome | None = None
        self.lock = threading.RLock()
        self._socket: ClientConnection | None = None
        self._open = contextlib.ExitStack()
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {access_token}"}, timeout=20
        )
        self._port, self._token = port, access_token
        self._listener: threading.Thread | None = None
        self.closed = threading.Event()

    def __enter__(self) -> Self:
        return self.connect()

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self, port: int | None = None) -> Self:
        """Open a socket, be welcomed, open every document again and resend what was in flight."""
        self._port = port or self._port
        self.closed.clear()
        self._open = contextlib.ExitStack()
        self._socket = self._open.enter_context(
            connect(
                f"ws://127.0.0.1:{self._port}/ws/roblox",
                additional_headers={"Authorization": f"Bearer {self._token}"},
                compression=None,
                max_size=None,
            )
        )
        self.say(protocol.Hello(protocol.PROTOCOL, self.client))
        first = _decode(self._socket.recv(timeout=10))
        self.heard.append(first)
        if isinstance(first, protocol.Welcome):
            self.welcome = first
        with self.lock:
            for editor in self.editors.values():
                for message in editor.connect():
                    self.say(message)
        self._listener = threading.Thread(target=self._listen, args=(self._socket,), daemon=True)
        self._listener.start()
        return self

    def close(self) -> None:
        self._open.close()
        if self._listener is not None:
            self._listener.join(5)
        self.http.close()

    def say(self, message: protocol.ClientMessage) -> None:
        assert self._socket is not None
        try:
            self._socket.send(msgspec.json.encode(message).decode())
        except ConnectionClosed:
            self.closed.set()

    def document(self, *path: str) -> protocol.Document:
        assert self.welcome is not None
        return next(d for d in self.welcome.documents if d.path == list(path))

    def open(self, document: str) -> Editor:
        """Read a document over HTTP and follow it."""
        got = self.http.post("/api/documents/read", json={"documents": [document]}).raise_for_status().json()
        (text,) = got["documents"]
        editor = Editor(document, text["revision"], text["text"].encode())
        with self.lock:
            self.editors[document] = editor
            for message in editor.connect():
                self.say(message)
        return editor

    def replace(self, document: str, start: int, end: int, text: str) -> None:
        with self.lock:
            for message in self.editors[document].replace(start, end, text):
                self.say(message)

    def insert(self, document: str, at: int, text: str) -> None:
        self.replace(document, at, at, text)

    def text(self, document: str) -> str:
        with self.lock:
            return self.editors[document].text.decode()

    def settled(self) -> bool:
        with self.lock:
            return all(editor.settled for editor in self.editors.values())

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for frame in socket:
                message = _decode(frame)
                with self.lock:
                    self.heard.append(message)
                    document = getattr(message, "document", None)
                    if isinstance(document, str) and document in self.editors:
                        for answer in self.editors[document].hear(message):
                            self.say(answer)
        except ConnectionClosed:
            pass
        finally:
            self.closed.set()

    def messages(self, kind: type) -> list[protocol.ServerMessage]:
        with self.lock:
            return [message for message in self.heard if isinstance(message, kind)]

    def post(self, path: str, body: object) -> httpx.Response:
        return self.http.post(path, content=json.dumps(body))
