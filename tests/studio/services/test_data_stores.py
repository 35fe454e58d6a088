"""Data stores: what is kept and refused, versions, lists, budgets, failures, and what another server finds."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio
from toolboxai.studio.universe import Universe

names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8
)
values = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=6),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio() as opened:
        opened.command("""
            _G.service = game:GetService("DataStoreService")
            _G.store = _G.service:GetDataStore("Coins")
            _G.ordered = _G.service:GetOrderedDataStore("Top")
        """)
        yield opened


@pytest.fixture(autouse=True)
def full(studio: Studio) -> None:
    for kind in ("StandardRead", "StandardWrite", "StandardList", "OrderedWrite", "OrderedList"):
        studio.act("DataStores", "budget", kind, 60)


@given(key=names, value=values)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_set_is_got_and_is_a_copy(studio: Studio, key: str, value: object) -> None:
    full_again = 60
    studio.act("DataStores", "budget", "StandardRead", full_again)
    studio.act("DataStores", "budget", "StandardWrite", full_again)
    kept = studio.command(
        """
        local key, value = ...
        local store = _G.service:GetDataStore("Any") -- the stories have keys of their own
        store:SetAsync(key, value)
        local kept = store:GetAsync(key)
        assert(type(kept) ~= "table" or kept ~= value and kept ~= store:GetAsync(key))
        return kept
        """,
        key,
        value,
    )
    assert kept == value


def test_updates_see_the_value_and_may_let_it_be(studio: Studio) -> None:
    assert studio.command("""
        local seen = {}
        local function update(answer)
            local value = _G.store:UpdateAsync("u", function(old, info)
                table.insert(seen, `{old} {info and info.Version ~= "" or false}`)
                return answer
            end)
            table.insert(seen, tostring(value))
        end
        update(1)
        update(nil)
        update(2)
        return seen
    """) == ["nil false", "1", "1 true", "nil", "1 true", "2"]


def test_users_and_metadata_go_with_each_write(studio: Studio) -> None:
    assert studio.command("""
        local options = Instance.new("DataStoreSetOptions")
        options:SetMetadata({ kind = "gold" })
        _G.store:SetAsync("meta", 5, { 17 }, options)
        local _, info = _G.store:GetAsync("meta")
        local _, later = _G.store:UpdateAsync("meta", function(value)
            return value + 1, { 18 }, { kind = "silver" }
        end)
        _G.store:SetAsync("meta", 7)
        local _, last = _G.store:GetAsync("meta")
        return info:GetUserIds()[1], info:GetMetadata().kind, later:GetUserIds()[1], later:GetMetadata().kind,
            #last:GetUserIds(), last.CreatedTime == info.CreatedTime, last.Version ~= info.Version
    """) == (17, "gold", 18, "silver", 0, True, True)


def test_versions_are_kept_and_what_is_removed_comes_back_by_its_version(studio: Studio) -> None:
    assert studio.command("""
        local store = _G.store
        local first = store:SetAsync("v", "one")
        store:SetAsync("v", "two")
        local gone = store:RemoveAsync("v")
        local page = store:ListVersionsAsync("v", Enum.SortDirection.Descending, nil, nil, 2)
        local newest = page:GetCurrentPage()[1]
        local count, finished = #page:GetCurrentPage(), page.IsFinished
        page:AdvanceToNextPageAsync()
        return gone, store:GetAsync("v"), newest.IsDeleted, count, finished, #page:GetCurrentPage(), page.IsFinished,
            (store:GetVersionAsync("v", first))
    """) == ("two", None, True, 2, False, 1, True, "one")


def test_keys_are_listed_by_prefix_in_pages(studio: Studio) -> None:
    assert studio.command("""
        local store = _G.service:GetDataStore("Listed", "s")
        for _, key in { "b/2", "b/1", "a", "b/3" } do
            store:SetAsync(key, 1)
        end
        store:RemoveAsync("b/3")
        local names = {}
        local pages = store:ListKeysAsync("b/", 1, nil, true)
        while true do
            table.insert(names, pages:GetCurrentPage()[1].KeyName)
            if pages.IsFinished then
                break
            end
            pages:AdvanceToNextPageAsync()
        end
        local options = Instance.new("DataStoreOptions")
        options.AllScopes = true
        local all = _G.service:GetDataStore("Listed", "", options)
        table.insert(names, all:ListKeysAsync():GetCurrentPage()[1].KeyName)
        table.insert(names, tostring(all:GetAsync("s/b/1")))
        table.insert(names, _G.service:ListDataStoresAsync("Lis"):GetCurrentPage()[1].DataStoreName)
        return names
    """) == ["b/1", "b/2", "s/a", "1", "Listed"]


def test_an_ordered_store_sorts_within_its_bounds(studio: Studio) -> None:
    assert studio.command("""
        local ordered = _G.ordered
        for key, value in { a = 3, b = 1, c = 2, d = 9 } do
            ordered:SetAsync(key, value)
        end
        ordered:IncrementAsync("a", 2)
        local found = {}
        local pages = ordered:GetSortedAsync(false, 2, 1, 5)
        repeat
            for _, entry in pages:GetCurrentPage() do
                table.insert(found, `{entry.key} {entry.value}`)
            end
            local finished = pages.IsFinished
            if not finished then
                pages:AdvanceToNextPageAsync()
            end
        until finished
        return found
    """) == ["a 5", "c 2", "b 1"]


UTF8 = "in data store. Data stores can only accept valid UTF-8 characters."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('_G.store:SetAsync("", 1)', "101: Key name can't be empty."),
        ('_G.store:SetAsync(string.rep("k", 51), 1)', "102: Key name exceeds the 50 character limit."),
        ('_G.store:SetAsync("k", { 1, nil, 3, a = 1 })', f"104: Cannot store Array {UTF8}"),
        ('_G.store:SetAsync("k", { a = { [1.5] = 2 } })', f"104: Cannot store Dictionary {UTF8}"),
        ('local t = {} t.list = { t } _G.store:SetAsync("k", t)', "tables cannot be cyclic"),
        ('_G.store:SetAsync("k", workspace)', f"104: Cannot store Instance {UTF8}"),
        ('_G.store:SetAsync("k", Vector3.zero)', f"104: Cannot store Vector3 {UTF8}"),
        ('_G.store:SetAsync("k", "\\255")', f"104: Cannot store string {UTF8}"),
        ('_G.store:SetAsync("k", nil)', "Argument 2 missing or nil"),
        ('_G.store:SetAsync("k", string.rep("x", 4194304))', "105: Serialized value exceeds 4MB limit."),
        ('_G.store:UpdateAsync("k", function() task.wait() end)', "UpdateAsync: Callbacks cannot yield"),
        ('_G.store:UpdateAsync("k", function() error("mine", 0) end)', "mine"),
        ('_G.ordered:SetAsync("k", 1.5)', "103: double is not allowed in data stores."),
        ("_G.ordered:GetSortedAsync(true, 101)", "106: PageSize must be within a predefined range."),
        ("_G.ordered:GetSortedAsync(true, 5, 3, 2)", "107: MaxValue must be greater than or equal to MinValue."),
        ('_G.service:GetDataStore(string.rep("n", 51))', "DataStore name exceeds the 50 character limit."),
        ('_G.service:GetDataStore("")', "DataStore name can't be empty."),
    ],
)
def test_refusals(studio: Studio, source: str, message: str) -> None:
    with pytest.raises(LuauError) as refusal:
        studio.command(source)
    assert str(refusal.value).endswith(message)


def test_a_budget_is_spent_queued_for_and_refilled(studio: Studio) -> None:
    studio.act("DataStores", "budget", "SetIncrementAsync", 1)
    studio.command("""
        _G.done = 0
        for index = 1, 32 do
            task.spawn(function()
                local ok, message = pcall(_G.store.SetAsync, _G.store, "k", index)
                _G.done += if ok then 1 else 0
                _G.message = if ok then _G.message else message
            end)
        end
    """)
    studio.step()
    warned = [line.text for line in studio.output if "added to queue" in line.text]
    assert (
        warned
        == [
            (
                "DataStore request was added to queue. If request queue fills, further requests will be dropped. "
                "Try sending fewer requests.Key = k"
            )
        ]
        * 30
    )
    done, message, left = studio.command("""
        return _G.done, _G.message, _G.service:GetRequestBudgetForRequestType(Enum.DataStoreRequestType.SetIncrementAsync)
    """)
    assert (done, left) == (1, 0)
    assert message.endswith(
        "302: SetAsync request dropped. Request was throttled, but throttled request queue was full."
    )
    for _ in range(35):
        studio.step(1)
    assert studio.command("return _G.done, (_G.store:GetAsync('k'))") == (31, 31)


def test_a_key_written_too_much_in_a_minute_waits(studio: Studio) -> None:
    studio.command("""
        _G.written = 0
        local text = string.rep("x", 3 * 1024 * 1024)
        for _ = 1, 2 do
            task.spawn(function()
                _G.store:SetAsync("large", text)
                _G.written += 1
            end)
        end
    """)
    studio.step(1)
    assert studio.command("return _G.written") == 1
    studio.step(61)
    studio.step(1)
    assert studio.command("return _G.written") == 2


def test_failures_come_when_a_test_asks_for_them(studio: Studio) -> None:
    studio.act("DataStores", "fail", 1, "502: nobody is there", "SetAsync")
    assert studio.command("""
        local read = pcall(_G.store.GetAsync, _G.store, "f")
        local ok, message = pcall(_G.store.SetAsync, _G.store, "f", 1)
        return read, ok, string.match(message, "502.*"), (pcall(_G.store.SetAsync, _G.store, "f", 1))
    """) == (True, False, "502: nobody is there", True)


def test_another_server_of_the_universe_finds_what_was_stored() -> None:
    universe = Universe()
    with Studio(universe=universe) as first, Studio(universe=universe) as second, Studio() as stranger:
        first.command('game:GetService("DataStoreService"):GetDataStore("Shared"):SetAsync("k", { 1, 2 })')
        read = 'return game:GetService("DataStoreService"):GetDataStore("Shared"):GetAsync("k")'
        assert second.command(read)[0] == [1, 2]
        assert stranger.command(read) in (None, (None, None))
    with Studio(universe=Universe(dict(universe.kept))) as later:
        assert later.act("DataStores", "get", "Shared", "k") == [1, 2]


def test_only_the_last_hundred_versions_are_kept_and_nothing_of_the_others() -> None:
    universe = Universe()
    with Studio(universe=universe) as studio:
        for number in range(103):
            studio.act("DataStores", "set", "Many", "k", number)
        assert len(universe.under("value/")) == 100
        assert studio.command("""
            local page = game:GetService("DataStoreService"):GetDataStore("Many"):ListVersionsAsync("k")
            return #page:GetCurrentPage(), page.IsFinished
        """) == (100, True)
        assert studio.act("DataStores", "get", "Many", "k") == 102


def test_buffers_are_kept(studio: Studio) -> None:
    assert (
        studio.command("""
        _G.store:SetAsync("bytes", { data = buffer.fromstring("hello") })
        return buffer.tostring(_G.store:GetAsync("bytes").data)
    """)
        == "hello"
    )
