"""Scripts and files are one: from first contact through edits on both sides, offline, side by side."""

from collections.abc import Callable

import pytest

from peers.desk import Desk, paired_settings, place, script_file
from peers.server import ServerProcess

MAIN = "ServerScriptService.Main"
HELLO = "print('hello')\n"


def read(server: ServerProcess, name: str = "Main") -> str:
    return script_file(server.project, name).read_text(encoding="utf-8")


def write(server: ServerProcess, text: str, name: str = "Main") -> None:
    script_file(server.project, name).write_text(text, encoding="utf-8", newline="")


@pytest.fixture
def desk(join: Callable[..., Desk]) -> Desk:
    """Connected, with Main linked since its text was the file's."""
    desk = join(place(Main=HELLO))
    desk.wait_for(f"{MAIN}\nlinked")
    return desk


def test_a_keystroke_reaches_the_file_and_a_saved_file_reaches_studio(desk: Desk, server: ServerProcess):
    desk.studio.open_document(MAIN)
    desk.studio.edit(MAIN, 1, 1, 1, 1, "-- 🎈 mine\n")
    desk.wait(lambda: read(server) == "-- 🎈 mine\n" + HELLO, "for the file")
    write(server, "-- 🎈 mine\nprint('bye')\n")
    desk.wait(lambda: desk.source(MAIN) == "-- 🎈 mine\nprint('bye')\n", "for Studio")
    assert desk.problems() == []


def test_a_script_that_is_not_open_follows_too(desk: Desk, server: ServerProcess):
    desk.run(f"game.{MAIN}.Source = 'local a = 1\\n'")
    desk.wait(lambda: read(server) == "local a = 1\n", "for the file")
    write(server, "local a = 2\n")
    desk.wait(lambda: desk.source(MAIN) == "local a = 2\n", "for Studio")


def test_undo_gives_the_text_back_to_studio_and_to_the_file(desk: Desk, server: ServerProcess):
    write(server, "print('from disk')\n")
    desk.wait(lambda: desk.source(MAIN) == "print('from disk')\n", "for Studio")
    desk.step()
    desk.run("game:GetService('ChangeHistoryService'):Undo()")
    assert desk.source(MAIN) == HELLO
    desk.wait(lambda: read(server) == HELLO, "for the file")


def test_typing_while_a_change_is_on_its_way_keeps_both(desk: Desk, server: ServerProcess):
    desk.studio.open_document(MAIN)
    write(server, HELLO + "-- below\n")
    for index in range(20):
        desk.studio.edit(MAIN, 1, 1, 1, 1, f"{index % 10}")
        desk.step(0.005)
    expected = "98765432109876543210" + HELLO + "-- below\n"
    desk.wait(lambda: desk.source(MAIN) == expected, "for Studio")
    desk.wait(lambda: read(server) == expected, "for the file")


def test_what_was_typed_offline_is_sent_afterwards(desk: Desk, server: ServerProcess):
    server.kill()
    desk.wait_for("Connection lost")
    desk.studio.edit(MAIN, 1, 1, 1, 1, "-- offline 🙂\n")
    write(server, HELLO + "-- changed meanwhile\n")
    desk.step()
    again = ServerProcess(server.project, server.port, TOOLBOXAI_SETTLE_MILLISECONDS="0")
    try:
        desk.wait_for("Connected to")
        both = "-- offline 🙂\n" + HELLO + "-- changed meanwhile\n"
        desk.wait(lambda: desk.source(MAIN) == both and read(server) == both, "for both")
    finally:
        again.stop()


def test_different_texts_wait_for_a_choice(join: Callable[..., Desk], server: ServerProcess):
    desk = join(place(Main="print('studio')\n"))
    desk.wait_for("choose one")
    assert desk.source(MAIN) == "print('studio')\n"
    assert read(server) == HELLO


@pytest.mark.parametrize(
    ("button", "winner", "loser"),
    [("Keep Studio's", "print('studio')\n", HELLO), ("Keep the file's", HELLO, "print('studio')\n")],
)
def test_a_choice_links_and_the_side_that_lost_is_kept(
    join: Callable[..., Desk], server: ServerProcess, button: str, winner: str, loser: str
):
    desk = join(place(Main="print('studio')\n"))
    desk.wait_for("choose one")
    desk.studio.click(button)
    desk.wait_for(f"{MAIN}\nlinked")
    desk.wait(lambda: desk.source(MAIN) == winner and read(server) == winner, "for both sides")
    kept = [path.read_text(encoding="utf-8") for path in (server.project / ".toolboxai").rglob("*.luau")]
    assert loser in kept


def test_a_file_that_studio_lacks_becomes_a_script(join: Callable[..., Desk], server: ServerProcess):
    folder = server.project / "src" / "ServerScriptService" / "Parts"
    folder.mkdir()
    (folder / "Door.luau").write_text("return 'door 🚪'\n", encoding="utf-8", newline="")
    desk = join()
    desk.wait_for("ServerScriptService.Parts.Door\nlinked")
    assert desk.run("return game.ServerScriptService.Parts.Door.ClassName") == "ModuleScript"
    assert desk.source("ServerScriptService.Parts.Door") == "return 'door 🚪'\n"
    assert desk.source(MAIN) == HELLO


def test_a_script_that_only_studio_has_gets_a_file(desk: Desk, server: ServerProcess):
    desk.run(
        """
        local module = Instance.new("ModuleScript")
        module.Name = "Fresh"
        module.Source = "return 1\\n"
        module.Parent = game.ServerScriptService
        """
    )
    desk.wait_for("ServerScriptService.Fresh\nlinked")
    path = server.project / "src" / "ServerScriptService" / "Fresh.luau"
    assert path.read_text(encoding="utf-8") == "return 1\n"
    desk.run("game.ServerScriptService.Fresh.Source = 'return 2\\n'")
    desk.wait(lambda: path.read_text(encoding="utf-8") == "return 2\n", "for the file")


def test_a_script_outside_of_the_project_is_left_alone(desk: Desk):
    desk.run("Instance.new('Script', workspace).Name = 'Elsewhere'")
    desk.step(0.3)
    assert "Elsewhere" not in desk.texts()
    assert desk.problems() == []


def test_a_copy_gets_its_own_file_once_it_has_its_own_name(desk: Desk, server: ServerProcess):
    desk.run(f"game.{MAIN}:Clone().Parent = game.ServerScriptService")
    desk.wait_for("rename it to sync it")
    desk.run(
        """
        local copy = game.ServerScriptService:GetChildren()[2]
        copy.Name = "Second"
        copy.Source = "-- second\\n"
        """
    )
    desk.wait_for("ServerScriptService.Second\nlinked")
    desk.wait(lambda: read(server, "Second") == "-- second\n", "for the copy's file")
    assert read(server) == HELLO


def test_a_renamed_script_keeps_its_document(desk: Desk, server: ServerProcess):
    desk.run(f"game.{MAIN}.Name = 'Renamed'")
    desk.run("game.ServerScriptService.Renamed.Source = '-- still linked\\n'")
    desk.wait(lambda: read(server) == "-- still linked\n", "for the file")
    assert not script_file(server.project, "Renamed").exists()


def test_a_script_deleted_in_studio_keeps_its_file_and_comes_back_with_undo(desk: Desk, server: ServerProcess):
    desk.run(
        f"""
        local history = game:GetService("ChangeHistoryService")
        local recording = history:TryBeginRecording("Delete")
        game.{MAIN}.Parent = nil
        history:FinishRecording(recording, Enum.FinishRecordingOperation.Commit)
        """
    )
    desk.wait_for("deleted in Studio")
    assert read(server) == HELLO
    desk.run("game:GetService('ChangeHistoryService'):Undo()")
    desk.wait_for(f"{MAIN}\nlinked")
    write(server, "-- after\n")
    desk.wait(lambda: desk.source(MAIN) == "-- after\n", "for Studio")


def test_a_deleted_file_unlinks_its_script_and_the_script_stays(desk: Desk, server: ServerProcess):
    script_file(server.project, "Main").unlink()
    desk.wait_for("its file went away")
    assert desk.source(MAIN) == HELLO
    desk.run("Instance.new('ModuleScript', game.ServerScriptService).Name = 'Next'")
    desk.wait_for("ServerScriptService.Next\nlinked")
    assert not script_file(server.project, "Main").exists()


def test_what_script_sync_owns_is_left_alone_and_said(sit_down: Callable[..., Desk], server: ServerProcess):
    desk = sit_down(place(Main="-- its own\n"), paired_settings(server))
    desk.studio.set_script_sync(MAIN)
    desk.open_window()
    desk.wait_for("Script Sync")
    assert (desk.source(MAIN), read(server)) == ("-- its own\n", HELLO)
    desk.studio.set_script_sync(MAIN, "NotSynced")
    desk.wait_for("choose one")


def test_a_script_that_is_too_large_says_so_and_syncs_again_when_it_is_smaller(desk: Desk, server: ServerProcess):
    desk.run(f"game.{MAIN}.Source = string.rep('-', 3_000_000)")
    desk.wait_for("Split it into modules")
    desk.run(f"game.{MAIN}.Source = '-- small\\n'")
    desk.wait(lambda: read(server) == "-- small\n", "for the file")
    desk.wait_for(f"{MAIN}\nlinked")


def test_bytes_that_are_no_text_are_not_sent(desk: Desk, server: ServerProcess):
    desk.run(f"game.{MAIN}.Source = '\\xff\\xfe'")
    desk.wait_for("no UTF-8 text")
    assert read(server) == HELLO
    desk.run(f"game.{MAIN}.Source = 'fine\\n'")
    desk.wait(lambda: read(server) == "fine\n", "for the file")


def test_two_plugins_and_the_disk_converge_on_one_text(join: Callable[..., Desk], server: ServerProcess):
    one, two = join(place(Main=HELLO)), join(place(Main=HELLO))
    one.beside, two.beside = [two], [one]
    for desk in (one, two):
        desk.wait_for(f"{MAIN}\nlinked")
    one.studio.open_document(MAIN)

    def both_type(first: int, last: int) -> None:
        for index in range(first, last):
            one.studio.edit(MAIN, 1, 1, 1, 1, f"-- one 🙂 {index}\n")
            two.run(f"local main = game.{MAIN} main.Source ..= '-- two 🎈 {index}\\n'")
            one.step(0.005)

    both_type(0, 4)
    one.wait(lambda: one.source(MAIN) == two.source(MAIN) == read(server), "for a quiet moment to save a file in")
    write(server, read(server) + "-- disk 💾\n")
    both_type(4, 8)
    lines = [f"-- {who} {n}" for who in ("one 🙂", "two 🎈") for n in range(8)] + ["-- disk 💾", "print('hello')"]
    one.wait(lambda: one.source(MAIN) == two.source(MAIN) == read(server), "for one text")
    assert sorted(read(server).splitlines()) == sorted(lines)
