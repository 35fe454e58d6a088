"""`toolboxai run --project`: a place's scripts in the author's places, with players, one script alone, and the end."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toolboxai.cli import toolboxai
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import write_model

FILES = {
    "default.project.json": json.dumps(
        {
            "name": "game",
            "tree": {
                "$className": "DataModel",
                "ServerScriptService": {"$path": "src/server"},
                "ReplicatedStorage": {"Shared": {"$path": "src/shared"}, "Remote": {"$className": "RemoteEvent"}},
                "StarterPlayer": {"StarterPlayerScripts": {"$path": "src/client"}},
                "StarterGui": {"Window": {"$className": "ScreenGui", "$path": "src/gui"}},
            },
        }
    ),
    "src/server/main.server.luau": """
local Greet = require(game.ReplicatedStorage.Shared.Greet)
print(Greet("server"))
game.ReplicatedStorage.Remote.OnServerEvent:Connect(function(player, word)
    print(player.Name, word)
end)
task.wait(0.1)
warn("later")
""",
    "src/server/other.server.luau": "print('other', game:GetService('RunService'):IsRunMode())",
    "src/shared/Greet.luau": "return function(name)\n\treturn 'hello ' .. name\nend",
    "src/client/hello.client.luau": "game.ReplicatedStorage:WaitForChild('Remote'):FireServer('hi')",
    "src/gui/window.client.luau": "\nlocal function open()\n\terror('no window')\nend\nopen()",
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(toolboxai, ["run", "--project", "default.project.json", "--fast", *arguments])


def test_run_starts_the_servers_scripts_and_ends_when_nothing_is_left() -> None:
    result = run()
    assert result.stdout.splitlines() == ["hello server", "other true"]
    assert result.stderr.splitlines() == ["later"]
    assert result.exit_code == 0


def test_play_runs_the_clients_too_and_names_who_speaks_and_the_authors_lines() -> None:
    result = run("--players", "2")
    assert result.stdout.splitlines()[:2] == ["[server] hello server", "[server] other false"]
    assert {"[server] Player1 hi", "[server] Player2 hi"} < set(result.stdout.splitlines())
    assert "[Player1] src/gui/window.client.luau:3: no window" in result.stderr.splitlines()
    traces = [line for line in result.stderr.splitlines() if line[:1] != "["]
    assert {line.split(" ")[0] for line in traces} == {"src/gui/window.client.luau:3", "src/gui/window.client.luau:5"}
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "script", ["ServerScriptService.other", "game.ServerScriptService.other", "src/server/other.server.luau"]
)
def test_one_script_runs_alone(script: str) -> None:
    result = run(script)
    assert result.output.splitlines() == ["other true"]


def test_the_run_ends_with_the_script(project: Path) -> None:
    (project / "src/server/main.server.luau").write_text("task.delay(100, print, 'never')\ntask.wait(1)\nprint('end')")
    started = time.monotonic()
    assert run("ServerScriptService.main").output.splitlines() == ["end"]
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("going", ["script.Name = 'other'", "script.Parent = nil", "script:Destroy()"])
def test_the_run_ends_with_a_script_that_has_gone_elsewhere(project: Path, going: str) -> None:
    (project / "check.luau").write_text(f"local own = script\n{going}\nprint('end', own.Name)")
    result = run("check.luau")
    assert result.output.splitlines() in (["end other"], ["end check"])
    assert result.exit_code == 0


def test_a_loose_file_runs_in_the_place(project: Path) -> None:
    (project / "check.luau").write_text(
        "print(require(game.ReplicatedStorage.Shared.Greet)('you'))\ntask.wait()\nlocal x: any = nil\nprint(x.y)"
    )
    result = run("check.luau")
    assert result.stdout.splitlines() == ["hello you"]
    assert result.stderr.splitlines() == ["check.luau:4: attempt to index nil with 'y'"]
    assert result.exit_code == 1


def test_a_loose_file_takes_a_name_that_the_place_has_not(project: Path) -> None:
    (project / "src/server/main2.server.luau").write_text("print('main2')")
    (project / "main.luau").write_text("print('loose')\nerror('at the end')")
    result = run("main.luau")
    assert result.stdout.splitlines() == ["loose"]
    assert result.stderr.splitlines() == ["main.luau:2: at the end"]
    assert result.exit_code == 1


def test_a_copied_script_is_known_by_its_end(project: Path) -> None:
    brain = project / "src/server/Dragon/Brain.server.luau"
    brain.parent.mkdir()
    brain.write_text(
        "local function think()\n\terror('no fire')\nend\nif script:IsDescendantOf(workspace) then think() end"
    )
    (project / "src/server/main.server.luau").write_text("script.Parent.Dragon:Clone().Parent = workspace")
    result = run()
    assert result.stderr.splitlines() == [
        "src/server/Dragon/Brain.server.luau:2: no fire",
        "src/server/Dragon/Brain.server.luau:2 function think",
        "src/server/Dragon/Brain.server.luau:4",
    ]


def test_a_script_that_does_not_parse_is_an_error_in_its_file(project: Path) -> None:
    (project / "src/server/main.server.luau").write_text("print(1)\nlocal = 2")
    result = run()
    assert "src/server/main.server.luau:2: " in result.stderr
    assert result.exit_code == 1


def test_seconds_end_what_would_go_on(project: Path) -> None:
    (project / "src/server/main.server.luau").write_text(
        "game:BindToClose(function() print('closing') end) while true do task.wait(1) print(math.round(time())) end"
    )
    result = run("--seconds", "3.5")
    assert result.stdout.splitlines() == ["other true", "1", "2", "3", "closing"]
    assert result.exit_code == 0


def test_what_is_not_there_is_said_with_its_remedy() -> None:
    result = run("ServerScriptService.nothing")
    assert "there is no such file, and no such script in the place" in str(result.exception)
    missing = CliRunner().invoke(toolboxai, ["run"])
    assert missing.exit_code == 2
    assert "name a FILE to run" in missing.output


def test_a_file_alone_runs_as_before(project: Path) -> None:
    (project / "alone.luau").write_text("print(require('./src/shared/Greet')('file'), game)")
    result = CliRunner().invoke(toolboxai, ["run", "alone.luau"])
    assert result.output.splitlines() == ["hello file nil"]


@pytest.mark.parametrize("suffix", [".rbxl", ".rbxlx"])
def test_a_places_file_runs_as_well(project: Path, suffix: str) -> None:
    script = Item("Script", "Main", {"Source": "print('in', game.Workspace.Pad.Name)"})
    parts = [Item("Workspace", "Workspace", {}, [Item("Part", "Pad")])]
    parts.append(Item("ServerScriptService", "ServerScriptService", {}, [script]))
    (project / f"game{suffix}").write_bytes(write_model(parts, suffix))
    for arguments in ([], ["ServerScriptService.Main"]):
        result = CliRunner().invoke(toolboxai, ["run", "--place", f"game{suffix}", "--fast", *arguments])
        assert result.output.splitlines() == ["in Pad"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_an_interrupt_ends_the_game(project: Path) -> None:
    (project / "src/server/main.server.luau").write_text(
        "game:BindToClose(function() print('closing') end) print('up') while true do task.wait(1) end"
    )
    command = [sys.executable, "-m", "toolboxai", "run", "--project", "default.project.json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    while process.stdout.readline() != "up\n":
        pass
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert out.endswith("closing\n")
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_an_interrupt_ends_an_endless_loop(project: Path) -> None:
    (project / "src/server/main.server.luau").write_text("print('up') while true do end")
    command = [sys.executable, "-m", "toolboxai", "run", "--project", "default.project.json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    while process.stdout.readline() != "up\n":
        pass
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
