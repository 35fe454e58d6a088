"""One Studio an engine for the world's laws and stories; each test begins with an empty Workspace."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=available())
def opened(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as studio:
        yield studio


@pytest.fixture
def studio(opened: Studio) -> Studio:
    opened.command("workspace:ClearAllChildren()")
    return opened
