"""The engine `luau` in node's process: the same world over lines, and an end that is an error."""

from collections.abc import Iterator

import pytest

from luau.lowered import programs
from toolboxai.studio import engines, luau_pluau
from toolboxai.studio.host import VM, LuauError
from toolboxai.studio.requires import MemoryTree
from toolboxai.studio.studio import Studio

pytestmark = pytest.mark.corpus


@pytest.fixture(autouse=True)
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luau_pluau, "module", lambda: None)


@pytest.fixture
def vm() -> Iterator[VM]:
    made = VM("luau")
    yield made
    made.close()


def test_it_is_chosen_by_name_alone() -> None:
    assert engines.choose("luau") == "luau"
    assert "luau" not in engines.available()


def test_every_program_prints_and_fails_as_luau_does(vm: VM) -> None:
    unlike = {}
    for program in programs():
        vm.output.clear()
        error = ""
        try:
            vm.call(vm.load(program.source, "main"))
        except LuauError as fault:
            error = str(fault)
        prints = "\n".join(line.text for line in vm.output).replace("\t", " ").split("\n")
        if (prints, error) != (program.prints or [""], program.error):
            unlike[program.name] = prints, error
    assert not unlike


def test_any_bytes_cross_both_ways(vm: VM) -> None:
    every = bytes(range(256)) * 2
    assert vm.call(vm.load("local text = ... return text, #text", "main"), every) == (every, 512)
    assert vm.plain(vm.call(vm.load("return { ... }", "main"), 1.5, -0.0, 2**53, "ä\0%41")[0]) == [
        1.5,
        0,
        2**53,
        "ä\0%41",
    ]


def test_requires_threads_and_the_clock_are_the_same() -> None:
    vm = VM(
        "luau", tree=MemoryTree({"/main.luau": b"task.wait(1) print(require('./part'))", "/part.luau": b"return 7"})
    )
    vm.spawn(vm.main_file("/main.luau"))
    vm.step(0.5)
    assert vm.output == []
    vm.step(0.5)
    assert [line.text for line in vm.output] == ["7"]
    vm.close()


def test_studio_opens_and_its_objects_have_types() -> None:
    with Studio("luau") as studio:
        said = studio.command("local p = Instance.new('Part', workspace) return type(p), typeof(p), p:GetFullName()")
    assert said == ("userdata", "Instance", "Workspace.Part")


def test_the_end_of_its_memory_is_an_error_and_the_next_vm_is_well(vm: VM) -> None:
    with pytest.raises(LuauError, match="not enough memory"):
        vm.call(vm.load("local t = {} while true do t = { t } end", "main"))
    with pytest.raises(LuauError, match="process has ended"):
        vm.load("return 1", "main")
    successor = VM("luau")
    assert successor.call(successor.load("return 1", "main")) == (1,)


def test_a_callback_that_calls_the_vm_is_refused() -> None:
    vm = VM("luau", on_output=lambda _: vm.now())
    with pytest.raises(Exception, match="cannot call it"):
        vm.call(vm.load("print(1)", "main"))
    vm.close()
