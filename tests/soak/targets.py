"""What is soaked: a name, and a function of bytes that may raise nothing.

To register one, put ``@target`` over it; it runs under both engines and is seeded with the corpus.
"""

from collections.abc import Callable
from functools import cache

from toolboxai.luau.lower import Target, lower
from toolboxai.luau.outline import outline
from toolboxai.luau.parser import parse
from toolboxai.luau.printer import PrintError, to_source
from toolboxai.luau.syntax import walk
from toolboxai.roblox.model import Item, ModelFileError, ModelWriteError
from toolboxai.roblox.modelfile import read_model, write_model
from toolboxai.roblox.rbxmwriter import write_rbxm
from toolboxai.roblox.values import Attributes, CFrame, Color3, Content, Font, NumberSequence, Ref, Tags, UDim2, Vector3

TARGETS: dict[str, Callable[[bytes], None]] = {}


def target(function: Callable[[bytes], None]) -> Callable[[bytes], None]:
    TARGETS[function.__name__.removeprefix("soak_")] = function
    return function


@target
def soak_parse(data: bytes) -> None:
    chunk = parse(data)
    assert chunk.source == data
    for node in walk(chunk.block):
        assert node.start <= node.end
    for _ in outline(chunk):
        pass


@target
def soak_print(data: bytes) -> None:
    chunk = parse(data)
    assert to_source(chunk) == data
    try:
        anew = to_source(chunk.block)
    except PrintError:
        assert chunk.problems  # only an error node has no source of its own
    else:
        assert chunk.problems or not parse(anew).problems


@target
def soak_lower(data: bytes) -> None:
    chunk = parse(data)
    if not chunk.problems:
        for engine in Target:
            lower(chunk, engine)


@cache
def _models() -> list[bytes]:
    """A tree with most kinds of values, in every format and packing."""
    part = Item("Part", "P", {
        "Size": Vector3(1, 2, 3), "Color": Color3(1, 0, 0.5), "CFrame": CFrame(1, 2, 3), "Anchored": True,
        "Attributes": Attributes.of({"a": 1.0, "b": "x", "c": Vector3(1, 2, 3)}), "Tags": Tags(("t", "u")),
    }, referent="p")  # fmt: skip
    label = Item("TextLabel", "L", {"Size": UDim2(0, 1, 0.5, 2), "FontFace": Font("f", "Bold"), "Text": "text"})
    rest = [
        Item("ParticleEmitter", "E", {"Size": NumberSequence(((0, 1, 0), (1, 2, 0)))}),
        Item("ImageLabel", "I", {"ImageContent": Content("rbxassetid://1")}), Item("Script", "S", {"Source": "print(1)"}),
    ]  # fmt: skip
    root = Item("Model", "M", {"PrimaryPart": Ref("p")}, [part, label, *rest, Item("Part", "Q")])
    return [*(write_rbxm([root], packing) for packing in ("none", "lz4", "zstd")), write_model([root], ".rbxmx")]


@target
def soak_model(data: bytes) -> None:
    """The bytes say which sound file is taken, and which of its bytes become what: three say a place, one what."""
    if not data:
        return
    sound = bytearray(_models()[data[0] % 4])
    for at in range(1, len(data) - 3, 4):
        sound[int.from_bytes(data[at : at + 3], "little") % len(sound)] = data[at + 3]
    for file in (bytes(sound), bytes(sound[: int.from_bytes(data[-2:], "little")]), data):
        try:
            found = read_model(file)
            for suffix in (".rbxm", ".rbxmx"):
                again = write_model(found, suffix)
                assert write_model(read_model(again), suffix) == again
        except (ModelFileError, ModelWriteError):
            pass


if __name__ == "__main__":
    print(*TARGETS)
