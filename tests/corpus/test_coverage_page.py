"""The engine's coverage of other people's code: the page is current, and the engine has what such code uses."""

import json

import pytest
from click.testing import CliRunner

from corpus.coverage_page import PACKAGES, PAGE, written
from toolboxai.commands.studio import command

pytestmark = pytest.mark.corpus

LEAST = 0.95


def test_the_page_has_todays_figures() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "write it anew with `python -m corpus.coverage_page` in tests/"


def test_the_engine_has_what_other_peoples_code_uses() -> None:
    result = CliRunner().invoke(command, ["coverage", str(PACKAGES), "--format", "json"])
    assert json.loads(result.output)["all"]["share"] >= LEAST
