"""The wire's declarations as plain data for the template that writes Luau types and validators."""

import inspect
from typing import Any

import msgspec
from msgspec import inspect as types

from toolboxai import protocol
from toolboxai.emit.environment import Environment

TEMPLATE = "protocol/Protocol.luau.jinja"

# Types of the declarations that keep their name in Luau, where an alias says more than its parts.
_ALIASES = {"Operation": types.type_info(protocol.Operation)}

_SCALARS: dict[type[types.Type], str] = {
    types.StrType: "text",
    types.BoolType: "boolean",
    types.FloatType: "number",
    types.IntType: "integer",
}


class UnmappedTypeError(TypeError):
    """A declaration uses a type that no Luau type and validator stands for yet."""


def shape_of(kind: types.Type) -> dict[str, Any]:
    """How the template writes the type and its check; raises `UnmappedTypeError`."""
    for name, alias in _ALIASES.items():
        if kind == alias:
            return {"kind": "alias", "name": name}
    match kind:
        case types.IntType(ge=0):
            return {"kind": "count"}
        case types.StrType() | types.BoolType() | types.FloatType() | types.IntType():
            return {"kind": _SCALARS[type(kind)]}
        case types.ListType(item_type=item):
            return {"kind": "list", "of": shape_of(item)}
        case types.StructType(cls=cls):
            return {"kind": "struct", "name": cls.__name__}
        case types.UnionType(types=options) if not any(isinstance(option, types.NoneType) for option in options):
            return {"kind": "either", "of": [shape_of(option) for option in options]}
    raise UnmappedTypeError(f"no Luau form for {kind!r}: add it to emit/protocol.py and its template")


def _struct(cls: type[msgspec.Struct]) -> dict[str, Any]:
    kind = types.type_info(cls)
    if not isinstance(kind, types.StructType):
        raise UnmappedTypeError(f"{cls!r} is no Struct")
    doc = cls.__doc__ or ""
    return {
        "name": cls.__name__,
        "tag": kind.tag if isinstance(kind.tag, str) else None,
        # A Struct without a docstring of its own gets its signature from msgspec.
        "doc": "" if doc.startswith(f"{cls.__name__}(") else inspect.cleandoc(doc),
        "fields": [
            {"name": field.encode_name, "shape": shape_of(field.type), "optional": not field.required}
            for field in kind.fields
        ],
    }


def declarations() -> dict[str, Any]:
    """What the template needs: version, aliases, bodies, messages and their unions."""
    unions = {"ClientMessage": protocol.ClientMessage, "ServerMessage": protocol.ServerMessage}
    structs = {name: [_struct(cls) for cls in union.__args__] for name, union in unions.items()}
    alias = _ALIASES["Operation"]
    return {
        "version": protocol.PROTOCOL,
        "aliases": [{"name": "Operation", "shape": {"kind": "list", "of": shape_of(alias.item_type)}}]
        if isinstance(alias, types.ListType)
        else [],
        "bodies": [_struct(cls) for cls in protocol.HTTP_BODIES],
        "messages": [struct for group in structs.values() for struct in group],
        "unions": [
            {"name": name, "members": [{"name": s["name"], "tag": s["tag"]} for s in group]}
            for name, group in structs.items()
        ],
    }


def render_protocol(environment: Environment) -> bytes:
    """``Protocol.luau``: the types and ``check`` functions of everything on the wire."""
    return environment.render(TEMPLATE, declarations())
