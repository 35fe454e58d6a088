"""What a syntax or run-time error means, in words that a child understands, with what to do next."""

import re

from toolboxai.luau.syntax import Chunk
from toolboxai.luau.tokens import KEYWORDS

_SYNTAX = (
    (
        "Malformed string",
        "A text is not finished. Every text needs a quotation mark at its beginning and one at its end.",
    ),
    (
        r"U\+201[89cd]",
        'These curly quotation marks come from a letter. Luau needs straight ones: delete them and type " yourself.',
    ),
    ("unfinished comment", "A comment was opened with --[[ and not closed. Close it with ]]."),
    (
        r"Expected '\)'.* got <eof>|Expected '\)'.* at line \d+\), got",
        "A bracket was opened and not closed. Count the brackets: every ( needs its ).",
    ),
    (r"Expected '\)'", "Here the closing bracket ) was expected. If these are words, put quotation marks around them."),
    (
        r"Expected 'end'.*<eof>",
        "Something was opened and not closed: each function, do and then needs an end of its own.",
    ),
    (r"Expected 'then'.*got '='", "To ask whether two things are equal, write two equals signs: =="),
    (
        r"Expected <eof>, got 'end'",
        "There is one end too many. Take it out, or look for a line that was lost above it.",
    ),
    (
        r"parsing expression, got '\)'",
        "There is one closing bracket ) too many, or something is missing in front of it.",
    ),
    (r"parsing expression, got <eof>", "The last line stops in the middle. What should come after its last sign?"),
    (r"parsing expression, got '=='?'", "There is one equals sign too many. To give a value, write one: ="),
    (
        "Incomplete statement",
        'This is not a whole order yet. An order looks like print("Hi") or like door.Name = "Door".',
    ),
)

_CALLS_NOTHING = r"attempt to call (a nil value|\w+ '\w+' \(a nil value\))"
_RUNTIME = (
    (
        r"attempt to index nil with '([^']*)'",
        r"What stands in front of \1 is not there (yet). Is it spelled right, and is it made further up?",
    ),
    (
        r"^(.*) is not a valid member of (\S+)",
        r"There is nothing called \1 in \2. Is it spelled right, letter for letter, with its capitals?",
    ),
    (
        r"Unable to create an Instance of type \"?([^\"]*)\"?",
        r'There is no class called "\1". Is it spelled right? A class begins with a capital, as in "Part".',
    ),
    (
        _CALLS_NOTHING,
        "Here something is called that is not there. Is its name spelled right, letter for letter?",
    ),
    (
        r"attempt to call missing method '([^']*)'",
        r"There is no \1 to call here. Is it spelled right, letter for letter, with its capitals?",
    ),
    (
        r"(?i)\bbool(ean)? expected, got string",
        "This property is either true or false, and the two stand without quotation marks.",
    ),
    (
        r"(?i)\bInstance expected, got string|\bObject expected, got string",
        "Here the thing itself is needed, not its name: write it without quotation marks.",
    ),
    (r"(?i)\bnumber expected, got string", "Here a number is needed. Numbers stand without quotation marks."),
    (r"(?i)\bstring expected, got", "Here a text is needed. Text stands in quotation marks."),
    (
        r"attempt to perform arithmetic",
        "You can only calculate with numbers. One of the two values is none: print it, and see what it is.",
    ),
    (
        r"attempt to concatenate",
        "Only texts and numbers can be joined with two dots. Print both sides, and see what they are.",
    ),
    (r"stack overflow", "A function calls itself again and again, and never stops. When should it stop?"),
)


def syntax_error(chunk: Chunk) -> str:
    """Explain the first syntax problem of a source that has one."""
    problem = chunk.problems[0]
    line = chunk.source.count(b"\n", 0, problem.start) + 1
    words = _find(_SYNTAX, problem.message) or problem.message
    if "Incomplete statement" in problem.message and chunk.source[problem.end :].lstrip().startswith(b"=="):
        words = "To give a value, write one equals sign. Two of them ask whether two things are equal."
    return f"Line {line}: {words}"


def runtime_error(text: str, source: str) -> str:
    """Explain a run-time error of the student's script; `text` reads `name:line: message`."""
    found = re.match(r"^(?:[^\n]*?:)?(\d+): (.*)", text, re.DOTALL)
    if not found:
        return f"Your script stopped: {text}"
    line, message = int(found[1]), found[2].split("\n")[0]
    lines = source.split("\n")
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    words = _small_letters(message, written) or _find(_RUNTIME, message)
    return f"Your script stopped at line {line}. {words or message}"


def _find(table: tuple[tuple[str, str], ...], message: str) -> str:
    for pattern, words in table:
        found = re.search(pattern, message)
        if found:
            return found.expand(words.replace("\\n", "\n"))
    return ""


def _small_letters(message: str, written: str) -> str:
    """Recognise `Print(...)`: the commonest way to call what is not there."""
    if not re.search(_CALLS_NOTHING, message):
        return ""
    for name in re.findall(r"([A-Za-z_]\w*)\s*[(\"']", written):
        small = name.lower()
        if small != name and small in {"print", "warn", "wait", "tostring", "tonumber", "type", "typeof", *KEYWORDS}:
            return f"{name} is written with small letters: {small}"
    return ""
