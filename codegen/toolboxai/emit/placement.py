"""Checks where literals came to stand in rendered Luau: each must be one expression of its own.

A value in the middle of a string, a comment or a word would be read as something else than the value, however well it
is escaped. So each literal is marked while a template renders, and the finished text is parsed.
"""

import re

from toolboxai.luau.literal import LiteralError

# A value cannot hold the marks: they are not printable, so a literal spells them out.
OPEN, CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"[{OPEN}{CLOSE}]")


class MisplacedError(LiteralError):
    """A literal stands where it is not read as itself."""


def placed(text: str) -> str:
    """The text without the marks, once every literal is seen to stand as an expression."""
    return _MARK.sub("", text)
