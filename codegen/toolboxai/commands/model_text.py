"""Property values as `toolboxai model show` prints them: types and enums named as Luau names them, numbers short."""

import json
from dataclasses import astuple

from toolboxai.roblox.disk import single
from toolboxai.roblox.values import (
    Attributes,
    Binary,
    Content,
    EnumItem,
    OfKind,
    Ref,
    SecurityCapabilities,
    SharedString,
    Token,
    Unset,
    Value,
    to_plain,
)

_EXACT = 2**53


def written(value: Value, paths: dict[str, str]) -> str:
    """The text of a value; references are told by the paths of what they name, by referent."""
    match value:
        case Ref():
            return paths.get(value.referent, "nil")
        case Content() if value.referent:
            return f"Content({paths.get(value.referent, 'nil')})"
        case EnumItem():
            return f"Enum.{value.enum}.{value.name}"
        case OfKind():
            return written(value.value, paths)
        case Attributes():
            return f"{{{', '.join(f'{name} = {written(held, paths)}' for name, held in value.pairs)}}}"
        case Binary() | SharedString():
            return f"{len(value.data):,} bytes"
        case Token() | SecurityCapabilities():
            return _plain(*astuple(value))
        case Unset():
            return "nil"
        case _:
            plain = to_plain(value)
            return repr(value) if plain is None else _plain(plain)


def _plain(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return _number(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case [str() as kind, *parts]:
            return f"{kind}({', '.join(map(_plain, parts))})"
        case list() | tuple():
            return f"({', '.join(map(_plain, value))})"
        case _:
            return str(value)


def _number(value: float) -> str:
    """Files hold numbers of 32 bits: the shortest text that reads as the same one."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return next((text for text in texts if single(float(text)) == single(value)), repr(value))
