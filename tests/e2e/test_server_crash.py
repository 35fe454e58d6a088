"""A server that is killed in the middle of edits loses and doubles nothing."""

import random
import time
from pathlib import Path

from peers.server import ServerProcess, running
from peers.studio import Studio, pair, wait_until

_KILLS = 20
_PROJECT = '{"name": "game", "tree": {"$className": "DataModel", "Workspace": {"$path": "src"}}}'


def test_killed_twenty_times_in_the_middle_of_edits_nothing_is_missing_or_doubled(tmp_path: Path):
    source = random.Random(20)
    project = tmp_path / "game"
    (project / "src").mkdir(parents=True)
    (project / "default.project.json").write_text(_PROJECT)
    files = [project / "src" / f"{name}.luau" for name in ("A", "B")]
    for file in files:
        file.write_text("-- start\n")
    typed: dict[str, list[str]] = {"A": [], "B": []}
    server = ServerProcess(project, TOOLBOXAI_SETTLE_MILLISECONDS="10")
    token = pair(server.port, project).access_token
    studios = [Studio(server.port, token).connect() for _ in range(2)]
    documents = {name: studios[0].document("Workspace", name).id for name in typed}
    for studio in studios:
        for document in documents.values():
            studio.open(document)
    acknowledged = 0
    for kill in range(_KILLS):
        until = time.monotonic() + source.uniform(0.01, 0.12)
        number = 0
        while time.monotonic() < until:
            number += 1
            name = source.choice("AB")
            studio = source.choice(studios)
            piece = f"<{kill}🎈{number}>"
            typed[name].append(piece)
            with studio.lock:
                lines = studio.text(documents[name]).encode().split(b"\n")
                place = sum(len(line) + 1 for line in lines[: source.randrange(len(lines))])
                studio.insert(documents[name], place, f"{piece}\n")
            time.sleep(0.002)
        server.kill()
        for file in files:  # the disk is edited while nobody looks
            piece = f"<disk {kill}👾>"
            typed[file.stem].append(piece)
            file.write_bytes(file.read_bytes() + f"{piece}\n".encode())
        server = ServerProcess(project, TOOLBOXAI_SETTLE_MILLISECONDS="10")
        for studio in studios:
            studio.closed.wait(5)
            studio.connect(server.port)
    try:
        wait_until(lambda: all(studio.settled() for studio in studios))
        acknowledged = sum(editor.seq for studio in studios for editor in studio.editors.values())
        for file in files:
            document = documents[file.stem]
            wait_until(
                lambda: len({*(studio.text(document) for studio in studios), file.read_bytes().decode()}) == 1  # noqa: B023
            )
            text = file.read_bytes().decode()
            assert {piece: text.count(piece) for piece in typed[file.stem]} == dict.fromkeys(typed[file.stem], 1)
        assert acknowledged > _KILLS
        assert not any(editor.refused for studio in studios for editor in studio.editors.values())
    finally:
        for studio in studios:
            studio.close()
        server.stop()


def test_a_server_that_is_told_to_stop_says_bye_and_leaves_every_script_in_its_file(tmp_path: Path):
    project = tmp_path / "game"
    project.mkdir()
    with running(project, TOOLBOXAI_SETTLE_MILLISECONDS="5000") as server:
        studio = Studio(server.port, pair(server.port, project).access_token).connect()
        document = studio.document("ServerScriptService", "Hello").id
        studio.open(document)
        studio.insert(document, 0, "-- last words 🎈\n")
        wait_until(studio.settled)
        assert server.stop() == 0
        assert studio.closed.wait(5)
        assert (type(studio.heard[-1]).__name__, studio.heard[-1].code) == ("Bye", "stopping")
        studio.close()
    text = (project / "src" / "ServerScriptService" / "Hello.server.luau").read_bytes().decode()
    assert text.startswith("-- last words 🎈\n")
