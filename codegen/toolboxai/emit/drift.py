"""Are the committed generated files what the templates give? ``--check`` shows the difference; without it, writes them.

Run as ``python -m toolboxai.emit.drift [--check]`` in a checkout (`just drift`, `just golden`).
"""

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from toolboxai.emit.generated import generated
from toolboxai.emit.writer import MANIFEST, manifest, write_tree
from toolboxai.shipped import checkout


def differences(root: Path) -> Iterator[str]:
    """A unified diff for each emitted file that is missing, differs, or is no longer emitted."""
    for folder, files in generated().items():
        wanted = {**files, MANIFEST: manifest(files)}
        present = {path.name: path.read_bytes() for path in (root / folder).iterdir()}
        for name in sorted(wanted.keys() | present.keys()):
            have = present.get(name, b"").decode(errors="replace").replace("\r\n", "\n")
            want = wanted.get(name, b"").decode()
            lines = difflib.unified_diff(
                have.splitlines(keepends=True), want.splitlines(keepends=True), f"{folder}/{name}", "from the template"
            )
            yield "".join(lines)


def main(arguments: list[str]) -> int:
    """The exit status: 1 with ``--check`` where anything differs."""
    root = checkout()
    if root is None:
        sys.stderr.write("drift: this is an installed package, not a checkout; nothing here is generated\n")
        return 2
    if "--check" in arguments:
        found = [text for text in differences(root) if text]
        sys.stdout.write("".join(found))
        if found:
            sys.stderr.write(f"{len(found)} generated files are not current: run `just golden` and commit them\n")
        return 1 if found else 0
    for folder, files in generated().items():
        write_tree(root / folder, files)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
