"""A lesson in Studio: opened, tried, checked, started over; each in words that the window shows."""

import json
from collections.abc import Callable

import pytest

from peers.desk import Desk, place
from toolboxai.curriculum.catalogue import Catalogue
from toolboxai.curriculum.rendering import render
from toolboxai.studio.engines import available

# What is judged runs elsewhere: one engine tells the story.
pytestmark = pytest.mark.parametrize("engine", [available()[-1]], indirect=True)


@pytest.fixture
def desk(join: Callable[..., Desk]) -> Desk:
    desk = join(place(Main="print('hello')\n"))
    desk.wait_for("Open")
    return desk


def lesson_script(desk: Desk) -> str:
    """The script that opening the lesson made."""
    return desk.run(
        """
        for _, name in { "Workspace", "ServerScriptService" } do
            for _, script in game[name]:GetDescendants() do
                if script:IsA("LuaSourceContainer") and script.Name ~= "Main" then
                    return script:GetFullName()
                end
            end
        end
        return ""
        """
    )


def seed(desk: Desk) -> int:
    """The number that this Studio drew for its lessons."""
    (kept,) = (value for key, value in desk.settings.items() if key.endswith(b"lesson seed".hex()))
    return int(bytes.fromhex(json.loads(kept)))


def open_first(desk: Desk) -> str:
    desk.studio.click("output-print.Buttons.Open")
    desk.wait_for("Check my work")
    return lesson_script(desk)


def test_the_window_lists_what_the_server_offers(desk: Desk):
    assert desk.texts().count("\nOpen") >= 3
    assert "Support: guided" in desk.texts()


def test_opening_makes_the_script_shows_the_story_and_is_one_undo_step(desk: Desk):
    name = open_first(desk)
    assert desk.source(name)
    assert "1. " in desk.texts()
    assert desk.run("return game:GetService('Selection'):Get()[1]:GetFullName()") == name
    desk.run("game:GetService('ChangeHistoryService'):Undo()")
    assert lesson_script(desk) == ""


def test_a_failing_attempt_names_what_is_missing_and_a_passing_one_passes(desk: Desk):
    name = open_first(desk)
    desk.studio.click("Check my work")
    desk.wait_for("✗")
    desk.studio.click("Show a hint")
    desk.wait_for("Hint: ")
    solution = render(Catalogue.of().lesson("output-print"), "guided", seed(desk)).text("solution.luau")
    desk.run("local name, text = ... game.ServerScriptService[name].Source = text", name.split(".")[-1], solution)
    desk.studio.click("Check my work")
    desk.wait(lambda: "✗" not in desk.texts() and "✓" in desk.texts(), "for a pass")


def test_starting_over_gives_the_beginning_back_and_undo_the_attempt(desk: Desk):
    name = open_first(desk)
    starter = desk.source(name)
    desk.run(f"game.{name}.Source = '-- my attempt'")
    desk.step()
    desk.studio.click("Start over")
    desk.wait(lambda: desk.source(name) == starter)
    desk.run("game:GetService('ChangeHistoryService'):Undo()")
    assert desk.source(name) == "-- my attempt"


def test_opening_again_keeps_the_students_text_and_says_so(desk: Desk):
    name = open_first(desk)
    desk.run(f"game.{name}.Source = '-- my attempt'")
    desk.studio.unload(desk.plugin)
    desk.step()
    desk.begin()
    desk.open_window()
    desk.wait_for("Open")
    desk.studio.click("output-print.Buttons.Open")
    desk.wait_for("your own text was kept")
    assert desk.source(name) == "-- my attempt"


def test_a_script_that_was_removed_is_missed_not_invented(desk: Desk):
    name = open_first(desk)
    desk.run(f"game.{name}:Destroy()")
    desk.step()
    desk.studio.click("Check my work")
    desk.wait_for("is not there any more")


def test_the_amount_of_support_is_kept(desk: Desk):
    desk.studio.click("Support: guided")
    desk.wait_for("Support: supported")
    desk.studio.unload(desk.plugin)
    desk.step()
    desk.begin()
    desk.open_window()
    desk.wait_for("Support: supported")
