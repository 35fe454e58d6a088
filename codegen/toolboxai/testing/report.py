"""Tells results: as text while they come, as JSON, and as JUnit's XML."""

import difflib
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from toolboxai.testing.results import Failure, Plan, Result

_MARKS = {"passed": ".", "failed": "F", "skipped": "s", "timed out": "T"}
_WIDTH = 100
_MOST_COMPARED = 2_000  # lines: difflib's time grows with their square
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def difference(failure: Failure) -> list[str]:
    """How what was received differs from what was expected, line by line; none where there is nothing to compare."""
    if failure.expected is None or failure.received is None or failure.expected == failure.received:
        return []
    expected, received = failure.expected.split("\n"), failure.received.split("\n")
    if len(expected) + len(received) > _MOST_COMPARED:
        return ["- expected: too long to compare here", "+ received: likewise"]
    lines = list(difflib.unified_diff(expected, received, n=3, lineterm=""))[3:]
    return ["- expected", "+ received", *("..." if line.startswith("@@") else line for line in lines)]


def explanation(failure: Failure, title: str = "") -> list[str]:
    """A failure as its author reads it: place and message, the difference, the way there.

    What it happened during is told where ``title``, which stands above, does not tell it.
    """
    during = f"{failure.during}: " if failure.during not in {"", title} else ""
    first, *more = f"{during}{failure.message}".splitlines() or [""]
    lines = [f"{failure.file}:{failure.line}: {first}", *more]
    if compared := difference(failure):
        lines += ["", *compared]
    way = [line for line in failure.traceback if not line.startswith(f"{failure.file}:{failure.line}")]
    return lines + (["", *(f"from {line}" for line in way)] if way else [])


class Summary:
    """Counts results."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.files = 0
        self.notes: dict[str, None] = {}

    def add(self, told: Plan | Result) -> None:
        if isinstance(told, Plan):
            self.files += not told.foreign
            self.notes |= dict.fromkeys(told.notes)
        else:
            self.results.append(told)

    @property
    def failures(self) -> list[Result]:
        return [result for result in self.results if result.failed]

    @property
    def cases(self) -> int:
        return len(self.results)

    def counts(self) -> dict[str, int]:
        """By status; all four are there."""
        found = Counter(result.status for result in self.results)
        return {status: found[status] for status in ("passed", "failed", "timed out", "skipped")}


class TextReport:
    """A line a file, a mark a case as it ends; then every failure, and one line that sums up."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._column = 0

    def told(self, told: Plan | Result) -> None:
        if isinstance(told, Plan):
            self._end_line()
            if told.foreign and told.notes:
                return  # a note below
            self._put(f"{told.file} ")
        else:
            self._put(_MARKS[told.status])

    def finish(self, summary: Summary, seconds: float) -> None:
        self._end_line()
        for result in summary.failures:
            self._write(f"\n{result.status.upper()} {result.place}: {result.title}\n")
            lines = explanation(result.failure, result.title) if result.failure else []
            if result.output:
                lines += ["", "output:", *(f"| {line}" for line in result.output.splitlines())]
            self._write("".join(f"    {line}".rstrip() + "\n" for line in lines))
        self._write("".join(f"\nnote: {note}\n" for note in summary.notes))
        counts = ", ".join(f"{count} {status}" for status, count in summary.counts().items() if count)
        files = f"{summary.files} file{'' if summary.files == 1 else 's'}"
        self._write(f"\n{counts or 'nothing ran'} in {files}, {seconds:.2f} s\n")

    def _put(self, text: str) -> None:
        if self._column + len(text) > _WIDTH and self._column:
            self._write("\n    ")
            self._column = 4
        self._write(text)
        self._column += len(text)

    def _end_line(self) -> None:
        if self._column:
            self._write("\n")
            self._column = 0


def as_json(summary: Summary, seconds: float) -> str:
    """``{"summary": {...}, "notes": [...], "cases": [...]}``; places are ``file`` and ``line``, seconds are real."""
    cases = [_plain(result) for result in summary.results]
    head = {"files": summary.files, "seconds": round(seconds, 3), **summary.counts()}
    return json.dumps({"summary": head, "notes": list(summary.notes), "cases": cases}, indent=2, ensure_ascii=False)


def _plain(result: Result) -> dict[str, Any]:
    failure = result.failure
    plain: dict[str, Any] = {
        "file": result.file,
        "line": result.case.line if result.case else failure.line if failure else 1,
        "blocks": list(result.case.blocks) if result.case else [],
        "name": result.case.name if result.case else result.title,
        "status": result.status,
        "seconds": round(result.seconds, 6),
    }
    if failure is not None:
        plain["failure"] = {
            "message": failure.message,
            "file": failure.file,
            "line": failure.line,
            "traceback": list(failure.traceback),
            "expected": failure.expected,
            "received": failure.received,
        }
    if result.output:
        plain["output"] = result.output
    return plain


def as_junit(summary: Summary, seconds: float) -> str:
    """JUnit's XML, one suite a file, as CI systems read it."""
    suites: dict[str, list[Result]] = {}
    for result in summary.results:
        suites.setdefault(result.file, []).append(result)
    attributes = _counted(summary.results, seconds)
    body = "".join(map(_suite, suites, suites.values()))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="toolboxai"{attributes}>\n{body}</testsuites>\n'


def _counted(results: Sequence[Result], seconds: float) -> str:
    failures = sum(result.failed for result in results)
    skipped = sum(result.status == "skipped" for result in results)
    return f' tests="{len(results)}" failures="{failures}" errors="0" skipped="{skipped}" time="{seconds:.3f}"'


def _suite(file: str, results: Sequence[Result]) -> str:
    attributes = _counted(results, sum(result.seconds for result in results))
    cases = "".join(map(_testcase, results))
    return f"  <testsuite name={_attribute(file)}{attributes}>\n{cases}  </testsuite>\n"


def _testcase(result: Result) -> str:
    blocks = result.case.blocks if result.case else ()
    line = result.place.rpartition(":")[2]
    head = (
        f"    <testcase classname={_attribute('.'.join((result.file, *blocks)))}"
        f" name={_attribute(result.case.name if result.case else result.title)}"
        f' file={_attribute(result.file)} line="{line}" time="{result.seconds:.3f}"'
    )
    inside = ""
    if result.status == "skipped":
        inside += "      <skipped/>\n"
    if result.failure is not None:
        text = _text("\n".join(explanation(result.failure, result.title)))
        inside += f"      <failure message={_attribute(result.failure.message)}>{text}</failure>\n"
    if result.output:
        inside += f"      <system-out>{_text(result.output)}</system-out>\n"
    return f"{head}>\n{inside}    </testcase>\n" if inside else f"{head}/>\n"


def _text(text: str) -> str:
    return html.escape(_NOT_XML.sub("\ufffd", text), quote=False)


def _attribute(text: str) -> str:
    text = html.escape(_NOT_XML.sub("\ufffd", text))
    return '"' + re.sub(r"[\t\n\r]", lambda blank: f"&#{ord(blank[0])};", text) + '"'
