"""Real Luau in a process of node's, for the project's own development: npm's `luau-web`, over lines.

Its memory is 16 MiB and does not grow, a call of Python takes half a millisecond, and a callback cannot call the VM.
"""

import os
import re
import shutil
import subprocess
import weakref
from collections.abc import Callable
from pathlib import Path

from toolboxai.studio.state import RUNTIME, StateError

_ESCAPED = re.compile(rb"%([0-9a-f]{2})")
_FOREIGN = re.compile(rb"[^ -$&-~]")


def node_modules() -> Path | None:
    """Where `luau-web` lies, if node is there too: in what TOOLBOXAI_NODE_MODULES names, or in the project's own."""
    named = os.environ.get("TOOLBOXAI_NODE_MODULES")
    folder = Path(named) if named else Path(__file__).parents[3] / "tests" / "corpus" / "node_modules"
    there = (folder / "luau-web" / "package.json").is_file() and shutil.which("node") is not None
    return folder if there else None


class NodePipe:
    """One process for one VM; it ends with the pipe."""

    def __init__(self) -> None:
        self._answer: Callable[[bytes], bytes] | None = None
        self._asking = False
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [shutil.which("node") or "node", str(Path(__file__).with_suffix(".mjs")), str(node_modules())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        weakref.finalize(self, _end, self._process)

    def open(self, wire: bytes, answer: Callable[[bytes], bytes]) -> None:
        prelude = " ".join((RUNTIME / "luau" / "node.luau").read_text("ascii").splitlines()[1:])
        self._answer = lambda _: wire
        self._exchange(prelude.encode())
        self._answer = answer

    def ask(self, request: bytes) -> bytes:
        return self._exchange(_FOREIGN.sub(lambda found: b"%%%02x" % found[0][0], request))

    def limit_memory(self, more: int) -> None:
        """It has its own, and no other."""

    def close(self) -> None:
        self._answer = None

    def _exchange(self, line: bytes) -> bytes:
        if self._asking:
            raise StateError("a function of Python that this VM has called cannot call it")
        self._asking = True
        try:
            self._send(line)
            while True:
                mark, text = self._receive()
                if mark == b"=":
                    return _plain(text)
                if mark == b"!":
                    raise StateError("not enough memory" if b"enlarge memory" in text else text.decode("latin-1"))
                given = self._answer(_plain(text)) if self._answer else b""
                self._send(_FOREIGN.sub(lambda found: b"%%%02x" % found[0][0], given))
        finally:
            self._asking = False

    def _send(self, line: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise StateError("the VM's process has ended") from None

    def _receive(self) -> tuple[bytes, bytes]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise StateError("the VM's process has ended")
        return line[:1], line[1:-1]


def _plain(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), text)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()
