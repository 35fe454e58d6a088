"""Sourcemaps: what Rojo writes, byte for byte where Rojo is there to ask."""

import json
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.commands.sourcemap import command
from toolboxai.roblox.model import Item
from toolboxai.roblox.project import ProjectError, read_project
from toolboxai.roblox.rbxmwriter import write_rbxm
from toolboxai.roblox.sourcemap import sourcemap

ROJO = shutil.which("rojo")

# Files by name, with a text that each reader takes; folders are dicts.
FILES = {
    "A.luau": "return 1",
    "A.meta.json": "{}",
    "B.lua": "return 2",
    "b.server.luau": "",
    "C.client.lua": "",
    "C.meta.jsonc": "{} // a comment",
    "D.plugin.luau": "",
    "E.spec.luau": "",
    "with space.luau": "",
    "ünï.luau": "",
    ".hidden.luau": "",
    "data.json": "[1, 2]",
    "data.meta.json": "{}",
    "more.jsonc": "{}",
    "conf.toml": "a = 1",
    "text.txt": "x",
    "words.csv": "Key,Source,en\na,b,c",
    "y.yaml": "a: 1",
    "read.md": "# nothing",
    "M.model.json": '{"ClassName": "Folder", "Children": [{"Name": "S", "ClassName": "ModuleScript"}]}',
    "N.model.json": '{"ClassName": "StringValue"}',
    "other.project.json": '{"name": "named", "tree": {"$className": "Folder", "X": {"$className": "ModuleScript"}}}',
}
INITS = ["init.luau", "init.server.lua", "init.client.luau", None, None]
names = st.sampled_from(sorted(FILES))
leaf = st.fixed_dictionaries(
    {
        "files": st.sets(names, max_size=6),
        "init": st.sampled_from(INITS),
        "meta": st.booleans(),
        "project": st.sampled_from([None, None, "lib", "."]),
    }
)
trees = st.recursive(
    leaf.map(lambda own: (own, {})),
    lambda inner: st.tuples(
        leaf, st.dictionaries(st.sampled_from(["A", "lib", "Zeta", "_x", "data"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def build(folder: Path, tree: tuple[dict, dict]) -> None:
    own, below = tree
    folder.mkdir(parents=True, exist_ok=True)
    for name in own["files"]:
        put(folder / name, FILES[name])
    if own["init"]:
        put(folder / own["init"], "return nil")
    if own["meta"]:
        put(folder / "init.meta.json", "{}")
    for name, inner in below.items():
        build(folder / name, inner)
    if own["project"] == "lib" and (folder / "lib").is_dir():
        put(folder / "default.project.json", '{"name": "Nested", "tree": {"$path": "lib"}}')


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def scripts(node: dict) -> set[str]:
    own = {path for path in node.get("filePaths", ()) if path.endswith((".lua", ".luau"))}
    return own.union(*(scripts(child) for child in node.get("children", ())))


def project(folder: Path, tree: tuple[dict, dict]) -> Path:
    build(folder / "src", tree)
    put(folder / "outside" / "Far.luau", "return 3")
    place = {
        "$className": "DataModel",
        "ReplicatedStorage": {
            "Z": {"$path": "src"},
            "A": {"$className": "Folder"},
            "One": {"$path": "outside/Far.luau"},
        },
        "ServerScriptService": {"$path": {"optional": "nowhere"}},
        "Workspace": {},
    }
    return put(folder / "default.project.json", json.dumps({"name": "Game", "tree": place}))


@given(tree=trees)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_script_of_the_project_is_in_its_sourcemap(
    tmp_path_factory: pytest.TempPathFactory, tree: tuple[dict, dict]
):
    folder = tmp_path_factory.mktemp("sourcemap")
    found = read_project(project(folder, tree))
    pruned, whole = (json.loads(sourcemap(found, include_non_scripts=all_)) for all_ in (False, True))
    expected = {script.file.relative_to(folder).as_posix() for script in found.scripts}
    assert expected <= scripts(pruned) == scripts(whole)


@pytest.mark.skipif(ROJO is None, reason="rojo is not installed here: `cargo install rojo --locked`")
@given(tree=trees, everything=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rojo_writes_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, tree: tuple[dict, dict], everything: bool
):
    folder = tmp_path_factory.mktemp("sourcemap")
    file = project(folder, tree)
    more = ["--include-non-scripts"] if everything else []
    rojo = subprocess.run([ROJO, "sourcemap", str(file), *more], capture_output=True, check=False)
    if rojo.returncode == 0:
        assert CliRunner().invoke(command, [str(file), *more]).stdout.encode() == rojo.stdout
    else:
        assert CliRunner().invoke(command, [str(file), *more]).exit_code != 0, rojo.stderr.decode()


def test_the_sourcemap_of_a_game(tmp_path: Path):
    put(tmp_path / "src/server/init.server.luau", "")
    put(tmp_path / "src/server/init.meta.json", "{}")
    put(tmp_path / "src/server/Doors.luau", "")
    put(tmp_path / "src/server/notes.txt", "")
    put(tmp_path / "default.project.json", json.dumps({
        "name": "Game",
        "tree": {"$className": "DataModel", "ServerScriptService": {"Main": {"$path": "src/server"}}, "Lighting": {}},
    }))  # fmt: skip
    out = tmp_path / "sourcemap.json"
    result = CliRunner().invoke(command, [str(tmp_path), "--output", str(out)])
    assert result.exit_code == 0, result.output
    assert json.loads(out.read_text()) == {
        "name": "Game",
        "className": "DataModel",
        "filePaths": ["default.project.json"],
        "children": [{
            "name": "ServerScriptService",
            "className": "ServerScriptService",
            "children": [{
                "name": "Main",
                "className": "Script",
                "filePaths": ["src/server/init.server.luau", "src/server/init.meta.json"],
                "children": [
                    {"name": "Doors", "className": "ModuleScript", "filePaths": ["src/server/Doors.luau"]},
                ],
            }],
        }],
    }  # fmt: skip


def test_absolute_paths_and_paths_beside_the_project(tmp_path: Path):
    far = put(tmp_path / "far" / "Far.luau", "")
    file = put(tmp_path / "game" / "default.project.json", '{"name": "g", "tree": {"$path": "../far"}}')
    found = read_project(file)
    assert json.loads(sourcemap(found))["children"][0]["filePaths"] == ["../far/Far.luau"]
    assert json.loads(sourcemap(found, absolute=True))["children"][0]["filePaths"] == [far.as_posix()]


def test_a_project_without_scripts_is_null_as_rojo_has_it(tmp_path: Path):
    file = put(tmp_path / "default.project.json", '{"name": "g", "tree": {"$className": "Folder"}}')
    assert sourcemap(read_project(file)) == "null"


def test_models_and_tables_are_in_it_and_what_they_lose_is_said_aside(tmp_path: Path):
    newer = write_rbxm([Item("Folder", "F", {}, [Item("Script", "S")])], "none")
    put(tmp_path / "src" / "words.csv", "Key,es\nAck,Ay\n")
    put(tmp_path / "src" / "A.luau", "")
    (tmp_path / "src" / "tree.rbxm").write_bytes(newer.replace(b"META", b"NEWS"))
    file = put(tmp_path / "default.project.json", '{"name": "g", "tree": {"$path": "src"}}')
    result = CliRunner().invoke(command, [str(file), "--include-non-scripts"])
    assert result.exit_code == 0
    children = json.loads(result.stdout)["children"]
    assert [child["className"] for child in children] == ["ModuleScript", "Folder", "LocalizationTable"]
    assert children[1]["children"] == [{"name": "S", "className": "Script"}]
    assert "tree.rbxm" in result.stderr


def test_a_model_that_cannot_be_read_stops_it(tmp_path: Path):
    put(tmp_path / "src" / "tree.rbxm", "<roblox!")
    file = put(tmp_path / "default.project.json", '{"name": "g", "tree": {"$path": "src"}}')
    result = CliRunner().invoke(command, [str(file)])
    assert isinstance(result.exception, ProjectError)
    assert "tree.rbxm" in str(result.exception)


def test_watching_writes_it_again_when_a_script_comes(tmp_path: Path):
    put(tmp_path / "src" / "A.luau", "")
    put(tmp_path / "default.project.json", '{"name": "g", "tree": {"$path": "src"}}')
    out = tmp_path / "sourcemap.json"
    watcher = subprocess.Popen(
        [sys.executable, "-m", "toolboxai", "sourcemap", str(tmp_path), "-o", str(out), "--watch"],
        stderr=subprocess.PIPE,
    )
    try:
        _until(lambda: out.is_file() and '"A"' in out.read_text())
        # The system's watch may begin a moment after the first sourcemap: the file is written until it is seen.
        done = threading.Event()

        def write() -> None:
            number = 0
            while not done.wait(0.2):
                number += 1
                put(tmp_path / "src" / "B.luau", f"return {number}")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            _until(lambda: '"B"' in out.read_text())
        finally:
            done.set()
            writer.join()
    finally:
        watcher.kill()
        watcher.communicate()


def _until(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
