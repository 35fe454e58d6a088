"""`toolboxai test` on 1,000 trivial cases beside pytest on 1,000 trivial Python tests, and on one file of one case."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from toolboxai.studio import engines

FILES, CASES, ROUNDS = 20, 50, 3


def write(folder: Path) -> None:
    for number in range(FILES):
        cases = "\n".join(
            f'\tit("case {case}", function() expect({case}).to.equal({case}) end)' for case in range(CASES)
        )
        (folder / f"case{number}.spec.luau").write_text(f"return function()\n{cases}\nend\n")
        tests = "\n".join(f"def test_{case}():\n    assert {case} == {case}\n" for case in range(CASES))
        (folder / f"test_case{number}.py").write_text(tests)
    (folder / "pytest.ini").touch()


def best(folder: Path, *command: str) -> tuple[float, str]:
    """The quickest of some rounds, in seconds, and what it said."""
    times, said = [], ""
    for _ in range(ROUNDS):
        start = time.perf_counter()
        said = subprocess.run(
            [sys.executable, "-m", *command], cwd=folder, check=True, capture_output=True, text=True
        ).stdout
        times.append(time.perf_counter() - start)
    return min(times), said


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        peer, said = best(folder, "pytest", "-q", "-p", "no:toolboxai", "-p", "no:cacheprovider")
        assert f"{FILES * CASES} passed" in said
        print(f"{FILES * CASES:,} Python tests, pytest {peer:6.2f} s")
        for engine in engines.available():
            one, _ = best(folder, "toolboxai", "test", "--engine", engine, "case0.spec.luau", "-k", "case 1")
            ours, said = best(folder, "toolboxai", "test", "--engine", engine, "--format", "json")
            assert json.loads(said)["summary"]["passed"] == FILES * CASES
            print(
                f"{FILES * CASES:,} Luau cases, {engine:10} {ours:6.2f} s  {ours / peer:5.2f}x  one file {one:5.2f} s"
            )


if __name__ == "__main__":
    main()
