"""EditableImage: pixels are what was drawn, for every way of combining."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

START = """
local image = game:GetService("AssetService"):CreateEditableImage({ Size = Vector2.new(8, 8) })
local function at(x, y)
    local pixels = image:ReadPixelsBuffer(Vector2.new(x, y), Vector2.one)
    return { buffer.readu8(pixels, 0), buffer.readu8(pixels, 1), buffer.readu8(pixels, 2), buffer.readu8(pixels, 3) }
end
local function rect(x, y, w, h, color, clear, combine)
    image:DrawRectangle(Vector2.new(x, y), Vector2.new(w, h), color, clear, Enum.ImageCombineType[combine or "Overwrite"])
end
local red, blue = Color3.new(1, 0, 0), Color3.new(0, 0, 1)
"""


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio() as opened:
        yield opened


def run(studio: Studio, source: str) -> Any:
    return studio.command(START + source)


def test_a_new_image_is_clear_and_has_its_size(studio: Studio) -> None:
    assert run(studio, "return image.Size, at(3, 3)") == ("8, 8", [0, 0, 0, 0])
    assert studio.command("return game:GetService('AssetService'):CreateEditableImage().Size") == "512, 512"


def test_a_rectangle_is_cut_off_at_the_edges(studio: Studio) -> None:
    assert run(studio, "rect(6, 6, 9, 9, red, 0) rect(-5, -5, 6, 6, blue, 0) return at(6, 6), at(7, 7), at(5, 6), at(0, 0)") == (
        [255, 0, 0, 255], [255, 0, 0, 255], [0, 0, 0, 0], [0, 0, 255, 255],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("combine", "pixel"),
    [
        ("Overwrite", [0, 0, 255, 128]),
        ("AlphaBlend", [128, 0, 128, 255]),
        ("BlendSourceOver", [128, 0, 128, 255]),
        ("Add", [255, 0, 128, 255]),
        ("Subtract", [255, 0, 0, 255]),
        ("Multiply", [128, 0, 0, 255]),
    ],
)
def test_colours_are_combined_as_the_type_says(studio: Studio, combine: str, pixel: list[int]) -> None:
    assert run(studio, f"rect(0, 0, 8, 8, red, 0) rect(2, 2, 2, 2, blue, 0.5, '{combine}') return at(2, 2)") == pixel


def test_circles_and_lines_cover_what_they_should(studio: Studio) -> None:
    assert run(
        studio,
        """
        image:DrawCircle(Vector2.new(4, 4), 2, red, 0, Enum.ImageCombineType.Overwrite, Enum.AntiAliasing.Disabled)
        local seen = { at(4, 4)[4], at(2, 4)[4], at(5, 3)[4], at(1, 4)[4], at(2, 2)[4] }
        image:DrawLine(Vector2.new(0, 7), Vector2.new(7, 7), blue, 0, Enum.ImageCombineType.Overwrite, Enum.AntiAliasing.Disabled)
        return seen, at(0, 7), at(7, 7), at(3, 6)
    """,
    ) == ([255, 255, 255, 0, 0], [0, 0, 255, 255], [0, 0, 255, 255], [0, 0, 0, 0])


def test_an_image_is_drawn_on_another_moved_and_turned(studio: Studio) -> None:
    assert run(
        studio,
        """
        rect(0, 0, 2, 1, red, 0) rect(0, 1, 2, 1, blue, 0)
        local small = game:GetService("AssetService"):CreateEditableImage({ Size = Vector2.new(2, 2) })
        small:WritePixelsBuffer(Vector2.zero, Vector2.new(2, 2), image:ReadPixelsBuffer(Vector2.zero, Vector2.new(2, 2)))
        image:DrawImage(Vector2.new(4, 4), small, Enum.ImageCombineType.Overwrite)
        local moved = { at(4, 4)[1], at(4, 5)[3], at(6, 4)[4] }
        image:DrawImageTransformed(Vector2.new(1, 5), Vector2.one, 180, small, { CombineType = Enum.ImageCombineType.Overwrite })
        return moved, at(0, 4), at(0, 5)
    """,
    ) == ([255, 255, 0], [0, 0, 255, 255], [255, 0, 0, 255])


@given(st.lists(st.integers(0, 255), min_size=16, max_size=16), st.integers(0, 6), st.integers(0, 6))
def test_what_is_written_is_read(studio: Studio, values: list[int], x: int, y: int) -> None:
    assert studio.command(START + """
        local values, x, y = ...
        local pixels = buffer.create(16)
        for index, value in values do buffer.writeu8(pixels, index - 1, value) end
        image:WritePixelsBuffer(Vector2.new(x, y), Vector2.new(2, 2), pixels)
        local back, found = image:ReadPixelsBuffer(Vector2.new(x, y), Vector2.new(2, 2)), {}
        for index = 0, 15 do table.insert(found, buffer.readu8(back, index)) end
        return found
    """, values, x, y) == values  # fmt: skip


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("image:ReadPixelsBuffer(Vector2.new(7, 0), Vector2.new(2, 1))", "the area is outside of the image"),
        ("image:WritePixelsBuffer(Vector2.zero, Vector2.one, buffer.create(3))", "the buffer has 3 bytes, the area 4"),
        ("image:Destroy() image:ReadPixelsBuffer(Vector2.zero, Vector2.one)", "has been destroyed"),
        ("game:GetService('AssetService'):CreateEditableImage({ Size = Vector2.new(2000, 1) })", "from 1 to 1024"),
    ],
)
def test_what_cannot_be_done_is_told(studio: Studio, source: str, message: str) -> None:
    with pytest.raises(LuauError, match=message):
        run(studio, source)
