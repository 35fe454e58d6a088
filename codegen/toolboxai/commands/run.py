"""`toolboxai run`: a Luau file with its requires, or a whole place, in real time, until nothing is left to do."""

import signal
import sys
import time
from pathlib import Path

import click

from toolboxai.errors import ToolboxError
from toolboxai.studio import ENGINES
from toolboxai.studio.host import VM, LuauError, OutputLine

_LONGEST_NAP = 1.0


class UnreadableFileError(ToolboxError, OSError):
    """The file to run is not there or is not text."""

    __str__ = ToolboxError.__str__


@click.command("run")
@click.argument("file", required=False, metavar="[FILE|SCRIPT]")
@click.option("--project", type=click.Path(path_type=Path), help="run this Rojo project's place")
@click.option("--place", "place_file", type=click.Path(path_type=Path), help="run this .rbxl or .rbxlx file")
@click.option("--players", type=click.IntRange(min=0), default=0, help="so many players join the place, as in Play")
@click.option("--seconds", type=click.FloatRange(min=0), help="stop after this time")
@click.option("--fast", is_flag=True, help="do not wait for the place's clock: it runs as fast as it can")
@click.option("--engine", type=click.Choice(ENGINES), help="Lua engine; the fastest there is by default")
def command(  # noqa: PLR0913 - one for each option
    file: str | None,
    project: Path | None,
    place_file: Path | None,
    players: int,
    seconds: float | None,
    fast: bool,
    engine: str | None,
) -> None:
    """Run a Luau FILE, whose requires are relative to it, or a place.

    With --project or --place the place runs as Studio's Run does, and as Play where there are --players. A SCRIPT of
    it, by its path from game or by its file, runs alone, and the run ends with it; any other file runs as a script of
    the place.
    """
    if project is not None and place_file is not None:
        raise click.UsageError("--project and --place are two places: name one")
    source = project or place_file
    if source is not None:
        _run_place(source, file, players, seconds, fast=fast, engine=engine)
    elif file is None:
        raise click.UsageError("name a FILE to run, or a place with --project or --place")
    elif players or fast:
        raise click.UsageError("--players and --fast are for a place: name it with --project or --place")
    else:
        _run_file(Path(file), engine, seconds)


def _run_place(  # noqa: PLR0913 - the command's options
    source: Path, script: str | None, players: int, seconds: float | None, *, fast: bool, engine: str | None
) -> None:
    # Projects and model files are half of what there is to import, and a file alone needs none of it.
    from toolboxai.commands.run_place import Wish, run_place  # noqa: PLC0415
    from toolboxai.roblox.places import read_place  # noqa: PLC0415

    place = read_place(source)
    for note in place.notes:
        click.echo(str(note), err=True)
    if not run_place(place, Wish(script, players, seconds, fast, engine)):
        sys.exit(1)


def _run_file(file: Path, engine: str | None, seconds: float | None) -> None:
    _read(file)
    # Lua code is not interrupted by Python's handler: an endless loop must still end on Ctrl-C.
    handler = signal.signal(signal.SIGINT, signal.SIG_DFL)
    failed = False

    def show(line: OutputLine) -> None:
        nonlocal failed
        if line.kind == "error":
            failed = True
        wrong = line.kind in {"error", "warn"}
        click.echo(line.text, err=wrong)
        if line.traceback and "\n" in line.traceback:
            click.echo(line.traceback, err=True)

    vm = VM(engine, on_output=show)
    try:
        vm.spawn(vm.main_file(file))
        _until_done(vm, seconds)
    except LuauError as fault:
        show(OutputLine("error", str(fault), 0.0, fault.traceback))
    finally:
        vm.close()
        signal.signal(signal.SIGINT, handler)
    if failed:
        sys.exit(1)


def _until_done(vm: VM, seconds: float | None) -> None:
    before = started = time.monotonic()
    while True:
        wake = vm.next_wake()
        if wake is None and not vm.waits_for_network():
            return
        nap = _LONGEST_NAP if wake is None else min(wake - vm.now() - (time.monotonic() - before), _LONGEST_NAP)
        if nap > 0:
            vm.wait(nap)
        now = time.monotonic()
        if seconds is not None and now - started >= seconds:
            return
        vm.step(now - before)
        before = now


def _read(file: Path) -> None:
    """Raises what is wrong with the file, in one message."""
    try:
        file.read_bytes().decode()
    except UnicodeDecodeError as reason:
        line = reason.object[: reason.start].count(b"\n") + 1
        raise UnreadableFileError(
            f"{file}:{line}: not UTF-8 (byte {reason.object[reason.start]:#04x})",
            remedy="save the file as UTF-8",
        ) from None
    except OSError as reason:
        raise UnreadableFileError(f"{file}: {reason.strerror}", remedy="check the path") from None
