"""The real server in a process of its own: started fresh, killed or stopped."""

import contextlib
import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from toolboxai_server import load_settings, serve

# A fork of a process that has imported everything starts in milliseconds; Windows spawns.
_context = multiprocessing.get_context("spawn" if os.name == "nt" else "forkserver")
if os.name != "nt":
    _context.set_forkserver_preload(["toolboxai_server"])


def _serve(project: Path, port: int, environment: dict[str, str], ready: Connection, log: Path) -> None:
    with log.open("a", encoding="utf-8", buffering=1) as told:
        settings = load_settings(project, environment, port=port)
        serve(settings, lambda kind, sentence: print(kind, sentence, file=told), ready.send)


class ServerProcess:
    """`serve` under uvicorn; `port` is where it listens, `said()` what it announced."""

    def __init__(self, project: Path, port: int = 0, **environment: str) -> None:
        self.project = project
        self.log = project.parent / f"{project.name}-server.log"
        ours, theirs = _context.Pipe(duplex=False)
        self.process = _context.Process(target=_serve, args=(project, port, environment, theirs, self.log))
        self.process.start()
        theirs.close()
        with ours:
            self.port: int = ours.recv()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.join(20)

    def stop(self) -> int | None:
        """As Ctrl-C would; returns the exit status."""
        self.process.terminate()
        self.process.join(20)
        return self.process.exitcode

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextlib.contextmanager
def running(project: Path, **environment: str) -> Iterator[ServerProcess]:
    """A server for the length of a `with` block."""
    server = ServerProcess(project, **environment)
    try:
        yield server
    finally:
        if server.process.is_alive():
            assert server.stop() == 0
