"""The concepts of a program: every construct is recognised, and engine members have the class that declares them."""

import pytest

from toolboxai.luau import parse
from toolboxai.luau.concepts import Concepts, find_concepts
from toolboxai.roblox.world import roblox_world


def concepts(source: str) -> Concepts:
    chunk = parse(source)
    assert not chunk.problems, chunk.problems
    return find_concepts(chunk, world=roblox_world())


CONSTRUCTS = {
    "arithmetic": ("x = 1 + 2", "x = 1 .. 2"),
    "array": ("x = { 1 }", "x = {}"),
    "assignment": ("x = 1", "local x = 1"),
    "break": ("while f() do break end", "while f() do end"),
    "callback": ("f(function() end)", "f(g)"),
    "cast": ("x = y :: number", "local x: number = y"),
    "closure": ("function f() local n = 0 return function() n += 1 end end", "local n function f() n = 1 end"),
    "comment": ("-- a\nx()", "x('--')"),
    "comparison": ("x = a == b", "x = b"),
    "compound-assignment": ("x += 1", "x = x + 1"),
    "concatenation": ("x = 'a' .. b", "x = `a{b}`"),
    "constant": ("const x = 1", "local x = 1"),
    "continue": ("for i = 1, 2 do continue end", "for i = 1, 2 do break end"),
    "coroutine": ("local co = coroutine.create(f)", "local coroutine = x coroutine.create(f)"),
    "dictionary": ("x = { a = 1 }", "x = { 1 }"),
    "do-block": ("do x() end", "while f() do end"),
    "else": ("if a then else b() end", "x = if a then 1 else 2"),
    "elseif": ("if a then elseif b then end", "if a then else if b then end end"),
    "endless-loop": ("while true do task.wait() end", "while x do end"),
    "error-handling": ("pcall(f)", "f(pcall)"),
    "event": ("part.Touched:Connect(f)", "signal:Connect(f)"),
    "export": ("export type T = number", "type T = number"),
    "function": ("f(function() end)", "f()"),
    "generic": ("type Box<T> = { value: T }", "type Box = {}"),
    "generic-for": ("for k, v in t do end", "for i = 1, 2 do end"),
    "global-variable": ("x = 1", "local x x = 1"),
    "if": ("if a then end", "x = if a then 1 else 2"),
    "if-expression": ("x = if a then 1 else 2", "if a then end"),
    "index": ("x = t[1]", "x = t.a"),
    "interpolated-string": ("x = `{1}`", "x = '1'"),
    "length": ("x = #t", "x = t"),
    "local-function": ("local function f() end", "function f() end"),
    "local-variable": ("local x = 1", "x = 1"),
    "logical-operator": ("x = not a", "x = -a"),
    "metatable": ("setmetatable(t, m)", "set(t, m)"),
    "method": ("function M:f() end", "function M.f() end"),
    "method-call": ("x:f()", "x.f()"),
    "module": ("return {}", "x()"),
    "multiple-assignment": ("local a, b = 1, 2", "local a = 1"),
    "multiple-return": ("return 1, 2", "return 1"),
    "nested-loop": ("for i = 1, 2 do for j = 1, 2 do end end", "for i = 1, 2 do end for j = 1, 2 do end"),
    "nested-table": ("x = { {} }", "x = { 1 }"),
    "numeric-for": ("for i = 1, 2 do end", "for i in t do end"),
    "parameter": ("function f(a) end", "function f() end"),
    "recursion": ("function f() f() end", "function f() g() end"),
    "repeat": ("repeat until f()", "while f() do end"),
    "require": ("local m = require('./m')", "local m = m"),
    "return": ("return", "x()"),
    "strict-mode": ("--!strict\nx()", "x()"),
    "table": ("x = {}", "x = t"),
    "task": ("task.wait()", "wait()"),
    "type-alias": ("type T = number", "local x: number"),
    "type-annotation": ("local x: number", "type T = number"),
    "type-function": ("type function f(t) return t end", "type T = number"),
    "vararg": ("function f(...) return ... end", "function f(a) return a end"),
    "while": ("while x do end", "repeat until x"),
}


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_a_construct_is_seen_where_it_is_and_only_there(construct: str):
    there, elsewhere = CONSTRUCTS[construct]
    assert construct in concepts(there).constructs
    assert construct not in concepts(elsewhere).constructs


def test_no_construct_is_without_a_case():
    together = "\n".join(f"do {there} end" for there, _ in CONSTRUCTS.values() if "export" not in there)
    seen = find_concepts(parse("--!strict\nexport type X = number\n" + together + "\nreturn {}"))
    assert set(seen.constructs) <= set(CONSTRUCTS)


@pytest.mark.parametrize(
    ("source", "member"),
    [
        ("print('x')", "print"),
        ("table.insert(t, 1)", "table.insert"),
        ("local insert = table.insert", "table.insert"),
        ("local p = Instance.new('Part')", "Instance.new"),
        ("local p = Instance.new('Part')", "Part"),
        ("local v = Vector3.new(1, 2, 3)", "Vector3.new"),
        ("p.Material = Enum.Material.Neon", "Enum.Material.Neon"),
        ("local Players = game:GetService('Players')", "Players"),
        ("local P = game:GetService('Players') for _, p in P:GetPlayers() do end", "Players:GetPlayers"),
        ("game:GetService('Players').PlayerAdded:Connect(f)", "Players.PlayerAdded"),
        ("local p = Instance.new('Part') p.Touched:Connect(f)", "BasePart.Touched"),
        ("local function f(part: BasePart) part.Position = v end", "BasePart.Position"),
        ("local function f(part: Part?) part.Position = v end", "BasePart.Position"),
        ("(x :: Humanoid).Health = 0", "Humanoid.Health"),
        ("local h = character:FindFirstChildOfClass('Humanoid') h:TakeDamage(5)", "Humanoid:TakeDamage"),
        ("part.Touched:Connect(function(hit) hit.Anchored = true end)", "BasePart.Anchored"),
        ("local P = game:GetService('Players') P.PlayerAdded:Connect(function(p) p:Kick() end)", "Player:Kick"),
        ("local P = game:GetService('Players') local function added(p) p:Kick() end P.PlayerAdded:Connect(added)",
         "Player:Kick"),
        ("for _, p in game:GetService('Players'):GetPlayers() do p:Kick() end", "Player:Kick"),
        ("for _, p in ipairs(game:GetService('Players'):GetPlayers()) do p:Kick() end", "Player:Kick"),
        ("game.Players.PlayerAdded:Connect(f)", "Players.PlayerAdded"),
        ("game.Players.PlayerAdded:Connect(f)", "Players"),
        ("local t = game:GetService('TweenService'):Create(p, i, g)", "TweenService:Create"),
        ("script.Parent.Anchored = true", "BasePart.Anchored"),
        ("game:GetService('Players').LocalPlayer.Character:Destroy()", "Instance:Destroy"),
    ],
)  # fmt: skip
def test_members_have_the_class_that_declares_them(source: str, member: str):
    found = concepts(source)
    assert member in found.members
    assert found.uses(member)


def test_what_more_than_one_class_declares_stands_by_its_name_alone():
    found = concepts("local part = script.Parent\npart.Touched:Connect(f)")
    assert ".Touched" in found.members
    assert found.uses("BasePart.Touched")
    assert not found.uses("BasePart.Anchored")


@pytest.mark.parametrize(
    ("source", "member"),
    [
        ("local list = {} list:Destroy()", "Instance:Destroy"),
        ("function M:f() self.Parent = nil end", "Instance.Parent"),
        ("local table = x table.insert(t, 1)", "table.insert"),
        ("local print = x print()", "print"),
        ("x.foo = 1", ".foo"),
        ("local p = Instance.new('Part') p = other p:Kick() p.Shape = 1", "Part.Shape"),
    ],
)
def test_a_programs_own_tables_are_not_the_engine(source: str, member: str):
    assert member not in concepts(source).members


def test_each_has_its_count_and_its_first_line():
    found = concepts("print(1)\nfor i = 1, 2 do\n\tprint(i)\nend\nfor i = 1, 2 do print(i) end")
    assert (found.constructs["numeric-for"].count, found.constructs["numeric-for"].line) == (2, 2)
    assert (found.members["print"].count, found.members["print"].line) == (3, 1)
