"""Every class, member and enum of the facts, asked of the engine itself: what is there, what it is, and who may."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from toolboxai.roblox import api
from toolboxai.studio.studio import Studio

ASKING = Path(__file__).parent / "engine" / "Facts.luau"
CLASSES = [name for name in api.class_names() if "undocumented" not in api.own_class(name)]
PARTS = 4  # so that what differs is seen by the end of the first


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio() as opened:
        yield opened


@pytest.fixture(scope="module")
def asking(studio: Studio) -> Any:
    return studio.extend(ASKING)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_member_of_every_class_is_what_the_facts_say(studio: Studio, asking: Any, part: int) -> None:
    assert not studio.vm.plain(studio.vm.call(asking[b"classes"], CLASSES[part::PARTS])[0])


def test_every_enum_has_its_items_and_no_others(studio: Studio, asking: Any) -> None:
    enums = {name: api.find_enum(name) for name in api.enum_names()}
    items = {name: facts["items"] for name, facts in enums.items() if facts is not None}
    assert not studio.vm.plain(studio.vm.call(asking[b"enums"], items)[0])
