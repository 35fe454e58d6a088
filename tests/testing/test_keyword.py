"""`-k`: expressions over a case's file and title."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolboxai.testing.keyword import KeywordError, keyword

words = st.sampled_from(["bag", "door", "slow"])
expressions = st.recursive(
    words.map(lambda word: (word, lambda text: word in text)),
    lambda inner: st.one_of(
        inner.map(lambda one: (f"not ({one[0]})", lambda text: not one[1](text))),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}) and ({two[1][0]})", lambda t: two[0][1](t) and two[1][1](t))),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}) or ({two[1][0]})", lambda t: two[0][1](t) or two[1][1](t))),
    ),
)  # fmt: skip


@given(expressions, st.sets(words))
def test_an_expression_means_what_its_operators_mean(expression, present):
    text, holds = expression
    title = " ".join(sorted(present))
    assert keyword(text)(title) == holds(title)


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ("adds", True),
        ("ADDS A thing", True),
        ("not slow and bag", True),
        ("slow or bag and adds", True),
        ("bag.spec", True),
        ("thing adds", False),
        ("not (bag or door)", False),
    ],
)
def test_words_in_a_row_are_a_phrase_and_binds_tighter_than_or(expression: str, matches: bool):
    assert keyword(expression)("src/Bag.spec.luau Bag > adds a thing") is matches


@pytest.mark.parametrize("expression", ["", " ", "(a", "a)", "and", "a and", "not", "a or or b", "()"])
def test_what_is_no_expression_is_refused_with_a_remedy(expression: str):
    with pytest.raises(KeywordError) as refused:
        keyword(expression)
    assert refused.value.remedy
