"""Code that the project did not write: it ends within its limits, whatever it does, and the parent goes on."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from toolboxai.studio import untrusted
from toolboxai.studio.engines import available
from toolboxai.studio.untrusted import ChildError, Limits, Outcome, Task, Way, luau_task, run_untrusted
from toolboxai.studio.untrusted_fork import ForkServer

ENTRIES = "studio.untrusted_entries"
TIGHT = Limits(seconds=1.0, cpu_seconds=0.4, memory=64 << 20, output=50_000)
PATIENT = Limits(seconds=20.0, cpu_seconds=10.0, memory=TIGHT.memory, output=TIGHT.output)
"""For what runs out of something other than time, on a busy machine too."""
ROOMY = Limits(seconds=20.0, cpu_seconds=10.0)
WAYS: list[Way] = ["fork", "spawn"] if untrusted.default_way() == "fork" else ["spawn"]

HOSTILE = {
    "an endless loop": ("while true do end", "out of time"),
    "a loop in pcall": ("while true do pcall(function() while true do end end) end", "out of time"),
    "a loop in a coroutine": ("coroutine.wrap(function() while true do end end)()", "out of time"),
    "a loop in gsub": ("string.gsub('x', 'x', function() while true do end end)", "out of time"),
    "a loop in a metamethod": (
        "local t = setmetatable({}, { __index = function() while true do end end }) print(t.x)",
        "out of time",
    ),
    "a loop in a comparison": ("table.sort({ 1, 2, 3 }, function() while true do end end)", "out of time"),
    "endless deferring": ("local function f() task.defer(f) end f()", "out of time"),
    "a slow pattern": ("string.find(string.rep('a', 60), string.rep('a?', 60) .. string.rep('a', 60))", "out of time"),
    "long strings": ("local t = {} while true do t[#t + 1] = string.rep('x', 2 ^ 24) .. #t end", "out of memory"),
    "many tables": ("local t = {} while true do t = { t, { t } } end", "out of memory"),
    "a doubling string": ("local s = 'x' while true do s ..= s end", "out of memory"),
    "a table of a billion": ("for i = 1, 100 do shared[i] = table.create(2 ^ 26, i) end", "out of memory"),
    "caught memory": (
        "local t = {} while true do pcall(function() while true do t[#t + 1] = string.rep('x', 1e6) .. #t end end) end",
        None,
    ),
    "deep recursion": ("local function f() return f() + 1 end f()", None),
    "threads in threads": ("local function f() task.spawn(f) end f()", "error"),
    "coroutines in coroutines": ("local function f() coroutine.wrap(f)() end f()", "error"),
    "nested pcall": ("local function f() pcall(f) end f() error('end')", "error"),
    "deep nesting": ("return " + "(" * 50_000 + "1" + ")" * 50_000, "error"),
    "a chain of else": ("if a then " + "elseif a then " * 5_000 + "end", None),
    "endless printing": ("while true do print(string.rep('x', 1000)) end", "too much output"),
    "one long line": ("print(string.rep('x', 1e7))", "too much output"),
    "endless errors": ("while true do task.spawn(error, 'again') end", "too much output"),
    "errors that are tables": (
        "error(setmetatable({}, { __tostring = function() while true do end end }))",
        "out of time",
    ),
}


def limits_for(verdict: str | None) -> Limits:
    return TIGHT if verdict in {None, "out of time"} else PATIENT


def luau(source: str, engine: str | None = None, limits: Limits = TIGHT, way: Way | None = None) -> Outcome:
    return run_untrusted(luau_task({"main.luau": source}, "main.luau", engine=engine), limits, way=way)


@pytest.mark.parametrize("engine", available())
def test_hostile_code_ends_with_a_verdict_and_the_next_run_is_well(engine: str) -> None:
    untrusted.warm()
    with ThreadPoolExecutor(4) as runs:
        outcomes = dict(
            zip(
                HOSTILE,
                runs.map(lambda case: luau(case[0], engine, limits_for(case[1])), HOSTILE.values()),
                strict=True,
            )
        )
    wrong = {name: outcome for name, outcome in outcomes.items() if HOSTILE[name][1] not in {None, outcome.verdict}}
    assert not wrong
    assert {outcome.verdict for outcome in outcomes.values()} == {
        "error",
        "out of time",
        "out of memory",
        "too much output",
        "finished",
    }
    assert luau("print('well')", engine, ROOMY).value == {"output": [["print", "well"]]}


@pytest.mark.parametrize("way", WAYS)
def test_each_limit_holds_in_each_way(way: Way) -> None:
    for name in ("an endless loop", "many tables", "endless printing", "threads in threads"):
        source, verdict = HOSTILE[name]
        started = time.monotonic()
        assert luau(source, limits=limits_for(verdict), way=way).verdict == verdict, name
        assert time.monotonic() - started < 10


@pytest.mark.parametrize("way", WAYS)
def test_output_errors_and_requires_come_back(way: Way) -> None:
    sources = {"main.luau": "print(require('./part'))\ntask.wait(30)\nwarn('late')", "part.luau": "return 'part'"}
    outcome = run_untrusted(luau_task(sources, "main.luau"), ROOMY, way=way)
    assert outcome == Outcome("finished", "", {"output": [["print", "part"], ["warn", "late"]]})
    failed = luau("local t = nil\nprint(t.x)", limits=ROOMY, way=way)
    assert (failed.verdict, failed.detail) == ("error", "main.luau:2: attempt to index nil with 'x'")
    assert luau("local = 1", limits=ROOMY, way=way).detail.startswith("main.luau:1: ")


@pytest.mark.parametrize("way", WAYS)
def test_a_run_has_the_prepared_copy_to_itself(way: Way) -> None:
    task = Task(f"{ENTRIES}:count", "data", f"{ENTRIES}:prepare")
    values = [run_task(task, ROOMY, way=way).value for _ in range(3)]
    assert [value[0] for value in values] == [1, 1, 1]
    assert [value[2] for value in values] == ["data"] * 3
    assert len({value[1] for value in values}) == 3  # random numbers are not shared
    assert len({value[3] for value in values} | {os.getpid()}) == 4  # nor are processes


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_of_the_entry_is_ours_and_is_raised(way: Way) -> None:
    with pytest.raises(ChildError, match="the entry's own mistake"):
        run_task(Task(f"{ENTRIES}:broken"), ROOMY, way=way)
    with pytest.raises(ChildError, match="no_such"):
        run_task(Task(f"{ENTRIES}:no_such"), ROOMY, way=way)
    assert run_task(Task(f"{ENTRIES}:die"), ROOMY, way=way).verdict == "error"
    assert run_task(Task(f"{ENTRIES}:huge", 10_000_000), TIGHT, way=way).verdict == "too much output"


def test_there_is_no_network_in_a_child() -> None:
    outcome = run_task(Task(f"{ENTRIES}:network"), ROOMY)
    assert outcome.verdict == "finished"
    assert [line for line in outcome.value if "no network" in line] == outcome.value
    assert len(outcome.value) == 2


def test_many_threads_share_one_server() -> None:
    with ThreadPoolExecutor(8) as runs:
        outcomes = runs.map(lambda number: run_task(Task(f"{ENTRIES}:echo", number), ROOMY), range(40))
        assert [outcome.value for outcome in outcomes] == list(range(40))


@pytest.mark.skipif(untrusted.default_way() != "fork", reason="the server exists where fork does")
def test_a_server_that_was_killed_is_started_again_and_close_leaves_nothing() -> None:
    server = ForkServer()
    assert server.run(Task(f"{ENTRIES}:echo", 1), ROOMY).value == 1
    process = server._process
    assert process is not None
    process.kill()
    process.wait()
    assert server.run(Task(f"{ENTRIES}:echo", 2), ROOMY).value == 2
    process = server._process
    assert process is not None
    server.close()
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="reads POSIX process tables")
def test_an_idle_parent_has_no_children_of_its_own_but_the_server() -> None:
    luau("print(1)", limits=ROOMY)
    assert threading.active_count() <= 8
