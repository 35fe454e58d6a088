"""A tree prints as what it was read from; a tree made in Python prints as source that reads back as it."""

from hypothesis import HealthCheck, given, settings

from luau.test_parser_laws import code
from luau.trees import blocks, equal
from toolboxai.luau import syntax as s
from toolboxai.luau.parser import parse
from toolboxai.luau.printer import to_source


@given(code)
def test_what_was_read_prints_as_it_stood(text: str) -> None:
    chunk = parse(text)
    assert to_source(chunk) == chunk.source


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(blocks())
def test_what_was_made_reads_back_as_it_was_made(block: s.Block) -> None:
    source = to_source(block)
    chunk = parse(source)
    assert chunk.problems == [], source
    assert equal(chunk.block, block), source
