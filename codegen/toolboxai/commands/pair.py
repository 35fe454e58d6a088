"""`toolboxai pair`: approve the code that the plugin shows."""

from pathlib import Path

import click

from toolboxai_server.approving import approve_pairing


@click.command(name="pair")
@click.argument("code")
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="this folder",
    help="The project that is served: its file or folder.",
)
@click.option("--port", type=click.IntRange(1, 65_535), help="The server's port, where the project does not tell it.")
def command(code: str, project: Path, port: int | None) -> None:
    """Let the plugin that shows CODE (ABCD-2345) into the project that `toolboxai up` serves."""
    client = approve_pairing(project.absolute(), code, port)
    click.echo(f"Paired: {client}")
