"""Python's collector of cycles, kept away while trees are made and walked.

Nearly all that is made then is kept, and it would look through all of it again and again.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Also a decorator. What several threads pause goes on when the first of them is done."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
