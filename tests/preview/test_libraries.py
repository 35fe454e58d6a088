"""What libraries from npm draw is where their authors meant it to be."""

import itertools
from typing import Any

import pytest

from preview.libraries import NAMES, screen
from toolboxai.preview import Sheet, page

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module", params=NAMES)
def drawn(request: pytest.FixtureRequest) -> tuple[str, Any]:
    return request.param, screen(request.param)


def seen(each: Any) -> tuple[float, float, float, float]:
    """The part of an object that its surroundings let through."""
    left, top, right, bottom = each["clip"] or (-1e9, -1e9, 1e9, 1e9)
    x, y = max(each["x"], left), max(each["y"], top)
    return x, y, min(each["x"] + each["width"], right), min(each["y"] + each["height"], bottom)


def test_no_two_texts_stand_in_one_place(drawn: tuple[str, Any]) -> None:
    name, painting = drawn
    texts = [each for each in painting["objects"] if each.get("text")]
    assert len(texts) > 10, name
    for first, second in itertools.combinations(texts, 2):
        if first["path"].startswith(second["path"]) or second["path"].startswith(first["path"]):
            continue
        a, b = seen(first), seen(second)
        overlap = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        assert overlap[0] <= 0.01 or overlap[1] <= 0.01, (name, first["path"], second["path"], overlap)


def test_it_is_a_page(drawn: tuple[str, Any]) -> None:
    name, painting = drawn
    assert page(Sheet(name, [(name, painting)])).count('data-path="') == len(painting["objects"])


def test_a_field_stands_left_of_its_label_and_both_are_as_high_as_a_line() -> None:
    painting = screen("iris")
    field = next(each for each in painting["objects"] if "text" in texts(each) and each["class"] == "TextBox")
    label = next(each for each in painting["objects"] if texts(each) == ["Words"])
    assert field["x"] + field["width"] <= label["x"]
    assert field["y"] <= label["y"] < field["y"] + field["height"]


def texts(each: Any) -> list[str]:
    return [piece["text"] for piece in (each.get("text") or {}).get("pieces", ())]
