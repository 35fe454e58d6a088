"""Luau tests as pytest's items: each case with its file and line, in headless Studio."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolboxai.testing.discovery import SUFFIXES

if TYPE_CHECKING:
    # Whoever has no Luau tests pays for none of this: it is imported where the first one is found.
    from toolboxai.testing.results import Case, Plan
    from toolboxai.testing.runner import Runner

_SECONDS = 10.0


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("toolboxai", "Luau tests (*.spec.luau, *.test.luau)")
    group.addoption("--luau-engine", action="append", metavar="ENGINE",
                    help="engine that runs them, several times for several; the fastest there is by default")  # fmt: skip
    group.addoption("--rojo-project", metavar="PATH", help="the Rojo project to run them in")
    group.addoption("--luau-seconds", type=float, metavar="SECONDS",
                    help=f"real time that one case may take ({_SECONDS:g})")  # fmt: skip
    parser.addini("luau_engines", "engines that run Luau tests; `all` for each there is", type="args", default=[])
    parser.addini("rojo_project", "the Rojo project to run Luau tests in", type="string", default="")
    parser.addini("luau_seconds", "real time that one case of a Luau test may take", type="string", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "SpecFile | None":
    if file_path.name.endswith(SUFFIXES):
        return SpecFile.from_parent(parent, path=file_path)  # type: ignore[no-any-return]
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where a case is focused, all other Luau cases rest, as in TestEZ."""
    cases = [item for item in items if isinstance(item, SpecItem)]
    if any(item.case.focused for item in cases):
        for item in cases:
            item.rests = item.rests or not item.case.focused


def pytest_unconfigure(config: pytest.Config) -> None:
    for runner in config.stash.get(_RUNNERS, {}).values():
        runner.close()


_RUNNERS = pytest.StashKey["dict[str, Runner]"]()


class SpecFailedError(Exception):
    """A case failed; its text is what its author reads."""


class SpecFile(pytest.File):
    """A file of Luau tests."""

    def collect(self) -> Iterator[pytest.Item]:
        runners = _runners(self.config)
        for engine, runner in runners.items():
            plan = runner.open(self.path)
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
        from toolboxai.testing.report import explanation  # noqa: PLC0415 - see the top
        from toolboxai.testing.results import Result  # noqa: PLC0415

        failures = [
            failure
            for runner in _runners(self.config).values()
            if runner.opened == self.path
            for failure in runner.leave()
        ]
        if failures:
            told = ("\n".join(explanation(Result(failure.file, None, "failed", 0.0, failure))) for failure in failures)
            raise SpecFailedError("\n".join(told))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        return _words(excinfo) or super().repr_failure(excinfo)


class SpecItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: "Case", engine: str, **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self.rests = case.skipped
        self._engine = engine

    def runtest(self) -> None:
        from toolboxai.testing.report import explanation  # noqa: PLC0415 - see the top
        from toolboxai.testing.results import Result  # noqa: PLC0415

        if self.rests:
            pytest.skip("another case is focused" if not self.case.skipped else "skipped in its file")
        ended = _runners(self.config)[self._engine].run(self.path, self.case)
        result = ended.result
        if result.output:
            self.add_report_section("call", "luau", result.output)
        told = [explanation(Result(failure.file, None, "failed", 0.0, failure)) for failure in ended.left]
        if result.failed:
            told.append(explanation(Result(result.file, result.case, result.status, 0.0, result.failure)))
        if told:
            raise SpecFailedError("\n".join(line for lines in told for line in lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        return _words(excinfo) or super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.name


class UnloadedItem(pytest.Item):
    """A file that does not load: one item, which fails."""

    def __init__(self, *, plan: "Plan", **more: Any) -> None:
        super().__init__(**more)
        self._plan = plan

    def runtest(self) -> None:
        from toolboxai.testing.report import explanation  # noqa: PLC0415 - see the top
        from toolboxai.testing.results import Result  # noqa: PLC0415

        if self._plan.output:
            self.add_report_section("call", "luau", self._plan.output)
        raise SpecFailedError("\n".join(explanation(Result(self._plan.file, None, "failed", 0.0, self._plan.failure))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        return _words(excinfo) or super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        failure = self._plan.failure
        return self.path, (failure.line - 1 if failure else 0), self.name


def _words(excinfo: pytest.ExceptionInfo[BaseException]) -> str | None:
    return str(excinfo.value) if isinstance(excinfo.value, SpecFailedError) else None


def _runners(config: pytest.Config) -> "dict[str, Runner]":
    """A runner for each engine that is asked for, made when the first test is found."""
    found = config.stash.get(_RUNNERS, None)
    if found is None:
        found = config.stash[_RUNNERS] = _make_runners(config)
    return found


def _make_runners(config: pytest.Config) -> "dict[str, Runner]":
    from toolboxai.errors import ToolboxError  # noqa: PLC0415 - see the top
    from toolboxai.studio.engines import available, choose  # noqa: PLC0415
    from toolboxai.testing.runner import Runner  # noqa: PLC0415

    asked = config.getoption("luau_engine") or config.getini("luau_engines") or [available()[0]]
    project = config.getoption("rojo_project")
    named = Path(project).absolute() if project else None
    if named is None and config.getini("rojo_project"):
        named = config.rootpath / config.getini("rojo_project")
    seconds = float(config.getoption("luau_seconds") or config.getini("luau_seconds") or _SECONDS)
    try:
        engines = available() if asked == ["all"] else [choose(name) for name in asked]
    except ToolboxError as fault:
        raise pytest.UsageError(f"{fault}; {fault.remedy}") from None
    return {engine: Runner(engine=engine, project=named, seconds=seconds) for engine in engines}
