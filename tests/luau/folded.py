"""Expressions of constants, as source: what folding, our engines and real Luau must agree on."""

import math
import struct

from hypothesis import strategies as st

from toolboxai.luau import parse
from toolboxai.luau import syntax as s
from toolboxai.luau.folding import Constant, Folder
from toolboxai.luau.literal import lua_literal
from toolboxai.luau.scopes import resolve

_ARITHMETIC = ["+", "-", "*", "/", "//", "%", "^"]
_COMPARISONS = ["==", "~=", "<", "<=", ">", ">="]

bits = st.integers(0, (1 << 64) - 1).map(lambda n: struct.unpack("<d", struct.pack("<Q", n))[0])
doubles = st.floats(allow_nan=False, allow_infinity=False) | bits.filter(math.isfinite)
small = st.integers(-20, 20).map(str)
numbers = small | doubles.map(lambda x: str(lua_literal(x))) | st.sampled_from(
    ["0x7F", "0b101", "1e3", "1_000", ".5", "0xffffffffffffffff", "2^53", "1e15", "1e21", "1e-7", "(1/0)", "-0"]
)  # fmt: skip
strings = (st.binary(max_size=8) | st.sampled_from([b"", b"a", b"abc", b"10", b"\x00z"])).map(
    lambda x: str(lua_literal(x))
)


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    text, count = st.one_of(strings, inner), small
    return st.one_of(
        st.builds("string.sub({}, {}, {})".format, text, count, count),
        st.builds("({}):sub({})".format, text, count),
        st.builds("({}):rep({})".format, text, st.integers(-1, 4).map(str)),
        st.builds("string.reverse({})".format, text),
        st.builds("({}):upper()".format, text),
        st.builds("string.lower({})".format, text),
        st.builds("string.len({})".format, text),
        st.builds("(string.byte({}, {}))".format, text, count),
        st.lists(st.integers(0, 255).map(str), max_size=4).map(lambda codes: f"string.char({', '.join(codes)})"),
        st.builds("string.char(({}):byte(1, -1))".format, text),
        st.builds("table.concat({{{}, {}, 1}}, {})".format, text, text, strings),
        st.builds("table.concat({{{}, 2, 3}}, '-', {}, {})".format, text, count, count),
        st.builds("tostring({})".format, inner),
        st.builds("#{}".format, strings),
    )


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(_ARITHMETIC), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(_COMPARISONS), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("({} .. {} .. {})".format, inner, inner, inner),
        st.builds("(- {})".format, inner),
        st.builds("(not {})".format, inner),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
        st.builds("`<{{{}}} {{{}}}>`".format, inner, inner),
        _calls(inner),
    )


expressions = st.recursive(numbers | strings | st.sampled_from(["nil", "true", "false"]), _grow, max_leaves=8)


def fold(source: str) -> list[Constant | None]:
    """What folding knows of each value that the file returns at its end."""
    chunk = parse(source)
    assert not chunk.problems, (source, chunk.problems)
    scopes = resolve(chunk)
    folder = Folder(scopes)
    returned = chunk.block.statements[-1]
    assert isinstance(returned, s.Return)
    return [folder.fold(value) for value in returned.values]
