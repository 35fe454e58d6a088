"""@rbxts/t and @rbxts/sift do their real work under the host, with the results that real Luau has of the same calls."""

import re
from pathlib import Path

import pytest

from corpus.library_calls import SHOW, SIFT_CALLS, T_CALLS
from referee import Referee, node_modules
from toolboxai.studio.engines import available
from toolboxai.studio.host import VM

pytestmark = pytest.mark.corpus

_LOADER = """
local function node(name, parent, run)
	local made = { Name = name, Parent = parent, run = run }
	if parent then
		parent[name] = made
	end
	return made
end
local loaded = {}
local function require(module)
	if loaded[module] == nil then
		loaded[module] = module.run(module)
	end
	return loaded[module]
end
local nodes = {}
"""


def bundle(folder: Path) -> str:
    """The modules of a folder as one program in which `require(script.Parent.X)` works as in Roblox."""
    parts = [_LOADER]
    files = sorted(
        (*folder.rglob("*.lua"), *folder.rglob("*.luau")), key=lambda path: (len(path.parts), path.stem != "init")
    )
    folders = {folder} | {parent for path in files for parent in path.parents if folder in (parent, *parent.parents)}
    bodies = {path: re.sub(r"(?m)^export type ", "type ", path.read_text(encoding="utf-8")) for path in files}
    for place in sorted(folders, key=lambda path: len(path.parts)):
        init = next((path for path in files if path.parent == place and path.stem == "init"), None)
        parts.append(
            _node(str(place), "nil" if place == folder else f'nodes["{place.parent}"]', place.name, bodies.get(init))
        )
    parts += [
        _node(str(path), f'nodes["{path.parent}"]', path.stem, bodies[path]) for path in files if path.stem != "init"
    ]
    return "\n".join(parts)


def _node(key: str, parent: str, name: str, body: str | None) -> str:
    run = f"function(script)\n{body}\nend" if body is not None else "nil"
    return f'nodes["{key}"] = node("{name}", {parent}, {run})'


def under_the_host(program: str, engine: str) -> list[str]:
    vm = VM(engine)
    try:
        vm.call(vm.load(program, "main"))
        return [line.text for line in vm.output]
    finally:
        vm.close()


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize(
    ("folder", "entry", "calls", "least"),
    [
        ("@rbxts/t/lib", 'local t = require(nodes["{folder}/ts.lua"]).t', T_CALLS, 600),
        ("@rbxts/sift/out", 'local Sift = require(nodes["{folder}"])', SIFT_CALLS, 90),
    ],
)
def test_a_library_answers_as_in_real_luau(engine: str, folder: str, entry: str, calls: str, least: int) -> None:
    where = node_modules() / folder
    program = "\n".join((bundle(where), entry.replace("{folder}", str(where)), SHOW, calls))
    with Referee() as referee:
        expected = referee.run(program)
    assert expected.ok, expected.error
    answers = [line.decode().replace("\t", " ") for line in expected.prints]
    assert len(answers) >= least
    assert under_the_host(program, engine) == answers
