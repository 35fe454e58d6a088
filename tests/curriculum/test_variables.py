"""What a seed draws."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from toolboxai.curriculum.manifest import Variable
from toolboxai.curriculum.variables import draw

seeds = st.integers(0, 2**64)


@given(seeds, st.lists(st.text(), min_size=1, unique=True), st.data())
def test_a_draw_is_one_of_the_choices_and_a_pick_has_no_choice_twice(seed, choices, data):
    pick = data.draw(st.integers(1, len(choices)))
    variables = {"one": Variable(choices=tuple(choices)), "some": Variable(choices=tuple(choices), pick=pick)}
    drawn = draw("lesson", seed, variables)
    assert drawn["one"] in choices
    assert len(drawn["some"]) == len(set(drawn["some"])) == pick
    assert set(drawn["some"]) <= set(choices)


@given(seeds, st.integers(-1000, 1000), st.integers(0, 1000), st.integers(1, 50))
def test_a_number_stays_in_its_range_and_on_its_steps(seed, first, span, step):
    value = draw("lesson", seed, {"n": Variable(range=(first, first + span), step=step)})["n"]
    assert first <= value <= first + span
    assert (value - first) % step == 0


@given(seeds)
def test_a_variable_does_not_hear_of_the_others(seed):
    one = Variable(choices=("a", "b", "c", "d"))
    other = Variable(range=(1, 1000))
    assert draw("lesson", seed, {"x": one})["x"] == draw("lesson", seed, {"y": other, "x": one})["x"]


def test_seeds_give_every_choice_its_turn():
    drawn = {draw("lesson", seed, {"n": Variable(range=(1, 6))})["n"] for seed in range(100)}
    assert drawn == {1, 2, 3, 4, 5, 6}


def test_another_lesson_draws_otherwise():
    variables = {"n": Variable(range=(1, 10**6))}
    assert draw("one", 1, variables) != draw("two", 1, variables)


def test_two_hash_seeds_give_the_same_bundles():
    code = (
        "from toolboxai.curriculum import Catalogue, LEVELS\n"
        "c = Catalogue.of()\n"
        "print([c.bundle(s.id, level, seed).hash for s in c.summaries() for level in LEVELS for seed in range(3)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs.pop().count("'") == 2 * 3 * 3 * 3
