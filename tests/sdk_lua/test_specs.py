"""The SDK's own specs, in Luau, under each engine that is here."""

from pathlib import Path

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.host import VM

HERE = Path(__file__).parent
SPECS = sorted(HERE.glob("*.spec.luau"))


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name.partition(".")[0])
def test_every_case_of_the_spec_holds(path: Path, engine: str):
    vm = VM(engine)
    cases = vm.require_file(path)
    failures = []
    for index in range(1, len(cases) + 1):
        case = cases[index]
        try:
            vm.call(case[b"run"])
        except Exception as fault:  # noqa: BLE001 - all that fail are told at once
            failures.append(f"{case[b'name'].decode()}: {fault}")
    vm.close()
    assert len(cases) > 0
    assert not failures, "\n".join(failures)
