"""What outlives a server and is shared by all servers of one experience: data stores, memory stores and messages."""

import weakref
from collections.abc import Callable


class Universe:
    """Hand one to several Studios, side by side or one after the other: what one stores, the others find.

    ``kept`` has everything that is stored, as JSON text by key; a dict of one's own can be saved and given again.
    """

    def __init__(self, kept: dict[str, str] | None = None) -> None:
        self.kept = kept if kept is not None else {}
        self._boxes: weakref.WeakKeyDictionary[object, Callable[[bytes], None]] = weakref.WeakKeyDictionary()

    def under(self, prefix: str) -> list[str]:
        """The keys that begin so, in order."""
        return sorted(key for key in self.kept if key.startswith(prefix))

    def keep(self, key: str, value: str | None) -> None:
        if value is None:
            self.kept.pop(key, None)
        else:
            self.kept[key] = value

    def listen(self, server: object, post: Callable[[bytes], None]) -> None:
        """From here on every message is given to ``post``, as long as ``server`` lives."""
        self._boxes[server] = post

    def leave(self, server: object) -> None:
        self._boxes.pop(server, None)

    def publish(self, message: bytes) -> None:
        for post in list(self._boxes.values()):
            post(message)
