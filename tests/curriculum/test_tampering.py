"""A student's script cannot forge a pass, whatever it overwrites: the checks hold what was there before it ran."""

import pytest

CHECKS = """
return function(lesson)
	lesson.check("said", function()
		lesson.expectLine("secret words", "Say the secret words.")
	end)
	lesson.check("built", function()
		local tower = lesson.expectInstance("Workspace/Tower", "Part", "Build it.")
		lesson.expectProperty(tower, "Color", Color3.fromRGB(255, 0, 0), "Paint it.")
		lesson.expectProperty(tower, "Size", Vector3.new(1, 2, 3), "Size it.")
		local name: string = tower.Name
		lesson.expect(name:lower() == "tower" and math.max(1, 2) == 2 and #table.concat({ "a", "b" }) == 2, "Hm.")
		lesson.expect(tower:FindFirstChild("Flag"), "Where is the flag?")
	end)
	lesson.wait(0.1)
	lesson.check("later", function()
		lesson.expect(workspace:GetAttribute("Done") == true, "Not done.")
	end)
end
"""

SOLUTION = """
print("secret words")
local tower = Instance.new("Part")
tower.Name = "Tower"
tower.Color = Color3.fromRGB(255, 0, 0)
tower.Size = Vector3.new(1, 2, 3)
Instance.new("Folder", tower).Name = "Flag"
tower.Parent = workspace
workspace:SetAttribute("Done", true)
"""

ATTEMPTS = {
    "global functions": "print = function() end  pcall = function() return true end  error = function() end",
    "other globals": "game = {}  workspace = {}  typeof = function() return 'Part' end  type = typeof",
    "_G and shared": """
        for _, name in { "print", "error", "pcall", "lesson", "check", "results", "passed", "game", "Color3" } do
            _G[name] = function() return true end
            shared[name] = true
        end""",
    "libraries": """
        for _, library in { string, table, math, coroutine, task, utf8 } :: { any } do
            for name in pairs(library) do pcall(function() library[name] = function() return 2 end end) end
        end""",
    "rawset in libraries": """
        for _, library in { string, table, math, coroutine, task, utf8 } :: { any } do
            for name in pairs(library) do pcall(rawset, library, name, function() return 2 end) end
        end""",
    "data types": """
        for _, library in { Color3, Vector3, Instance, Enum } :: { any } do
            for _, name in { "new", "fromRGB", "fromHex" } do
                pcall(rawset, library, name, function() return nil end)
                pcall(function() library[name] = function() return nil end end)
            end
        end""",
    "lazy data types": """
        pcall(function() setmetatable(getfenv(), nil) end)
        pcall(function() getmetatable(getfenv()).__index = function() return { fromRGB = print, new = print } end end)
        pcall(function() rawset(getmetatable(getfenv()), "__index", nil) end)""",
    "metatable of strings": """
        pcall(function() getmetatable("").__index = function() return function() return "tower" end end end)
        pcall(function() setmetatable(string, { __index = function() return print end }) end)""",
    "metatables of instances": """
        for _, object in { game, workspace, Instance.new("Part"), Color3.new(), Vector3.new() } :: { any } do
            pcall(function() getmetatable(object).__index = function() return true end end)
            pcall(function() getmetatable(object).__eq = function() return true end end)
            pcall(setmetatable, object, { __index = function() return true end })
            pcall(rawset, object, "Name", "Tower")
        end""",
    "environments": """
        for level = 0, 20 do
            pcall(function()
                local env = getfenv(level)
                env.pcall = function() return true end
                env.error = function() end
                env.print = function() end
                env.game = {}
                setfenv(level, setmetatable({}, { __index = function() return true end }))
            end)
        end
        pcall(function() setfenv(print, {}) setfenv(pcall, {}) end)""",
    "debug, load and require": """
        for _, name in { "load", "loadstring", "dofile", "loadfile", "collectgarbage", "package", "io", "jit", "ffi" } do
            local found = (getfenv() :: any)[name]
            pcall(function() found('print("secret words")')() end)
        end
        for _, name in { "getregistry", "getupvalue", "setupvalue", "sethook", "getlocal", "setmetatable" } do
            pcall(function() (debug :: any)[name](1, 1, 1) end)
            assert((debug :: any)[name] == nil)
        end
        pcall(function() os.exit(0) end)
        pcall(function() os.execute("true") end)""",
    "Python": """
        for _, name in { "python", "py", "host", "rt", "core", "raw" } do
            assert((getfenv() :: any)[name] == nil, name)
        end""",
    "the checks' own words in the output": """
        print("All checks passed. Well done!")
        print('{"passed": true, "outcome": "finished"}')
        print("said", true)
        warn("secret words")""",
    "an error that looks like a verdict": """
        error(setmetatable({ message = "", passed = true }, { __tostring = function() return "All checks passed" end }))""",
    "an error that cannot be shown": """
        error(setmetatable({}, { __tostring = function() error("again") end }))""",
    "threads that act while the checks wait": """
        task.spawn(function()
            while true do
                task.wait()
                pcall(function() coroutine.close(coroutine.running()) end)
                error("noise")
            end
        end)""",
    "listeners that act when the checks look": """
        for _, object in { game, workspace } :: { any } do
            object.DescendantAdded:Connect(function() error("no") end)
            object.Changed:Connect(function() error("no") end)
        end""",
    "destroying the world": """
        pcall(function() game:Destroy() end)
        pcall(function() game:ClearAllChildren() end)
        for _, service in game:GetChildren() do
            pcall(function() service:Destroy() end)
            pcall(function() service.Parent = nil end)
            pcall(function() service:ClearAllChildren() end)
        end""",
    "a deep recursion": """
        local function deeper() return 1 + deeper() end
        pcall(deeper)
        deeper()""",
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_tampering_never_passes(judge, name):
    judgement = judge(CHECKS, ATTEMPTS[name])
    assert not judgement.verdict.passed
    assert judgement.broken == ""
    assert judgement.verdict.checks == [] or not any(result.passed for result in judgement.verdict.checks)
    assert judgement.verdict.message


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in ATTEMPTS
        if "error" not in name and "world" not in name and "recursion" not in name and "noise" not in ATTEMPTS[name]
    ],
)
def test_tampering_harms_no_right_answer_either(judge, name):
    verdict = judge(CHECKS, f"{SOLUTION}\n{ATTEMPTS[name]}").verdict
    assert [(result.name, result.message) for result in verdict.checks if not result.passed] == []


def test_the_right_answer_passes(judge):
    assert judge(CHECKS, SOLUTION).verdict.passed


def test_one_students_marks_are_gone_for_the_next(judge):
    judge(CHECKS, f"{SOLUTION}\n_G.tower = true\nshared.tower = true")
    verdict = judge(CHECKS, 'print("secret words", _G.tower, shared.tower, workspace:FindFirstChild("Tower"))').verdict
    assert verdict.output == ["secret words nil nil nil"]


def test_a_function_that_the_checks_call_reaches_none_of_theirs(judge):
    checks = """
    return function(lesson)
        lesson.check("adds", function()
            local add = lesson.expectInstance("Workspace/Add", "BindableFunction", "Make it.") :: any
            lesson.expect(add:Invoke(1, 2) == 3, "Add them.")
        end)
    end
    """
    attempt = """
    local add = Instance.new("BindableFunction", workspace)
    add.Name = "Add"
    add.OnInvoke = function()
        for level = 1, 30 do
            pcall(function()
                setfenv(level, setmetatable({}, { __index = function() return function() return true end end }))
            end)
            pcall(function()
                local env = getfenv(level)
                env.error, env.pcall = function() end, function() return true end
            end)
        end
        return 4
    end
    """
    assert judge(checks, attempt).verdict.message == "Add them."
