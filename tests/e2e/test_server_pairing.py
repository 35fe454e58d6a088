"""A plugin pairs with a real server, and two clients write one document."""

from pathlib import Path

import pytest

from peers.server import ServerProcess, running
from peers.studio import Studio, pair, wait_until


@pytest.fixture
def server(tmp_path: Path):
    project = tmp_path / "game"
    project.mkdir()
    with running(project) as process:
        yield process


def test_two_paired_clients_write_one_document(server: ServerProcess):
    tokens = pair(server.port, server.project)
    with Studio(server.port, tokens.access_token) as one, Studio(server.port, tokens.access_token) as two:
        made = one.post(
            "/api/documents", {"path": ["ServerScriptService", "Main"], "class_name": "Script", "text": "print('🙂')"}
        )
        assert made.status_code == 201, made.text
        document = made.json()["id"]
        one.open(document)
        two.open(document)
        one.insert(document, 0, "-- one 🎈\n")
        two.insert(document, 0, "-- two\n")
        wait_until(lambda: one.settled() and two.settled())
        wait_until(lambda: one.text(document) == two.text(document))
        assert sorted(one.text(document).splitlines()) == ["-- one 🎈", "-- two", "print('🙂')"]
