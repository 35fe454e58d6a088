"""TestEZ's words: blocks, hooks, contexts, focus, and what can be expected."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testing.conftest import Bench

HOLDS = """
expect(1).to.equal(1)
expect(1).never.to.equal(2)
expect(1).to.never.equal(2)
expect("a").to.be.a("string")
expect({}).to.be.a("table")
expect(vector.create(1, 2, 3)).to.be.a("vector")
expect(Instance.new("Folder")).to.be.an("Instance")
expect(newproxy(true)).to.be.a("userdata")
expect(false).to.be.ok()
expect(nil).never.to.be.ok()
expect(5).to.be.near(5 + 1e-8)
expect(math.pi).never.to.be.near(3)
expect(math.pi).to.be.near(3, 0.2)
expect(function() error("nope") end).to.throw()
expect(function() error("nope") end).to.throw("nop")
expect(function() error({ message = "in a table" }) end).to.throw("in a")
expect(function() end).never.to.throw()
expect(function() error("other") end).never.to.throw("nope")
expect(1).to.be.ok().to.equal(1)
""".strip().splitlines()

FAILS = [
    ("expect(1).to.equal(2)", "expected 1 to equal 2"),
    ("expect(1).never.to.equal(1)", "expected 1 not to equal 1"),
    ('expect("a").to.equal("b")', 'expected "a" to equal "b"'),
    ("expect(nil).to.be.ok()", "expected nil to be ok (not nil)"),
    ("expect(1).never.to.be.ok()", "expected 1 not to be ok (not nil)"),
    ('expect(1).to.be.a("string")', "expected 1 to be a string, and it is a number"),
    ("expect(1).to.be.near(2)", "expected 1 to be near 2 (within 1e-07)"),
    ("expect(function() end).to.throw()", "expected function to throw"),
    ('expect(function() end).to.throw("x")', 'expected function to throw an error with "x", and it threw none'),
    ('expect("1").to.be.near(1)', 'near is for numbers, and this is a string: "1"'),
    ("expect(1).to.throw()", "throw is for functions, and this is a number: 1"),
    ("expect(1).to.be.fine()", 'expect(…) has no matcher "fine"'),
    (
        "expect({ 1 }).to.equal({ 1 })",
        "expected { 1 } to equal { 1 }: `equal` asks for the same table, not for one that holds the same",
    ),
]


def case(*lines: str) -> str:
    body = "\n".join(lines)
    return f'return function()\nit("case", function()\n{body}\nend)\nend'


def cases(lines: list[str]) -> str:
    """One case a line, on lines 2, 3, ..., which are their names."""
    return (
        "return {\n"
        + "\n".join(f'{{ name = "{at}", run = function() {line} end }},' for at, line in enumerate(lines))
        + "\n}"
    )


def test_what_holds_passes(bench: Bench):
    found = bench.run(cases(HOLDS))
    assert {HOLDS[int(result.title)]: result.failure for result in found} == dict.fromkeys(HOLDS)


def test_what_does_not_hold_says_so_on_its_line(bench: Bench):
    failures = [result.failure for result in bench.run(cases([line for line, _ in FAILS]))]
    assert [failure and failure.message for failure in failures] == [message for _, message in FAILS]
    assert [failure and failure.line for failure in failures] == list(range(2, len(FAILS) + 2))


values = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text('ab\n"\\é', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xy z", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(values, min_size=10, max_size=30))
@settings(max_examples=10, deadline=None)
def test_a_value_equals_itself_and_its_copy_deeply(tmp_path_factory: pytest.TempPathFactory, several: list[object]):
    lines = [
        f"local a, b = {text}, {text} expect(a).to.equal(a) expect(a).toEqual(b) expect({{ a }}).never.toEqual({{}})"
        for text in map(luau, several)
    ]
    found = Bench(tmp_path_factory.mktemp("equal")).run(cases(lines))
    assert [result.failure for result in found] == [None] * len(several)


def luau(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03}" for byte in value.encode()) + '"'
    if isinstance(value, list):
        return "{" + ", ".join(map(luau, value)) + "}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{luau(key)}] = {luau(inner)}" for key, inner in value.items()) + "}"
    return str(value)


ORDER = """
local log = {}
return function()
    beforeAll(function() table.insert(log, "all 1") end)
    beforeEach(function() table.insert(log, "each 1") end)
    afterEach(function() table.insert(log, "after 1") end)
    afterAll(function() print(table.concat(log, ", ")) error("see the output") end)
    it("zero", function() table.insert(log, "zero") end)
    describe("inner", function()
        beforeAll(function() table.insert(log, "all 2") end)
        beforeEach(function() table.insert(log, "each 2") end)
        afterEach(function() table.insert(log, "after 2") end)
        afterAll(function() table.insert(log, "end 2") end)
        it("one", function() table.insert(log, "one") error("failed") end)
        it("two", function() table.insert(log, "two") end)
    end)
    it("last", function() table.insert(log, "last") end)
end
"""


def test_hooks_run_around_cases_and_blocks_failed_or_not(bench: Bench):
    results = bench.run(ORDER + "\n")
    assert [(r.title, r.status) for r in results] == [
        ("zero", "passed"), ("inner > one", "failed"), ("inner > two", "passed"), ("last", "passed"),
        ("afterAll", "failed"),
    ]  # fmt: skip
    ran = ORDER.replace('error("see the output")', "error(table.concat(log, ', '), 0)")
    last = bench.run(ran)[-1].failure
    assert last is not None
    assert last.message.split(", ") == [
        "all 1",
        "each 1", "zero", "after 1",
        "all 2",
        "each 1", "each 2", "one", "after 2", "after 1",
        "each 1", "each 2", "two", "after 2", "after 1",
        "end 2",
        "each 1", "last", "after 1",
    ]  # fmt: skip


def test_a_hook_that_fails_fails_what_it_is_for(bench: Bench):
    statuses = bench.statuses("""
return function()
    it("before", function() end)
    describe("broken", function()
        beforeAll(function() error("no world") end)
        it("one", function() end)
        describe("deeper", function() it("two", function() end) end)
    end)
    describe("each", function()
        afterEach(function() error("cannot clean") end)
        it("three", function() end)
    end)
    it("after", function() end)
end""")
    assert statuses == {
        "before": "passed", "broken > one": "failed", "broken > deeper > two": "failed", "each > three": "failed",
        "after": "passed",
    }  # fmt: skip


def test_a_block_that_cannot_be_declared_fails_and_the_others_run(bench: Bench):
    results = bench.run(
        {
            "one.luau": "local nothing = nil\nreturn nothing.x",
            "two.luau": 'error("two is broken")',
            "a.spec.luau": """
return function()
    describe("cut short", function()
        it("declared before", function() end)
        error({ message = "no more" })
    end)
    describe("one", function() require("./one") end)
    describe("two", function() describe("inner", function() require("./two") end) it("goes on", function() end) end)
    it("after", function() end)
end""",
        }
    )
    assert {r.title: r.status for r in results} == {
        "cut short > declared before": "passed", "cut short > declaration": "failed", "one > declaration": "failed",
        "two > inner > declaration": "failed", "two > goes on": "passed", "after": "passed",
    }  # fmt: skip
    failures = {r.title: (r.failure.file, r.failure.line, r.failure.message) for r in results if r.failure}
    assert failures["cut short > declaration"][2] == "no more"
    assert failures["one > declaration"] == ("one.luau", 2, "attempt to index nil with 'x'")
    assert failures["two > inner > declaration"] == ("two.luau", 1, "two is broken")


def test_an_endless_recursion_is_told_as_luau_tells_it(bench: Bench):
    """LuaJIT may have no room for the handler then; the stack that is left afterwards says nothing of the recursion."""
    line = 'it("deep", function()\nlocal function f() return 1 + f() end f() end)\n'
    results = bench.run(f"return function()\n{line * 6}end")
    assert [result.failure and result.failure.message for result in results] == ["stack overflow"] * 6


def test_an_error_that_is_a_table_is_shown(bench: Bench):
    assert bench.failure(case("error({ code = 5, list = { 1 } })")).message == "{ code = 5, list = { 1 } }"


def test_the_failure_of_a_hook_names_it(bench: Bench):
    text = 'return function() beforeEach(function()\nerror("no world") end) it("a", function() end) end'
    failure = bench.failure(text)
    assert (failure.during, failure.message, failure.line) == ("beforeEach", "no world", 2)


def test_a_context_is_read_by_inner_blocks_and_takes_each_key_once(bench: Bench):
    assert bench.statuses("""
return function()
    beforeAll(function(context) context.a = 1 end)
    beforeEach(function(context) context.fresh = (context.fresh or 0) + 1 end)
    describe("inner", function()
        beforeAll(function(context) context.b = context.a + 1 end)
        it("sees both", function(context)
            expect(context.a).to.equal(1)
            expect(context.b).to.equal(2)
            expect(context.fresh).to.equal(1)
            context.own = true
        end)
        it("sees nothing of the other case", function(context)
            expect(context.own).to.equal(nil)
            expect(context.fresh).to.equal(1)
        end)
    end)
    it("does not see what is inside", function(context) expect(context.b).to.equal(nil) end)
    it("takes a key once", function(context)
        context.key = 1
        expect(function() context.key = 2 end).to.throw("once")
    end)
end""") == {
        "inner > sees both": "passed", "inner > sees nothing of the other case": "passed",
        "does not see what is inside": "passed", "takes a key once": "passed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "focused", "skipped"),
    [
        ('fit("a", none) it("b", none)', ["a"], []),
        ('itFOCUS("a", none) it("b", none)', ["a"], []),
        ('it("a", none) describe("d", function() it("b", none) FOCUS() end)', ["d > b"], []),
        ('fdescribe("d", function() it("b", none) end) it("a", none)', ["d > b"], []),
        ('describeFOCUS("d", function() describe("e", function() it("b", none) end) end)', ["d > e > b"], []),
        ('itSKIP("a", none) xit("b", none) itFIXME("c", none) it("d", none)', [], ["a", "b", "c"]),
        ('it("a", none) describe("d", function() it("b", none) SKIP() end)', [], ["d > b"]),
        ('xdescribe("d", function() it("b", none) end) it("a", none)', [], ["d > b"]),
        ('describeSKIP("d", function() it("b", none) end) it("a", none)', [], ["d > b"]),
    ],
)
def test_focus_and_skip(bench: Bench, inside: str, focused: list[str], skipped: list[str]):
    (bench.folder / "a.spec.luau").write_text(f"local function none() end return function() {inside} end")
    plan = bench.plan()
    assert [case.title for case in plan.cases if case.focused] == focused
    assert [case.title for case in plan.cases if case.skipped] == skipped


def test_matchers_can_be_added_for_the_block(bench: Bench):
    assert bench.statuses("""
local function extend(name)
    expect.extend({ [name] = function(value, wanted)
        return { pass = value == wanted, message = `{value} is not {wanted}` }
    end })
end
return function()
    beforeAll(function() extend("toBeOurs") end)
    it("holds", function() expect(1).toBeOurs(1) expect(1).never.toBeOurs(2) end)
    it("is seen below only", function() extend("mine") expect(1).to.mine(1) end)
    it("is gone here", function() expect(function() expect(1).to.mine(1) end).to.throw("no matcher") end)
    it("replaces none", function() expect(function() extend("equal") end).to.throw("cannot replace") end)
    it("fails in its words", function() expect(3).toBeOurs(4) end)
end""") == {
        "holds": "passed", "is seen below only": "passed", "is gone here": "passed", "replaces none": "passed",
        "fails in its words": "failed",
    }  # fmt: skip


def test_init_spec_files_prepare_the_files_beside_and_below(bench: Bench):
    helper = 'return function() beforeAll(function(context) context.%s = "%s" end) end'
    files = {
        "src/init.spec.luau": helper % ("outer", "from src"),
        "src/deep/init.spec.lua": helper % ("inner", "from deep"),
        "src/deep/a.spec.luau": """
return function()
    it("sees both", function(context)
        expect(context.outer).to.equal("from src")
        expect(context.inner).to.equal("from deep")
    end)
end""",
    }
    assert bench.statuses(files, name="src/deep/a.spec.luau") == {"sees both": "passed"}
    assert bench.run(files, name="src/init.spec.luau") == []


def test_a_case_may_wait_and_virtual_time_passes_by_itself(bench: Bench):
    assert bench.statuses("""
local RunService = game:GetService("RunService")
return function()
    it("waits an hour", function()
        local before = os.clock()
        task.wait(3600)
        expect(os.clock() - before >= 3600).to.equal(true)
    end)
    it("waits for a signal", function()
        local event = Instance.new("BindableEvent")
        task.delay(5, function() event:Fire("came") end)
        expect(event.Event:Wait()).to.equal("came")
    end)
    it("waits for frames", function()
        for _ = 1, 10 do RunService.Heartbeat:Wait() end
    end)
    afterEach(function() task.wait(1) end)
end""") == {"waits an hour": "passed", "waits for a signal": "passed", "waits for frames": "passed"}


def test_waiting_for_what_never_comes_is_told_at_once(bench: Bench):
    failure = bench.failure(case("local event = Instance.new('BindableEvent')", "event.Event:Wait()"))
    assert (failure.message, failure.line) == ("waits for something that never comes", 4)


def test_tests_run_in_a_place_that_runs(bench: Bench):
    lines = ('local run = game:GetService("RunService")', "expect(run:IsRunning()).to.equal(true)",
             "expect(run:IsServer()).to.equal(true)")  # fmt: skip
    assert bench.statuses(case(*lines)) == {"case": "passed"}
