"""Lint: what is legal Luau, and yet most likely not what its author meant."""

from collections.abc import Iterable, Iterator

from toolboxai.errors import Diagnostic
from toolboxai.luau import collector
from toolboxai.luau import syntax as s
from toolboxai.luau.diagnostics import position
from toolboxai.luau.folding import Folder
from toolboxai.luau.inference import Classes
from toolboxai.luau.lint import calls, comparisons, directives, flow, members, names, tables
from toolboxai.luau.lint.registry import ERROR, NOTE, RULES, SEVERITIES, WARNING, File, Finding, Rule
from toolboxai.luau.scopes import resolve
from toolboxai.luau.world import LUAU, World

__all__ = ["ERROR", "NOTE", "RULES", "SEVERITIES", "WARNING", "File", "Finding", "Rule", "lint"]

_MODULES = (calls, comparisons, directives, flow, members, names, tables)  # importing them fills RULES


@collector.paused()
def lint(chunk: s.Chunk, path: str, *, world: World = LUAU, rules: Iterable[Rule] | None = None) -> list[Diagnostic]:
    """What the rules find in a parsed file, in the order of the text.

    ``world`` says which names are there (`toolboxai.roblox.world.roblox_world` for Studio); ``rules`` are all of
    `RULES` by default. ``--!nolint`` and ``--!nolint RuleName`` are obeyed. A file with syntax errors is looked at as
    far as it was read, by the rules that can. Syntax errors are not among the answers: see `diagnostics`.
    """
    everything, off = directives.is_off(chunk)
    if everything:
        return []
    scopes = resolve(chunk)
    folder = Folder(scopes)
    file = File(chunk, scopes, folder, Classes(scopes, folder, world), world)
    found: list[Diagnostic] = []
    for rule in RULES.values() if rules is None else rules:
        if rule.id in off or rule.luau in off or (rule.needs_whole and chunk.problems):
            continue
        found += _diagnostics(file, path, rule)
    return sorted(found)


def _diagnostics(file: File, path: str, rule: Rule) -> Iterator[Diagnostic]:
    for finding in rule.check(file):
        line, column = position(file.chunk, finding.start)
        end = position(file.chunk, finding.end)
        remedy = finding.remedy or rule.remedy
        yield Diagnostic(path, line, column, rule.id, finding.message, remedy, rule.severity, *end)
