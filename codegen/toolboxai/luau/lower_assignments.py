"""Lowering of assignments, which evaluate each part once and in Luau's order."""

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_definitions import DefinitionLowering, costly_choice
from toolboxai.luau.lower_literals import is_constant
from toolboxai.luau.lower_names import PLACE_BITS
from toolboxai.luau.lower_texts import chained


class AssignmentLowering(DefinitionLowering):
    """Writes assignments."""

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
        choice = costly_choice(values[0]) if len(values) == 1 and self._is_simple(target) else None
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
        choice = costly_choice(node.value) if isinstance(target, s.Name) and self.is_own_local(target.name) else None
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
            self.concatenate(code, chained(value))
        else:
            self.out.append(code if isinstance(node.target, s.Name) else f"({code})")
            grouped = s.Group(value.start, value.end, value) if isinstance(value, s.Binary) else value
            self.operation(operator, grouped, sure=number or numeric)
        self.at(_store_place(node.target))
        if not isinstance(node.target, s.Name) and self.line != self.place >> PLACE_BITS:
            self.out[slot] = "("
            self.sync()
            self.out.append(")")


def _store_place(target: s.Expression) -> int:
    """Where writing to a slot is blamed."""
    return target.key.start if isinstance(target, s.Index) else target.start
