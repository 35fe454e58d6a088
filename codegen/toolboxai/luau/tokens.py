"""Luau source to tokens: one regular expression at C speed, kept as parallel lists of kinds, texts and positions.

The kind of a keyword or a symbol is its own text; the others have the kinds ``name``, ``number``, ``string``,
``attribute`` (``@native``), the pieces of a backtick string (``INTERPOLATION_*``) and the broken ones.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, compress, pairwise, repeat
from operator import add
from typing import Final, Self

KEYWORDS: Final = frozenset({
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not",
    "or", "repeat", "return", "then", "true", "until", "while",
})  # fmt: skip
SYMBOLS: Final = frozenset({
    "+", "-", "*", "/", "//", "%", "^", "#", "..", "...", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}",
    "[", "]", ";", ":", "::", ",", ".", "->", "?", "|", "&", "!", "@[",
    "+=", "-=", "*=", "/=", "//=", "%=", "^=", "..=",
})  # fmt: skip
EOF: Final = "<eof>"
INTERPOLATION_WHOLE: Final = "`text`"
INTERPOLATION_BEGIN: Final = "`text{"
INTERPOLATION_MIDDLE: Final = "}text{"
INTERPOLATION_END: Final = "}text`"
BROKEN_STRING: Final = "malformed string"
BROKEN_COMMENT: Final = "unfinished comment"
DOUBLE_BRACE: Final = "'{{', which is invalid (did you mean '\\{'?)"
UNKNOWN: Final = "unknown"
KINDS: Final = (
    KEYWORDS
    | SYMBOLS
    | {EOF, "name", "number", "string", "attribute", BROKEN_STRING, BROKEN_COMMENT, DOUBLE_BRACE, UNKNOWN}
    | {INTERPOLATION_WHOLE, INTERPOLATION_BEGIN, INTERPOLATION_MIDDLE, INTERPOLATION_END}
)

SPACE: Final = " \t\r\n\v\f"
_FIRST: Final = {
    **dict.fromkeys(map(chr, range(256)), UNKNOWN),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", "name"),
    **dict.fromkeys("0123456789.", "number"),
    **dict.fromkeys("\"'[", "string"),
    "@": "attribute",
    "-": "comment",
}
_PIECES: Final = {
    "``": INTERPOLATION_WHOLE,
    "`{": INTERPOLATION_BEGIN,
    "}{": INTERPOLATION_MIDDLE,
    "}`": INTERPOLATION_END,
}
_OWN_KIND: Final = {text: text for text in KEYWORDS | SYMBOLS}

_QUOTED: Final = (
    r'"[^"\\\r\n\0]*+(?:\\(?:z[ \t\r\n\v\f]*+|\r\n|[\s\S])[^"\\\r\n\0]*+)*+"?+'
    r"|'[^'\\\r\n\0]*+(?:\\(?:z[ \t\r\n\v\f]*+|\r\n|[\s\S])[^'\\\r\n\0]*+)*+'?+"
)
_TEXT: Final = re.compile(r"[`}][^`\\{\r\n\0]*+(?:\\(?:u\{|z[ \t\r\n\v\f]*+|\r\n|[\s\S])[^`\\{\r\n\0]*+)*+(`|\{\{?+|)")
_LONG_OPENER: Final = re.compile(r"\[=*\[")
_LEADING: Final = re.compile(r"(?:#![^\r\n]*+)?[ \t\r\n\v\f]*+")
_SPACES: Final = re.compile(r"[ \t\r\n\v\f]*+")
_USUAL_LEVELS: Final = (2, 3, 4)


class Tokens:
    """A source's tokens, the last one of kind ``<eof>``; ``comments`` are the spans that were left out."""

    __slots__ = ("comments", "ends", "kinds", "starts", "text", "texts")

    def __init__(self, text: str) -> None:
        first = _LEADING.match(text).end()  # type: ignore[union-attr]  # it matches the empty text too
        raw = _raw_tokens(text, first)
        self.text = text
        starts = list(accumulate(map(len, raw), initial=first))
        texts = list(map(str.rstrip, raw, repeat(SPACE)))
        ends = list(map(add, starts, map(len, texts)))
        kind_of = _classify(texts)
        kinds = list(map(kind_of.__getitem__, texts))
        self.comments: list[tuple[int, int]] = []
        if "comment" in kind_of.values():
            keep = [kind != "comment" for kind in kinds]
            drop = [not kept for kept in keep]
            self.comments = list(zip(compress(starts, drop), compress(ends, drop), strict=True))
            keep.append(True)  # <eof>
            starts = list(compress(starts, keep))
            ends = list(compress(ends, keep))
            kinds = list(compress(kinds, keep))
            texts = list(compress(texts, keep))
        kinds.append(EOF)
        texts.append("")
        ends.append(starts[-1])
        self.kinds: list[str] = kinds
        self.texts: list[str] = texts
        self.starts: list[int] = starts
        self.ends: list[int] = ends

    @classmethod
    def of(cls, whole: Self, kinds: list[str], texts: list[str], starts: list[int], ends: list[int]) -> Self:
        """Tokens of the text of ``whole`` that were chosen otherwise than by reading it."""
        tokens = cls.__new__(cls)
        tokens.text, tokens.comments = whole.text, whole.comments
        tokens.kinds, tokens.texts, tokens.starts, tokens.ends = kinds, texts, starts, ends
        return tokens


def first_of_lines(tokens: Tokens, line_starts: list[int]) -> dict[int, tuple[int, int]]:
    """For each token that is the first on its line: the 1-based line, and how far it is indented (a tab is 4)."""
    found: dict[int, tuple[int, int]] = {}
    for line, (start, following) in enumerate(pairwise([*line_starts, len(tokens.text) + 1]), 1):
        index = bisect_left(tokens.starts, start)
        if index < len(tokens.starts) and tokens.starts[index] < following:
            margin = tokens.text[start : tokens.starts[index]]
            if not margin.strip(SPACE):
                found[index] = line, len(margin.expandtabs(4))
    return found


@lru_cache(maxsize=8)
def _patterns(levels: tuple[int, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The token pattern and what skips code up to a backtick, and up to a backtick or brace.

    ``levels`` are the lengths of the openers ``[[``, ``[=[`` …: a closer has as many ``=`` as its opener, and a
    back-reference would need a group, which ``findall`` pays for.
    """
    closed = "|".join(
        rf"\[{'=' * level}\[[^\]]*+(?:\](?!{'=' * level}\])[^\]]*+)*+(?:\]{'=' * level}\])?+"
        for level in (length - 2 for length in levels)
    )
    comment = rf"--(?:{closed}|[^\r\n]*+)"
    token = re.compile(
        rf"(?:[A-Za-z_][A-Za-z0-9_]*+|[(){{}},;\]#?]|==?|::?"
        rf"|\.?[0-9][0-9._]*+(?:[eE][+-]?)?+[A-Za-z0-9_]*+|\.(?:\.(?:\.|=)?+)?+"
        rf"|{_QUOTED}|{comment}|{closed}|\[=++|-[>=]?+|//=?+|[~<>+*/%^]=?+|!|[&|]|@(?:\[|[A-Za-z0-9_]*+)|[\s\S])"
        rf"[ \t\r\n\v\f]*+"
    )
    in_code = re.compile(rf"(?:[^`\"'\-\[]++|{_QUOTED}|{comment}|{closed}|[\-\[])*+")
    in_hole = re.compile(rf"(?:[^`{{}}\"'\-\[]++|{_QUOTED}|{comment}|{closed}|[\-\[])*+")
    return token, in_code, in_hole


def _raw_tokens(text: str, first: int) -> list[str]:
    """Every token with the white space behind it."""
    levels = set(map(len, _LONG_OPENER.findall(text)))
    token, in_code, in_hole = _patterns(tuple(sorted(levels.union(_USUAL_LEVELS))))
    if "`" not in text:
        return token.findall(text, first)
    raw: list[str] = []
    for start, end, is_text in _regions(text, first, in_code, in_hole):
        if is_text:
            raw.append(text[start:end])
        else:
            raw += token.findall(text, start, end)
    return raw


def _regions(
    text: str, position: int, in_code: re.Pattern[str], in_hole: re.Pattern[str]
) -> Iterator[tuple[int, int, bool]]:
    """Stretches of code and of backtick text, in order; a text comes with the white space behind it."""
    braces: list[int] = []  # for each open `{` of a backtick string, how many braces of code are open in it
    size = len(text)
    start = position
    while position < size:
        position = (in_hole if braces else in_code).match(text, position).end()  # type: ignore[union-attr]
        if position >= size:
            break
        found = text[position]
        if found == "{":
            braces[-1] += 1
            position += 1
            continue
        if found == "}" and braces[-1]:
            braces[-1] -= 1
            position += 1
            continue
        yield start, position, False
        start = position
        piece = _TEXT.match(text, position)
        if piece is None:  # unreachable: a backtick or a brace is a piece
            break
        if found == "}":
            braces.pop()
        if piece[1] == "{":
            braces.append(0)
        position = piece.end()
        position = _SPACES.match(text, position).end()  # type: ignore[union-attr]
        yield start, position, True
        start = position
    yield start, size, False


def _classify(texts: list[str]) -> dict[str, str]:
    """The kind of each distinct text."""
    kind_of = {text: _FIRST[text[0]] for text in set(texts)}
    for text, kind in kind_of.items():
        if kind == "string":
            if not _is_closed(text):
                kind_of[text] = BROKEN_STRING
        elif kind == "comment":
            if text.startswith("--[") and (opener := _LONG_OPENER.match(text, 2)) and not _is_closed_long(text, opener):
                kind_of[text] = BROKEN_COMMENT
        elif kind == UNKNOWN and text[0] in "`}":
            kind_of[text] = _piece(text)
    kind_of.update(_OWN_KIND)
    return kind_of


def _is_closed(text: str) -> bool:
    opener = _LONG_OPENER.match(text)
    if opener:
        return _is_closed_long(text, opener)
    if len(text) < 2 or text[-1] != text[0]:
        return False
    return text[-2] != "\\" or (len(text) - 1 - len(text[:-1].rstrip("\\"))) % 2 == 0


def _is_closed_long(text: str, opener: re.Match[str]) -> bool:
    closer = opener[0].replace("[", "]")
    return len(text) >= opener.end() + len(closer) and text.endswith(closer)


def _piece(text: str) -> str:
    piece = _TEXT.fullmatch(text)
    if piece is None:
        return UNKNOWN if text == "}" else BROKEN_STRING
    if piece[1] == "{{":
        return DOUBLE_BRACE
    if not piece[1]:
        return BROKEN_STRING
    return _PIECES[text[0] + piece[1]]
