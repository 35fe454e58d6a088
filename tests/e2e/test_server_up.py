"""`toolboxai up` and `toolboxai pair`, as a person at a terminal meets them."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from peers.studio import Studio, wait_until
from toolboxai.errors import ToolboxError
from toolboxai.shipped import checkout
from toolboxai_server import serving

COMMAND = [sys.executable, "-m", "toolboxai"]


def toolboxai(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, **environment},
    )


@contextmanager
def up(project: Path) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """`toolboxai up` on a free port: the process, its port, the file with what it printed."""
    printed = project.parent / "printed.txt"
    with printed.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, "up", "--project", str(project), "--port", "0"],
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        wait_until(lambda: "Ctrl-C" in printed.read_text() or process.poll() is not None, what=printed.read_text())
        found = re.search(r"localhost:(\d+)", printed.read_text())
        assert found, printed.read_text()
        yield process, int(found[1]), printed
    finally:
        process.kill()
        process.wait()


def test_a_project_is_served_paired_and_left_with_ctrl_c(tmp_path: Path):
    project = tmp_path / "my game"
    with up(project) as (process, port, printed):
        address = f"http://localhost:{port}"
        started = httpx.post(f"{address}/api/pair", json={"client": "Studio on LAPTOP"}).json()
        wait_until(lambda: started["user_code"] in printed.read_text())

        second = toolboxai("up", "--project", project, "--port", "0")
        assert second.returncode == 1
        assert f"served already on port {port}" in second.stderr
        wrong = toolboxai("pair", "AAAA-2222", "--project", project)
        assert wrong.returncode == 1
        assert "AAAA-2222" in wrong.stderr
        assert "window" in wrong.stderr
        right = toolboxai("pair", started["user_code"].lower(), "--project", project)
        assert (right.returncode, right.stdout) == (0, "Paired: Studio on LAPTOP\n"), right.stderr

        poll = {"device_code": started["device_code"]}
        token = httpx.post(f"{address}/api/pair/token", json=poll).json()["access_token"]
        with Studio(port, token, "laptop-1") as studio:
            document = studio.document("ServerScriptService", "Hello").id
            studio.open(document)
            studio.insert(document, 0, "-- typed last\n")
            wait_until(studio.settled)
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
            assert studio.closed.wait(5)
            assert studio.heard[-1].code == "stopping"
        said = printed.read_text()
        for words in ("laptop-1 connected", "Studio on LAPTOP is paired", "Stopped; every script is in its file."):
            assert words in said
        for secret in (token, (project / ".toolboxai" / "owner.secret").read_text(), "typed last", "Traceback"):
            assert secret not in said
    assert (project / "src/ServerScriptService/Hello.server.luau").read_text().startswith("-- typed last\n")
    after = toolboxai("pair", "AAAA-2222", "--project", project)
    assert after.returncode == 1
    assert "toolboxai up" in after.stderr


def test_what_cannot_be_served_is_refused_with_one_message_and_a_remedy(tmp_path: Path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("not a project")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "default.project.json").write_text('{"name": ')
    damaged = tmp_path / "damaged"
    (damaged / ".toolboxai").mkdir(parents=True)
    (damaged / ".toolboxai" / "state.db").write_bytes(b"no database " * 1000)
    fresh = tmp_path / "fresh"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        cases = [
            (toolboxai("up", "--project", other), "other"),
            (toolboxai("up", "--project", broken), "default.project.json"),
            (toolboxai("up", "--project", fresh, "--port", str(port)), f"port {port}"),
            (toolboxai("up", "--project", fresh, TOOLBOXAI_PRT="1"), "TOOLBOXAI_PRT"),
            (toolboxai("up", "--project", damaged, "--port", "0"), "state.db"),
        ]
        if (ours := checkout()) is not None:
            cases.append((toolboxai("up", "--project", ours), "own repository"))
    for done, words in cases:
        assert done.returncode == 1, done
        assert words in done.stderr
        assert done.stderr.count("error:") == 1
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) >= 2, done.stderr
    assert not fresh.exists()
    assert sorted(path.name for path in other.iterdir()) == ["notes.txt"]
    assert sorted(path.name for path in broken.iterdir()) == ["default.project.json"]


def test_a_missing_loopback_is_said_and_the_other_one_is_served(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serving, "_LOOPBACKS", ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "2001:db8::1")))
    said: list[str] = []
    opened = serving.listen(0, lambda _kind, sentence: said.append(sentence))
    assert [each.getsockname()[0] for each in opened] == ["127.0.0.1"]
    assert "2001:db8::1" in said[0]
    with pytest.raises(ToolboxError, match="taken") as fault:
        serving.listen(opened[0].getsockname()[1])
    assert "--port" in fault.value.remedy
    opened[0].close()
