"""Generated trees of items over every kind of value that a file can hold."""

import string
from typing import Any

from hypothesis import strategies as st

from toolboxai.roblox import api
from toolboxai.roblox.model import Item
from toolboxai.roblox.rotations import OF_ID
from toolboxai.roblox.values import (
    Attributes,
    Axes,
    Binary,
    BrickColor,
    CFrame,
    Color3,
    ColorSequence,
    Content,
    EnumItem,
    Faces,
    Font,
    NumberRange,
    NumberSequence,
    OfKind,
    PhysicalProperties,
    Ray,
    Rect,
    Ref,
    SecurityCapabilities,
    SharedString,
    Tags,
    Token,
    UDim,
    UDim2,
    UniqueId,
    Unset,
    Value,
    Vector2,
    Vector3,
    Vector3int16,
)

small = st.floats(width=32, allow_nan=False)  # what files hold of most numbers
integer = st.integers(-(2**31), 2**31 - 1)
text = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters="".join(map(chr, {*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13}))
    )
)
tricky = st.sampled_from(
    ["]]>", "<![CDATA[", "&amp;", "\r\n", "\r", "\n", " ", "\t", "</Item>", "\u2028", "\ufeff", "\x85", "\U0001f409"]
)
words = st.lists(tricky | text, max_size=4).map("".join)
identifier = st.text(string.ascii_letters, min_size=1, max_size=6)


def rows(cls: type, count: int, of: st.SearchStrategy[Any] = small) -> st.SearchStrategy[Any]:
    return st.tuples(*[of] * count).map(lambda numbers: cls(*numbers))


turned = st.sampled_from(sorted(OF_ID.values()))
cframe = st.tuples(small, small, small, turned | st.tuples(*[small] * 9)).map(lambda parts: CFrame(*parts))
color = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: Color3(*(channel / 255 for channel in rgb)))
weights = st.sampled_from(["Thin", "Regular", "Bold", "Heavy"])
address = st.just("rbxasset://fonts/x.json")
font = st.builds(Font, address, weights, st.sampled_from(["Normal", "Italic"]), st.just("") | address)
material = st.sampled_from(sorted((api.find_enum("Material") or {})["items"])).map(
    lambda name: EnumItem("Material", name)
)
numbers = st.lists(st.tuples(small, small, small), min_size=2, max_size=3).map(tuple).map(NumberSequence)
colors = st.lists(st.tuples(small, small, small, small), min_size=2, max_size=3).map(tuple).map(ColorSequence)
exact32 = [
    rows(Vector2, 2, small), rows(Vector3, 3, small), rows(Color3, 3, small), rows(NumberRange, 2, small),
    rows(Rect, 4, small), st.builds(UDim, small, integer), st.builds(UDim2, small, integer, small, integer),
    st.integers(0, 2**31).map(BrickColor), material, font, numbers, colors,
    cframe,
]  # fmt: skip
attribute = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])), st.booleans(), st.floats(allow_nan=False), *exact32
)
attributes = st.dictionaries(st.text(string.ascii_letters, min_size=1), attribute, max_size=4).map(Attributes.of)
tags = st.lists(st.text(string.printable[:62], min_size=1), max_size=3).map(tuple).map(Tags)

odd = st.sampled_from([
    Token(9999), OfKind("int", -7), OfKind("float", 0.5), OfKind("Color3uint8", Color3(1.0, 0.0, 0.0)),
    OfKind("OptionalCFrame", CFrame()), Unset("OptionalCFrame"), Unset("PhysicalProperties"), Binary(b"\xff\0"), SharedString(b"shared"), Font("f"),
    Vector3int16(1, -2, 3), UDim(0.5, 1), Ref(),
])  # fmt: skip
unique = st.builds(UniqueId, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**63 - 1))
capabilities = st.integers(0, 2**64 - 1).map(SecurityCapabilities)
sides = st.sets(st.sampled_from(["Back", "Bottom", "Front", "Left", "Right", "Top"]))

BY_CLASS: dict[str, dict[str, st.SearchStrategy[Value]]] = {
    "Folder": {
        "Attributes": attributes, "Tags": tags, "Archivable": st.booleans(), "UniqueId": unique,
        "Capabilities": capabilities,
    },
    "ModuleScript": {"Source": words},
    "Part": {
        "Size": rows(Vector3, 3), "Color": color, "CFrame": cframe, "Anchored": st.booleans(), "Material": material,
        "Transparency": small, "CollisionGroup": words, "RootPriority": integer,
        "CustomPhysicalProperties": rows(PhysicalProperties, 6) | st.just(Unset("PhysicalProperties")),
        "Shape": st.just(EnumItem("PartType", "Ball")),
    },
    "TextLabel": {
        "Text": words, "Size": st.builds(UDim2, small, integer, small, integer), "TextColor3": rows(Color3, 3),
        "FontFace": font, "AnchorPoint": rows(Vector2, 2),
    },
    "ParticleEmitter": {"Color": colors, "Size": numbers, "Lifetime": rows(NumberRange, 2)},
    "ImageLabel": {
        "ImageContent": st.sampled_from([Content(), Content("rbxassetid://1")]), "SliceCenter": rows(Rect, 4),
    },
    "Model": {"WorldPivotData": cframe | st.just(Unset("OptionalCFrame")), "PrimaryPart": st.just(Ref())},
    "UIPadding": {"PaddingLeft": st.builds(UDim, small, integer)},
    "RayValue": {"Value": rows(Ray, 6)},
    "IntValue": {"Value": st.integers(-(2**63), 2**63 - 1)},
    "NumberValue": {"Value": st.floats(allow_nan=False)},
    "Handles": {"Faces": sides.map(lambda some: Faces(tuple(sorted(some))))},
    "ArcHandles": {"Axes": st.sets(st.sampled_from("XYZ")).map(lambda some: Axes(tuple(sorted(some))))},
    "BrickColorValue": {"Value": st.sampled_from([1, 21, 194, 1032]).map(BrickColor)},
    "StarterPlayer": {"EnableMouseLockOption": st.booleans()},
    "NewerThanTheFacts": {
        "A": words, "B": st.booleans(), "C": integer, "D": rows(Vector3, 3), "E": st.binary().map(SharedString),  "G": rows(Vector3int16, 3, st.integers(-(2**15), 2**15 - 1)), "H": unique,
    },
}  # fmt: skip


def items() -> st.SearchStrategy[Item]:
    def build(children: st.SearchStrategy[list[Item]]) -> st.SearchStrategy[Item]:
        def of(class_name: str) -> st.SearchStrategy[Item]:
            properties = st.fixed_dictionaries({}, optional=BY_CLASS[class_name])
            return st.builds(Item, st.just(class_name), words, properties, children)

        return st.sampled_from(sorted(BY_CLASS)).flatmap(of)

    return st.recursive(build(st.just([])), lambda inner: build(st.lists(inner, max_size=3)), max_leaves=6)


# Which of its texts a binary file does not tell.
text_kinds = st.sampled_from(["ContentId", "ProtectedString"]).map(lambda kind: OfKind(kind, "x"))


def odd_items(values: st.SearchStrategy[Value] = odd) -> st.SearchStrategy[Item]:
    """One item of a class that nobody knows, with any value."""
    return st.builds(Item, st.just("NewerThanTheFacts"), words, st.fixed_dictionaries({}, optional={"Z": values}))
