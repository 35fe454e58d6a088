"""What the server tells the person in front of it, in plain words and without anyone's text."""

from typing import Protocol


class Announce(Protocol):
    """Called with a kind (`connected`, `conflict`, `refused`, `file`, `fault`, ...) and one sentence."""

    def __call__(self, kind: str, sentence: str, /) -> None: ...


def silent(_kind: str, _sentence: str, /) -> None:
    """Tells nobody."""
