"""Memory stores: order, expiration, and a queue that hides what was read."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.host import LuauError
from toolboxai.studio.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as opened:
        opened.server.run('_G.service = game:GetService("MemoryStoreService")')
        yield opened


def test_a_sorted_map_orders_numbers_then_texts_then_the_rest(world: World) -> None:
    assert world.server.run("""
        local map = _G.service:GetSortedMap("Order")
        for key, sortKey in { a = 2, b = 10, c = "x", d = "b", f = 2 } do
            map:SetAsync(key, key, 60, sortKey)
        end
        map:SetAsync("e", "e", 60)
        local function keys(...)
            local found = {}
            for _, item in map:GetRangeAsync(...) do
                table.insert(found, item.key)
            end
            return table.concat(found)
        end
        return keys(Enum.SortDirection.Ascending, 200), keys(Enum.SortDirection.Descending, 2),
            keys(Enum.SortDirection.Ascending, 200, { sortKey = 2 }, { sortKey = "x" }),
            keys(Enum.SortDirection.Ascending, 200, { key = "a", sortKey = 2 }), map:GetSizeAsync()
    """) == ("afbdce", "ec", "bd", "fbdce", 6)


def test_what_expires_is_gone(world: World) -> None:
    assert world.server.run("""
        local map = _G.service:GetHashMap("Brief")
        map:SetAsync("k", 1, 5)
        local now = map:GetAsync("k")
        task.wait(6)
        return now, map:GetAsync("k")
    """) == (1, None)


def test_updates_may_be_given_up(world: World) -> None:
    assert world.server.run("""
        local map = _G.service:GetSortedMap("Updated")
        local first = map:UpdateAsync("k", function(old, sortKey) return (old or 0) + 1, 7 end, 60)
        local second = map:UpdateAsync("k", function() return nil end, 60)
        local value, sortKey = map:GetAsync("k")
        return first, second, value, sortKey
    """) == (1, None, 1, 7)


def test_a_queue_gives_the_important_first_hides_it_and_forgets_it_when_told(world: World) -> None:
    assert world.server.run("""
        local queue = _G.service:GetQueue("Jobs", 10)
        for name, priority in { low = 0, high = 5 } do
            queue:AddAsync(name, 300, priority)
        end
        local items, id = queue:ReadAsync(1)
        local hidden = #queue:ReadAsync(2, true, 0)
        local visible, all = queue:GetSizeAsync(true), queue:GetSizeAsync()
        task.wait(11)
        local again, secondId = queue:ReadAsync(2, true, 0)
        queue:RemoveAsync(secondId)
        return items[1], hidden, visible, all, #again, queue:GetSizeAsync(), id ~= secondId
    """) == ("high", 0, 1, 2, 2, 0, True)


def test_a_reader_waits_for_the_next_item(world: World) -> None:
    assert world.server.run("""
        local queue = _G.service:GetQueue("Later")
        task.delay(2, function() queue:AddAsync("late", 60) end)
        local began = os.clock()
        return queue:ReadAsync(1)[1], queue:ReadAsync(1, false, 1)[1]
    """) == ("late", None)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('_G.service:GetHashMap("m"):SetAsync("", 1, 5)', "key can't be empty"),
        ('_G.service:GetHashMap("m"):SetAsync(string.rep("k", 129), 1, 5)', "128 character limit"),
        ('_G.service:GetHashMap("m"):SetAsync("k", 1, 3888001)', "Expiration time must be between"),
        ('_G.service:GetHashMap("m"):SetAsync("k", string.rep("x", 40000), 1)', "byte limit"),
        ('_G.service:GetSortedMap("m"):SetAsync("k", 1, 5, {})', "sortKey must be a number or a string, got table"),
        (
            '_G.service:GetSortedMap("m"):GetRangeAsync(Enum.SortDirection.Ascending, 201)',
            "Count must be between 1 and 200",
        ),
    ],
)
def test_refusals(world: World, source: str, message: str) -> None:
    with pytest.raises(LuauError) as refusal:
        world.server.run(source)
    assert message in str(refusal.value)


def test_failures_come_when_a_test_asks_for_them(world: World) -> None:
    world.server.act("MemoryStores", "fail")
    assert world.server.run("""
        local map = _G.service:GetHashMap("Failing")
        return (pcall(map.GetAsync, map, "k")), (pcall(map.GetAsync, map, "k"))
    """) == (False, True)
