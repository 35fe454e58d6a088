"""Lowering of if-expressions: `and` and `or` where they pick rightly, and helpers that carry nil and false."""

from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lower_known import bare
from toolboxai.luau.lower_operators import OperatorLowering

_TRUTHY: Final = (s.Number, s.String, s.InterpolatedString, s.Table, s.Function)


def _is_truthy(node: s.Expression) -> bool:
    node = bare(node)
    return isinstance(node, _TRUTHY) or (isinstance(node, s.Boolean) and node.value)


def _is_nil(node: s.Expression) -> bool:
    return isinstance(bare(node), s.Nil)


def _is_false(node: s.Expression) -> bool:
    node = bare(node)
    return isinstance(node, s.Boolean) and not node.value


def flattened(node: s.IfExpression) -> s.IfExpression:
    """`else if` as `elseif`: a long one nests no deeper than a short one."""
    branches, otherwise = list(node.branches), node.otherwise
    while isinstance(inner := bare(otherwise), s.IfExpression):
        branches += inner.branches
        otherwise = inner.otherwise
    return s.IfExpression(node.start, node.end, branches, otherwise)


def needs_sentinel(node: s.IfExpression) -> bool:
    """Whether a branch of it may be nil or false, so that `and` and `or` alone would pick wrongly."""
    if all(_is_truthy(value) for _, value in node.branches):
        return False
    if len(node.branches) > 1:
        return True
    value, otherwise = node.branches[0][1], node.otherwise
    return not (_is_truthy(otherwise) or any(_is_nil(x) or _is_false(x) for x in (value, otherwise)))


class ChoiceLowering(OperatorLowering):
    """Writes if-expressions."""

    def _if(self, node: s.IfExpression) -> None:
        node = flattened(node)
        if node.end > self.limit and (chosen := self._chosen(node)) is not None:
            self.parenthesized(chosen)
            return
        if len(node.branches) == 1:
            self._if_else(node)
        else:
            self._if_chain(node)

    def _if_else(self, node: s.IfExpression) -> None:
        (condition, value), otherwise = node.branches[0], node.otherwise
        out = self.out
        if _is_truthy(value):
            self._if_chain(node)
        elif _is_nil(value) or _is_false(value):
            self._if_empty("not ", condition, empty=value, other=otherwise)
        elif _is_nil(otherwise) or _is_false(otherwise):
            self._if_empty("" if _is_nil(otherwise) else "not not ", condition, empty=otherwise, other=value)
            self.at(otherwise.start)  # which the compiler visits last
        elif _is_truthy(otherwise):
            out.append("(not ")
            self._parenthesized_condition(condition)
            out.append(" and ")
            self._choice(otherwise)
            last = self.line
            out.append(" or ")
            self._choice(value)
            out.append(")")
            self.at(self.starts[last - 1])
        else:
            self._if_chain(node)

    def _if_empty(self, sign: str, condition: s.Expression, *, empty: s.Expression, other: s.Expression) -> None:
        """``other`` where ``sign`` makes the condition true, else nil or false, whichever ``empty`` is."""
        self.out.append(f"(({sign}" if _is_nil(empty) else f"({sign}")
        self._parenthesized_condition(condition)
        self.out.append(" or nil) and " if _is_nil(empty) else " and ")
        self._choice(other)
        self.out.append(")")

    def _if_chain(self, node: s.IfExpression) -> None:
        sentinel = needs_sentinel(node)
        self.out.append(f"{self.helper('plain')}(" if sentinel else "(")
        for index, (condition, value) in enumerate(node.branches):
            if index:
                self.further_condition(condition)
            self._parenthesized_condition(condition)
            self.out.append(" and ")
            if sentinel and not _is_truthy(value):
                self.out.append(f"{self.helper('some')}(")
                self.expression(value)
                self.out.append(")")
            else:
                self._choice(value)
            self.out.append(" or ")
        self._choice(node.otherwise)
        self.out.append(")")

    def _parenthesized_condition(self, node: s.Expression) -> None:
        self.out.append("(")
        self.condition(node)
        self.out.append(")")

    def _choice(self, node: s.Expression) -> None:
        if isinstance(node, s.Binary) and node.operator in {"and", "or"}:
            self.parenthesized(node)
        else:
            self.one_value(node)
