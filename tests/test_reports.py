"""Reports: text, JSON and SARIF 2.1.0 as its readers demand it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolboxai.errors import Diagnostic
from toolboxai.reports import RuleFacts, as_json, as_sarif, as_text

FOUND = Diagnostic("src/a.luau", 2, 7, "unused-local", "'x' is never used", "Delete it.", "warning", 2, 8)
BROKEN = Diagnostic("src/a.luau", 3, 1, "syntax", "Expected 'end'")
RULES = (RuleFacts("unused-local", "A local that nothing reads.", "warning", "Delete it.", {"luau": "LocalUnused"}),)


def only(log: dict[str, Any]) -> dict[str, Any]:
    (run,) = log["runs"]
    return run


def test_text_names_the_severity_where_it_is_no_error():
    assert as_text([FOUND, BROKEN]) == (
        "src/a.luau:2:7: warning: 'x' is never used [unused-local]\n  Delete it.\nsrc/a.luau:3:1: Expected 'end' [syntax]"
    )


def test_json_has_the_end_where_it_is_known():
    assert as_json(FOUND) == {
        "line": 2, "column": 7, "end_line": 2, "end_column": 8, "rule": "unused-local", "severity": "warning",
        "message": "'x' is never used", "remedy": "Delete it.",
    }  # fmt: skip
    assert "end_line" not in as_json(BROKEN)


def test_sarif_has_what_its_schema_demands():
    log = as_sarif([FOUND, BROKEN], RULES)
    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    run = only(log)
    driver = run["tool"]["driver"]
    assert driver["name"] == "ToolboxAI"
    assert [rule["id"] for rule in driver["rules"]] == ["unused-local", "syntax"]
    assert driver["rules"][0]["help"] == {"text": "Delete it."}
    assert driver["rules"][0]["properties"] == {"luau": "LocalUnused"}
    assert run["columnKind"] == "utf16CodeUnits"
    first, second = run["results"]
    assert first["message"]["text"] == "'x' is never used\nDelete it."
    assert (first["level"], second["level"]) == ("warning", "error")
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 8}
    assert "endLine" not in second["locations"][0]["physicalLocation"]["region"]
    json.dumps(log)


severities = st.sampled_from(["error", "warning", "note"])
diagnostics = st.builds(
    Diagnostic, st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), st.integers(1, 9),
    st.integers(1, 9), st.sampled_from(["a", "b", "c/d"]), st.text(), st.text(), severities,
)  # fmt: skip


@given(found=st.lists(diagnostics, max_size=6))
def test_every_result_names_a_rule_that_is_listed(found: list[Diagnostic]):
    run = only(json.loads(json.dumps(as_sarif(found, RULES))))
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(found)
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result, diagnostic in zip(run["results"], found, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == diagnostic.rule
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+", uri)


@given(before=st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12))
def test_columns_are_told_in_utf16_units(before: str):
    source = f"first\n{before}x".encode()
    place = Diagnostic("a", 2, len(before.encode()) + 1, "r", "m", "", "error", 2, len(before.encode()) + 2)
    region = only(as_sarif([place], sources={"a": source}))["results"][0]["locations"][0]["physicalLocation"]["region"]
    units = len(before.encode("utf-16-le")) // 2
    assert (region["startColumn"], region["endColumn"]) == (units + 1, units + 2)


@pytest.mark.parametrize(("path", "uri"), [("a b/ü.luau", "a%20b/%C3%BC.luau"), ("./x.luau", "x.luau")])
def test_relative_paths_stay_relative(path: str, uri: str):
    result = only(as_sarif([Diagnostic(path, 1, 1, "r", "m")]))["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_absolute_paths_get_a_scheme(tmp_path: Path):
    result = only(as_sarif([Diagnostic(str(tmp_path / "a.luau"), 1, 1, "r", "m")]))["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("file:///")


def test_details_become_properties():
    log = as_sarif([FOUND, BROKEN], details={FOUND: {"cyclomatic": 3}})
    first, second = only(log)["results"]
    assert first["properties"] == {"cyclomatic": 3}
    assert "properties" not in second
