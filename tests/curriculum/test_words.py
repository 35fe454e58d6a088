"""Errors in words that a child understands: each says where, what, and what to do next."""

import pytest

from toolboxai.curriculum.words import runtime_error, syntax_error
from toolboxai.luau.parser import parse


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ('print("Hi!)', 1, "quotation mark at its beginning and one at its end"),
        ("\n\nprint(Hello, I am)", 3, "quotation marks around them"),
        ("print(“Hi”)", 1, "straight ones"),
        ('print("a"\nprint("b")', 2, "every ( needs its )"),
        ('print("a"', 1, "every ( needs its )"),
        ('print("a"))', 1, "closing bracket ) too many"),
        ("for i = 1, 3 do\n\tprint(i)\n", 3, "needs an end of its own"),
        ("if x then\nend\nend", 3, "one end too many"),
        ("if x = 3 then end", 1, "two equals signs"),
        ("den.Parent == workspace", 1, "write one equals sign"),
        ("den Parent = workspace", 1, "not a whole order"),
        ("door.Color =", 1, "stops in the middle"),
        ("--[[ never closed", 1, "Close it with ]]"),
    ],
)
def test_a_syntax_error_says_what_to_do(source, line, words):
    message = syntax_error(parse(source))
    assert message.startswith(f"Line {line}: ")
    assert words in message


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("attempt to call a nil value", 'Print("x")', "Print is written with small letters: print"),
        ("attempt to call a nil value", 'prnt("x")', "spelled right"),
        ("attempt to index nil with 'Parent'", "bed.Parent = den", "in front of Parent is not there (yet)"),
        ('CanColide is not a valid member of Part "Workspace.Door"', "", "nothing called CanColide in Part"),
        ('Unable to create an Instance of type "part"', "", 'no class called "part"'),
        ("invalid argument #3 (Instance expected, got string)", "", "without quotation marks"),
        ("invalid argument #3 (boolean expected, got string)", "", "either true or false"),
    ],
)
def test_a_run_time_error_names_the_line_and_the_way_out(text, source, words):
    message = runtime_error(f"ServerScriptService.Radio:1: {text}", source)
    assert message.startswith("Your script stopped at line 1. ")
    assert words in message


def test_what_nobody_foresaw_is_told_in_the_engines_words():
    assert runtime_error("A.B:7: something new", "") == "Your script stopped at line 7. something new"
    assert runtime_error("no line at all", "") == "Your script stopped: no line at all"
