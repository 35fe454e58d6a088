"""What kind of file each is: Rojo's own rules of names and suffixes, and those that a project adds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolboxai.errors import Diagnostic
from toolboxai.roblox.globs import GlobError, PathGlob
from toolboxai.roblox.jsonfile import JsonFile

# Script kinds to the class and the run context; with `emitLegacyScripts` off, the first two are Scripts as well.
SCRIPT_KINDS = {
    "serverScript": ("Script", "Server"),
    "clientScript": ("LocalScript", "Client"),
    "moduleScript": ("ModuleScript", ""),
    "pluginScript": ("Script", "Plugin"),
    "legacyServerScript": ("Script", "Legacy"),
    "legacyClientScript": ("LocalScript", ""),
    "runContextServerScript": ("Script", "Server"),
    "runContextClientScript": ("Script", "Client"),
}
KINDS = (*SCRIPT_KINDS, "project", "jsonModel", "json", "toml", "csv", "text", "rbxmx", "rbxm", "yaml", "ignore")
_SUFFIXES = {
    ".server.lua": "serverScript", ".server.luau": "serverScript", ".client.lua": "clientScript",
    ".client.luau": "clientScript", ".plugin.lua": "pluginScript", ".plugin.luau": "pluginScript",
    ".lua": "moduleScript", ".luau": "moduleScript", ".project.json": "project", ".project.jsonc": "project",
    ".model.json": "jsonModel", ".model.jsonc": "jsonModel", ".meta.json": "ignore", ".meta.jsonc": "ignore",
    ".json": "json", ".jsonc": "json", ".toml": "toml", ".csv": "csv", ".txt": "text", ".rbxmx": "rbxmx",
    ".rbxm": "rbxm", ".yml": "yaml", ".yaml": "yaml",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SyncRule:
    """Files of a project that are of a kind, whatever their suffix is."""

    pattern: PathGlob
    exclude: PathGlob | None
    kind: str
    suffix: str | None  # what is cut off their names; the last suffix where that is not said

    def kind_of(self, path: Path) -> tuple[str, str] | None:
        if (self.exclude and self.exclude.matches(path)) or not self.pattern.matches(path):
            return None
        return self.kind, path.stem if self.suffix is None else path.name.removesuffix(self.suffix)


def kind_by_suffix(path: Path) -> tuple[str, str] | None:
    """The kind of a file by Rojo's own rules, and the name of its instance; None for what makes none."""
    for suffix, kind in _SUFFIXES.items():
        if path.name.endswith(suffix) and len(path.name) > len(suffix):
            return kind, path.name.removesuffix(suffix)
    return None


def read_rules(file: JsonFile, problems: list[Diagnostic]) -> list[SyncRule]:
    """A project's ``syncRules``; mistakes are added to ``problems``."""
    written = file.value.get("syncRules", [])
    if not isinstance(written, list):
        problems.append(_mistake(file, ("syncRules",), "syncRules must be a list"))
        return []
    found = []
    for index, rule in enumerate(written):
        keys = ("syncRules", index)
        try:
            found.append(_rule(file.path.parent, rule))
        except (GlobError, TypeError, KeyError) as error:
            reason = f"has no {error}" if isinstance(error, KeyError) else str(error)
            problems.append(_mistake(file, keys, f"rule {index + 1} {reason}"))
    return found


def _rule(base: Path, rule: Any) -> SyncRule:
    if not isinstance(rule, dict) or not all(isinstance(value, str) for value in rule.values()):
        raise TypeError("must be an object of strings")
    pattern, kind = rule["pattern"], rule["use"]
    if kind not in KINDS:
        raise TypeError(f"uses {kind!r}, which is none of {', '.join(KINDS)}")
    exclude = PathGlob.of(base, rule["exclude"]) if "exclude" in rule else None
    return SyncRule(PathGlob.of(base, pattern), exclude, kind, rule.get("suffix"))


def _mistake(file: JsonFile, keys: tuple[str | int, ...], message: str) -> Diagnostic:
    remedy = 'write { "pattern": "*.data", "use": "text", "suffix": ".data" }'
    return file.mistake(keys, "project/sync-rules", message, remedy)
