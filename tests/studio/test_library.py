"""Luau's libraries answer as real Luau does: each program beside what the real VM printed for it, and laws."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.studio.engines import available
from toolboxai.studio.host import VM

PROGRAMS = sorted((Path(__file__).parent / "library").glob("*.luau"))


# Lines that the real VM of the engine `luau` prints otherwise: tonumber("0x") is newer than it, and a count beyond 32 bits
# is what the processor makes of it.
OF_THEIR_OWN = {
    ("numbers", "luau"): "inf nan -inf inf 0 nil nil 16 nil 1.5 1 0.5",
    ("strings", "luau"): "false resulting string too large",
}


def printed(program: Path, engine: str) -> str:
    vm = VM(engine)
    try:
        vm.call(vm.load(program.read_bytes(), program.stem))
        return "".join(f"{line.text}\n" for line in vm.output)
    finally:
        vm.close()


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_prints_what_real_luau_printed(engine: str, program: Path) -> None:
    ours, theirs = printed(program, engine), program.with_suffix(".txt").read_text(encoding="utf-8")
    unlike = [line for line, own in zip(theirs.splitlines(), ours.splitlines(), strict=True) if line != own]
    assert set(unlike) <= {OF_THEIR_OWN.get((program.stem, engine))}


@pytest.mark.corpus
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_what_is_written_beside_a_program_is_what_real_luau_prints(program: Path) -> None:
    from referee import Referee  # noqa: PLC0415 - needs node, as the mark says

    with Referee() as referee:
        answer = referee.run(program.read_bytes(), f"={program.stem}")
    assert answer.ok, answer.error
    text = "".join(line.decode().replace("\t", " ") + "\n" for line in answer.prints)
    assert program.with_suffix(".txt").read_text(encoding="utf-8") == text


@pytest.fixture(scope="module", params=available())
def vm(request: pytest.FixtureRequest) -> VM:
    return VM(request.param)


def ask(vm: VM, source: str, *arguments: object) -> object:
    values = vm.call(vm.load(f"return {source}", "law"), *arguments)
    return values[0] if len(values) == 1 else values


doubles = st.floats(allow_nan=False)


@settings(max_examples=150, deadline=None)
@given(number=doubles)
def test_a_number_reads_back_from_its_text(vm: VM, number: float) -> None:
    assert ask(vm, "tonumber(tostring(...))", number) == number


@settings(max_examples=100, deadline=None)
@given(number=doubles)
def test_a_double_survives_packing(vm: VM, number: float) -> None:
    again = "(string.unpack('<d', string.pack('<d', (...))))"
    assert ask(vm, f"{again}, 1 / {again} == 1 / ...", number) == (number, True)


@settings(max_examples=100, deadline=None)
@given(a=st.integers(0, 2**32 - 1), b=st.integers(0, 2**32 - 1), by=st.integers(0, 31))
def test_bit32_is_arithmetic_on_words(vm: VM, a: int, b: int, by: int) -> None:
    source = "bit32.band(a, b), bit32.bor(a, b), bit32.bxor(a, b), bit32.lshift(a, by), bit32.rshift(a, by)"
    answers = vm.call(vm.load(f"local a, b, by = ... return {source}, bit32.extract(a, by)", "law"), a, b, by)
    assert answers == (a & b, a | b, a ^ b, a << by & 0xFFFFFFFF, a >> by, a >> by & 1)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=30))
def test_utf8_agrees_with_python(vm: VM, text: str) -> None:
    assert ask(vm, "utf8.len((...))", text) == len(text)
    assert ask(vm, "utf8.char(utf8.codepoint(s, 1, -1))".replace("s,", "(...),"), text) == text.encode()


plain = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | doubles.filter(math.isfinite) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4) | st.dictionaries(st.text(max_size=6), inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(value=plain)
def test_json_survives_both_ways(vm: VM, value: object) -> None:
    text = vm.call(vm.host[b"encode"], value)[0]
    again = vm.plain(vm.call(vm.host[b"decode"], text)[0])
    assert again == value


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=20), separator=st.text(min_size=1, max_size=2))
def test_split_and_concat_undo_each_other(vm: VM, text: str, separator: str) -> None:
    assert ask(vm, "table.concat(string.split(...), (select(2, ...)))", text, separator) == text.encode()


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(st.integers(-50, 50), max_size=30))
def test_sort_sorts(vm: VM, numbers: list[int]) -> None:
    answer = vm.call(vm.load("local t = ... table.sort(t, function(a, b) return a > b end) return t", "law"), numbers)
    assert (vm.plain(answer[0]) or []) == sorted(numbers, reverse=True)


def test_random_numbers_follow_their_seed_and_stay_in_range(vm: VM) -> None:
    source = "local out = {} math.randomseed(7) for i = 1, 500 do out[i] = math.random(3, 9) end return out"
    first, again = (vm.plain(vm.call(vm.load(source, "law"))[0]) for _ in range(2))
    assert first == again
    assert set(first) == set(range(3, 10))


@pytest.mark.parametrize("text", ["", "{", "[1,]", '{"a" 1}', "nul", '"\n"', "1 2", "[" * 200, '"\\x"', "+1"])
def test_json_that_is_none_is_refused(vm: VM, text: str) -> None:
    answer = vm.call(vm.load("local decode, text = ... return pcall(decode, text)", "law"), vm.host[b"decode"], text)
    assert answer == (False, b"Can't parse JSON")
