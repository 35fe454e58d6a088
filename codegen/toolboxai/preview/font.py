"""The bundled font: its files by weight, and how it stands in a line. The engine has the widths of its letters."""

from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"

WEIGHTS = {400: "Regular", 600: "Semibold", 700: "Bold"}

# Studio's text is as tall as its TextSize, whatever the font: so many thousandths of an em stand above and below the
# baseline in Source Sans Pro, the font that Studio ships under this design.
ASCENT, DESCENT = 984, 273


def file(weight: int) -> Path:
    return FOLDER / f"SourceSans3-{WEIGHTS[weight]}.woff2"
