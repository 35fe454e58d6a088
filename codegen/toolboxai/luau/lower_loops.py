"""Lowering of loops, with `continue` as a jump to their end."""

from dataclasses import dataclass
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_assignments import AssignmentLowering
from toolboxai.luau.lower_growing import grown, named
from toolboxai.luau.lower_known import bare
from toolboxai.luau.lower_literals import number_value

_BOUNDS: Final = ("initial value", "limit", "step")


@dataclass(slots=True)
class Loop:
    """The loop being written; ``label`` is where its `continue` jumps, once one was seen."""

    label: str | None = None


class LoopLowering(AssignmentLowering):
    """Writes loops."""

    loop: Loop | None = None

    def statement(self, node: s.Statement) -> None:
        raise NotImplementedError

    def block(self, block: s.Block) -> None:
        raise NotImplementedError

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

    def _break(self, _node: s.Break) -> None:
        self.out.append("break;")

    def _continue(self, _node: s.Continue) -> None:
        if self.loop is not None:
            self.loop.label = self.loop.label or self.fresh()
            self.out.append(f"goto {self.loop.label};")


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
