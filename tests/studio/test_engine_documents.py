"""Script text and documents: positions in bytes, change records, refusals, and undo."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.roblox.model import Item
from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio

PATH = "ServerScriptService.Main"
texts = st.text(alphabet=st.sampled_from("a \néèê漢漣🙂🙃"), max_size=12)


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        opened.mount(Item("Script", "Main", {"Source": ""}), "ServerScriptService")
        opened.open_document(PATH)
        opened.command("""
            _G.changes = {}
            game:GetService("ScriptEditorService").TextDocumentDidChange:Connect(function(document, changes)
                table.insert(_G.changes, changes)
            end)
        """)
        yield opened


def position(text: str, index: int) -> tuple[int, int]:
    """Line and byte column of a character."""
    before = text[:index].encode()
    return before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1


@given(start=texts, edits=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), texts), max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_edits_keep_text_source_and_records_at_one(
    studio: Studio, start: str, edits: list[tuple[float, float, str]]
) -> None:
    studio.command("game.ServerScriptService.Main.Source = ...", start)
    studio.command("table.clear(_G.changes)")
    model = start
    for first, second, new in edits:
        a, b = sorted((round(first * len(model)), round(second * len(model))))
        studio.edit(PATH, *position(model, a), *position(model, b), new)
        model = model[:a] + new + model[b:]
        assert studio.source(PATH) == model
    replayed = start.encode()
    for change in [change for batch in studio.command("return _G.changes") or () for change in batch]:
        lines = replayed.split(b"\n")
        offsets = [
            sum(len(line) + 1 for line in lines[: int(at["line"]) - 1]) + int(at["character"]) - 1
            for at in (change["range"]["start"], change["range"]["end"])
        ]
        replayed = replayed[: offsets[0]] + change["text"].encode() + replayed[offsets[1] :]
    assert replayed.decode() == model


@given(old=texts, new=texts)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_new_source_is_told_as_one_change_cut_between_characters(studio: Studio, old: str, new: str) -> None:
    studio.command("game.ServerScriptService.Main.Source = ...", old)
    studio.command("table.clear(_G.changes)")
    studio.command("game.ServerScriptService.Main.Source = ...", new)
    batches = studio.command("return _G.changes") or []
    assert len(batches) == (old != new)
    for (change,) in batches:
        start, end = change["range"]["start"], change["range"]["end"]
        lines = old.encode().split(b"\n")
        offsets = [sum(len(x) + 1 for x in lines[: int(p["line"]) - 1]) + int(p["character"]) - 1 for p in (start, end)]
        source = old.encode()
        assert (source[: offsets[0]] + change["text"].encode() + source[offsets[1] :]).decode() == new
        source[: offsets[0]].decode()


def document(studio: Studio, source: str, text: str) -> object:
    studio.command("game.ServerScriptService.Main.Source = ...", text)
    return studio.command(f"""
        local service, main = game:GetService("ScriptEditorService"), game.ServerScriptService.Main
        local document = service:FindScriptDocument(main)
        {source}
    """)


def test_lines_and_ranges_are_counted_in_bytes_from_one(studio: Studio) -> None:
    assert document(
        studio,
        "return document:GetLineCount(), document:GetLine(2), document:GetText(1, 2, 2, 3), document:GetText()",
        "añb\né🙂\n",
    ) == (3, "é🙂", "ñb\né", "añb\né🙂\n")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("'x', 1, 2, 1, 3", "Position 1:3 is inside a UTF-8 character"),
        ("'x', 3, 1, 3, 1", "Line 3 is out of range: the document has 2 lines"),
        ("'x', 1, 1, 1, 9", "Character 9 is out of range: line 1 has 4 bytes"),
        ("'x', 1, 4, 1, 2", "The range of an edit ends before it starts"),
    ],
)
def test_an_edit_outside_the_text_or_inside_a_character_throws(studio: Studio, edit: str, message: str) -> None:
    with pytest.raises(LuauError, match=message):
        document(studio, f"document:EditTextAsync({edit})", "añb\nc")
    assert studio.source(PATH) == "añb\nc"


def test_an_edit_of_a_document_that_moved_on_is_refused_with_a_reason(studio: Studio) -> None:
    assert document(
        studio,
        """
        local first, second
        task.spawn(function() first = { document:EditTextAsync("1", 1, 1, 1, 1) } end)
        task.spawn(function() second = { document:EditTextAsync("2", 1, 1, 1, 1) } end)
        task.wait()
        return first[1], second[1], second[2], document:GetText()
        """,
        "x",
    ) == (True, False, "The document has changed since the edit was made", "1x")


def test_many_edits_apply_as_one_and_may_not_overlap(studio: Studio) -> None:
    edits = """{
        { startLine = 1, startCharacter = 1, endLine = 1, endCharacter = 2, newText = "A" },
        { startLine = 2, startCharacter = 1, endLine = 2, endCharacter = 2, newText = "" },
    }"""
    assert document(studio, f"return document:MultiEditTextAsync({edits}), document:GetText()", "abc\ndef") == (
        True,
        "Abc\nef",
    )
    with pytest.raises(LuauError, match="overlap"):
        document(studio, f"local e = {edits} e[2] = table.clone(e[1]) document:MultiEditTextAsync(e)", "abc\ndef")


def test_a_closed_script_is_updated_by_a_callback_that_may_not_yield(studio: Studio) -> None:
    assert (
        studio.command("""
        local script = Instance.new("ModuleScript", game.ServerStorage)
        script.Source = "return 1"
        local service = game:GetService("ScriptEditorService")
        service:UpdateSourceAsync(script, function(old) return old .. " + 1" end)
        service:UpdateSourceAsync(script, function() return nil end)
        return service:GetEditorSource(script)
    """)
        == "return 1 + 1"
    )
    with pytest.raises(LuauError, match="must not yield"):
        studio.command("""
            game:GetService("ScriptEditorService"):UpdateSourceAsync(game.ServerStorage.ModuleScript, function(old)
                task.wait()
                return old
            end)
        """)


def test_documents_open_close_and_belong_to_the_command_bar_too(studio: Studio) -> None:
    assert studio.command("""
        local service, heard = game:GetService("ScriptEditorService"), {}
        service.TextDocumentDidOpen:Connect(function(d) table.insert(heard, "open " .. d:GetScript().Name) end)
        service.TextDocumentDidClose:Connect(function(d) table.insert(heard, "close") end)
        local script = Instance.new("Script", workspace)
        script.Name = "Fleeting"
        script.Source = "a\\r\\nb"
        assert(service:OpenScriptDocumentAsync(script))
        local text, bars = service:FindScriptDocument(script):GetText(), 0
        for _, document in service:GetScriptDocuments() do bars += if document:IsCommandBar() then 1 else 0 end
        script:Destroy()
        task.wait()
        return heard, text, bars, service:FindScriptDocument(script) == nil
    """) == (["open Fleeting", "close"], "a\nb", 1, True)


def test_undo_takes_back_properties_text_parents_attributes_and_ends(studio: Studio) -> None:
    assert studio.command("""
        local history = game:GetService("ChangeHistoryService")
        local function state()
            local part = workspace:FindFirstChild("Undone")
            if not part then return "none" end
            return `{part.Name} {part.Transparency} {part:GetAttribute("Power")} {part:HasTag("T")} {#part:GetChildren()}`
        end
        local function record(name, change)
            local id = assert(history:TryBeginRecording(name))
            assert(history:TryBeginRecording("another") == nil)
            change()
            history:FinishRecording(id, Enum.FinishRecordingOperation.Commit)
        end
        local states = { state() }
        record("build", function()
            local part = Instance.new("Part")
            part.Name = "Undone"
            Instance.new("Decal", part)
            part.Parent = workspace
        end)
        table.insert(states, state())
        record("change", function()
            workspace.Undone.Transparency = 0.5
            workspace.Undone:SetAttribute("Power", 3)
            workspace.Undone:AddTag("T")
        end)
        table.insert(states, state())
        record("end", function() workspace.Undone:Destroy() end)
        table.insert(states, state())
        for place = #states - 1, 1, -1 do
            history:Undo()
            assert(state() == states[place], `undo to {place}: {state()} is not {states[place]}`)
        end
        for place = 2, #states do
            history:Redo()
            assert(state() == states[place], `redo to {place}: {state()} is not {states[place]}`)
        end
        return states
    """) == ["none", "Undone 0 nil false 1", "Undone 0.5 3 true 1", "none"]


def test_a_cancelled_recording_leaves_nothing_and_a_document_hears_of_undo(studio: Studio) -> None:
    assert document(
        studio,
        """
        local history = game:GetService("ChangeHistoryService")
        local id = history:TryBeginRecording("a")
        main.Source = "changed"
        history:FinishRecording(id, Enum.FinishRecordingOperation.Commit)
        id = history:TryBeginRecording("b")
        main.Source = "dropped"
        history:FinishRecording(id, Enum.FinishRecordingOperation.Cancel)
        local cancelled = main.Source
        task.wait()
        table.clear(_G.changes)
        history:Undo()
        task.wait()
        return cancelled, main.Source, #_G.changes, (history:GetCanRedo())
        """,
        "original",
    ) == ("changed", "original", 1, True)
