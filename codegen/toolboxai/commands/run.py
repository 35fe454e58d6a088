"""`toolboxai run`: a Luau file with its requires, in real time, until nothing is left to do."""

import signal
import sys
import time
from pathlib import Path

import click

from toolboxai.errors import ToolboxError
from toolboxai.studio.engines import ENGINES
from toolboxai.studio.host import VM, LuauError, OutputLine

_LONGEST_NAP = 1.0


class UnreadableFileError(ToolboxError, OSError):
    """The file to run is not there or is not text."""

    __str__ = ToolboxError.__str__


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(ENGINES), help="Lua engine; the fastest there is by default")
@click.option("--seconds", type=click.FloatRange(min=0), help="stop after this time")
def command(file: Path, engine: str | None, seconds: float | None) -> None:
    """Run a Luau FILE; its requires are relative to it."""
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
