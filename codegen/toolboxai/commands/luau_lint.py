"""`toolboxai luau lint`: what is legal Luau, and most likely a mistake."""

import json
import sys
from pathlib import Path

import click

from toolboxai.commands.luau_files import counted, find_files, read_file
from toolboxai.errors import Diagnostic
from toolboxai.luau.lint import ERROR, RULES, SEVERITIES, WARNING, lint
from toolboxai.luau.world import LUAU
from toolboxai.reports import FORMATS, RuleFacts, as_json, as_sarif
from toolboxai.roblox.world import world_of


@click.command("lint")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--level", type=click.Choice(SEVERITIES), default=WARNING, show_default=True,
              help="The least severity that is shown.")  # fmt: skip
@click.option(
    "--only",
    multiple=True,
    metavar="RULE",
    type=click.Choice(sorted(RULES)),
    help="Nothing but this rule; may be repeated.",
)
@click.option("--plain", is_flag=True, help="Plain Luau: none of the engine's globals and classes.")
def lint_command(paths: tuple[str, ...], form: str, level: str, only: tuple[str, ...], plain: bool) -> None:
    """Find likely mistakes: PATHS are files, folders or patterns.

    Syntax errors are told, too. A file turns rules off by --!nolint RuleName in its first lines. Exits 1 where
    an error or a warning is shown.
    """
    found: dict[str, list[Diagnostic]] = {}
    sources: dict[str, bytes] = {}
    for path in find_files(paths):
        sources[str(path)], found[str(path)] = _lint(path, level, only, plain=plain)
    everything = [diagnostic for diagnostics in found.values() for diagnostic in diagnostics]
    if form == "json":
        click.echo(json.dumps(_report(found), indent=2))
    elif form == "sarif":
        click.echo(json.dumps(as_sarif(everything, rule_facts(), sources=sources), indent=2))
    else:
        for diagnostic in everything:
            click.echo(str(diagnostic))
        click.echo(f"{counted(len(found), 'file')}, {_summary(everything)}")
    sys.exit(1 if any(item.severity in {ERROR, WARNING} for item in everything) else 0)


def _lint(path: Path, level: str, only: tuple[str, ...], *, plain: bool) -> tuple[bytes, list[Diagnostic]]:
    """The file's bytes, and what is wrong in it: its syntax errors, then what rules find."""
    chunk, errors = read_file(path)
    name = str(path)
    rules = [RULES[rule] for rule in only] if only else None
    found = lint(chunk, name, world=LUAU if plain else world_of(name), rules=rules)
    shown = SEVERITIES[: SEVERITIES.index(level) + 1]
    return chunk.source, sorted([*errors, *(item for item in found if item.severity in shown)])


def rule_facts() -> list[RuleFacts]:
    """The rules as reports list them, the parser's own included."""
    syntax = RuleFacts("syntax", "What Luau does not accept.")
    encoding = RuleFacts("encoding", "A file that is not UTF-8.")
    rules = (
        RuleFacts(rule.id, rule.summary, rule.severity, rule.remedy, {"luau": rule.luau} if rule.luau else {})
        for rule in RULES.values()
    )
    return [syntax, encoding, *rules]


def _report(found: dict[str, list[Diagnostic]]) -> dict[str, object]:
    files = [
        {"path": Path(path).as_posix(), "diagnostics": [as_json(item) for item in diagnostics]}
        for path, diagnostics in found.items()
    ]
    everything = [item for diagnostics in found.values() for item in diagnostics]
    counts = {f"{severity}s": _count(everything, severity) for severity in SEVERITIES}
    return {"files": files, **counts}


def _count(diagnostics: list[Diagnostic], severity: str) -> int:
    return sum(item.severity == severity for item in diagnostics)


def _summary(diagnostics: list[Diagnostic]) -> str:
    return ", ".join(counted(_count(diagnostics, severity), severity) for severity in SEVERITIES)
