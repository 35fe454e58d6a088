"""`serve`: the application on both loopbacks until it is told to stop."""

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from toolboxai.errors import ToolboxError
from toolboxai_server.announce import Announce, silent
from toolboxai_server.app import create_app
from toolboxai_server.faults import FaultHandler
from toolboxai_server.settings import Settings
from toolboxai_server.state import claim, tell_running
from toolboxai_server.sync.layout import Layout, project_file

_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_FREE_PORT_TRIES = 5
_HARD_MESSAGE_LIMIT = 9 * 1024 * 1024  # above our own limit, which ends a socket with `bye`


class PortTakenError(ToolboxError):
    """Another program listens there."""


class _Server(uvicorn.Server):
    """Says `bye` on every socket before uvicorn closes them."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], farewell: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._farewell = farewell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._farewell()
        await asyncio.sleep(0.1)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, without raising the signal again at the end: it was obeyed, and the command ends with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(settings: Settings, announce: Announce = silent, ready: Callable[[int], None] = lambda _port: None) -> None:
    """Serve until Ctrl-C; `ready` is called with the port once the server answers.

    Raises ToolboxError where the port is taken or the project cannot be used.
    """
    with contextlib.ExitStack() as stack:
        served_before = settings.state.exists()
        if served_before:
            stack.enter_context(claim(settings.state))
        sockets = [stack.enter_context(opened) for opened in listen(settings.port, announce)]
        port: int = sockets[0].getsockname()[1]
        Layout(project_file(settings.project)).scripts()  # nothing is written for a project that cannot be served
        if not served_before:
            stack.enter_context(claim(settings.state))
        app = create_app(settings, announce)
        config = uvicorn.Config(
            app, ws="websockets-sansio", ws_per_message_deflate=False, ws_max_size=_HARD_MESSAGE_LIMIT,
            lifespan="on", log_config=None, log_level="error", access_log=False, server_header=False,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
        for name in ("uvicorn.error", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [FaultHandler(announce)], False
        server = _Server(config, lambda: ready(port), app.state.hub.end_all)
        stack.enter_context(tell_running(settings.state, port))
        try:
            server.run(sockets)
        except SystemExit:
            if app.state.fault is not None:
                raise app.state.fault from None
            raise


def listen(port: int, announce: Announce = silent) -> list[socket.socket]:
    """Listening sockets on both loopbacks, one port; says so where a loopback is missing."""
    for _ in range(_FREE_PORT_TRIES if port == 0 else 0):
        with contextlib.suppress(PortTakenError):  # free on one loopback, taken on the other
            return _listen_on_both(port, announce)
    return _listen_on_both(port, announce)


def _listen_on_both(port: int, announce: Announce) -> list[socket.socket]:
    opened: list[socket.socket] = []
    missing: list[str] = []
    try:
        for family, address in _LOOPBACKS:
            if (listening := _listen(family, address, port)) is None:
                missing.append(address)
                continue
            opened.append(listening)
            port = listening.getsockname()[1]
    except BaseException:
        for each in opened:
            each.close()
        raise
    for address in missing:
        announce("loopback", f"this machine has no {address}; only the other loopback is served")
    if not opened:
        raise ToolboxError("this machine has no loopback address", remedy="Enable 127.0.0.1.")
    return opened


def _listen(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    try:
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would share the port otherwise
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(128)
        listening.setblocking(False)
    except OSError as fault:
        listening.close()
        if fault.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
            return None
        reason = (
            "is taken by another program" if fault.errno == errno.EADDRINUSE else f"cannot be used ({fault.strerror})"
        )
        raise PortTakenError(
            f"port {port} on {address} {reason}",
            remedy=f"Stop the other program, or choose another port: toolboxai up --port {port + 1}",
        ) from fault
    return listening
