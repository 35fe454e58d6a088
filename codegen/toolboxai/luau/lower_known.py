"""What is known of an expression before it runs: to Luau's compiler, which folds constants, and to the lowering."""

from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.folding import Constant
from toolboxai.luau.lower_names import Names

ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "//", "%", "^"})
_COMPUTED: Final = (s.Call, s.MethodCall, s.Table)
_FALLIBLE: Final = ARITHMETIC | {"..", "<", ">", "<=", ">="}
BUILT_IN: Final = {
    "bit32": {
        "arshift", "band", "bnot", "bor", "bxor", "btest", "byteswap", "countlz", "countrz", "extract", "lrotate",
        "lshift", "replace", "rrotate", "rshift",
    },
    "buffer": {
        "readf32", "readf64", "readi16", "readi32", "readi8", "readu16", "readu32", "readu8", "writef32", "writef64",
        "writei16", "writei32", "writei8", "writeu16", "writeu32", "writeu8",
    },
    "math": {
        "abs", "acos", "asin", "atan", "atan2", "ceil", "clamp", "cos", "cosh", "deg", "exp", "floor", "fmod", "frexp",
        "isfinite", "isinf", "isnan", "ldexp", "lerp", "log", "log10", "max", "min", "modf", "pow", "rad", "round",
        "sign", "sin", "sinh", "sqrt", "tan", "tanh",
    },
    "string": {"byte", "char", "len", "sub"},
    "table": {"insert", "unpack"},
    "vector": {
        "abs", "ceil", "clamp", "create", "cross", "dot", "floor", "lerp", "magnitude", "max", "min", "normalize",
        "sign",
    },
}  # fmt: skip
"""By library, the functions for which the compiler has instructions of their own."""
_BUILT_IN_GLOBALS: Final = {
    "assert", "getmetatable", "rawequal", "rawget", "rawlen", "rawset", "setmetatable", "tonumber", "tostring", "type",
    "typeof",
}  # fmt: skip
_CALLED_ALL_THE_SAME: Final = {("byte", 3), ("insert", 3)}
"""With so many arguments their instruction gives up."""
COMPARISONS: Final = frozenset({"==", "~=", "<", ">", "<=", ">="})
_JUNCTIONS: Final = frozenset({"and", "or"})
_CONDITIONS: Final = COMPARISONS | _JUNCTIONS
_UNKNOWN: Final = (s.Field, s.Index, s.Call, s.MethodCall, s.Table, s.Function, s.Vararg)
MULTIPLE: Final = (s.Call, s.MethodCall, s.Vararg)
SELECTED: Final = (s.Field, s.Index)
_IMPORTED: Final = 2  # how many fields behind a global are read by one instruction


def bare(node: s.Expression) -> s.Expression:
    """The expression without the parentheses and casts around it."""
    while isinstance(node, (s.Group, s.Cast)):
        node = node.expression
    return node


def uninstantiated(node: s.Expression) -> s.Expression:
    while isinstance(node, s.Instantiation):
        node = node.expression
    return node


class Known(Names):
    """Answers about expressions where the walk stands."""

    def _is_folded(self, node: s.Expression, kind: type = object) -> bool:
        """Whether the compiler knows its value, of the ``kind``, so that it visits no part of it."""
        known = self._folded(node)
        return known is not None and isinstance(known.value, kind)

    def _may_be_known(self, node: s.Expression) -> bool:
        """A look that tells most of what has no value yet, and spares the chunk a resolution."""
        node = bare(node)
        if isinstance(node, s.Binary):
            return self._may_be_known(node.left) and (node.operator in _JUNCTIONS or self._may_be_known(node.right))
        if isinstance(node, s.Unary):
            return self._may_be_known(node.operand)
        if isinstance(node, s.Name):
            variable = self.variables.get(node.name)
            if variable is None or variable.statement is None:
                return False
            values = variable.statement.values
            index = [binding.name for binding in variable.statement.bindings].index(node.name)
            if index >= len(values):
                return not (values and isinstance(values[-1], MULTIPLE))
            return not isinstance(bare(values[index]), _UNKNOWN)
        return not isinstance(node, _UNKNOWN)

    def _folded(self, node: s.Expression) -> Constant | None:
        """What the compiler knows: of a choice, the chosen part is enough."""
        if not self._may_be_known(node):
            return None
        node = bare(node)
        if isinstance(node, s.IfExpression):
            chosen = self._chosen(node)
            return None if chosen is None else self._folded(chosen)
        if isinstance(node, s.Binary) and node.operator in {"and", "or"}:
            known = self._folded(node.left)
            ends_here = known is None or known.truthy == (node.operator == "or")
            return known if ends_here else self._folded(node.right)
        return None if any(self._is_computed(part) for part in s.walk(node)) else self.folder.fold(node)

    def _chosen(self, node: s.IfExpression) -> s.Expression | None:
        """The part that the compiler knows to be chosen; it compiles no other."""
        for condition, value in node.branches:
            known = self._folded(condition)
            if known is None:
                return None
            if known.truthy:
                return value
        return node.otherwise

    def _is_computed(self, node: s.Node) -> bool:
        """Whether the compiler leaves it to be computed, constant or not: calls, and operators on text."""
        operands: list[s.Expression] = []
        if isinstance(node, s.Binary) and node.operator in _FALLIBLE:
            operands = [node.left, node.right]
        elif isinstance(node, s.Unary) and node.operator == "-":
            operands = [node.operand]
        known = [self.folder.fold(operand) for operand in operands]
        kind = bytes if isinstance(node, s.Binary) and node.operator == ".." else float
        if isinstance(node, s.InterpolatedString):
            return bool(node.expressions)
        return isinstance(node, _COMPUTED) or any(item is None or not isinstance(item.value, kind) for item in known)

    def _is_held(self, node: s.Expression) -> bool:
        """Whether it is a register as it is; a local that is a constant takes none."""
        node = bare(node)
        if not self.is_register(node):
            return False
        return self.first <= node.start < self.limit or not self._takes_no_register(node)

    def _takes_no_register(self, node: s.Expression) -> bool:
        """Whether it is a local whose whole statement is constants, so that the compiler leaves it out."""
        variable = self.variables.get(node.name) if isinstance(node, s.Name) else None
        if variable is None or variable.statement is None or not self._is_folded(node):
            return False
        names = {binding.name for binding in variable.statement.bindings}
        constant = all(self._is_folded(value) for value in variable.statement.values)
        return constant and not names & self.written_names

    def _is_condition(self, node: s.Expression) -> bool:
        """Whether the compiler jumps on it rather than to compute it: a comparison, a junction, a constant."""
        while isinstance(node, s.Group):
            node = node.expression
        return (isinstance(node, s.Binary) and node.operator in _CONDITIONS) or self._is_folded(node)

    def _is_literal(self, node: s.Expression) -> bool:
        """Whether it is a number that an instruction can hold."""
        if isinstance(bare(node), s.Number):
            return True
        if self.first <= node.start and node.end <= self.limit:
            return False  # it makes no difference in the same line
        return self._is_folded(node, float)

    def is_register(self, node: s.Expression) -> bool:
        return isinstance(node, s.Name) and self.is_own_local(node.name)

    def _is_import(self, node: s.Expression) -> bool:
        """Whether it is a field of a global that one instruction reads, at the place where it begins."""
        for _ in range(_IMPORTED):
            if not isinstance(node, s.Field):
                break
            node = node.object
        return isinstance(node, s.Name) and node.name not in self.variables and node.name not in self.written_names

    def _is_built_in(self, node: s.Expression) -> bool:
        """Whether it is a field of a global that the compiler calls without a look at the table."""
        return (
            isinstance(node, s.Field)
            and isinstance(node.object, s.Name)
            and node.name.name in BUILT_IN.get(node.object.name, ())
            and self._is_import(node)
        )

    def takes_no_room(self, node: s.Call) -> bool:
        """Whether the compiler has an instruction for the call, so that it takes no room among the calls.

        `_is_built_in` would also see that somebody assigns the global, at the price of a walk over the chunk.
        """
        function, arguments = node.function, node.arguments
        if isinstance(function, s.Name):
            passed_on = len(arguments) > 1 and isinstance(arguments[1], s.Vararg)
            known = function.name in _BUILT_IN_GLOBALS or (function.name == "select" and passed_on)
            return known and function.name not in self.variables
        if not isinstance(function, s.Field) or not isinstance(function.object, s.Name):
            return False
        library, name = function.object.name, function.name.name
        known = name in BUILT_IN.get(library, ()) and (name, len(arguments)) not in _CALLED_ALL_THE_SAME
        return known and library not in self.variables

    def has_effects(self, node: s.Node) -> bool:
        """Whether evaluating it may do something that others see: a call, or an operation that a metamethod may do."""
        stack = [node]
        while stack:
            node = stack.pop()
            if isinstance(node, (s.Call, s.MethodCall)):
                return True
            if isinstance(node, (s.Binary, s.Unary)) and node.operator in _FALLIBLE and not self.is_number(node):
                return True
            if not isinstance(node, s.Function):
                stack += s.children(node)
        return False

    def is_number(self, node: s.Expression) -> bool:
        """Whether the value is a number for sure: no metamethod and no text can come in its way."""
        node = bare(node)
        if isinstance(node, s.Name):
            return self.is_numeric(node.name)
        if isinstance(node, s.Binary):
            while isinstance(node, s.Binary) and node.operator in ARITHMETIC and self.is_number(node.right):
                node = bare(node.left)
            return not isinstance(node, s.Binary) and self.is_number(node)
        if isinstance(node, s.Unary):
            return node.operator == "#" or (node.operator == "-" and self.is_number(node.operand))
        return isinstance(node, s.Number) and not node.text.endswith("i")
