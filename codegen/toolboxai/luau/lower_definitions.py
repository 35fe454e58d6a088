"""Lowering of definitions: `local`, its functions, and functions in tables."""

from collections.abc import Iterator

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_choices import flattened, needs_sentinel
from toolboxai.luau.lower_expressions import ExpressionLowering
from toolboxai.luau.lower_known import MULTIPLE, bare


class DefinitionLowering(ExpressionLowering):
    """Writes definitions."""

    exports: str | None = None

    def _local(self, node: s.Local) -> None:
        count = len(node.bindings)
        number = self.reserve(count)
        if node.exported:
            targets = [self._export(binding.name) for binding in node.bindings]
            self._boxed_values(targets, node)
            for binding, code in zip(node.bindings, targets, strict=True):
                self._bind_export(binding.name, code, number)
            return
        if self.is_boxed(number, count):
            self.open_box()
            scope = self.scope
            first = scope.slots
            scope.slots += count
            assert scope.box is not None
            targets = [f"{scope.box.code}[{first + n}]" for n in range(1, count + 1)]
            self._boxed_values(targets, node)
            scope.slots = first
            for offset, binding in enumerate(node.bindings):
                self.declare_boxed(binding.name, number + offset)
            return
        choice = self._hoisted_choice(node)
        if choice is not None:
            self._local_choice(node.bindings[0].name, number, choice)
            return
        out = self.out
        place = len(out)
        out.append("")
        if node.values:
            out.append("=")
            self.expressions(node.values)
        numeric = [len(node.values) >= count and self.is_number(value) for value in node.values[:count]] + [
            False
        ] * count
        codes = [
            self.declare(binding.name, number + offset, numeric=numeric[offset])
            for offset, binding in enumerate(node.bindings)
        ]
        for binding in node.bindings:
            self.variables[binding.name].statement = node
        out[place] = f"local {','.join(codes)}"
        out.append(";")

    def _boxed_values(self, targets: list[str], node: s.Local) -> None:
        self.out.append(f"{','.join(targets)}=")
        if node.values:
            self.expressions(node.values)
        else:
            self.out.append("nil")
        self.out.append(";")

    def _export(self, name: str) -> str:
        return f'{self.exports}["{name}"]'

    def _bind_export(self, name: str, code: str, number: int) -> None:
        from_table = self.variables.get(f" {self.exports}")
        assert from_table is not None
        variable = type(from_table)(code, self.scope, number, from_table)
        self.bind(name, variable)

    def _hoisted_choice(self, node: s.Local) -> s.IfExpression | None:
        """`local x = if ...` that is better written as statements: its value may be nil, and it does not use `x`."""
        if len(node.bindings) != 1 or len(node.values) != 1:
            return None
        choice = costly_choice(node.values[0])
        name = node.bindings[0].name
        if choice is None or any(type(part) is s.Name and part.name == name for part in s.walk(choice)):
            return None
        return choice

    def _local_choice(self, name: str, number: int, choice: s.IfExpression) -> None:
        # Declared before the value is written: nothing in it has this name.
        code = self.declare(name, number)
        self.out.append(f"local {code};")
        self._choose(choice, f"{code}=", "")

    def _choose(self, choice: s.IfExpression, before: str, after: str) -> None:
        """An if-expression as an if statement, each value between ``before`` and ``after``."""
        out = self.out
        keyword = "if "
        for condition, value in choice.branches:
            if keyword != "if ":
                self.further_condition(condition)
            out.append(keyword)
            self.condition(condition)
            out.append(f" then {before}(")
            self.expression(value)
            out.append(f"){after} ")
            keyword = "elseif "
        out.append(f"else {before}(")
        self.expression(choice.otherwise)
        out.append(f"){after} end;")

    def _local_function(self, node: s.LocalFunction) -> None:
        name, number = node.name.name, self.reserve(1)
        self.name_function(name)
        if node.exported:
            code = self._export(name)
            self._bind_export(name, code, number)
            self.out.append(f"{code}=function")
        elif self.is_boxed(number):
            self.open_box()
            self.out.append(f"{self.declare_boxed(name, number)}=function")
        else:
            self.out.append(f"local function {self.declare(name, number)}")
            self.variables[name].single = number not in self.marks.unsure and self._gives_one(node.function, name)
        self.function_body(node.function)
        self.out.append(";")

    def _gives_one(self, function: s.Function, own: str) -> bool:
        """Whether the function ends in no way but with exactly one result; ``own`` is its name."""
        body = function.body
        if not _always_returns(body) or any(parameter.name.name == own for parameter in function.parameters):
            return False
        for statement in _own_statements(body):
            if own in _bound_names(statement):
                return False
            if isinstance(statement, s.Return):
                values = statement.values
                if len(values) != 1 or not (isinstance(values[0], s.Call) or not isinstance(values[0], MULTIPLE)):
                    return False
                callee = values[0].function if isinstance(values[0], s.Call) else None
                if callee is not None and not (isinstance(callee, s.Name) and callee.name == own):
                    return False
        return True

    def _function_statement(self, node: s.FunctionStatement) -> None:
        path, root = [], node.target
        while isinstance(root, s.Field):
            path.append(root.name)
            root = root.object  # type: ignore[assignment]
        code = self.use(root.name)
        if not path:
            self.written(root.name)
        self.name_function(path[0].name if path else root.name)
        plain = code.isidentifier() and all(name.name != "goto" for name in path)
        if plain:
            self.out.append(f"function {code}")
            for name in reversed(path[1:]):
                self.at(name.start)
                self.field_name(name)
            if path:
                self.out.append((":" if node.is_method else ".") + path[0].name)
            self.function_body(node.function, method=node.is_method)
        else:
            self.expression(node.target)
            self.out.append("=function")
            self.function_body(node.function, method=node.is_method, named_self=node.is_method)
        self.out.append(";")


def _always_returns(block: s.Block) -> bool:
    if not block.statements:
        return False
    last = block.statements[-1]
    if isinstance(last, s.If):
        return (
            last.otherwise is not None
            and _always_returns(last.otherwise)
            and all(_always_returns(inner) for _, inner in last.branches)
        )
    return isinstance(last, s.Return) or (isinstance(last, s.Do) and _always_returns(last.body))


def _own_statements(block: s.Block) -> Iterator[s.Statement]:
    """The statements of a function that run as part of it."""
    for statement in block.statements:
        yield statement
        if isinstance(statement, (s.Do, s.While, s.Repeat, s.NumericFor, s.GenericFor)):
            yield from _own_statements(statement.body)
        elif isinstance(statement, s.If):
            for _, inner in statement.branches:
                yield from _own_statements(inner)
            if statement.otherwise is not None:
                yield from _own_statements(statement.otherwise)


def _bound_names(statement: s.Statement) -> list[str]:
    if isinstance(statement, s.Local):
        return [binding.name for binding in statement.bindings]
    if isinstance(statement, s.LocalFunction):
        return [statement.name.name]
    if isinstance(statement, s.NumericFor):
        return [statement.variable.name]
    return [variable.name for variable in statement.variables] if isinstance(statement, s.GenericFor) else []


def costly_choice(node: s.Expression) -> s.IfExpression | None:
    """The if-expression that ``node`` is, where it is cheaper as a statement."""
    inner = bare(node)
    if not isinstance(inner, s.IfExpression):
        return None
    choice = flattened(inner)
    return choice if needs_sentinel(choice) else None
