"""The real server in a process of its own."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_PROGRAM = """
import sys
from pathlib import Path
from toolboxai_server import load_settings, serve
serve(load_settings(Path(sys.argv[1]), port=int(sys.argv[2])), announce=lambda kind, text: print(kind, text, file=sys.stderr, flush=True),
      ready=lambda port: print(port, flush=True))
"""


class ServerProcess:
    """`serve` under uvicorn; `port` is where it listens, `log` the file with what it announced."""

    def __init__(self, project: Path, port: int = 0, **environment: str) -> None:
        self.project = project
        self.log = project.parent / f"{project.name}-server.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(project), str(port)],
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **environment},
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.said()
        self.port = int(line)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self._reap()

    def stop(self) -> int:
        """As Ctrl-C would; returns the exit status."""
        self.process.terminate()
        return self._reap()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def _reap(self) -> int:
        status = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@contextlib.contextmanager
def running(project: Path, **environment: str) -> Iterator[ServerProcess]:
    """A server for the length of a `with` block."""
    server = ServerProcess(project, **environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
