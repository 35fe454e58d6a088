"""Other people's packages in headless Studio, mounted as a roblox-ts project mounts them, and scenarios that use them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from toolboxai.errors import ToolboxError
from toolboxai.roblox.model import Item
from toolboxai.roblox.project import read_project
from toolboxai.studio.world import Side, World

_HERE = Path(__file__).parent
MODULES = _HERE.parent / "corpus" / "node_modules"
SCOPES = ("@rbxts", "@flamework")
SCENARIOS = _HERE / "scenarios"
_REACH = _HERE / "Reach.luau"

# What every chunk of a scenario begins with, on its first line, so that places in it stay right.
_WORDS = (
    "local mains, reach = ... "
    "local include = game:GetService('ReplicatedStorage'):WaitForChild('rbxts_include') "
    "local function place(name) local found = include.node_modules "
    "for _, step in mains[name] do found = found[step] end return found end "
    "local function import(name) return require(include.RuntimeLib).import(include, place(name)) end "
    "local function equal(found, expected) if found ~= expected then "
    "error(`{tostring(found)} instead of {tostring(expected)}`, 2) end end "
)
_PLAYER = "Ann"
_LONGEST = 300.0  # seconds of the game's time


@dataclass(frozen=True, slots=True)
class Scenario:
    """``name`` is the package's (`_packages`), ``summary`` the first line of its file: what it does there.

    ``chunks`` run one after the other, each on the ``server`` or on a player's ``client``.
    """

    name: str
    summary: str
    chunks: tuple[tuple[str, str], ...]

    @property
    def facts(self) -> dict[str, str]:
        """What the package says of itself: its full name and version."""
        found: dict[str, str] = json.loads(_packages()[self.name].read_text())
        return found


def scenarios() -> list[Scenario]:
    return [_read(path) for path in sorted(SCENARIOS.glob("*.luau"))]


def _read(path: Path) -> Scenario:
    """A file is one chunk of the client, or has several: a line ``-- on the server``, ``-- on the client`` begins each.

    A chunk keeps the lines before it, empty, so that its errors have the file's lines.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    chunks: list[tuple[str, list[str]]] = []
    for number, line in enumerate(lines):
        if line.startswith("-- on the "):
            chunks.append((line.removeprefix("-- on the "), [""] * number))
        elif not chunks:
            chunks.append(("client", [""] * number))
        chunks[-1][1].append(line)
    kept = [(side, "\n".join(body)) for side, body in chunks if any(line and line[:2] != "--" for line in body)]
    return Scenario(path.stem, lines[0].removeprefix("-- "), tuple(kept))


@cache
def _packages() -> dict[str, Path]:
    """Each package's own file by the name that scenarios have for it: `react` for @rbxts/react, else `flamework-core`."""
    files = [file for scope in SCOPES for file in sorted((MODULES / scope).glob("*/package.json"))]
    return {_named(file.parent.parent.name, file.parent.name): file for file in files}


def _named(scope: str, name: str) -> str:
    return name if scope == SCOPES[0] else f"{scope[1:]}-{name}"


@cache
def packages() -> Item:
    """The place: ReplicatedStorage.rbxts_include with roblox-ts's runtime, and node_modules below it."""
    scopes = {scope: {"$path": (MODULES / scope).as_posix()} for scope in SCOPES}
    include = {
        "$path": (MODULES / "roblox-ts" / "include").as_posix(),
        "node_modules": {"$className": "Folder", **scopes},
    }
    tree = {"$className": "DataModel", "ReplicatedStorage": {"rbxts_include": include}}
    with TemporaryDirectory() as folder:
        project = Path(folder) / "default.project.json"
        project.write_text(json.dumps({"name": "libraries", "tree": tree}))
        return read_project(project).root


@cache
def mains() -> dict[str, list[str]]:
    """Where below node_modules each package's main module stands."""
    found = {}
    for name, file in _packages().items():
        main = Path(json.loads(file.read_text()).get("main", ""))
        written = (file.parent / main.with_suffix(suffix) for suffix in (".lua", ".luau") if main.suffix)
        if any(path.is_file() for path in written):
            steps = [step for step in main.with_suffix("").parts if step != "init"]
            found[name] = [file.parent.parent.name, *_mounted(file.parent, steps)]
    return found


def _mounted(package: Path, steps: list[str]) -> list[str]:
    """A package with a Rojo project of its own stands as that project says."""
    project = package / "default.project.json"
    return [json.loads(project.read_text())["name"]] if project.is_file() else [package.name, *steps]


def play(scenario: Scenario, engine: str) -> None:
    """Raises `LuauError` with the line of the scenario that does not hold; no side may have said an error meanwhile."""
    with World(packages(), engine=engine) as world:
        world.start()
        reach = world.studio.extend(_REACH)
        for side, source in scenario.chunks:
            if side == "client" and _PLAYER not in world.players:
                world.join(_PLAYER)
            peer = world.players[_PLAYER] if side == "client" else world.server
            mine = world.studio.vm.call(reach, _PLAYER if side == "client" else None)[0]
            try:
                peer.run(_WORDS + source, mains(), mine, timeout=_LONGEST)
            except ToolboxError as fault:
                fault.add_note("\n".join(f"{line.peer} {line.kind}: {line.text}" for line in world.output[-20:]))
                raise
        errors = [f"{line.text}\n{line.traceback}" for line in world.output if line.kind == "error"]
        assert not errors, "\n".join(errors)


def load(engine: str) -> dict[str, str]:
    """For each package why its main module loads on neither side; empty where it does on one."""
    with World(packages(), engine=engine) as world:
        world.start()
        peers = [world.server, world.join(_PLAYER)]
        return {name: _refusal(peers, name) for name in mains()}


def _refusal(peers: list[Side], name: str) -> str:
    said = ""
    for peer in peers:
        before = len(peer.errors)
        try:
            peer.run(f"{_WORDS}import('{name}')", mains(), timeout=10.0)
        except ToolboxError as fault:
            said = "\n".join([str(fault), *peer.errors[before:]])
        else:
            return ""
    return said
