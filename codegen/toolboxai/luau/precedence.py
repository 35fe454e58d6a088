"""Where a node needs parentheses that it does not have: how tightly operators bind, in expressions and in types."""

from typing import Final

from toolboxai.luau import syntax as s

BINARY: Final = {
    "or": (1, 1), "and": (2, 2),
    "==": (3, 3), "~=": (3, 3), "<": (3, 3), "<=": (3, 3), ">": (3, 3), ">=": (3, 3),
    "..": (5, 4), "+": (6, 6), "-": (6, 6), "*": (7, 7), "/": (7, 7), "//": (7, 7), "%": (7, 7), "^": (10, 9),
}  # fmt: skip
"""How tightly each operator binds to its left and to its right."""
UNARY: Final = 8


def in_place_of(parent: s.Node, old: s.Node, new: s.Node) -> bool:
    """Whether ``new`` needs parentheses where ``old`` stands, directly below ``parent``."""
    if isinstance(parent, (s.Unary, s.Binary, s.Cast)):
        return as_operand(parent, old, new)
    if isinstance(parent, (s.Field, s.Index, s.MethodCall)):
        return old is parent.object and as_prefix(new)
    if isinstance(parent, (s.Call, s.Instantiation)):
        return old is (parent.function if isinstance(parent, s.Call) else parent.expression) and as_prefix(new)
    if isinstance(parent, (s.TypeUnion, s.TypeIntersection)):
        return as_option(parent, old, new)
    return False


def as_operand(parent: s.Unary | s.Binary | s.Cast, old: s.Node, new: s.Node) -> bool:
    """Whether ``new`` needs parentheses as the operand ``old`` of ``parent``.

    An if-expression takes all that follows, and a type may take ``<`` for its own, so both are always in parentheses.
    """
    if isinstance(new, (s.IfExpression, s.Cast)):
        return True
    if isinstance(parent, s.Cast):
        return isinstance(new, (s.Binary, s.Unary))
    if isinstance(parent, s.Unary):
        return isinstance(new, s.Binary) and BINARY[new.operator][0] <= UNARY
    left, right = BINARY[parent.operator]
    if old is parent.left:
        holds = BINARY[new.operator][1] if isinstance(new, s.Binary) else UNARY
        return isinstance(new, (s.Binary, s.Unary)) and left > holds
    return isinstance(new, s.Binary) and BINARY[new.operator][0] <= right


def as_prefix(new: s.Node) -> bool:
    """Whether ``new`` needs parentheses to be called, indexed or instantiated."""
    return not isinstance(new, (s.Name, s.Field, s.Index, s.Call, s.MethodCall, s.Group, s.Instantiation))


def as_option(parent: s.TypeUnion | s.TypeIntersection, old: s.Node, new: s.Node) -> bool:
    """Whether ``new`` needs parentheses as an option or part; a function type takes what follows its result."""
    if isinstance(new, s.TypeCallable):
        options = parent.options if isinstance(parent, s.TypeUnion) else parent.parts
        return old is not options[-1]
    return isinstance(new, (s.TypeUnion, s.TypeIntersection))
