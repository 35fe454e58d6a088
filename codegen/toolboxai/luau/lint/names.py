"""Rules about names: unused, shadowed, unknown, doubled, never given a value."""

import difflib
from collections.abc import Iterator
from typing import Final

from toolboxai.luau import syntax as s
from toolboxai.luau.lint.registry import NOTE, WARNING, File, Finding, at, rule
from toolboxai.luau.symbols import Symbol, SymbolKind, Use, UseKind

_GUESSES: Final = 20
_UNDERSCORE: Final = "Delete it, or begin its name with _ to say that this is meant."


def _unused(file: File, *kinds: SymbolKind) -> Iterator[Symbol]:
    """Symbols that nothing reads, names with a leading underscore left out."""
    for symbol in file.scopes.symbols:
        if symbol.kind in kinds and not symbol.name.startswith("_") and not symbol.is_exported and not _is_read(symbol):
            yield symbol


def _is_read(symbol: Symbol) -> bool:
    own = symbol.value if isinstance(symbol.value, s.Function) else None
    for use in symbol.uses:
        if use.kind in {UseKind.READ, UseKind.CALL, UseKind.TYPE} and not (
            own is not None and not symbol.is_written and own.start <= use.start < own.end
        ):
            return True
    return False


def _named(symbol: Symbol, message: str, remedy: str = "") -> Finding:
    return Finding(symbol.start, symbol.start + len(symbol.name), message, remedy)


def _is_import(file: File, value: s.Expression | None) -> bool:
    return isinstance(value, s.Call) and file.folder.function_name(value.function) == "require"


@rule("unused-local", WARNING, "A local that nothing reads.", _UNDERSCORE, luau="LocalUnused", needs_whole=True)
def unused_local(file: File) -> Iterator[Finding]:
    for symbol in _unused(file, SymbolKind.LOCAL):
        if _is_import(file, symbol.value) or isinstance(symbol.value, s.Function):
            continue
        yield _named(symbol, f"'{symbol.name}' is {'written, but never read' if symbol.uses else 'never used'}")


@rule("unused-function", WARNING, "A local function that nothing outside itself calls.", _UNDERSCORE,
      luau="FunctionUnused", needs_whole=True)  # fmt: skip
def unused_function(file: File) -> Iterator[Finding]:
    for symbol in _unused(file, SymbolKind.FUNCTION, SymbolKind.LOCAL):
        if isinstance(symbol.value, s.Function):
            yield _named(symbol, f"the function '{symbol.name}' is never used")


@rule("unused-import", WARNING, "A required module that nothing uses.", _UNDERSCORE,
      luau="ImportUnused", needs_whole=True)  # fmt: skip
def unused_import(file: File) -> Iterator[Finding]:
    for symbol in _unused(file, SymbolKind.LOCAL):
        if _is_import(file, symbol.value):
            yield _named(symbol, f"the module '{symbol.name}' is required, but never used")


@rule("unused-parameter", NOTE, "A parameter that nothing reads.", "Begin its name with _ to say that this is meant.",
      needs_whole=True)  # fmt: skip
def unused_parameter(file: File) -> Iterator[Finding]:
    for symbol in _unused(file, SymbolKind.PARAMETER):
        yield _named(symbol, f"the parameter '{symbol.name}' is never used")


@rule("unused-loop-variable", NOTE, "A loop variable that nothing reads.", "Call it _ to say that this is meant.",
      needs_whole=True)  # fmt: skip
def unused_loop_variable(file: File) -> Iterator[Finding]:
    for symbol in _unused(file, SymbolKind.LOOP):
        yield _named(symbol, f"the loop variable '{symbol.name}' is never used")


@rule("shadowed-name", WARNING, "A variable hides another of the same name in the same function.",
      "Give one of them another name.", luau="LocalShadow")  # fmt: skip
def shadowed_name(file: File) -> Iterator[Finding]:
    for symbol in file.scopes.symbols:
        hidden = symbol.shadows
        if hidden is None or symbol.kind in _NO_VARIABLES or symbol.name.startswith("_"):
            continue
        if hidden.function is not symbol.function or hidden.statement is symbol.statement or _is_kept(file, symbol):
            continue
        yield _named(symbol, f"'{symbol.name}' hides the one of line {file.line(hidden.start)}")


_NO_VARIABLES: Final = frozenset({SymbolKind.TYPE, SymbolKind.GENERIC, SymbolKind.SELF})


def _is_kept(file: File, symbol: Symbol) -> bool:
    """``local x = x``, ``local x = x or 1``, ``local x = x :: T``: the same thing again, on purpose."""
    value: s.Expression | None = symbol.value
    while isinstance(value, (s.Cast, s.Group)):
        value = value.expression
    if isinstance(value, s.Binary) and value.operator in {"or", "and"}:
        value = value.left
    return isinstance(value, s.Name) and file.scopes.find(value) is symbol.shadows


@rule("unknown-global", WARNING, "A name that is neither a local nor a global there is: its value is nil.",
      "Check the spelling, or define it with local above.", luau="UnknownGlobal")  # fmt: skip
def unknown_global(file: File) -> Iterator[Finding]:
    guesses = 0
    # In a file that was not read right, what is a local somewhere may be meant.
    local = {symbol.name for symbol in file.scopes.symbols} if file.chunk.problems else set()
    for symbol in file.scopes.globals.values():
        if symbol.name in file.world.globals or symbol.is_written or symbol.name in local:
            continue
        guesses += 1
        remedy = _meant(file, symbol) if guesses <= _GUESSES else ""
        for use in symbol.uses:
            yield at(use.node, f"unknown global '{symbol.name}'", remedy)


def _meant(file: File, symbol: Symbol) -> str:
    names = [*file.world.globals, *file.scopes.visible_at(symbol.uses[0].start)]
    close = difflib.get_close_matches(symbol.name, names, 1, 0.75)
    return f"Did you mean '{close[0]}'?" if close else ""


@rule("undeclared-global-write", WARNING, "A value is given to a global that nobody declared.",
      "Write local in front, where it is first given a value.", luau="GlobalUsedAsLocal")  # fmt: skip
def undeclared_global_write(file: File) -> Iterator[Finding]:
    for symbol in file.scopes.globals.values():
        if symbol.is_written and symbol.name not in file.world.globals:
            first = next(use for use in symbol.uses if use.writes)
            yield at(first.node, f"'{symbol.name}' becomes a global of the whole script here")


@rule("builtin-global-write", WARNING, "A global that Luau or the engine made is replaced.",
      "Use a local of another name.", luau="BuiltinGlobalWrite")  # fmt: skip
def builtin_global_write(file: File) -> Iterator[Finding]:
    for symbol in file.scopes.globals.values():
        if symbol.is_written and symbol.name in file.world.globals:
            for use in symbol.uses:
                if use.writes:
                    yield at(use.node, f"the built-in global '{symbol.name}' is replaced here")


@rule("duplicate-local", WARNING, "One list of variables or parameters has a name twice.", "Rename one of them.",
      luau="DuplicateLocal")  # fmt: skip
def duplicate_local(file: File) -> Iterator[Finding]:
    for symbol in file.scopes.symbols:
        hidden = symbol.shadows
        if hidden is None or hidden.statement is not symbol.statement or symbol.kind in _NO_VARIABLES:
            continue
        if symbol.name != "_" and hidden.kind is not SymbolKind.TYPE:
            yield _named(symbol, f"'{symbol.name}' stands here twice; the second hides the first")


@rule("placeholder-read", WARNING, "The placeholder _ is read.", "Give the variable a name.", luau="PlaceholderRead")
def placeholder_read(file: File) -> Iterator[Finding]:
    for symbol in file.scopes.symbols:
        if symbol.name == "_":
            yield from (at(use.node, "'_' says that a value is unused, but it is read here") for use in _reads(symbol))


def _reads(symbol: Symbol) -> Iterator[Use]:
    return (use for use in symbol.uses if use.kind in {UseKind.READ, UseKind.CALL})


@rule("uninitialized-local", WARNING, "A local is read, but no value is ever given to it.",
      "Give it a value; write = nil to say that this is meant.", luau="UninitializedLocal",
      needs_whole=True)  # fmt: skip
def uninitialized_local(file: File) -> Iterator[Finding]:
    for symbol in file.scopes.symbols:
        if symbol.kind is not SymbolKind.LOCAL or symbol.is_written or not isinstance(symbol.statement, s.Local):
            continue
        if not symbol.statement.values and (read := next(_reads(symbol), None)):
            where = file.line(symbol.start)
            yield at(read.node, f"'{symbol.name}' of line {where} is never given a value: it is always nil")


@rule("duplicate-function", WARNING, "Two functions of one name in one block: the second replaces the first.",
      "Rename or delete one of them.", luau="DuplicateFunction")  # fmt: skip
def duplicate_function(file: File) -> Iterator[Finding]:
    for block in file.each(s.Block):
        seen: dict[str, int] = {}
        for statement in block.statements:
            if isinstance(statement, s.FunctionStatement):
                name, place = file.text(statement.target), statement.target
            elif isinstance(statement, s.LocalFunction):
                name, place = statement.name.name, statement.name  # type: ignore[assignment]  # a node as well
            else:
                continue
            if name in seen and place.start < place.end:  # a missing name is empty
                yield at(place, f"the function '{name}' of line {file.line(seen[name])} is replaced here")
            seen[name] = place.start


@rule("self-assignment", WARNING, "A variable is given its own value.", "Delete it, or give it what you meant.")
def self_assignment(file: File) -> Iterator[Finding]:
    source = file.chunk.source
    for node in file.each(s.Assign):
        for target, value in zip(node.targets, node.values, strict=False):
            if isinstance(target, s.Name | s.Field) and type(value) is type(target):
                text = source[target.start : target.end]
                if text == source[value.start : value.end] and b"(" not in text:
                    yield at(target, f"'{file.text(target)}' is given its own value")


@rule("unbalanced-assignment", WARNING, "More variables than values, or more values than variables.",
      "Give each variable one value; write nil where none is meant.", luau="UnbalancedAssignment")  # fmt: skip
def unbalanced_assignment(file: File) -> Iterator[Finding]:
    statements = [(node, len(node.bindings)) for node in file.each(s.Local)]
    statements += [(node, len(node.targets)) for node in file.each(s.Assign)]  # type: ignore[misc]
    for node, names in statements:
        values = node.values
        if not values or len(values) == names:
            continue
        if len(values) > names:
            extra = values[names]
            yield Finding(extra.start, values[-1].end, f"{names} names get {len(values)} values: some go nowhere")
        elif not isinstance(values[-1], s.Call | s.MethodCall | s.Vararg | s.Nil | s.ErrorExpression):
            yield at(values[-1], f"{names} names get {len(values)} values: the last are nil")
