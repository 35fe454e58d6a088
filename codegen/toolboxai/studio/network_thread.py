"""The thread behind a VM's network: one event loop, in which requests and WebSockets run."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any

_DEFAULT_TIMEOUT = 30.0
_LARGEST_MESSAGE = 16 * 1024 * 1024
_CLOSING_SECONDS = 5.0


class NetworkThread:
    """Requests and sockets by the ids of their owners; ``put`` takes each event, an id first, from the thread."""

    def __init__(self, put: Callable[..., None]) -> None:
        self._put = put
        self._client: Any = None
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._outgoing: dict[int, asyncio.Queue[bytes | None]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="toolboxai-network", daemon=True)
        self._thread.start()

    # --- the VM's side ------------------------------------------------------------------------------------------------

    def request(self, id_: int, method: bytes, url: bytes, headers: bytes, body: bytes, timeout: float) -> None:  # noqa: PLR0913
        self._start(id_, self._request(id_, method, url, _pairs(headers), body, timeout or _DEFAULT_TIMEOUT))

    def socket(self, id_: int, url: bytes, headers: bytes) -> None:
        self._outgoing[id_] = asyncio.Queue()
        self._start(id_, self._socket(id_, url, _pairs(headers)))

    def send(self, id_: int, text: bytes | None) -> bool:
        """Sends a message, or closes the socket (None); whether there is such a socket."""
        outgoing = self._outgoing.get(id_)
        if outgoing is None:
            return False
        self._loop.call_soon_threadsafe(outgoing.put_nowait, text)
        return True

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _start(self, id_: int, work: Coroutine[Any, Any, None]) -> None:
        self._loop.call_soon_threadsafe(self._begin, id_, work)

    # --- the thread's side --------------------------------------------------------------------------------------------

    def _begin(self, id_: int, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks[id_] = task
        task.add_done_callback(lambda _: self._tasks.pop(id_, None))

    def _run(self) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(self._end())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    async def _end(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSING_SECONDS)
        if self._client is not None:
            await self._client.aclose()

    async def _request(  # noqa: PLR0913 - a request is these
        self,
        id_: int,
        method: bytes,
        url: bytes,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        timeout: float,  # noqa: ASYNC109
    ) -> None:
        import httpx  # noqa: PLC0415 - 100 ms that only programs with HTTP should pay

        try:
            if self._client is None:
                self._client = _client()
            answer = await self._client.request(
                method.decode(), url.decode(), headers=headers, content=body, timeout=timeout
            )
            found = b"\n".join(name + b"\n" + value for name, value in answer.headers.raw)
            self._put(id_, answer.status_code, answer.reason_phrase.encode(), found, answer.content)
        except httpx.TimeoutException:
            self._put(id_, 0, b"Timedout", b"", b"")
        except httpx.ConnectError:
            self._put(id_, 0, b"ConnectFail", b"", b"")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as reason:
            self._put(id_, 0, f"{type(reason).__name__}: {reason}".encode(), b"", b"")

    async def _socket(self, id_: int, url: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        from websockets.asyncio.client import connect  # noqa: PLC0415 - likewise
        from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException  # noqa: PLC0415

        try:
            async with connect(
                url.decode(),
                additional_headers=[(name.decode(), value.decode()) for name, value in headers],
                compression=None,
                max_size=_LARGEST_MESSAGE,
                ping_interval=None,
                proxy=None,
                open_timeout=_DEFAULT_TIMEOUT,
                close_timeout=1,
            ) as connection:
                answer = connection.response
                given = answer.headers.raw_items() if answer else ()
                found = "\n".join(f"{name}\n{value}" for name, value in given).encode()
                self._put(id_, b"open", answer.status_code if answer else 101, found)
                sending = asyncio.ensure_future(self._send_all(connection, self._outgoing[id_]))
                try:
                    with contextlib.suppress(ConnectionClosed):
                        async for message in connection:
                            self._put(id_, b"message", message.encode() if isinstance(message, str) else message)
                except asyncio.CancelledError:
                    await connection.close(1001)  # else the server would be told of an internal error
                    raise
                finally:
                    sending.cancel()
            self._put(id_, b"close", connection.close_code or 1006, (connection.close_reason or "").encode())
        except InvalidStatus as reason:
            status = reason.response.status_code
            self._put(id_, b"error", status, f"{status} {reason.response.reason_phrase}".encode())
        except (OSError, TimeoutError, WebSocketException, ValueError) as reason:
            self._put(id_, b"error", 0, str(reason).encode() or type(reason).__name__.encode())
        finally:
            self._outgoing.pop(id_, None)

    async def _send_all(self, connection: Any, outgoing: asyncio.Queue[bytes | None]) -> None:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - imported above already

        with contextlib.suppress(ConnectionClosed):
            while (text := await outgoing.get()) is not None:
                await connection.send(text, text=True)
            await connection.close()


def _pairs(headers: bytes) -> list[tuple[bytes, bytes]]:
    lines = headers.split(b"\n") if headers else []
    return list(zip(lines[::2], lines[1::2], strict=True))


def _client() -> Any:
    """TLS is set up when a request asks for it: reading the certificates takes longer than a request on loopback."""
    import httpx  # noqa: PLC0415 - as above

    class Secure(httpx.AsyncBaseTransport):
        inner: httpx.AsyncHTTPTransport | None = None

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if self.inner is None:
                self.inner = httpx.AsyncHTTPTransport()
            return await self.inner.handle_async_request(request)

        async def aclose(self) -> None:
            if self.inner is not None:
                await self.inner.aclose()

    # The plain transport is given no certificates, and no https address ever reaches it.
    plain = httpx.AsyncHTTPTransport(verify=False)
    return httpx.AsyncClient(transport=Secure(), mounts={"http://": plain}, follow_redirects=True, trust_env=False)
