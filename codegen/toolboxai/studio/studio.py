"""Headless Studio: a place with its services, output, clock and plugins, driven from Python."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from toolboxai.errors import ToolboxError
from toolboxai.roblox.model import Item
from toolboxai.studio.describe import listed
from toolboxai.studio.hands import Hands
from toolboxai.studio.host import VM, LuauError, OutputLine
from toolboxai.studio.requires import DiskTree, KeptTree
from toolboxai.studio.universe import Universe

_ENGINE = Path(__file__).parent / "engine" / "Engine.luau"

FRAME = 1 / 60
_PART = 500  # items of a tree that cross to the engine at once
_LONGEST_NAP = 0.01  # how late a condition that only Python can see may be noticed


@cache
def _sources() -> KeptTree:
    """The engine's own Luau, read once."""
    return KeptTree(DiskTree(), Path(__file__).resolve().parents[2])


def read_ahead(engine: str | None = None) -> None:
    """Reads and lowers all of the engine, for Studios of a process that can read nothing later."""
    modules = _sources().keep(_ENGINE.parent)
    with Studio(engine) as studio:
        studio.vm.read_ahead(modules)


class StudioTimeoutError(ToolboxError, TimeoutError):
    """What was waited for did not come in time."""


class Studio(Hands, AbstractContextManager["Studio"]):
    """One Studio, in edit mode with a new and empty place. Several live side by side; each belongs to its thread.

    ``settings`` keeps what plugins store with ``plugin:SetSetting``, as JSON text by key; hand the same dict to a later
    Studio to keep it. ``universe`` is the experience whose data stores and messages this one shares with others.
    ``clock`` gives the Unix time at the start.
    """

    def __init__(  # noqa: PLR0913 - each stands alone and has its default
        self,
        engine: str | None = None,
        *,
        settings: dict[str, str] | None = None,
        universe: Universe | None = None,
        clock: Callable[[], float] = time.time,
        on_output: Callable[[OutputLine], None] | None = None,
        memory: int | None = None,
    ) -> None:
        self.vm = VM(
            engine,
            clock=clock,
            tree=_sources(),
            settings=settings,
            universe=universe,
            on_output=on_output,
            memory=memory,
        )
        opened = self.vm.require_file(_ENGINE)
        self._session = self.vm.call(opened, self.vm.host)[0]
        self.vm.step()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def output(self) -> list[OutputLine]:
        """Every line that scripts, plugins and the engine wrote, oldest first."""
        return self.vm.output

    def warm(self) -> None:
        """Loads beforehand what scripts ask for one by one: for a Studio of which copies are made, by forking."""
        self.ask("warm")

    # --- trees --------------------------------------------------------------------------------------------------------

    def mount(self, item: Item, parent: str = "") -> None:
        """Puts a tree under ``parent`` ("ServerScriptService.Folder"; the data model by default).

        A DataModel's children go to the services of their class, as a Rojo project means them.
        """
        self.ask("mount", self._tree(item), parent)

    def install(self, item: Item) -> str:
        """Loads a plugin's tree as Studio loads its file: every Script in it runs with ``plugin``. Gives its name."""
        name: bytes = self.ask("install", self._tree(item))[0]
        return name.decode()

    def unload(self, name: str) -> None:
        """What closing Studio does to a plugin: `Unloading`, then its windows, buttons and scripts are gone."""
        self.ask("unload", name)

    # --- a user's hands -----------------------------------------------------------------------------------------------

    def act(self, area: str, act: str, *arguments: Any) -> Any:
        """What the world outside does in a service: ``act("Input", "press", "W")``; see docs/studio-services.md."""
        values = [self.plain(value) for value in self.ask("act", area, act, *arguments)]
        return values[0] if len(values) == 1 else tuple(values) or None

    def windows(self) -> list[str]:
        """The titles of the plugins' windows that are open."""
        return list(self.plain(self.ask("windows")[0]) or ())

    def buttons(self) -> list[str]:
        """The ids of the toolbars' buttons."""
        return list(self.plain(self.ask("windows")[1]) or ())

    def resize(self, window: str, width: int, height: int) -> None:
        """Drags the edge of an open window."""
        self.ask("resize", window, width, height)

    def close_window(self, title: str) -> None:
        """Presses the close button of the window with that title or id."""
        self.ask("closeWindow", title)

    def open_document(self, path: str) -> None:
        """Opens a script in the editor."""
        self.ask("open", path)

    def close_document(self, path: str) -> None:
        self.ask("close", path)

    def edit(  # noqa: PLR0913 - a place in a text is four numbers
        self, path: str, start_line: int, start_column: int, end_line: int, end_column: int, text: str
    ) -> None:
        """A user's keystroke in a script, which it opens: lines from 1, columns in bytes from 1, ends exclusive."""
        self.ask("edit", path, start_line, start_column, end_line, end_column, text)

    def source(self, path: str) -> str:
        """The script's text as the editor has it."""
        return str(self.plain(self.ask("source", path)[0]))

    def set_script_sync(self, path: str, status: str = "SyncedAsRoot") -> None:
        """Lets Studio's own Script Sync own the script; ``NotSynced`` lets it go."""
        self.ask("syncFiles", path, status)

    # --- running ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Presses Run: every server script of the place starts, and those that come later; their errors are output."""
        self.ask("start")

    def run(self, path: str) -> None:
        """Starts the script at ``path`` ("ServerScriptService.Main") as pressing Run does; its errors are output."""
        self.ask("run", path)

    def environment(self) -> Any:
        """A script's globals, for chunks that the host loads itself (`vm.load`)."""
        return self.ask("environment")[0]

    def extend(self, module: Path) -> Any:
        """What a Luau module of the host's own makes of this Studio: its value is called with the engine's session."""
        return self.vm.call(self.vm.require_file(module), self._session)[0]

    def command(self, source: str, *arguments: Any, timeout: float = 30.0) -> Any:
        """Runs ``source`` in the command bar and gives what it returns as plain values; several as a tuple.

        ``arguments`` are its ``...``. Where it waits, real time passes. Raises `LuauError`, or `LuauSyntaxError`'s
        message as one, with the line in ``Command``.
        """
        job = self.ask("begin", source, *arguments)[0]
        self.run_until(lambda: bool(job[b"done"]), timeout)
        return self.outcome(job)

    def outcome(self, job: Any) -> Any:
        """What a job that is done gave, as plain values; several as a tuple. Raises `LuauError`."""
        if job[b"message"] is not None:
            raise LuauError(self.plain(job[b"message"]), self.plain(job[b"traceback"]) or "")
        values = [self.plain(job[b"values"][index + 1]) for index in range(int(job[b"count"]))]
        return values[0] if len(values) == 1 else tuple(values) or None

    def step(self, seconds: float = FRAME) -> None:
        """Moves the clock: timers, deferred work, what the network brought, then one frame of RunService."""
        self.vm.step(seconds)
        self.ask("frame", seconds)

    def run_until(self, condition: str | Callable[[], Any], timeout: float = 10.0) -> None:
        """Lets real time pass until the condition holds: a Luau expression, or a Python callable.

        Wakes at once for what comes from the network. Raises `StudioTimeoutError`.
        """
        holds = self.condition(condition)
        started = before = time.monotonic()
        framed = before
        self.vm.step()
        while not holds():
            now = time.monotonic()
            if now - started > timeout:
                shown = f"`{condition}` did not come true" if isinstance(condition, str) else "nothing came of the wait"
                raise StudioTimeoutError(f"{shown} within {timeout:g} s", remedy="look at the output lines for errors")
            self._nap(before)
            now = time.monotonic()
            self.vm.step(now - before)
            before = now
            if now - framed >= FRAME:
                self.ask("frame", now - framed)
                framed = now

    def _nap(self, before: float) -> None:
        """Sleeps until the next timer or network event, but never for long."""
        wake = self.vm.next_wake()
        nap = _LONGEST_NAP if wake is None else min(_LONGEST_NAP, wake - self.vm.now() - (time.monotonic() - before))
        if nap > 0:
            self.vm.wait(nap)

    def condition(self, condition: str | Callable[[], Any]) -> Callable[[], Any]:
        """A test of the place that Python can ask again and again."""
        if callable(condition):
            return condition
        test = self.ask("condition", condition)[0]
        return lambda: self.vm.call(test)[0]

    def close(self) -> None:
        """Ends every thread and socket of this Studio; safe to call twice."""
        self.vm.close()

    # --- the border ---------------------------------------------------------------------------------------------------

    def _tree(self, item: Item) -> Any:
        """The engine's list of a tree's items, handed over in parts: a large place is not held here a second time."""
        items, tree = listed(item), None
        while part := list(islice(items, _PART)):
            tree = self.vm.call(self._session[b"extend"], tree, part)[0]
        return tree

    def ask(self, name: str, *arguments: Any) -> Sequence[Any]:
        """Calls a function of the engine's session, then runs what is due."""
        answer = self.vm.call(self._session[name.encode()], *arguments)
        self.vm.step()
        return answer

    def plain(self, value: Any) -> Any:
        """A value of the engine's as Python data; whole numbers as such."""
        plain = self.vm.plain(value)
        return int(plain) if isinstance(plain, float) and plain.is_integer() else plain

    def _hand(self, name: str, *arguments: Any) -> Any:
        answer = self.ask(name, *arguments)
        return self.plain(answer[0]) if answer else None
