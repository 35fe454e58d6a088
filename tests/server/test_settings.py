"""Settings come from a file and the environment, and a wrong one stops the start with its remedy."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from toolboxai_server.settings import Settings, SettingsError, load_settings


def write(project: Path, text: str) -> None:
    (project / ".toolboxai").mkdir(exist_ok=True)
    (project / ".toolboxai" / "settings.toml").write_text(text)


def test_the_environment_wins_over_the_file_and_what_is_given_over_both(tmp_path: Path):
    assert load_settings(tmp_path, {}).port == 8008
    write(tmp_path, "port = 1000\naccess_seconds = 60\n")
    assert load_settings(tmp_path, {"TOOLBOXAI_PORT": "2000", "PATH": "x"}).port == 2000
    assert load_settings(tmp_path, {"TOOLBOXAI_PORT": "2000"}, port=3000).port == 3000
    assert load_settings(tmp_path, {}, port=None).port == 1000
    assert load_settings(tmp_path, {}).access_seconds == 60


@pytest.mark.parametrize("text", ["prot = 1", "port = '1'", "port = 1.5", "port = true", "port = 65536", "port = ["])
def test_a_wrong_line_in_the_file_stops_the_start(tmp_path: Path, text: str):
    write(tmp_path, text)
    with pytest.raises(SettingsError) as fault:
        load_settings(tmp_path, {})
    assert fault.value.remedy


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TOOLBOXAI_PROT", "1"), ("TOOLBOXAI_PORT", "x"), ("TOOLBOXAI_PORT", "-1"), ("TOOLBOXAI_ACCESS_SECONDS", "999999"),
        ("TOOLBOXAI_PAIRING_SECONDS", "86400"), ("TOOLBOXAI_PROJECT", "x"),
    ],
)  # fmt: skip
def test_an_unknown_or_weak_variable_stops_the_start(tmp_path: Path, variable: str, value: str):
    with pytest.raises(SettingsError) as fault:
        load_settings(tmp_path, {variable: value})
    assert variable.removeprefix("TOOLBOXAI_").lower() in str(fault.value).lower()
    assert fault.value.remedy


def test_settings_are_frozen_and_each_is_described(tmp_path: Path):
    with pytest.raises(FrozenInstanceError):
        Settings(tmp_path).port = 1  # type: ignore[misc]
    assert all(known.metadata["doc"] for known in fields(Settings)[1:])
    assert Settings(tmp_path / "default.project.json").state == tmp_path / ".toolboxai"
