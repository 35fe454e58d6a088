"""`toolboxai lesson`: write a lesson, and see it proven."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from toolboxai.curriculum.course import load_shelf
from toolboxai.curriculum.lesson import Loaded
from toolboxai.curriculum.proof import SEEDS, Report, prove
from toolboxai.curriculum.skeleton import new_lesson
from toolboxai.errors import Diagnostic

_PROGRESS_EVERY = 10


@click.group("lesson", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Write a lesson, and see it proven."""


@command.command("new")
@click.argument("name")
@click.option("--to", "parent", type=click.Path(path_type=Path), default=Path("lessons"), show_default=True,
              help="The folder that the lesson's own folder goes into.")  # fmt: skip
def new(name: str, parent: Path) -> None:
    """Write a small lesson that passes its check, to be made your own."""
    folder = new_lesson(name, parent)
    click.echo(f"{folder} is written. It is a whole lesson already: see it proven with")
    click.echo(f"  toolboxai lesson check {folder}")


@command.command("check")
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--seeds", type=click.IntRange(1, 1000), default=len(SEEDS), show_default=True,
              help="How many seeds are proven.")  # fmt: skip
def check(paths: tuple[Path, ...], form: str, seeds: int) -> None:
    """Load, validate and prove lessons: a lesson folder, a course, or a folder of courses.

    The solution must pass and the starter must fail at every level and seed, in five fresh runtimes with one verdict;
    every known mistake must get its message. Exits 1 where there is a mistake, and tells them all.
    """
    results: list[dict[str, Any]] = []
    problems: list[Diagnostic] = []
    for path in paths:
        shelf = load_shelf(path)
        for folder, loaded in shelf.lessons:
            report = _prove(folder, loaded, seeds, quiet=form == "json")
            problems += report.problems
            results.append(_result(folder, loaded, report))
            if form == "text":
                _tell(folder, report)
        problems += shelf.problems
        if form == "text":
            for problem in shelf.problems:
                click.echo(str(problem))
    if form == "json":
        found = [_plain(problem) for problem in problems]
        click.echo(json.dumps({"proven": not problems, "lessons": results, "problems": found}, indent=2))
    else:
        _sum_up(results, problems)
    sys.exit(1 if problems else 0)


def _prove(folder: Path, loaded: Loaded, seeds: int, *, quiet: bool) -> Report:
    if loaded.lesson is None:
        return Report(loaded.problems)
    shows = not quiet and sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        if shows and (done % _PROGRESS_EVERY == 0 or done == total):
            click.echo(f"\r{folder}: {done} of {total} runs", nl=False, err=True)

    report = prove(loaded.lesson, seeds=range(1, seeds + 1), progress=progress)
    if shows:
        click.echo(f"\r{' ' * 79}\r", nl=False, err=True)
    return report


def _tell(folder: Path, report: Report) -> None:
    for problem in report.problems:
        click.echo(str(problem))
    if report.proven:
        click.echo(f"{folder}: proven by {report.runs} runs in {report.seconds:.1f} s")


def _sum_up(results: list[dict[str, Any]], problems: list[Diagnostic]) -> None:
    proven = sum(result["proven"] for result in results)
    mistakes = f"{len(problems)} mistake{'' if len(problems) == 1 else 's'}"
    click.echo(f"{proven} of {len(results)} lessons proven, {mistakes}.")


def _result(folder: Path, loaded: Loaded, report: Report) -> dict[str, Any]:
    return {
        "path": str(folder),
        "id": loaded.lesson.id if loaded.lesson else None,
        "proven": report.proven,
        "runs": report.runs,
        "seconds": round(report.seconds, 3),
    }


def _plain(problem: Diagnostic) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "rule": problem.rule,
        "message": problem.message,
        "remedy": problem.remedy,
    }
