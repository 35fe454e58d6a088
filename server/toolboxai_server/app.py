"""`create_app`: the server's parts, put together."""

import asyncio
from collections.abc import AsyncIterator
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
from toolboxai.errors import ToolboxError
from toolboxai_server.announce import Announce, silent
from toolboxai_server.answers import answer, on_fault, on_http_exception, on_refusal
from toolboxai_server.auth.guard import LoopbackGuard
from toolboxai_server.auth.keys import SigningKeys
from toolboxai_server.auth.pairing import Pairing
from toolboxai_server.auth.routes import PairingRoutes, owner_secret
from toolboxai_server.auth.tokens import Tokens
from toolboxai_server.lessons import LessonRoutes
from toolboxai_server.problems import Refusal
from toolboxai_server.realtime.gateway import Gateway
from toolboxai_server.realtime.hub import Hub
from toolboxai_server.realtime.routes import DocumentRoutes
from toolboxai_server.settings import Settings
from toolboxai_server.state import prepare_state
from toolboxai_server.store.database import Database
from toolboxai_server.store.log import DocumentLog
from toolboxai_server.sync.layout import Layout, project_file
from toolboxai_server.sync.mirror import Mirror
from toolboxai_server.sync.watch import watching

_SECONDS_A_DAY = 86_400


class _Health(msgspec.Struct, frozen=True):
    """What GET /healthz answers."""

    state: str
    version: str
    protocol: int
    documents: int
    connected: int


def create_app(settings: Settings, announce: Announce = silent) -> Starlette:
    """The ASGI application for one project; its parts start and stop with the lifespan.

    Raises ToolboxError where the project or its state cannot be used.
    """
    layout = Layout(project_file(settings.project))
    state = prepare_state(settings.state)
    log = DocumentLog(document_bytes=settings.document_bytes, snapshot_every=settings.snapshot_every)
    database = Database(state / "state.db", log.forget)
    tokens = Tokens(
        SigningKeys(state / "keys"), settings.folder.name,
        access_seconds=settings.access_seconds, refresh_seconds=settings.refresh_days * _SECONDS_A_DAY,
    )  # fmt: skip
    hub = Hub(database, log, settings.folder.name, tokens.ended, announce)
    mirror = Mirror(layout, database, log, hub, settings, announce)
    lessons = LessonRoutes(settings.folder, tokens, settings.lesson_checks, announce)
    pairing = Pairing(tokens, seconds=settings.pairing_seconds, interval=settings.poll_seconds)

    async def health(_request: Request) -> Response:
        documents = len(await database.run(log.documents))
        return answer(_Health("ok", version("toolboxai"), protocol.PROTOCOL, documents, hub.connected))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            database.start(asyncio.get_running_loop())
            await database.run(tokens.load)
            await lessons.start()
            async with watching(mirror, layout.watched(), announce):
                await mirror.start()
                yield
            await mirror.stop()
        except ToolboxError as fault:
            app.state.fault = fault  # for `serve`, which uvicorn only tells that the start failed
            raise
        finally:
            lessons.stop()
            database.stop()

    routes = [
        Route("/healthz", health),
        WebSocketRoute("/ws/roblox", Gateway(hub, tokens, settings, announce).connect),
        *PairingRoutes(database, pairing, tokens, hub, owner_secret(state), settings.poll_seconds, announce).routes(),
        *DocumentRoutes(database, log, tokens, mirror).routes(),
        *lessons.routes(),
    ]
    handlers = {Refusal: on_refusal, HTTPException: on_http_exception, Exception: on_fault}
    app = Starlette(
        routes=routes, middleware=[Middleware(LoopbackGuard)], exception_handlers=handlers, lifespan=lifespan
    )
    app.state.hub = hub
    app.state.fault = None
    return app
