"""`toolboxai sourcemap`: what luau-lsp reads to know which file is which instance, as Rojo writes it."""

from collections.abc import Callable
from pathlib import Path

import click
import watchfiles

from toolboxai.roblox.project import ProjectError, find_project, read_project
from toolboxai.roblox.sourcemap import sourcemap


@click.command("sourcemap")
@click.argument("project", type=click.Path(exists=True, path_type=Path), default=".")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="a file, in place of the screen")
@click.option("--watch", is_flag=True, help="write it again whenever a file of the project changes")
@click.option("--include-non-scripts", is_flag=True, help="all instances, not just scripts and what they lie in")
@click.option("--absolute", is_flag=True, help="absolute paths, not such as are relative to the project file")
def command(project: Path, output: Path | None, watch: bool, include_non_scripts: bool, absolute: bool) -> None:
    """Write the sourcemap of the Rojo project PROJECT, a project file or its folder (this one by default)."""
    file = find_project(project.absolute())

    def once() -> None:
        found = read_project(file).checked()
        for note in found.notes:
            if note.rule == "model/left-out":
                click.echo(str(note), err=True)
        text = sourcemap(found, include_non_scripts=include_non_scripts, absolute=absolute)
        if output is None:
            click.echo(text)
        elif _changes(output, text):
            click.echo(f"Created sourcemap at {output}", err=True)

    once()
    if watch:
        _watch(file, output, once)


def _changes(output: Path, text: str) -> bool:
    """Writes the text, where the file has another; editors read it again whenever it is written."""
    data = text.encode()
    if output.is_file() and output.read_bytes() == data:
        return False
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(data)
    return True


def _watch(file: Path, output: Path | None, once: Callable[[], None]) -> None:
    """Until Ctrl-C. A project that has mistakes leaves the sourcemap as it was."""
    while True:
        places = [path for path in read_project(file).watched() if path.exists()]
        for changes in watchfiles.watch(*places, debounce=200, raise_interrupt=False):
            changed = {Path(path) for _, path in changes}
            if output is not None and changed <= {output.absolute()}:
                continue
            try:
                once()
            except ProjectError as fault:
                click.echo(f"error: {fault}\n  {fault.remedy}", err=True)
            if file in changed:
                break  # it may lead to other places now
        else:
            return
