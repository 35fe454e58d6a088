"""The file that a new script becomes: it reads back as that script, or the refusal says why and what to do."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.roblox.filenames import SUFFIX_OF, name_problem, split_script
from toolboxai.roblox.project import NoFileError, Project, read_project

PROJECT = """{
  "name": "Game",
  "globIgnorePaths": ["**/*.spec.luau"],
  "tree": {
    "$className": "DataModel",
    "ServerScriptService": { "$path": "server" },
    "Workspace": { "Map": { "$className": "Folder" } }
  }
}"""

tricky = st.sampled_from(
    ["Main", "MAIN", "main", "init", "Init", "con", "Nul.x", "a.server", "a.client", "a.b", "x.spec", ".hidden", "a/b", "..",
     "a ", "a.", "é", "e\u0301", "ß", "SS", "Round", "round", "a\x00", "a:b", "Tür", "🐉", "a.plugin", "x" * 300, "x.meta", "x.model"]
)  # fmt: skip
name = tricky | st.text(max_size=6)


def game(folder: Path) -> Project:
    (folder / "server" / "Round").mkdir(parents=True)
    (folder / "server" / "Main.server.luau").write_text("print(1)")
    (folder / "server" / "Round" / "init.luau").write_text("return 1")
    (folder / "default.project.json").write_text(PROJECT)
    return read_project(folder).checked()


@settings(max_examples=200, deadline=None)
@given(names=st.lists(name, min_size=1, max_size=3), class_name=st.sampled_from(sorted(SUFFIX_OF)))
def test_the_file_reads_back_as_that_script_or_there_is_none(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], class_name: str
) -> None:
    project = game(tmp_path_factory.mktemp("game"))
    path = ("ServerScriptService", *names)
    try:
        file = project.file_for(path, class_name)
    except NoFileError as refusal:
        remedy = refusal.remedy
    else:
        remedy = "none is needed"
        assert file.is_relative_to(project.folder / "server")
        assert not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("return 2")
        script = read_project(project.file).checked().script_of(file)
        assert script is not None
        assert (script.path, script.class_name) == (path, class_name)
    assert remedy


def test_each_class_has_its_suffix(tmp_path: Path) -> None:
    project = game(tmp_path)
    made = {c: project.file_for(("ServerScriptService", "New"), c).name for c in SUFFIX_OF}
    assert made == {"Script": "New.server.luau", "LocalScript": "New.client.luau", "ModuleScript": "New.luau"}


def test_folders_on_the_way_may_be_missing(tmp_path: Path) -> None:
    project = game(tmp_path)
    path = ("ServerScriptService", "Deep", "Deeper", "New")
    assert project.file_for(path, "ModuleScript") == tmp_path / "server" / "Deep" / "Deeper" / "New.luau"
    assert project.file_for(("ServerScriptService", "Round", "New"), "Script").parent == tmp_path / "server" / "Round"


@pytest.mark.parametrize(
    ("path", "reason", "remedy"),
    [
        ("ServerScriptService.Main", "the project has an instance there", "another name"),
        ("ServerScriptService.Main.Child", "a single file, which has no room for children", "move Main.server.luau to Main/init.server.luau"),
        ("Workspace.Map.New", "no folder on disk stands for Workspace.Map", 'give Workspace.Map a "$path"'),
        ("Lighting.New", "no folder on disk stands for Lighting", 'give Lighting a "$path"'),
        ("ServerScriptService.con", "Windows reserves it", "rename the instance"),
        ("ServerScriptService.what?", "file names cannot have", "rename the instance"),
        ("ServerScriptService.init", "read as another script", "rename the script"),
        ("ServerScriptService.round.New", "whether case counts", "rename the instance"),
        ("ServerScriptService.MAIN", "whether case counts", "rename the instance"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_what_to_do(tmp_path: Path, path: str, reason: str, remedy: str) -> None:
    project = game(tmp_path)
    with pytest.raises(NoFileError, match=reason.replace("?", r"\?")) as refusal:
        project.file_for(tuple(path.split(".")), "Script")
    assert remedy in refusal.value.remedy


def test_a_name_that_the_project_ignores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoFileError, match="globIgnorePaths"):
        game(tmp_path).file_for(("ServerScriptService", "a.spec"), "ModuleScript")


def test_a_class_that_is_no_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoFileError, match="Part is no script class"):
        game(tmp_path).file_for(("ServerScriptService", "New"), "Part")


@pytest.mark.parametrize("good", ["a", "a.b", "Ünïcode", "コード", "console", "com10", "a b", "~", "x" * 255])
def test_names_that_every_system_takes(good: str) -> None:
    assert name_problem(good) is None


@pytest.mark.parametrize(
    "bad",
    ["", ".", "..", "CON", "con.txt", "COM¹", "LPT1 .x", "a<", 'a"', "a|", "a*", "\x1f", "\x7f", "a.", " a", "é" * 128],
)
def test_names_that_some_system_refuses(bad: str) -> None:
    assert name_problem(bad)


def test_suffixes_say_the_class() -> None:
    assert split_script("a.server.luau") == ("a", "Script")
    assert split_script("a.b.client.lua") == ("a.b", "LocalScript")
    assert split_script("a.luau") == ("a", "ModuleScript")
    assert split_script(".luau") is None
    assert split_script("a.txt") is None
