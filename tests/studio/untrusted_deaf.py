"""A child that makes itself deaf to its own timers before it is locked in: the module is read there first."""

import signal
from typing import Any

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGVTALRM, signal.SIGXCPU, signal.SIGTERM})


def loop(_: Any) -> None:
    while True:
        pass
