"""Untrusted code: what a verdict costs beyond the program's own time, beside a bare fork, and a pool after a kill.

python benchmarks/untrusted.py [--runs 300]
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

from toolboxai.studio.engines import available
from toolboxai.studio.host import VM
from toolboxai.studio.untrusted import Limits, Way, default_way, run_untrusted, warm

P50_MS, P99_MS, WHOLE_MS = 10, 30, 100
PROGRAM = """local total = 0
for i = 1, 1000 do total += i end
print(`the sum is {total}`)
"""
WAYS: list[Way] = ["fork", "spawn"] if default_way() == "fork" else ["spawn"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    runs = parser.parse_args().runs
    for engine in available():
        verdict, fork, own = by_turns(runs, lambda engine=engine: verdict_of(engine), bare_fork, alone(engine))
        over = [taken - statistics.median(own) for taken in verdict]
        print(
            f"{engine:9} verdict over the run's own time p50 {p(over, 50):5.1f} ms  p99 {p(over, 99):5.1f} ms "
            f"(limits {P50_MS}, {P99_MS})   own p50 {p(own, 50):4.1f} ms   bare fork p50 {p(fork, 50):4.1f} ms  "
            f"p99 {p(fork, 99):4.1f} ms   ratio {p(over, 50) / p(fork, 50):.1f}"
        )
    for way in WAYS:
        times = [after_a_kill(way) for _ in range(20)]
        print(f"{way:9} from a kill to the next verdict p50 {p(times, 50):5.1f} ms  worst {max(times):5.1f} ms "
              f"(limit {WHOLE_MS})")  # fmt: skip


def verdict_of(engine: str) -> None:
    """Each run has a program of its own, so that nothing is answered from a cache of lowered code."""
    outcome = run_untrusted(f"{PROGRAM}-- {time.time_ns()}\n", engine=engine)
    assert outcome.output == [["print", "the sum is 500500"]], outcome


def alone(engine: str) -> Callable[[], None]:
    """The program's own time: loaded and run in a VM of this process."""
    vm = VM(engine)

    def run() -> None:
        vm.spawn(vm.load(f"{PROGRAM}-- {time.time_ns()}\n", "main.luau"))
        assert vm.output.pop().text == "the sum is 500500"

    return run


def bare_fork() -> None:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(theirs, b"the sum is 500500")
        os._exit(0)
    os.close(theirs)
    assert os.read(ours, 100)
    os.close(ours)
    os.waitpid(pid, 0)


def after_a_kill(way: Way) -> float:
    """Milliseconds that the verdict after a program that had to be killed takes, counted from the kill's own."""
    warm(way=way)
    outcome = run_untrusted("while true do end", Limits(cpu_seconds=0.2), way=way)
    assert outcome.verdict == "out of time"
    began = time.perf_counter()
    assert run_untrusted("print(1)", way=way).output
    return (time.perf_counter() - began) * 1000


def by_turns(runs: int, *works: Callable[[], None]) -> list[list[float]]:
    """Times all by turns, so that a noisy machine is noisy for each; milliseconds."""
    times: list[list[float]] = [[] for _ in works]
    for round_ in range(runs + 10):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            if round_ >= 10:
                taken.append((time.perf_counter() - began) * 1000)
    return times


def p(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
