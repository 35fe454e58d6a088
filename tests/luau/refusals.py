"""Sources that Luau refuses: the place of the first mistake, and Luau's words for it."""

AMBIGUOUS = (
    "Ambiguous syntax: this looks like an argument list for a function call, but could also be a start of new "
    "statement; use ';' to separate statements"
)
NEWER_THAN_THE_REFEREE = ("export local", "export const", "do export", "5i", "808i")
"""Beginnings and ends of sources in forms that the referee does not know yet."""
REFUSED = [
    # what is missing, and what it would close
    ("if x then\n  f()\n", "3:1", "Expected 'end' (to close 'then' at line 1), got <eof>"),
    ("while x do f(", "1:14", "Expected identifier when parsing expression, got <eof>"),
    ("f(1, 2", "1:7", "Expected ')' (to close '(' at column 2), got <eof>"),
    ("local t = {1, 2\nlocal x", "2:1", "Expected '}' (to close '{' at line 1), got 'local'"),
    ("repeat f()\n", "2:1", "Expected 'until' (to close 'repeat' at line 1), got <eof>"),
    ("if x f() end", "1:6", "Expected 'then' when parsing if statement, got 'f'"),
    ("for i = 1 do end", "1:11", "Expected ',' when parsing index range, got 'do'"),
    ("for i do end", "1:7", "Expected 'in' when parsing for loop, got 'do'"),
    ("local x = if a then b", "1:22", "Expected 'else' when parsing if then else expression, got <eof>"),
    (
        "function f()\n  if x then\n    g()\nend\n",
        "5:1",
        "Expected 'end' (to close 'function' at line 1), got <eof>; did you forget to close 'then' at line 2?",
    ),
    ("end", "1:1", "Expected <eof>, got 'end'"),
    ("x = (a = 1)", "1:8", "Expected ')' (to close '(' at column 5), got '='; did you mean to use '{' when defining a table?"),
    ("local function f() g()", "1:23", "Expected 'end' (to close 'function' at column 1), got <eof>"),
    ("x = [=y", "1:5", "Malformed string; did you forget to finish it?"),
    ("local t: {[=string]: T}", "1:11", "Malformed string; did you forget to finish it?"),
    ("x = `{y\n", "1:5", "Malformed interpolated string; did you forget to add a '}'?"),
    ("x = `{y}\n", "1:8", "Malformed interpolated string; did you forget to add a '`'?"),
    ("x = `{y} and {z}\n", "1:16", "Malformed interpolated string; did you forget to add a '`'?"),
    ("x = `{}\n", "1:7", "Malformed interpolated string; did you forget to add a '`'?"),
    # what does nothing, or cannot be assigned
    ("x", "1:1", "Incomplete statement: expected assignment or a function call"),
    ("f() = 1", "1:5", "Expected identifier when parsing expression, got '='"),
    ("a, f() = 1, 2", "1:4", "Assigned expression must be a variable or a field"),
    ("(a) = 1", "1:1", "Assigned expression must be a variable or a field"),
    ("const x = 1\nx = 2", "2:1", "Assigned expression must be a variable or a field"),
    ("const f = 1\nlocal g = function() f += 1 end", "2:22", "Assigned expression must be a variable or a field"),
    ("const x", "1:8", "Missing initializer in const declaration"),
    # where a word may not stand
    ("break", "1:1", "break statement must be inside a loop"),
    ("while x do local f = function() continue end end", "1:33", "continue statement must be inside a loop"),
    ("function f() return ... end", "1:21", "Cannot use '...' outside of a vararg function"),
    ("return 1 local x", "1:10", "Expected <eof>, got 'local'"),
    (
        "repeat\n  if x then continue end\n  local y\nuntil y",
        "4:7",
        "Local y used in the repeat..until condition is undefined because continue statement on line 2 jumps over it",
    ),
    ("do export local x = 1 end", "1:4", "'export' may only be applied to top-level statements"),
    (
        "export local x = 1\nreturn x",
        "2:1",
        "Exporting values is not compatible with top-level return (export/return conflict)",
    ),
    ("export local function f() end", "1:14", "Expected identifier when parsing variable name, got 'function'"),
    # two readings
    ("f()\n(g)()", "2:1", AMBIGUOUS),
    # characters
    (
        "print(\u201chello\u201d)",
        "1:7",
        "Expected identifier when parsing expression, got Unicode character U+201c (did you mean '\"'?)",
    ),
    (
        "x = \u20135",
        "1:5",
        "Expected identifier when parsing expression, got Unicode character U+2013 (did you mean '-'?)",
    ),
    (
        "x = 1\u037e",
        "1:6",
        "Expected identifier when parsing expression, got Unicode character U+37e (did you mean ';'?)",
    ),
    ("x = \u4e2d", "1:5", "Expected identifier when parsing expression, got Unicode character U+4e2d"),
    # literals
    ("x = 1..2", "1:5", "Malformed number"),
    ("x = 0x", "1:5", "Malformed number"),
    ("x = 1.5i", "1:5", "Malformed integer"),
    ("x = 9223372036854775808i", "1:5", "Integer overflow"),
    ("x = '\\256'", "1:5", "String literal contains malformed escape sequence"),
    ("x = '\\u{110000}'", "1:5", "String literal contains malformed escape sequence"),
    ("x = 'open\ny = 1", "1:5", "Malformed string; did you forget to finish it?"),
    ("x = `{}`", "1:5", "Malformed interpolated string, expected expression inside '{}'"),
    ("x = `{{a}}`", "1:5", "Double braces are not permitted within interpolated strings; did you mean '\\{'?"),
    ("x = `{a b}`", "1:5", "Malformed interpolated string, got 'b'"),
    ("x = --[[ open", "1:5", "Expected identifier when parsing expression, got unfinished comment"),
    # what other languages write
    ("if a != b then end", "1:6", "Unexpected '!='; did you mean '~='?"),
    ("x = a && b", "1:7", "Unexpected '&&'; did you mean 'and'?"),
    ("x = a || b", "1:7", "Unexpected '||'; did you mean 'or'?"),
    ("x = !a", "1:5", "Unexpected '!'; did you mean 'not'?"),
    ("goto done", "1:1", "Incomplete statement: expected assignment or a function call"),
    ("x = a ?? b", "1:7", "Expected identifier when parsing expression, got '?'"),
    ("local x <const> = 1", "1:9", "Expected identifier when parsing expression, got '<'"),
    # types
    ("type X = A | B & C", "1:10", "Mixing union and intersection types is not allowed; consider wrapping in parentheses."),
    ("type X = ()", "1:10", "Expected '->' after '()' when parsing function type; did you mean 'nil'?"),
    ("type X<T..., U> = T", "1:15", "Generic types come before generic type packs"),
    ("type X<T = string, U> = T", "1:21", "Expected default type after type name"),
    ("type X = {[string]: number, [number]: string}", "1:29", "Cannot have more than one table indexer"),
    ("local function f(): A, B end", "1:22", "Expected a statement, got ','; did you forget to wrap the list of return types in parentheses?"),
    ("local function f() -> A end", "1:20", "Function return type annotations are written after ':' instead of '->'"),
    ("local x: = 1", "1:9", "Expected type, got '='"),
    # attributes
    ("@nope function f() end", "1:1", "Invalid attribute '@nope'"),
    ("@native @native function f() end", "1:9", "Cannot duplicate attribute '@native'"),
    ("@[deprecated{use = x}] function f() end", "1:13", "Only literals can be passed as arguments for attributes"),
    ("@[deprecated{why = 'x'}] function f() end", "1:13", "Unknown argument 'why' for @deprecated. Only string constants for 'use' and 'reason' are allowed"),
    # bytes that are no Luau
    ("x = é", "1:5", "Expected identifier when parsing expression, got Unicode character U+e9"),
    ("$", "1:1", "Expected identifier when parsing expression, got '$'"),
]  # fmt: skip
