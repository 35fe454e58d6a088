"""Other people's packages in headless Studio, mounted as a roblox-ts project mounts them, and scenarios that use them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolboxai.roblox.model import Item
from toolboxai.roblox.project import read_project
from toolboxai.studio.studio import Studio

_HERE = Path(__file__).parent
MODULES = _HERE.parent / "corpus" / "node_modules"
SCENARIOS = _HERE / "scenarios"
_REACH = _HERE / "Reach.luau"
_LONGEST = 300

# What every scenario begins with, on its first line, so that places in it stay right.
_WORDS = (
    "local mains, reach = ... "
    "local include = game:GetService('ReplicatedStorage').rbxts_include "
    "local function place(name) local found = include.node_modules "
    "for _, step in mains[name] do found = found[step] end return found end "
    "local function import(name) return require(include.RuntimeLib).import(include, place(name)) end "
    "local function equal(found, expected) if found ~= expected then "
    "error(`{tostring(found)} instead of {tostring(expected)}`, 2) end end "
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """``name`` is the package's, ``summary`` the first line of the file: what it does with it."""

    name: str
    summary: str
    source: str

    @property
    def version(self) -> str:
        facts = json.loads((MODULES / "@rbxts" / self.name / "package.json").read_text())
        return str(facts["version"])


def scenarios() -> list[Scenario]:
    return [_read(path) for path in sorted(SCENARIOS.glob("*.luau"))]


def _read(path: Path) -> Scenario:
    source = path.read_text(encoding="utf-8")
    return Scenario(path.stem, source.splitlines()[0].removeprefix("-- "), source)


@cache
def packages(modules: Path = MODULES) -> Item:
    """The place: ReplicatedStorage.rbxts_include with roblox-ts's runtime, and node_modules below it."""
    scopes = {scope.name: {"$path": scope.as_posix()} for scope in modules.iterdir() if scope.name.startswith("@rbxts")}
    include = {
        "$path": (modules / "roblox-ts" / "include").as_posix(),
        "node_modules": {"$className": "Folder", **scopes},
    }
    tree = {"$className": "DataModel", "ReplicatedStorage": {"rbxts_include": include}}
    project = modules / "libraries.project.json"
    project.write_text(json.dumps({"name": "libraries", "tree": tree}))
    return read_project(project).root


@cache
def mains(modules: Path = MODULES) -> dict[str, list[str]]:
    """Where below node_modules each package's main module stands."""
    found = {}
    for file in sorted(modules.glob("@rbxts*/*/package.json")):
        main = Path(json.loads(file.read_text()).get("main", ""))
        if main.suffix in {".lua", ".luau"}:
            steps = [step for step in main.with_suffix("").parts if step != "init"]
            found[file.parent.name] = [file.parent.parent.name, *_mounted(file.parent, steps)]
    return found


def _mounted(package: Path, steps: list[str]) -> list[str]:
    """A package with a Rojo project of its own stands as that project says."""
    project = package / "default.project.json"
    return [json.loads(project.read_text())["name"]] if project.is_file() else [package.name, *steps]


def play(scenario: Scenario, engine: str) -> None:
    """Runs it frame by frame; raises `AssertionError` with the line of the scenario that does not hold."""
    with Studio(engine) as studio:
        studio.mount(packages())
        reach = studio.extend(_REACH)
        studio.command(f"{_WORDS}task.spawn(function() {scenario.source}\nreach.ended = true end)", mains(), reach)
        for _ in range(_LONGEST * 60):
            errors = [f"{line.text}\n{line.traceback}" for line in studio.output if line.kind == "error"]
            assert not errors, "\n".join(errors)
            if reach[b"ended"]:
                return
            studio.step()
        raise AssertionError(f"{scenario.name} does not end within {_LONGEST} seconds of its time")
