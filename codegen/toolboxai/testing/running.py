"""Runs all cases of all files in order: what is focused, what is chosen, and one result for each."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from toolboxai.testing.keyword import Matches
from toolboxai.testing.results import Case, Failure, Plan, Result
from toolboxai.testing.runner import Runner

# Only a file that has one of these words can focus, and where one does, all others rest.
_FOCUS = re.compile(rb"FOCUS|\bf(?:it|describe)\b|\bonly\b")


def run_files(
    runner: Runner, files: list[Path], chosen: Matches | None = None, *, named: Collection[Path] = ()
) -> Iterator[Plan | Result]:
    """A file's plan, then its results, file by file. Cases that ``chosen`` does not mean are left out.

    Files that are not in the project are a note, unless they are among those ``named``: then they fail.
    """
    focused = any(runner.open(file).focused for file in files if _FOCUS.search(_bytes(file)))
    for file in files:
        plan = runner.open(file)
        if plan.foreign and plan.failure and file not in named:
            yield msgspec.structs.replace(plan, notes=(f"{plan.file} {plan.failure.message}",))
            continue
        yield plan
        if plan.failure is not None:
            yield Result(plan.file, None, "failed", 0.0, plan.failure, plan.output)
            continue
        for case in plan.cases:
            if chosen is None or chosen(f"{case.file} {case.title}"):
                yield from _results(runner, file, case, rests=case.skipped or (focused and not case.focused))
        yield from (_stray(plan.file, failure) for failure in runner.leave())


def _results(runner: Runner, file: Path, case: Case, *, rests: bool) -> Iterator[Result]:
    if rests:
        yield Result(case.file, case, "skipped")
        return
    ended = runner.run(file, case)
    yield from (_stray(case.file, failure) for failure in ended.left)
    yield ended.result


def _stray(file: str, failure: Failure) -> Result:
    return Result(file, None, "failed", 0.0, failure)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""  # opening it will tell
