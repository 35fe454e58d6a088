"""Specs that real packages ship, under every engine; `just corpus` runs it."""

import pytest

from referee import node_modules
from toolboxai.studio.engines import available
from toolboxai.testing.discovery import find_specs
from toolboxai.testing.report import explanation
from toolboxai.testing.results import Result
from toolboxai.testing.runner import Runner
from toolboxai.testing.running import run_files

pytestmark = pytest.mark.corpus

# Package to its specs' files and cases. Whatever fails has its reason here; today nothing does.
SHIPPED = {"@rbxts/matter": (6, 57)}
EXPLAINED: dict[str, str] = {}


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("package", SHIPPED)
def test_the_package_s_own_specs_hold(package: str, engine: str):
    files = find_specs([node_modules() / package])
    with Runner(engine=engine, seconds=30) as runner:
        results = [told for told in run_files(runner, files) if isinstance(told, Result)]
    failed = {result.title: explanation(result.failure) for result in results if result.failure}
    assert {title: why for title, why in failed.items() if title not in EXPLAINED} == {}
    assert (len(files), len(results)) == SHIPPED[package]


def test_no_other_package_ships_specs():
    found = {path.relative_to(node_modules()).parts[:2] for path in node_modules().rglob("*.spec.lua*")}
    assert {"/".join(parts) for parts in found} == set(SHIPPED)
