"""`toolboxai model`: look into model and place files, and turn one format, or a Rojo project, into another."""

from collections.abc import Iterator
from pathlib import Path

import click

from toolboxai.commands.model_text import written
from toolboxai.emit.writer import write_file
from toolboxai.roblox.model import Item
from toolboxai.roblox.modelfile import PLACE_SUFFIXES, write_model
from toolboxai.roblox.places import read_place

_LONGEST = 100


@click.group(name="model", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Look into model and place files, or convert them."""


@command.command("show")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--properties", is_flag=True, help="What every instance holds, too.")
def show(file: Path, properties: bool) -> None:
    """Print the tree of FILE: a model, a place or a Rojo project."""
    roots = _roots(file, place=False)
    paths = dict(path for root in roots for path in _paths(root, root.name)) if properties else {}
    for root in roots:
        for depth, item in _by_depth(root):
            click.echo(f"{'  ' * depth}{item.class_name} {item.name}")
            for name, value in sorted(item.properties.items()) if properties else ():
                text = written(value, paths)
                click.echo(f"{'  ' * depth}  .{name} = {text if len(text) <= _LONGEST else f'{text[:_LONGEST]}...'}")


@command.command("convert")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def convert(source: Path, out: Path) -> None:
    """Write SOURCE, a model, a place or a Rojo project, as OUT, whose name says the format."""
    data = write_model(_roots(source, place=out.suffix in PLACE_SUFFIXES), out.suffix)
    write_file(out.absolute(), data)
    click.echo(f"{out}: {len(data):,} bytes")


def _roots(source: Path, *, place: bool) -> list[Item]:
    """The instances at the top; of a project that is no place, a place has those below its root."""
    found = read_place(source)
    for note in found.notes:
        if note.rule == "model/left-out":
            click.echo(str(note), err=True)
    # A file's own top is a place's services; a project's is its root, whatever class that has.
    if place if found.is_project else found.is_whole:
        return [child for root in found.roots for child in root.children]
    return found.roots


def _paths(item: Item, path: str) -> Iterator[tuple[str, str]]:
    """Where each instance stands, by the referent that names it."""
    stack = [(item, path)]
    while stack:
        each, at = stack.pop()
        if each.referent:
            yield each.referent, at
        stack.extend((child, f"{at}.{child.name}") for child in each.children)


def _by_depth(root: Item) -> Iterator[tuple[int, Item]]:
    stack = [(0, root)]
    while stack:
        depth, item = stack.pop()
        yield depth, item
        stack.extend((depth + 1, child) for child in reversed(item.children))
