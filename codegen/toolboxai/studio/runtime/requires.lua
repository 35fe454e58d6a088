--[[ `require` of files: each module runs once, in the thread that asked first; others wait for it. ]]
local rt = ...
local raw, py, host, fail = rt.raw, rt.py, rt.host, rt.fail
local type, select, rawerror, running, yield = raw.type, raw.select, raw.error, raw.coroutine.running, raw.coroutine.yield

-- path -> { state = "loading" | "loaded" | "failed", value, asker = the module that asked, waiting = threads }
local modules = {}

local requireFrom

local function settle(module, state, value)
	module.state, module.value = state, value
	for _, thread in raw.ipairs(module.waiting) do
		host.defer(thread)
	end
	module.waiting = {}
end

local function outcome(module, name, ok, ...)
	if not ok then
		settle(module, "failed", rt.translate((...)))
	elseif select("#", ...) ~= 1 then
		settle(module, "failed", "module " .. name .. " must return a single value")
	else
		settle(module, "loaded", (...))
	end
end

local function load(module, path)
	local code, name = py.read_module(path)
	if not code then
		return settle(module, "failed", name)
	end
	local env = rt.environment()
	env.require = requireFrom(path, module)
	local chunk, message = rt.compile(code, name, env)
	if not chunk then
		return settle(module, "failed", message)
	end
	outcome(module, name, raw.pcall(chunk))
end

local function isLoadingFor(module, asker)
	while asker do
		if asker == module then
			return true
		end
		asker = asker.asker
	end
	return false
end

local function valueOf(path, asker)
	local module = modules[path]
	if not module then
		module = { state = "loading", asker = asker, thread = running(), waiting = {} }
		modules[path] = module
		load(module, path)
	elseif module.state == "loading" then
		if module.thread == running() or isLoadingFor(module, asker) then
			return nil, "cyclic module dependency"
		end
		module.waiting[#module.waiting + 1] = running()
		yield()
	end
	if module.state == "failed" then
		return nil, module
	end
	return module
end

-- The `require` of one file.
function requireFrom(path, asker)
	return function(request)
		if type(request) ~= "string" then
			fail("invalid argument #1 to 'require' (string expected, got " .. rt.globals.typeof(request) .. ")")
		end
		local target, why = py.resolve(path, request)
		if not target then
			fail("error requiring module \"" .. request .. "\": " .. why)
		end
		local module, problem = valueOf(target, asker)
		if module then
			return module.value
		elseif type(problem) == "string" then
			fail("error requiring module \"" .. request .. "\": " .. problem)
		end
		rawerror(problem.value, 0)
	end
end

function rt.requireFile(path)
	local module, problem = valueOf(path, nil)
	if module then
		return module.value
	end
	rawerror(type(problem) == "table" and problem.value or problem, 0)
end

-- A program's main file: run, not required, so it need not return anything.
function rt.mainFile(path)
	local code, name = py.read_module(path)
	if not code then
		rawerror(name, 0)
	end
	local env = rt.environment()
	env.require = requireFrom(path, nil)
	local chunk, message = rt.compile(code, name, env)
	if not chunk then
		rawerror(message, 0)
	end
	return chunk
end
