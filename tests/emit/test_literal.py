"""Values as Luau literals: what is written reads back, on both engines."""

import math
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.luau.literal import LiteralError, LuaName, is_identifier, lua_literal
from toolboxai.luau.parser import parse
from toolboxai.luau.tokens import KEYWORDS
from toolboxai.studio import engines
from toolboxai.studio.host import VM

ENGINES = engines.available()


@cache
def vm_of(engine: str) -> VM:
    return VM(engine)


exact = st.integers(-(2**53), 2**53) | st.integers(0, 60).map(lambda n: 3 * 2**n)
hostile = st.sampled_from(
    ['"', "\\", "\n", "\r\n", "\0", "]]", "--", "]=]", "${", "`{x}`", "\\z  ", "\\x41", "\\u{41}", "\x7f", "\u202e", "\u2028",
     "\ue000", "\U0010ffff", "é", "\ud800", "end", "%s", "<$ x $>"]
)  # fmt: skip
text = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Cf", "Zl"])) | st.lists(hostile).map("".join)
scalar = st.booleans() | exact | st.floats() | text | st.binary()
keys = text | exact | st.binary(min_size=1) | st.booleans()
value = st.recursive(scalar, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=12)


def from_lua(found: Any) -> Any:
    return {from_lua(key): from_lua(held) for key, held in found.items()} if hasattr(found, "items") else found


def as_lua_has_it(python: Any) -> Any:
    """The value in Luau's terms: bytes, doubles, and tables with what is left of equal keys."""
    match python:
        case bool() | None | bytes():
            return python
        case str():
            return python.encode("utf-8", "surrogatepass")
        case int() | float():
            return float(python)
        case list():
            return {float(index): as_lua_has_it(held) for index, held in enumerate(python, 1)}
        case dict():
            return {as_lua_has_it(key): as_lua_has_it(held) for key, held in python.items()}


def same(left: Any, right: Any) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return {repr(key) for key in left} == {repr(key) for key in right} and all(
            same(held, right[key]) for key, held in left.items()
        )
    if isinstance(left, float) and isinstance(right, float):
        return (math.isnan(left) and math.isnan(right)) or left == right
    return type(left) is type(right) and left == right


def normalised(found: Any) -> Any:
    """Integers that Lupa gives as int are doubles in Luau."""
    if isinstance(found, dict):
        return {normalised(key): normalised(held) for key, held in found.items()}
    return float(found) if isinstance(found, int) and not isinstance(found, bool) else found


def run(engine: str, source: str) -> Any:
    vm = vm_of(engine)
    return normalised(from_lua(vm.call(vm.load(source, "literal"))[0]))


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=150, deadline=None)
@given(value=value)
def test_a_literal_reads_back_as_its_value(engine: str, value: Any) -> None:
    assert same(run(engine, f"return {lua_literal(value)}"), as_lua_has_it(value))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "number",
    [
        0.0,
        math.inf,
        -math.inf,
        math.nan,
        5e-324,
        1.7976931348623157e308,
        0.1,
        -1,
        2**53,
        -(2**53),
        10**22,
        2**1023,
    ],
)
def test_numbers_at_the_edges_read_back(engine: str, number: float) -> None:
    assert same(run(engine, f"return {lua_literal(number)}"), float(number))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_zero_keeps_its_sign(engine: str) -> None:
    # Asked in Luau: Lupa hands a negative zero over as the integer 0.
    assert run(engine, f"return 1 / {lua_literal(-0.0)} < 0 and 1 / ({lua_literal([-0.0])})[1] < 0") is True


@given(value=value)
def test_a_literal_is_one_line_of_printable_text_or_a_table_over_lines(value: Any) -> None:
    written = lua_literal(value)
    assert all(character.isprintable() or character in "\n\t" for character in written)
    assert not parse(f"return {written}").problems


def test_equal_values_are_written_equally_short() -> None:
    assert lua_literal({"a": 1, "end": [True], "b c": 2.5}) == '{ a = 1, ["end"] = { true }, ["b c"] = 2.5 }'
    assert lua_literal([]) == lua_literal({}) == "{}"
    assert lua_literal(["x" * 60, "y" * 60]) == '{\n\t"' + "x" * 60 + '",\n\t"' + "y" * 60 + '",\n}'


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (2**53 + 1, "no exact Luau number"),
        (10**400, "no exact Luau number"),
        ([1, None], r"the value\[1\] is None"),
        ({"a": {"b": None}}, r"the value\['a'\]\['b'\] is None"),
        ({math.nan: 1}, "no Luau table can have"),
        ({None: 1}, "no Luau table can have"),
        ({(1, 2): 1}, "no Luau table can have"),
        ({1}, "is a set"),
        (object(), "is a object"),
    ],
)
def test_a_value_that_would_not_come_back_is_refused(value: Any, reason: str) -> None:
    with pytest.raises(LiteralError, match=reason) as fault:
        lua_literal(value)
    assert fault.value.remedy


def test_endless_nesting_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(LiteralError, match="nested more than"):
        lua_literal(circle)


@given(name=st.text(max_size=8) | st.from_regex(r"[A-Za-z_]\w{0,5}", fullmatch=True))
def test_a_name_is_an_identifier_or_refused(name: str) -> None:
    accepted = (
        not parse(f"local {name} = 1\nlocal _ = {name}").problems
        and name.isascii()
        and name.replace("_", "a").isalnum()
    )
    assert is_identifier(name) == accepted
    if accepted:
        assert LuaName(name) == name
    else:
        with pytest.raises(LiteralError, match="no Luau identifier"):
            LuaName(name)


def test_the_keywords_are_the_lexers() -> None:
    assert all(not is_identifier(word) for word in KEYWORDS)
