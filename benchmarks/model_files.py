"""A place of 100,000 instances, read and written: binary beside XML, and beside Rojo and Lune where they are there."""

import json
import random
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import lune
from growth import best

from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import as_place, read_model, write_model
from toolboxai.roblox.rbxmwriter import write_rbxm
from toolboxai.roblox.values import Attributes, CFrame, Color3, EnumItem, Ref, Tags, Vector3
from toolboxai.studio.studio import Studio

INSTANCES = 100_000
ROUNDS = 3


LUNE = """
local roblox = require("@lune/roblox")
local path = require("@lune/process").args[1]
local data = require("@lune/fs").readFile(path)
local from = os.clock()
local place = roblox.deserializePlace(data)
local read = os.clock()
roblox.serializePlace(place)
print(read - from, os.clock() - read)
"""


def place(instances: int) -> list[Item]:
    """Models of nine parts and a script, each part its own place, size and colour, as a built map has."""
    draw = random.Random(1).uniform
    models = []
    for number in range(instances // 11):
        parts = [
            Item("Part", f"Wall{index}", {
                "Size": Vector3(draw(1, 50), 2, draw(1, 50)),
                "CFrame": CFrame(draw(-2048, 2048), draw(0, 256), draw(-2048, 2048)),
                "Color": Color3(index / 9, 0.5, 0.25), "Anchored": True, "Transparency": index / 16,
                "Material": EnumItem("Material", "Wood"), "CanCollide": index % 2 == 0,
                "Attributes": Attributes.of({"Owner": f"player {number % 100}", "Level": float(index)}),
                "Tags": Tags(("Wall",)),
            }, referent=f"{number}/{index}")
            for index in range(9)
        ]  # fmt: skip
        script = Item("Script", "Main", {"Source": f"local number = {number}\nprint(script.Parent.Name, number)\n"})
        models.append(Item("Model", f"House {number}", {"PrimaryPart": Ref(f"{number}/0")}, [*parts, script]))
    return [Item("Workspace", "Workspace", {"Gravity": 196.2}, models)]


def rojo(data: bytes) -> float | None:
    """How long Rojo takes to read the place and write it again, its start included."""
    program = shutil.which("rojo")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        # As a project knows it: one instance at the top.
        (Path(folder) / "place.rbxm").write_bytes(data)
        (Path(folder) / "default.project.json").write_text(
            json.dumps({"name": "Place", "tree": {"$path": "place.rbxm"}})
        )
        started = time.perf_counter()
        subprocess.run([program, "build", folder, "-o", f"{folder}/out.rbxl"], check=True, capture_output=True)
        return time.perf_counter() - started


def beside_lune(data: bytes, read: float, written: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "place.rbxl"
        file.write_bytes(data)
        peer = lune.seconds(LUNE, str(file))
    if peer is None:
        print(lune.MISSING)
        return
    print(
        f"Lune reads it in {peer[0]:.2f} s and writes it in {peer[1]:.2f} s: "
        f"ours takes {read / peer[0]:.1f} and {written / peer[1]:.1f} times that"
    )


def main() -> None:
    tree = place(INSTANCES)
    binary, xml = write_model(tree, ".rbxl"), write_model(tree, ".rbxlx")
    print(f"{INSTANCES:,} instances: {len(binary) / 2**20:.1f} MiB binary, {len(xml) / 2**20:.1f} MiB XML")
    seconds = {
        "binary, read": best(lambda: read_model(binary), ROUNDS),
        "binary, written": best(lambda: write_model(tree, ".rbxl"), ROUNDS),
        "XML, read": best(lambda: read_model(xml), 1),
        "XML, written": best(lambda: write_model(tree, ".rbxlx"), 1),
    }
    for name, taken in seconds.items():
        print(f"{name}: {taken:.2f} s, {INSTANCES / taken:,.0f} instances a second")
    for way in ("read", "written"):
        print(f"binary beside XML, {way}: {seconds[f'binary, {way}'] / seconds[f'XML, {way}']:.2f}x")
    for packing in ("none", "zstd"):
        print(f"binary, written, {packing}: {best(lambda packing=packing: write_rbxm(tree, packing), 1):.2f} s")
    small = write_model(place(INSTANCES // 10), ".rbxl")
    growth = seconds["binary, read"] / best(lambda: read_model(small), ROUNDS)
    print(f"ten times the instances, read: {growth:.1f} times the time")
    peer = rojo(binary)
    if peer is not None:
        both = seconds["binary, read"] + seconds["binary, written"]
        print(f"rojo reads and writes it in {peer:.2f} s: ours takes {both / peer:.1f} times that")
    beside_lune(binary, seconds["binary, read"], seconds["binary, written"])
    with Studio() as studio:
        roots = read_model(binary)
        print(f"mounted in headless Studio: {best(lambda: studio.mount(as_place(roots)), 1):.2f} s")


if __name__ == "__main__":
    main()
