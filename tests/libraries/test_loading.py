"""Every package's main module loads, on the server or on a player's client."""

import pytest

from libraries.place import load
from toolboxai.studio.engines import available

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("engine", available())
def test_every_package_loads_on_a_side(engine: str) -> None:
    refusals = load(engine)
    assert len(refusals) >= 45
    assert {name: refusal for name, refusal in refusals.items() if refusal} == {}
