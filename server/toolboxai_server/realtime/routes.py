"""Documents over HTTP: bulk texts, new ones, and sides that lost a choice."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from toolboxai import protocol
from toolboxai_server.answers import answer, bearer, body
from toolboxai_server.auth.tokens import Tokens
from toolboxai_server.problems import Refusal
from toolboxai_server.store.database import Database
from toolboxai_server.store.log import DocumentLog

_BODY_BYTES = 12 * 1024 * 1024
_READ_BYTES = 8 * 1024 * 1024
_READ_DOCUMENTS = 1_000

Handler = Callable[[Request], Awaitable[Response]]


class Shelf(Protocol):
    """What the files' side does for these routes."""

    async def create(self, path: Sequence[str], class_name: str, text: str) -> protocol.Document: ...

    async def keep(self, document: str, text: str) -> None: ...


class DocumentRoutes:
    """The endpoints behind an access token that deal in whole texts."""

    def __init__(self, database: Database, log: DocumentLog, tokens: Tokens, shelf: Shelf) -> None:
        self._database = database
        self._log = log
        self._tokens = tokens
        self._shelf = shelf

    def routes(self) -> list[Route]:
        return [
            Route("/api/documents/read", self.read, methods=["POST"]),
            Route("/api/documents", self.create, methods=["POST"]),
            Route("/api/documents/keep", self.keep, methods=["POST"]),
        ]

    async def read(self, request: Request) -> Response:
        """Texts until the answer is full; the plugin asks again for those that are missing."""
        self._tokens.verify(bearer(request))
        wanted = (await body(request, protocol.ReadDocuments, _BODY_BYTES)).documents
        if len(wanted) > _READ_DOCUMENTS:
            raise Refusal("too_many", f"At most {_READ_DOCUMENTS} documents are read at once.", "Ask in parts.")

        def texts(connection: Connection) -> list[protocol.DocumentText]:
            found: list[protocol.DocumentText] = []
            room = _READ_BYTES
            for document in wanted:
                revision, text = self._log.read(connection, document)
                room -= len(text)
                if found and room < 0:
                    break
                found.append(protocol.DocumentText(document, revision, text.decode()))
            return found

        return answer(protocol.DocumentTexts(await self._database.run(texts)))

    async def create(self, request: Request) -> Response:
        self._tokens.verify(bearer(request))
        new = await body(request, protocol.NewDocument, _BODY_BYTES)
        return answer(await self._shelf.create(new.path, new.class_name, new.text), 201)

    async def keep(self, request: Request) -> Response:
        self._tokens.verify(bearer(request))
        kept = await body(request, protocol.KeepDocument, _BODY_BYTES)
        await self._shelf.keep(kept.id, kept.text)
        return Response(status_code=204)
