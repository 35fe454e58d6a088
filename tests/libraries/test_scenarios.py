"""Other people's libraries run unchanged: each scenario uses one as its own pages say."""

import pytest

from libraries.place import Scenario, play, scenarios
from toolboxai.studio.engines import available

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_a_library_does_its_work(scenario: Scenario, engine: str) -> None:
    play(scenario, engine)
