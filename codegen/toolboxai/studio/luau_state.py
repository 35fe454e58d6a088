"""Real Luau behind the interface of a state: Python holds numbers for what lives in the VM, and texts pass between."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Protocol

from toolboxai.luau.lower import Target
from toolboxai.studio.state import RUNTIME, Bridge, StateError, text


class Pipe(Protocol):
    """A way to a real Luau VM; the texts are those of `runtime/luau/wire.luau`."""

    def open(self, wire: bytes, answer: Callable[[bytes], bytes]) -> None:
        """Starts the VM with the source of the wire; ``answer`` is Python's side of `exchange`."""

    def ask(self, request: bytes) -> bytes:
        """Raises `StateError`."""

    def limit_memory(self, more: int) -> None: ...

    def close(self) -> None: ...


class Handle:
    """A table, function, thread or object that lives in the VM for as long as this does."""

    __slots__ = ("_id", "_state", "kind")

    def __init__(self, state: "LuauState", id_: int, kind: str) -> None:
        self._state, self._id, self.kind = state, id_, kind

    def __del__(self) -> None:
        self._state.released.append(self._id)

    def __call__(self, *arguments: Any) -> Any:
        return self._state.enter(self, *arguments)

    def __getitem__(self, key: Any) -> Any:
        return self._state.request("get", self, key)[0]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._state.request("set", self, key, value)

    def __len__(self) -> int:
        length: int = self._state.request("len", self)[0]
        return length

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Handle) and self._state is other._state and self._state.request("equal", self, other)[0]
        )

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())

    def keys(self) -> list[Any]:
        return self._state.request("items", self)[::2]

    def values(self) -> list[Any]:
        return self._state.request("items", self)[1::2]

    def items(self) -> list[tuple[Any, Any]]:
        flat = self._state.request("items", self)
        return list(zip(flat[::2], flat[1::2], strict=True))


class LuauState:
    """A state on either way to real Luau."""

    target: Target | None = None

    def __init__(self, pipe: Pipe) -> None:
        self.released: list[int] = []
        self._pipe = pipe

    def boot(self, bridge: Bridge, epoch: float, seed: int) -> Any:
        def answer(request: bytes) -> bytes:
            name, *arguments = _read_all(request)
            given = _source(*arguments) if name == b"source" else bridge[name.decode()](*arguments)
            return b"".join(map(_written, given if isinstance(given, tuple) else (given,)))

        self._pipe.open(_source(b"luau/wire.luau"), answer)
        return self.request("boot", list(bridge), epoch, seed)[0]

    def request(self, operation: str, *arguments: Any) -> list[Any]:
        """Asks the wire for an operation; gives its values. Raises `StateError`."""
        asked = b"".join(map(_written, (operation, *arguments)))
        # Popped one by one: a handle may be let go of by another thread meanwhile.
        released = [self.released.pop() for _ in range(len(self.released))]
        answer = self._pipe.ask(_written(released) + asked)
        if answer[:1] != b"+":
            raise StateError(text(answer[1:]))
        return _read_all(answer[1:], self)

    def enter(self, function: Any, *arguments: Any) -> Any:
        values = self.request("call", function, *arguments)
        return values[0] if len(values) == 1 else tuple(values) or None

    def to_lua(self, value: Any) -> Any:
        return value  # written when it is sent, which refuses what has no Luau form

    def plain(self, value: Any) -> Any:
        if isinstance(value, bytes):
            return text(value)
        if not isinstance(value, Handle):
            return value
        try:
            written = self.request("plain", value)[0]
        except StateError as fault:
            if "stack overflow" in str(fault):
                raise RecursionError("the table holds itself") from None
            raise
        return _texts(_read(written, 0, None)[0])

    def limit_memory(self, more: int) -> None:
        self._pipe.limit_memory(more)

    def watch(self) -> None:
        """Nothing: its interrupt calls Python on every turn of a loop, which makes a run 25 times as long."""

    def close(self) -> None:
        self._pipe.close()


@cache
def _source(name: bytes) -> bytes:
    return (RUNTIME / name.decode()).read_bytes()


def _written(value: Any) -> bytes:
    """A value as the wire reads it."""
    if value is None:
        return b"n"
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"s%d:%b" % (len(value), value)
    if isinstance(value, (int, float)):
        return b"d%b;" % repr(float(value)).encode()
    if isinstance(value, Handle):
        return b"h%d;" % value._id  # noqa: SLF001 - of this module
    if isinstance(value, Mapping):
        items = b"".join(_written(key) + _written(item) for key, item in value.items())
        return b"m%d;%b" % (len(value), items)
    if isinstance(value, (list, tuple)):
        return b"l%d;%b" % (len(value), b"".join(map(_written, value)))
    raise TypeError(f"{type(value).__name__} has no Luau form")


def _read_all(source: bytes, state: LuauState | None = None) -> list[Any]:
    """The values of a text; it has handles only where it comes from ``state``."""
    values, place = [], 0
    while place < len(source):
        value, place = _read(source, place, state)
        values.append(value)
    return values


def _read(source: bytes, place: int, state: LuauState | None) -> tuple[Any, int]:
    """The value that begins at ``place``, and the place behind it."""
    tag = source[place]
    if tag in b"ntf":
        return {110: None, 116: True, 102: False}[tag], place + 1
    stop = source.index(b":" if tag == 115 else b";", place)
    word = source[place + 1 : stop]
    if tag == 115:
        end = stop + 1 + int(word)
        return source[stop + 1 : end], end
    if tag == 105:
        return int(word), stop + 1
    if tag == 100:
        return float(word), stop + 1
    if tag == 104:
        id_, _, kind = word.partition(b" ")
        assert state is not None
        return Handle(state, int(id_), kind.decode()), stop + 1
    values, end = [], stop + 1
    for _ in range(int(word) * (2 if tag == 109 else 1)):
        value, end = _read(source, end, state)
        values.append(value)
    return (dict(zip(values[::2], values[1::2], strict=True)) if tag == 109 else values), end


def _texts(value: Any) -> Any:
    """The same with text for bytes."""
    if isinstance(value, bytes):
        return text(value)
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, dict):
        return {_texts(key): _texts(item) for key, item in value.items()}
    return value
