"""Pairing and tokens over HTTP."""

import hmac
from pathlib import Path
from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from toolboxai import protocol
from toolboxai_server.announce import Announce
from toolboxai_server.answers import answer, bearer, body
from toolboxai_server.auth.limits import RateLimit
from toolboxai_server.auth.pairing import Pairing
from toolboxai_server.auth.secrets_on_disk import read_secret, write_secret
from toolboxai_server.auth.tokens import Tokens, digest
from toolboxai_server.problems import Refusal
from toolboxai_server.realtime.hub import Hub
from toolboxai_server.store.database import Database

_BODY_BYTES = 16 * 1024
_CLIENT_CHARACTERS = 120


def owner_secret(state: Path) -> str:
    """The secret that approves codes, made on first use and kept in a file that only its owner reads."""
    path = state / "owner.secret"
    if not path.exists():
        write_secret(path, token_urlsafe(32).encode())
    return read_secret(path).decode("ascii").strip()


class PairingRoutes:
    """The endpoints that need no access token, each with its own limit."""

    def __init__(  # noqa: PLR0913 - it ties these together
        self, database: Database, pairing: Pairing, tokens: Tokens, hub: Hub, secret: str, interval: int,
        announce: Announce,
    ) -> None:  # fmt: skip
        self._database = database
        self._pairing = pairing
        self._tokens = tokens
        self._hub = hub
        self._secret = secret.encode()
        self._announce = announce
        self._starts = RateLimit(per_second=0.5, burst=20)
        self._polls = RateLimit(per_second=1 / interval, burst=3)
        self._any_poll = RateLimit(per_second=20, burst=60)
        self._approvals = RateLimit(per_second=0.5, burst=10)
        self._refreshes = RateLimit(per_second=5, burst=50)

    def routes(self) -> list[Route]:
        return [
            Route("/api/pair", self.start, methods=["POST"]),
            Route("/api/pair/token", self.poll, methods=["POST"]),
            Route("/api/pair/approve", self.approve, methods=["POST"]),
            Route("/api/token", self.refresh, methods=["POST"]),
        ]

    async def start(self, request: Request) -> Response:
        self._starts.check()
        wanted = await body(request, protocol.PairStart, _BODY_BYTES)
        client = "".join(letter for letter in wanted.client if letter.isprintable())[:_CLIENT_CHARACTERS].strip()
        if not client:
            raise Refusal("client", "A plugin that pairs says its name.", "Update the plugin.")
        started = await self._database.run(lambda connection: self._pairing.start(connection, client))
        self._announce("pairing", f"{client} wants to pair: if that is you, run `toolboxai pair {started.user_code}`")
        return answer(started)

    async def poll(self, request: Request) -> Response:
        self._any_poll.check()
        code = (await body(request, protocol.PairPoll, _BODY_BYTES)).device_code
        self._polls.check(digest(code))
        return answer(await self._database.run(lambda connection: self._pairing.poll(connection, code)))

    async def approve(self, request: Request) -> Response:
        self._approvals.check()
        if not hmac.compare_digest(bearer(request).encode(), self._secret):
            raise Refusal("owner", "Only the project's owner approves a code.", "Run `toolboxai pair`.", status=401)
        code = (await body(request, protocol.PairApprove, _BODY_BYTES)).user_code
        approved = await self._database.run(lambda connection: self._pairing.approve(connection, code))
        self._announce("paired", f"{approved.client} is paired")
        return answer(approved)

    async def refresh(self, request: Request) -> Response:
        self._refreshes.check()
        token = (await body(request, protocol.Refresh, _BODY_BYTES)).refresh_token
        tokens = await self._database.run(lambda connection: self._tokens.refresh(connection, token))
        if isinstance(tokens, str):
            self._hub.end_grant(tokens)
            self._announce("revoked", "a refresh token was used twice: that pairing was ended")
            raise Refusal("refresh_token", "This refresh token was used before.", "Pair again.", status=401)
        return answer(tokens)
