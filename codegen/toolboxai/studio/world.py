"""Worlds for tests: a place with a server and players' clients, whose time moves when told.

with World(Path("default.project.json")) as world:
    ann = world.join("Ann")
    ann.press("E")
    world.step(0.5)
    assert world.server.get("workspace.Door.Transparency") == 1
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from toolboxai.roblox.model import Item
from toolboxai.roblox.places import NoPlaceError, Place, read_place
from toolboxai.studio.hands import Hands
from toolboxai.studio.host import OutputLine
from toolboxai.studio.studio import FRAME, Studio, StudioTimeoutError
from toolboxai.studio.universe import Universe

Membership = Literal["None", "BuildersClub", "TurboBuildersClub", "OutrageousBuildersClub", "Premium"]

_ROUNDING = 1e-9
_LOOK = "local at = game for _, name in ... do at = at and at:FindFirstChild(name) end return at ~= nil"


class Side:
    """What one peer has: the server, or a player's client."""

    def __init__(self, world: "World", peer: str) -> None:
        self._world = world
        self._peer = peer

    @property
    def output(self) -> list[str]:
        """What was said there, oldest first; warnings and errors among it."""
        return [line.text for line in self._world.output if line.peer == self._peer]

    @property
    def errors(self) -> list[str]:
        return [line.text for line in self._world.output if line.peer == self._peer and line.kind == "error"]

    def run(self, source: str, *arguments: Any, timeout: float = 30.0) -> Any:
        """Runs a chunk there and gives what it returns as plain values; several as a tuple.

        Where it waits, the game's time passes, ``timeout`` seconds of it at most. Raises `LuauError`.
        """
        return self._world.finished(self._ask("begin", source, *arguments)[0], timeout)

    def get(self, expression: str) -> Any:
        """The value of a Luau expression there: ``get("workspace.Door.Transparency")``."""
        return self.run(f"return {expression}")

    def sees(self, path: str) -> bool:
        """Whether this peer has an instance at the path from the data model: ``"Workspace.Door"``."""
        return bool(self.run(_LOOK, path.split(".")))

    def tree(self, path: str = "Workspace") -> list[str]:
        """What stands below a path, one line an instance in order: its class, and its path from there."""
        return list(self._world.plain(self._ask("tree", path)[0]) or ())

    def connections(self) -> int:
        """How many connections there are to the events of all that stands here: what leaks shows."""
        return int(self._ask("connections")[0])

    def act(self, area: str, act: str, *arguments: Any) -> Any:
        """What the world outside does in a service there: ``act("Input", "press", "W")``."""
        answer = self._ask("act", area, act, *arguments)
        return self._world.plain(answer[0]) if answer else None

    def _ask(self, name: str, *arguments: Any) -> Any:
        return self._world.ask(name, *arguments)


class Player(Side, Hands):
    """A player's client, and the player's hands."""

    def __init__(self, world: "World", name: str) -> None:
        super().__init__(world, name)
        self.name = name

    def __repr__(self) -> str:
        return f"Player({self.name!r})"

    @property
    def kicked(self) -> str | None:
        """The message with which the player was sent away."""
        message: str | None = self._world.plain(self._play("kicked"))
        return message

    def leave(self) -> None:
        """Leaves; a step later everybody has heard of it."""
        self._play("leave")
        self._world.step()

    def press(self, key: str) -> None:
        """Presses a key and holds it: the names of `Enum.KeyCode`."""
        self.act("Input", "press", key)

    def release(self, key: str) -> None:
        self.act("Input", "release", key)

    def tap(self, key: str) -> None:
        """Presses a key, and lets it go a step later."""
        self.press(key)
        self._world.step()
        self.release(key)

    def click_part(self, path: str) -> None:
        """Clicks the part at the path, which has a ClickDetector or stands in a model that has one."""
        self._play("clickPart", path)

    def trigger(self, path: str) -> None:
        """Holds the ProximityPrompt at the path, or in what stands there, for as long as it wants to be held."""
        seconds = self._play("promptBegan", path)
        self._world.step(max(float(seconds or 0), FRAME))
        self._play("promptEnded", path)

    def touch(self, path: str) -> None:
        """The character's foot meets the part."""
        self._play("touch", path)

    def untouch(self, path: str) -> None:
        """The foot is off the part again."""
        self._play("untouch", path)

    def teleport(self, x: float, y: float, z: float) -> None:
        """Puts the character's root part there, as a script of the server would."""
        self._play("teleport", x, y, z)

    def walk_to(self, x: float, y: float, z: float, timeout: float = 30.0) -> bool:
        """Walks; whether the character came so far."""
        return bool(self._world.finished(self._play("walk", x, y, z), timeout))

    def chat(self, text: str) -> None:
        self._play("chat", text)

    def idle(self, seconds: float) -> None:
        """Touches nothing for so long, of which Idled tells."""
        self._play("idle", seconds)

    def _ask(self, name: str, *arguments: Any) -> Any:
        return self._world.ask("play", "on", self.name, name, *arguments)

    def _hand(self, name: str, *arguments: Any) -> Any:
        answer = self._ask(name, *arguments)
        return self._world.plain(answer[0]) if answer else None

    def _play(self, act: str, *arguments: Any) -> Any:
        answer = self._world.ask("play", act, self.name, *arguments)
        return answer[0] if answer else None


class World(AbstractContextManager["World"]):
    """A place that is played.

    ``place`` is a tree, a Rojo project, a place's file (``.rbxl``, ``.rbxlx``), what `read_place` gave, or a chunk that
    builds it. The scripts start with the first step, join or `start`. ``rig`` is what characters are built as.
    ``universe`` is what it shares with other worlds; several live side by side. ``on_output`` is told of each line as
    it comes.
    """

    def __init__(
        self,
        place: Item | Path | Place | str | None = None,
        *,
        engine: str | None = None,
        rig: Literal["R15", "R6"] = "R15",
        universe: Universe | None = None,
        on_output: Callable[[OutputLine], None] | None = None,
    ) -> None:
        self.output: list[OutputLine] = []
        self.server = Side(self, "server")
        self.players: dict[str, Player] = {}
        self._on_output = on_output
        self._started = self._closed = False
        self.studio = Studio(engine, universe=universe, on_output=self._said)
        try:
            if rig != "R15":
                self.ask("play", "rig", rig)
            self._build(place)
        except BaseException:
            self.studio.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def mount(self, item: Item, parent: str = "") -> None:
        """Puts a tree under ``parent``; a DataModel's children go to their services."""
        self.studio.mount(item, parent)

    def start(self) -> None:
        """Presses Play: the server's scripts start."""
        if not self._started:
            self._started = True
            self.ask("play", "serve")

    def join(  # noqa: PLR0913  # what the website knows, by the names that specs in Luau have
        self,
        name: str,
        *,
        userId: int | None = None,  # noqa: N803
        displayName: str | None = None,  # noqa: N803
        accountAge: int | None = None,  # noqa: N803
        membership: Membership | None = None,
        team: str | None = None,
        locale: str | None = None,
        friends: list[int] | tuple[int, ...] | None = None,
        groups: Mapping[int, int | list[int | str] | tuple[int, str]] | None = None,
        joinData: Mapping[str, Any] | None = None,  # noqa: N803
    ) -> Player:
        """A player comes in; when this ends the scripts have heard of it and, where characters load, it has one.

        ``team`` is a Team's name, ``friends`` are ids, ``groups`` have by id a rank, or rank and role.
        """
        known = {
            "userId": userId,
            "displayName": displayName,
            "accountAge": accountAge,
            "membership": membership,
            "team": team,
            "locale": locale,
            "friends": friends,
            "groups": groups,
            "joinData": joinData,
        }
        self.start()
        self.ask("play", "join", name, {option: value for option, value in known.items() if value is not None})
        player = self.players[name] = Player(self, name)
        self.step()
        return player

    def step(self, seconds: float = FRAME) -> None:
        """Lets the game's time pass, frame by frame: what one side has sent, the other gets with the next."""
        self.start()
        left = seconds
        while left > _ROUNDING:
            self.studio.step(min(left, FRAME))
            left -= FRAME

    def wait_until(self, condition: str | Callable[[], Any], timeout: float = 10.0) -> None:
        """Steps until the condition holds: a Luau expression of the server, or a Python callable.

        ``timeout`` is in the game's seconds. Raises `StudioTimeoutError`.
        """
        self.start()
        holds = self.studio.condition(condition)
        end = self.studio.vm.now() + timeout
        while not holds():
            if self.studio.vm.now() >= end:
                shown = f"`{condition}` did not come true" if isinstance(condition, str) else "nothing came of the wait"
                raise StudioTimeoutError(f"{shown} within {timeout:g} s", remedy="look at the output lines for errors")
            self.studio.step(FRAME)

    def close(self) -> None:
        """Ends the game as a server does: everybody leaves, and what BindToClose was given runs; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        job = self.ask("play", "finish")[0]
        while not job[b"done"]:
            self.studio.step(FRAME)
        self.studio.close()

    # --- the border ---------------------------------------------------------------------------------------------------

    def ask(self, name: str, *arguments: Any) -> Any:
        """Calls a function of the server's session, for those that drive it by hand."""
        return self.studio.ask(name, *arguments)

    def finished(self, job: Any, timeout: float) -> Any:
        """Steps until a job of the session is done and gives its values as plain ones."""
        self.wait_until(lambda: bool(job[b"done"]), timeout)
        return self.studio.outcome(job)

    def plain(self, value: Any) -> Any:
        return self.studio.plain(value)

    def _build(self, place: Item | Path | Place | str | None) -> None:
        match place:
            case None:
                pass
            case Item():
                self.mount(place)
            case Path():
                self._build(read_place(place).whole())
            case Place():
                for item, parent in place.mounts:
                    self.mount(item, parent)
            case str():
                self.studio.command(place)
            case _:
                raise NoPlaceError(
                    f"{type(place).__name__} is no place",
                    remedy="give an Item, the Path of a project or a place's file, or a chunk",
                )

    def _said(self, line: OutputLine) -> None:
        self.output.append(line)
        if self._on_output is not None:
            self._on_output(line)
