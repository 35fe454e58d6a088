"""What a test can do in a service's name: the page lists all of it, and nothing else can be done."""

import re
from pathlib import Path

import pytest

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

ROOT = Path(__file__).parents[3]
ENGINE = ROOT / "codegen" / "toolboxai" / "studio" / "engine"
PAGE = (ROOT / "docs" / "studio-services.md").read_text(encoding="utf-8")
AREAS = re.findall(
    r"^\t(\w+) = true,$",
    re.search(r"local AREAS = \{(.*?)\}", (ENGINE / "Session.luau").read_text(encoding="utf-8"), re.DOTALL)[1],  # type: ignore[index]
    re.MULTILINE,
)


def test_the_page_lists_every_act() -> None:
    with Studio() as studio:
        for area in AREAS:
            names = studio.vm.plain(studio.vm.require_file(ENGINE / f"{area}.luau")[b"acts"])
            section = re.search(rf"^\| `{area}` \|.*?(?=^\| `[A-Z]|^$)", PAGE, re.MULTILINE | re.DOTALL)
            assert section, area
            assert set(names) <= set(re.findall(r"`(\w+)`", section[0])), area


def test_an_unknown_act_is_refused_by_name() -> None:
    with Studio() as studio:
        for area, act in (("Market", "steal"), ("Runtime", "begin")):
            with pytest.raises(LuauError, match=rf"there is nothing to do by the name of {area}\.{act}"):
                studio.act(area, act)
