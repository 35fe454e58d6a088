"""The quickest of some rounds, and how the time of a work grows with its input."""

import time
from collections.abc import Callable

_PART = 80_000


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds of the processor's time, of the quickest round."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def growth(part: bytes, work: Callable[[bytes], object], rounds: int) -> float:
    """Ten times the input in how many times the time: the part and ten of it in one, turn by turn."""
    work(part)
    turns = [(best(lambda: work(part), 3), best(lambda: work(part * 10), 1)) for _ in range(rounds)]
    return min(tens for _, tens in turns) / min(ones for ones, _ in turns)


def one_file(texts: list[bytes]) -> bytes:
    """Some 2,000 lines of those that can stand in one."""
    lines = b"\n".join(b"do\n" + text + b"\nend" for text in texts if b"return" not in text[-400:])
    return lines[: lines.rfind(b"\nend", 0, _PART) + 5]
