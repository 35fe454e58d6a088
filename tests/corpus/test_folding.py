"""Constant folding beside real Luau: whatever is folded, the real VM prints the same."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luau.folded import expressions, fold
from referee import Referee
from toolboxai.luau.folding_library import printed

pytestmark = pytest.mark.corpus

_KINDS = {bool: "boolean", float: "number", bytes: "string", type(None): "nil"}
# `print` of the referee ends at a zero byte, so texts travel as hexadecimal digits.
_SHOW = """
local function show(v)
	print(type(v), (string.gsub(tostring(v), ".", function(c) return string.format("%02x", string.byte(c)) end)))
end
"""


@pytest.fixture(scope="module")
def referee():
    with Referee() as real:
        yield real


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(batch=st.lists(expressions, min_size=10, max_size=40))
def test_what_is_folded_is_what_real_luau_prints(referee: Referee, batch: list[str]):
    # Real Luau writes a constant into the format of a backtick string, which ends at a zero byte: its own slip.
    sound = [
        expression for expression in batch if "`" not in expression or not re.search(r"\\(0|x00|u\{0)", expression)
    ]
    known = [fold(f"return {expression}")[0] for expression in sound]
    folded = [(expression, item) for expression, item in zip(sound, known, strict=True) if item is not None]
    lines = [f"show({expression})" for expression, _ in folded]
    result = referee.run(_SHOW + "\n".join(lines))
    assert result.error == ""
    for (expression, item), line in zip(folded, result.prints, strict=True):
        assert line == f"{_KINDS[type(item.value)]}\t{printed(item.value).hex()}".encode(), expression
