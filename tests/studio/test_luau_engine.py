"""The engine `luau`: values cross whole, VMs come and go unheard, typed objects, limits, and the same verdicts."""

import functools
import gc
import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.commands.run import command as run_command
from toolboxai.curriculum import Catalogue, examiner, render
from toolboxai.studio import engines, luau_node, luau_pluau
from toolboxai.studio.host import VM, LuauError
from toolboxai.studio.requires import MemoryTree
from toolboxai.studio.studio import Studio
from toolboxai.studio.untrusted import run_untrusted


@pytest.fixture
def vm() -> Iterator[VM]:
    made = VM("luau")
    yield made
    made.close()


def value_of(vm: VM, source: str, *arguments: object) -> object:
    return vm.plain(vm.call(vm.load(source, "main"), *arguments)[0])


# --- values -----------------------------------------------------------------------------------------------------------

numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
scalars = st.booleans() | numbers | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, min_size=1, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(data)
def test_data_comes_back_as_it_went(value: object) -> None:
    vm, same = echo()
    assert vm.plain(vm.call(same, value)[0]) == value


def test_numbers_at_the_edge_come_back_too() -> None:
    vm, same = echo()
    assert (
        repr(vm.call(same, -0.0, 0, 2**53, 5e-324, -math.inf, math.nan)) == f"(-0.0, 0, {2.0**53}, 5e-324, -inf, nan)"
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=5))
def test_several_strings_of_any_bytes_come_back(texts: list[bytes]) -> None:
    vm, same = echo()
    assert vm.call(same, *texts) == tuple(texts)


@functools.cache
def echo() -> tuple[VM, object]:
    vm = VM("luau")
    return vm, vm.load("return ...", "main")


def test_what_is_not_data_is_held_and_let_go(vm: VM) -> None:
    make = vm.call(
        vm.load("kept = setmetatable({}, { __mode = 'v' }) return function() kept.x = {} return kept.x end", "m")
    )[0]
    count = vm.load(
        "collectgarbage() return kept.x ~= nil", "main", vm.call(vm.load("return getfenv(...)", "m"), make)[0]
    )
    table = vm.call(make)[0]
    table[b"list"] = [1, {"a": True}]
    assert (len(table[b"list"]), table[b"list"][2][b"a"], list(table), table == table, table == make) == (
        2, True, [b"list"], True, False,
    )  # fmt: skip
    assert vm.call(count) == (True,)
    del table
    assert vm.call(count) == (False,)


def test_a_table_that_holds_itself_is_no_data(vm: VM) -> None:
    with pytest.raises(RecursionError):
        value_of(vm, "local t = {} t.t = t return t")


# --- lives ------------------------------------------------------------------------------------------------------------


def test_vms_come_and_go_without_a_word() -> None:
    source = (
        "from toolboxai.studio.host import VM; vms = [VM('luau') for _ in range(5)]; del vms[2:]; kept = vms[0].host"
    )
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


def test_a_vm_that_nobody_closed_is_used_again_and_knows_nothing_of_its_past() -> None:
    states = set()
    for _ in range(6):
        vm = VM("luau")
        states.add(id(vm._state._pipe._lua))
        assert value_of(vm, "return shared.mark or _G.mark or mark or getmetatable('').mark or 'new'") == "new"
        vm.call(vm.load("shared.mark, _G.mark, mark = 1, 2, 3 task.delay(1e6, print, shared)", "main"))
        del vm
        gc.collect()
    assert len(states) < 3


def test_what_a_closed_vm_gave_can_still_be_read_but_python_is_out_of_reach(vm: VM) -> None:
    table, say = vm.call(vm.load("return { 7 }, function() print('x') end", "main"))
    vm.close()
    assert table[1] == 7
    with pytest.raises(LuauError, match="this VM is closed"):
        vm.call(say)


def test_a_vm_belongs_to_the_thread_that_made_it_and_its_successor_to_another() -> None:
    said: list[object] = []

    def live() -> None:
        vm = VM("luau")
        said.append(value_of(vm, "return 6 * 7"))
        vm.close()

    for _ in range(3):
        thread = threading.Thread(target=live)
        thread.start()
        thread.join()
        live()
    assert said == [42] * 6


def test_a_fault_of_python_ends_the_step_and_not_the_vm() -> None:
    def broken(_: object) -> None:
        raise KeyError("listener")

    vm = VM("luau", on_output=broken)
    with pytest.raises(KeyError):
        vm.call(vm.load("print(1)", "main"))
    assert value_of(vm, "return 1") == 1


# --- limits -----------------------------------------------------------------------------------------------------------


def test_memory_has_an_end_and_the_next_vm_its_own() -> None:
    vm = VM("luau", memory=8_000_000)
    with pytest.raises(LuauError, match="not enough memory"):
        vm.call(vm.load("local t = {} while true do t = { t } end", "main"))
    vm.close()
    del vm
    assert value_of(VM("luau"), "return #table.create(2e6, 1)") == 2_000_000


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("local function f() return f() + 1 end f()", "main:1: stack overflow"),
        ("local function f() pcall(f) error('deep', 0) end f()", "deep"),
        ("local function f() coroutine.wrap(f)() end f()", "stack overflow"),
        ("local function f() string.gsub('a', 'a', f) end f()", "stack overflow"),
        ("local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k] end print(t.x)", "stack overflow"),
        ("local function f() task.spawn(f) end f() error('after', 0)", "after"),
    ],
)  # fmt: skip
def test_what_goes_too_deep_is_an_error(vm: VM, source: str, message: str) -> None:
    with pytest.raises(LuauError) as caught:
        vm.call(vm.load(source, "main"))
    assert str(caught.value).endswith(message)
    assert value_of(vm, "return 'well'") == "well"


def test_ten_thousand_threads_wait_and_go_on(vm: VM) -> None:
    vm.spawn(
        vm.load(
            "n = 0 for i = 1, 10000 do task.spawn(function() task.wait(i / 1e4) n += i end) end task.wait(2) print(n)",
            "main",
        )
    )
    vm.step(3)
    assert [line.text for line in vm.output] == ["50005000"]


# --- the world --------------------------------------------------------------------------------------------------------


def test_its_world_has_the_names_that_every_engine_has(vm: VM) -> None:
    source = """
    local names = {}
    for name, member in getfenv() do
        names[name] = type(member)
        if type(member) == "table" then for key, inner in member do names[`{name}.{key}`] = type(inner) end end
    end
    return names
    """
    other = VM("lua52")
    assert value_of(vm, source) == value_of(other, source)
    other.close()


def test_an_object_is_userdata_that_only_the_engine_can_open() -> None:
    with Studio("luau") as studio:
        said = studio.command(
            """
            local part, vector = Instance.new("Part"), Vector3.new(1, 2, 3)
            local function words(work, ...) return (string.gsub(select(2, pcall(work, ...)), "^Command:%d+: ", "")) end
            return { type(part), typeof(part), typeof(vector), getmetatable(part), tostring(part),
                words(function() return part + 1 end), words(function() return vector .. "x" end), words(part),
                words(string.rep, part), words(table.insert, part, 1), words(table.clone, vector), words(next, part),
                words(rawset, vector, "x", 1), words(setmetatable, part, {}), words(function() vector.X = 2 end),
                vector == Vector3.new(1, 2, 3), ({ [part] = 5 })[part] }
            """
        )
    assert said == [
        "userdata", "Instance", "Vector3", "The metatable is locked", "Part",
        "attempt to perform arithmetic (add) on Instance and number", "attempt to concatenate Vector3 with string",
        "attempt to call a Instance value", "invalid argument #1 to 'rep' (string expected, got Instance)",
        "invalid argument #1 to 'insert' (table expected, got Instance)",
        "invalid argument #1 to 'clone' (table expected, got Vector3)",
        "invalid argument #1 to 'next' (table expected, got Instance)",
        "invalid argument #1 to 'rawset' (table expected, got Vector3)",
        "invalid argument #1 to 'setmetatable' (table expected, got Instance)", "X cannot be assigned to", True, 5,
    ]  # fmt: skip


def test_no_environment_but_a_programs_own_is_shown(vm: VM) -> None:
    assert (
        value_of(
            vm,
            """
        mine = true
        local found = {}
        for _, of in { 0, 1, print, task.wait, pcall, string.rep, function() end } do
            table.insert(found, getfenv(of).mine == true and getfenv(of).collectgarbage ~= nil)
        end
        return found
        """,
        )
        == [True] * 7
    )


@pytest.mark.parametrize(("name", "shown"), [("[C]", "[C] "), ("a\0b", "a?b"), ("x" * 300, "x" * 255)])
def test_a_strange_name_is_neither_the_runtimes_nor_an_error(vm: VM, name: str, shown: str) -> None:
    assert vm.plain(vm.call(vm.load("return debug.info(1, 's')", name))[0]) == shown


def test_no_function_of_the_runtime_can_be_had_from_the_stack() -> None:
    source = b"""
    local sources, functions, level = {}, {}, 1
    while debug.info(level, "s") do
        table.insert(sources, (debug.info(level, "s")))
        table.insert(functions, type((debug.info(level, "f"))))
        level += 1
    end
    return { sources, functions, select("#", debug.info(2, "sfl")), (select(2, pcall(debug.info, -1, "s"))) }
    """
    vm = VM("luau", tree=MemoryTree({"/main.luau": b"return require('./part')", "/part.luau": source}))
    said = value_of(vm, "return (...)()", vm.main_file("/main.luau"))
    assert said == [
        ["part.luau", "[C]", "[C]", "[C]", "[C]", "main.luau", "main"],
        ["function", "function", "nil", "nil", "nil", "function", "function"],
        3,
        "invalid argument #1 to 'info' (level can't be negative)",
    ]
    vm.close()


@pytest.mark.parametrize("name", ["solution.luau", "starter.luau"])
def test_a_lesson_is_judged_alike_by_every_engine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    catalogue = Catalogue.of()
    renderings = [render(catalogue.lesson(lesson.id), "guided", 1) for lesson in catalogue.summaries()]
    found = {}
    for engine in engines.available():
        monkeypatch.setattr(examiner, "Studio", functools.partial(Studio, engine))
        judges = [(examiner.Examiner(), examiner.Job.of(rendering, rendering.text(name))) for rendering in renderings]
        found[engine] = [judge.judge(job) for judge, job in judges]
        assert {judgement.verdict.passed for judgement in found[engine]} == {name == "solution.luau"}
    assert all(found["luau"] == judgements for judgements in found.values())


def test_untrusted_code_runs_under_it_too() -> None:
    outcome = run_untrusted("print(1 / 3) error('bad')", engine="luau")
    assert (outcome.verdict, outcome.detail) == ("error", "main.luau:1: bad")
    assert outcome.output == [["print", "0.3333333333333333"], ["error", "main.luau:1: bad"]]


# --- the command line -------------------------------------------------------------------------------------------------


def test_run_says_what_the_program_says_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "main.luau").write_text("print(typeof(newproxy()), require('./part'))\n")
    (tmp_path / "part.luau").write_text("return 1 // 0\n")
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from toolboxai.cli import main; main()",
            "run",
            str(tmp_path / "main.luau"),
            "--engine=luau",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout, run.stderr) == ("userdata inf\n", "")


def test_without_the_extra_one_message_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(luau_pluau, "module", lambda: None)
    monkeypatch.setattr(luau_node, "node_modules", lambda: None)
    (tmp_path / "main.luau").write_text("print(1)\n")
    fault = CliRunner().invoke(run_command, [str(tmp_path / "main.luau"), "--engine", "luau"]).exception
    assert isinstance(fault, engines.EngineMissingError)
    assert "pip install toolboxai[luau]" in fault.remedy
    assert "luau" not in engines.available()
    assert VM().engine in engines.available()
