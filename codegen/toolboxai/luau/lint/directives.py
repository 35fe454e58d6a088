"""`--!nolint`: which rules a file turns off, by our names or by Luau's, and directives that say nothing."""

import re
from collections.abc import Iterator
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lint.registry import RULES, WARNING, File, Finding, rule

_MODES: Final = frozenset({"strict", "nonstrict", "nocheck", "native"})
_LUAU_LINTS: Final = frozenset({
    "UnknownGlobal", "DeprecatedGlobal", "GlobalUsedAsLocal", "LocalShadow", "SameLineStatement", "MultiLineStatement",
    "LocalUnused", "FunctionUnused", "ImportUnused", "BuiltinGlobalWrite", "PlaceholderRead", "UnreachableCode",
    "UnknownType", "ForRange", "UnbalancedAssignment", "ImplicitReturn", "DuplicateLocal", "FormatString",
    "TableLiteral", "UninitializedLocal", "DuplicateFunction", "DeprecatedApi", "TableOperations",
    "DuplicateCondition", "MisleadingAndOr", "CommentDirective", "IntegerParsing", "ComparisonPrecedence",
    "RedundantNativeAttribute",
})  # fmt: skip
_DIRECTIVE: Final = re.compile(r"--!([a-zA-Z]+)(?:[ \t]+([^\r\n]*))?")


def _directives(chunk: s.Chunk) -> Iterator[tuple[int, int, str, str]]:
    """Each ``--!word rest``: its span, the word and the rest."""
    for start, end in chunk.comments:
        found = _DIRECTIVE.match(chunk.source[start:end].decode("latin-1"))
        if found:
            yield start, end, found[1], (found[2] or "").strip()


def _code_start(chunk: s.Chunk) -> int:
    return chunk.block.statements[0].start if chunk.block.statements else len(chunk.source)


def is_off(chunk: s.Chunk) -> tuple[bool, frozenset[str]]:
    """Whether the file turns all rules off, and the names of those it turns off; above the first code only, as Luau."""
    names: set[str] = set()
    for start, _, word, rest in _directives(chunk):
        if word == "nolint" and start < _code_start(chunk):
            if not rest:
                return True, frozenset()
            names.update(re.split(r"[,\s]+", rest))
    return False, frozenset(names)


@rule("comment-directive", WARNING, "A --! comment that Luau does not know, or that stands too late to count.",
      "Check the spelling; put it above the first line of code.", luau="CommentDirective")  # fmt: skip
def comment_directive(file: File) -> Iterator[Finding]:
    first = _code_start(file.chunk)
    for start, end, word, rest in _directives(file.chunk):
        if word == "optimize":
            message = "" if rest in {"0", "1", "2"} else "'--!optimize' takes 0, 1 or 2"
        elif word == "nolint":
            unknown = [name for name in re.split(r"[,\s]+", rest) if name and name not in RULES.keys() | _LUAU_LINTS]
            message = f"there is no rule '{unknown[0]}'" if unknown else ""
        else:
            message = "" if word in _MODES else f"there is no directive '--!{word}'"
        if not message and start > first:
            message = f"'--!{word}' counts above the first line of code only"
        if message:
            yield Finding(start, end, message)
