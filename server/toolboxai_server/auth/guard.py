"""Who may speak to us at all: requests to a loopback name and our port, and no web page of another origin."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from toolboxai_server.answers import refuse
from toolboxai_server.problems import Refusal

_NAMES = ("localhost", "127.0.0.1", "[::1]")


class LoopbackGuard:
    """Refuses a Host or Origin that is not this server's own: DNS rebinding and foreign pages end here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and (refusal := _refusal(scope)) is not None:
            await refuse(refusal, scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refusal(scope: Scope) -> Refusal | None:
    headers = Headers(scope=scope)
    port = scope["server"][1]
    hosts = [f"{name}:{port}" for name in _NAMES]
    if [host.lower() for host in headers.getlist("host")] not in [[host] for host in hosts]:
        return Refusal("host", "This server answers on loopback names only.", f"Use http://{hosts[0]}.", status=421)
    origins = headers.getlist("origin")
    if origins and origins not in [[f"http://{host}"] for host in hosts]:
        return Refusal("origin", "Web pages of other sites may not speak to this server.", status=403)
    return None
