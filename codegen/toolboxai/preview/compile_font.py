"""Makes what the engine and the preview know of the bundled font: advance widths, and small font files.

Run as ``python -m toolboxai.preview.compile_font FOLDER``: FOLDER holds ``SourceSans3-Regular.ttf``,
``SourceSans3-Semibold.ttf``, ``SourceSans3-Bold.ttf`` and ``LICENSE.md`` of Adobe's Source Sans 3 (the npm package
``source-sans``), which is under the SIL Open Font License 1.1. It needs ``fonttools`` and ``brotli``.
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from toolboxai.preview.font import ASCENT, DESCENT, FOLDER, WEIGHTS, file

TABLE = Path(__file__).parent.parent / "studio" / "engine" / "layout" / "FontTable.luau"

# Latin, its accents, punctuation, currency, arrows, signs, and the marks that windows are ticked with.
_RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x203A), (0x20AC, 0x20AC), (0x2122, 0x2122),
           (0x2190, 0x2193), (0x2212, 0x2212), (0x221A, 0x221E), (0x2260, 0x2265), (0x25A0, 0x25CF),
           (0x2713, 0x2717)]  # fmt: skip


def _runs(widths: dict[int, int]) -> Iterable[str]:
    """``first:width,width`` for each run of neighbouring code points, in order."""
    started, run = -1, list[int]()
    for code in sorted(widths):
        if run and code != started + len(run):
            yield f"{started}:{','.join(map(str, run))}"
            run = []
        if not run:
            started = code
        run.append(widths[code])
    if run:
        yield f"{started}:{','.join(map(str, run))}"


def compile_font(folder: Path) -> None:
    """Writes the table and the font files anew."""
    codes = [code for first, last in _RANGES for code in range(first, last + 1)]
    lines = []
    for weight, name in WEIGHTS.items():
        font = TTFont(folder / f"SourceSans3-{name}.ttf", recalcTimestamp=False)
        cmap, advances = font.getBestCmap(), font["hmtx"]
        held = {code: advances[cmap[code]][0] for code in codes if code in cmap}
        lines.append(f'\t\t[{weight}] = "{";".join(_runs(held))}",\n')
        options = subset.Options(flavor="woff2", layout_features=[], hinting=False, notdef_outline=True)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=held)
        cutter.subset(font)
        font.flavor = "woff2"
        font.save(file(weight))
    TABLE.write_text(_table("".join(lines)), encoding="utf-8", newline="\n")
    shutil.copyfile(folder / "LICENSE.md", FOLDER / "LICENSE.md")


def _table(weights: str) -> str:
    return f"""--!strict
--[[ Advance widths of Source Sans 3, made by `python -m toolboxai.preview.compile_font`; do not edit.

The font is Copyright 2010-2024 Adobe, under the SIL Open Font License 1.1: see toolboxai/preview/fonts/LICENSE.md. ]]

return {{
	unitsPerEm = 1000,
	ascent = {ASCENT},
	descent = {DESCENT},
	-- By weight: runs of neighbouring code points, each `first:width,width`.
	weights = {{
{weights}\t}},
}}
"""


if __name__ == "__main__":
    compile_font(Path(sys.argv[1]))
