"""`toolboxai`: finds the subcommand, prints a fault with its remedy, sets the exit status."""

import importlib
import sys

import click

from toolboxai.errors import ToolboxError

_COMMANDS = {
    "demo": "see it all work, from template to Studio, in a few seconds",
    "up": "serve a project to Studio",
    "pair": "approve the code that the plugin shows",
    "plugin": "build or install the Studio plugin, or see what a plugin shows",
    "lesson": "write a lesson and see it proven",
    "luau": "check, lint, measure, print and lower Luau",
    "run": "run a Luau file, or a place with its players",
    "studio": "what headless Studio does of what a project uses",
    "test": "run Luau tests in headless Studio",
    "model": "look into model files, convert them and Rojo projects",
    "sourcemap": "write a Rojo project's sourcemap, for editors",
}


class _Commands(click.Group):
    """Subcommands by name, each imported when it is asked for: starting stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"toolboxai.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="toolboxai")
def toolboxai() -> None:
    """Roblox lessons and Studio plugins: tested, paired, synchronised."""


def main() -> None:
    """The console script."""
    try:
        toolboxai(prog_name="toolboxai")
    except ToolboxError as fault:
        click.echo(f"error: {fault}", err=True)
        if fault.remedy:
            click.echo(f"  {fault.remedy}", err=True)
        sys.exit(1)
