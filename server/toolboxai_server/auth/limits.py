"""How often something may be tried."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from toolboxai_server.problems import Refusal

_KEYS = 10_000


class RateLimit:
    """A bucket of `burst` tries for each key, refilled at `per_second`."""

    def __init__(self, *, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def wait(self, key: object = None) -> float:
        """Take one try and return 0, or take none and return the seconds until there is one."""
        now = self._clock()
        tries, since = self._buckets.get(key, (float(self._burst), now))
        tries = min(self._burst, tries + (now - since) * self._per_second)
        wait = 0.0 if tries >= 1 else (1 - tries) / self._per_second
        self._buckets[key] = (tries if wait else tries - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _KEYS:
            self._buckets.popitem(last=False)
        return wait

    async def turn(self) -> None:
        """Wait for a try and take it."""
        wait = self.wait()
        while wait > 0:
            await asyncio.sleep(wait)
            wait = self.wait()

    def check(self, key: object = None) -> None:
        """Take one try; raises Refusal `slow_down` (429) where there is none."""
        if (wait := self.wait(key)) > 0:
            raise Refusal("slow_down", "This is asked too often.", f"Wait {wait:.0f} s or longer.", status=429)
