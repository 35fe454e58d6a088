"""Hostile runs by the thousand: every kind, on every engine, in both ways; none may hang, and no worker may be lost.

python tests/studio/soak_untrusted.py [--runs 1100]
"""

import argparse
import itertools
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from studio.untrusted_hostile import HOSTILE
from toolboxai.studio import untrusted
from toolboxai.studio.engines import available
from toolboxai.studio.untrusted import Limits, Way, run_untrusted

TIGHT = Limits(seconds=10.0, cpu_seconds=0.1)
PATIENT = Limits(seconds=60.0, cpu_seconds=20.0, memory=32 << 20, output=50_000)
ROOMY = Limits(seconds=60.0, cpu_seconds=20.0)
_PATIENCE = {"fork": 5.0, "spawn": 65.0}
"""Seconds over its limit that a run may take on a machine that does other work too; a spare may still be starting."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1100)
    runs = parser.parse_args().runs
    ways: list[Way] = ["fork", "spawn"] if untrusted.default_way() == "fork" else ["spawn"]
    places = list(itertools.product(ways, available(), HOSTILE))
    random.Random(runs).shuffle(places)
    chosen = list(itertools.islice(itertools.cycle(places), runs))
    for way in ways:
        untrusted.warm(way=way)
    before = workers()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda place: one(*place), chosen))
    verdicts = Counter(verdict for verdict, *_ in found)
    wrong = [line for _, line, _ in found if line]
    hung = sum(late for *_, late in found)
    lost = before - workers()
    print(f"{runs} runs of {len(HOSTILE)} kinds on {', '.join(available())} by {', '.join(ways)}: {dict(verdicts)}")
    print(f"{hung} hangs, {lost} lost workers, {len(wrong) - hung} other verdicts than expected", *wrong, sep="\n  ")
    sys.exit(bool(hung or lost))


def one(way: Way, engine: str, name: str) -> tuple[str, str, bool]:
    """The verdict, a line where another was expected, and whether it took longer than it may."""
    source, expected = HOSTILE[name]
    limits = {"out of time": TIGHT, None: TIGHT, "error": ROOMY}.get(expected, PATIENT)
    began = time.monotonic()
    outcome = run_untrusted(source, limits, engine=engine, way=way)
    taken = time.monotonic() - began
    late = taken > limits.seconds + _PATIENCE[way]
    other = expected not in {None, outcome.verdict}
    line = f"{way} {engine} {name}: {outcome.verdict} {outcome.detail[:80]} after {taken:.1f} s"
    return outcome.verdict, line if other or late else "", late


def workers() -> int:
    """The server, if it is the one that it was, and every spare that answers."""
    server = untrusted._made("fork") if untrusted.default_way() == "fork" else None
    alive = int(server is not None and server._process is not None and server._process.poll() is None)
    spares = [spare for queue in untrusted._made("spawn")._spares.values() for spare in queue]
    return alive + sum(spare._process.poll() is None for spare in spares)


if __name__ == "__main__":
    main()
