"""Luau's declarations: locals, functions and their bodies, types, and what is exported."""

from toolboxai.luau.parser_expressions import ExpressionParser
from toolboxai.luau.syntax import (
    MISSING_NAME,
    Attribute,
    Binding,
    ErrorStatement,
    Expression,
    Field,
    Function,
    FunctionStatement,
    Local,
    LocalFunction,
    Name,
    Parameter,
    Statement,
    Type,
    TypeAlias,
    TypeFunction,
    Vararg,
)
from toolboxai.luau.tokens import EOF


class DeclarationParser(ExpressionParser):
    """The part of the grammar that declares a name."""

    __slots__ = ("export", "level")

    export: bool
    level: int

    # locals

    def _no_binding(self) -> Binding:
        place = self.here()
        return Binding(place, place, MISSING_NAME, None)

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

    def local(self) -> Statement:
        i = self.i
        self.i = i + 1
        if self.kinds[i + 1] == "function":
            return self.local_function(i, [])
        return self.local_variables(self.starts[i])

    def local_variables(self, start: int, *, is_const: bool = False, exported: bool = False) -> Statement:
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

    def local_function(
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
        self.close(opener)
        self.level -= 1
        self.visible, self.loops, self.vararg = outer
        return Function(
            start, self.ends[self.i - 1], attributes, generics, parameters, vararg, vararg_annotation, returns, body
        )

    def _vararg_annotation(self) -> Type:
        """``...: T`` or ``...: T...``"""
        return self.pack() if self.at_pack() and self.kinds[self.i] == "name" else self.type()

    def function_statement(self) -> Statement:
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

    def attributed(self) -> Statement:
        first = self.i
        attributes = self.attributes()
        kind = self.kinds[self.i]
        if kind == "function":
            return self._named_function(first, attributes)
        following = self.kinds[self.i + 1] if kind != EOF else EOF
        if following == "function":
            if kind == "local":
                self.i += 1
                return self.local_function(first, attributes)
            if kind == "name" and self.texts[self.i] in {"const", "export"}:
                is_const = self.texts[self.i] == "const"
                self.i += 1
                self.const_seen |= is_const
                if not is_const:
                    self._check_export(self.i - 1)
                return self.local_function(first, attributes, is_const=is_const, exported=not is_const)
        if kind == "local":
            self.i += 1
            message = f"Expected 'function' after local declaration with attribute, but got {self.got()} instead"
            self.report_here(message, "function")
            return self.local_variables(self.starts[first])
        self.report_here(
            "Expected 'function', 'local function', 'const function', 'declare function' or a function type "
            f"declaration after attribute, but got {self.got()} instead",
            "function",
        )
        return ErrorStatement(self.starts[first], self.ends[self.i - 1], [], [])

    def exporting(self, i: int, kind: str) -> Statement | None:
        word = self.texts[self.i]
        if kind == "name" and word == "type":
            self.i += 1
            return self.type_statement(i, exported=True)
        if kind == "function":
            self._check_export(i)
            return self.local_function(i, [], exported=True)
        if kind == "local" or (kind == "name" and word == "const"):
            self._check_export(i)
            self.i += 1
            self.const_seen |= kind == "name"
            return self.local_variables(self.starts[i], is_const=kind == "name", exported=True)
        return None

    def _check_export(self, i: int) -> None:
        if self.depth:
            self.report("'export' may only be applied to top-level statements", self.starts[i], self.ends[i])
        self.export = True

    # type statements

    def type_statement(self, first: int, *, exported: bool) -> Statement:
        """``type Name<T> = Type`` or ``type function``, the cursor behind ``type``."""
        if self.kinds[self.i] == "function":
            return self._type_function(first, exported=exported)
        name = self._type_name("type name")
        generics = self.generic_list(defaults=True)
        self.expect("=", "type alias")
        alias = self.type()
        return TypeAlias(self.starts[first], self.ends[self.i - 1], name, generics, alias, exported)

    def _type_function(self, first: int, *, exported: bool) -> Statement:
        opener = self.i
        self.i = opener + 1
        name = self._type_name("type function name")
        function = self.function_body(self.starts[self.i], [], opener)
        return TypeFunction(self.starts[first], function.end, name, function, exported)

    def _type_name(self, what: str) -> str:
        i = self.i
        if self.kinds[i] == "name":
            self.i = i + 1
            return self.texts[i]
        self.name_missing(what)
        return MISSING_NAME
