"""Luau's statements, and blocks of them."""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from toolboxai.luau.parser_cursor import LostError
from toolboxai.luau.parser_declarations import DeclarationParser
from toolboxai.luau.parser_expressions import WIDE
from toolboxai.luau.syntax import (
    Assign,
    Binding,
    Block,
    Break,
    Call,
    CallStatement,
    CompoundAssign,
    Continue,
    Do,
    ErrorExpression,
    ErrorStatement,
    Expression,
    Field,
    GenericFor,
    If,
    Index,
    MethodCall,
    Name,
    NumericFor,
    Repeat,
    Return,
    Statement,
    While,
)
from toolboxai.luau.tokens import EOF, KEYWORDS, KINDS

_COMPOUND: Final = {f"{operator}=": operator for operator in ("+", "-", "*", "/", "//", "%", "^", "..")}
_MANY: Final = 120  # locals: beside more, a usual expression may pass the limit of registers
_BLOCK_END: Final = frozenset({EOF, "end", "else", "elseif", "until"})
_SYNCHRONISES: Final = _BLOCK_END | {
    "name", "local", "if", "for", "while", "repeat", "do", "function", "return", "break", "attribute", "@[", "(",
}  # fmt: skip
"""Behind a mistake, reading goes on with these; with a name only where it begins a line."""
_Parsers = dict[str, Callable[[], Statement] | None]


class StatementParser(DeclarationParser):
    """The whole grammar: ``chunk`` is where it begins."""

    __slots__ = ("continue_seen", "main_return", "parsers", "repeat_seen")

    def prepare(self) -> None:
        """Bind the parsers of the statements once; a keyword that ends a block has none."""
        parsers: _Parsers = dict.fromkeys(KINDS, self._expression_statement)
        parsers |= dict.fromkeys(_BLOCK_END, None)
        parsers |= {
            "local": self.local, "if": self._if, "for": self._for, "while": self._while, "repeat": self._repeat,
            "do": self._do, "function": self.function_statement, "attribute": self.attributed,
            "@[": self.attributed, "return": self._return, "break": self._break,
        }  # fmt: skip
        self.parsers = parsers
        self.level = 0  # of functions around us
        self.continue_seen = False
        self.repeat_seen = False
        self.export = False
        self.main_return: tuple[int, int] | None = None

    def chunk(self) -> Block:
        statements: list[Statement] = []
        while self.kinds[self.i] != EOF:
            try:
                self._statements(statements, -1, EOF)
                if self.kinds[self.i] != EOF:
                    self.report_here(f"Expected <eof>, got {self.got()}", EOF)
                    self.i += 1
            except LostError:
                self._leave_lost_code()
        if self.export and self.main_return:
            message = "Exporting values is not compatible with top-level return (export/return conflict)"
            self.report(message, *self.main_return)
        return Block(0, self.ends[-1], statements)

    def _leave_lost_code(self) -> None:
        """Go on with the next line that begins a statement at the margin."""
        self.depth = self.loops = self.level = self.visible = 0
        self.vararg = True
        for start in self.line_starts[self.line(self.i) :]:
            i = bisect_left(self.starts, start)
            if self.starts[i] == start and self.kinds[i] in _SYNCHRONISES:
                self.i = i
                return
        self.i = len(self.kinds) - 1

    def needs_check(self) -> bool:
        """Whether anything was seen that the grammar alone cannot refuse."""
        self.most = max(self.most, self.visible)
        many = self.wide or self.deep or self.most > _MANY
        return self.const_seen or many or (self.continue_seen and self.repeat_seen)

    # blocks

    def block(self, opener: int, closer: str = "end") -> Block:
        """Statements up to ``closer``, which is left where it is."""
        self.depth += 1
        if self.depth > self.depth_limit:
            self.too_deep("block")
        visible = self.visible
        statements: list[Statement] = []
        start = self.ends[self.i - 1]
        self._statements(statements, opener, closer)
        self.most = max(self.most, self.visible)
        if closer != "until":
            self.visible = visible
        self.depth -= 1
        i = self.i
        return Block(start, self.starts[i] if self.kinds[i] == closer else self.ends[i - 1], statements)

    def _statements(self, statements: list[Statement], opener: int, closer: str) -> None:
        kinds = self.kinds
        parsers = self.parsers
        while True:
            parse = parsers[kinds[self.i]]
            if parse is None:
                break
            statement = self._after_mistake(parse) if self.quiet else parse()
            statements.append(statement)
            kind = kinds[self.i]
            if kind == ";":
                self.i += 1
                kind = kinds[self.i]
            last = type(statement)
            if (last is Return or last is Break or last is Continue) and kind not in _BLOCK_END:
                if opener < 0:
                    self.report_here(f"Expected <eof>, got {self.got()}", EOF)
                else:
                    self.report_unmatched(closer, opener, self.forgotten(opener))
                self.mistaken_lines.discard(self.line(self.i))  # it says nothing about the code behind it
        self.most = max(self.most, self.visible)

    def _after_mistake(self, parse: Callable[[], Statement]) -> Statement:
        """Parse a statement; if it is sound, or a keyword begins it and a line, what comes next is reported again."""
        i = self.i
        mistakes = self.mistakes
        if self.kinds[i] in KEYWORDS and self.line(i) != self.line(i - 1):
            self.quiet = False
        statement = parse()
        following = self.kinds[self.i]
        if self.mistakes == mistakes and (
            following in _BLOCK_END or following == ";" or self.line(self.i) != self.line(self.i - 1)
        ):
            self.quiet = False
        return statement

    def close(self, opener: int, closer: str = "end") -> None:
        if self.kinds[self.i] == closer:
            self.closed += (opener, self.i)
            self.i += 1
        else:
            self.expect_match(closer, opener, self.forgotten(opener))

    def _loop(self, opener: int, closer: str = "end") -> Block:
        self.loops += 1
        body = self.block(opener, closer)
        self.loops -= 1
        return body

    # control

    def _if(self) -> Statement:
        start = self.starts[self.i]
        branches: list[tuple[Expression, Block]] = []
        otherwise = None
        kinds = self.kinds
        while True:
            self.i += 1
            condition = self.expression()
            opener = self.i
            self.expect("then", "if statement")
            branches.append((condition, self.block(opener)))
            if kinds[self.i] != "elseif":
                break
        if kinds[self.i] == "else":
            opener = self.i
            self.i += 1
            otherwise = self.block(opener)
        self.close(opener)
        return If(start, self.ends[self.i - 1], branches, otherwise)

    def _while(self) -> Statement:
        start = self.starts[self.i]
        self.i += 1
        condition = self.expression()
        opener = self.i
        self.expect("do", "while loop")
        body = self._loop(opener)
        self.close(opener)
        return While(start, self.ends[self.i - 1], condition, body)

    def _repeat(self) -> Statement:
        opener = self.i
        visible = self.visible
        self.repeat_seen = True
        self.i += 1
        body = self._loop(opener, "until")
        self.close(opener, "until")
        condition = self.expression()
        self.visible = visible
        return Repeat(self.starts[opener], self.ends[self.i - 1], body, condition)

    def _do(self) -> Statement:
        opener = self.i
        self.i += 1
        body = self.block(opener)
        self.close(opener)
        return Do(self.starts[opener], self.ends[self.i - 1], body)

    def _for(self) -> Statement:
        start = self.starts[self.i]
        self.i += 1
        first = self._binding()
        if self.kinds[self.i] == "=":
            return self._numeric_for(start, first)
        variables = [first]
        while self.kinds[self.i] == ",":
            self.i += 1
            variables.append(self._binding())
        self.expect("in", "for loop")
        iterators = self.expressions()
        body = self._for_body(len(variables))
        return GenericFor(start, self.ends[self.i - 1], variables, iterators, body)

    def _numeric_for(self, start: int, variable: Binding) -> Statement:
        self.i += 1
        first = self.expression()
        self.expect(",", "index range")
        last = self.expression()
        step = None
        if self.kinds[self.i] == ",":
            self.i += 1
            step = self.expression()
        body = self._for_body(1)
        return NumericFor(start, self.ends[self.i - 1], variable, first, last, step, body)

    def _for_body(self, count: int) -> Block:
        opener = self.i
        self.expect("do", "for loop")
        self.visible += count
        body = self._loop(opener)
        self.visible -= count
        self.close(opener)
        return body

    def _break(self) -> Statement:
        i = self.i
        self.i = i + 1
        if not self.loops:
            self.report("break statement must be inside a loop", self.starts[i], self.ends[i])
        return Break(self.starts[i], self.ends[i])

    def _return(self) -> Statement:
        i = self.i
        self.i = i + 1
        kind = self.kinds[i + 1]
        values = [] if kind in _BLOCK_END or kind == ";" else self.expressions()
        if not self.level and not self.main_return:
            self.main_return = self.starts[i], self.ends[i]
        return Return(self.starts[i], self.ends[self.i - 1], values)

    # what begins with an expression

    def _expression_statement(self) -> Statement:
        i = self.i
        node = self.primary(is_statement=True)
        kind = self.kinds[self.i]
        last = type(node)
        if last is Call or last is MethodCall:
            return CallStatement(node.start, node.end, node)
        if self.i == i:
            found = self._skipped()
            return ErrorStatement(node.start, max(node.end, self.ends[self.i - 1]), found, [])
        if kind == "=" or kind == ",":  # noqa: PLR1714  # a set costs more here
            return self._assignment(node)
        if kind in _COMPOUND:
            self.i += 1
            self._check_target(node)
            value = self.expression()
            return CompoundAssign(node.start, value.end, _COMPOUND[kind], node, value)
        if last is Name and (soft := self._soft_keyword(i, self.texts[i], kind)):
            return soft
        self.report("Incomplete statement: expected assignment or a function call", node.start, node.end, "assignment")
        return ErrorStatement(node.start, max(node.end, self.ends[self.i - 1]), [node], [])

    def _skipped(self) -> list[Expression]:
        """Step over what begins no statement, up to what does; the tables and functions that stand in between."""
        kinds = self.kinds
        found: list[Expression] = []
        i = self.i
        while True:
            kind = kinds[i]
            if kind == "{" or (kind == "function" and kinds[i + 1] == "("):
                self.i = i
                found.append(self.expression())
                i = max(self.i, i + 1)
            else:
                i += 1
            kind = kinds[i]
            if kind in _SYNCHRONISES and (kind != "name" or self.line(i) != self.line(i - 1)):
                break
        self.i = i
        return found

    def _assignment(self, first: Expression) -> Statement:
        targets = [first]
        self._check_target(first)
        while self.kinds[self.i] == ",":
            self.i += 1
            target = self.primary(is_statement=True)
            self._check_target(target)
            targets.append(target)
        self.expect("=", "assignment")
        values = self.expressions()
        if len(targets) > WIDE:
            self.wide = True
        return Assign(first.start, self.ends[self.i - 1], targets, values)

    def _check_target(self, node: Expression) -> None:
        if not isinstance(node, (Name, Field, Index, ErrorExpression)):
            self.report("Assigned expression must be a variable or a field", node.start, node.end, "variable")

    def _soft_keyword(self, i: int, text: str, kind: str) -> Statement | None:
        """A statement that begins with a name which is a keyword only here; the cursor is behind the name."""
        start = self.starts[i]
        if text == "continue":
            self.continue_seen = True
            if not self.loops:
                self.report("continue statement must be inside a loop", start, self.ends[i])
            return Continue(start, self.ends[i])
        if text == "type":
            return self.type_statement(i, exported=False)
        if text == "const":
            self.const_seen = True
            if kind == "function":
                return self.local_function(i, [], is_const=True)
            return self.local_variables(start, is_const=True)
        if text == "export":
            return self.exporting(i, kind)
        return None
