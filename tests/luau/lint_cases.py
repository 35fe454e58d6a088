"""For each lint rule: code in which it finds something on every line that ends in ``--!``, and code that it lets be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cases:
    bad: tuple[str, ...]
    good: tuple[str, ...]


CASES: dict[str, Cases] = {
    "unused-local": Cases(
        (
            "local x = 1 --!",
            "local a, b = f() --!\nprint(b)",
            "local total = 0 --!\ntotal = 5",
            "local total = 0 --!\ntotal += 1",
            "local function f() local inner = 1 --!\nend f()",
            "for i = 1, 2 do local twice = i * 2 --!\nend",
        ),
        (
            "local _x = 1",
            "local x = 1 return x",
            "local x = 1 return function() return x end",
            "local x: number = 1 type T = typeof(x)",
            "export local x = 1",
            "local _, b = f() print(b)",
            "local t = {} t.x = 1 local n = 0 t[n] = 1",
        ),
    ),
    "unused-function": Cases(
        (
            "local function f() end --!",
            "local function f(n) return f(n - 1) end --!",
            "local f = function() end --!",
            "local M = {} local function helper() end --!\nreturn M",
        ),
        ("local function f() end f()", "local function _f() end", "local function f() end return f", "export function f() end"),
    ),
    "unused-import": Cases(
        ("local Signal = require(script.Signal) --!", 'local Signal = require("./Signal") --!'),
        ('local Signal = require("./Signal") return Signal.new()', 'local Types = require("./Types") local x: Types.T = 1 f(x)'),
    ),
    "unused-parameter": Cases(
        ("local function f(a) --!\nend f()", "g(function(a, b) --!\nreturn a end)"),
        ("g(function(_a, b) return b end)", "local M = {} function M:f() end return M"),
    ),
    "unused-loop-variable": Cases(
        ("for i = 1, 3 do --!\nprint('x') end", "for k, v in t do --!\nprint(v) end"),
        ("for _ = 1, 3 do print('x') end", "for _, v in t do print(v) end"),
    ),
    "shadowed-name": Cases(
        (
            "local x = 1\ndo\nlocal x = 2 --!\nprint(x) end print(x)",
            "local ok = f()\nlocal ok = g() --!\nprint(ok)",
            "local function f(a)\nlocal a = 2 --!\nreturn a end f()",
            "for i = 1, 2 do\nfor i = 1, 2 do --!\nprint(i) end end",
        ),
        (
            "local x = 1 local x = x print(x)",
            "local x = 1 do local x = x or 2 print(x) end",
            "local x = 1 do local x = x :: number print(x) end",
            "local x = 1 local function f(x) return x end print(x, f)",
            "local _x = 1 local _x = 2",
            "do local x = 1 print(x) end do local x = 2 print(x) end",
        ),
    ),
    "unknown-global": Cases(
        ("print(foo) --!", "prnt('x') --!", "local x = Foo.bar --!\nprint(x)", "print(workspce.Part) --!", "foo() --!\nfoo() --!"),
        (
            "print(game, workspace, script, Enum, Instance, task, Vector3)",
            "foo = 1 print(foo)",
            "function foo() end foo()",
            "local foo print(foo)",
            "print(_G.foo, shared.x)",
        ),
    ),
    "undeclared-global-write": Cases(
        ("x = 1 --!", "function f() --!\nend", "local function f() count += 1 --!\nend f()", "local a a, b = 1, 2 --!\nprint(a)"),
        ("local x x = 1 print(x)", "local M = {} function M.f() end M.x = 1", "_G.x = 1"),
    ),
    "builtin-global-write": Cases(
        ("print = nil --!", "function wait() --!\nend", "script = 1 --!"),
        ("local print = print print()", "local function wait() end wait()"),
    ),
    "duplicate-local": Cases(
        ("local a, a = 1, 2 --!", "local function f(x, x) --!\nreturn x end f()", "for i, i in t do --!\nend"),
        ("local _, _ = f()", "local a, b = 1, 2", "local function f(_, _) end f()"),
    ),
    "placeholder-read": Cases(
        ("local _ = 1\nprint(_) --!", "for _, v in t do\nprint(_, v) --!\nend"),
        ("local _ = f()", "local _x = 1 print(_x)", "_ = f()"),
    ),
    "uninitialized-local": Cases(
        ("local x\nprint(x) --!", "local a, b\nb = 1\nprint(a, b) --!"),
        ("local x x = 1 print(x)", "local x = nil print(x)", "local x local function f() x = 1 end print(x, f)", "local x"),
    ),
    "duplicate-function": Cases(
        (
            "local M = {}\nfunction M.f() end\nfunction M.f() end --!\nreturn M",
            "local function f() end\nlocal function f() end --!\nf()",
            "function M:f() end\nfunction M:f() end --!",
        ),
        ("if x then function f() end else function f() end end", "function M.f() end function M.g() end"),
    ),
    "self-assignment": Cases(
        ("local x = 1\nx = x --!", "t.a = t.a --!", "a, b = b, b --!"),
        ("x = y", "t.a = t.b", "a, b = b, a", "t[f()] = t[f()]", "local x = x"),
    ),
    "unbalanced-assignment": Cases(
        ("local a, b = 1 --!", "local a = 1, 2 --!", "a, b = 1, 2, 3 --!", "local a, b, c = f(), 1 --!"),
        ("local a, b = f()", "local a, b", "local a, b = ...", "local a, b, c = 1, f()", "a, b = b, a", "local a, b = nil"),
    ),
    "unreachable-code": Cases(
        (
            "local function f()\ndo return 1 end\nprint('x') --!\nend f()",
            "if a then return 1 else return 2 end\nprint('x') --!",
            "while true do\nwait()\nend\nprint('x') --!",
            "error('no')\nprint('x') --!",
            "for i = 1, 2 do\nif i then break else continue end\nprint(i) --!\nend",
            "local function f() repeat return 1 until true\nprint('x') --!\nend f()",
        ),
        (
            "if a then return 1 end print('x')",
            "while true do if f() then break end end print('x')",
            "while x do end print('x')",
            "error('no') return nil",
            "local function error() end error() print('x')",
            "repeat if f() then break end until false print('x')",
            "for i = 1, 2 do if i then continue end print(i) end",
        ),
    ),
    "implicit-return": Cases(
        ("local function f(a)\nif a then return 1 end\nend --!\nf()", "return function(a)\nfor _, v in a do return v end\nend --!"),
        (
            "local function f(a) if a then return 1 end return nil end f()",
            "local function f(a) if a then return end end f()",
            "local function f(a) if a then return 1 else error('x') end end f()",
            "local function f() while true do if g() then return 1 end end end f()",
            "local function f() return 1 end f()",
            "local function f() g(function() return 1 end) end f()",
        ),
    ),
    "endless-loop": Cases(
        (
            "while true do --!\nx += 1 end",
            "while true do --!\nprint('hi') end",
            "repeat --!\nx = math.random() until false",
            "while 1 do --!\nlocal s = string.rep('x', 2) end",
        ),
        (
            "while true do task.wait() end",
            "while true do wait(1) end",
            "while true do step() end",
            "while true do if x then break end end",
            "local function f() while true do if x then return end end end",
            "while x do y() end",
            "while true do event:Wait() end",
            "repeat x += 1 until x > 3",
        ),
    ),
    "empty-block": Cases(
        ("if x then --!\nend", "for _, v in t do --!\nend", "while f() do --!\nend", "do --!\nend", "if x then --!\nelse y() end"),
        ("if x then\n-- nothing yet\nend", "local function f() end f()", "if x then y() end", "for _ in t do n += 1 end"),
    ),
    "duplicate-condition": Cases(
        (
            "if a then f()\nelseif b then g()\nelseif a then h() --!\nend",
            "print(a and a) --!",
            "print(a.b or a.b) --!",
            "local x = if a == 1 then 1\nelseif a == 1 then 2 --!\nelse 3 print(x)",
        ),
        ("if a then f() elseif b then g() end", "print(a and b)", "print(f() or f())", "if f() then g() elseif f() then h() end"),
    ),
    "misleading-and-or": Cases(
        ("local x = a and false or true --!\nprint(x)", "return a and nil or b --!"),
        ("return a and b or c", "return a and 1 or 2", "return (a or false) and b"),
    ),
    "multi-line-statement": Cases(
        ("local x = a +\nb --!\nprint(x)", "x = 1\n.. y --!", "return a\nor b --!", "do\n\tx =\n\ty --!\nend"),
        (
            "local x = a +\n\tb print(x)",
            "local t = {\n1,\n2,\n} print(t)",
            "f(\n1,\n2\n)",
            "x = [[\ny]]",
            "local f = function()\nreturn 1\nend f()",
            "a\n\t:b()\n\t:c()",
            "local x = f(\n\t1\n) + 2 print(x)",
            "f(a, function()\nend)",
        ),
    ),
    "comparison-precedence": Cases(
        ("print(not a == b) --!", "print(not x == 1) --!", "print(1 < x < 3) --!", "print(a == nil == b) --!"),
        ("print(not (a == b))", "print((not a) == b)", "print(not a == not b)", "print(a ~= b)", "print((a == b) == c)", "print(a == b == true)"),
    ),
    "unknown-type-name": Cases(
        ("print(type(x) == 'strng') --!", "print('bool' == typeof(x)) --!", "if type(x) ~= 'array' then f() end --!"),
        (
            "print(type(x) == 'string')",
            "print(typeof(x) == 'Vector3', typeof(x) == 'Instance', typeof(x) == 'EnumItem')",
            "print(x.type == 'strng')",
            "local type = f print(type(x) == 'strng')",
        ),
    ),
    "self-comparison": Cases(
        ("print(a < a) --!", "print(a.b >= a.b) --!", "print(#t == #t) --!", "print('a' == 'a') --!"),
        ("print(a ~= a)", "print(a.b ~= a.b)", "print(v.X == v.X)", "print(f() < f())", "print(a < b)"),
    ),
    "impossible-comparison": Cases(
        (
            "print(1 == '1') --!",
            "print(type(x) == nil) --!",
            "print(#t == '0') --!",
            "print(t == {}) --!",
            "print(1 < '2') --!",
            "print(x ~= {}) --!",
            "print(true > false) --!",
            "local limit = 10\nprint(limit == '10') --!",
            "print(tostring(x) == 5) --!",
        ),
        ("print(x == 1)", "print(#t == 0)", "print(tonumber(x) == nil)", "print(nil == x)", "print(type(x) == 'nil')", "print(x == y)"),
    ),
    "constant-condition": Cases(
        (
            "if x ~= 1 or x ~= 2 then f() end --!",
            "if x == 1 and x == 2 then f() end --!",
            "if name == 'a' or 'b' then f() end --!",
            "while a or true do wait() end --!",
            "if t.kind ~= 'x' or t.kind ~= 'y' then f() end --!",
            "if (x == 1 or 2) then f() end --!",
        ),
        (
            "if x ~= 1 and x ~= 2 then f() end",
            "if x == 1 or x == 2 then f() end",
            "if x ~= 1 or y ~= 2 then f() end",
            "while true do wait() end",
            "local x = y or 'b' print(x)",
            "if f(x or 1) then g() end",
            "if f() ~= 1 or f() ~= 2 then g() end",
            "if x ~= 1 or x ~= 1.0 then f() end",
        ),
    ),
    "duplicate-key": Cases(
        (
            "return { a = 1,\na = 2 } --!",
            "return { a = 1,\n['a'] = 2 } --!",
            "return { 'x',\n[1] = 'y' } --!",
            "return { [1.0] = 'x',\n[1] = 'y' } --!",
            "return { ab = 1,\n['a' .. 'b'] = 2 } --!",
        ),
        ("return { a = 1, b = 2 }", "return { [f()] = 1, [f()] = 2 }", "return { 1, 2, [3] = 3 }", "return { ['1'] = 1, [1] = 2 }", "return { [true] = 1, [1] = 2 }"),
    ),
    "length-misuse": Cases(
        (
            "print(#{ a = 1, b = 2 }) --!",
            "local scores = { ann = 1 }\nprint(#scores) --!",
            "print(#5) --!",
            "print(#nil) --!",
            "local n = 5\nprint(#n) --!",
        ),
        (
            "print(#{ 1, 2 })",
            "local t = { a = 1 } table.insert(t, 1) print(#t)",
            "local t = { a = 1 } t[1] = 2 print(#t)",
            "print(#'abc')",
            "print(#{})",
            "local t = { n = 0 } f(t) print(#t)",
        ),
    ),
    "for-range": Cases(
        (
            "for i = #t, 1 do f(i) end --!",
            "for i = 10, 1 do f(i) end --!",
            "for i = 0, #t do f(i) end --!",
            "local t = { 1, 2 }\nfor i = 1, t do f(i) end --!",
            "for i = 1, 10, -1 do f(i) end --!",
            "for i = 1, 10, 0 do f(i) end --!",
            "for i = 1, {} do f(i) end --!",
            "for i = 1, nil do f(i) end --!",
        ),
        (
            "for i = #t, 1, -1 do f(i) end",
            "for i = 1, #t do f(i) end",
            "for i = 10, 1, -1 do f(i) end",
            "for i = 0, 5 do f(i) end",
            "for i = 0, #t - 1 do f(i) end",
            "for i = 1, n do f(i) end",
            "for i = 1, 1 do f(i) end",
            "for i = 0, #t, 2 do f(i) end",
        ),
    ),
    "iterator-misuse": Cases(
        (
            "for i in 10 do f(i) end --!",
            "for i in #t do f(i) end --!",
            "for _, v in ipairs(#t) do f(v) end --!",
            "for _, v in pairs(nil) do f(v) end --!",
            "for k in pairs do f(k) end --!",
            "for k in pairs() do f(k) end --!",
            "for _, c in workspace.GetChildren do f(c) end --!",
            "for c in 'abc' do f(c) end --!",
            "local t = { a = 1 }\nfor _, v in ipairs(t) do f(v) end --!",
            "local n = 3\nfor i in n do f(i) end --!",
        ),
        (
            "for _, v in t do f(v) end",
            "for _, v in ipairs(t) do f(v) end",
            "for _, c in workspace:GetChildren() do f(c) end",
            "for k, v in next, t do f(k, v) end",
            "for w in string.gmatch(s, '%a+') do f(w) end",
            "local t = { a = 1 } for k, v in pairs(t) do f(k, v) end",
            "for x in iterator do f(x) end",
        ),
    ),
    "table-operations": Cases(
        (
            "table.insert(t, 0, x) --!",
            "table.insert(t, #t, x) --!",
            "table.insert(t, #t + 1, x) --!",
            "table.remove(t, 0) --!",
            "table.remove(t, #t + 1) --!",
            "table.remove(t, #t - 1) --!",
            "table.insert(t, s:gsub('a', 'b'), x)\ntable.insert(t, string.gsub(s, 'a', 'b')) --!",
            "local rows = table.create(3, {}) --!",
            "print(table.find(t, {})) --!",
            "table.move(a, 0, 3, 1) --!",
        ),
        (
            "table.insert(t, x)",
            "table.insert(t, 1, x)",
            "table.remove(t)",
            "table.remove(t, 1)",
            "table.remove(t, #t)",
            "table.insert(t, #u + 1, x)",
            "table.insert(t, (string.gsub(s, 'a', 'b')))",
            "local row = table.create(3, 0)",
            "local table = f table.insert(t, 0, x)",
        ),
    ),
    "deprecated-global": Cases(
        (
            "wait(1) --!",
            "spawn(f) --!",
            "delay(1, f) --!",
            "print(table.getn(t)) --!",
            "table.foreach(t, print) --!",
            "getfenv() --!",
            "setfenv(1, {}) --!",
            "print(Workspace) --!",
        ),
        ("task.wait(1)", "local function wait() end wait()", "local t = { getn = f } t.getn()", "local table = x table.getn()"),
    ),
    "deprecated-member": Cases(
        (
            "workspace:children() --!",
            "game.Players:players() --!",
            "part.Touched:connect(f) --!",
            "game.Players.PlayerAdded:wait() --!",
            "game:GetService('Players'):players() --!",
            "local part = Instance.new('Part')\npart.brickColor = x --!",
            "local function f(part: BasePart)\npart:Remove() --!\nend f()",
            "local Players = game:GetService('Players')\nprint(Players.NumPlayers) --!",
            "local Players = game:GetService('Players')\nPlayers.PlayerAdded:Connect(function(player)\nplayer:Remove() --!\nend)",
        ),
        ("workspace:GetChildren()", "queue:Remove()", "local list = {} list:children()", "x.brickColor = y", "part:connect(f)", "self.changed:connect(f)"),
    ),
    "format-string": Cases(
        (
            "print(string.format('%d %d', 1)) --!",
            "print(('%s'):format()) --!",
            "print(string.format('%s', 1, 2)) --!",
            "print(string.format('%y', 1)) --!",
            "print(('100%'):format()) --!",
            "print(string.format('%d', {})) --!",
            "local form = '%s and %s'\nprint(form:format('a')) --!",
        ),
        (
            "print(string.format('%d %s', 1, 'x'))",
            "print(string.format('100%%'))",
            "print(string.format('%s %s', f()))",
            "print(('%5.2f|%-3d|%*|%q|%x'):format(1, 2, 3, 'x', 255))",
            "print(string.format(pattern, 1, 2))",
            "print(string.format('%s %s', ...))",
            "print(os.date('%y'))",
        ),
    ),
    "inexact-number": Cases(
        ("print(9007199254740993) --!", "print(0xFFFFFFFFFFFFFFFFF) --!", "print(123456789012345678901) --!"),
        ("print(9007199254740992)", "print(1e300)", "print(0xFFFFFFFF)", "print(3.14159265358979323846)", "print(9007199254740993i)"),
    ),
    "comment-directive": Cases(
        ("--!stricct --!\nprint()", "--!nolint NoSuchRule --!\nprint()", "print()\n--!strict --!", "--!optimize 9 --!\nprint()"),
        ("--!strict\nprint()", "--!nolint LocalUnused\nprint()", "--!nolint unused-local\nprint()", "--!optimize 2\n--!native\nprint()"),
    ),
    "unknown-member": Cases(
        (
            "math.rnd(1) --!",
            "local s = string s.foo() --!",
            "print(Vector3.New(1, 2, 3)) --!",
            "print(Enum.Material.Plastik) --!",
            "print(Enum.Keycode) --!",
            "workspace:FindFirstChilld('x') --!",
            "local part = Instance.new('Part')\npart.Colour = 1 --!",
            "local part: BasePart = f()\npart.Sise += 1 --!",
            "game:GetService('Players').PlayerAded:Connect(print) --!",
        ),
        (
            "local round = math.rnd or math.floor return round",
            "local math = {} math.rnd()",
            "function math.rnd() end math.rnd()",
            "return Enum.Material.Plastic, Enum.KeyCode:GetEnumItems(), Enum.RaycastFilterType.Blacklist",
            "table.getn({}) string.format('') task.wait() utf8.char(1)",
            "return CFrame.new(), Color3.fromRGB(1, 1, 1), Vector3.zero",
            "workspace.Door:Open() return workspace.Baseplate",
            "local part: Instance = f() part.Size = 1 part:ApplyImpulse()",
            "local self = {} self.Colour = 1 self:Anything()",
        ),
    ),
    "unknown-class": Cases(
        (
            "Instance.new('Prt') --!",
            "game:GetService('PlayersService') --!",
            "print(workspace:IsA('BasPart')) --!",
            "local part: Instance = f()\nprint(part:FindFirstChildOfClass('Humanoyd')) --!",
        ),
        (
            "Instance.new('Part') game:GetService('Players')",
            "local thing = f() print(thing:IsA('Widget'))",
            "local name = f() Instance.new(name)",
            "print(workspace:IsA('PVInstance'), workspace:FindFirstChildWhichIsA('Instance'))",
        ),
    ),
}  # fmt: skip
