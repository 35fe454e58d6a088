"""The pictures of our window in `docs/images/`, and the numbers that they were painted from.

``python -m preview.pictures`` in `tests/` (`just pictures`) renews them; it needs Chromium, and for the picture of
libraries the packages from npm.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from libraries.place import MODULES
from preview.libraries import NAMES, screen
from toolboxai.preview import find_chromium, own_sheet, page, photograph
from toolboxai.preview.gallery import THEMES
from toolboxai.preview.page import Painting, Sheet

IMAGES = Path(__file__).parents[2] / "docs" / "images"
NUMBERS = IMAGES / "plugin-window.txt"


def numbers(sheet: Sheet) -> str:
    """Every state's objects, one a line: where each stands, and its text line by line."""
    return "\n".join(line for state, painting in sheet.pictures for line in _lines(state, painting)) + "\n"


def _lines(state: str, painting: Painting) -> Iterator[str]:
    yield f"[{state}] {painting['width']:g} x {painting['height']:g}"
    for each in painting["objects"]:
        name = each["path"].partition("Sections")[2].lstrip(".") or "."
        yield f"{each['x']:g} {each['y']:g} {each['width']:g} {each['height']:g}  {name}"
        for piece in (each.get("text") or {}).get("pieces", ()):
            at = f"{piece['x']:.2f} {piece['y']:.2f} {piece['width']:.2f} {piece['height']:g}"
            yield f"    {at}  {piece['text']}"


def _draw(browser: str, sheet: Sheet, png: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / "sheet.html"
        html.write_text(page(sheet), encoding="utf-8")
        photograph(browser, html, png, sheet.size())


def renew() -> None:
    browser = find_chromium()
    if browser is None:
        raise SystemExit("pictures need Chromium on the path")
    IMAGES.mkdir(exist_ok=True)
    for theme in THEMES:
        sheet = own_sheet(theme)
        _draw(browser, sheet, IMAGES / f"plugin-{theme}.png")
    NUMBERS.write_text(numbers(sheet), encoding="utf-8", newline="\n")
    if MODULES.exists():
        screens = [(name, screen(name)) for name in NAMES]
        _draw(browser, Sheet("Libraries from npm", screens, columns=2), IMAGES / "libraries.png")


if __name__ == "__main__":
    renew()
