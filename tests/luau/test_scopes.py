"""Scopes and symbols: renaming changes nothing that runs, every use finds its definition, nothing is too deep or long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.luau import parse
from toolboxai.luau import syntax as s
from toolboxai.luau.scopes import Scopes, Symbol, SymbolKind, UseKind, resolve
from toolboxai.studio.engines import available

from .lowered import Program, programs, run

_TYPES = {SymbolKind.TYPE, SymbolKind.GENERIC}


def scopes_of(source: str) -> Scopes:
    return resolve(parse(source))


def named(scopes: Scopes, name: str) -> list[Symbol]:
    return [symbol for symbol in scopes.symbols if symbol.name == name]


def renamed(source: bytes, scopes: Scopes, start: int = 0) -> bytes:
    """The file with every variable under a name of its own."""
    edits = [
        (*place, f"v{start + number}_".encode())
        for number, symbol in enumerate(scopes.symbols)
        if symbol.kind not in _TYPES | {SymbolKind.SELF} and symbol.name != "self"
        for place in scopes.places(symbol)
    ]
    for begin, end, name in sorted(edits, reverse=True):
        source = source[:begin] + name + source[end:]
    return source


def shape(scopes: Scopes) -> list[tuple[int, str, str]]:
    """Which definition each name means, by number; globals by name."""
    numbers = {symbol: number for number, symbol in enumerate(scopes.symbols)}
    uses = [(use, str(numbers[symbol])) for symbol in scopes.symbols for use in symbol.uses]
    uses += [(use, symbol.name) for symbol in scopes.globals.values() for use in symbol.uses]
    order = {start: place for place, start in enumerate(sorted({use.start for use, _ in uses}))}
    return sorted((order[use.start], use.kind.value, meaning) for use, meaning in uses)


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name.replace(" ", "-"))
def test_a_program_prints_the_same_when_all_its_variables_are_renamed(program: Program):
    chunk = parse(program.source)
    scopes = resolve(chunk)
    if any(symbol.is_exported for symbol in scopes.symbols) or "v1_" in program.source:
        return  # exported names are keys of a table
    text = renamed(chunk.source, scopes)
    assert shape(resolve(parse(text))) == shape(scopes)
    engine = available()[0]
    before, after = run(engine, program.source), run(engine, text)
    strip = [line for line in before[0] if "function" not in line and "'v" not in line]
    assert len(before[0]) == len(after[0])
    assert [line for line in after[0] if "function" not in line and "'v" not in line] == strip


names = st.sampled_from(["a", "b", "c", "print"])


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> str:
    """Statements that declare, read, write and nest a few names in all ways there are."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(
            st.sampled_from(["local", "read", "write", "update", "function", "do", "for", "in", "repeat", "if"])
        )
        one, two = draw(names), draw(names)
        inner = draw(blocks(depth + 1)) if depth < 2 else f"{one} = {two}"
        lines.append({
            "local": f"local {one}, x = {two}, {one}", "read": f"{one}({two}.{one})", "write": f"{one}, x = {two}",
            "update": f"{one} += {two}", "function": f"local function {one}({two}, ...) {inner} end",
            "do": f"do {inner} end", "for": f"for {one} = {two}, {one} do {inner} end",
            "in": f"for {one}, {two} in {one} do {inner} end", "repeat": f"repeat {inner} until {one}",
            "if": f"if {one} then {inner} elseif {two} then x = {one} else {inner} end",
        }[kind])  # fmt: skip
    return "\n".join(lines)


@settings(max_examples=200, deadline=None)
@given(source=blocks())
def test_renaming_everything_keeps_every_meaning(source: str):
    chunk = parse(source)
    assert not chunk.problems
    scopes = resolve(chunk)
    again = resolve(parse(renamed(chunk.source, scopes)))
    assert shape(again) == shape(scopes)
    assert again.globals.keys() == scopes.globals.keys()


@settings(max_examples=200, deadline=None)
@given(source=blocks(), data=st.data())
def test_broken_files_are_resolved_as_far_as_they_were_read(source: str, data: st.DataObject):
    cut = data.draw(st.integers(0, len(source)))
    scopes = resolve(parse(source[:cut] + data.draw(st.sampled_from(["", "end", "= =", "(", "function"]))))
    for symbol in scopes.symbols:
        assert all(use.symbol is symbol and scopes.find(use.node) is symbol for use in symbol.uses)


def test_every_kind_of_use():
    scopes = scopes_of("local x = 1\nx = 2\nx += 3\nprint(x)\nx()\ntype T = typeof(x)\nlocal y: x.T")
    (x,) = named(scopes, "x")
    kinds = [use.kind for use in x.uses]
    assert kinds == [UseKind.WRITE, UseKind.UPDATE, UseKind.READ, UseKind.CALL, UseKind.READ, UseKind.TYPE]
    assert x.is_written
    assert not x.is_constant
    assert scopes.globals["print"].uses[0].kind is UseKind.CALL


def test_a_value_sees_the_variable_outside_and_a_function_sees_itself():
    scopes = scopes_of("local x = 1\nlocal x = x\nlocal function f() return f end\nlocal g = function() return g end")
    outer, inner = named(scopes, "x")
    assert inner.shadows is outer
    assert len(outer.uses) == 1
    assert not inner.uses
    assert len(named(scopes, "f")[0].uses) == 1
    assert "g" in scopes.globals


def test_until_sees_the_locals_of_its_body_and_a_loop_only_those_around_it():
    scopes = scopes_of("repeat local done = f() until done\nfor i = i, 2 do print(i) end\nprint(done, i)")
    assert [use.kind for use in named(scopes, "done")[0].uses] == [UseKind.READ]
    assert scopes.globals["done"]
    assert len(scopes.globals["i"].uses) == 2


def test_upvalues_belong_to_every_function_on_the_way():
    scopes = scopes_of(
        "local a, b = 1, 2\nlocal function outer(c)\n\tlocal function inner() return a + c end\n\tb = 1\nend"
    )
    main, outer, inner = scopes.functions
    assert [symbol.name for symbol in inner.upvalues] == ["a", "c"]
    assert [symbol.name for symbol in outer.upvalues] == ["a", "b"]
    assert not main.upvalues
    assert (outer.parent, inner.parent) == (main, outer)
    assert [symbol.name for symbol in outer.symbols] == ["c", "inner"]
    assert named(scopes, "c")[0].is_captured


def test_methods_have_a_self_and_dots_have_none():
    scopes = scopes_of("local M = {}\nfunction M:a() return self end\nfunction M.b() return self end")
    assert [symbol.kind for symbol in named(scopes, "self")] == [SymbolKind.SELF]
    assert len(scopes.globals["self"].uses) == 1
    assert [use.kind for use in named(scopes, "M")[0].uses] == [UseKind.READ, UseKind.READ]


def test_types_and_generics_are_apart_from_variables():
    scopes = scopes_of(
        "local T = 1\ntype Pair<T> = { T | Later }\ntype Later = number\nlocal function f<U...>(...: U...) end"
    )
    variable, generic = named(scopes, "T")
    assert (variable.kind, generic.kind) == (SymbolKind.LOCAL, SymbolKind.GENERIC)
    assert not variable.uses
    assert len(generic.uses) == 1
    assert len(named(scopes, "Later")[0].uses) == 1
    assert len(named(scopes, "U")[0].uses) == 1
    assert not scopes.globals


def test_an_editor_finds_places_by_offset():
    source = "local count = 1\nlocal function add(n) count += n end\nadd(count) export type Name = string"
    scopes = scopes_of(source)
    count = scopes.symbol_at(source.index("count +=") + 2)
    assert count is named(scopes, "count")[0]
    assert [source[a:b] for a, b in scopes.places(count)] == ["count"] * 3
    assert scopes.symbol_at(source.index("= 1")) is None
    name = scopes.symbol_at(source.index("Name"))
    assert name is not None
    assert name.kind is SymbolKind.TYPE


def test_completion_sees_what_is_in_scope():
    source = "local a = 1\ndo local b = 2 print(b) local c end\nlocal function f(p) return p end local z = z"
    scopes = scopes_of(source)
    assert set(scopes.visible_at(source.index("print"))) == {"a", "b"}
    assert set(scopes.visible_at(source.index("return"))) == {"a", "f", "p"}
    assert set(scopes.visible_at(len(source))) == {"a", "f", "z"}
    assert set(scopes.visible_at(source.index("= z"))) == {"a", "f"}


def test_deep_trees_and_long_files():
    body = s.Block(0, 0, [s.Assign(0, 1, [s.Name(0, 1, "x")], [s.Name(0, 1, "x")])])
    for _ in range(10_000):
        body = s.Block(0, 0, [s.Do(0, 0, body)])
    scopes = resolve(s.Chunk(b"", body, line_starts=[0]))
    assert len(scopes.globals["x"].uses) == 2
    nested = s.Function(0, 0, [], [], [], None, None, None, s.Block(0, 0, [s.Return(0, 1, [s.Name(0, 1, "x")])]))
    for _ in range(10_000):
        nested = s.Function(0, 0, [], [], [], None, None, None, s.Block(0, 0, [s.Return(0, 0, [nested])]))
    outer = s.Block(0, 0, [s.Local(0, 0, [s.Binding(0, 1, "x", None)], []), s.Return(0, 0, [nested])])
    scopes = resolve(s.Chunk(b"", outer, line_starts=[0]))
    assert all(scopes.symbols[0] in function.upvalues for function in scopes.functions[1:])


def test_the_walk_visits_each_node_once():
    chunk = parse(
        "\n".join(f"local a{n} = function(x) return x.y[a{n - 1}](1, 'b', `{{x}}`) end" for n in range(1, 200))
    )
    scopes = resolve(chunk)
    counted = sum(map(len, scopes.nodes.values()))
    assert counted == len({id(node) for nodes in scopes.nodes.values() for node in nodes})
    assert counted <= sum(1 for _ in s.walk(chunk.block))
