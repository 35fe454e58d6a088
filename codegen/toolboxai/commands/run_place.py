"""Runs a place as Studio's Run and Play do: in real time, with its output in the places of the author's files."""

import itertools
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from toolboxai.errors import ToolboxError
from toolboxai.roblox.model import SCRIPT_CLASSES, Item
from toolboxai.roblox.places import Names, Place
from toolboxai.roblox.project import InstancePath
from toolboxai.studio.host import OutputLine
from toolboxai.studio.studio import FRAME
from toolboxai.studio.world import World
from toolboxai.testing.discovery import absolute, shown

_PLACE = re.compile(r"^([A-Za-z]\w*(?:\.[^.:\n]+)+):(\d+)", re.MULTILINE)
_LOOSE = ("ServerScriptService",)
# Where a player has its copies of what the place's author put into a starter.
_COPIES: tuple[tuple[InstancePath, Callable[[str], InstancePath]], ...] = (
    (("StarterPlayer", "StarterPlayerScripts"), lambda player: ("Players", player, "PlayerScripts")),
    (("StarterPlayer", "StarterCharacterScripts"), lambda player: ("Workspace", player)),
    (("StarterGui",), lambda player: ("Players", player, "PlayerGui")),
    (("StarterPack",), lambda player: ("Players", player, "Backpack")),
    (("StarterPack",), lambda player: ("Workspace", player)),
)


class NoScriptError(ToolboxError, LookupError):
    """What is to be run is neither a script of the place nor a file."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    script: str | None
    players: int
    seconds: float | None
    fast: bool
    engine: str | None


class Copies:
    """Which file a script was copied from that stands elsewhere in the place than its author put it.

    Its path ends as the author's does: ``Workspace.Dragon.Brain`` is ``ServerStorage.Dragon.Brain``, where nothing else
    ends so.
    """

    def __init__(self, files: dict[InstancePath, str]) -> None:
        self._ends: dict[InstancePath, str | None] = {}
        for names, file in files.items():
            for start in range(1, len(names)):
                end = names[start:]
                self._ends[end] = file if self._ends.get(end, file) == file else None

    def translated(self, text: str) -> str:
        """The text with the places at the beginning of its lines as files'."""
        return _PLACE.sub(lambda found: f"{self._file(found[1]) or found[1]}:{found[2]}", text)

    def _file(self, name: str) -> str | None:
        names = tuple(name.split("."))
        ends = (names[start:] for start in range(1, len(names)))
        return next((self._ends[end] for end in ends if end in self._ends), None)


class Output:
    """Prints each line as it comes, by who said it, and knows whether something went wrong."""

    def __init__(self, names: Names, copies: Copies, *, with_peers: bool) -> None:
        self.failed = False
        self._names = names
        self._copies = copies
        self._with_peers = with_peers

    def show(self, line: OutputLine) -> None:
        if line.kind == "error":
            self.failed = True
        prefix = f"[{line.peer}] " if self._with_peers and line.peer else ""
        wrong = line.kind in {"error", "warn"}
        text = self._names.translated(line.text)
        click.echo(prefix + (self._copies.translated(text) if line.kind == "error" else text), err=wrong)
        if "\n" in line.traceback:
            click.echo(self._copies.translated(self._names.translated(line.traceback)), err=True)


def run_place(place: Place, wish: Wish) -> bool:
    """Runs until nothing is left to do, the script has ended, the time is over or Ctrl-C; whether all went well."""
    players = [f"Player{index}" for index in range(1, wish.players + 1)]
    script, loose = _script(place, wish.script)
    files = {names: shown(file) for names, file in place.files.items()}
    if loose is not None and script is not None:
        files[script] = wish.script or ""
    output = Output(Names(_with_copies(files, players)), Copies(files), with_peers=bool(players))
    world = World(place, engine=wish.engine, on_output=output.show)
    # Python's own handler does not interrupt Lua: an endless loop must still end on Ctrl-C.
    handler = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        if loose is not None:
            world.mount(loose, ".".join(_LOOSE))
        _begin(world, players, ".".join(script) if script else None)
        _turn(world, wish, ".".join(script) if script else None)
        world.close()
    finally:
        world.studio.close()
        signal.signal(signal.SIGINT, handler)
    return not output.failed


def _begin(world: World, players: list[str], script: str | None) -> None:
    if players:
        if script is None:
            world.start()
        for name in players:
            world.ask("play", "join", name)
    elif script is None:
        world.studio.start()
    if script is not None:
        world.studio.run(script)


def _turn(world: World, wish: Wish, script: str | None) -> None:
    """Lets the clock run."""
    studio = world.studio
    started = before = time.monotonic()
    while not _is_over(world, script):
        if wish.fast:
            passed = FRAME
        else:
            if not _nap(world, before + FRAME):
                return
            now = time.monotonic()
            passed, before = now - before, now
        gone = studio.vm.now() if wish.fast else before - started
        if wish.seconds is not None and gone >= wish.seconds:
            return
        studio.step(passed)


def _nap(world: World, until: float) -> bool:
    """Sleeps to the next frame; False where Ctrl-C is pressed meanwhile. In the frames it ends the process at once."""
    try:
        with _interruptible():
            world.studio.vm.wait(max(until - time.monotonic(), 0))
            left = until - time.monotonic()
            if left > 0:
                time.sleep(left)
    except KeyboardInterrupt:
        return False
    return True


@contextmanager
def _interruptible() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _is_over(world: World, script: str | None) -> bool:
    vm = world.studio.vm
    if script is not None:
        return bool(world.ask("hasEnded")[0])
    return vm.next_wake() is None and not vm.waits_for_network() and not world.ask("awaitsScripts")[0]


def _script(place: Place, wanted: str | None) -> tuple[InstancePath | None, Item | None]:
    """The path of the script to run, and what must be mounted for it: a file of the place, a loose one, or a path."""
    if wanted is None:
        return None, None
    file = absolute(Path(wanted))
    if file.is_file():
        names = place.names_of(file)
        if names is not None:
            return names, None
        name = _free_name(place, file.name.split(".")[0])
        return (*_LOOSE, name), Item("Script", name, {"Source": _text(file, wanted), "Disabled": True})
    names = tuple(wanted.removeprefix("game.").split("."))
    if names in place.files or any(_holds(item, names) for item, parent in place.mounts if not parent):
        return names, None
    raise NoScriptError(
        f"{wanted}: there is no such file, and no such script in the place",
        remedy="give a file, or a script's path from game: ServerScriptService.Main",
    )


def _free_name(place: Place, wanted: str) -> str:
    """A name that nothing of the place has where a loose file goes."""
    taken: set[str] = set()
    for item, parent in place.mounts:
        if parent:
            taken |= {item.name} if parent == ".".join(_LOOSE) else set()
        else:
            homes = (child for child in item.children if child.class_name == _LOOSE[0])
            taken |= {script.name for home in homes for script in home.children}
    names = itertools.chain([wanted], (f"{wanted}{index}" for index in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _holds(root: Item, names: InstancePath) -> bool:
    found = root.find(*names)
    return found is not None and found.class_name in SCRIPT_CLASSES


def _text(file: Path, wanted: str) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        raise NoScriptError(f"{wanted}: cannot be read: {reason}", remedy="save the file as UTF-8") from None


def _with_copies(files: dict[InstancePath, str], players: list[str]) -> dict[str, str]:
    """Files by full name, those of the players' copies among them."""
    named = {".".join(names): file for names, file in files.items()}
    for names, file in files.items():
        for start, copy in _COPIES:
            if names[: len(start)] == start:
                for player in players:
                    named.setdefault(".".join((*copy(player), *names[len(start) :])), file)
    return named
