"""A hundred thousand calls of library functions: results, error texts and what is left of the arguments, as real Luau has them."""

import math
import re
from pathlib import Path

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.host import VM

pytestmark = pytest.mark.corpus

SWEEP = (Path(__file__).parent / "sweep" / "sweep.luau").read_text(encoding="utf-8")
LIBRARIES = re.findall(r"function SWEEPS\.(\w+)\(\)", SWEEP)
PARTS = 4

EXEMPT = {
    r"getmetatable\(": "Roblox locks the metatables of strings and vectors; the bare VM shows them",
    r"next\(.*(, [02]|\{p,nil,r\}.*)\)|foreach\(\{p,nil,r\}": "the order of a table with holes, and a key that is not in it: the engine's own",
    r"frexp\((inf|-inf|nan)\)": "the exponent of what is not finite is whatever the C library leaves",
    r"date\(.*(nil|inf|1\.0000000000000001e\+300)\)|date\((\"[^\"]*\")?\)|time\((nil)?\)": "the clock, and times beyond any calendar",
    r"difftime\(.*(inf|1\.0000000000000001e\+300)": "times beyond 64 bits wrap",
    r"gsub\(.*\"\(\", \"%2\"": "two mistakes at once: the other one is named",
    r"traceback\(.*3(\.8999999999999999)?\)": "a call of `pcall` itself is no frame of a traceback",
    r"text\((buffer|proxy)|tostring\((buffer|proxy)|format\(.*%\*.*(buffer|proxy)": "an address, and what stands before it",
}
"""Calls that may differ, with the reason."""

CLOSE = ("sin", "cos", "tan", "atan2", "angle")
"""Functions of the C library, whose last digit depends on the machine."""


def calls(prints: list[str]) -> dict[str, str]:
    return dict(line.split(" -> ", 1) for line in prints if " -> " in line)


def ours(name: str, engine: str) -> dict[str, str]:
    vm = VM(engine)
    try:
        vm.call(vm.load(f"{SWEEP}\ncoroutine.wrap(SWEEPS.{name})()\n", "main"))
        return calls([line.text for line in vm.output])
    finally:
        vm.close()


def real(name: str) -> dict[str, str]:
    from referee import Referee  # noqa: PLC0415 - needs node, as the mark says

    found: dict[str, str] = {}
    with Referee(timeout=120) as referee:
        for part in range(PARTS):
            referee.close()
            answer = referee.run(f"{SWEEP}\npart, parts = {part}, {PARTS}\ncoroutine.wrap(SWEEPS.{name})()\n")
            assert answer.ok, answer.error
            found |= calls([line.decode() for line in answer.prints])
    return found


def alike(call: str, want: str, got: str | None) -> bool:
    if want == got or any(re.match(pattern, call) for pattern in EXEMPT):
        return True
    if got is None or call.partition("(")[0] not in CLOSE:
        return False
    try:
        return math.isclose(float(want.split()[1]), float(got.split()[1]), rel_tol=1e-15)
    except (ValueError, IndexError):
        return False


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LIBRARIES)
def test_every_call_gives_what_real_luau_gives(name: str) -> None:
    expected = real(name)
    assert len(expected) > 700
    for engine in (engine for engine in available() if engine != "luau"):
        answers = ours(name, engine)
        different = [
            f"{engine}: {call}\n  real {want}\n  ours {answers.get(call)}"
            for call, want in expected.items()
            if not alike(call, want, answers.get(call))
        ]
        assert not different, f"{len(different)} of {len(expected)}:\n" + "\n".join(different[:20])
