"""`toolboxai up`: serve a project to Studio until Ctrl-C."""

import time
from pathlib import Path

import click

from toolboxai.errors import ToolboxError
from toolboxai.shipped import checkout
from toolboxai_server import Settings, load_settings, serve
from toolboxai_server.settings import describe_settings

_QUIET = {"pairing": "→", "paired": "✓", "fault": "!", "refused": "!", "kept": "!", "revoked": "!"}


def _settings() -> str:
    rows = "\n".join(f"  {name}: {doc}" for name, doc in describe_settings().items())
    return f"\b\nSettings, as TOOLBOXAI_NAME in the environment or name = N in .toolboxai/settings.toml:\n{rows}"


@click.command(name="up", epilog=_settings())
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="this folder",
    help="A Rojo project file, its folder, or a new folder.",
)
@click.option("--port", type=click.IntRange(0, 65_535), help="8008 unless set; 0 takes a free one.")
def command(project: Path, port: int | None) -> None:
    """Serve a project to Studio: scripts, lessons and pairing, until Ctrl-C."""
    _refuse_own_repository(project)
    settings = load_settings(project.absolute(), port=port)
    serve(settings, _announce, lambda bound: _greet(settings, bound))
    click.echo("Stopped; every script is in its file.")


def _refuse_own_repository(project: Path) -> None:
    ours = checkout()
    if ours is None:
        return
    folder = (project.parent if project.suffix == ".json" else project).resolve()
    if folder == ours or folder.is_relative_to(ours):
        raise ToolboxError(
            f"{folder} is ToolboxAI's own repository; serving it would put its sources into Studio",
            remedy="Name a project of yours: toolboxai up --project ../my-game",
        )


def _greet(settings: Settings, port: int) -> None:
    with_port = "" if port == 8008 else f" --port {port}"
    click.echo(f"ToolboxAI serves {settings.folder.name} at http://localhost:{port} (127.0.0.1 and ::1)")
    click.echo(f"  project  {settings.folder}")
    click.echo(f"  state    {settings.state}")
    click.echo(f"To pair, open the plugin in Studio and run: toolboxai pair CODE{with_port}")
    click.echo("Ctrl-C ends it.")


def _announce(kind: str, sentence: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {_QUIET.get(kind, '·')} {sentence}")
