"""The owner's side of pairing: find the server that runs on this machine and approve a code there."""

from pathlib import Path

import httpx
import msgspec

from toolboxai import protocol
from toolboxai.errors import ToolboxError
from toolboxai_server.auth.pairing import normal_code
from toolboxai_server.settings import Settings
from toolboxai_server.state import running

_TIMEOUT_SECONDS = 10


def approve_pairing(project: Path, code: str, port: int | None = None) -> str:
    """Approve `code` and return the paired client's name; raises ToolboxError where no server or no such code is."""
    state = Settings(project).state
    told = running(state)
    secret = state / "owner.secret"
    if (told is None and port is None) or not secret.exists():
        raise ToolboxError(
            f"no server runs for {state.parent}",
            remedy="Start it with `toolboxai up`, or name its project: --project PATH",
        )
    chosen = port or (told.port if told else 0)
    try:
        response = _post(chosen, secret.read_text(encoding="ascii").strip(), normal_code(code))
    except httpx.HTTPError as fault:
        raise ToolboxError(
            f"no server answers on port {chosen}", remedy="Start it with `toolboxai up`, or name its port: --port N"
        ) from fault
    try:
        if response.status_code == httpx.codes.OK:
            return msgspec.json.decode(response.content, type=protocol.PairApproved).client
        problem = msgspec.json.decode(response.content, type=protocol.Problem)
    except msgspec.DecodeError as fault:
        raise ToolboxError(
            f"what answers on port {chosen} is not ToolboxAI", remedy="Name the server's port: --port N"
        ) from fault
    raise ToolboxError(problem.message, remedy=problem.remedy)


def _post(port: int, secret: str, code: str) -> httpx.Response:
    """Ask on whichever loopback answers."""
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    body = msgspec.json.encode(protocol.PairApprove(code))
    with httpx.Client(trust_env=False, timeout=_TIMEOUT_SECONDS) as http:
        try:
            return http.post(f"http://127.0.0.1:{port}/api/pair/approve", content=body, headers=headers)
        except httpx.ConnectError:
            return http.post(f"http://[::1]:{port}/api/pair/approve", content=body, headers=headers)
