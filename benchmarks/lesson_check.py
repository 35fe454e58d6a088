"""Lesson check, warm: a shipped solution judged in a child, beside the same script on a bare Lupa VM in a bare fork.

python benchmarks/lesson_check.py [--runs 200]
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable

from toolboxai.curriculum import Catalogue, Rendering, attempt, render
from toolboxai.curriculum.examiner import Job
from toolboxai.studio import engines, lupa_state

LESSONS = ("output-print", "instances-parents", "properties")
LIMIT_MS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    catalogue = Catalogue.of()
    peer = bare_fork(render(catalogue.lesson("output-print"), "guided", 1).text("solution.luau"))
    for name in LESSONS:
        rendering = render(catalogue.lesson(name), "guided", 1)
        judge = Judge(rendering, rendering.text("solution.luau"))
        mine, bare = alternately(judge, peer, runs)
        print(
            f"{name:18} p50 {p(mine, 50):5.1f} ms  p99 {p(mine, 99):5.1f} ms (limit {LIMIT_MS})   bare fork "
            f"p50 {p(bare, 50):5.1f} ms  p99 {p(bare, 99):5.1f} ms   ratio {p(mine, 50) / p(bare, 50):.1f}"
        )


class Judge:
    """Each run has a script of its own, so that nothing is answered from a cache of lowered code."""

    def __init__(self, rendering: Rendering, source: str) -> None:
        self._rendering = rendering
        self._source = source

    def __call__(self) -> None:
        job = Job.of(self._rendering, f"{self._source}\n-- {time.time_ns()}\n")
        verdict = attempt.judge(job).verdict
        assert verdict.passed, verdict


def alternately(first: Callable[[], None], second: Callable[[], None], runs: int) -> tuple[list[float], list[float]]:
    """Times both by turns, so that a noisy machine is noisy for both; milliseconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(10):
        first()
        second()
    for _ in range(runs):
        for work, taken in zip((first, second), times, strict=True):
            began = time.perf_counter()
            work()
            taken.append((time.perf_counter() - began) * 1000)
    return times


def p(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def bare_fork(source: str) -> Callable[[], None]:
    """Runs the script, which is plain Lua too, in a bare Lua state of a forked child, and brings its output home."""
    context = multiprocessing.get_context("fork")
    lua = lupa_state.new_runtime(engines.choose(None))

    def child(pipe) -> None:
        lines: list[bytes] = []
        lua.globals()[b"print"] = lambda *values: lines.append(b" ".join(str(v).encode() for v in values))
        lua.execute(source)
        pipe.send(lines)

    def run() -> None:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=child, args=(theirs,))
        process.start()
        theirs.close()
        assert ours.recv()
        process.join()

    return run


if __name__ == "__main__":
    main()
