"""One target under atheris (libFuzzer, led by coverage) for so many minutes: `python tests/soak/by_atheris.py TARGET MINUTES`.

An input that fails is written to `build/soak/` by libFuzzer, and the process ends with 77.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import atheris

with atheris.instrument_imports(include=["toolboxai.luau"]):
    from soak.targets import TARGETS

from soak.seeds import seeds

FOUND = Path("build/soak")


def main(name: str, minutes: float) -> None:
    FOUND.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for index, text in enumerate(seeds()):
            Path(folder, f"{index:05}.luau").write_bytes(text)
        options = [
            f"-max_total_time={round(minutes * 60)}",
            f"-artifact_prefix={FOUND}/{name}-",
            "-max_len=4096",
            "-timeout=20",
        ]
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", folder], TARGETS[name])
        atheris.Fuzz()  # ends the process


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
