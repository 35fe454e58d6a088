"""Where the server's own mistakes are told: kind and place, never the values that an exception's message may hold."""

import logging
import traceback

from toolboxai_server.announce import Announce


class FaultHandler(logging.Handler):
    """Turns what uvicorn logs of an exception into one sentence."""

    def __init__(self, announce: Announce) -> None:
        super().__init__(logging.ERROR)
        self._announce = announce

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the exception's type and the calls that led there, innermost first."""
        fault = record.exc_info[1] if record.exc_info else None
        if fault is None:  # said of a start that failed, which ends with a message of its own
            return
        while isinstance(fault, BaseExceptionGroup):
            fault = fault.exceptions[0]
        frames = traceback.extract_tb(fault.__traceback__)[-6:]
        places = " ← ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
        self._announce("fault", f"a mistake of the server, {type(fault).__name__}: {places}")
