"""`toolboxai plugin`: build the Studio plugin, put it where Studio looks for it, or look at its window."""

import re
import sys
from pathlib import Path

import click

from toolboxai.emit.plugin import FILE_NAME, install_plugin, plugin_bytes
from toolboxai.emit.writer import write_file
from toolboxai.preview import find_chromium, own_sheet, page, photograph, project_sheets
from toolboxai.preview.gallery import THEMES
from toolboxai.studio.host import OutputLine


@click.group(name="plugin", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Build the Studio plugin, install it, or look at what it shows."""


@command.command("build")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path(FILE_NAME),
    show_default=True,
    help="The file to write, .rbxmx or .rbxm.",
)
def build(out: Path) -> None:
    """Render the templates, assemble the plugin and write it as one model file."""
    data = plugin_bytes(suffix=out.suffix)
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


class _Size(click.ParamType[tuple[int, int]]):
    name = "WxH"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        match = re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", value)
        if match is None:
            self.fail(f"{value!r} is no size: write width x height in pixels, such as 1280x720", param, ctx)
        return int(match[1]), int(match[2])


@command.command("preview")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("preview"),
    show_default=True,
    help="The folder for the pages and pictures.",
)
@click.option(
    "--project",
    type=click.Path(path_type=Path, exists=True),
    help="A Rojo project or a model file: a plugin, whose windows are opened, or a place, where a player comes in.",
)
@click.option(
    "--theme",
    type=click.Choice([*THEMES, "both"]),
    default="both",
    show_default=True,
    help="Studio's theme around a plugin; a place is drawn once, whatever it is.",
)
@click.option("--size", type=_Size(), help="The screen's or the windows' size; a window has its own by default.")
def preview(out: Path, project: Path | None, theme: str, size: tuple[int, int] | None) -> None:
    """Draw what a plugin or a place shows, without Studio: an HTML page, and a PNG where Chromium is.

    Without --project it is our own window, in each of its states. The exit status is 1 where the project's scripts
    wrote an error or nothing is shown.
    """
    failed = False

    def complain(line: OutputLine) -> None:
        nonlocal failed
        failed = failed or line.kind == "error"
        if line.kind in {"error", "warn"}:
            click.echo(line.text, err=True)

    themes = THEMES if theme == "both" else (theme,)
    own = ((each, own_sheet(each, size)) for each in themes)
    browser = find_chromium()
    for name, sheet in project_sheets(project, themes, size, complain) if project else own:
        html = out / f"{name}.html"
        write_file(html.absolute(), page(sheet).encode())
        click.echo(f"{html}: {', '.join(caption for caption, _ in sheet.pictures)}")
        if browser is not None:
            photograph(browser, html, html.with_suffix(".png"), sheet.size())
            click.echo(f"{html.with_suffix('.png')}: {'x'.join(map(str, sheet.size()))}")
    if browser is None:
        click.echo("No PNG: there is no Chromium on the path. TOOLBOXAI_CHROMIUM may name one.")
    if failed:
        sys.exit(1)
