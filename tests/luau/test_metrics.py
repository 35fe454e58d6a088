"""Metrics: values worked out by hand, and laws that hold for any code."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolboxai.luau import parse
from toolboxai.luau import syntax as s
from toolboxai.luau.metrics import FileMetrics, FunctionMetrics, Lines, measure


def metrics(source: str) -> FileMetrics:
    return measure(parse(source))


def function(source: str, name: str = "f") -> FunctionMetrics:
    (found,) = [item for item in metrics(source).functions if item.name == name]
    return found


# SonarSource's own examples for cognitive complexity, said in Luau; the sums are theirs or follow its rules.
PRIMES = """
local function f(max)
	local total = 0
	for i = 1, max do            -- +1
		for j = 2, i - 1 do      -- +2
			if i % j == 0 then   -- +3
				continue
			end
		end
		total += i
	end
	return total
end
"""
WORDS = """
local function f(number)
	if number == 1 then          -- +1
		return "one"
	elseif number == 2 then      -- +1
		return "a couple"
	elseif number == 3 then      -- +1
		return "a few"
	else                         -- +1
		return "lots"
	end
end
"""
LOGIC = """
local function f(a, b, c, d, e, g)
	if a                         -- +1
		and b and c              -- +1
		or d or e                -- +1
		and g then               -- +1
		return 1
	end
	if a                         -- +1
		and not (b and c) then   -- +2
		return 2
	end
end
"""
CALLBACK = """
local function f(list)
	if list then                         -- +1
		each(list, function(item)        -- deeper by one
			if item then                 -- +3
				return item
			end
		end)
	end
end
"""
CATCH = """
local function f(a, b)
	local ok = pcall(function()
		if a then                        -- +2
			for i = 1, 10 do             -- +3
				while b do wait() end    -- +4
			end
		end
	end)
	if not ok then                       -- +1
		if b then error("no") end        -- +2
	end
end
"""


@pytest.mark.parametrize(
    ("source", "cyclomatic", "cognitive", "nesting"),
    [
        ("local function f() return 1 end", 1, 0, 0),
        (PRIMES, 4, 6, 3),
        (WORDS, 4, 4, 1),
        (LOGIC, 10, 7, 1),
        (CALLBACK, 2, 4, 3),
        (CATCH, 3, 12, 4),
        ("local function f(a) return if a then 1 else 2 end", 2, 1, 1),
        ("local function f(a, b) return if a then 1 elseif b then 2 else 3 end", 3, 2, 1),
        ("local function f(a) return if a then (if a then 1 else 2) else 3 end", 3, 3, 2),
        ("local function f(n) return f(n - 1) end", 1, 1, 0),
        ("local function f(a) repeat a() until a or a end", 3, 2, 1),
        ("local function f(a, b, c) return (a and (b and c)) end", 3, 1, 0),
        ("local function f(a, b, c, d) return a and b or c and d end", 4, 3, 0),
        ("local function f(t) for k in t do do if k then break end end end end", 3, 3, 2),
    ],
)
def test_complexity_of_a_function(source: str, cyclomatic: int, cognitive: int, nesting: int):
    found = function(source)
    assert (found.cyclomatic, found.cognitive, found.nesting) == (cyclomatic, cognitive, nesting)


@pytest.mark.parametrize(
    ("source", "recursive"),
    [
        ("local a, b\nfunction a() b() end\nfunction b() a() end", {"a", "b"}),
        ("local M = {}\nfunction M.f() return M.f() end\nfunction M.g() return M.f() end", {"M.f"}),
        ("local M = {}\nfunction M:f() return self:g() end\nfunction M:g() return M.f(self) end", {"M:f", "M:g"}),
        ("function f() task.spawn(function() f() end) end", {"f"}),
        ("local function f() g() end local function g() f() end", set()),
        ("local function f() return f end", set()),
        ("local function f(f) f() end", set()),
    ],
)
def test_recursion_costs_one_in_each_function_of_the_cycle(source: str, recursive: set[str]):
    assert {item.name for item in metrics(source).functions if item.cognitive} == recursive


def test_lines_are_code_comment_or_blank():
    source = "--!strict\n\nlocal x = [[\n\n]] -- two\n--[[\nlong\n]]\n\t\nreturn x\n"
    assert metrics(source).lines == Lines(total=10, code=4, comment=4, blank=2)
    assert metrics("").lines == Lines(0, 0, 0, 0)
    assert metrics("x()").lines == Lines(1, 1, 0, 0)
    assert metrics("\r\n-- a\r\nx()\r\n").lines == Lines(3, 1, 1, 1)


def test_halstead_by_hand():
    # operators: local = + * + ( ; operands: x 1 2 x y x
    found = metrics("local x = 1 + 2 * x + y(x)").halstead
    assert (found.operators, found.distinct_operators) == (6, 5)
    assert (found.operands, found.distinct_operands) == (6, 4)
    assert found.volume == pytest.approx(12 * math.log2(9))
    assert found.difficulty == pytest.approx(5 / 2 * 6 / 4)
    assert found.effort == pytest.approx(found.volume * found.difficulty)


def test_halstead_leaves_out_what_only_closes_or_separates():
    # operators: if == ( { . : ( return ; operands: a "b" f 1 2 nil t u v `x{ }y` true
    found = metrics("if a == 'b' then f({ 1, 2, nil }); t.u:v() return `x{true}y` end").halstead
    assert (found.operators, found.operands) == (8, 12)


def test_a_loop_is_one_operator():
    for source in ("repeat until x", "while x do end", "for _ in x do end"):
        assert metrics(source).halstead.operators == 1


def test_a_function_has_its_own_tokens_only():
    outer, inner = metrics("local function f(a)\n\treturn function(b) return a + b end\nend").functions
    assert (outer.name, inner.name) == ("f", "anonymous")
    assert (outer.halstead.operators, outer.halstead.operands) == (2, 1)  # ( return; a
    assert (inner.halstead.operators, inner.halstead.operands) == (4, 3)  # function ( return +; b a b


def test_an_empty_file_has_no_measures():
    found = metrics("").halstead
    assert (found.volume, found.difficulty, found.effort) == (0, 0, 0)


def test_functions_have_the_names_of_their_places():
    source = (
        "local function a() end\nfunction b.c:d() end\nlocal e = function() end\nt.f = function() end\n"
        "return { g = function(x, ...) end, function() end }"
    )
    found = metrics(source).functions
    assert [item.name for item in found] == ["a", "b.c:d", "e", "t.f", "g", "anonymous"]
    assert [item.parameters for item in found] == [0, 0, 0, 0, 2, 0]
    assert [item.line for item in found] == [1, 2, 3, 4, 5, 5]


def test_a_file_sums_up_its_functions_and_the_code_outside():
    found = metrics("if a then b() end\n" + WORDS + CALLBACK.replace("f(", "g("))
    assert found.cyclomatic == 2 + 4 + 2 + 2  # the chunk, WORDS, CALLBACK and the function in it
    assert found.cognitive == 1 + 4 + 4
    assert found.nesting == 3


def test_types_and_comments_branch_nothing():
    plain = function("local function f(a, b) return a end")
    typed = function(
        "-- if a and b then\nlocal function f(a: (number | string)?, b: () -> ()): typeof(1 and 2) return a end"
    )
    assert (typed.cyclomatic, typed.cognitive, typed.parameters) == (plain.cyclomatic, plain.cognitive, 2)


bodies = st.recursive(
    st.sampled_from(["x()", "return", "local y = a and b or c", "y = if a then b else c"]),
    lambda inner: st.one_of(
        inner.map("if a then {} else b() end".format),
        inner.map("while a do {} end".format),
        inner.map("for i = 1, a and 2 or 3 do {} end".format),
        inner.map("g(function() {} end)".format),
        inner.map("do {} end".format),
        st.tuples(inner, inner).map(lambda two: f"do {two[0]} end do {two[1]} end"),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(one=bodies, two=bodies)
def test_measures_of_parts_add_up(one: str, two: str):
    first, second = metrics(f"do {one} end"), metrics(f"do {two} end")
    both = metrics(f"do {one} end\ndo {two} end")
    assert both.cyclomatic == first.cyclomatic + second.cyclomatic - 1
    assert both.cognitive == first.cognitive + second.cognitive
    assert both.nesting == max(first.nesting, second.nesting)
    assert both.halstead.operators == first.halstead.operators + second.halstead.operators
    assert both.halstead.operands == first.halstead.operands + second.halstead.operands


@settings(max_examples=150, deadline=None)
@given(body=bodies)
def test_lying_deeper_never_costs_less_and_never_branches_more(body: str):
    flat = function(f"local function f() do {body} end end")
    deep = function(f"local function f() if a then do {body} end end end")
    assert deep.cyclomatic == flat.cyclomatic + 1
    assert deep.cognitive >= flat.cognitive + 1
    assert deep.nesting == flat.nesting + 1


def test_deep_trees_are_no_trouble():
    body = s.Block(0, 0, [])
    for _ in range(10_000):
        body = s.Block(0, 0, [s.While(0, 0, s.Nil(0, 0), body)])
    assert measure(s.Chunk(b"", body, line_starts=[0])).nesting == 10_000
    nested = s.Function(0, 0, [], [], [], None, None, None, s.Block(0, 0, []))
    for _ in range(10_000):
        nested = s.Function(0, 0, [], [], [], None, None, None, s.Block(0, 0, [s.Return(0, 0, [nested])]))
    found = measure(s.Chunk(b"", s.Block(0, 0, [s.Return(0, 0, [nested])]), line_starts=[0]))
    assert len(found.functions) == 10_001
    chain = "\n".join(f"local function f{n}() f{n - 1}() end" for n in range(1, 5_000))
    assert metrics(chain).cognitive == 0


def test_broken_files_are_measured_as_far_as_they_were_read():
    assert metrics("local function f(a) if a then b() end end\nlocal = = \nif").functions[0].cyclomatic == 2
