"""Runs Luau on our engines, and reads the table of programs (`lowered_programs.luau`)."""

import re
from dataclasses import dataclass
from pathlib import Path

from toolboxai.studio.host import VM, LuauError

PROGRAMS = Path(__file__).parent / "lowered_programs.luau"


@dataclass(frozen=True)
class Program:
    name: str
    source: str
    prints: list[str]
    error: str


def programs() -> list[Program]:
    """Each opens with `--## name`; `--> ` lines at its end are what it prints, `--! ` the error that ends it."""
    found = []
    for block in re.split(r"(?m)^--## ", PROGRAMS.read_text("utf-8"))[1:]:
        name, _, rest = block.partition("\n")
        lines = rest.splitlines()
        prints = [line[4:] for line in lines if line.startswith("--> ")]
        error = "".join(line[4:] for line in lines if line.startswith("--! "))
        source = "".join(f"{line}\n" for line in lines if not line.startswith(("--> ", "--! ")))
        found.append(Program(name, source, prints, error))
    return found


def run(engine: str, source: str | bytes) -> tuple[list[str], str]:
    """What the source prints under one of our engines, and the error that ends it, if any."""
    vm, error = VM(engine), ""
    try:
        vm.call(vm.load(source, "main"))
    except LuauError as fault:
        error = str(fault)
    prints = [line.text.replace("\t", " ") for line in vm.output]
    vm.close()
    return prints, error
