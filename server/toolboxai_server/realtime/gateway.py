"""The socket `/ws/roblox`: who may open one, what it may say, and how it ends."""

import asyncio
import re
import secrets

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from toolboxai import protocol
from toolboxai_server.announce import Announce
from toolboxai_server.answers import bearer, problem
from toolboxai_server.auth.limits import RateLimit
from toolboxai_server.auth.tokens import Grant, Tokens
from toolboxai_server.problems import Refusal
from toolboxai_server.realtime.hub import Hub, Session
from toolboxai_server.realtime.outbox import Outbox
from toolboxai_server.settings import Settings

_HELLO_SECONDS = 10.0
_GOODBYE_SECONDS = 2.0
_OUTBOX_BYTES = 64 * 1024 * 1024
_LARGEST_COUNT = 2**53  # what Luau counts exactly
_CLIENT = re.compile(r"[A-Za-z0-9_-]{4,64}")
_decoder: msgspec.json.Decoder[protocol.ClientMessage] = msgspec.json.Decoder(protocol.ClientMessage)


class _Goodbye(Exception):  # noqa: N818 - how a socket ends, not a fault
    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.bye = (code, message, remedy)


class Gateway:
    """Starlette's endpoint for the socket."""

    def __init__(self, hub: Hub, tokens: Tokens, settings: Settings, announce: Announce) -> None:
        self._hub = hub
        self._tokens = tokens
        self._settings = settings
        self._announce = announce

    async def connect(self, websocket: WebSocket) -> None:
        try:
            grant = self._tokens.verify(bearer(websocket))
        except Refusal as refusal:
            await websocket.send_denial_response(problem(refusal))
            return
        await websocket.accept()
        outbox = Outbox(messages=self._settings.outbox_messages, content_bytes=_OUTBOX_BYTES)
        reading = asyncio.create_task(self._read(websocket, outbox, grant))
        sending = asyncio.create_task(_send(websocket, outbox))
        closing = asyncio.create_task(outbox.closing.wait())
        try:
            await asyncio.wait({reading, sending, closing}, return_when=asyncio.FIRST_COMPLETED)
            if outbox.bye is not None:
                await asyncio.wait({sending}, timeout=_GOODBYE_SECONDS)
        finally:
            tasks = (reading, sending, closing)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, websocket: WebSocket, outbox: Outbox, grant: Grant) -> None:
        """Hear the client until it leaves or must go."""
        session: Session | None = None
        timer = asyncio.get_running_loop().call_later(
            max(self._tokens.seconds_left(grant), 0), outbox.close,
            "expired", "The access token is over.", "Refresh it and connect again.",
        )  # fmt: skip
        try:
            session = await self._hello(websocket, outbox, grant)
            self._hub.join(session)
            self._announce("connected", f"{session.client} connected")
            await self._converse(websocket, session)
        except _Goodbye as goodbye:
            outbox.close(*goodbye.bye)
        except WebSocketDisconnect:
            pass
        finally:
            timer.cancel()
            if session is not None:
                self._hub.leave(session)
                self._announce("disconnected", f"{session.client} left")

    async def _hello(self, websocket: WebSocket, outbox: Outbox, grant: Grant) -> Session:
        try:
            message = await asyncio.wait_for(self._receive(websocket), _HELLO_SECONDS)
        except TimeoutError:
            raise _Goodbye("silent", "Nothing was said.", "Send `hello` first.") from None
        if not isinstance(message, protocol.Hello):
            raise _Goodbye("hello", "The first message is not `hello`.", "Update the plugin.")
        if message.protocol != protocol.PROTOCOL:
            raise _Goodbye(
                "protocol",
                f"The plugin speaks version {message.protocol}, the server {protocol.PROTOCOL}.",
                "Update the older one of the two: `toolboxai plugin install`.",
            )
        if not _CLIENT.fullmatch(message.client) or message.client == "disk":
            raise _Goodbye("client", "This client's name is not 4 to 64 letters, digits, - or _.", "Update the plugin.")
        return Session(secrets.token_urlsafe(9), message.client, grant.id, outbox)

    async def _converse(self, websocket: WebSocket, session: Session) -> None:
        rate = RateLimit(per_second=self._settings.edits_per_second, burst=self._settings.edits_per_second)
        while True:
            message = await self._receive(websocket)
            match message:
                case protocol.Edit():
                    await rate.turn()
                    self._edit(session, message)
                case protocol.Open():
                    self._hub.open(session, message)
                case protocol.Ping():
                    session.outbox.put(protocol.Pong(message.at))
                case protocol.Hello():
                    raise _Goodbye("hello", "`hello` was said twice.", "Update the plugin.")

    def _edit(self, session: Session, edit: protocol.Edit) -> None:
        if not 1 <= edit.seq <= _LARGEST_COUNT:
            refused = ("seq", "Edits are counted from 1.", "Update the plugin.")
            session.outbox.put(protocol.Refused(edit.document, edit.seq, *refused))
        else:
            self._hub.edit(session, edit)

    async def _receive(self, websocket: WebSocket) -> protocol.ClientMessage:
        received = await websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1000))
        text = received.get("text")
        if text is None:
            raise _Goodbye("binary", "A binary message came.", "Send text.")
        if len(text) > self._settings.message_bytes:
            raise _Goodbye(
                "too_large",
                f"A message has more than {self._settings.message_bytes:,} characters.",
                "Send smaller edits; whole texts go over HTTP.",
            )
        try:
            return _decoder.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
            raise _Goodbye("message", f"A message was not understood: {fault}.", "Update the plugin.") from fault


async def _send(websocket: WebSocket, outbox: Outbox) -> None:
    while (frame := await outbox.take()) is not None:
        await websocket.send_text(frame)
    await websocket.close()
