"""The laws of text operations, and the faults that they catch."""

import random
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peers.operations import chains, siblings, texts
from peers.sessions import DuplicatingLog, converge
from toolboxai_server.realtime import ot


def check_convergence(transform, text: bytes, first: ot.Operation, second: ot.Operation) -> None:
    first_after, second_after = transform(first, second)
    one = ot.apply(second_after, ot.apply(first, text))
    other = ot.apply(first_after, ot.apply(second, text))
    assert one == other
    for operation in (first_after, second_after):
        assert operation == ot.normal(operation)


@given(siblings(2))
def test_two_operations_converge_in_either_order(case):
    text, (first, second) = case
    check_convergence(ot.transform, text, first, second)


@given(siblings(2))
def test_the_first_ones_insertion_stands_on_the_left(case):
    text, _ = case
    _, after = ot.transform(ot.normal((b"1", len(text))), ot.normal((b"2", len(text))))
    assert ot.apply(after, b"1" + text) == b"12" + text


@given(chains(3))
def test_composing_is_doing_one_after_the_other(case):
    text, (a, b, c) = case
    both = ot.compose(a, b)
    assert ot.apply(both, text) == ot.apply(b, ot.apply(a, text))
    assert both == ot.normal(both)
    assert ot.compose(both, c) == ot.compose(a, ot.compose(b, c))


@given(siblings(1))
def test_the_identity_changes_nothing(case):
    text, (operation,) = case
    same = ot.identity(len(text))
    after = ot.identity(len(ot.apply(operation, text)))
    assert ot.transform(same, operation) == (after, operation)
    assert ot.transform(operation, same) == (operation, after)
    assert ot.compose(same, operation) == operation == ot.compose(operation, after)


@given(siblings(1))
def test_an_operation_knows_both_lengths_and_its_way_back(case):
    text, (operation,) = case
    made = ot.apply(operation, text)
    assert (ot.base_length(operation), ot.target_length(operation)) == (len(text), len(made))
    assert ot.apply(ot.invert(operation, text), made) == text
    assert ot.decode(ot.encode(operation)) == operation


@pytest.mark.parametrize(
    "wire",
    [[0], [""], [1, 1], ["a", "b"], [-1, -1], [-1, "a"], ["\ud800"], [3, 0, 1]],
    ids=str,
)
def test_what_is_not_in_normal_form_is_refused(wire):
    with pytest.raises(ot.OperationError):
        ot.decode(wire)


@pytest.mark.parametrize("operation", [(1, -3), (1, b"x", 3), (-2, 2), (5,), (3,), (2**80,), ()], ids=str)
def test_no_operation_cuts_a_character_or_misses_the_text(operation):
    with pytest.raises(ot.OperationError):
        ot.apply(operation, "🙂".encode())


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(2, 4))
def test_clients_converge_through_loss_delay_and_late_duplicates(seed, clients):
    converge(random.Random(seed), clients)


# --- planted faults: the laws above must see them ---------------------------------------------------------------------


def sessions(clients: int, **faults) -> None:
    for seed in range(20):
        converge(random.Random(seed), clients, **faults)


def test_the_sessions_that_find_the_faults_pass_without_them():
    sessions(2)


def _with_transform(transform) -> ModuleType:
    return SimpleNamespace(**{**vars(ot), "transform": transform})  # type: ignore[return-value]


def test_a_wrong_tie_break_is_caught():
    def wrong(first, second):
        second_after, first_after = ot.transform(second, first)
        return first_after, second_after

    # on its own it converges: what it breaks is the agreement with everyone who does it right
    text = b"x"
    check_convergence(wrong, text, (b"1", 1), (b"2", 1))
    with pytest.raises(AssertionError):
        sessions(2, client_ot=_with_transform(wrong))


def test_a_tie_break_that_differs_between_the_sides_of_one_transform_is_caught():
    def wrong(first, second):
        return ot.transform(first, second)[0], ot.transform(second, first)[0]

    with pytest.raises(AssertionError):
        check_convergence(wrong, b"x", (b"1", 1), (b"2", 1))


def test_a_missing_deduplication_is_caught():
    with pytest.raises(AssertionError):
        sessions(2, log_class=DuplicatingLog)


@given(texts)
def test_normal_form_is_its_own_normal_form(text):
    raw = text.encode()
    assert ot.normal((len(raw), -0, b"")) == ot.identity(len(raw))
