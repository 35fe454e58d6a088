"""`toolboxai studio`: questions about headless Studio itself."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from toolboxai.commands.luau_files import SUFFIXES, counted, find_files, read_file
from toolboxai.errors import Diagnostic
from toolboxai.luau.diagnostics import diagnostics
from toolboxai.luau.parser import parse
from toolboxai.luau.syntax import Chunk
from toolboxai.roblox import modelfile
from toolboxai.roblox.model import ModelFileError
from toolboxai.roblox.uses import find_uses
from toolboxai.studio import ENGINES
from toolboxai.studio.coverage import Coverage, Judge, State, Tally

_LACKING: Final = {State.NONE: "no behaviour", State.DEFAULT: "a default only"}
_LISTED: Final = 40


@click.group("studio")
def command() -> None:
    """What headless Studio does."""


@command.command("coverage")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--engine", type=click.Choice(ENGINES), help="Lua engine; the fastest there is by default")
def coverage_command(paths: tuple[str, ...], form: str, engine: str | None) -> None:
    """Tell which engine members files use, and whether each has behaviour here, a default only, or none.

    PATHS are files, folders or patterns; the scripts of models and places (.rbxm, .rbxmx, .rbxl, .rbxlx) count.
    docs/studio-coverage.md says what the three mean. Exits 1 where a file has syntax errors, which is read as far as
    that goes, or a model file is damaged, which is left out.
    """
    found: dict[str, Coverage] = {}
    mistakes: list[Diagnostic] = []
    with Judge(engine) as judge:
        for path in paths:
            for file in find_files((path,), SUFFIXES.union(modelfile.SUFFIXES)):
                part = found.setdefault(_part(Path(path), file), Coverage())
                try:
                    for chunk, wrong in _chunks(file):
                        part.add(judge.judge(find_uses(chunk)))
                        mistakes += wrong
                except ModelFileError as fault:
                    mistakes.append(fault.diagnostic)
    for mistake in mistakes:
        click.echo(str(mistake), err=True)
    click.echo(_SHAPES[form](found))
    sys.exit(1 if mistakes else 0)


def _chunks(file: Path) -> Iterator[tuple[Chunk, list[Diagnostic]]]:
    """The file, or the scripts of a model file, with their mistakes."""
    if file.suffix not in modelfile.SUFFIXES:
        yield read_file(file)
        return
    for root in modelfile.read_model(file):
        for names, script in root.scripts():
            chunk = parse(script.source)
            yield chunk, diagnostics(chunk, f"{file}#{'.'.join(names)}")


def _part(path: Path, file: Path) -> str:
    """What a file is counted under: the first folder below the path that was named."""
    inside = file.relative_to(path).parts if path.is_dir() else ()
    return inside[0] if len(inside) > 1 else path.as_posix()


def _whole(found: dict[str, Coverage]) -> Coverage:
    whole = Coverage()
    for coverage in found.values():
        whole.add(coverage)
    return whole


def _percent(tally: Tally) -> str:
    return f"{100 * tally.share:.1f} %" if tally.total else "-"


# --- shapes


def _json(found: dict[str, Coverage]) -> str:
    parts = {name: _plain(coverage) for name, coverage in found.items()}
    return json.dumps({"parts": parts, "all": _plain(_whole(found))}, indent=2)


def _plain(coverage: Coverage) -> dict[str, Any]:
    return {
        **_tally(coverage.whole),
        "by_class": _tally(coverage.by_class),
        "by_name": _tally(coverage.by_name),
        "unclear": dict(_ranked(coverage.unclear)),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "share": round(tally.share, 4) if tally.total else None,
        **{state.value: dict(_ranked(uses)) for state, uses in tally.uses.items()},
    }


def _ranked(uses: Counter[str]) -> list[tuple[str, int]]:
    return sorted(uses.items(), key=lambda item: (-item[1], item[0]))


def _text(found: dict[str, Coverage]) -> str:
    return "\n".join(_text_lines(_whole(found)))


def _text_lines(coverage: Coverage) -> Iterator[str]:
    whole = coverage.whole
    for state, title in _LACKING.items():
        if whole.uses[state]:
            yield f"{title}:"
            yield from (f"{count:>6}  {name}" for name, count in _ranked(whole.uses[state]))
    if not whole.total:
        unclear = coverage.unclear.total()
        yield "no uses of the engine" + (f" ({counted(unclear, 'use')} cannot be told)" if unclear else "")
        return
    yield (
        f"{counted(whole.total, 'use')} of the engine: {_percent(whole)} have behaviour,"
        f" {whole.count(State.DEFAULT):,} a default only, {whole.count(State.NONE):,} none"
        f" ({counted(coverage.unclear.total(), 'more use')} cannot be told)"
    )
    yield f"by the object's class: {_brief(coverage.by_class)}; by the member's name alone: {_brief(coverage.by_name)}"


def _brief(tally: Tally) -> str:
    return f"{tally.total:,}, of which {_percent(tally)} have behaviour" if tally.total else "0"


def _markdown(found: dict[str, Coverage]) -> str:
    return "\n".join(_markdown_lines(found))


def _markdown_lines(found: dict[str, Coverage]) -> Iterator[str]:
    whole = _whole(found)
    yield "| | by class | behaviour | by name alone | behaviour | a default only | none | cannot be told |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name, coverage in [*sorted(found.items()), ("**all**", whole)]:
        by_class, by_name, both = coverage.by_class, coverage.by_name, coverage.whole
        yield (
            f"| {name} | {by_class.total:,} | {_percent(by_class)} | {by_name.total:,} | {_percent(by_name)} |"
            f" {both.count(State.DEFAULT):,} | {both.count(State.NONE):,} | {coverage.unclear.total():,} |"
        )
    for state, title in _LACKING.items():
        ranked = _ranked(whole.whole.uses[state])
        if ranked:
            yield f"\nMost used with {title}: " + ", ".join(f"`{name}` {n}" for name, n in ranked[:_LISTED]) + "."


_SHAPES: Final = {"text": _text, "json": _json, "markdown": _markdown}
