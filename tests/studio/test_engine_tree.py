"""The instance tree: its laws over random histories, and the events it owes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.roblox.model import Item
from toolboxai.roblox.values import EnumItem
from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

HISTORY = (Path(__file__).parent / "engine" / "Tree.luau").read_text(encoding="utf-8")

operations = st.lists(
    st.tuples(
        st.sampled_from(["new", "new", "new", "move", "move", "detach", "destroy", "clone"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=40,
)


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


@given(history=operations)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parents_and_children_agree_after_any_history(studio: Studio, history: list[tuple[str, int, int]]) -> None:
    studio.command(HISTORY, [list(operation) for operation in history])


def test_events_of_a_move_come_in_order(studio: Studio) -> None:
    heard = studio.command("""
        local from, to, item = Instance.new("Folder"), Instance.new("Folder"), Instance.new("Folder")
        from.Name, to.Name, item.Name = "from", "to", "item"
        local inner = Instance.new("Folder", item)
        inner.Name = "inner"
        item.Parent = from
        task.wait()
        local heard = {}
        from.DescendantRemoving:Connect(function(it) table.insert(heard, "removing " .. it.Name) end)
        from.ChildRemoved:Connect(function(it) table.insert(heard, "removed " .. it.Name) end)
        to.ChildAdded:Connect(function(it) table.insert(heard, "added " .. it.Name) end)
        to.DescendantAdded:Connect(function(it) table.insert(heard, "descendant " .. it.Name) end)
        inner.AncestryChanged:Connect(function(it, parent) table.insert(heard, `ancestry {it} {parent}`) end)
        item:GetPropertyChangedSignal("Parent"):Connect(function() table.insert(heard, "Parent") end)
        item.Parent = to
        assert(#heard == 0, "handlers are deferred")
        task.wait()
        return heard
    """)
    assert heard == [
        "removing item",
        "removing inner",
        "removed item",
        "added item",
        "descendant item",
        "descendant inner",
        "ancestry item to",
        "Parent",
    ]


def test_children_keep_their_order_when_one_leaves_and_a_newcomer_is_last(studio: Studio) -> None:
    assert (
        studio.command("""
        local folder, names = Instance.new("Folder"), {}
        for _, name in { "A", "B", "C", "D" } do Instance.new("Part", folder).Name = name end
        local leaver = folder.B
        leaver.Parent = nil
        leaver.Parent = folder
        for _, child in folder:GetChildren() do table.insert(names, child.Name) end
        return table.concat(names)
    """)
        == "ACDB"
    )


def test_a_destroyed_instance_says_so_once_and_lets_go_of_its_handlers(studio: Studio) -> None:
    assert studio.command("""
        local item = Instance.new("Folder", workspace)
        local count = 0
        local connection = item.Destroying:Connect(function() count += 1 end)
        item.Changed:Connect(function() end)
        item:Destroy()
        item:Destroy()
        task.wait()
        return count, connection.Connected
    """) == (1, False)


def test_a_copy_takes_properties_attributes_tags_and_inner_references(studio: Studio) -> None:
    assert studio.command("""
        local model = Instance.new("Model")
        local part = Instance.new("Part", model)
        part.Transparency = 0.5
        part:SetAttribute("Power", 3)
        part:AddTag("Coin")
        model.PrimaryPart = part
        local secret = Instance.new("Folder", model)
        secret.Archivable = false
        local copy = model:Clone()
        local copied = copy.Part
        return copied ~= part, copied.Transparency, copied:GetAttribute("Power"), copied:HasTag("Coin"),
            copy.PrimaryPart == copied, #copy:GetChildren()
    """) == (True, 0.5, 3, True, True, 1)


def test_waiting_for_a_child_ends_when_it_comes_or_gets_its_name_or_time_is_up(studio: Studio) -> None:
    assert studio.command("""
        local folder = Instance.new("Folder")
        local named = Instance.new("Folder", folder)
        task.delay(0.03, function() Instance.new("Part", folder).Name = "Late" end)
        task.delay(0.06, function() named.Name = "Renamed" end)
        return folder:WaitForChild("Late").Name, folder:WaitForChild("Renamed") == named,
            folder:WaitForChild("Never", 0.05) == nil
    """) == ("Late", True, True)


def test_an_endless_wait_is_warned_of(studio: Studio) -> None:
    studio.output.clear()
    studio.command('task.spawn(function() workspace:WaitForChild("Nobody") end)')
    studio.step(6)
    assert [line.text for line in studio.output if line.kind == "warn"] == [
        "Infinite yield possible on 'Workspace:WaitForChild(\"Nobody\")'"
    ]


def test_tags_are_heard_where_the_place_is_entered_and_left(studio: Studio) -> None:
    assert studio.command("""
        local service = game:GetService("CollectionService")
        local heard = {}
        service:GetInstanceAddedSignal("Coin"):Connect(function(it) table.insert(heard, "+" .. it.Name) end)
        service:GetInstanceRemovedSignal("Coin"):Connect(function(it) table.insert(heard, "-" .. it.Name) end)
        local part = Instance.new("Part")
        part.Name = "A"
        part:AddTag("Coin")
        part.Parent = workspace
        local tagged = #service:GetTagged("Coin")
        part:RemoveTag("Coin")
        part:AddTag("Coin")
        part:Destroy()
        task.wait()
        return tagged, heard, #service:GetTagged("Coin")
    """) == (1, ["+A", "-A", "+A", "-A"], 0)


def test_attributes_change_and_say_so(studio: Studio) -> None:
    assert studio.command("""
        local part = Instance.new("Part")
        local heard = {}
        part.AttributeChanged:Connect(function(name) table.insert(heard, name) end)
        part:GetAttributeChangedSignal("Power"):Connect(function() table.insert(heard, "own") end)
        part:SetAttribute("Power", 1)
        part:SetAttribute("Power", 1)
        part:SetAttribute("Power", nil)
        task.wait()
        return heard, next(part:GetAttributes()) == nil
    """) == (["Power", "own", "Power", "own"], True)


def test_signals_wait_once_and_disconnect(studio: Studio) -> None:
    assert studio.command("""
        local event = Instance.new("BindableEvent")
        local count, once = 0, 0
        local connection = event.Event:Connect(function() count += 1 end)
        event.Event:Once(function() once += 1 end)
        task.defer(function() event:Fire(1, nil, "three") end)
        local a, b, c = event.Event:Wait()
        event:Fire()
        connection:Disconnect()
        event:Fire()
        task.wait()
        return a, b == nil, c, count, once, connection.Connected
    """) == (1, True, "three", 1, 1, False)


def test_a_signal_that_feeds_itself_is_stopped(studio: Studio) -> None:
    studio.output.clear()
    studio.command("""
        local event = Instance.new("BindableEvent")
        event.Event:Connect(function() event:Fire() end)
        event:Fire()
    """)
    studio.step()
    assert [line.text for line in studio.output] == [
        (
            "Maximum event re-entrancy depth exceeded for BindableEvent.Event "
            "when calling anonymous function on line 3 in Command"
        )
    ]


def test_immediate_signals_run_before_fire_returns(studio: Studio) -> None:
    source = """
        local event, ran = Instance.new("BindableEvent"), false
        event.Event:Connect(function() ran = true end)
        event:Fire()
        return ran
    """
    assert studio.command(source) is False
    for behavior, early in (("Immediate", True), ("Deferred", False)):
        chosen = {"SignalBehavior": EnumItem("SignalBehavior", behavior)}
        studio.mount(Item("DataModel", "Game", children=[Item("Workspace", "Workspace", chosen)]))
        assert studio.command(source) is early


@contextmanager
def immediate(studio: Studio) -> Iterator[None]:
    def choose(behavior: str) -> None:
        chosen = {"SignalBehavior": EnumItem("SignalBehavior", behavior)}
        studio.mount(Item("DataModel", "Game", children=[Item("Workspace", "Workspace", chosen)]))

    choose("Immediate")
    try:
        yield
    finally:
        choose("Deferred")


@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 400)), max_size=150), asked=st.integers(1, 40))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_siblings_keep_their_order_as_some_leave_and_come_back(
    studio: Studio, steps: list[tuple[bool, int]], asked: int
) -> None:
    studio.command(
        """
        local steps, asked = ...
        local folder, all, model = Instance.new("Folder"), {}, {}
        for index = 1, 120 do
            all[index] = Instance.new("Folder", folder)
            model[index] = all[index]
        end
        for index, step in steps do
            local child = all[step[2] % 120 + 1]
            local place = table.find(model, child)
            if step[1] and place then
                table.remove(model, place)
                child.Parent = nil
            elseif not step[1] and not place then
                table.insert(model, child)
                child.Parent = folder
            end
            if index % asked == 0 then assert(#folder:GetChildren() == #model) end
        end
        local children = folder:GetChildren()
        assert(#children == #model)
        for index, child in children do assert(child == model[index] and child.Parent == folder) end
    """,
        [list(step) for step in steps],
        asked,
    )


def test_a_child_that_leaves_is_gone_when_its_parent_hears_of_it(studio: Studio) -> None:
    with immediate(studio):
        assert studio.command("""
            local folder, heard = Instance.new("Folder"), {}
            local child = Instance.new("Folder", folder)
            folder.DescendantRemoving:Connect(function(it) table.insert(heard, it.Parent == folder) end)
            folder.ChildRemoved:Connect(function(it) table.insert(heard, it.Parent == nil and #folder:GetChildren() == 0) end)
            child.Parent = nil
            return heard
        """) == [True, True]


def test_whoever_hears_of_a_move_at_once_does_not_move_the_same_again(studio: Studio) -> None:
    studio.output.clear()
    with immediate(studio):
        assert studio.command("""
            local folder, item = Instance.new("Folder"), Instance.new("Folder")
            folder.Name, item.Name = "Home", "Item"
            folder.ChildAdded:Connect(function(it) it.Parent = nil end)
            item.Parent = folder
            return item.Parent == folder
        """)
    assert [line.text for line in studio.output] == [
        (
            "Something unexpectedly tried to set the parent of Item to NULL while trying to set the parent of Item. "
            "Current parent is Home."
        )
    ]


def test_a_handler_that_fails_or_waits_keeps_no_other_from_its_turn(studio: Studio) -> None:
    studio.output.clear()
    assert studio.command("""
        local event, heard = Instance.new("BindableEvent"), {}
        event.Event:Connect(function(value) error("no " .. value) end)
        event.Event:Connect(function(value) task.wait(0.05) table.insert(heard, "late " .. value) end)
        event.Event:Connect(function(...) table.insert(heard, select("#", ...)) end)
        event:Fire("a", nil, nil)
        event:Fire("b", nil, nil)
        task.wait(0.1)
        return heard
    """) == [3, 3, "late a", "late b"]
    assert [line.text for line in studio.output] == ["Command:3: no a", "Command:3: no b"]


def test_a_handlers_thread_is_its_own_once_it_was_asked_for(studio: Studio) -> None:
    assert studio.command("""
        local event, threads = Instance.new("BindableEvent"), {}
        event.Event:Connect(function() table.insert(threads, coroutine.running()) end)
        event:Fire()
        event:Fire()
        task.wait()
        return threads[1] ~= threads[2], coroutine.status(threads[1]), pcall(task.cancel, threads[1]), #threads
    """) == (True, "dead", True, 2)
