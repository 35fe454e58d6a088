"""`create_app`: the server's parts, put together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from toolboxai import protocol
from toolboxai_server.announce import Announce, silent
from toolboxai_server.answers import answer, on_fault, on_http_exception, on_refusal
from toolboxai_server.auth.guard import LoopbackGuard
from toolboxai_server.auth.keys import SigningKeys
from toolboxai_server.auth.pairing import Pairing
from toolboxai_server.auth.routes import PairingRoutes, owner_secret
from toolboxai_server.auth.tokens import Tokens
from toolboxai_server.problems import Refusal
from toolboxai_server.realtime.gateway import Gateway
from toolboxai_server.realtime.hub import Hub
from toolboxai_server.realtime.routes import DocumentRoutes
from toolboxai_server.settings import Settings
from toolboxai_server.store.database import Database
from toolboxai_server.store.log import DocumentLog

_SECONDS_A_DAY = 86_400


class _Health(msgspec.Struct, frozen=True):
    """GET /healthz"""

    state: str
    version: str
    protocol: int
    documents: int
    connected: int


def create_app(settings: Settings, announce: Announce = silent) -> Starlette:
    """The ASGI application for one project; its parts start and stop with the lifespan.

    Raises ToolboxError where the project or its state cannot be used.
    """
    state = settings.state
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (state / ".gitignore").write_text("*\n", encoding="ascii")
    log = DocumentLog(document_bytes=settings.document_bytes, snapshot_every=settings.snapshot_every)
    database = Database(state / "state.db", log.forget)
    tokens = Tokens(
        SigningKeys(state / "keys"), settings.folder.name,
        access_seconds=settings.access_seconds, refresh_seconds=settings.refresh_days * _SECONDS_A_DAY,
    )  # fmt: skip
    hub = Hub(database, log, settings.folder.name, announce)
    pairing = Pairing(tokens, seconds=settings.pairing_seconds, interval=settings.poll_seconds)

    async def health(_request: Request) -> Response:
        documents = len(await database.run(log.documents))
        return answer(_Health("ok", version("toolboxai"), protocol.PROTOCOL, documents, hub.connected))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        database.start(asyncio.get_running_loop())
        try:
            await database.run(tokens.load)
            yield
        finally:
            database.stop()

    class _MemoryShelf:
        async def create(self, path: Sequence[str], class_name: str, text: str) -> protocol.Document:
            document = await database.run(lambda c: log.create(c, path, class_name, text.encode()))
            hub.publish_added(document)
            return document

        async def keep(self, document: str, text: str) -> None:
            pass

    routes = [
        Route("/healthz", health),
        WebSocketRoute(
            "/ws/roblox",
            Gateway(hub, tokens, settings, announce).connect,
        ),
        *PairingRoutes(database, pairing, tokens, hub, owner_secret(state), settings.poll_seconds, announce).routes(),
        *DocumentRoutes(database, log, tokens, _MemoryShelf()).routes(),
    ]
    handlers = {Refusal: on_refusal, HTTPException: on_http_exception, Exception: on_fault}
    app = Starlette(
        routes=routes, middleware=[Middleware(LoopbackGuard)], exception_handlers=handlers, lifespan=lifespan
    )
    app.state.hub = hub
    return app
