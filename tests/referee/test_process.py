"""The referee lets go of a node that does not."""

import signal
from pathlib import Path

import pytest

from referee import Referee
from referee.process import RefereeFault

pytestmark = pytest.mark.corpus


def test_a_node_that_stays_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\nexec sleep 60\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with Referee(timeout=0.1) as referee, pytest.raises(RefereeFault, match="no answer within"):
        referee.run("print(1)")
    with Referee(timeout=5) as referee:
        process = referee._start()  # closed while it runs, and while its output is being read
    assert process.returncode == -signal.SIGKILL
