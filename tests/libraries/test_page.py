"""docs/libraries.md tells of today's scenarios."""

import pytest

from libraries.page import PAGE, written

pytestmark = pytest.mark.corpus


def test_the_page_has_todays_scenarios() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "write it anew with `python -m libraries.page` in tests/"
