"""One Studio an engine for the stories of a service."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened
