"""Luau's types: annotations, generics and packs."""

from typing import Final

from toolboxai.luau.parser_cursor import Cursor
from toolboxai.luau.parser_literals import BadEscapeError, string_value
from toolboxai.luau.syntax import (
    MISSING_NAME,
    ErrorType,
    GenericParameter,
    Type,
    TypeCallable,
    TypeField,
    TypeGenericPack,
    TypeGroup,
    TypeIntersection,
    TypeName,
    TypeOptional,
    TypePack,
    TypeSingleton,
    TypeTable,
    TypeTypeof,
    TypeUnion,
    TypeVariadic,
)

_CONTINUES: Final = frozenset({".", "<", "|", "?", "&", "..."})
_SUFFIX: Final = frozenset({"|", "?", "&", "..."})
_NO_FUNCTION_TYPE: Final = (
    "Using 'function' as a type annotation is not supported, consider replacing with a function type annotation "
    "e.g. '(...any) -> ...any'"
)
_SINGLETONS: Final = {"nil": None, "true": True, "false": False}


class TypeParser(Cursor):
    """The part of the grammar that stands behind ``:``, ``::``, ``->`` and ``type X =``."""

    __slots__ = ()

    def type(self) -> Type:
        i = self.i
        kinds = self.kinds
        if kinds[i] == "name" and kinds[i + 1] not in _CONTINUES and self.texts[i] != "typeof":
            self.i = i + 1
            return TypeName(self.starts[i], self.ends[i], None, self.texts[i], None)
        if kinds[i] in {"|", "&"}:
            return self.type_suffix(None, self.starts[i])
        return self.type_suffix(self.simple_type(), self.starts[i])

    def type_suffix(self, first: Type | None, start: int) -> Type:
        """Unions, intersections and ``?`` behind ``first`` (None where the type opens with ``|`` or ``&``)."""
        if self.kinds[self.i] not in _SUFFIX and first is not None:
            return first
        parts: list[Type] = [] if first is None else [first]
        start = start if first is None else first.start
        union = intersection = False
        while (kind := self.kinds[self.i]) in _SUFFIX:
            self.i += 1
            if kind == "?":
                union = True
                parts.append(TypeOptional(self.starts[self.i - 1], self.ends[self.i - 1]))
            elif kind == "...":
                self.i -= 1
                self.report_here("Unexpected '...' after type annotation")
                self.i += 1
            else:
                union |= kind == "|"
                intersection |= kind == "&"
                parts.append(self.simple_type())
        end = self.ends[self.i - 1]
        if union and intersection:
            message = "Mixing union and intersection types is not allowed; consider wrapping in parentheses."
            self.report(message, start, end)
        if intersection:
            return TypeIntersection(start, end, parts)
        return TypeUnion(start, end, parts) if union else parts[0]

    def simple_type(self) -> Type:
        self.depth += 1
        if self.depth > 1000:
            self.too_deep("type annotation")
        kind = self.kinds[self.i]
        found: Type
        if kind == "name":
            found = self._named_type()
        elif kind == "{":
            found = self._table_type()
        elif kind in {"(", "<"}:
            found = self._callable_or_group(pack_allowed=False)
        else:
            found = self._other_type(kind)
        self.depth -= 1
        return found

    def _other_type(self, kind: str) -> Type:
        i = self.i
        start, end = self.starts[i], self.ends[i]
        if kind in _SINGLETONS:
            self.i = i + 1
            return TypeSingleton(start, end, _SINGLETONS[kind])
        if kind == "string":
            self.i = i + 1
            try:
                return TypeSingleton(start, end, string_value(self.texts[i]))
            except BadEscapeError:
                self.report("String literal contains malformed escape sequence", start, end)
            return ErrorType(start, end)
        if kind == "function":
            self.report_here(_NO_FUNCTION_TYPE)
            self.i = i + 1
        elif kind == "malformed string":
            self.report_here("Malformed string; did you forget to finish it?")
            self.i = i + 1
        elif kind in {"`text`", "`text{"}:
            self.expression()
            self.problems_since_interpolation(start)
        elif kind in {"attribute", "@["}:
            self.report_here("attributes are not allowed in declaration context")
            self.i = i + 1
        else:
            self.report(f"Expected type, got {self.got()}", self.ends[i - 1], end, "type")
            return ErrorType(self.here(), self.here())
        return ErrorType(start, self.ends[self.i - 1])

    def problems_since_interpolation(self, start: int) -> None:
        self.report("Interpolated string literals cannot be used as types", start, self.ends[self.i - 1])

    def _named_type(self) -> Type:
        i = self.i
        start = self.starts[i]
        name = self.texts[i]
        prefix = None
        self.i = i + 1
        kind = self.kinds[i + 1]
        if kind == ".":
            self.i = i + 2
            prefix, name = name, self.index_name("field name").name
        elif kind == "...":
            self.report_here("Unexpected '...' after type name; type pack is not allowed in this context")
            self.i = i + 2
        elif name == "typeof":
            return self._typeof(start)
        arguments = self.type_arguments() if self.kinds[self.i] == "<" else None
        return TypeName(start, self.ends[self.i - 1], prefix, name, arguments)

    def _typeof(self, start: int) -> Type:
        opener = self.i
        self.expect("(", "typeof type")
        inner = self.expression()
        self.expect_match(")", opener)
        return TypeTypeof(start, self.ends[self.i - 1], inner)

    # tables

    def _table_type(self) -> Type:
        opener = self.i
        start = self.starts[opener]
        self.i += 1
        kinds = self.kinds
        fields: list[TypeField] = []
        indexers = 0
        while kinds[self.i] != "}":
            field = self._table_field(is_first=not fields)
            if field is None:
                break
            fields.append(field)
            if field.key is None:
                break
            if not isinstance(field.key, bytes):
                indexers += 1
                if indexers > 1:
                    self.report("Cannot have more than one table indexer", field.start, field.end)
            if kinds[self.i] in {",", ";"}:
                self.i += 1
            elif kinds[self.i] != "}":
                break
        self.expect_match("}", opener)
        return TypeTable(start, self.ends[self.i - 1], fields)

    def _table_field(self, *, is_first: bool) -> TypeField | None:
        start = self.starts[self.i]
        kinds = self.kinds
        access = None
        if kinds[self.i] == "name" and self.texts[self.i] in {"read", "write"} and kinds[self.i + 1] != ":":
            access = self.texts[self.i]
            self.i += 1
        i = self.i
        key: bytes | Type | None
        if kinds[i] == "[":
            key = self._bracketed_key()
        elif kinds[i] == "name" and kinds[i + 1] == ":":
            key = self.texts[i].encode()
            self.i = i + 1
        elif is_first:
            element = self.type()
            return TypeField(min(start, element.start), self.ends[self.i - 1], access, None, element)
        else:
            if kinds[i] != "name":
                self.name_missing("table field")
                return None
            key = self.texts[i].encode()
            self.i = i + 1
        self.expect(":", "table field")
        value = self.type()
        return TypeField(start, self.ends[self.i - 1], access, key, value)

    def _bracketed_key(self) -> bytes | Type:
        opener = self.i
        self.i += 1
        key: bytes | Type
        i = self.i
        if self.kinds[i] == "string" and self.kinds[i + 1] == "]":
            self.i = i + 1
            try:
                key = string_value(self.texts[i])
            except BadEscapeError:
                key = b"\0"
            if b"\0" in key:
                self.report(
                    "String literal contains malformed escape sequence or \\0", self.starts[opener], self.ends[i]
                )
        else:
            key = self.type()
        self.expect_match("]", opener)
        return key

    # functions, groups and packs

    def _callable_or_group(self, *, pack_allowed: bool) -> Type:
        start = self.starts[self.i]
        generics = self.generic_list(defaults=False)
        opener = self.i
        self.expect("(", "function parameters")
        parameters, named = self._type_list()
        self.expect_match(")", opener)
        arrow = self.kinds[self.i] in {"->", ":"}
        if not generics and not named and not arrow:
            types = [parameter for _, parameter in parameters]
            if pack_allowed:
                return TypePack(start, self.ends[self.i - 1], types)
            if len(types) == 1 and not isinstance(types[0], (TypeVariadic, TypeGenericPack)):
                return TypeGroup(start, self.ends[self.i - 1], types[0])
            if all(isinstance(found, (TypeVariadic, TypeGenericPack)) for found in types):
                message = "Expected '->' after '()' when parsing function type; did you mean 'nil'?"
                self.report(message, start, self.ends[self.i - 1], "->")
                return ErrorType(start, self.ends[self.i - 1])
        return self._callable_tail(start, generics, parameters)

    def _callable_tail(
        self, start: int, generics: list[GenericParameter], parameters: list[tuple[str | None, Type]]
    ) -> Type:
        self.depth += 1
        if self.depth > 1000:
            self.too_deep("type annotation")
        if self.kinds[self.i] == ":":
            self.report_here("Return types in function type annotations are written after '->' instead of ':'", "->")
            self.i += 1
        else:
            self.expect("->", "function type")
        returns = self.return_type()
        self.depth -= 1
        return TypeCallable(start, self.ends[self.i - 1], generics, parameters, returns)

    def _type_list(self) -> tuple[list[tuple[str | None, Type]], bool]:
        """What stands between ``(`` and ``)``: types with or without names, and a pack at the end."""
        parameters: list[tuple[str | None, Type]] = []
        named = False
        kinds = self.kinds
        if kinds[self.i] == ")":
            return parameters, named
        while True:
            if self.at_pack():
                parameters.append((None, self.pack()))
                break
            name = None
            if kinds[self.i] == "name" and kinds[self.i + 1] == ":":
                name = self.texts[self.i]
                named = True
                self.i += 2
            parameters.append((name, self.type()))
            if kinds[self.i] != ",":
                break
            self.i += 1
            if kinds[self.i] == ")":
                self.report_here("Expected type after ',' but got ')' instead", "type")
                break
        return parameters, named

    def return_type(self) -> Type:
        """What stands behind ``->`` or the ``:`` of a function: a type or a pack."""
        if self.kinds[self.i] != "(":
            return self.pack() if self.at_pack() else self.type()
        start = self.starts[self.i]
        self.depth += 1
        if self.depth > 1000:
            self.too_deep("type annotation")
        found = self._callable_or_group(pack_allowed=True)
        self.depth -= 1
        if isinstance(found, TypePack) and len(found.types) == 1 and self.kinds[self.i] in _SUFFIX:
            return self.type_suffix(self._as_group(found), start)
        return found

    @staticmethod
    def _as_group(pack: TypePack) -> TypeGroup:
        return TypeGroup(pack.start, pack.end, pack.types[0])

    def optional_return_type(self) -> Type | None:
        """The return annotation of a function, where it has one."""
        kind = self.kinds[self.i]
        if kind not in {":", "->"}:
            return None
        if kind == "->":
            self.report_here("Function return type annotations are written after ':' instead of '->'", ":")
        self.i += 1
        found = self.return_type()
        if self.kinds[self.i] == ",":
            self.report_here(
                "Expected a statement, got ','; did you forget to wrap the list of return types in parentheses?"
            )
            self.i += 1
        return found

    def at_pack(self) -> bool:
        kind = self.kinds[self.i]
        return kind == "..." or (kind == "name" and self.kinds[self.i + 1] == "...")

    def pack(self) -> Type:
        """``...T`` or ``T...``"""
        i = self.i
        if self.kinds[i] == "...":
            self.i = i + 1
            inner = self.type()
            return TypeVariadic(self.starts[i], self.ends[self.i - 1], inner)
        self.i = i + 2
        return TypeGenericPack(self.starts[i], self.ends[i + 1], self.texts[i])

    # angle brackets

    def type_arguments(self) -> list[Type]:
        """``<A, B..., (C, D)>``"""
        opener = self.i
        self.i += 1
        arguments: list[Type] = []
        kinds = self.kinds
        if kinds[self.i] == ">":
            self.i += 1
            return arguments
        while True:
            arguments.append(self._type_argument())
            if kinds[self.i] != ",":
                break
            self.i += 1
        self.expect_match(">", opener)
        return arguments

    def _type_argument(self) -> Type:
        """A type or a pack; ``(T)`` alone is a pack, ``(T)?`` a type."""
        if self.at_pack():
            return self.pack()
        if self.kinds[self.i] != "(":
            return self.type()
        start = self.starts[self.i]
        self.depth += 1
        if self.depth > 1000:
            self.too_deep("type annotation")
        found = self._callable_or_group(pack_allowed=True)
        self.depth -= 1
        if not isinstance(found, TypePack):
            return self.type_suffix(found, start)
        if len(found.types) == 1 and self.kinds[self.i] in _SUFFIX and not isinstance(found.types[0], TypeVariadic):
            return self.type_suffix(self._as_group(found), start)
        return found

    def generic_list(self, *, defaults: bool) -> list[GenericParameter]:
        """``<T, U...>`` of a function or, with ``defaults``, of a type alias."""
        found: list[GenericParameter] = []
        if self.kinds[self.i] != "<":
            return found
        opener = self.i
        self.i += 1
        seen_pack = seen_default = False
        while True:
            parameter = self._generic(seen_pack=seen_pack, seen_default=seen_default, defaults=defaults)
            found.append(parameter)
            seen_pack = seen_pack or parameter.is_pack
            seen_default = seen_default or parameter.default is not None
            if self.kinds[self.i] != ",":
                break
            self.i += 1
            if self.kinds[self.i] == ">":
                self.report_here("Expected type after ',' but got '>' instead", "type")
                break
        self.expect_match(">", opener)
        return found

    def _generic(self, *, seen_pack: bool, seen_default: bool, defaults: bool) -> GenericParameter:
        i = self.i
        if self.kinds[i] == "name":
            name = self.texts[i]
            self.i = i + 1
        else:
            name = MISSING_NAME
            self.name_missing()
        is_pack = seen_pack
        if self.kinds[self.i] == "...":
            is_pack = True
            self.i += 1
        elif seen_pack:
            self.report_here("Generic types come before generic type packs")
        default = None
        if defaults and self.kinds[self.i] == "=":
            self.i += 1
            default = self._default_pack() if is_pack else self.type()
        elif seen_default:
            what = "type pack after type pack name" if is_pack else "type after type name"
            self.report_here(f"Expected default {what}")
        return GenericParameter(
            min(self.starts[i], self.ends[self.i - 1]), self.ends[self.i - 1], name, is_pack, default
        )

    def _default_pack(self) -> Type:
        found = self._type_argument()
        if not isinstance(found, (TypePack, TypeVariadic, TypeGenericPack)):
            self.report("Expected type pack after '=', got type", found.start, found.end, "type pack")
        return found
