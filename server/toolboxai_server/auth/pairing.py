"""Pairing: the plugin shows a code, the owner approves it, the plugin fetches its tokens (RFC 8628 in spirit)."""

import secrets
import time
from collections.abc import Callable

from sqlalchemy import Connection, delete, func, insert, select, update

from toolboxai import protocol
from toolboxai_server.auth.tokens import Tokens, digest
from toolboxai_server.problems import Refusal
from toolboxai_server.store.tables import pairings

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # no I, L, O: they look like digits
_DIGITS = "23456789"
_PENDING = 50


class Pairing:
    """The codes that are waiting; both codes are kept as digests only."""

    def __init__(self, tokens: Tokens, *, seconds: int, interval: int, clock: Callable[[], float] = time.time) -> None:
        self._tokens = tokens
        self._seconds = seconds
        self._interval = interval
        self._clock = clock

    def start(self, connection: Connection, client: str) -> protocol.PairStarted:
        """A new pair of codes; raises Refusal `busy` where too many wait."""
        now = self._clock()
        connection.execute(delete(pairings).where(pairings.c.expires < now))
        if connection.execute(select(func.count()).select_from(pairings)).scalar_one() >= _PENDING:
            raise Refusal("busy", "Too many codes are waiting.", "Wait some minutes.", status=429)
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(4)) + "-" + _four_digits()
        device_code = secrets.token_urlsafe(32)
        connection.execute(
            insert(pairings).values(
                device_digest=digest(device_code), user_digest=digest(user_code), client=client,
                expires=now + self._seconds,
            )
        )  # fmt: skip
        return protocol.PairStarted(user_code, device_code, self._seconds, self._interval)

    def approve(self, connection: Connection, user_code: str) -> protocol.PairApproved:
        """Say yes to a code; raises Refusal `unknown_code` where none such waits."""
        now = self._clock()
        t = pairings
        client = connection.execute(
            update(t)
            .where(t.c.user_digest == digest(normal_code(user_code)), t.c.expires >= now, t.c.approved.is_(None))
            .values(approved=now)
            .returning(t.c.client)
        ).scalar_one_or_none()
        if client is None:
            raise Refusal(
                "unknown_code",
                f"No plugin shows the code {normal_code(user_code)}, or its time is over.",
                "Look at the plugin's window for the code that it shows now.",
                status=404,
            )
        return protocol.PairApproved(client)

    def poll(self, connection: Connection, device_code: str) -> protocol.Tokens:
        """The tokens of an approved code, once; raises Refusal `pending` (202) or `expired` (410)."""
        t = pairings
        row = connection.execute(
            select(t.c.client, t.c.expires, t.c.approved).where(t.c.device_digest == digest(device_code))
        ).one_or_none()
        if row is None or row.expires < self._clock():
            raise Refusal("expired", "This code is over.", "Ask for a new one.", status=410)
        if row.approved is None:
            raise Refusal("pending", "Nobody approved the code yet.", "Ask again in a moment.", status=202)
        connection.execute(delete(t).where(t.c.device_digest == digest(device_code)))
        return self._tokens.grant(connection, row.client)


def normal_code(typed: str) -> str:
    """`abcd2345` and `ABCD-2345` alike."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())[:16]
    return f"{plain[:4]}-{plain[4:]}"


def _four_digits() -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(4))
