"""Every setting of the server: read once at start, checked, then frozen."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from toolboxai.errors import ToolboxError

STATE_FOLDER = ".toolboxai"
_PREFIX = "TOOLBOXAI_"
_MEBIBYTE = 1024 * 1024


class SettingsError(ToolboxError):
    """A setting that is unknown, of the wrong kind or too weak."""


def _number(default: int, low: int, high: int, doc: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "doc": doc})


@dataclass(frozen=True, slots=True)
class Settings:
    """What `create_app` and `serve` go by; the environment (`TOOLBOXAI_PORT`) wins over `.toolboxai/settings.toml`."""

    project: Path
    """A Rojo project file, or a folder that has or gets one; absolute, without links in it."""

    port: int = _number(8008, 0, 65_535, "the port on both loopbacks; 0 takes a free one")
    access_seconds: int = _number(900, 30, 86_400, "how long an access token is good for")
    refresh_days: int = _number(30, 1, 365, "how long a plugin that stays away remains paired")
    pairing_seconds: int = _number(600, 30, 3_600, "how long a pairing code waits for its approval")
    poll_seconds: int = _number(2, 1, 60, "how often a plugin asks whether its code was approved")
    document_bytes: int = _number(_MEBIBYTE, 1_024, 8 * _MEBIBYTE, "the largest script")
    message_bytes: int = _number(2 * _MEBIBYTE, 4_096, 8 * _MEBIBYTE, "the largest message on a socket")
    edits_per_second: int = _number(500, 1, 10_000, "how many edits of one socket are taken a second; more wait")
    outbox_messages: int = _number(
        2_000, 8, 100_000, "how many messages may wait for a slow reader before it is dropped"
    )
    snapshot_every: int = _number(100, 1, 10_000, "after how many changes a document's whole text is stored")
    settle_milliseconds: int = _number(
        100, 0, 5_000, "how long a changed script rests before it is written to its file"
    )
    lesson_checks: int = _number(2, 1, 64, "how many lesson checks run at once")

    def __post_init__(self) -> None:
        for known in fields(self)[1:]:
            _check(known.name, getattr(self, known.name), known.metadata)

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.project.parent if self.project.suffix == ".json" else self.project

    @property
    def state(self) -> Path:
        """Where the server keeps what must outlive it."""
        return self.folder / STATE_FOLDER


def load_settings(project: Path, environment: Mapping[str, str] = os.environ, **given: int | None) -> Settings:
    """The settings of `project`: defaults, then its file, then the environment, then what is `given` and not None.

    Raises SettingsError for the first that is unknown, of the wrong kind or outside its bounds.
    """
    project = project.resolve()
    folder = Settings(project).folder
    values: dict[str, Any] = {}
    values |= _from_file(folder / STATE_FOLDER / "settings.toml")
    values |= _from_environment(environment)
    values |= {name: value for name, value in given.items() if value is not None}
    return Settings(project, **values)


def describe_settings() -> dict[str, str]:
    """Each setting's name, and what it is for with its bounds and default."""
    return {
        known.name: f"{known.metadata['doc']} ({known.metadata['low']} to {known.metadata['high']}; {known.default})"
        for known in fields(Settings)[1:]
    }


def _known() -> dict[str, Mapping[str, Any]]:
    return {known.name: known.metadata for known in fields(Settings)[1:]}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{path} is not TOML: {fault}", remedy="Correct it, or remove it for defaults.") from fault
    for name in values:
        if name not in _known():
            raise SettingsError(f"{path} sets `{name}`, which is no setting", remedy=_list_of_names())
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(_PREFIX):
            continue
        name = variable.removeprefix(_PREFIX).lower()
        if name not in _known():
            raise SettingsError(f"{variable} is set, which is no setting", remedy=_list_of_names())
        try:
            values[name] = int(text)
        except ValueError as fault:
            raise SettingsError(
                f"{variable} is {text!r}, which is no whole number", remedy=_bounds(name, _known()[name])
            ) from fault
    return values


def _check(name: str, value: object, metadata: Mapping[str, Any]) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise SettingsError(
            f"the setting `{name}` is {value!r}, which is no whole number", remedy=_bounds(name, metadata)
        )
    if not metadata["low"] <= value <= metadata["high"]:
        raise SettingsError(f"the setting `{name}` is {value}, out of its bounds", remedy=_bounds(name, metadata))


def _bounds(name: str, metadata: Mapping[str, Any]) -> str:
    return f"{name}: {metadata['doc']}; from {metadata['low']} to {metadata['high']}."


def _list_of_names() -> str:
    return f"Settings are: {', '.join(_known())}."
