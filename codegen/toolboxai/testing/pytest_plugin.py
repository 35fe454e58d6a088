"""Luau tests as pytest's items: each case with its file and line, in headless Studio."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolboxai.testing.discovery import SUFFIXES

if TYPE_CHECKING:
    # Whoever has no Luau tests pays for none of this: it is imported where the first one is found.
    from toolboxai.testing.results import Case, Failure, Plan
    from toolboxai.testing.runner import Runner

_SECONDS = 10.0


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("toolboxai", "Luau tests (*.spec.luau, *.test.luau)")
    group.addoption("--luau-engine", action="append", metavar="ENGINE",
                    help="engine that runs them, again for another; the fastest there is by default")  # fmt: skip
    group.addoption("--rojo-project", metavar="PATH", help="the Rojo project to run them in")
    group.addoption("--luau-seconds", type=float, metavar="SECONDS",
                    help=f"real time that one case may take ({_SECONDS:g})")  # fmt: skip
    parser.addini("luau_engines", "engines that run Luau tests; `all` for each there is", type="args", default=[])
    parser.addini("rojo_project", "the Rojo project to run Luau tests in", type="string", default="")
    parser.addini("luau_seconds", "real time that one case of a Luau test may take", type="string", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "SpecFile | None":
    if file_path.name.endswith(SUFFIXES):
        return SpecFile.from_parent(parent, path=file_path)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where a case is focused, all other Luau cases rest, as in TestEZ."""
    cases = [item for item in items if isinstance(item, SpecItem)]
    if any(item.case.focused for item in cases):
        for item in cases:
            if not item.case.focused:
                item.add_marker(pytest.mark.skip(reason="another case is focused"))


@pytest.hookimpl(trylast=True)  # pytest's own must have run, whatever this raises
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """An afterAll that fails is an error of the last case of its block, not of the next block's first."""
    if isinstance(item, SpecItem) and isinstance(nextitem, SpecItem) and item.parent is nextitem.parent:
        item.leave_for(nextitem)


def pytest_unconfigure(config: pytest.Config) -> None:
    for runner in config.stash.get(_RUNNERS, {}).values():
        runner.close()


_RUNNERS = pytest.StashKey["dict[str, Runner]"]()


class SpecFile(pytest.File):
    """A file of Luau tests."""

    def collect(self) -> Iterator[pytest.Item]:
        from toolboxai.errors import ToolboxError  # noqa: PLC0415 - see the top

        runners = _runners(self.config)
        for engine, runner in runners.items():
            try:
                plan = runner.open(self.path)
            except ToolboxError as fault:
                raise self.CollectError(f"{fault}\n  {fault.remedy}") from None
            yield from self._items(plan, engine, f"[{engine}]" if len(runners) > 1 else "")

    def _items(self, plan: "Plan", engine: str, suffix: str) -> Iterator[pytest.Item]:
        if plan.failure is not None:
            yield UnloadedItem.from_parent(self, name=f"loads{suffix}", plan=plan)
        seen: Counter[str] = Counter()
        for case in plan.cases:
            seen[case.title] += 1
            number = f" #{seen[case.title]}" if seen[case.title] > 1 else ""
            yield SpecItem.from_parent(self, name=f"{case.title}{number}{suffix}", case=case, engine=engine)

    def teardown(self) -> None:
        """Ends what the last case left open: an afterAll that fails is an error of its teardown."""
        runners = [runner for runner in _runners(self.config).values() if runner.opened == self.path]
        _fail_for([failure for runner in runners for failure in runner.leave()])


class SpecItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: "Case", engine: str, **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self.engine = engine
        if case.skipped:
            self.add_marker(pytest.mark.skip(reason="skipped in its file"))

    def runtest(self) -> None:
        ended = _runners(self.config)[self.engine].run(self.path, self.case)
        if ended.result.output:
            self.add_report_section("call", "luau", ended.result.output)
        own = ended.result.failure
        _fail_for([*ended.left, *([own] if own else [])])

    def leave_for(self, other: "SpecItem") -> None:
        """Ends the blocks that this case is in, and the other one is not."""
        runner = _runners(self.config)[self.engine]
        if other.engine == self.engine and runner.opened == self.path:
            _fail_for(runner.leave(other.case))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.name


class UnloadedItem(pytest.Item):
    """A file that does not load: one item, which fails."""

    def __init__(self, *, plan: "Plan", **more: Any) -> None:
        super().__init__(**more)
        self._plan = plan
        if plan.foreign:
            self.add_marker(pytest.mark.skip(reason=plan.failure.message if plan.failure else ""))

    def runtest(self) -> None:
        if self._plan.output:
            self.add_report_section("call", "luau", self._plan.output)
        _fail_for([self._plan.failure] if self._plan.failure else [])

    def reportinfo(self) -> tuple[Path, int, str]:
        failure = self._plan.failure
        return self.path, (failure.line - 1 if failure else 0), self.name


def _fail_for(failures: "Sequence[Failure]") -> None:
    """Fails with what the author reads, and with no line of Python."""
    if failures:
        from toolboxai.testing.report import explanation  # noqa: PLC0415 - see the top

        pytest.fail("\n".join(line for failure in failures for line in explanation(failure)), pytrace=False)


def _runners(config: pytest.Config) -> "dict[str, Runner]":
    """A runner for each engine that is asked for, made when the first test is found."""
    found = config.stash.get(_RUNNERS, None)
    if found is None:
        found = config.stash[_RUNNERS] = _make_runners(config)
    return found


def _make_runners(config: pytest.Config) -> "dict[str, Runner]":
    from toolboxai.testing.runner import Runner  # noqa: PLC0415 - see the top

    project = config.getoption("rojo_project")
    named = Path(project).absolute() if project else None
    if named is None and config.getini("rojo_project"):
        named = config.rootpath / config.getini("rojo_project")
    seconds = float(config.getoption("luau_seconds") or config.getini("luau_seconds") or _SECONDS)
    return {engine or "": Runner(engine=engine, project=named, seconds=seconds) for engine in _engines(config)}


def _engines(config: pytest.Config) -> Sequence[str | None]:
    """Those asked for; None is the fastest there is."""
    asked: list[str] = config.getoption("luau_engine") or config.getini("luau_engines")
    if not asked:
        return [None]
    from toolboxai.errors import ToolboxError  # noqa: PLC0415 - see the top
    from toolboxai.studio.engines import available, choose  # noqa: PLC0415

    try:
        return available() if asked == ["all"] else [choose(name) for name in asked]
    except ToolboxError as fault:
        raise pytest.UsageError(f"{fault}; {fault.remedy}") from None
