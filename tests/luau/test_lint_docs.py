"""docs/lint.md lists the rules and constructs that there are."""

import re
from pathlib import Path

from toolboxai.luau.lint import RULES

from .test_concepts import CONSTRUCTS

PAGE = (Path(__file__).parents[2] / "docs" / "lint.md").read_text("utf-8")


def test_the_table_is_the_registry():
    rows = re.findall(r"^\| `([a-z-]+)`(\*?) \| (error|warning|note) \| (.*) \| (?:`(\w+)`)? \|$", PAGE, re.MULTILINE)
    assert rows == [
        (rule.id, "*" if rule.needs_whole else "", rule.severity, rule.summary, rule.luau) for rule in RULES.values()
    ]


def test_every_construct_is_listed():
    listed = PAGE.partition("## Concepts")[2].partition("and the members")[0]
    names = re.findall(r"`([a-z-]+)`", listed.partition(":")[2])
    assert names == sorted(CONSTRUCTS)
