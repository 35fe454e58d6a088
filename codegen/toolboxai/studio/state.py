"""What a VM needs of an engine: one state, opened once, whose values are bytes, numbers, booleans, None and handles."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from toolboxai.errors import ToolboxError
from toolboxai.luau.lower import Target

RUNTIME = Path(__file__).parent / "runtime"

Bridge = Mapping[str, Callable[..., Any]]
"""Python's functions by name: they take and give bytes, numbers and booleans, a tuple for several, and never raise."""


class StateError(ToolboxError, RuntimeError):
    """What went wrong inside the engine, in its words."""


class State(Protocol):
    """A handle is callable, indexed by bytes and numbers, and has `len`, `keys`, `values` and `items`."""

    target: Target | None
    """What sources are lowered for; None where the engine runs Luau itself."""

    def boot(self, bridge: Bridge, epoch: float, seed: int) -> Any:
        """Opens the runtime and gives its table `rt`; once."""

    def enter(self, function: Any, *arguments: Any) -> Any:
        """Calls a handle; gives None, one value or a tuple. Raises `StateError`."""

    def to_lua(self, value: Any) -> Any:
        """None, booleans, numbers, text, lists and dicts as arguments; for the rest TypeError, here or at the call."""

    def plain(self, value: Any) -> Any:
        """Text, lists and dicts; functions and engine objects as their `tostring`."""

    def limit_memory(self, more: int) -> None:
        """From here on the state may take so many bytes more, where the engine can tell."""

    def watch(self) -> None:
        """From here on calls the bridge's ``seen(line)`` every few milliseconds with the line that runs."""

    def close(self) -> None:
        """Ends all calls of Python; the last handle that is forgotten frees the state."""


def text(value: bytes | str | None) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
