"""Pairing, reconnecting and unloading, as the window tells them."""

from collections.abc import Callable

import pytest

from peers.desk import ADDRESS_KEY, Desk, approve, place
from peers.server import ServerProcess
from toolboxai.studio.engines import available

# Sockets and waits are the host's: one engine tells the story.
pytestmark = pytest.mark.parametrize("engine", [available()[0]], indirect=True)


def test_the_window_shows_a_code_that_pairs(sit_down: Callable[..., Desk], server: ServerProcess):
    desk = sit_down()
    assert desk.texts() == ""
    desk.open_window()
    desk.wait(lambda: "toolboxai pair " in desk.texts())
    texts = desk.studio.texts()
    code = next(text for text in texts if len(text) == 9 and text[4] == "-")
    assert f"toolboxai pair {code}" in texts
    assert "Waiting for you to approve the code." in texts
    approve(server, code)
    desk.wait_for("Connected to obby.")
    assert code not in desk.texts()
    assert desk.problems() == []


def test_a_paired_studio_connects_by_itself_the_next_time(sit_down: Callable[..., Desk], server: ServerProcess):
    first = sit_down()
    first.pair(server)
    first.studio.close()
    second = sit_down(settings=first.settings)
    second.open_window()
    second.wait_for("Connected to obby.")


def test_the_refresh_token_is_stored_so_that_studio_cannot_spoil_it(
    sit_down: Callable[..., Desk], server: ServerProcess
):
    desk = sit_down()
    desk.pair(server)
    kept = {key: value for key, value in desk.settings.items() if "72656672657368" in key}
    (key,) = kept
    assert not set(key.partition("/")[2]) & set("\\\n\"'.")
    assert set(kept[key].strip('"')) <= set("0123456789abcdef")


def test_forgetting_the_pairing_shows_a_new_code_on_demand(sit_down: Callable[..., Desk], server: ServerProcess):
    desk = sit_down(place(Main="print('hello')\n"))
    desk.pair(server)
    desk.wait_for("linked")
    desk.studio.click("Forget this pairing")
    desk.wait(lambda: "Connected" not in desk.texts())
    desk.wait(lambda: "linked" not in desk.texts())
    if "toolboxai pair " not in desk.texts():
        desk.studio.click("Pair this Studio")
    desk.pair(server)


def test_the_window_is_worked_at_what_is_drawn(sit_down: Callable[..., Desk], server: ServerProcess):
    desk = sit_down()
    desk.pair(server)
    drawn = {entry.text: entry for entry in desk.studio.layout("ToolboxAI Lessons") if entry.text}
    forget = drawn["Forget this pairing"]
    assert desk.studio.click_at(*forget.middle, "ToolboxAI Lessons") == forget.path
    desk.wait(lambda: "Connected" not in desk.texts())
    address = next(entry for entry in desk.studio.layout("ToolboxAI Lessons") if entry.path.endswith(".Address"))
    desk.studio.click_at(*address.middle, "ToolboxAI Lessons")
    desk.studio.type_keys("/nowhere", enter=True)
    desk.wait_for("is not an address")


def test_without_a_server_the_window_says_what_to_do_and_goes_on_trying(
    sit_down: Callable[..., Desk], server: ServerProcess
):
    server.kill()
    desk = sit_down()
    desk.open_window()
    desk.wait_for("toolboxai up")
    again = ServerProcess(server.project, server.port)
    try:
        desk.pair(again)
    finally:
        again.stop()


def test_another_address_is_a_setting(sit_down: Callable[..., Desk], server: ServerProcess):
    desk = sit_down(settings={ADDRESS_KEY: '""'})
    desk.open_window()
    assert "http://localhost:8008" in desk.texts()
    desk.studio.type("Address", "not an address!")
    desk.wait_for("is not an address")
    desk.studio.type("Address", f"127.0.0.1:{server.port}/")
    desk.wait_for(f"http://127.0.0.1:{server.port}")
    desk.pair(server)


def test_a_server_that_stops_and_starts_is_joined_again(sit_down: Callable[..., Desk], server: ServerProcess):
    desk = sit_down()
    desk.pair(server)
    server.stop()
    desk.wait_for("Connection lost")
    again = ServerProcess(server.project, server.port)
    try:
        desk.wait_for("Connected to obby.")
    finally:
        again.stop()


def test_unloading_leaves_nothing_behind(sit_down: Callable[..., Desk], server: ServerProcess):
    desk = sit_down(place(Main="print('hello')\n"))
    desk.pair(server)
    desk.wait_for("linked")
    desk.studio.unload(desk.plugin)
    desk.step(0.3)
    assert desk.texts() == ""
    assert not desk.studio.vm.waits_for_network()
    desk.run("game.ServerScriptService.Main.Source = 'after'")
    desk.step(0.1)
    assert desk.problems() == []
