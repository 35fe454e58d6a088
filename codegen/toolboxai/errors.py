"""The one base of every fault this package raises, and the shape of an author's mistake."""

from dataclasses import dataclass


class ToolboxError(Exception):
    """A fault with its remedy.

    ``str()`` gives the message alone; the command line prints the remedy on a line of its own.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake of an author: collected, never raised.

    ``line`` and ``column`` are 1-based; ``column`` counts bytes, as Studio does. ``rule`` is a stable id such as
    ``syntax`` or ``lesson/no-solution``. ``severity`` is ``error``, ``warning`` or ``note``. ``end_line`` and
    ``end_column`` are where the place ends (exclusive), 0 where that is not known.
    """

    path: str
    line: int
    column: int
    rule: str
    message: str
    remedy: str = ""
    severity: str = "error"
    end_line: int = 0
    end_column: int = 0

    @property
    def headline(self) -> str:
        """The mistake on one line, without its remedy."""
        severity = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.path}:{self.line}:{self.column}: {severity}{self.message} [{self.rule}]"

    def __str__(self) -> str:
        return f"{self.headline}\n  {self.remedy}" if self.remedy else self.headline
