"""Rules about comparisons: precedence, both sides alike, sides that can never be equal, words no type has."""

from collections.abc import Iterator
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.folding import Constant
from toolboxai.luau.lint.kinds import a_kind, is_pure, kind_of, same
from toolboxai.luau.lint.registry import WARNING, File, Finding, at, rule

_EQUALITY: Final = frozenset({"==", "~="})
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_COMPARISONS: Final = _EQUALITY | _ORDER
_OTHER_LANGUAGES: Final = {
    "array": "table", "bool": "boolean", "dict": "table", "double": "number", "float": "number", "func": "function",
    "int": "number", "none": "nil", "null": "nil", "object": "table", "str": "string",
}  # fmt: skip
_LITERALS: Final = (s.Number, s.String, s.Table, s.Function, s.InterpolatedString)


def _comparisons(file: File, operators: frozenset[str]) -> list[s.Binary]:
    return [node for node in file.each(s.Binary) if node.operator in operators]


@rule("comparison-precedence", WARNING, "'not a == b' compares (not a); 'a == b == c' compares true or false with c.",
      "Write a ~= b, or set parentheses.", luau="ComparisonPrecedence")  # fmt: skip
def comparison_precedence(file: File) -> Iterator[Finding]:
    for node in _comparisons(file, _COMPARISONS):
        left, right = node.left, node.right
        if isinstance(left, s.Unary) and left.operator == "not" and kind_of(file, right) != "boolean":
            yield at(node, f"this compares (not ...) with '{file.text(right)[:40]}'")
        elif isinstance(left, s.Binary) and left.operator in _COMPARISONS and not isinstance(right, s.Boolean):
            yield at(node, f"this compares the result of '{left.operator}', which is true or false")


@rule("unknown-type-name", WARNING, "type() and typeof() never answer with this word.", "Check the spelling.",
      luau="UnknownType")  # fmt: skip
def unknown_type_name(file: File) -> Iterator[Finding]:
    for node in _comparisons(file, _EQUALITY):
        for call, word in ((node.left, node.right), (node.right, node.left)):
            if not isinstance(word, s.String) or not isinstance(call, s.Call):
                continue
            name = file.folder.function_name(call.function)
            text = word.value.decode("utf-8", "replace")
            if name in {"type", "typeof"} and text not in file.world.types and not _is_class(file, name, text):
                yield at(word, f"no value has the type '{text}'", _meant(text))


def _is_class(file: File, name: str, text: str) -> bool:
    """Headless engines and mocks answer with class names, too; so does typeof of a userdata with `__type`."""
    return name == "typeof" and file.world.engine is not None and file.world.engine.is_class(text)


def _meant(text: str) -> str:
    word = _OTHER_LANGUAGES.get(text.lower())
    return f"Write '{word}'." if word else ""


@rule("self-comparison", WARNING, "A value is compared with itself.", "Compare it with what you meant.")
def self_comparison(file: File) -> Iterator[Finding]:
    """``x ~= x`` is how one asks for NaN, and so is ``not (x == x)``: values that may be numbers are let be."""
    for node in _comparisons(file, _COMPARISONS):
        if not same(file, node.left, node.right):
            continue
        if node.operator in _EQUALITY and kind_of(file, node.left) is None:
            continue
        known = file.folder.fold(node.left)
        if known is None or not isinstance(known.value, float):
            yield at(node, f"both sides are '{file.text(node.left)}'")


@rule("impossible-comparison", WARNING, "Two values that can never be equal, or that have no order.",
      "Compare values of one type.")  # fmt: skip
def impossible_comparison(file: File) -> Iterator[Finding]:
    for node in _comparisons(file, _COMPARISONS):
        if isinstance(node.left, s.Unary) and node.left.operator == "not":
            continue  # comparison-precedence tells of it
        left, right = kind_of(file, node.left), kind_of(file, node.right)
        result = "true" if node.operator == "~=" else "false"
        if node.operator in _ORDER:
            if left and right and (left != right or left in {"boolean", "nil", "function"}):
                yield at(node, f"{a_kind(left)} and {a_kind(right)} have no order: this fails")
        elif isinstance(node.left, s.Table | s.Function) or isinstance(node.right, s.Table | s.Function):
            yield at(node, f"a new table or function equals nothing: this is always {result}", _EMPTY)
        elif left and right and left != right and "nil" not in {_literal(node.left), _literal(node.right)}:
            yield at(node, f"{a_kind(left)} is never {a_kind(right)}: this is always {result}")
        elif _is_never_nil(file, node.left, node.right) or _is_never_nil(file, node.right, node.left):
            yield at(node, f"the left side is never nil: this is always {result}", "Compare with what it may be.")


_EMPTY: Final = "Ask next(t) == nil to see whether a table is empty."


def _literal(node: s.Expression) -> str:
    return "nil" if isinstance(node, s.Nil) else ""


def _is_never_nil(file: File, value: s.Expression, other: s.Expression) -> bool:
    return isinstance(other, s.Nil) and not isinstance(value, s.Name) and kind_of(file, value) not in {None, "nil"}


@rule("constant-condition", WARNING, "'x ~= 1 or x ~= 2' and 'x == 1 or 2' are always true, 'x == 1 and x == 2' never.",
      "Write the comparison out on both sides; join ~= with and, == with or.")  # fmt: skip
def constant_condition(file: File) -> Iterator[Finding]:
    for node in file.each(s.Binary):
        wanted = {"or": "~=", "and": "=="}.get(node.operator)
        if wanted is not None and _excludes(file, node, wanted):
            yield at(node, f"this is always {'true' if wanted == '~=' else 'false'}")
    for condition in _conditions(file):
        for part in _alternatives(condition):
            if isinstance(part, _LITERALS) or (isinstance(part, s.Boolean) and part.value):
                yield at(part, f"'{file.text(part)[:40]}' counts as true by itself: this condition is always true")


def _excludes(file: File, node: s.Binary, operator: str) -> bool:
    """Whether both sides compare one value with two different constants."""
    sides = []
    for side in (node.left, node.right):
        inner = side.expression if isinstance(side, s.Group) else side
        if not isinstance(inner, s.Binary) or inner.operator != operator:
            return False
        sides.append(_compared(file, inner))
    (first, one), (second, two) = sides
    if first is None or second is None or one is None or two is None or one == two:
        return False
    return file.text(first) == file.text(second) and is_pure(first)


def _compared(file: File, node: s.Binary) -> tuple[s.Expression | None, Constant | None]:
    """What is compared, and the constant that it is compared with."""
    right = file.folder.fold(node.right)
    if right is not None:
        return (node.left, right) if file.folder.fold(node.left) is None else (None, None)
    left = file.folder.fold(node.left)
    return (node.right, left) if left is not None else (None, None)


def _conditions(file: File) -> Iterator[s.Expression]:
    for chosen in file.either(s.If, s.IfExpression):
        yield from (condition for condition, _ in chosen.branches)
    for loop in file.either(s.While, s.Repeat):
        yield loop.condition


def _alternatives(condition: s.Expression) -> Iterator[s.Expression]:
    """The operands that `or` joins in a condition; none where there is no `or`."""
    stack = [condition]
    while stack:
        node = stack.pop()
        inner = node.expression if isinstance(node, s.Group) else node
        if isinstance(inner, s.Binary) and inner.operator == "or":
            stack += (inner.right, inner.left)
        elif inner is not condition and node is not condition:
            yield inner
