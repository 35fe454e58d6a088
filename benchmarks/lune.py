"""Lune, whose `roblox` library is the peer of the engine and of model files; an option: only where `lune` is."""

import shutil
import subprocess
import tempfile
from pathlib import Path

MISSING = "Lune is not on this machine (cargo install lune): no peer"


def seconds(source: str, *arguments: str) -> list[float] | None:
    """What a script prints, numbers in a row; None where there is no Lune. Its `os.clock` is the wall's."""
    program = shutil.which("lune")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "peer.luau"
        script.write_text(source)
        command = [program, "run", str(script), *arguments]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(word) for word in printed.split()]
