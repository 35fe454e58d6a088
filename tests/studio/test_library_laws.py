"""Laws of the library: bits as IEEE 754 has them, formats that do not change when they become plans, and what is left out is said to be."""

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.studio.engines import available
from toolboxai.studio.host import VM


@pytest.fixture(scope="module", params=available())
def vm(request: pytest.FixtureRequest) -> VM:
    return VM(request.param)


def ask(vm: VM, source: str, *arguments: object) -> tuple[object, ...]:
    return vm.call(vm.load(f"return {source}", "law"), *arguments)


def single(number: float) -> float:
    try:
        return struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)


doubles = st.floats(allow_nan=False)
ties = st.builds(
    lambda a, b, up: (a * 2 + 1) * 2.0 ** (b - 24 * up), st.integers(2**23, 2**24), st.integers(-90, 90), st.booleans()
)


@settings(max_examples=200, deadline=None)
@given(number=doubles | ties)
def test_vectors_and_buffers_round_to_single_precision(vm: VM, number: float) -> None:
    assert ask(vm, "vector.create(..., 0, 0).x", number) == (single(number),)
    source = "(function(x) local b = buffer.create(4) buffer.writef32(b, 0, x) return buffer.readf32(b, 0), buffer.tostring(b) end)(...)"
    assert ask(vm, source, number) == (single(number), struct.pack("<f", single(number)))


@settings(max_examples=150, deadline=None)
@given(number=st.integers(-(2**53), 2**53), size=st.integers(7, 16), big=st.booleans())
def test_integers_are_packed_as_twos_complement(vm: VM, number: int, size: int, big: bool) -> None:
    layout = f"{'>' if big else '<'}i{size}"
    packed = number.to_bytes(size, "big" if big else "little", signed=True)
    assert ask(vm, f"string.pack('{layout}', ...)", number) == (packed,)
    assert ask(vm, f"string.unpack('{layout}', ...)", packed) == (number, size + 1)


@settings(max_examples=100, deadline=None)
@given(
    number=st.integers(-(10**9), 10**9),
    fraction=st.floats(-1e9, 1e9),
    text=st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=9),
)
def test_a_format_gives_the_same_however_often_it_comes(vm: VM, number: int, fraction: float, text: str) -> None:
    form = "%d|%5d|%-6d|%05d|%.2f|%8.3f|%g|%s"
    expected = (form % (number, number, number, number, fraction, fraction, fraction, text)).encode()
    source = f"(function(i, x, s) local all = {{}} for n = 1, 5 do all[n] = string.format('{form}', i, i, i, i, x, x, x, s) end return table.unpack(all) end)(...)"
    assert ask(vm, source, number, fraction, text) == (expected,) * 5


@settings(max_examples=80, deadline=None)
@given(numbers=st.lists(st.integers(0, 9), max_size=60))
def test_sort_by_a_function_keeps_every_item(vm: VM, numbers: list[int]) -> None:
    source = "(function(t) table.sort(t, function(a, b) return a > b end) return table.concat(t, ' ') end)(...)"
    assert ask(vm, source, numbers) == (" ".join(map(str, sorted(numbers, reverse=True))).encode(),)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("string.rep('x')", "missing argument #2 to 'rep' (number expected)"),
        ("string.rep('x', nil)", "invalid argument #2 to 'rep' (number expected, got nil)"),
        ("math.floor()", "missing argument #1 to 'floor' (number expected)"),
        ("setmetatable({})", "missing argument #2 to 'setmetatable' (nil or table expected)"),
        ("string.format('%d')", "missing argument #2"),
        ("table.sort({}, 5)", "invalid argument #2 to 'sort' (function expected, got number)"),
    ],
)
def test_what_is_left_out_is_told_from_nil(vm: VM, call: str, message: str) -> None:
    assert ask(vm, f"pcall(function() {call} end)") == (False, f"law:1: {message}".encode())


def test_a_program_cannot_change_the_libraries_of_others(vm: VM) -> None:
    assert ask(vm, "pcall(function() string.format = nil end)")[0] is False
    assert ask(vm, "pcall(function() math.pi = 3 end)")[0] is False
    assert ask(vm, "math.floor(math.pi)") == (3,)


def test_an_order_that_is_none_is_found_out(vm: VM) -> None:
    source = "pcall(function() local t = {} for i = 1, 100 do t[i] = i % 10 end table.sort(t, function(a, b) return a <= b end) end)"
    assert ask(vm, source) == (False, b"law:1: invalid order function for sorting")
