"""Paints what the engine laid out as one self-contained HTML page: its numbers as they are, and no CSS layout."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from toolboxai.preview.font import ASCENT, DESCENT, WEIGHTS, file

_FAMILY = "ToolboxAI Preview"
# Of a line's height, an em of the font.
_EM = 1000 / (ASCENT + DESCENT)

# Around and between windows, and above each for what it is called.
_GAP, _CAPTION = 24, 24

Painting = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """What comes on one page: pictures with their captions, side by side in rows of ``columns``."""

    title: str
    pictures: Sequence[tuple[str, Painting]]
    columns: int = 4
    background: str = "#1e1e1e"
    ink: str = "#cccccc"

    def places(self) -> list[tuple[int, int]]:
        """Where each picture's corner stands."""
        places, left, top, deep = list[tuple[int, int]](), _GAP, _GAP + _CAPTION, 0
        for index, (_, painting) in enumerate(self.pictures):
            if index and index % self.columns == 0:
                left, top, deep = _GAP, top + deep + _GAP + _CAPTION, 0
            places.append((left, top))
            left += round(painting["width"]) + _GAP
            deep = max(deep, round(painting["height"]))
        return places

    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        corners = [
            (left + round(painting["width"]), top + round(painting["height"]))
            for (left, top), (_, painting) in zip(self.places(), self.pictures, strict=True)
        ]
        return max((right for right, _ in corners), default=0) + _GAP, max(
            (end for _, end in corners), default=0
        ) + _GAP


def page(sheet: Sheet) -> str:
    """The sheet as HTML that needs nothing beside it; pictures are what ``Studio.painting`` gives."""
    width, height = sheet.size()
    windows = "\n".join(
        _window(caption, painting, place)
        for (caption, painting), place in zip(sheet.pictures, sheet.places(), strict=True)
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(sheet.title)}</title>
<style>
{_faces()}
html, body {{ margin: 0; padding: 0; background: {sheet.background}; color: {sheet.ink}; }}
#sheet {{ position: relative; width: {width}px; height: {height}px; }}
#sheet div, #sheet span {{ position: absolute; box-sizing: border-box; }}
#sheet .window {{ overflow: hidden; }}
#sheet [data-path] * {{ pointer-events: none; }}
#sheet span {{ white-space: pre; font-family: "{_FAMILY}"; font-kerning: none; font-variant-ligatures: none;
  font-feature-settings: "kern" 0, "liga" 0; }}
</style>
</head>
<body>
<div id="sheet">
{windows}
</div>
</body>
</html>
"""


def _window(caption: str, painting: Painting, place: tuple[int, int]) -> str:
    left, top = place
    objects = "\n".join(_object(each, painting["top"]) for each in painting["objects"] or ())
    style = _px(left=left, top=top, width=painting["width"], height=painting["height"])
    label = _px(left=left, top=top - _CAPTION, height=_CAPTION) + "font-size:14px;line-height:20px;"
    return (
        f'<span style="{label}">{escape(caption)}</span>\n'
        f'<div class="window" id="{escape(caption, quote=True)}" style="{style}">\n{objects}\n</div>'
    )


@cache
def _faces() -> str:
    faces = []
    for weight in WEIGHTS:
        data = base64.b64encode(file(weight).read_bytes()).decode()
        faces.append(
            f'@font-face {{ font-family: "{_FAMILY}"; font-weight: {weight}; ascent-override: {ASCENT / 10}%; '
            f"descent-override: {DESCENT / 10}%; line-gap-override: 0%; "
            f'src: url(data:font/woff2;base64,{data}) format("woff2"); }}'
        )
    return "\n".join(faces)


def _number(value: float) -> str:
    return f"{round(value, 3):g}" if abs(value) < 1e5 else str(round(value))


def _px(**sides: float) -> str:
    return "".join(f"{name}:{_number(value)}px;" for name, value in sides.items())


def _color(color: Any) -> str:
    red, green, blue, alpha = color
    return f"rgba({red:g},{green:g},{blue:g},{round(alpha, 3):g})"


def _object(each: Painting, top: float) -> str:
    style = _px(left=each["x"], top=each["y"] - top, width=each["width"], height=each["height"])
    style += _turned(each) + _clipped(each) + _filled(each)
    if each["opacity"] != 1:
        style += f"opacity:{_number(each['opacity'])};"
    inside = "".join((*_outlines(each), *_image(each), *_bars(each), *_text(each)))
    path, kind = escape(each["path"], quote=True), escape(each["class"], quote=True)
    return f'<div data-path="{path}" data-class="{kind}" style="{style}">{inside}</div>'


def _turned(each: Painting) -> str:
    return f"transform:rotate({_number(each['rotation'])}deg);" if each["rotation"] else ""


def _clipped(each: Painting) -> str:
    """What its surroundings let through; what is turned nothing clips."""
    clip = each.get("clip")
    if clip is None or each["rotation"]:
        return ""
    left, top, right, bottom = clip
    x, y, width, height = each["x"], each["y"], each["width"], each["height"]
    insets = (top - y, x + width - right, y + height - bottom, left - x)
    return f"clip-path:inset({' '.join(f'{_number(inset)}px' for inset in insets)});"


def _filled(each: Painting) -> str:
    style = ""
    if each["background"][3] > 0:
        gradient = each.get("gradient")
        style += f"background:{_gradient(each['background'], gradient) if gradient else _color(each['background'])};"
    return style + _rounded(each)


def _rounded(each: Painting, grown: float = 0) -> str:
    corners = each.get("corners")
    return f"border-radius:{' '.join(f'{_number(corner + grown)}px' for corner in corners)};" if corners else ""


def _gradient(base: Any, gradient: Painting) -> str:
    """A UIGradient multiplies the colour under it; its angle turns from left to right."""
    stops = []
    for stop in gradient["stops"]:
        red, green, blue, alpha = (part * of for part, of in zip(stop["color"], base, strict=True))
        stops.append(
            f"{_color((round(red / 255), round(green / 255), round(blue / 255), alpha))} {stop['at'] * 100:g}%"
        )
    return f"linear-gradient({_number(gradient['rotation'] + 90)}deg,{','.join(stops)})"


def _outlines(each: Painting) -> Iterable[str]:
    for border in each["borders"] or ():
        if border["text"]:
            continue
        thickness = border["thickness"]
        outside = thickness - border["inside"]
        style = _px(left=-outside, top=-outside, width=each["width"] + 2 * outside, height=each["height"] + 2 * outside)
        style += f"border:{_number(thickness)}px solid {_color(border['color'])};" + _rounded(each, outside)
        yield f'<div style="{style}"></div>'


def _image(each: Painting) -> Iterable[str]:
    """A placeholder: pictures are Roblox's servers', which nobody asks here."""
    image = each.get("image")
    if image and image["color"][3] > 0:
        red, green, blue, alpha = image["color"]
        shade = f"rgba({red:g},{green:g},{blue:g},{round(alpha * 0.35, 3):g})"
        pattern = f"repeating-linear-gradient(45deg,{shade} 0 4px,transparent 4px 8px)"
        style = _px(left=0, top=0, width=each["width"], height=each["height"]) + f"background:{pattern};"
        yield f'<div style="{style}{_rounded(each)}" title="{escape(image["name"], quote=True)}"></div>'


def _bars(each: Painting) -> Iterable[str]:
    for bar in each.get("bars") or ():
        style = _px(left=bar["x"], top=bar["y"], width=bar["width"], height=bar["height"])
        yield f'<div style="{style}background:{_color(bar["color"])};border-radius:4px;"></div>'


def _text(each: Painting) -> Iterable[str]:
    text = each.get("text")
    if not text:
        return
    shadow = ""
    if text["stroke"][3] > 0:
        shadow = f"text-shadow:0 0 1px {_color(text['stroke'])},0 0 1px {_color(text['stroke'])};"
    for stroke in each["borders"] or ():
        if stroke["text"]:
            shadow = (
                f"-webkit-text-stroke:{_number(stroke['thickness'])}px {_color(stroke['color'])};paint-order:stroke;"
            )
    for piece in text["pieces"]:
        yield _piece(piece, text["color"], shadow)


def _piece(piece: Painting, color: Any, extra: str) -> str:
    size = piece["size"] * _EM
    shade = piece.get("color") or _color(color)
    style = _px(left=piece["x"], top=piece["y"], width=piece["width"], height=piece["height"])
    style += f"font-size:{_number(size)}px;line-height:{_number(piece['height'])}px;color:{shade};{extra}"
    style += f"font-weight:{piece['weight']};"
    if piece["italic"]:
        style += "font-style:italic;"
    lines = [name for name, key in (("underline", "underline"), ("line-through", "strike")) if piece.get(key)]
    if lines:
        style += f"text-decoration:{' '.join(lines)};"
    if piece.get("transparency"):
        style += f"opacity:{_number(1 - piece['transparency'])};"
    if piece.get("mark"):
        style += f"background:{piece['mark']};"
    cells = piece.get("cells")
    text = "".join(_cells(cells, piece["size"] / 2)) if cells else escape(piece["text"])
    return f'<span style="{style}">{text}</span>'


def _cells(cells: Iterable[Painting], width: float) -> Iterable[str]:
    """Letters of one width: each in its cell, drawn narrower where it is too wide for that."""
    for index, cell in enumerate(cells):
        if cell["text"] == " ":
            continue
        squeeze = cell["squeeze"]
        if squeeze == 1:
            style = _px(left=index * width, width=width) + "text-align:center;"
        else:
            style = _px(left=index * width) + f"transform-origin:0 0;transform:scaleX({_number(squeeze)});"
        yield f'<span style="{style}">{escape(cell["text"])}</span>'
