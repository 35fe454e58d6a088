"""Luau's expressions, by precedence climbing; an operand that nothing follows takes the short way."""

from typing import Final

from toolboxai.luau.parser_attributes import AttributeParser
from toolboxai.luau.parser_literals import BadEscapeError, number_problem, piece_value, string_value
from toolboxai.luau.precedence import BINARY, UNARY
from toolboxai.luau.syntax import (
    Binary,
    Boolean,
    Call,
    Cast,
    ErrorExpression,
    Expression,
    Field,
    Group,
    IfExpression,
    Index,
    Instantiation,
    InterpolatedString,
    MethodCall,
    Name,
    Nil,
    Number,
    String,
    Table,
    TableItem,
    Type,
    Unary,
    Vararg,
)
from toolboxai.luau.tokens import (
    BROKEN_STRING,
    EOF,
    INTERPOLATION_BEGIN,
    INTERPOLATION_END,
    INTERPOLATION_MIDDLE,
    INTERPOLATION_WHOLE,
)

_CONFUSED: Final = {"&&": "and", "||": "or", "!=": "~="}
_HALVES: Final = frozenset({"&", "|", "!"})
_SUFFIX: Final = frozenset({".", "[", ":", "(", "{", "string", "<"})
_FOLLOW_LITERAL: Final = frozenset(BINARY) | _HALVES | {"::"}
_FOLLOW_NAME: Final = _SUFFIX | _FOLLOW_LITERAL
WIDE: Final = 50  # with 200 locals beside it, a longer list may pass the limit of registers
_AMBIGUOUS: Final = (
    "Ambiguous syntax: this looks like an argument list for a function call, but could also be a start of new "
    "statement; use ';' to separate statements"
)
_MALFORMED: Final = {
    "malformed string": "Malformed string; did you forget to finish it?",
    "'{{', which is invalid (did you mean '\\{'?)": (
        "Double braces are not permitted within interpolated strings; did you mean '\\{'?"
    ),
}


class ExpressionParser(AttributeParser):
    """The part of the grammar that has a value."""

    __slots__ = ()

    def expression(self, limit: int = 0) -> Expression:  # noqa: C901  # each kind has its short way
        i = self.i
        kind = self.kinds[i]
        left: Expression
        if kind == "name":
            left = Name(self.starts[i], self.ends[i], self.texts[i])
            self.i = i = i + 1
            kind = self.kinds[i]
            if kind not in _FOLLOW_NAME:
                return left
            if kind in _SUFFIX:
                left = self.suffixes(left, is_statement=False)
                kind = self.kinds[self.i]
                if kind not in _FOLLOW_LITERAL:
                    return left
        elif kind == "string":
            left = self._string(i)
            kind = self.kinds[i + 1]
            if kind not in _FOLLOW_LITERAL:
                return left
        elif kind == "number":
            left = self._number(i)
            kind = self.kinds[i + 1]
            if kind not in _FOLLOW_LITERAL:
                return left
        else:
            left = self._operand(kind)
            kind = self.kinds[self.i]
            if kind not in _FOLLOW_LITERAL:
                return left
        if kind == "::":
            self.i += 1
            annotation = self.type()
            left = Cast(left.start, self.ends[self.i - 1], left, annotation)
            kind = self.kinds[self.i]
        return self._operators(left, limit) if kind in _FOLLOW_LITERAL else left

    def _operators(self, left: Expression, limit: int) -> Expression:
        """Binary operators that bind tighter than ``limit``, and their right sides."""
        kinds = self.kinds
        depth = self.depth
        while True:
            kind = kinds[self.i]
            priority = BINARY.get(kind)
            if priority is None:
                kind = self._confused(limit) if kind in _HALVES else ""
                if not kind:
                    break
                priority = BINARY[kind]
            if priority[0] <= limit:
                break
            self.i += 1
            self.depth += 1  # a chain makes a tree as deep as it is long
            if self.depth > self.depth_limit:
                self.too_deep("expression")
            right = self.expression(priority[1])
            left = Binary(left.start, right.end, kind, left, right)
        self.depth = depth
        return left

    def _confused(self, limit: int) -> str:
        """The operator meant by ``&&``, ``||`` or ``!=``, the cursor on its second half; empty where it is none."""
        i = self.i
        if self.ends[i] != self.starts[i + 1]:
            return ""
        written = self.kinds[i] + self.kinds[i + 1]
        meant = _CONFUSED.get(written, "")
        if not meant or BINARY[meant][0] <= limit:
            return ""
        self.report(f"Unexpected '{written}'; did you mean '{meant}'?", self.starts[i], self.ends[i + 1], meant)
        self.i = i + 1
        return meant

    def _operand(self, kind: str) -> Expression:
        """An operand that is more than a name, a string or a number."""
        self.depth += 1
        if self.depth > self.depth_limit:
            self.too_deep("expression")
        i = self.i
        start = self.starts[i]
        found: Expression
        if kind == "{":
            found = self._table()
        elif kind == "function":
            self.i = i + 1
            found = self.function_body(start, [], i)
        elif kind == "(":
            found = self.suffixes(self._group(), is_statement=False)
        elif kind in {"nil", "true", "false", "..."}:
            self.i = i + 1
            found = self._constant(kind, start, self.ends[i])
        elif kind in {"-", "not", "#", "!"}:
            if kind == "!":
                self.report_here("Unexpected '!'; did you mean 'not'?", "not")
                kind = "not"
            self.i = i + 1
            operand = self.expression(UNARY)
            found = Unary(start, operand.end, kind, operand)
        elif kind == "if":
            found = self._if_expression()
        else:
            found = self._rare_operand(kind)
        self.depth -= 1
        return found

    def _rare_operand(self, kind: str) -> Expression:
        i = self.i
        start, end = self.starts[i], self.ends[i]
        if kind in {INTERPOLATION_WHOLE, INTERPOLATION_BEGIN}:
            return self._interpolated(i)
        if kind in {"attribute", "@["}:
            attributes = self.attributes()
            opener = self.i
            if self.kinds[opener] == "function":
                self.i = opener + 1
                return self.function_body(start, attributes, opener)
            message = f"Expected 'function' declaration after attribute, but got {self.got()} instead"
            self.report(message, start, self.ends[opener - 1], "function")
            return ErrorExpression(start, self.ends[self.i - 1], [])
        if kind in _MALFORMED:
            self.report_here(_MALFORMED[kind])
            self.i = i + 1
            return ErrorExpression(start, end, [])
        self.report_here(f"Expected identifier when parsing expression, got {self.got()}", "expression")
        return self._no_expression()

    def _no_expression(self) -> Expression:
        place = self.here()
        return ErrorExpression(place, place, [])

    # names and what follows them

    def primary(self, *, is_statement: bool) -> Expression:
        """A name or a group with its suffixes."""
        i = self.i
        kind = self.kinds[i]
        if kind == "name":
            self.i = i + 1
            name = Name(self.starts[i], self.ends[i], self.texts[i])
            if self.kinds[i + 1] not in _SUFFIX:
                return name
            return self.suffixes(name, is_statement=is_statement)
        if kind == "(":
            return self.suffixes(self._group(), is_statement=is_statement)
        self.report_here(f"Expected identifier when parsing expression, got {self.got()}", "expression")
        return self._no_expression()

    def suffixes(self, node: Expression, *, is_statement: bool) -> Expression:  # noqa: C901  # reads as a table
        """Fields, indexes and calls behind ``node``."""
        kinds = self.kinds
        ends = self.ends
        start = node.start
        depth = self.depth
        kind = kinds[self.i]
        while True:
            if kind == ".":
                i = self.i + 1
                if kinds[i] == "name":
                    self.i = i + 1
                    node = Field(start, ends[i], node, Name(self.starts[i], ends[i], self.texts[i]))
                else:
                    node = self._broken_field(node)
            elif kind == "(":
                if ends[self.i - 1] != self.starts[self.i] and self.line(self.i - 1) != self.line(self.i):
                    self.report_here(_AMBIGUOUS)
                    if not is_statement:
                        break
                node = Call(start, 0, node, self.arguments())
                node.end = ends[self.i - 1]
            elif kind == ":":
                node = self._method_call(node)
            elif kind == "[":
                opener = self.i
                self.i += 1
                key = self._inner()
                self.expect_match("]", opener)
                node = Index(start, ends[self.i - 1], node, key)
            elif kind == "string" or kind == "{":  # noqa: PLR1714  # a set costs more here
                node = Call(start, 0, node, self.arguments())
                node.end = ends[self.i - 1]
            elif kind == "<" and kinds[self.i + 1] == "<":
                arguments = self._instantiation()
                node = Instantiation(start, ends[self.i - 1], node, arguments)
            else:
                break
            kind = kinds[self.i]
            if kind not in _SUFFIX:
                break
            self.depth += 1  # a chain makes a tree as deep as it is long
            if self.depth > self.depth_limit:
                self.too_deep("expression")
        self.depth = depth
        return node

    def _inner(self) -> Expression:
        """An expression one level deeper."""
        self.depth += 1
        if self.depth > self.depth_limit:
            self.too_deep("expression")
        found = self.expression()
        self.depth -= 1
        return found

    def _broken_field(self, node: Expression) -> Expression:
        """``a.`` with no name behind it; a keyword on the same line is taken for the name."""
        self.i += 1
        name = self.index_name()
        return Field(node.start, name.end, node, name)

    def _method_call(self, node: Expression) -> Expression:
        self.i += 1
        i = self.i
        method = self.index_name("method name")
        types: list[Type] | None = None
        if self.kinds[self.i] == "<" and self.kinds[self.i + 1] == "<":
            types = self._instantiation()
        kind = self.kinds[self.i]
        if kind not in {"(", "{", "string"}:
            message = f"Expected '(', '{{' or <string> when parsing function call, got {self.got()}"
            if self.line(self.i) != self.line(i):
                message = "Expected function call arguments after '('"
            self.report(message, node.start, max(node.end, self.ends[self.i - 1]), "(")
            return ErrorExpression(node.start, self.ends[self.i - 1], [node])
        if kind == "(" and self.line(self.i - 1) != self.line(self.i):
            self.report_here(_AMBIGUOUS)
        arguments = self.arguments()
        return MethodCall(node.start, self.ends[self.i - 1], node, method, arguments, types)

    def arguments(self) -> list[Expression]:
        """``(a, b)``, ``"text"`` or ``{...}``."""
        i = self.i
        kinds = self.kinds
        kind = kinds[i]
        if kind != "(":
            return [self._string(i) if kind == "string" else self._operand("{")]
        self.i = i + 1
        if kinds[i + 1] == ")":
            self.i = i + 2
            return []
        self.depth += 1
        if self.depth > self.depth_limit:
            self.too_deep("expression")
        arguments = [self.expression()]
        while kinds[self.i] == ",":
            self.i += 1
            if kinds[self.i] == ")":
                self.report_here("Expected expression after ',' but got ')' instead", "expression")
                break
            arguments.append(self.expression())
        self.depth -= 1
        if len(arguments) > WIDE:
            self.wide = True
        if kinds[self.i] == ")":
            self.i += 1
        else:
            self.expect_match(")", i)
        return arguments

    def _instantiation(self) -> list[Type]:
        """``<<A, B>>``"""
        opener = self.i
        self.i += 1
        arguments = self.type_arguments()
        self.expect_match(">", opener)
        return arguments

    def _group(self) -> Expression:
        opener = self.i
        self.i = opener + 1
        inner = self.expression()
        hint = "; did you mean to use '{' when defining a table?" if self.kinds[self.i] == "=" else ""
        self.expect_match(")", opener, hint)
        return Group(self.starts[opener], self.ends[self.i - 1], inner)

    def expressions(self) -> list[Expression]:
        found = [self.expression()]
        kinds = self.kinds
        while kinds[self.i] == ",":
            self.i += 1
            if kinds[self.i] == ")":
                self.report_here("Expected expression after ',' but got ')' instead", "expression")
                break
            found.append(self.expression())
        if len(found) > WIDE:
            self.wide = True
        return found

    # literals

    def _string(self, i: int) -> Expression:
        self.i = i + 1
        text = self.texts[i]
        if "\\" not in text and text[0] != "[":
            return String(self.starts[i], self.ends[i], text[1:-1].encode("latin-1"))
        try:
            return String(self.starts[i], self.ends[i], string_value(text))
        except BadEscapeError:
            self.report("String literal contains malformed escape sequence", self.starts[i], self.ends[i])
            return ErrorExpression(self.starts[i], self.ends[i], [])

    def _number(self, i: int) -> Expression:
        self.i = i + 1
        text = self.texts[i]
        if not text.isdigit() and (problem := number_problem(text)):
            self.report(problem, self.starts[i], self.ends[i], "number")
            return ErrorExpression(self.starts[i], self.ends[i], [])
        return Number(self.starts[i], self.ends[i], text)

    def _constant(self, kind: str, start: int, end: int) -> Expression:
        if kind == "nil":
            return Nil(start, end)
        if kind == "...":
            if not self.vararg:
                self.report("Cannot use '...' outside of a vararg function", start, end)
            return Vararg(start, end)
        return Boolean(start, end, kind == "true")

    def _interpolated(self, first: int) -> Expression:
        strings: list[bytes] = []
        expressions: list[Expression] = []
        start = blamed = self.starts[first]
        problem = ""
        while True:
            i = self.i
            kind = self.kinds[i]
            try:
                strings.append(piece_value(self.texts[i]))
            except BadEscapeError:
                strings.append(b"")
                message = "Interpolated string literal contains malformed escape sequence"
                if kind == INTERPOLATION_WHOLE:
                    message = "String literal contains malformed escape sequence"
                self.report(message, start, self.ends[i])
            self.i = i + 1
            if kind in {INTERPOLATION_WHOLE, INTERPOLATION_END}:
                break
            inner = self.kinds[self.i]
            if inner in {INTERPOLATION_MIDDLE, INTERPOLATION_END}:
                problem = "Malformed interpolated string, expected expression inside '{}'"
                expressions.append(self._no_expression())
                self.report(problem, self.starts[i], self.ends[self.i])
                continue
            if inner == BROKEN_STRING:
                problem = "Malformed interpolated string; did you forget to add a '`'?"
                self.i += 1
                break
            if not self._is_unfinished_piece():
                expressions.append(self.expression())
            if self.kinds[self.i] not in {INTERPOLATION_MIDDLE, INTERPOLATION_END}:
                blamed = self.starts[self.i] if self._is_unfinished_piece() else start
                problem = self._broken_interpolation()
                break
        if problem:
            self.report(problem, blamed, self.ends[self.i - 1])
        strings += [b""] * (len(expressions) + 1 - len(strings))
        return InterpolatedString(start, self.ends[self.i - 1], strings, expressions)

    def _is_unfinished_piece(self) -> bool:
        """Whether the hole is closed, and the text behind it never ends."""
        kind, text = self.kinds[self.i], self.texts[self.i]
        return text == kind == "}" or (kind == BROKEN_STRING and text.startswith("}"))

    def _broken_interpolation(self) -> str:
        kind = self.kinds[self.i]
        if self._is_unfinished_piece():
            self.i += 1
            return "Malformed interpolated string; did you forget to add a '`'?"
        if kind in {BROKEN_STRING, EOF}:
            self.i += kind != EOF
            return "Malformed interpolated string; did you forget to add a '}'?"
        if kind in _MALFORMED:
            self.i += 1
            return _MALFORMED[kind]
        return f"Malformed interpolated string, got {self.got()}"

    # constructors and choices

    def _table(self) -> Expression:
        opener = self.i
        kinds = self.kinds
        starts = self.starts
        items: list[TableItem] = []
        self.i = i = opener + 1
        while (kind := kinds[i]) != "}":
            start = starts[i]
            if kind == "name" and kinds[i + 1] == "=":
                self.i = i + 2
                key: Expression = String(start, self.ends[i], self.texts[i].encode())
                value = self.expression()
                items.append(TableItem(start, value.end, key, value, False))
            elif kind == "[":
                self.i = i + 1
                key = self.expression()
                self.expect_match("]", i)
                self.expect("=", "table field")
                value = self.expression()
                items.append(TableItem(start, value.end, key, value, True))
            else:
                value = self.expression()
                items.append(TableItem(value.start, value.end, None, value, False))
            separator = kinds[self.i]
            if separator == "," or separator == ";":  # noqa: PLR1714  # a set costs more here
                self.i = i = self.i + 1
            elif separator == "}":
                break
            elif separator in {"[", "name"} and self.column(self.i) == self.column(i) and self.i > i:
                self.report_here("Expected ',' after table constructor element", ",")
                i = self.i
            else:
                break
        self.expect_match("}", opener)
        return Table(starts[opener], self.ends[self.i - 1], items)

    def _if_expression(self) -> Expression:
        start = self.starts[self.i]
        branches: list[tuple[Expression, Expression]] = []
        depth = self.depth
        while True:
            self.i += 1  # if, elseif
            condition = self.expression()
            self.expect("then", "if then else expression")
            branches.append((condition, self.expression()))
            if self.kinds[self.i] != "elseif":
                break
            self.depth += 1
            if self.depth > self.depth_limit:
                self.too_deep("expression")
        self.expect("else", "if then else expression")
        otherwise = self.expression()
        self.depth = depth
        return IfExpression(start, otherwise.end, branches, otherwise)
