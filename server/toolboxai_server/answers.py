"""How HTTP answers look: bodies of JSON, and a Problem for every refusal."""

from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from toolboxai import protocol
from toolboxai_server.problems import Refusal

T = TypeVar("T", bound=msgspec.Struct)


def answer(body: msgspec.Struct, status: int = 200) -> Response:
    """`body` as JSON; never kept by a cache, as it may hold a token."""
    return Response(msgspec.json.encode(body), status, {"cache-control": "no-store"}, media_type="application/json")


def problem(refusal: Refusal) -> Response:
    """What a refusal looks like to the one refused."""
    response = answer(protocol.Problem(refusal.code, str(refusal), refusal.remedy), refusal.status)
    if refusal.status == 401:
        response.headers["www-authenticate"] = "Bearer"
    return response


async def refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or an upgrade before it is accepted, with a refusal."""
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).send_denial_response(problem(refusal))
    else:
        await problem(refusal)(scope, receive, send)


async def body(request: Request, shape: type[T], limit: int) -> T:
    """The request's JSON body; raises Refusal where it is too large or not of this shape."""
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > limit:
            raise Refusal("too_large", f"The body has more than {limit:,} bytes.", "Send less at once.", status=413)
    try:
        return msgspec.json.decode(bytes(received), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Refusal("body", f"The body is not a {shape.__name__}: {fault}.", "Update the plugin.") from fault


def bearer(request: Request | WebSocket) -> str:
    """The token of the Authorization header; raises Refusal `unauthorized` where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refusal("unauthorized", "This needs a token.", "Pair the plugin first.", status=401)
    return token.strip()


async def on_refusal(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return problem(refusal)


async def on_http_exception(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    code = {404: "unknown_address", 405: "method"}.get(fault.status_code, "http")
    return problem(Refusal(code, f"{fault.detail}.", "Look at the address and the method.", status=fault.status_code))


async def on_fault(_request: Request, _fault: Exception) -> Response:
    return problem(Refusal("fault", "The server made a mistake.", "Look at its window.", status=500))
