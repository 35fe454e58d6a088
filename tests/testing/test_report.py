"""How results are told: differences, text, JSON and JUnit's XML."""

import json
from collections import Counter
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from toolboxai.testing.report import Summary, TextReport, as_json, as_junit, difference, explanation
from toolboxai.testing.results import Case, Failure, Plan, Result

CASE = Case("a.spec.luau", 1, ("Bag", "full"), "adds", 3)
lines = st.lists(st.sampled_from(["a", "b", "  c", "{", ""]), max_size=12).map("\n".join)


def summed(*results: Result) -> Summary:
    summary = Summary()
    for told in (Plan("a.spec.luau", (CASE,)), *results):
        summary.add(told)
    return summary


@given(lines, lines)
def test_a_difference_leads_from_what_was_expected_to_what_was_received(expected: str, received: str):
    told = difference(Failure("m", "a", 1, expected=expected, received=received))
    gone = Counter(line[1:] for line in told[2:] if line.startswith("-"))
    come = Counter(line[1:] for line in told[2:] if line.startswith("+"))
    assert bool(told) == (expected != received)
    assert Counter(expected.split("\n")) - gone + come == Counter(received.split("\n"))
    assert gone - Counter(expected.split("\n")) == Counter()


@given(st.text(), st.text(), st.text())
def test_junit_is_xml_whatever_the_tests_print(name: str, message: str, output: str):
    case = Case("a.spec.luau", 1, (name,), name, 3)
    result = Result("a.spec.luau", case, "failed", 0.1, Failure(message, "a.spec.luau", 4), output)
    (found,) = ET.fromstring(as_junit(summed(result), 1.0).encode()).iter("testcase")
    assert found.get("line") == "3"
    assert found.find("failure") is not None


def test_junit_counts_and_places():
    passed = Result("a.spec.luau", CASE, "passed", 0.25, None, "said")
    failed = Result("a.spec.luau", CASE, "timed out", 2.0, Failure("did not end within 2 s", "a.spec.luau", 3))
    rested = Result("b.spec.luau", CASE, "skipped")
    root = ET.fromstring(as_junit(summed(passed, failed, rested), 3.5).encode())
    assert root.attrib == {
        "name": "toolboxai",
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "time": "3.500",
    }
    assert [suite.get("name") for suite in root] == ["a.spec.luau", "b.spec.luau"]
    first = root[0][0]
    assert first.attrib == {
        "classname": "a.spec.luau.Bag.full",
        "name": "adds",
        "file": "a.spec.luau",
        "line": "3",
        "time": "0.250",
    }
    assert first.findtext("system-out") == "said"
    assert root[0][1].find("failure").attrib == {"message": "did not end within 2 s"}
    assert root[1][0].find("skipped") is not None


def test_json_has_every_case_and_the_counts():
    failure = Failure("expected 1 to equal 2", "a.spec.luau", 4, ("a.spec.luau:4",))
    told = json.loads(as_json(summed(Result("a.spec.luau", CASE, "failed", 0.5, failure, "said ü")), 1.25))
    assert told == {
        "summary": {"files": 1, "seconds": 1.25, "passed": 0, "failed": 1, "timed out": 0, "skipped": 0},
        "notes": [],
        "cases": [{
            "file": "a.spec.luau", "line": 3, "blocks": ["Bag", "full"], "name": "adds", "status": "failed",
            "seconds": 0.5, "output": "said ü",
            "failure": {
                "message": "expected 1 to equal 2", "file": "a.spec.luau", "line": 4, "traceback": ["a.spec.luau:4"],
                "expected": None, "received": None,
            },
        }],
    }  # fmt: skip


def test_text_tells_marks_then_failures_then_counts():
    written: list[str] = []
    report = TextReport(written.append)
    failure = Failure("too deep\nand dark", "lib/Deep.luau", 4, ("lib/Deep.luau:4 function go", "a.spec.luau:3"))
    failed = Result("a.spec.luau", CASE, "failed", 0.1, failure, "said")
    results = [Result("a.spec.luau", CASE, "passed"), failed, Result("a.spec.luau", CASE, "skipped")]
    summary = summed(*results)
    for told in (Plan("a.spec.luau", (CASE,)), *results):
        report.told(told)
    report.finish(summary, 1.5)
    assert (
        "".join(written)
        == """\
a.spec.luau .Fs

FAILED a.spec.luau:3: Bag > full > adds
    lib/Deep.luau:4: too deep
    and dark

    from a.spec.luau:3

    output:
    | said

1 passed, 1 failed, 1 skipped in 1 file, 1.50 s
"""
    )


def test_an_explanation_names_the_hook_where_the_title_does_not():
    failure = Failure("no world", "a.spec.luau", 2, during="beforeEach")
    assert explanation(failure) == ["a.spec.luau:2: beforeEach: no world"]
    assert explanation(failure, "beforeEach") == ["a.spec.luau:2: no world"]


def test_a_large_difference_is_not_computed():
    text = "\n".join(map(str, range(3000)))
    assert len(difference(Failure("m", "a", 1, expected=text, received=text + "x"))) == 2
