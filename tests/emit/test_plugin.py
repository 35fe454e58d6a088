"""The plugin out of its project and templates."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolboxai.cli import toolboxai
from toolboxai.emit import Environment, TemplateError
from toolboxai.emit.drift import differences, main
from toolboxai.emit.environment import TEMPLATES
from toolboxai.emit.generated import generated
from toolboxai.emit.plugin import (
    FILE_NAME,
    NoPluginsFolderError,
    PluginBuildError,
    build_plugin,
    plugin_bytes,
    plugins_folder,
)
from toolboxai.errors import ToolboxError
from toolboxai.luau.parser import parse
from toolboxai.roblox.project import read_project
from toolboxai.roblox.rbxmx import parse_rbxmx
from toolboxai.shipped import checkout, shipped


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    return folder


def change(template: Path, old: str, new: str) -> None:
    text = template.read_text(encoding="utf-8")
    assert old in text
    template.write_text(text.replace(old, new), encoding="utf-8")


def test_the_file_that_studio_loads_is_the_tree_that_the_project_describes() -> None:
    assert parse_rbxmx(plugin_bytes()) == [read_project(shipped("rojo.project.json")).checked().root]


def test_the_plugin_has_the_parts_that_its_sources_require() -> None:
    plugin = build_plugin()
    assert plugin.name == "ToolboxAI_Plugin"
    assert plugin.class_name == "Script"
    for path in (
        ("SDK", "generated", "Protocol"),
        ("Generated", "Window"),
        ("Generated", "Config"),
        ("UI", "MainWindow"),
    ):
        found = plugin.find(*path)
        assert found is not None, path
        assert found.class_name == "ModuleScript"
    assert not any("manifest" in path for path, _ in plugin.walk())


def test_every_emitted_file_says_so_on_its_first_lines() -> None:
    for folder, files in generated().items():
        for name, text in files.items():
            assert b"just golden" in text.split(b"\n")[1], f"{folder}/{name}"
            assert not parse(text).problems


def test_changing_one_template_changes_the_window(templates: Path) -> None:
    change(templates / "plugin" / "Window.luau.jinja", 'title = "Connection"', 'title = "Are we connected?"')
    changed, before = build_plugin(Environment(templates)), build_plugin()
    window = changed.find("Generated", "Window")
    assert window is not None
    assert 'title = "Are we connected?"' in window.source
    differing = [
        path
        for (path, left), (_, right) in zip(changed.walk(), before.walk(), strict=True)
        if left.properties != right.properties
    ]
    assert differing == [("Generated", "Window")]


def test_a_template_that_gives_no_luau_stops_the_build_with_its_place(templates: Path) -> None:
    change(templates / "plugin" / "Window.luau.jinja", "sections = {", "sections = {{")
    with pytest.raises(PluginBuildError) as fault:
        build_plugin(Environment(templates))
    assert fault.value.diagnostics[0].path == "Generated.Window"
    assert fault.value.diagnostics[0].line > 1


def test_a_broken_template_stops_the_build_with_its_line(templates: Path) -> None:
    change(templates / "plugin" / "Config.luau.jinja", "<$ port $>", "<$ prot $>")
    with pytest.raises(TemplateError, match=r"plugin/Config\.luau\.jinja:\d+: 'prot' is undefined"):
        build_plugin(Environment(templates))


@pytest.mark.skipif(checkout() is None, reason="an installed package has nothing to compare")
def test_the_committed_files_are_what_the_templates_give() -> None:
    root = checkout()
    assert root is not None
    assert "".join(differences(root)) == "", "run `just golden`"
    assert main(["--check"]) == 0


def test_drift_is_shown_as_a_diff(tmp_path: Path) -> None:
    for folder, files in generated().items():
        (tmp_path / folder).mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / folder / name).write_bytes(text.replace(b"ToolboxAI Lessons", b"Other"))
    (tmp_path / "plugin/generated/Old.luau").write_text("return 1\n")
    found = "".join(differences(tmp_path))
    assert '-\ttitle = "Other",\n+\ttitle = "ToolboxAI Lessons",\n' in found
    assert "--- plugin/generated/Old.luau" in found


def test_a_checkout_with_crlf_has_no_drift(tmp_path: Path) -> None:
    for folder, files in generated().items():
        (tmp_path / folder).mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / folder / name).write_bytes(text.replace(b"\n", b"\r\n"))
    assert "--- plugin/generated/Window.luau" not in "".join(differences(tmp_path))


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(toolboxai, arguments)
    if isinstance(result.exception, ToolboxError):
        return 1, f"{result.exception}\n{result.exception.remedy}"
    return result.exit_code, result.output


def test_plugin_build_writes_one_file(tmp_path: Path) -> None:
    status, output = run("plugin", "build", "--out", str(tmp_path / "new" / "p.rbxmx"))
    assert (status, "bytes" in output) == (0, True)
    assert (tmp_path / "new" / "p.rbxmx").read_bytes() == plugin_bytes()
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["p.rbxmx"]


def test_plugin_install_puts_it_where_it_is_told(tmp_path: Path) -> None:
    assert run("plugin", "install", "--to", str(tmp_path / "Plugins"))[0] == 0
    assert (tmp_path / "Plugins" / FILE_NAME).read_bytes() == plugin_bytes()


@pytest.mark.parametrize(
    ("platform", "expected"),
    [("win32", Path("local") / "Roblox" / "Plugins"), ("darwin", Path.home() / "Documents" / "Roblox" / "Plugins")],
)
def test_studios_plugins_folder(monkeypatch: pytest.MonkeyPatch, platform: str, expected: Path) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("LOCALAPPDATA", "local")
    assert plugins_folder() == expected


def test_where_studio_does_not_run_the_folder_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(NoPluginsFolderError) as fault:
        plugins_folder()
    assert "--to DIR" in fault.value.remedy


def test_a_fault_ends_the_command_line_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    program = "from toolboxai.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "plugin", "build", "--out", str(tmp_path / "file" / "x.rbxmx")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("error: cannot write below")
    assert "Traceback" not in done.stderr
