"""The engines that Lupa brings, Lua 5.2 and LuaJIT: plain Lua with a runtime that makes it Luau."""

import functools
import importlib
from collections.abc import Mapping
from typing import Any

from toolboxai.luau.lower import Target
from toolboxai.studio.state import RUNTIME, Bridge, StateError, text

_CORE = ("core_depth", "core_texts", "core_operators", "core_places", "core_tables", "core_constructs")
_FILES = (
    "overflow", "handlers", "frames", "errors", "protected", "scheduler", "deferred", "base", "opaque", "coroutine",
    "comparison", "debug", "string", "format", "table", "sort", "binary", "math", "bit32", "pack", "utf8", "vector",
    "buffer", "json", "host", "requires", "watch",
)  # fmt: skip

_ATOMS = {type(None), bool, int, float, bytes}


def is_there(name: str) -> bool:
    """Whether this machine's lupa wheel has the engine."""
    return _module(name) is not None


def new_runtime(name: str, memory: int | None = None) -> Any:
    """A bare ``LuaRuntime``. ``memory`` in bytes limits what it may take, where the engine can (Lua 5.2)."""
    module = _module(name)
    options = {"max_memory": memory or 0} if name != "luajit21" else {}
    return module.LuaRuntime(
        encoding=None,
        source_encoding="latin-1",
        register_eval=False,
        register_builtins=False,
        unpack_returned_tuples=True,
        attribute_handlers=(_opaque, _opaque),
        **options,
    )


class LupaState:
    """One of Lupa's runtimes."""

    def __init__(self, name: str, memory: int | None = None) -> None:
        self.target: Target | None = Target.LUAJIT21 if name == "luajit21" else Target.LUA52
        self._module = _module(name)
        self._lua = new_runtime(name, memory)
        self._rt: Any = None

    def boot(self, bridge: Bridge, epoch: float, seed: int) -> Any:
        py = self._lua.table()
        for name, function in bridge.items():
            py[name.encode()] = function
        py[b"epoch"], py[b"seed"] = epoch, seed
        core = self._run_file("core")
        for name in _CORE:  # while the raw libraries are still there
            self._run_file(name, core)
        self._rt = self._run_file("boot", self._lua.globals(), py, core)
        for name in _FILES:
            self._run_file(name, self._rt)
        return self._rt

    def enter(self, function: Any, *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except self._module.LuaError as fault:
            memory = isinstance(fault, MemoryError)
            raise StateError("not enough memory" if memory else text(fault.args[0])) from None

    def to_lua(self, value: Any) -> Any:
        form = self._form(value)
        return self._lua.table_from(form, recursive=True) if isinstance(form, (dict, list)) else form

    def _form(self, value: Any) -> Any:
        """What Lupa makes a Lua value of at once, however large: whole places come this way."""
        kind = type(value)
        if kind in _ATOMS:
            return value
        if kind is str:
            return value.encode()
        if kind is list or kind is tuple:
            return [item if type(item) in _ATOMS else self._form(item) for item in value]
        if kind is dict or isinstance(value, Mapping):
            return {self._form(key): item if type(item) in _ATOMS else self._form(item) for key, item in value.items()}
        if self._module.lua_type(value):
            return value
        raise TypeError(f"{kind.__name__} has no Luau form")

    def plain(self, value: Any) -> Any:
        if isinstance(value, bytes):
            return text(value)
        kind = self._module.lua_type(value)
        if kind is None:
            return value
        if kind != "table" or self._rt[b"type"](value) != b"table":
            return text(self._rt[b"tostring"](value))
        length = len(value)
        if length and length == sum(1 for _ in value.keys()):  # noqa: SIM118 - a Lua table, not a dict
            return [self.plain(value[index + 1]) for index in range(length)]
        return {self.plain(key): self.plain(item) for key, item in value.items()}

    def limit_memory(self, more: int) -> None:
        if self.target is Target.LUA52:
            self._lua.set_max_memory(self._lua.get_memory_used() + more)

    def watch(self) -> None:
        self._rt[b"watch"]()

    def close(self) -> None:
        """Python frees the runtime with its last handle."""

    def _run_file(self, name: str, *arguments: Any) -> Any:
        return self._lua.compile(_source(name), name=b"=[C]")(*arguments)


@functools.cache
def _source(name: str) -> str:
    """Kept, for a child that can open nothing any more."""
    return (RUNTIME / f"{name}.lua").read_bytes().decode("latin-1")


def _opaque(*_: Any) -> None:
    """Where memory is short, Lupa itself raises Python's exception into Lua; a program must find nothing in it."""
    raise AttributeError


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"lupa.{name}")
    except ImportError:
        return None
