"""Random typing in Studio's editor against random edits of others: one text everywhere in the end, whatever is cut."""

import random
from collections.abc import Callable

import pytest

from peers.desk import Desk, place, script_file
from peers.server import ServerProcess
from peers.studio import Studio, pair
from toolboxai.studio.host import LuauError

MAIN = "ServerScriptService.Main"
LETTERS = ["a", "b", "\n", "é", "🙂", "👨‍👩‍👧", "日本", "--[[", "\t"]
STEPS = 60


def positions(text: str) -> list[tuple[int, int]]:
    """Every place between two characters, as Studio counts: lines, and bytes in them."""
    found = [(1, 1)]
    for letter in text:
        line, column = found[-1]
        found.append((line + 1, 1) if letter == "\n" else (line, column + len(letter.encode())))
    return found


def type_in_studio(desk: Desk, source: random.Random) -> None:
    while True:
        places = positions(desk.source(MAIN))
        start = source.randrange(len(places))
        end = min(len(places) - 1, start + source.choice([0, 0, 1, 3]))
        inserted = "".join(source.choices(LETTERS, k=source.randint(0, 3)))
        try:
            desk.studio.edit(MAIN, *places[start], *places[end], inserted)
        except LuauError as moved:  # another's change came between looking and typing
            assert "character" in str(moved).lower() or "line" in str(moved).lower()  # noqa: PT017
        else:
            return


def type_elsewhere(peer: Studio, document: str, source: random.Random) -> None:
    with peer.lock:
        text = peer.text(document)
        start = source.randint(0, len(text))
        end = min(len(text), start + source.choice([0, 0, 1, 3]))
        before, gone = len(text[:start].encode()), len(text[start:end].encode())
        peer.replace(document, before, before + gone, "".join(source.choices(LETTERS, k=source.randint(0, 3))))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("opened", [True, False], ids=["open", "closed"])
def test_random_edits_from_both_sides_converge(
    join: Callable[..., Desk], server: ServerProcess, seed: int, opened: bool
):
    source = random.Random(seed)
    desk = join(place(Main="print('hello')\n"))
    desk.wait_for(f"{MAIN}\nlinked")
    tokens = pair(server.port, server.project)
    with Studio(server.port, tokens.access_token) as peer:
        document = peer.document(*MAIN.split(".")).id
        peer.open(document)
        for _ in range(STEPS):
            for _ in range(source.randint(0, 2)):
                type_in_studio(desk, source)
            if not opened:
                desk.studio.close_document(MAIN)
            for _ in range(source.randint(0, 2)):
                type_elsewhere(peer, document, source)
            desk.step(source.choice([0, 0.002, 0.02]))
        file = script_file(server.project, "Main")
        desk.wait(
            lambda: peer.settled() and desk.source(MAIN) == peer.text(document) == file.read_bytes().decode(),
            "for one text",
        )
    assert desk.problems() == []


# Types at random moments while the plugin writes: after its recording has begun, between the steps of the write.
TYPIST = """
local seed, count = ...
local random = Random.new(seed)
local main = game.ServerScriptService.Main
local letters = { "a", "\\n", "é", "🙂" }

local function typeOnce()
    local text = main.Source
    local at = utf8.offset(text, random:NextInteger(0, utf8.len(text)) + 1)
    local stop = at
    if at <= #text and random:NextInteger(1, 3) == 1 then
        stop = utf8.offset(text, 2, at)
    end
    main.Source = string.sub(text, 1, at - 1) .. letters[random:NextInteger(1, 4)] .. string.sub(text, stop)
end

local connection
connection = game:GetService("ChangeHistoryService").OnRecordingStarted:Connect(function()
    local function rung(left)
        if count > 0 and random:NextInteger(1, 3) == 1 then
            count -= 1
            typeOnce()
        end
        if left > 0 and count > 0 then
            task.defer(rung, left - 1)
        end
    end
    rung(6)
    if count == 0 then
        connection:Disconnect()
        workspace:SetAttribute("Typed", true)
    end
end)
"""


@pytest.mark.parametrize("seed", [1, 3])
@pytest.mark.parametrize("opened", [True, False], ids=["open", "closed"])
def test_typing_in_the_middle_of_a_write_is_neither_lost_nor_doubled(
    join: Callable[..., Desk], server: ServerProcess, seed: int, opened: bool
):
    source = random.Random(seed)
    desk = join(place(Main="print('hello')\n"))
    desk.wait_for(f"{MAIN}\nlinked")
    if opened:
        desk.studio.open_document(MAIN)
    tokens = pair(server.port, server.project)
    with Studio(server.port, tokens.access_token) as peer:
        document = peer.document(*MAIN.split(".")).id
        peer.open(document)
        desk.run(TYPIST, seed, 40)
        while not desk.run("return workspace:GetAttribute('Typed')"):
            type_elsewhere(peer, document, source)
            desk.step(0.005)
        file = script_file(server.project, "Main")
        desk.wait(
            lambda: peer.settled() and desk.source(MAIN) == peer.text(document) == file.read_bytes().decode(),
            "for one text",
        )
    assert "\ufffd" not in desk.source(MAIN)
    assert desk.problems() == []
