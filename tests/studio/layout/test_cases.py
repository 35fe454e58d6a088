"""Layouts computed by hand: what the documentation says and arithmetic follows."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

HERE = Path(__file__).parent
BUILD = (HERE / "Build.luau").read_text(encoding="utf-8")
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["case"]


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


def lay_out(studio: Studio, build: str) -> dict[str, Any]:
    found: dict[str, Any] = studio.command(BUILD.replace("-- CASE", build))
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_it_stands_where_it_must(studio: Studio, case: dict[str, Any]) -> None:
    found = lay_out(studio, case["build"])
    assert {name: found.get(name) for name in case["expect"]} == case["expect"], case["source"]
