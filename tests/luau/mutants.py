"""Mistakes to plant in the lowering: each is one that a differential test must see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from toolboxai.luau import (
    lower_assignments,
    lower_choices,
    lower_expressions,
    lower_operators,
    lower_statements,
    lower_texts,
    syntax,
)
from toolboxai.luau.lower_expressions import ExpressionLowering
from toolboxai.luau.lower_names import Names
from toolboxai.luau.lower_statements import StatementLowering


@dataclass(frozen=True)
class Mutant:
    """``plant`` patches the lowering; ``engine`` is where the mistake shows."""

    name: str
    plant: Callable[[pytest.MonkeyPatch], None]
    engine: str = "lua52"


def _patch(owner: Any, name: str, value: Any) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda monkeypatch: monkeypatch.setattr(owner, name, value)


def _helper_is(name: str, other: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Code that should call one function of the core calls another."""
    real = Names.helper
    return _patch(Names, "helper", lambda self, wanted: real(self, other if wanted == name else wanted))


def _in_order(self: StatementLowering, node: Any) -> None:
    self.expressions(node.targets)
    self.out.append("=")
    self.expressions(node.values)
    self.out.append(";")


def _without_parentheses(self: ExpressionLowering, node: Any) -> None:
    self.expression(node.expression)


def _skips_the_turn(self: StatementLowering, _node: Any) -> None:
    self.out.append("break;")


MUTANTS = [
    Mutant("methods are looked up before their arguments", _patch(ExpressionLowering, "has_effects", lambda *_: False)),
    Mutant("slots are written from right to left", _patch(StatementLowering, "_assign_in_order", _in_order)),
    Mutant("nil and false are taken for no value", _patch(lower_choices, "needs_sentinel", lambda _node: False)),
    Mutant(
        "bases of compound assignments are evaluated twice", _patch(StatementLowering, "_is_simple", lambda *_: True)
    ),
    Mutant("numbers become text as Lua writes them", _patch(lower_texts, "_is_text", lambda _node: True)),
    Mutant("a backtick string writes numbers as Lua does", _helper_is("str", "text")),
    Mutant(
        "parentheses let all values through",
        lambda monkeypatch: monkeypatch.setitem(lower_expressions._EXPRESSIONS, syntax.Group, _without_parentheses),
    ),
    Mutant("casts let all values through", _patch(ExpressionLowering, "one_value", ExpressionLowering.expression)),
    Mutant("bounds of loops are not looked at", _helper_is("bound", "id")),
    Mutant("iteration is by the first value alone", _helper_is("iter", "id")),
    Mutant("division rounds towards zero", _helper_is("idiv", "div")),
    Mutant(
        "continue ends the loop",
        lambda monkeypatch: monkeypatch.setitem(lower_statements._STATEMENTS, syntax.Continue, _skips_the_turn),
    ),
    Mutant(
        "operators of one line are not told apart",
        _patch(lower_operators, "_OPERATIONS", dict.fromkeys("+-*/%^<>", 1)),
    ),
    Mutant("lines are those of statements", _patch(Names, "close", lambda *_: True)),
    Mutant("what was a number once is one for ever", _patch(Names, "written", lambda *_: None)),
    Mutant("the place of a name is that of its object", _patch(ExpressionLowering, "_is_import", lambda *_: True)),
    Mutant(
        "a slot is blamed where its value ends",
        _patch(lower_assignments, "_store_place", lambda target: target.end - 1),
    ),
]
