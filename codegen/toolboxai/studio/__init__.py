"""Studio without Studio: the Lupa host, and the engine written in Luau."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolboxai.studio.studio import Studio
    from toolboxai.studio.universe import Universe
    from toolboxai.studio.world import Player, Side, World

__all__ = ["ENGINES", "Player", "Side", "Studio", "Universe", "World"]

ENGINES = ("luajit21", "lua52", "luau")
"""Best first: LuaJIT runs lessons several times faster; every lupa wheel has Lua 5.2; the real VM is an extra."""

_HOMES = {"Player": "world", "Side": "world", "Studio": "studio", "Universe": "universe", "World": "world"}


def __getattr__(name: str) -> Any:
    """Imports a face when it is asked for: a child that runs untrusted code needs the host alone."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
