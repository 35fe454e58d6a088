"""Access tokens that say who speaks, and refresh tokens that work once."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import jwt
from sqlalchemy import Connection, insert, select, update

from toolboxai import protocol
from toolboxai_server.auth.keys import SigningKeys
from toolboxai_server.problems import Refusal
from toolboxai_server.store.tables import grants, refresh_tokens

_ISSUER = "toolboxai"
_ALGORITHM = "ES256"


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token proves: a pairing, and until when (Unix seconds)."""

    id: str
    expires: float


class Tokens:
    """Mints and checks the tokens of one project; `on_revoked` is told which grant is over."""

    def __init__(
        self, keys: SigningKeys, project: str, *, access_seconds: int, refresh_seconds: int,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._keys = keys
        self._project = project
        self._access_seconds = access_seconds
        self._refresh_seconds = refresh_seconds
        self._clock = clock
        self._revoked: set[str] = set()

    def load(self, connection: Connection) -> None:
        """Learn which grants are over."""
        self._revoked = set(connection.execute(select(grants.c.id).where(grants.c.revoked.is_not(None))).scalars())

    def grant(self, connection: Connection, client: str) -> protocol.Tokens:
        """Begin a grant for `client` and mint its first tokens."""
        grant = secrets.token_urlsafe(12)
        connection.execute(insert(grants).values(id=grant, client=client, created=self._clock()))
        return self._mint(connection, grant)

    def refresh(self, connection: Connection, token: str) -> protocol.Tokens | str:
        """New tokens for a refresh token, or the id of the grant that its second use has just revoked.

        Raises Refusal `refresh_token` for one that is unknown or over.
        """
        now = self._clock()
        t = refresh_tokens
        spent = connection.execute(
            update(t)
            .where(t.c.digest == digest(token), t.c.used.is_(None))
            .values(used=now)
            .returning(t.c.grant, t.c.expires)
        ).one_or_none()
        if spent is None:
            reused = connection.execute(select(t.c.grant).where(t.c.digest == digest(token))).scalar_one_or_none()
            if reused is None:
                raise _refused("This refresh token is not known here")
            self.revoke(connection, reused)
            return str(reused)
        if spent.expires < now or spent.grant in self._revoked:
            raise _refused("This refresh token is over")
        return self._mint(connection, spent.grant)

    def revoke(self, connection: Connection, grant: str) -> None:
        """End a grant: its access tokens are refused from now on, its refresh tokens mint nothing."""
        connection.execute(update(grants).where(grants.c.id == grant).values(revoked=self._clock()))
        self._revoked.add(grant)

    def ended(self, grant: str) -> bool:
        """Whether a grant was revoked."""
        return grant in self._revoked

    def verify(self, token: str) -> Grant:
        """Whom an access token speaks for; raises Refusal `access_token` (401)."""
        try:
            key = self._keys.verifier(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise jwt.InvalidKeyError
            claims = jwt.decode(
                token, key, algorithms=[_ALGORITHM], audience=self._project, issuer=_ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss"], "verify_exp": False, "verify_iat": False},
            )  # fmt: skip
            grant = Grant(str(claims["sub"]), float(claims["exp"]))
        except (jwt.PyJWTError, ValueError, TypeError):
            raise _unauthorized("access_token", "The access token is not valid here") from None
        if grant.expires <= self._clock():
            raise _unauthorized("expired", "The access token is over")
        if grant.id in self._revoked:
            raise _unauthorized("revoked", "This pairing was ended")
        return grant

    def seconds_left(self, grant: Grant) -> float:
        return grant.expires - self._clock()

    def _mint(self, connection: Connection, grant: str) -> protocol.Tokens:
        now = int(self._clock())
        kid, key = self._keys.signer()
        claims = {
            "iss": _ISSUER, "aud": self._project, "sub": grant, "iat": now, "exp": now + self._access_seconds,
            "jti": secrets.token_urlsafe(9),
        }  # fmt: skip
        access = jwt.encode(claims, key, algorithm=_ALGORITHM, headers={"kid": kid})
        refresh = secrets.token_urlsafe(32)
        connection.execute(
            insert(refresh_tokens).values(digest=digest(refresh), grant=grant, expires=now + self._refresh_seconds)
        )
        return protocol.Tokens(access, refresh, self._access_seconds)


def digest(secret: str) -> bytes:
    """How a secret that is random already is kept."""
    return hashlib.sha256(secret.encode()).digest()


def _refused(message: str) -> Refusal:
    return _unauthorized("refresh_token", message)


def _unauthorized(code: str, message: str) -> Refusal:
    remedy = "Refresh the tokens." if code == "expired" else "Pair again."
    return Refusal(code, f"{message}.", remedy, status=401)
