"""Luau's attributes: `@native`, and lists of them with arguments."""

from typing import Final

from toolboxai.luau.parser_types import TypeParser
from toolboxai.luau.syntax import Attribute, Boolean, Expression, Nil, Number, String, Table

_ATTRIBUTES: Final = frozenset({"checked", "native", "deprecated"})
_ONLY_LITERALS: Final = "Only literals can be passed as arguments for attributes"


class AttributeParser(TypeParser):
    """The part of the grammar that stands before functions."""

    __slots__ = ()

    def attributes(self) -> list[Attribute]:
        """``@native``, ``@[deprecated{use = "g"}, native]``, any number of them."""
        found: list[Attribute] = []
        while (kind := self.kinds[self.i]) in {"attribute", "@["}:
            i = self.i
            self.i = i + 1
            if kind == "attribute":
                self._check_attribute(self.texts[i][1:], i, found)
                found.append(Attribute(self.starts[i], self.ends[i], self.texts[i][1:], []))
                continue
            if self.kinds[self.i] == "]":
                self.report("Attribute list cannot be empty", self.starts[i], self.ends[self.i])
            else:
                self._listed_attributes(found)
            self.expect_match("]", i)
        return found

    def _listed_attributes(self, found: list[Attribute]) -> None:
        while True:
            i = self.i
            if self.kinds[i] != "name":
                self.name_missing("attribute name")
                return
            self.i = i + 1
            arguments: list[Expression] = []
            if self.kinds[self.i] in {"(", "{", "string"}:
                arguments = self.arguments()
                problem = "" if all(map(_is_constant, arguments)) else _ONLY_LITERALS
                if not problem and self.texts[i] == "deprecated":
                    problem = _deprecated_problem(arguments)
                if problem:
                    self.report(problem, self.starts[i + 1], self.ends[self.i - 1])
            self._check_attribute(self.texts[i], i, found)
            found.append(Attribute(self.starts[i], self.ends[self.i - 1], self.texts[i], arguments))
            if self.kinds[self.i] != ",":
                return
            self.i += 1

    def _check_attribute(self, name: str, i: int, before: list[Attribute]) -> None:
        if not name:
            self.report("Attribute name is missing", self.starts[i], self.ends[i])
        elif name not in _ATTRIBUTES:
            self.report(f"Invalid attribute '@{name}'", self.starts[i], self.ends[i])
        elif any(attribute.name == name for attribute in before):
            self.report(f"Cannot duplicate attribute '@{name}'", self.starts[i], self.ends[i])


def _deprecated_problem(arguments: list[Expression]) -> str:
    """What is wrong with the arguments of `deprecated`, in Luau's words."""
    if len(arguments) > 1:
        return "@deprecated can be parametrized only by 1 argument"
    if not arguments:
        return ""
    table = arguments[0]
    if not isinstance(table, Table):
        return "Unknown argument type for @deprecated"
    for item in table.items:
        if not isinstance(item.key, String) or item.bracketed:
            return "Only constants keys 'use' and 'reason' are allowed for @deprecated attribute"
        key = item.key.value.decode("latin-1")
        if key not in {"use", "reason"}:
            known = "Only string constants for 'use' and 'reason' are allowed"
            return f"Unknown argument '{key}' for @deprecated. {known}"
        if not isinstance(item.value, String):
            return f"Only constant string allowed as value for '{key}'"
    return ""


def _is_constant(node: Expression) -> bool:
    if isinstance(node, Table):
        return all(_is_constant(item.value) and (item.key is None or _is_constant(item.key)) for item in node.items)
    return isinstance(node, (Nil, Boolean, Number, String))
