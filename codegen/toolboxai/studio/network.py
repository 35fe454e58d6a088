"""HTTP requests and WebSockets for a VM: a queue that the VM takes events from, and a thread that fills it."""

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolboxai.studio.network_thread import NetworkThread

Event = tuple[Any, ...]

_FORBIDDEN = b"there is no network here: this code is being checked"


class Network:
    """The thread starts with the first request or socket; `close` ends them and it."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._arrived = threading.Condition()
        self._thread: NetworkThread | None = None
        self._closed = False
        self._forbidden = False

    def poll(self) -> Event | None:
        """The oldest event: the id it is for, then what the id's owner is given."""
        return self._events.popleft() if self._events else None

    def forbid(self) -> None:
        """From here on nothing leaves: what runs is not trusted."""
        self._forbidden = True

    def has_events(self) -> bool:
        return bool(self._events)

    def post(self, message: bytes) -> None:
        """A message of another server of the experience, from this thread or another."""
        if not self._closed:
            self._put(0, message)

    def wait(self, timeout: float | None) -> bool:
        with self._arrived:
            return self._arrived.wait_for(lambda: bool(self._events), timeout)

    def request(self, id_: int, method: bytes, url: bytes, headers: bytes, body: bytes, timeout: float) -> None:  # noqa: PLR0913
        if self._forbidden:
            self._put(id_, 0, _FORBIDDEN, b"", b"")
        elif not self._closed:
            self._started().request(id_, method, url, headers, body, timeout)

    def socket(self, id_: int, url: bytes, headers: bytes) -> None:
        if self._forbidden:
            self._put(id_, b"error", 0, _FORBIDDEN)
        elif not self._closed:
            self._started().socket(id_, url, headers)

    def send(self, id_: int, text: bytes) -> bool:
        return self._thread is not None and self._thread.send(id_, text)

    def close_socket(self, id_: int) -> None:
        if self._thread is not None:
            self._thread.send(id_, None)

    def close(self) -> None:
        self._closed = True
        if self._thread is not None:
            self._thread.close()
            self._thread = None

    def _started(self) -> "NetworkThread":
        if self._thread is None:
            from toolboxai.studio.network_thread import NetworkThread  # noqa: PLC0415 - asyncio is 30 ms of a child

            self._thread = NetworkThread(self._put)
        return self._thread

    def _put(self, *event: Any) -> None:
        with self._arrived:
            self._events.append(event)
            self._arrived.notify_all()
