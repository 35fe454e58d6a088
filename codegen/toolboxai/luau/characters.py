"""Characters that Luau has no use for, in the words of its messages: many look like one that it has."""

from typing import Final

_LOOKING_LIKE: Final = {
    '"': "\u201c\u201d\u201f\u2033\uff02",
    "'": "\u2018\u2019\u201b\u2032\u00b4\uff07",
    "-": "\u2010\u2011\u2012\u2013\u2212",
    "...": "\u2026",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f",
    "*": "\u2217",
    "/": "\u2044\u2215",
    ":": "\uff1a\ua789\u2236",
    ";": "\u037e",
    ",": "\u201a",
    "<": "\u2039\u276e",
    ">": "\u203a\u276f",
    "~": "\u223c\u02dc",
    "a": "\u0430",
    "c": "\u0441",
    "e": "\u0435",
    "i": "\u0456",
    "o": "\u043e\u03bf",
    "p": "\u0440\u03c1",
    "x": "\u0445\u00d7",
    "y": "\u0443",
}
"""What word processors and other alphabets have for a character of Luau's (Unicode's confusable characters)."""
_MEANT: Final = {character: meant for meant, characters in _LOOKING_LIKE.items() for character in characters}


def character_words(data: bytes) -> str:
    """The character that ``data`` begins with."""
    character = _first(data)
    meant = _MEANT.get(character)
    return f"Unicode character U+{ord(character):x}" + (f" (did you mean '{meant}'?)" if meant else "")


def _first(data: bytes) -> str:
    for size in range(1, 5):
        try:
            return data[:size].decode()
        except UnicodeDecodeError:
            continue
    return chr(data[0])
