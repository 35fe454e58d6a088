"""What waits to be sent on one socket: bounded, in order, ended by `bye`."""

import asyncio
from collections import deque

import msgspec

from toolboxai import protocol


class Outbox:
    """Frames for one reader; one that lets too many wait is told goodbye, never waited for."""

    def __init__(self, *, messages: int, content_bytes: int) -> None:
        self._messages = messages
        self._content_bytes = content_bytes
        self._frames: deque[str] = deque()
        self._waiting_bytes = 0
        self._ready = asyncio.Event()
        self.bye: protocol.Bye | None = None
        self.closing = asyncio.Event()

    def put(self, message: protocol.ServerMessage) -> None:
        self.put_frame(encode(message))

    def put_frame(self, frame: str) -> None:
        """Add an encoded message; nothing follows a `bye`."""
        if self.bye is not None:
            return
        if len(self._frames) >= self._messages or self._waiting_bytes + len(frame) > self._content_bytes:
            self._frames.clear()
            self.close("slow", "Too many messages wait for this reader.", "Connect again; nothing is lost.")
            return
        self._frames.append(frame)
        self._waiting_bytes += len(frame)
        self._ready.set()

    def expect(self, messages: int) -> None:
        """Let so many more wait: the reader asked for them itself. How many bytes may wait stays as it is."""
        self._messages += messages

    def close(self, code: str, message: str, remedy: str = "") -> None:
        """Let what waits go out, then `bye`."""
        if self.bye is None:
            self.bye = protocol.Bye(code, message, remedy)
            self._frames.append(encode(self.bye))
            self._ready.set()
            self.closing.set()

    async def take(self) -> str | None:
        """The next frame, or None after `bye`."""
        while not self._frames:
            if self.bye is not None:
                return None
            self._ready.clear()
            await self._ready.wait()
        frame = self._frames.popleft()
        self._waiting_bytes -= len(frame)
        return frame


def encode(message: protocol.ServerMessage) -> str:
    """The one text frame that carries `message`."""
    return msgspec.json.encode(message).decode()
