"""The concept graph."""

import json

import pytest

from toolboxai.curriculum.concepts import load_concepts, shipped_concepts
from toolboxai.errors import ToolboxError


def concept(name, requires=(), band="A"):
    return {"id": name, "requires": list(requires), "band": band, "csta2017": "x", "csta2026": "y"}


def written(tmp_path, *concepts):
    path = tmp_path / "concepts.json"
    path.write_text(json.dumps({"about": "", "version": "1", "concepts": concepts}, indent=1))
    return path


def test_the_shipped_graph_is_whole_and_says_what_its_codes_are_worth():
    concepts = shipped_concepts()
    assert len(concepts.by_id) == 38
    assert "provisional" in concepts.provenance
    assert concepts.missing("properties", []) == ["instances-parents"]


def test_a_cycle_is_told_with_its_circle(tmp_path):
    path = written(tmp_path, concept("a", ["c"]), concept("b", ["a"]), concept("c", ["b"]), concept("d", ["a"]))
    _, problems = load_concepts(path)
    assert [problem.rule for problem in problems] == ["concept/cycle"]
    assert problems[0].line > 1
    assert all(f"{name}" in problems[0].message for name in "abc")


def test_an_unknown_prerequisite_and_a_double_are_told_at_once(tmp_path):
    path = written(tmp_path, concept("loops"), concept("arrays", ["lops"]), concept("loops"))
    _, problems = load_concepts(path)
    assert [problem.rule for problem in problems] == ["concept/twice", "concept/unknown"]
    assert 'Did you mean "loops"?' in problems[1].remedy


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"about": 3}'])
def test_a_file_that_is_no_graph_is_a_fault_with_a_remedy(tmp_path, content):
    path = tmp_path / "concepts.json"
    path.write_bytes(content)
    with pytest.raises(ToolboxError) as fault:
        load_concepts(path)
    assert str(path) in str(fault.value)
    assert fault.value.remedy
