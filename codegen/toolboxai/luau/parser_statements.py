"""Luau's statements and function bodies."""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from toolboxai.luau.parser_cursor import ERROR_NAME, LostError
from toolboxai.luau.parser_expressions import WIDE, ExpressionParser
from toolboxai.luau.syntax import (
    Assign,
    Attribute,
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
    Function,
    FunctionStatement,
    GenericFor,
    If,
    Index,
    Local,
    LocalFunction,
    MethodCall,
    Name,
    NumericFor,
    Parameter,
    Repeat,
    Return,
    Statement,
    Type,
    TypeAlias,
    TypeFunction,
    Vararg,
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


class StatementParser(ExpressionParser):
    """The whole grammar: ``chunk`` is where it begins."""

    __slots__ = ("continue_seen", "export", "level", "main_return", "parsers", "repeat_seen")

    def prepare(self) -> None:
        """Bind the parsers of the statements once; a keyword that ends a block has none."""
        parsers: _Parsers = dict.fromkeys(KINDS, self._expression_statement)
        parsers |= dict.fromkeys(_BLOCK_END, None)
        parsers |= {
            "local": self._local, "if": self._if, "for": self._for, "while": self._while, "repeat": self._repeat,
            "do": self._do, "function": self._function_statement, "attribute": self._attributed,
            "@[": self._attributed, "return": self._return, "break": self._break,
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

    def _close(self, opener: int, closer: str = "end") -> None:
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
        self._close(opener)
        return If(start, self.ends[self.i - 1], branches, otherwise)

    def _while(self) -> Statement:
        start = self.starts[self.i]
        self.i += 1
        condition = self.expression()
        opener = self.i
        self.expect("do", "while loop")
        body = self._loop(opener)
        self._close(opener)
        return While(start, self.ends[self.i - 1], condition, body)

    def _repeat(self) -> Statement:
        opener = self.i
        visible = self.visible
        self.repeat_seen = True
        self.i += 1
        body = self._loop(opener, "until")
        self._close(opener, "until")
        condition = self.expression()
        self.visible = visible
        return Repeat(self.starts[opener], self.ends[self.i - 1], body, condition)

    def _do(self) -> Statement:
        opener = self.i
        self.i += 1
        body = self.block(opener)
        self._close(opener)
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
        self._close(opener)
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

    # locals

    def _no_binding(self) -> Binding:
        place = self.here()
        return Binding(place, place, ERROR_NAME, None)

    def _binding(self) -> Binding:
        i = self.i
        if self.kinds[i] != "name":
            self.name_missing("variable name")
            return self._no_binding()
        self.i = i + 1
        if self.kinds[i + 1] != ":":
            return Binding(self.starts[i], self.ends[i], self.texts[i], None)
        self.i = i + 2
        annotation = self.type()
        return Binding(self.starts[i], self.ends[self.i - 1], self.texts[i], annotation)

    def _local(self) -> Statement:
        i = self.i
        self.i = i + 1
        if self.kinds[i + 1] == "function":
            return self._local_function(i, [])
        return self._local_variables(self.starts[i])

    def _local_variables(self, start: int, *, is_const: bool = False, exported: bool = False) -> Statement:
        bindings = [self._binding()]
        kinds = self.kinds
        while kinds[self.i] == ",":
            self.i += 1
            bindings.append(self._binding())
        values: list[Expression] = []
        if kinds[self.i] == "=":
            self.i += 1
            values.append(self.expression())
            if kinds[self.i] == ",":
                self.i += 1
                values += self.expressions()
        elif is_const:
            self.report("Missing initializer in const declaration", self.here(), self.here(), "=")
        self.visible += len(bindings)
        return Local(start, self.ends[self.i - 1], bindings, values, is_const, exported)

    def _local_function(
        self, first: int, attributes: list[Attribute], *, is_const: bool = False, exported: bool = False
    ) -> Statement:
        """``function name body``, the cursor at ``function``; ``first`` is the statement's first token."""
        opener = self.i
        self.i = i = opener + 1
        if self.kinds[i] == "name":
            self.i = i + 1
            name = Binding(self.starts[i], self.ends[i], self.texts[i], None)
        else:
            self.name_missing("variable name")
            name = self._no_binding()
        self.visible += 1
        function = self.function_body(self.starts[self.i], attributes, opener)
        return LocalFunction(self.starts[first], function.end, name, function, is_const, exported)

    # functions

    def function_body(self, start: int, attributes: list[Attribute], opener: int) -> Function:
        """From the generics or the ``(`` to ``end``."""
        kinds = self.kinds
        outer = self.visible, self.loops, self.vararg
        generics = self.generic_list(defaults=False) if kinds[self.i] == "<" else []
        parameters: list[Parameter] = []
        vararg: Vararg | None = None
        vararg_annotation: Type | None = None
        parenthesis = self.i
        if kinds[parenthesis] != "(":
            start = min(start, self.here())
        self.expect("(", "function")
        while kinds[self.i] != ")":
            i = self.i
            if kinds[i] == "name":
                self.i = i + 1
                annotation: Type | None = None
                if kinds[i + 1] == ":":
                    self.i = i + 2
                    annotation = self.type()
                name = Name(self.starts[i], self.ends[i], self.texts[i])
                parameters.append(Parameter(self.starts[i], self.ends[self.i - 1], name, annotation))
            elif kinds[i] == "...":
                self.i = i + 1
                vararg = Vararg(self.starts[i], self.ends[i])
                if kinds[i + 1] == ":":
                    self.i = i + 2
                    vararg_annotation = self._vararg_annotation()
                break
            else:
                self.name_missing("variable name")
                break
            if kinds[self.i] != ",":
                break
            self.i += 1
            if kinds[self.i] == ")":
                self.name_missing("variable name")
        self.expect_match(")", parenthesis)
        returns = self.optional_return_type()
        self.visible += len(parameters)
        self.loops = 0
        self.level += 1
        self.vararg = vararg
        body = self.block(opener)
        self._close(opener)
        self.level -= 1
        self.visible, self.loops, self.vararg = outer
        return Function(
            start, self.ends[self.i - 1], attributes, generics, parameters, vararg, vararg_annotation, returns, body
        )

    def _vararg_annotation(self) -> Type:
        """``...: T`` or ``...: T...``"""
        return self.pack() if self.at_pack() and self.kinds[self.i] == "name" else self.type()

    def _function_statement(self) -> Statement:
        return self._named_function(self.i, [])

    def _named_function(self, first: int, attributes: list[Attribute]) -> Statement:
        opener = self.i
        self.i = i = opener + 1
        if self.kinds[i] == "name":
            self.i = i + 1
            target: Name | Field = Name(self.starts[i], self.ends[i], self.texts[i])
        else:
            self.report_here(f"Expected identifier when parsing function name, got {self.got()}", "identifier")
            target = self.no_name()
        depth = self.depth
        is_method = False
        while not is_method and (kind := self.kinds[self.i]) in {".", ":"}:
            self.i += 1
            is_method = kind == ":"
            name = self.index_name("method name" if is_method else "field name")
            target = Field(target.start, name.end, target, name)
            self.depth += 1
            if self.depth > self.depth_limit:
                self.too_deep("function name")
        self.depth = depth
        self.visible += is_method
        function = self.function_body(self.starts[self.i], attributes, opener)
        self.visible -= is_method
        return FunctionStatement(self.starts[first], function.end, target, is_method, function)

    def _attributed(self) -> Statement:
        first = self.i
        attributes = self.attributes()
        kind = self.kinds[self.i]
        if kind == "function":
            return self._named_function(first, attributes)
        following = self.kinds[self.i + 1] if kind != EOF else EOF
        if following == "function":
            if kind == "local":
                self.i += 1
                return self._local_function(first, attributes)
            if kind == "name" and self.texts[self.i] in {"const", "export"}:
                is_const = self.texts[self.i] == "const"
                self.i += 1
                self.const_seen |= is_const
                if not is_const:
                    self._check_export(self.i - 1)
                return self._local_function(first, attributes, is_const=is_const, exported=not is_const)
        if kind == "local":
            self.i += 1
            message = f"Expected 'function' after local declaration with attribute, but got {self.got()} instead"
            self.report_here(message, "function")
            return self._local_variables(self.starts[first])
        self.report_here(
            "Expected 'function', 'local function', 'const function', 'declare function' or a function type "
            f"declaration after attribute, but got {self.got()} instead",
            "function",
        )
        return ErrorStatement(self.starts[first], self.ends[self.i - 1], [], [])

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
            return self._type(i, exported=False)
        if text == "const":
            self.const_seen = True
            if kind == "function":
                return self._local_function(i, [], is_const=True)
            return self._local_variables(start, is_const=True)
        if text == "export":
            return self._export(i, kind)
        return None

    def _export(self, i: int, kind: str) -> Statement | None:
        word = self.texts[self.i]
        if kind == "name" and word == "type":
            self.i += 1
            return self._type(i, exported=True)
        if kind == "function":
            self._check_export(i)
            return self._local_function(i, [], exported=True)
        if kind == "local" or (kind == "name" and word == "const"):
            self._check_export(i)
            self.i += 1
            self.const_seen |= kind == "name"
            return self._local_variables(self.starts[i], is_const=kind == "name", exported=True)
        return None

    def _check_export(self, i: int) -> None:
        if self.depth:
            self.report("'export' may only be applied to top-level statements", self.starts[i], self.ends[i])
        self.export = True

    # type statements

    def _type(self, first: int, *, exported: bool) -> Statement:
        """``type Name<T> = Type`` or ``type function``, the cursor behind ``type``."""
        i = self.i
        if self.kinds[i] == "function":
            return self._type_function(first, exported=exported)
        if self.kinds[i] == "name":
            self.i = i + 1
            name = self.texts[i]
        else:
            self.name_missing("type name")
            name = ERROR_NAME
        generics = self.generic_list(defaults=True)
        self.expect("=", "type alias")
        alias = self.type()
        return TypeAlias(self.starts[first], self.ends[self.i - 1], name, generics, alias, exported)

    def _type_function(self, first: int, *, exported: bool) -> Statement:
        opener = self.i
        self.i = i = opener + 1
        if self.kinds[i] == "name":
            self.i = i + 1
            name = self.texts[i]
        else:
            self.name_missing("type function name")
            name = ERROR_NAME
        function = self.function_body(self.starts[self.i], [], opener)
        return TypeFunction(self.starts[first], function.end, name, function, exported)
