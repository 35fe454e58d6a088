"""The emitted validators: every valid message passes, every corruption of one field is refused by its name."""

from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect as types

from toolboxai import protocol
from toolboxai.emit.protocol import UnmappedTypeError, declarations, shape_of
from toolboxai.shipped import shipped
from toolboxai.studio import engines
from toolboxai.studio.host import VM

MESSAGES = (*protocol.ClientMessage.__args__, *protocol.ServerMessage.__args__)
STRUCTS: tuple[type[msgspec.Struct], ...] = (*protocol.HTTP_BODIES, *MESSAGES)
BY_NAME = {cls.__name__: cls for cls in STRUCTS}


class Checks:
    def __init__(self, engine: str) -> None:
        self.vm = VM(engine)
        self.module = self.vm.require_file(shipped("sdk_lua") / "generated" / "Protocol.luau")
        self._get = self.vm.load("local module, name = ... return module.check[name]", "get")
        self._names = self.vm.load(
            "local names = {} for name in (...).check do table.insert(names, name) end return (...).VERSION, names",
            "names",
        )

    def declared(self) -> tuple[float, set[str]]:
        """The version and the names of all checks, as Luau sees them: the tables are frozen."""
        version, names = self.vm.call(self._names, self.module)
        return version, set(self.vm.plain(names))

    def check(self, name: str, value: Any) -> str:
        """Empty where the value passes, else what is wrong."""
        (check,) = self.vm.call(self._get, self.module, name)
        ok, problem, *_ = (*self.vm.call(check, value), None)
        assert ok is (problem is None)
        return (problem or b"").decode()


ENGINES = engines.available()


@cache
def checks_on(engine: str) -> Checks:
    return Checks(engine)


def values(kind: types.Type) -> st.SearchStrategy[Any]:
    match kind:
        case types.StrType():
            return st.text(max_size=8)
        case types.BoolType():
            return st.booleans()
        case types.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case types.IntType(ge=low):
            return st.integers(low if low is not None else -(2**53), 2**53)
        case types.ListType(item_type=item):
            return st.lists(values(item), max_size=3)
        case types.UnionType(types=options):
            return st.one_of(*map(values, options))
        case types.StructType(cls=cls, tag=tag):
            fields = {field.encode_name: values(field.type) for field in types.type_info(cls).fields}
            return st.fixed_dictionaries(({"type": st.just(tag)} if tag else {}) | fields)
    raise AssertionError(kind)


message = st.sampled_from(STRUCTS).flatmap(lambda cls: st.tuples(st.just(cls), values(types.type_info(cls))))
WRONG: dict[type[types.Type], list[Any]] = {
    types.StrType: [1, True, {"a": 1}, ["x"]],
    types.BoolType: [0, "true", {}],
    types.FloatType: ["1", True, {}],
    types.IntType: ["1", 1.5, True, [], float("nan"), float("inf")],
    types.ListType: ["x", 1, True, {"a": 1}, {2: "x"}],
    types.StructType: ["x", 1, True],
}


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=100, deadline=None)
@given(case=message)
def test_what_the_server_accepts_the_plugin_accepts(engine: str, case: tuple[type[msgspec.Struct], Any]) -> None:
    cls, value = case
    msgspec.convert(value, cls)
    assert checks_on(engine).check(cls.__name__, value) == ""
    assert checks_on(engine).check(cls.__name__, {**value, "added_later": 1}) == ""


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=100, deadline=None)
@given(case=message, data=st.data())
def test_one_corrupted_field_is_refused_by_name(
    engine: str, case: tuple[type[msgspec.Struct], Any], data: st.DataObject
) -> None:
    cls, value = case
    field = data.draw(st.sampled_from(types.type_info(cls).fields))
    wrong = list(WRONG[type(field.type)])
    if isinstance(field.type, types.IntType) and field.type.ge == 0:
        wrong.append(-1)
    if isinstance(field.type, types.ListType):
        wrong.append([True])
    corrupted = {**value, field.encode_name: data.draw(st.sampled_from(wrong))}
    if field.required and data.draw(st.booleans()):
        del corrupted[field.encode_name]
    assert checks_on(engine).check(cls.__name__, corrupted).startswith(f"{cls.__name__}.{field.encode_name}")


@pytest.mark.parametrize("name", ["ClientMessage", "ServerMessage"])
def test_a_message_is_known_by_its_type(name: str) -> None:
    checks = checks_on("lua52")
    members = getattr(protocol, name).__args__
    for cls in MESSAGES:
        kind = types.type_info(cls)
        value = msgspec.to_builtins(_smallest(kind))
        assert (checks.check(name, value) == "") == (cls in members)
    assert checks.check(name, {"type": "nothing"}) == f"{name}.type names no message of this side"
    assert checks.check(name, {}) == f"{name}.type names no message of this side"
    assert checks.check(name, "x") == f"{name} must be a table, not string"


def _smallest(kind: types.Type) -> Any:
    match kind:
        case types.StrType():
            return ""
        case types.IntType() | types.FloatType():
            return 0
        case types.BoolType():
            return False
        case types.ListType():
            return []
        case types.StructType(cls=cls, tag=tag):
            fields = {field.encode_name: _smallest(field.type) for field in types.type_info(cls).fields}
            return fields | ({"type": tag} if tag else {})
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"type": "edit", "document": "d", "base": 0, "seq": 1, "operation": [3, "x", -1]}, ""),
        ({"type": "edit", "document": "d", "base": 0, "seq": 1, "operation": [3, 0.5]}, "Edit.operation[2] must be text, not number"),
        ({"type": "edit", "document": "d", "base": -1, "seq": 1, "operation": []}, "Edit.base must not be negative, it is -1"),
        ({"type": "edit", "document": "d", "base": 1.5, "seq": 1, "operation": []}, "Edit.base must be a whole number, not 1.5"),
        ({"type": "open", "document": "d", "base": 1, "seq": 1, "operation": []}, 'Edit.type must be "edit"'),
        ({"type": "edit", "base": 1, "seq": 1, "operation": []}, "Edit.document must be text, not nil"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_place(value: Any, problem: str) -> None:
    assert checks_on("lua52").check("Edit", value) == problem


def test_a_wrong_field_deep_inside_is_named() -> None:
    document = {"id": "a", "path": ["ServerScriptService", 2], "class_name": "Script", "revision": 1}
    welcome = {"type": "welcome", "session": "s", "project": "p", "documents": [document]}
    assert checks_on("lua52").check("Welcome", welcome) == "Welcome.documents[1].path[2] must be text, not number"


def test_both_sides_have_one_version_and_every_declaration() -> None:
    for checks in map(checks_on, ENGINES):
        version, names = checks.declared()
        assert version == protocol.PROTOCOL
        assert names == {*BY_NAME, "ClientMessage", "ServerMessage"}


def test_a_declaration_that_luau_has_no_form_for_stops_emission() -> None:
    with pytest.raises(UnmappedTypeError, match=r"add it to emit/protocol\.py"):
        shape_of(types.type_info(dict[str, int]))
    assert declarations()["version"] == protocol.PROTOCOL
