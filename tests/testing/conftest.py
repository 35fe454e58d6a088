"""Specs that are written and run in one line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from toolboxai.studio.engines import available
from toolboxai.testing.results import Failure, Plan, Result
from toolboxai.testing.worker import Order, Setup, Worker

Run = Callable[..., list[Result]]


@pytest.fixture(params=available())
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


class Bench:
    """Runs spec files in this process, as the worker does in its own."""

    def __init__(self, folder: Path, engine: str | None = None, seconds: float = 5.0) -> None:
        self.folder = folder
        self._engine = engine
        self._seconds = seconds

    def plan(self, name: str = "a.spec.luau", project: str | None = None) -> Plan:
        return self._worker(project).answer(Order("open", str(self.folder / name)))

    def run(self, text: str | dict[str, str], name: str = "a.spec.luau", project: str | None = None) -> list[Result]:
        """The results of all cases of the file called ``name``; what is left behind comes last, as results."""
        write(self.folder, text if isinstance(text, dict) else {name: text})
        worker = self._worker(project)
        plan: Plan = worker.answer(Order("open", str(self.folder / name)))
        if plan.failure:
            return [Result(plan.file, None, "failed", 0.0, plan.failure, plan.output)]
        results, left = [], []
        for case in plan.cases:
            if case.skipped:
                results.append(Result(plan.file, case, "skipped"))
                continue
            ended = worker.answer(Order("run", case=case))
            results.append(ended.result)
            left += ended.left
        left += worker.answer(Order("leave"))
        return results + [Result(plan.file, None, "failed", 0.0, failure) for failure in left]

    def statuses(self, text: str | dict[str, str], **more: str) -> dict[str, str]:
        return {result.title: result.status for result in self.run(text, **more)}

    def failure(self, text: str | dict[str, str], **more: str) -> Failure:
        """Of the one case that fails."""
        (failed,) = [result for result in self.run(text, **more) if result.failed]
        assert failed.failure is not None
        return failed.failure

    def _worker(self, project: str | None) -> Worker:
        setup = Setup(self._engine, project and str(self.folder / project), self._seconds)
        return Worker(setup, lambda _: None)


@pytest.fixture
def bench(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wally.toml").touch()  # the tree begins here
    return Bench(tmp_path, engine)
