"""`toolboxai plugin`: build the Studio plugin, or put it where Studio looks for it."""

from pathlib import Path

import click

from toolboxai.emit.plugin import FILE_NAME, install_plugin, plugin_bytes
from toolboxai.emit.writer import write_file


@click.group(name="plugin", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Build the Studio plugin, or install it."""


@command.command("build")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path(FILE_NAME),
    show_default=True,
    help="The .rbxmx file to write.",
)
def build(out: Path) -> None:
    """Render the templates, assemble the plugin and write it as one model file."""
    data = plugin_bytes()
    write_file(out.absolute(), data)
    click.echo(f"{out}: {len(data):,} bytes")


@command.command("install")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="The folder, where it is not Studio's own."
)
def install(to: Path | None) -> None:
    """Put the plugin where Roblox Studio looks for it."""
    path = install_plugin(to.absolute() if to else None)
    click.echo(f"Installed: {path}")
    click.echo("Studio loads it when it starts; an open Studio, when you choose Plugins > Manage Plugins.")
