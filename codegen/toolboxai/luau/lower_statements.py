"""Lowering of statements: blocks, loops with `continue`, assignments that evaluate each part once."""

# ruff: noqa: SLF001 - the dispatch table below the class names its methods

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_choices import flattened, needs_sentinel
from toolboxai.luau.lower_expressions import ExpressionLowering
from toolboxai.luau.lower_growing import grown, named
from toolboxai.luau.lower_known import MULTIPLE, bare
from toolboxai.luau.lower_literals import is_constant, number_value
from toolboxai.luau.lower_names import PLACE_BITS

_CALLS: Final = (s.Call, s.MethodCall)
_BOUNDS: Final = ("initial value", "limit", "step")
_MAY_END_IN_CALL: Final = (s.Number, s.Unary, s.Binary, s.IfExpression, s.InterpolatedString)
"""What may be written as the call of a helper, which must not become a tail call."""


@dataclass(slots=True)
class Loop:
    """The loop being written; ``label`` is where its `continue` jumps, once one was seen."""

    label: str | None = None


class StatementLowering(ExpressionLowering):
    """Writes statements."""

    loop: Loop | None = None
    exports: str | None = None

    def statement(self, node: s.Statement) -> None:
        self.at(node.start)
        self.sync()
        _STATEMENTS[type(node)](self, node)

    def block(self, block: s.Block) -> None:
        """A block of its own: what it declares ends with it."""
        scope = self.scope
        mark, alive, box, slots = len(self.undo), scope.alive, scope.box, scope.slots
        scope.box = None
        for statement in block.statements:
            self.statement(statement)
        self.leave(mark)
        scope.alive, scope.box, scope.slots = alive, box, slots

    def function_block(self, block: s.Block) -> None:
        outer, self.loop = self.loop, None
        self.out.append(" ")
        for statement in block.statements:
            self.statement(statement)
        self.loop = outer

    # --- definitions

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
        choice = _choice(node.values[0])
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

    # --- assignment

    def _assign(self, node: s.Assign) -> None:
        targets, values = node.targets, node.values
        for index, target in enumerate(targets):
            if isinstance(target, s.Name) and not (len(values) == len(targets) and self.is_number(values[index])):
                self.written(target.name)
        if len(targets) == 1 and (len(values) == 1 or isinstance(targets[0], s.Name)):
            self._assign_one(targets[0], values)
        elif self._order_matters(targets):
            self._assign_in_order(node)
        else:
            self.expressions(targets)
            self.out.append("=")
            self.expressions(values)
            self.out.append(";")

    def _assign_one(self, target: s.Expression, values: list[s.Expression]) -> None:
        choice = _choice(values[0]) if len(values) == 1 and self._is_simple(target) else None
        if choice is not None:
            self._choose(choice, f"{self._target_code(target)}=", "")
            return
        self.expression(target)
        self.out.append("=")
        if len(values) == 1 and not isinstance(target, s.Name):
            self.stored(values[0], _store_place(target))
        else:
            self.expressions(values)
        self.out.append(";")

    @staticmethod
    def _order_matters(targets: list[s.Expression]) -> bool:
        """Lua assigns from right to left: seen where a slot, which may refuse, or one name twice is written."""
        names = {target.name for target in targets if isinstance(target, s.Name)}
        return len(names) < len(targets)

    def _assign_in_order(self, node: s.Assign) -> None:
        written = {target.name for target in node.targets if isinstance(target, s.Name)}
        self.out.append("do ")
        codes = [self._target(target, written) for target in node.targets]
        places = [self.fresh() for _ in node.targets]
        self.out.append(f"local {','.join(places)}=")
        self.expressions(node.values)
        self.out.append(";")
        for target, code, place in zip(node.targets, codes, places, strict=True):
            self.at(_store_place(target))
            self.sync()
            self.out.append(f"{code}={place};")
        self.out.append("end;")

    def _is_simple(self, node: s.Expression) -> bool:
        """Whether the target may be written after its value, and twice: a name, or a slot by own locals."""
        if isinstance(node, s.Name):
            return True
        if isinstance(node, s.Field):
            return self.is_register(node.object)
        return isinstance(node, s.Index) and self.is_register(node.object) and self._is_key(node.key)

    def _is_key(self, node: s.Expression) -> bool:
        return is_constant(node) or self.is_register(node)

    def _target_code(self, node: s.Expression) -> str:
        """The text of a simple target, or of a constant."""
        out, self.out = self.out, []
        before = self.line, self.first, self.limit
        self.places, places, place = [], self.places, self.place
        self.expression(node)
        code, self.out = "".join(self.out), out
        self.places, self.place = places, place
        self.line, self.first, self.limit = before
        return code.replace("\n", " ")

    def _target(self, node: s.Expression, written: set[str]) -> str:
        """The target with its base and key evaluated here, once; ``written`` are the names that may change before."""
        if isinstance(node, s.Name):
            return self.use(node.name)
        if isinstance(node, s.Field):
            base = self._once(node.object, written)
            return f"{base}.{node.name.name}" if node.name.name != "goto" else f'{base}["goto"]'
        assert isinstance(node, s.Index)
        base = self._once(node.object, written)
        return f"{base}[{self._once(node.key, written)}]"

    def _once(self, node: s.Expression, written: set[str]) -> str:
        """A name or constant that stands for the expression, evaluated here if it must be."""
        if is_constant(node) or (self.is_register(node) and isinstance(node, s.Name) and node.name not in written):
            return self._target_code(node)
        place = self.fresh()
        self.out.append(f"local {place}=")
        self.expression(node)
        self.out.append(";")
        return place

    def _compound_assign(self, node: s.CompoundAssign) -> None:
        target = node.target
        number = self.is_number(node.value) and node.operator != ".."
        if isinstance(target, s.Name) and not number:
            self.written(target.name)
        simple = self._is_simple(target)
        if not simple:
            self.out.append("do ")
        code = self._target_code(target) if simple else self._target(target, set())
        choice = _choice(node.value) if isinstance(target, s.Name) and self.is_own_local(target.name) else None
        if choice is not None and node.operator not in {"..", "//"}:
            self._choose(choice, f"{code}={code} {node.operator} ", "")
        else:
            self.at(_store_place(target))
            self.sync()
            self.out.append(f"{code}=")
            numeric = isinstance(target, s.Name) and self.is_numeric(target.name)
            self._combined(code, node, number=number, numeric=numeric)
            self.out.append(";")
        if not simple:
            self.out.append("end;")

    def _combined(self, code: str, node: s.CompoundAssign, *, number: bool, numeric: bool) -> None:
        """What the target becomes; ``numeric`` where it was a number for sure, ``number`` where the value is one."""
        operator, value = node.operator, node.value
        slot = len(self.out)
        self.out.append("")
        if operator == "//" and number and numeric:
            self.out.append(f"{self.helper('floor')}({code} / (")
            self.operand(value)
            self.out.append("))")
        elif operator == "//":
            opened = self.open(f"{self.helper('idiv')}({code},")
            self.divisor(value)
            self.close(opened)
            self.out.append(")")
        elif operator == "..":
            self.out.append(f"{self.helper('text')}({code})")
            self.right_side(" .. ", 0, value, lambda: self._joined(value))
        else:
            self.out.append(code if isinstance(node.target, s.Name) else f"({code})")
            grouped = s.Group(value.start, value.end, value) if isinstance(value, s.Binary) else value
            self.operation(operator, grouped, sure=number or numeric)
        self.at(_store_place(node.target))
        if not isinstance(node.target, s.Name) and self.line != self.place >> PLACE_BITS:
            self.out[slot] = "("
            self.sync()
            self.out.append(")")

    def _joined(self, value: s.Expression) -> None:
        self.at(value.start)
        self.concatenation(value)

    # --- control

    def _call_statement(self, node: s.CallStatement) -> None:
        self.expression(node.call)
        self.out.append(";")

    def _do(self, node: s.Do) -> None:
        self.out.append("do ")
        self.block(node.body)
        self.out.append("end;")

    def _loop_body(self, block: s.Block) -> None:
        """A loop's body; where it has a `continue`, in a block of its own with the label behind it."""
        outer, self.loop = self.loop, Loop()
        place = len(self.out)
        self.out.append("")
        self.block(block)
        if self.loop.label:
            self.out[place] = "do "
            self.out.append(f" end ::{self.loop.label}:: ")
        self.loop = outer

    def _while(self, node: s.While) -> None:
        self.out.append("while ")
        self.condition(node.condition)
        self.out.append(" do ")
        self._loop_body(node.body)
        self.out.append("end;")

    def _repeat(self, node: s.Repeat) -> None:
        """The condition sees the body's locals: only what follows the first `continue` is shut in."""
        scope = self.scope
        mark, alive, box, slots = len(self.undo), scope.alive, scope.box, scope.slots
        scope.box = None
        outer, self.loop = self.loop, Loop()
        self.out.append("repeat ")
        place = None
        for statement in node.body.statements:
            before = len(self.out)
            self.out.append("")
            self.statement(statement)
            if self.loop.label and place is None:
                place = before
        if place is not None:
            self.out[place] = "do "
            self.out.append(f" end ::{self.loop.label}:: ")
        self.loop = outer
        self.out.append(" until ")
        self.at(node.condition.start)
        self.condition(node.condition)
        self.out.append(";")
        self.leave(mark)
        scope.alive, scope.box, scope.slots = alive, box, slots

    def _if_statement(self, node: s.If) -> None:
        keyword = "if "
        for condition, block in node.branches:
            if keyword != "if ":
                self.further_condition(condition)
            self.out.append(keyword)
            self.condition(condition)
            self.out.append(" then ")
            self.block(block)
            keyword = "elseif "
        if node.otherwise is not None:
            self.out.append("else ")
            self.block(node.otherwise)
        self.out.append("end;")

    def _numeric_for(self, node: s.NumericFor) -> None:
        bounds = [bound for bound in (node.first, node.last, node.step) if bound is not None]
        sure = [self.is_number(bound) for bound in bounds]
        held = not all(sure[:-1]) and any(self.has_effects(bound) for bound in bounds[1:])
        codes: list[str] = []
        if held:  # each is evaluated before the first is looked at
            codes = [self.fresh() for _ in bounds]
            self.out.append(f"do local {','.join(codes)}=")
            for index, bound in enumerate(bounds):
                self.out.append("," if index else "")
                self.one_value(bound)
            self.out.append(";")
        place = len(self.out)
        self.out.append("")
        iterated = self.target == "lua52" and not _begins_at_first(node)
        self.out.append(f"{self.helper('range')}(" if iterated else "")
        opened = []
        for index, bound in enumerate(bounds):
            self.out.append("," if index else "")
            zero = index == 2 and self.target == "luajit21" and not _is_step(bound)
            self.out.append(f"{self.helper('step')}(" if zero else "")
            if not sure[index]:
                opened.append(self.open(f"{self.helper('bound')}("))
            if held:
                self.out.append(codes[index])
            else:
                self.expression(bound)
            self.out.append("" if sure[index] else f',"{_BOUNDS[index]}")')
            self.out.append(")" if zero else "")
        for call in reversed(opened):
            self.close(call)
        if iterated:
            self.out.append(",1)" if node.step is None else ")")
        self._for_body(place, [node.variable], " in " if iterated else "=", node)
        self.out.append("end;" if held else "")

    def _generic_for(self, node: s.GenericFor) -> None:
        # Lua calls the iterator where the head's values begin, Luau at `for`.
        held = [self.fresh() for _ in range(3)] if node.iterators[-1].end > self.limit else []
        place = len(self.out)
        self.out.append(f"do local {','.join(held)}=" if held else "")
        steady = grown(node) is not None and self.variables.get(named(node)) is None
        if steady:
            self.out.append(f"{self.helper('steady')}({'true' if named(node) else 'false'},")
        opened = self.open(f"{self.helper('iter')}(")
        self.expressions(node.iterators)
        self.close(opened)
        self.out.append("))" if steady else ")")
        if held:
            self.out.append(";")
            self.at(node.start)
            self.sync()
            place = len(self.out)
            self.out += ("", ",".join(held))
        self._for_body(place, node.variables, " in ", node)
        self.out.append("end;" if held else "")

    def _for_body(
        self, place: int, variables: list[s.Binding], between: str, node: s.NumericFor | s.GenericFor
    ) -> None:
        """``place`` is where the head's names go: they are known when the body's scope is open."""
        scope = self.scope
        mark, alive, box, slots = len(self.undo), scope.alive, scope.box, scope.slots
        scope.box = None
        scope.alive += 3
        number = self.reserve(len(variables))
        self.out.append(" do ")
        names = []
        for offset, variable in enumerate(variables):
            if self.is_boxed(number + offset):
                self.open_box()
                names.append(self.fresh())
                self.out.append(f"{self.declare_boxed(variable.name, number + offset)}={names[-1]};")
            else:
                names.append(self.declare(variable.name, number + offset, numeric=isinstance(node, s.NumericFor)))
        self.out[place] = f"for {','.join(names)}{between}"
        self._loop_body(node.body)
        self.out.append("end;")
        self.leave(mark)
        scope.alive, scope.box, scope.slots = alive, box, slots

    def _return(self, node: s.Return) -> None:
        values = node.values
        if len(values) == 1:
            value = values[0]
            choice = _choice(value)
            if choice is not None:
                self._choose(choice, "return ", ";")
                return
            if isinstance(value, s.Call) and isinstance(value.function, s.Name) and self.is_single(value.function.name):
                self.out.append("return ")
                self.parenthesized(value)
                self.out.append(";")
                return
            if isinstance(value, _CALLS):
                # No tail call survives: it would lose the line that errors blame, and endless recursion its end.
                self.out.append(f"return {self.helper('id')}(")
                self.expression(value)
                self.out.append(");")
                return
            self.out.append("return ")
            if isinstance(value, _MAY_END_IN_CALL):
                self.parenthesized(value)
            else:
                self.expression(value)
            self.out.append(";")
            return
        self.out.append("return ")
        self.expressions(values)
        self.out.append(";")

    def _break(self, _node: s.Break) -> None:
        self.out.append("break;")

    def _continue(self, _node: s.Continue) -> None:
        if self.loop is not None:
            self.loop.label = self.loop.label or self.fresh()
            self.out.append(f"goto {self.loop.label};")

    def _nothing(self, _node: s.Node) -> None:
        """Types leave no code."""


def _store_place(target: s.Expression) -> int:
    """Where writing to a slot is blamed."""
    return target.key.start if isinstance(target, s.Index) else target.start


def _literal(node: s.Expression | None) -> float | None:
    """What a bound is worth where it is a number in the text; 1 for no step."""
    if node is None:
        return 1.0
    plain, sign = bare(node), 1.0
    if isinstance(plain, s.Unary) and plain.operator == "-":
        plain, sign = bare(plain.operand), -1.0
    value = number_value(plain.text) if isinstance(plain, s.Number) else None
    return None if value is None else sign * value


def _begins_at_first(node: s.NumericFor) -> bool:
    """Whether first minus step plus step is first, as far as the text tells; an unknown first is taken for whole."""
    first, step = _literal(node.first), _literal(node.step)
    if first is None or step is None:
        return first is None and step is not None and step.is_integer()
    return repr(first - step + step) == repr(first)


def _is_step(node: s.Expression) -> bool:
    """Whether it is a number other than zero."""
    plain = bare(node)
    if isinstance(plain, s.Unary):
        plain = bare(plain.operand)
    return isinstance(plain, s.Number) and bool(plain.text.strip("0."))


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


def _choice(node: s.Expression) -> s.IfExpression | None:
    """The if-expression that ``node`` is, where it is cheaper as a statement."""
    inner = bare(node)
    if not isinstance(inner, s.IfExpression):
        return None
    choice = flattened(inner)
    return choice if needs_sentinel(choice) else None


_STATEMENTS: Final[dict[type, Callable[[StatementLowering, Any], None]]] = {
    s.Local: StatementLowering._local,
    s.LocalFunction: StatementLowering._local_function,
    s.FunctionStatement: StatementLowering._function_statement,
    s.Assign: StatementLowering._assign,
    s.CompoundAssign: StatementLowering._compound_assign,
    s.CallStatement: StatementLowering._call_statement,
    s.Do: StatementLowering._do,
    s.While: StatementLowering._while,
    s.Repeat: StatementLowering._repeat,
    s.If: StatementLowering._if_statement,
    s.NumericFor: StatementLowering._numeric_for,
    s.GenericFor: StatementLowering._generic_for,
    s.Return: StatementLowering._return,
    s.Break: StatementLowering._break,
    s.Continue: StatementLowering._continue,
    s.TypeAlias: StatementLowering._nothing,
    s.TypeFunction: StatementLowering._nothing,
    s.ErrorStatement: StatementLowering._nothing,
}
