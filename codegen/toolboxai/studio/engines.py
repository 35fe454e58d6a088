"""The Lua engines that Lupa brings: which there are, which one is meant, and a bare state of it."""

import importlib
from typing import Any

from toolboxai.errors import ToolboxError

ENGINES = ("luajit21", "lua52")
"""Best first: LuaJIT runs lessons several times faster; every lupa wheel has Lua 5.2."""


class EngineMissingError(ToolboxError, ImportError):
    """The lupa wheel on this machine has no such engine."""


def available() -> list[str]:
    return [name for name in ENGINES if _module(name) is not None]


def choose(name: str | None) -> str:
    """The engine meant by ``name``; the best there is for None."""
    if name is None:
        return available()[0]
    if name not in ENGINES:
        raise EngineMissingError(f"there is no engine {name!r}", remedy=f"take one of: {', '.join(available())}")
    if _module(name) is None:
        raise EngineMissingError(
            f"this machine's lupa has no {name}", remedy=f"take --engine {available()[0]}, which it has"
        )
    return name


def new_state(name: str, memory: int | None = None) -> Any:
    """A bare Lua state. ``memory`` in bytes limits what it may take, where the engine can (Lua 5.2); also later."""
    module = _module(name)
    options = {"max_memory": memory or 0} if name != "luajit21" else {}
    return module.LuaRuntime(
        encoding=None,
        source_encoding="latin-1",
        register_eval=False,
        register_builtins=False,
        unpack_returned_tuples=True,
        **options,
    )


def lua_type(name: str) -> Any:
    """``lupa``'s ``lua_type`` and exceptions live in the engine's module."""
    return _module(name)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"lupa.{name}")
    except ImportError:
        return None
