"""A chunk's problems as diagnostics: line and column instead of an offset, and what to do."""

from bisect import bisect_right
from pathlib import Path
from typing import Final

from toolboxai.errors import Diagnostic
from toolboxai.luau.parser import parse
from toolboxai.luau.syntax import Chunk, SyntaxProblem

_EXPLAINED: Final = {
    "identifier": "Write a name here.",
    "expression": "Write a value here.",
    "type": "Write a type here.",
    "number": "Write a number as 10, 0.5, 1e3, 0xFF or 0b101.",
    "assignment": "A line alone must do something: call it with (), or give it a value with =.",
    "variable": "Only a name, a field or an index can be given a value.",
    "type pack": "Write a pack as (A, B), ...T or T... here.",
    "<eof>": "Remove this, or open the block that it closes.",
}


_CLOSERS: Final = frozenset({"')'", "'}'", "']'", "'end'", "'else'", "'elseif'", "'until'", "'then'", "'do'"})


def position(chunk: Chunk, offset: int) -> tuple[int, int]:
    """The 1-based line and byte column of ``offset``."""
    line = bisect_right(chunk.line_starts, offset)
    return line, offset - chunk.line_starts[line - 1] + 1


def diagnostics(chunk: Chunk, path: str) -> list[Diagnostic]:
    """The problems of ``chunk``, in the order of the text."""
    return sorted(_diagnostic(chunk, path, problem) for problem in chunk.problems)


def encoding_diagnostic(path: str, data: bytes) -> Diagnostic | None:
    """What is wrong with the bytes of a file, where they are not UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as fault:
        before = data[: fault.start]
        line = before.count(b"\n") + 1
        column = fault.start - before.rfind(b"\n")
        message = f"not UTF-8: byte 0x{data[fault.start]:02x}"
        return Diagnostic(path, line, column, "encoding", message, "Save the file as UTF-8.")
    return None


def check_file(path: Path) -> tuple[Chunk, list[Diagnostic]]:
    """Read and parse a file; raises OSError where it cannot be read."""
    data = path.read_bytes()
    chunk = parse(data)
    found = encoding_diagnostic(str(path), data)
    return chunk, [found] if found else diagnostics(chunk, str(path))


def _diagnostic(chunk: Chunk, path: str, problem: SyntaxProblem) -> Diagnostic:
    line, column = position(chunk, problem.start)
    return Diagnostic(path, line, column, "syntax", problem.message, remedy(problem))


def remedy(problem: SyntaxProblem) -> str:
    """What an author can do about ``problem``; empty where its message says it."""
    if not problem.expected:
        return ""
    got = problem.message.rpartition("got ")[2]
    if got.startswith("Unicode character") and "did you mean" in got:
        return "Write the character of the keyboard."
    if got == "'='" and problem.expected in {"then", "do"}:
        return "Write == to compare; one = gives a value."
    if got == "'=='":
        return "Write one = to give a value; == compares."
    if problem.expected == "expression" and got in _CLOSERS:
        return f"Write a value in front of {got}, or see whether something above is not closed."
    return _EXPLAINED.get(problem.expected, f"Write '{problem.expected}' here.")
