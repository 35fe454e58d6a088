"""Code that the project did not write: it ends within its limits, whatever it does, and the parent goes on."""

import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.untrusted_hostile import HOSTILE
from toolboxai.studio import untrusted
from toolboxai.studio.engines import available
from toolboxai.studio.untrusted import (
    ChildError,
    ConfinementError,
    Limits,
    LimitsError,
    Outcome,
    Task,
    Way,
    run_task,
    run_untrusted,
)
from toolboxai.studio.untrusted_fork import ForkServer
from toolboxai.studio.untrusted_spawn import SpawnPool
from toolboxai.studio.untrusted_wire import Answer, Began, Ended, Listener, Memory, Seen, framed

ENTRIES = "studio.untrusted_entries"
ENDLESS = Limits(seconds=30.0, cpu_seconds=0.1, output=50_000)
PATIENT = Limits(seconds=60.0, cpu_seconds=20.0, memory=32 << 20, output=50_000)
"""For what runs out of something other than time, on a busy machine too."""
ROOMY = Limits(seconds=60.0, cpu_seconds=20.0)
FIELDS = ["type", "verdict", "detail", "value", "line", "held", "memory", "status", "signal"]
WAYS: list[Way] = ["fork", "spawn"] if untrusted.default_way() == "fork" else ["spawn"]


def limits_for(verdict: str | None) -> Limits:
    return {"out of time": ENDLESS, None: ENDLESS, "error": ROOMY}.get(verdict, PATIENT)


def run_hostile(name: str, engine: str, way: Way | None = None) -> tuple[str, Outcome]:
    source, verdict = HOSTILE[name]
    return name, run_untrusted(source, limits_for(verdict), engine=engine, way=way)


# Each kind meets one engine here; `soak_untrusted.py` brings every kind to every engine, in both ways.
@pytest.mark.parametrize("engine", available())
def test_hostile_code_ends_with_a_verdict_and_the_next_run_is_well(engine: str) -> None:
    names = [*HOSTILE][available().index(engine) :: len(available())]
    untrusted.warm()
    with ThreadPoolExecutor(4) as runs:
        outcomes = dict(runs.map(lambda name: run_hostile(name, engine), names))
    wrong = {name: outcome for name, outcome in outcomes.items() if HOSTILE[name][1] not in {None, outcome.verdict}}
    assert not wrong
    assert run_untrusted("print('well')", ROOMY, engine=engine).output == [["print", "well"]]


def test_there_are_hostile_programs_of_many_kinds() -> None:
    assert len(HOSTILE) >= 150
    assert {verdict for _, verdict in HOSTILE.values()} == {
        None,
        "error",
        "out of time",
        "out of memory",
        "too much output",
    }


@pytest.mark.parametrize("way", WAYS)
def test_each_limit_holds_in_each_way(way: Way) -> None:
    for name in ("endless: plain", "greedy: many tables", "loud: many lines", "failing: recursion by threads"):
        assert run_hostile(name, available()[0], way)[1].verdict == HOSTILE[name][1], name


# --- what comes back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("engine", available())
def test_output_errors_and_requires_come_back(engine: str, way: Way) -> None:
    sources = {"main.luau": "print(require('./part'))\ntask.wait(30)\nwarn('late')", "part.luau": "return 'part'"}
    outcome = run_untrusted(sources, ROOMY, engine=engine, way=way)
    assert outcome == Outcome("finished", "", {"output": [["print", "part"], ["warn", "late"]]})
    assert run_untrusted(sources, ROOMY, main="part.luau", engine=engine, way=way).output == []
    failed = run_untrusted("print('before')\nlocal t = nil\nprint(t.x)", ROOMY, engine=engine, way=way)
    message = "main.luau:3: attempt to index nil with 'x'"
    assert (failed.verdict, failed.detail) == ("error", message)
    assert failed.output == [["print", "before"], ["error", message]]
    assert run_untrusted("local = 1", ROOMY, engine=engine, way=way).detail.startswith("main.luau:1: ")


def test_the_clock_goes_as_far_as_it_is_told() -> None:
    source = "task.delay(5, print, 'five') task.delay(50, print, 'fifty')"
    assert run_untrusted(source, ROOMY, game_seconds=10).output == [["print", "five"]]
    assert run_untrusted(source, ROOMY).output == [["print", "five"], ["print", "fifty"]]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("engine", ["luajit21", "lua52"])
def test_the_last_line_seen_is_told_where_time_runs_out(engine: str, way: Way) -> None:
    if engine not in available():
        return
    source = "local n = 0\nlocal function spin()\n\twhile true do\n\t\tn += 1\n\tend\nend\ncoroutine.wrap(spin)()"
    outcome = run_untrusted({"a/spin.luau": source}, ENDLESS, engine=engine, way=way)
    assert outcome.verdict == "out of time"
    assert outcome.line in {"a/spin.luau:3", "a/spin.luau:4"}
    inside = "while os.clock() < 0.2 do end\nstring.find(('a'):rep(60), ('a?'):rep(60) .. ('a'):rep(60))"
    assert run_untrusted(inside, Limits(cpu_seconds=0.4), engine=engine, way=way).line == "main.luau:1"


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
    with pytest.raises(ChildError, match="no_such"):
        run_task(Task(f"{ENTRIES}:echo", 1, f"{ENTRIES}:no_such"), ROOMY, way=way)
    assert run_task(Task(f"{ENTRIES}:die"), ROOMY, way=way).verdict == "error"
    assert run_task(Task(f"{ENTRIES}:huge", 10_000_000), ENDLESS, way=way).verdict == "too much output"


def test_the_page_about_it_holds() -> None:
    page = Path(__file__).parents[2] / "docs" / "untrusted.md"
    exec(page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], {})


def test_limits_that_nothing_could_keep_to_are_refused() -> None:
    for wrong in (
        *({"seconds": 0}, {"seconds": float("nan")}, {"seconds": 1e12}, {"seconds": "3"}, {"cpu_seconds": -1}),
        *({"memory": 0}, {"memory": 1.5}, {"output": -1}, {"output": None}),
    ):
        with pytest.raises(LimitsError, match=next(iter(wrong))):
            Limits(**wrong)


def test_the_longest_limits_are_kept_to() -> None:
    assert run_untrusted("print(1)", Limits(seconds=1e6, cpu_seconds=1e6, memory=1 << 40)).verdict == "finished"


def test_half_a_character_is_an_error_of_the_program() -> None:
    outcome = run_untrusted({"main.luau": 'require("./part")', "part.luau": 'return "\ud800"'})
    assert (outcome.verdict, outcome.detail) == ("error", "part.luau: not UTF-8: it has half a character")
    assert run_untrusted({"\udfff.luau": "print(1)"}).detail == "?.luau: not UTF-8: it has half a character"


def test_there_is_no_network_in_a_child() -> None:
    outcome = run_task(Task(f"{ENTRIES}:network"), ROOMY)
    assert outcome.verdict == "finished"
    assert [line for line in outcome.value if "no network" in line] == outcome.value
    assert len(outcome.value) == 2


# --- the pool ---------------------------------------------------------------------------------------------------------


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


@pytest.mark.skipif(untrusted.default_way() != "fork", reason="the server exists where fork does")
def test_the_server_outlives_its_children_and_keeps_none() -> None:
    server = ForkServer()
    server.warm("toolboxai.studio.untrusted_child:worlds")
    process = server._process
    with ThreadPoolExecutor(4) as runs:
        list(runs.map(lambda _: server.run(Task(f"{ENTRIES}:die"), ROOMY), range(20)))
    deaf = server.run(Task("studio.untrusted_deaf:loop"), Limits(seconds=0.3, cpu_seconds=0.1))
    assert deaf.verdict == "out of time"
    assert server._process is process
    assert process is not None
    assert process.poll() is None
    if sys.platform == "linux":
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        assert eventually(lambda: children.read_text() == "")
    server.close()


def test_a_spare_is_ready_when_one_is_lost() -> None:
    pool = SpawnPool()
    task = Task(f"{ENTRIES}:die", None, f"{ENTRIES}:nothing")
    pool.warm(task.prepare)
    for _ in range(2):
        spares = pool._spares[task.prepare]
        assert len(spares) == 2
        first = spares[0]
        assert pool.run(task, ROOMY).verdict == "error"
        assert first not in spares
        assert first._process.returncode == 3
        assert len(spares) == 2
    spares = [*pool._spares[task.prepare]]
    pool.close()
    assert all(spare._process.returncode is not None for spare in spares)


@pytest.mark.skipif(sys.platform == "win32", reason="reads POSIX process tables")
def test_an_idle_parent_has_no_children_of_its_own_but_the_server() -> None:
    run_untrusted("print(1)", ROOMY)
    assert threading.active_count() <= 8


def eventually(holds) -> bool:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


# --- what a parent believes -------------------------------------------------------------------------------------------


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["Began", "Seen", "Answer", "Ended", "finished"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=8,
)
_PIECES = st.binary(max_size=60) | st.integers(0, 99).map(lambda n: n.to_bytes(4, "big")) | _PLAIN.map(framed)


@given(st.lists(_PIECES, max_size=20))
@settings(max_examples=300, deadline=None)
def test_whatever_a_child_writes_there_is_a_verdict(pieces: list[bytes]) -> None:
    listener = Listener(Limits(output=100))
    for piece in pieces:
        listener.hear(piece)
    assert isinstance(listener.outcome(late=False), Outcome)


@given(st.integers(1, 9), st.sampled_from(["finished", "error", "out of memory"]), st.text(max_size=30))
def test_frames_are_heard_however_they_are_cut(size: int, verdict, detail: str) -> None:
    frames = [Began(("seccomp",), Memory(5)), Seen("a:1"), Answer(verdict, detail, [1]), Ended(7)]
    said = b"".join(map(framed, frames))
    listener = Listener(Limits())
    for start in range(0, len(said), size):
        listener.hear(said[start : start + size])
    outcome = listener.outcome(late=True)
    assert outcome == Outcome(verdict, detail, [1])
    assert (outcome.line, outcome.held) == ("a:1", ("seccomp",))


@pytest.mark.parametrize(
    ("signal", "most", "touched", "verdict"),
    [
        ("SIGABRT", 0, 9 << 20, "out of memory"),  # a parent of 200 MiB hides what the child had at a time
        ("SIGABRT", 9 << 20, 0, "out of memory"),
        ("SIGABRT", 0, 0, "error"),
        ("SIGSEGV", 0, 9 << 20, "error"),
        ("SIGSEGV", 40 << 20, 0, "out of memory"),
        ("", 0, 40 << 20, "out of memory"),
    ],
)
def test_a_death_is_told_by_what_the_process_had(signal: str, most: int, touched: int, verdict: str) -> None:
    before = Memory(200 << 20, 50 << 20)
    after = Memory(before.most + most, before.touched + touched)
    listener = Listener(Limits(memory=64 << 20))
    listener.hear(framed(Began(memory=before)) + framed(Ended(1, signal, after)))
    assert listener.outcome(late=False).verdict == verdict


@pytest.mark.skipif("luau" not in available(), reason="its allocator is the one that aborts")
def test_a_large_parent_hides_no_lack_of_memory() -> None:
    large = b"x" * (200 << 20)
    untrusted._made.cache_clear()  # its children are started from here on
    try:
        outcome = run_untrusted(HOSTILE["greedy: packed strings"][0], PATIENT, engine="luau", way="spawn")
    finally:
        untrusted._made("spawn").close()
        untrusted._made.cache_clear()
    del large
    assert outcome.verdict == "out of memory"


def test_an_answer_longer_than_the_limit_is_not_kept() -> None:
    listener = Listener(Limits(output=10))
    for _ in range(100):
        listener.hear(b"\xff" * 10_000)
    assert listener.outcome(late=False).verdict == "too much output"
    assert len(listener._data) < 100_000


def test_without_the_kernels_help_a_run_says_so_once_and_strict_refuses(monkeypatch, caplog) -> None:
    bare = untrusted.Confinement(files=True, network=True, processes=True, memory=True, by=("limits",))
    monkeypatch.setattr(untrusted, "confinement", lambda _: bare)
    monkeypatch.setattr(untrusted, "_children", lambda _: Children(Outcome("finished", held=("limits",))))
    untrusted._tell_once.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert [run_untrusted("", ROOMY).held for _ in range(2)] == [("limits",)] * 2
    assert [record.name for record in caplog.records] == ["toolboxai.studio.untrusted"]
    with pytest.raises(ConfinementError, match="limits"):
        run_untrusted("", ROOMY, strict=True)


class Children:
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def run(self, _task: Task, _limits: Limits) -> Outcome:
        return self.outcome
