"""`toolboxai plugin preview`, on our window and on other people's projects."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolboxai.commands.plugin import command
from toolboxai.errors import ToolboxError
from toolboxai.preview import project_sheets
from toolboxai.preview.chromium import VARIABLE, ChromiumError, find_chromium, photograph
from toolboxai.roblox.modelfile import write_model
from toolboxai.roblox.places import read_place

PLUGIN = """
local toolbar = plugin:CreateToolbar("Tools")
local button = toolbar:CreateButton("open", "Opens it", "")
local info = DockWidgetPluginGuiInfo.new(Enum.InitialDockState.Float, false, false, 300, 200, 150, 100)
local widget = plugin:CreateDockWidgetPluginGui("colours", info)
widget.Title = "Colours"
local label = Instance.new("TextLabel")
label.Size = UDim2.fromScale(1, 1)
label.Text = "A theme: " .. settings().Studio.Theme.Name
label.Parent = widget
button.Click:Connect(function() widget.Enabled = not widget.Enabled end)
"""
TWO = """
local toolbar = plugin:CreateToolbar("Tools")
for _, name in { "First", "Second" } do
    local button = toolbar:CreateButton(name, "Opens it", "")
    local info = DockWidgetPluginGuiInfo.new(Enum.InitialDockState.Float, OPEN, false, 300, 200, 150, 100)
    local widget = plugin:CreateDockWidgetPluginGui(name, info)
    Instance.new("TextLabel", widget).Text = "In the " .. name
    button.Click:Connect(function() widget.Enabled = not widget.Enabled end)
end
"""
SCREEN = """
local gui = Instance.new("ScreenGui")
local frame = Instance.new("Frame", gui)
frame.Name = "Made by a script"
frame.Size = UDim2.fromScale(0.5, 0.5)
gui.Parent = game:GetService("Players").LocalPlayer:WaitForChild("PlayerGui")
"""


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolboxai.commands.plugin.find_chromium", lambda: None)


def project(folder: Path, tree: dict[str, object], files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    file = folder / "default.project.json"
    file.write_text(json.dumps({"name": "it", "tree": tree}), encoding="utf-8")
    return file


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return project(tmp_path, {"$path": "src"}, {"src/init.server.luau": PLUGIN})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return project(
        tmp_path,
        {"$className": "DataModel", "StarterPlayer": {"StarterPlayerScripts": {"$path": "client"}}},
        {"client/Main.client.luau": SCREEN},
    )


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(command, ["preview", *arguments], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


def test_our_window_is_a_page_a_theme(tmp_path: Path) -> None:
    said = run("--out", str(tmp_path / "there"))
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == ["dark.html", "light.html"]
    assert "unpaired, pairing" in said
    assert "no Chromium on the path" in said


def test_a_plugins_window_is_opened_and_drawn_in_the_theme_and_size_that_were_asked_for(plugin: Path) -> None:
    out = plugin.parent / "out"
    said = run("--out", str(out), "--project", str(plugin), "--theme", "light", "--size", "400x250")
    assert "Colours" in said
    text = (out / "light.html").read_text(encoding="utf-8")
    assert "A theme: Light" in text
    assert "width:400px;height:250px" in text
    assert not (out / "dark.html").exists()


@pytest.mark.parametrize("opened", ["false", "true"])
def test_every_button_is_clicked_and_no_window_is_left_closed(opened: str, tmp_path: Path) -> None:
    file = project(tmp_path, {"$path": "src"}, {"src/init.server.luau": TWO.replace("OPEN", opened)})
    ((theme, sheet),) = project_sheets(file, ["dark"])
    assert theme == "dark"
    assert [caption for caption, _ in sheet.pictures] == ["First", "Second"]
    assert all(painting["objects"] for _, painting in sheet.pictures)


def test_a_places_screen_is_what_a_player_sees(place: Path) -> None:
    ((_, sheet),) = project_sheets(place, size=(1000, 600))
    ((_, painting),) = sheet.pictures
    (frame,) = [each for each in painting["objects"] if each["path"].endswith("Made by a script")]
    assert (frame["x"], frame["y"], frame["width"], frame["height"]) == (0, 0, 500, 271)
    assert (painting["width"], painting["height"]) == (1000, 600)


@pytest.mark.parametrize(("what", "suffix"), [("plugin", ".rbxm"), ("place", ".rbxlx")])
def test_a_file_shows_what_its_project_shows(what: str, suffix: str, request: pytest.FixtureRequest) -> None:
    project: Path = request.getfixturevalue(what)
    file = project.with_suffix(suffix)
    file.write_bytes(write_model(read_place(project).roots, suffix))
    assert [sheet.pictures for _, sheet in project_sheets(file, ["dark"])] == [
        sheet.pictures for _, sheet in project_sheets(project, ["dark"])
    ]


def test_what_goes_wrong_in_it_is_told(plugin: Path) -> None:
    (plugin.parent / "src" / "init.server.luau").write_text(f"{PLUGIN}\nerror('after all')", encoding="utf-8")
    said = run("--out", str(plugin.parent / "out"), "--project", str(plugin), "--theme", "dark", status=1)
    assert "after all" in said
    assert (plugin.parent / "out" / "dark.html").exists()


def test_a_place_is_played_and_drawn_once(place: Path) -> None:
    script = place.parent / "client" / "Main.client.luau"
    script.write_text(f"{SCREEN}\nwarn('only this')\nerror('after all')", encoding="utf-8")
    said = run("--out", str(place.parent / "out"), "--project", str(place), status=1)
    assert said.count("only this") == said.count("after all") == 1
    assert [path.name for path in (place.parent / "out").iterdir()] == ["screen.html"]


def test_a_warning_is_told_and_no_failure(place: Path) -> None:
    script = place.parent / "client" / "Main.client.luau"
    script.write_text(f"{SCREEN}\nwarn('only this')", encoding="utf-8")
    assert "only this" in run("--out", str(place.parent / "out"), "--project", str(place))


def test_what_shows_nothing_says_so(tmp_path: Path) -> None:
    file = project(tmp_path, {"$path": "src"}, {"src/init.server.luau": "print('nothing')"})
    with pytest.raises(ToolboxError, match="shows nothing") as caught:
        run("--out", str(tmp_path / "out"), "--project", str(file))
    assert "open a window" in (caught.value.remedy or "")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("size", ["", "0x5", "12", "99999x1", "axb"])
def test_a_size_is_two_numbers_of_pixels(size: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["preview", "--out", str(tmp_path / "out"), "--size", size])
    assert result.exit_code == 2
    assert "is no size" in result.output
    assert not (tmp_path / "out").exists()


def test_the_environment_may_name_a_browser_and_one_that_cannot_run_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    browser = find_chromium()
    assert browser == str(tmp_path / "none")
    with pytest.raises(ChromiumError, match="could not be run") as caught:
        photograph(browser, tmp_path / "page.html", tmp_path / "page.png", (10, 10))
    assert VARIABLE in (caught.value.remedy or "")
