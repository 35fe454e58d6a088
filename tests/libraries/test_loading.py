"""Every package's main module loads, on the server or on a player's client."""

import pytest

from libraries.place import load
from toolboxai.studio.engines import available

pytestmark = pytest.mark.corpus


# What is not meant to be loaded alone, with the library's own words.
BARRED = {"jest-globals": "Do not import `JestGlobals` outside of the Jest test environment"}


@pytest.mark.parametrize("engine", available())
def test_every_package_loads_on_a_side(engine: str) -> None:
    refusals = load(engine)
    assert len(refusals) >= 50
    for name, words in BARRED.items():
        assert words in refusals.pop(name)
    assert {name: refusal for name, refusal in refusals.items() if refusal} == {}
