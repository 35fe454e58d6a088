"""The VM: one state of an engine with Luau's libraries, requires, and a scheduler whose clock moves when told."""

import bisect
import functools
import importlib
import math
import secrets
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.luau.lower import lower
from toolboxai.luau.older import older
from toolboxai.luau.parser import parse
from toolboxai.luau.syntax import Chunk
from toolboxai.roblox import api
from toolboxai.studio import engines
from toolboxai.studio.cache import LoweredCache
from toolboxai.studio.network import Network
from toolboxai.studio.requires import DiskTree, RequireFault, Resolver, Tree
from toolboxai.studio.state import StateError
from toolboxai.studio.state import text as _text
from toolboxai.studio.universe import Universe


class LuauSyntaxError(ToolboxError, SyntaxError):
    """A source that does not parse; `problems` has every place."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    __str__ = ToolboxError.__str__


class LuauError(ToolboxError, RuntimeError):
    """A run-time error that no program caught: its text with the author's line, and the traceback below it."""

    def __init__(self, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback


class YieldedError(ToolboxError, RuntimeError):
    """A function that was to answer at once waits for something."""


@dataclass(frozen=True, slots=True)
class OutputLine:
    """What a program said: `kind` is print, warn, error or info; `seconds` is the VM's clock.

    ``peer`` is who said it where several play together: ``server``, or a player's name.
    """

    kind: str
    text: str
    seconds: float
    traceback: str = ""
    peer: str = ""


class _Confinement:
    """What all VMs of this process together may say; set in children that run untrusted code, see `confine`."""

    def __init__(
        self, output: int, memory: int, exhausted: Callable[[str, str], None], seen: Callable[[str], None]
    ) -> None:
        self.output, self.memory, self.exhausted, self.seen = output, memory, exhausted, seen

    def take(self, length: int) -> None:
        self.output -= length
        if self.output < 0:
            self.exhausted("too much output", "it prints more than anyone could read")

    def count(self, line: OutputLine) -> None:
        self.take(len(line.text) + len(line.traceback) + 16)
        if line.kind == "error" and line.text.endswith("not enough memory"):
            self.exhausted("out of memory", line.text)


_vms: "weakref.WeakSet[VM]" = weakref.WeakSet()
_confinement: _Confinement | None = None


def confine(*, output: int, memory: int, exhausted: Callable[[str, str], None], seen: Callable[[str], None]) -> None:
    """For a child process: limits for every VM there is and comes, and no network.

    ``exhausted(verdict, detail)`` is called at the limit and does not return, ``seen(line)`` by a VM that is watched. A
    VM that was warm before the fork gets the present time and random numbers of its own.
    """
    global _confinement  # noqa: PLW0603 - one process, one confinement
    _confinement = _Confinement(output, memory, exhausted, seen)
    for vm in list(_vms):
        vm.refresh()


class _Kept:
    """A table of the runtime's, whose members stay what they are: each is asked for once."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._members: dict[bytes, Any] = {}

    def __getitem__(self, name: bytes) -> Any:
        if name not in self._members:
            self._members[name] = self._table[name]
        return self._members[name]


class VM:
    """One world for programs. Python holds it; Luau code never holds a Python object.

    All methods belong to the thread that made the VM. ``clock`` gives the Unix time at the start; ``tree`` is where
    `require` finds files; ``on_output`` is called with each line in place of collecting it in `output`.
    """

    def __init__(  # noqa: PLR0913 - each stands alone and has its default
        self,
        engine: str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        tree: Tree | None = None,
        on_output: Callable[[OutputLine], None] | None = None,
        settings: dict[str, str] | None = None,
        universe: Universe | None = None,
        cache: LoweredCache | None = None,
        memory: int | None = None,
    ) -> None:
        self.engine = engines.choose(engine)
        self.output: list[OutputLine] = []
        self.settings = settings if settings is not None else {}
        self.universe = universe or Universe()
        self._on_output = on_output or self.output.append
        self._cache = cache or _shared_cache()
        self._resolver = Resolver(tree or DiskTree())
        self._network = Network()
        self._faults: list[BaseException] = []
        self._clock = clock
        self._state = engines.open_state(self.engine, memory)
        bridge = {name: _guarded(function, self._faults) for name, function in self._bridge().items()}
        self._rt = _Kept(self._state.boot(bridge, clock(), secrets.randbits(31)))
        self.globals = self._rt[b"globals"]
        self.host = self._rt[b"host"]
        self._host = _Kept(self.host)
        _vms.add(self)
        if _confinement is not None:
            self.refresh()

    def load(self, source: str | bytes, name: str, env: Any = None) -> Any:
        """The function of a source; its globals are in ``env``, or in an environment of its own."""
        code = self._lowered(_bytes(source), name)
        function, message = self._two(self._enter(self._rt[b"compile"], code, name.encode(), env))
        if function is None:
            raise LuauError(_text(message))
        return function

    def environment(self, extra: Mapping[str, Any] | None = None) -> Any:
        """A fresh environment for `load`: Luau's libraries, and what is in ``extra``."""
        env = self._rt[b"environment"]()
        for key, value in (extra or {}).items():
            env[key.encode()] = self.to_lua(value)
        return env

    def call(self, function: Any, *arguments: Any) -> tuple[Any, ...]:
        """Runs the function in a thread of its own; raises `LuauError`, and `YieldedError` where it does not end."""
        answer = self._enter(self._rt[b"call"], function, *map(self.to_lua, arguments))
        state, *values = answer if isinstance(answer, tuple) else (answer,)
        if state == b"error":
            raise LuauError(_text(values[0]), _text(values[1]))
        if state == b"yielded":
            place = _text(values[0])
            raise YieldedError(f"the function waits for something at {place}", remedy="spawn it and step the clock")
        return tuple(values)

    def spawn(self, function: Any, *arguments: Any) -> Any:
        """Starts a thread; what goes wrong in it is an `error` line of the output."""
        return self._enter(self._host[b"spawn"], function, *map(self.to_lua, arguments))

    def status(self, thread: Any) -> str:
        """``suspended``, ``dead``, ... of what `spawn` gave."""
        return _text(self._rt[b"status"](thread))

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Gets modules ready that a `require` may ask for later, without running them."""
        for path in paths:
            self._read_module(path.encode())

    def require_file(self, path: str | Path) -> Any:
        """The value of the module at ``path``, run once a VM."""
        return self.call(self._rt[b"requireFile"], self._resolver.tree.absolute(path))[0]

    def main_file(self, path: str | Path) -> Any:
        """The function of a program's main file, not yet run; its requires are relative to it."""
        return self.call(self._rt[b"mainFile"], self._resolver.tree.absolute(path))[0]

    def step(self, seconds: float = 0.0) -> None:
        """Moves the clock and runs all that is due by then, in order."""
        self._enter(self._rt[b"step"], seconds)

    def now(self) -> float:
        return float(self._host[b"now"]())

    def next_wake(self) -> float | None:
        """The clock's time at which there is something to do; None for never. Events from outside are not foreseen."""
        if self._network.has_events():
            return self.now()
        wake = self._rt[b"nextWake"]()
        return None if wake is None else float(wake)

    def wait(self, timeout: float | None) -> bool:
        """Blocks until the network has something for a step, at most ``timeout`` real seconds; whether it has."""
        return self._network.wait(timeout)

    def waits_for_network(self) -> bool:
        """Whether a request is under way or a socket is open."""
        return bool(self._rt[b"next"](self._rt[b"pending"]) is not None)

    def refresh(self) -> None:
        """The present time and fresh random numbers for a VM that was made ahead; limits where the process has them."""
        py = self._rt[b"py"]
        py[b"epoch"] = self._clock() - self.now()
        py[b"seed"] = secrets.randbits(31)
        self._rt[b"startRandom"]()
        if _confinement is not None:
            self._network.forbid()
            self._state.limit_memory(_confinement.memory)

    def watch(self) -> None:
        """In a confined process: tells ``seen`` every few milliseconds which line runs, where the engine can."""
        if _confinement is not None:
            self._state.watch()

    def close(self) -> None:
        """Ends every request, socket and thread. The VM is of no use afterwards."""
        self.universe.leave(self._network)
        self._network.close()
        self._state.close()

    def to_lua(self, value: Any) -> Any:
        """None, booleans, numbers, text, lists and dicts as Luau values; what came from Luau as it is."""
        return self._state.to_lua(value)

    def plain(self, value: Any) -> Any:
        """A Luau value as Python data: text, lists and dicts; functions and engine objects as their `tostring`."""
        return self._state.plain(value)

    # --- what Luau asks of Python -------------------------------------------------------------------------------------

    def _enter(self, function: Any, *arguments: Any) -> Any:
        """Calls into Lua, the only way in: what goes wrong there or in a callback is raised here."""
        try:
            answer = self._state.enter(function, *arguments)
        except StateError as fault:
            raise LuauError(str(fault)) from None
        if self._faults:
            raise self._faults.pop(0)
        return answer

    def _bridge(self) -> dict[str, Callable[..., Any]]:
        network = self._network
        return {
            "emit": self._emit,
            "room": self._room,
            "seen": self._seen,
            "lower": self._lower_for_lua,
            "resolve": self._resolve,
            "read_module": self._read_module,
            "facts": _facts,
            "setting": lambda key: _encoded(self.settings.get(_text(key))),
            "set_setting": self._set_setting,
            "serialize": lambda descriptions: _describe().serialized(descriptions),
            "deserialize": lambda contents: _describe().deserialized(contents),
            "convert": lambda kind, data, level: _encodings().convert(_text(kind), data, int(level)),
            "kept": lambda key: _encoded(self.universe.kept.get(_text(key))),
            "keep": lambda key, value: self.universe.keep(_text(key), None if value is None else _text(value)),
            "kept_under": lambda prefix: "\n".join(self.universe.under(_text(prefix))).encode(),
            "publish": self.universe.publish,
            "listen": lambda: self.universe.listen(self._network, self._network.post),
            "poll": network.poll,
            "request": network.request,
            "socket": network.socket,
            "send": network.send,
            "close": network.close_socket,
        }

    def _emit(self, kind: bytes, text: bytes, traceback: bytes, seconds: float, peer: bytes | None = None) -> None:
        line = OutputLine(_text(kind), _text(text), seconds, _text(traceback), _text(peer))
        if _confinement is not None:
            _confinement.count(line)
        self._on_output(line)

    def _room(self, length: int) -> None:
        """Told ahead of a very long line, which would be copied several times on its way."""
        if _confinement is not None and length > _confinement.output:
            _confinement.take(length)

    def _seen(self, line: bytes | None) -> None:
        if _confinement is not None:
            _confinement.seen(_text(line))

    def _lower_for_lua(self, source: bytes, name: bytes) -> tuple[bytes | None, bytes | None]:
        try:
            return self._lowered(source, _text(name)), None
        except LuauSyntaxError as fault:
            first = fault.problems[0]
            return None, f"{first.path}:{first.line}: {first.message}".encode()

    def _resolve(self, asker: bytes, request: bytes) -> tuple[bytes | None, bytes | None]:
        try:
            return self._resolver.resolve(_text(asker), _text(request)).encode(), None
        except RequireFault as fault:
            return None, str(fault).encode()

    def _read_module(self, path: bytes) -> tuple[bytes | None, bytes]:
        name = self._resolver.tree.shown(_text(path))
        try:
            source = self._resolver.tree.read(_text(path))
        except OSError as reason:
            return None, f"{name}: {reason.strerror or 'cannot be read'}".encode()
        code, message = self._lower_for_lua(source, name.encode())
        return code, message or name.encode()

    def _set_setting(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.settings.pop(_text(key), None)
        else:
            self.settings[_text(key)] = _text(value)

    def _lowered(self, source: bytes, name: str) -> bytes:
        target = self._state.target
        key = self._cache.key(source, target.value if target else "luau")
        code = self._cache.get(key)
        if code is None:
            chunk = parse(source)
            if chunk.problems:
                raise LuauSyntaxError(diagnostics(chunk, name))
            code = lower(chunk, target).code if target else older(chunk)
            self._cache.put(key, code, on_disk=_confinement is None)
        return code

    @staticmethod
    def _two(answer: Any) -> tuple[Any, Any]:
        return answer if isinstance(answer, tuple) else (answer, None)


def diagnostics(chunk: Chunk, path: str) -> list[Diagnostic]:
    """The problems of a parsed file as an author reads them."""
    found = []
    for problem in chunk.problems:
        line = max(bisect.bisect_right(chunk.line_starts, problem.start), 1)
        column = problem.start - chunk.line_starts[line - 1] + 1 if chunk.line_starts else 1
        found.append(Diagnostic(path, line, column, "syntax", problem.message, problem.expected))
    return found


@functools.cache
def _shared_cache() -> LoweredCache:
    return LoweredCache()


def _guarded(function: Callable[..., Any], faults: list[BaseException]) -> Callable[..., Any]:
    """Nothing that Python raises may enter Lua, where a program's `pcall` would hold it: it waits in ``faults``."""

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except BaseException as reason:  # noqa: BLE001 - the border between the two languages
            faults.append(reason)
            return None, b"the host failed"

    return call


def _names(kind: str) -> list[str]:
    return {"class": api.class_names, "enum": api.enum_names, "datatype": api.datatype_names}[kind]()


_FACTS: dict[bytes, Callable[[str], Any]] = {
    b"class": api.find_class,
    b"enum": api.find_enum,
    b"datatype": api.find_datatype,
    b"names": _names,
}


# Few programs write model files or hash bytes.
def _describe() -> ModuleType:
    return importlib.import_module("toolboxai.studio.describe")


def _encodings() -> ModuleType:
    return importlib.import_module("toolboxai.studio.encodings")


@functools.cache
def _facts(kind: bytes, name: bytes) -> bytes | None:
    found = _FACTS[kind](_text(name))
    return None if found is None else f"return {_literal(found)}".encode()


def _literal(value: Any) -> str:
    """JSON-like data as a Lua constructor."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value) if math.isfinite(value) else {math.inf: "1/0", -math.inf: "-1/0"}.get(value, "0/0")
    if isinstance(value, str):
        escaped = (f"\\{byte:03}" if byte < 32 or byte in b'"\\' else chr(byte) for byte in value.encode())
        return '"' + "".join(escaped) + '"'
    if isinstance(value, Mapping):
        return "{" + ",".join(f"[{_literal(key)}]={_literal(item)}" for key, item in value.items()) + "}"
    return "{" + ",".join(map(_literal, value)) + "}"


def _bytes(source: str | bytes) -> bytes:
    return source.encode() if isinstance(source, str) else source


def _encoded(value: str | None) -> bytes | None:
    return None if value is None else value.encode()
