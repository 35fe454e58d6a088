"""HttpService's JSON: what is written and read, what has no word in it, and what is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        opened.command("shared.http = game:GetService('HttpService')")
        yield opened


def encode(studio: Studio, expression: str) -> str:
    text: str = studio.command(f"return shared.http:JSONEncode({expression})")
    return text


def decodes(studio: Studio, text: str) -> tuple[bool, Any]:
    """Whether the text is read, and what is read as JSON of its own again."""
    answer = studio.command(
        "local ok, value = pcall(shared.http.JSONDecode, shared.http, ...) "
        "return ok, if ok then shared.http:JSONEncode(value) else value",
        text,
    )
    return answer[0], json.loads(answer[1], parse_int=float) if answer[0] else answer[1]


numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
leaves = st.booleans() | numbers | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(texts, inner, min_size=1, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(value=values, escaped=st.booleans())
def test_what_is_read_is_written_alike(studio: Studio, value: Any, escaped: bool) -> None:
    assert decodes(studio, json.dumps(value, ensure_ascii=escaped)) == (True, value)


def _is_json(text: str) -> bool:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return not text.startswith("\ufeff")


SCRAPS = ["0", "1", "-", "+", ".", "e", "E5", "01", "1.", ".5", "-0", "1e+2", "[", "]", "{", "}", ",", ":", '"', '"a"', " ",
          "\t", "\x0b", "\\u0041", "\\x", "true", "false", "null", "nul", "nullx", "x", "\x7f", "\x01", "//"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(text=st.lists(st.sampled_from(SCRAPS), max_size=6).map("".join))
def test_a_text_is_read_where_it_is_json(studio: Studio, text: str) -> None:
    assert decodes(studio, text)[0] == _is_json(text)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("{}", "[]"),
        ("{ {}, { a = {} } }", '[[],{"a":[]}]'),
        ("{ 1, 2, a = 3 }", "[1,2]"),
        ("{ [2.5] = 'x' }", '{"2.5":"x"}'),
        ("{ workspace }", "[null]"),
        ("{ a = function() end }", '{"a":null}'),
        ("{ Vector3.one, CFrame.identity, newproxy(), coroutine.running() }", "[null,null,null,null]"),
        ("{ math.huge, -math.huge, 0 / 0 }", "[inf,-inf,nan]"),
        ("nil", "null"),
        ("'\\b\\f\\n\\r\\t\\\\\"/\\0\\31\\127é'", '"\\b\\f\\n\\r\\t\\\\\\"/\\u0000\\u001f\x7fé"'),
        ("setmetatable({ 1 }, { __index = { 1, 2 }, __len = function() return 5 end })", "[1]"),
        ("(function() local same = { 1 } return { same, same } end)()", "[[1],[1]]"),
        ("{ 1e20, 0.1, -0.5, 2 ^ 53 }", "[1e+20,0.1,-0.5,9007199254740992]"),
    ],
)
def test_what_is_written(studio: Studio, expression: str, text: str) -> None:
    if "1e20" in expression:
        assert json.loads(encode(studio, expression)) == json.loads(text)
    else:
        assert encode(studio, expression) == text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("local t = {} t.a = { t } return shared.http:JSONEncode(t)", "tables cannot be cyclic"),
        (
            "local t = {} for _ = 1, 100000 do t = { t } end return shared.http:JSONEncode(t)",
            "Can't convert to JSON",
        ),
        ("return shared.http:JSONEncode({ [true] = 1 })", "Can't convert to JSON"),
        ("return shared.http:JSONEncode('\\xff')", "Can't convert to JSON"),
        ("return shared.http:JSONEncode({ ['\\xff'] = 1 })", "Can't convert to JSON"),
        ("return shared.http:JSONDecode('')", "Can't parse JSON"),
        ("return shared.http:JSONDecode([['a']])", "Can't parse JSON"),
        ('return shared.http:JSONDecode([["\\ud800"]])', "Can't parse JSON"),
        ('return shared.http:JSONDecode([["\\ud800\\u0041"]])', "Can't parse JSON"),
        ('return shared.http:JSONDecode([["\\udc00"]])', "Can't parse JSON"),
        ("return shared.http:JSONDecode(string.rep('[', 100000))", "Can't parse JSON"),
    ],
)
def test_what_is_refused(studio: Studio, source: str, message: str) -> None:
    with pytest.raises(LuauError) as caught:
        studio.command(source)
    assert str(caught.value) == f"Command:1: {message}"


def test_edges_of_reading(studio: Studio) -> None:
    assert studio.command(r"""
        local function decode(text) return shared.http:JSONDecode(text) end
        local nulls = decode('{"a":1,"a":null,"b":[null,2]}')
        local back = decode(shared.http:JSONEncode({ math.huge, -math.huge, 0 / 0 }))
        local deep = decode(string.rep("[", 900) .. string.rep("]", 900))
        return decode('{"a":1,"a":2}').a, nulls.a, nulls.b[2], decode("null"), decode([["\ud83d\ude00"]]) == "😀",
            decode("1e400"), decode("12345678901234567890") == 12345678901234567890, 1 / decode("-0"),
            back[1] == math.huge and back[2] == -math.huge and back[3] ~= back[3], type(deep), decode(" [ 1 ] ")[1]
    """) == (2, None, 2, None, True, float("inf"), True, float("-inf"), True, "table", 1)
