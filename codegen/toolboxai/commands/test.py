"""`toolboxai test`: runs Luau tests in headless Studio, and says how each case went."""

import sys
import time
from pathlib import Path

import click

from toolboxai.errors import ToolboxError
from toolboxai.studio import ENGINES
from toolboxai.testing.discovery import SUFFIXES, absolute, find_specs
from toolboxai.testing.keyword import KeywordError, Matches, keyword
from toolboxai.testing.report import Summary, TextReport, as_json, as_junit
from toolboxai.testing.runner import Runner
from toolboxai.testing.running import run_files


class NoTestsError(ToolboxError, LookupError):
    """There is nothing to run."""

    __str__ = ToolboxError.__str__


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--project", type=click.Path(exists=True, path_type=Path), help="the Rojo project to run the tests in")
@click.option("--engine", type=click.Choice(ENGINES), help="engine to run them on; the fastest there is by default")
@click.option("-k", "expression", help='only cases whose file or title match, such as "inventory and not slow"')
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="write json or junit to this file, and text to the screen",
)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True,
              help="real time that one case may take")  # fmt: skip
def command(  # noqa: PLR0913 - one for each option
    paths: tuple[Path, ...],
    project: Path | None,
    engine: str | None,
    expression: str | None,
    form: str,
    output: Path | None,
    seconds: float,
) -> None:
    """Run the tests in PATHS, which are files or folders (here by default).

    Folders are searched for *.spec.luau, *.spec.lua, *.test.luau and *.test.lua. Exits 1 where a case fails.
    """
    if output is not None and form == "text":
        raise click.UsageError("--output takes a report for tools: name --format json or --format junit as well")
    chosen = _chosen(expression)
    files = find_specs(paths or (_home(project),))
    if not files:
        names = ", ".join(f"*{suffix}" for suffix in SUFFIXES)
        where = ", ".join(map(str, paths)) or "this folder"
        raise NoTestsError(f"no tests found in {where}", remedy=f"test files are called {names}; or name one")
    began = time.perf_counter()
    summary = Summary()
    text = TextReport(_say) if form == "text" or output is not None else None
    with Runner(engine=engine, project=project, seconds=seconds) as runner:
        for told in run_files(runner, files, chosen, named=[absolute(path) for path in paths]):
            summary.add(told)
            if text:
                text.told(told)
    spent = time.perf_counter() - began
    if text:
        text.finish(summary, spent)
    if form != "text":
        _write(as_json(summary, spent) if form == "json" else as_junit(summary, spent), output)
    if not summary.cases:
        raise NoTestsError(
            f"none of the cases match {expression!r}" if expression else "no file declares a test",
            remedy="-k looks for words in a case's file and title" if expression else "see docs/testing.md for how",
        )
    sys.exit(1 if summary.failures else 0)


def _home(project: Path | None) -> Path:
    if project is None:
        return Path()
    return project if project.is_dir() else project.parent


def _chosen(expression: str | None) -> Matches | None:
    try:
        return keyword(expression) if expression is not None else None
    except KeywordError as fault:
        raise click.BadParameter(f"{fault}; {fault.remedy}", param_hint="-k") from None


def _say(text: str) -> None:
    click.echo(text, nl=False)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
