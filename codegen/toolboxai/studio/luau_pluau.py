"""Real Luau inside this process: PyPI's `pluau`, of which only the extension module is loaded.

Its VMs print a line when they are closed, so none ever is: one that is done with is emptied and serves again.
"""

import importlib.machinery
import importlib.util
import sys
import weakref
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from toolboxai.studio.state import StateError, text

_MODULE = "pluau._pluau"
_EMPTY = 1024 * 1024
"""Bytes: a VM that keeps more than that after its end is not used again."""

_spare: list[Any] = []


@cache
def module() -> Any:
    """The extension module; None where it is not installed. The package around it needs Python 3.12, this does not."""
    if _MODULE in sys.modules:
        return sys.modules[_MODULE]
    package = importlib.util.find_spec("pluau")
    if package is None or package.submodule_search_locations is None:
        return None
    spec = importlib.machinery.PathFinder.find_spec(_MODULE, package.submodule_search_locations)
    if spec is None or spec.loader is None:
        return None
    found = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(found)
    except ImportError:
        return None
    sys.modules[_MODULE] = found
    return found


class PluauPipe:
    """One VM for one state; it goes back when the pipe is forgotten."""

    def __init__(self, memory: int | None = None) -> None:
        self._lua = _fresh()
        self._lua.set_memory_limit(memory or 0)
        self._inside: list[Any] = []
        self._answer: Callable[[bytes], bytes] | None = None
        weakref.finalize(self, _retire, self._lua, self._inside, module().LuaType.Vector).atexit = False

    def open(self, wire: bytes, answer: Callable[[bytes], bytes]) -> None:
        start = self._lua.load_chunk(self._lua.create_string(_bytecode(wire)), name="=[C]", is_binary_chunk=True)
        self._answer = answer
        functions = (_exchange(weakref.ref(self)), _load, _userdata, _vectors)
        self._inside[:] = start(*map(self._lua.create_function, functions))

    def ask(self, request: bytes) -> bytes:
        try:
            answer: bytes = self._inside[0](self._lua.create_string(request))[0].as_bytes()
        except RuntimeError as fault:
            raise StateError(_reason(fault)) from None
        return answer

    def limit_memory(self, more: int) -> None:
        self._lua.set_memory_limit(self._lua.used_memory() + more)

    def close(self) -> None:
        self._answer = None  # and the circle of Python objects that went through it is open


def _fresh() -> Any:
    try:
        return _spare.pop()
    except IndexError:
        pass
    lua = module().Lua()
    # A circle that nothing collects: the VM is never closed, not even when Python ends.
    lua.set_registry_value("itself", lua.create_userdata(lua, lua.create_table()))
    return lua


def _retire(lua: Any, inside: list[Any], vectors: Any) -> None:
    """Everything that a state has in a VM hangs from the function in ``inside``, and from the metatable of vectors."""
    inside.clear()
    lua.set_memory_limit(0)
    lua.set_type_metatable(vectors, None)
    lua.globals().get("collectgarbage")("collect")
    if lua.used_memory() < _EMPTY:
        _spare.append(lua)


def _exchange(pipe: "weakref.ref[PluauPipe]") -> Callable[[Any, list[Any]], Any]:
    """Weak, because no collector sees a circle that goes through the VM."""

    def exchange(lua: Any, arguments: list[Any]) -> Any:
        living = pipe()
        if living is None or living._answer is None:  # noqa: SLF001 - of this module
            raise RuntimeError("this VM is closed")
        return lua.create_string(living._answer(arguments[0].as_bytes()))  # noqa: SLF001

    return exchange


def _load(lua: Any, arguments: list[Any]) -> Any:
    """``load(source, name, env)``: a function, or nil and the compiler's message."""
    source, name, *rest = arguments
    env = rest[0] if rest else None
    if env is not None:
        env.set_safeenv(True)  # built-in functions are called at once, as long as nobody asks for the environment
    compiled = _bytecode(source.as_bytes())
    chunk, is_compiled = (source, False) if compiled is None else (lua.create_string(compiled), True)
    try:
        return lua.load_chunk(chunk, name=text(name.as_bytes()), env=env, is_binary_chunk=is_compiled)
    except RuntimeError as fault:
        return [None, lua.create_string(_reason(fault))]


@lru_cache(maxsize=512)
def _bytecode(source: bytes) -> bytes | None:
    """Compiled once a process, with lines and function names; None where only loading can say what is wrong."""
    try:
        return bytes(module().Compiler(1, 1, 0, 0).compile(source.decode()))
    except (RuntimeError, UnicodeDecodeError):
        return None


def _userdata(lua: Any, arguments: list[Any]) -> Any:
    return lua.create_userdata(None, arguments[0])


def _vectors(lua: Any, arguments: list[Any]) -> None:
    """Gives all vectors of the VM that metatable."""
    lua.set_type_metatable(module().LuaType.Vector, arguments[0])


def _reason(fault: RuntimeError) -> str:
    """Luau's own message in an exception of pluau's."""
    kind, _, message = str(fault).partition(": ")
    return "not enough memory" if kind == "memory error" else message.partition("\nstack traceback:")[0]
