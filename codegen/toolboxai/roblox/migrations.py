"""Properties of old files to those that took their place, as the engine turns them when it loads one."""

from collections.abc import Callable
from functools import cache

from toolboxai.roblox import api
from toolboxai.roblox.disk import enum_item
from toolboxai.roblox.values import BrickColor, Color3, Content, EnumItem, Font, UDim, Value

_FAMILIES = "rbxasset://fonts/families/"
# Enum.Font, where the family's file is not named as the item, or the weight or style is no plain one.
_FONTS = {
    "Legacy": ("LegacyArial",),
    "ArialBold": ("Arial", "Bold"),
    "SourceSans": ("SourceSansPro",),
    "SourceSansBold": ("SourceSansPro", "Bold"),
    "SourceSansSemibold": ("SourceSansPro", "SemiBold"),
    "SourceSansLight": ("SourceSansPro", "Light"),
    "SourceSansItalic": ("SourceSansPro", "Regular", "Italic"),
    "Bodoni": ("AccanthisADFStd",),
    "Garamond": ("Guru",),
    "Cartoon": ("ComicNeueAngular",),
    "Code": ("Inconsolata",),
    "Highway": ("HighwayGothic",),
    "SciFi": ("Zekton",),
    "Arcade": ("PressStart2P",),
    "Fantasy": ("Balthazar",),
    "Antique": ("RomanAntique",),
    "Gotham": ("GothamSSm",),
    "GothamMedium": ("GothamSSm", "Medium"),
    "GothamBold": ("GothamSSm", "Bold"),
    "GothamBlack": ("GothamSSm", "Heavy"),
    "BuilderSansMedium": ("BuilderSans", "Medium"),
    "BuilderSansBold": ("BuilderSans", "Bold"),
    "BuilderSansExtraBold": ("BuilderSans", "ExtraBold"),
    "ArimoBold": ("Arimo", "Bold"),
}
# Numbers of the palette's colours, and what they are: the values that Studio gives each BrickColor.
_PALETTE = """
1 f2f3f3  2 a1a5a2  3 f9e999  5 d7c59a  6 c2dab8  9 e8bac8  11 80bbdb  12 cb8442  18 cc8e69  21 c4281c  22
c470a0  23 0d69ac  24 f5cd30  25 624732  26 1b2a35  27 6d6e6c  28 287f47  29 a1c48c  36 f3cf9b  37 4b974b  38
a05f35  39 c1cade  40 ececec  41 cd544b  42 c1dff0  43 7bb6e8  44 f7f18d  45 b4d2e4  47 d9856c  48 84b68d  49
f8f184  50 ece8de  100 eec4b6  101 da867a  102 6e99ca  103 c7c1b7  104 6b327c  105 e29b40  106 da8541  107
008f9c  108 685c43  110 435493  111 bfb7b1  112 6874ac  113 e5adc8  115 c7d23c  116 55a5af  118 b7d7d5  119
a4bd47  120 d9e4a7  121 e7ac58  123 d36f4c  124 923978  125 eab892  126 a5a5cb  127 dcbc81  128 ae7a59  131
9ca3a8  133 d5733d  134 d8dd56  135 74869d  136 877c90  137 e09864  138 958a73  140 203a56  141 27462d  143
cfe2f7  145 7988a1  146 958ea3  147 938767  148 575857  149 161d32  150 abadac  151 789082  153 957977  154
7b2e2f  157 fff67b  158 e1a4c2  168 756c62  176 97695b  178 b48455  179 898788  180 d7a94b  190 f9d62e  191
e8ab2d  192 694028  193 cf6024  194 a3a2a5  195 4667a4  196 23478b  198 8e4285  199 635f62  200 828a5d  208
e5e4df  209 b08e44  210 709578  211 79b5b5  212 9fc3e9  213 6c81b7  216 904c2a  217 7c5c46  218 96709f  219
6b629b  220 a7a9ce  221 cd6298  222 e4adc8  223 dc9095  224 f0d5a0  225 ebb87f  226 fdea8d  232 7dbbdd  268
342b75  301 506d54  302 5b5d69  303 0010b0  304 2c651d  305 527cae  306 335882  307 102adc  308 3d1585  309
348e40  310 5b9a4c  311 9fa1ac  312 592259  313 1f801d  314 9fadc0  315 0989cf  316 7b007b  317 7c9c6b  318
8aab85  319 b9c4b1  320 cacbd1  321 a75e9b  322 7b2f7b  323 94be81  324 a8bd99  325 dfdfde  327 970000  328
b1e5a6  329 98c2db  330 ff98dc  331 ff5959  332 750000  333 efb838  334 f8d96d  335 e7e7ec  336 c7d4e4  337
ff9494  338 be6862  339 562424  340 f1e7c7  341 fef3bb  342 e0b2d0  343 d490bd  344 965555  345 8f4c2a  346
d3be96  347 e2dcbc  348 edeaea  349 e9dada  350 883e3e  351 bc9b5d  352 c7ac78  353 cabfa3  354 bbb3b2  355
6c584b  356 a0844f  357 958988  358 aba89e  359 af9483  360 966766  361 564236  362 7e683f  363 69665c  364
5a4c42  365 6a3909  1001 f8f8f8  1002 cdcdcd  1003 111111  1004 ff0000  1005 ffb000  1006 b480ff  1007 a34b4b
1008 c1be42  1009 ffff00  1010 0000ff  1011 002060  1012 2154b9  1013 04afec  1014 aa5500  1015 aa00aa  1016
ff66cc  1017 ffaf00  1018 12eed4  1019 00ffff  1020 00ff00  1021 3a7d15  1022 7f8e64  1023 8c5b9f  1024 afddff
1025 ffc9c9  1026 b1a7ff  1027 9ff3e9  1028 ccffcc  1029 ffffcc  1030 ffcc99  1031 6225d1  1032 ff00bf
"""


@cache
def _palette() -> dict[int, Color3]:
    words = _PALETTE.split()
    rows = zip(words[::2], words[1::2], strict=True)
    return {int(number): Color3(*(channel / 255 for channel in bytes.fromhex(color))) for number, color in rows}


def _font_face(value: Value) -> Value | None:
    if not isinstance(value, EnumItem) or value.name == "Unknown":
        return None
    family, *rest = _FONTS.get(value.name, (value.name,))
    return Font(f"{_FAMILIES}{family}.json", *rest)


def _content(value: Value) -> Value | None:
    return Content(value or None) if isinstance(value, str) else None


def _content_of_id(value: Value) -> Value | None:
    return Content(f"rbxassetid://{value}" if value else None) if isinstance(value, int) else None


def _screen_insets(value: Value) -> Value | None:
    return enum_item("ScreenInsets", 1 if value else 2) if isinstance(value, bool) else None


_TURN: dict[str, Callable[[Value], Value | None]] = {
    "BrickColorToColor": lambda value: _palette().get(value.number) if isinstance(value, BrickColor) else None,
    "ContentIdToContent": _content,
    "CornerRadiusToCornerRadii": lambda value: value if isinstance(value, UDim) else None,
    "FontToFontFace": _font_face,
    "IgnoreGuiInsetToScreenInsets": _screen_insets,
    "Int64ToContent": _content_of_id,
}


@cache
def _moved(class_name: str) -> dict[str, tuple[list[str], Callable[[Value], Value | None]]]:
    if api.find_class(class_name) is None:
        return {}
    return {
        name: (facts["moved_to"], _TURN[facts["moved_by"]])
        for name, facts in api.members(class_name).items()
        if facts.get("moved_by") in _TURN
    }


def migrate(class_name: str, properties: dict[str, Value]) -> None:
    """Moves what newer properties hold to them, where they are not there themselves; what cannot be turned stays."""
    moved = _moved(class_name)
    for name, (targets, turn) in moved.items():
        value = turn(properties[name]) if name in properties else None
        if value is not None:
            del properties[name]
            for target in targets:
                properties.setdefault(target, value)
