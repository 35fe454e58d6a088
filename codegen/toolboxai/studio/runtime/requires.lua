--[[ `require` of files: each module runs once, in the thread that asked first; others wait for it. ]]
local rt = ...
local raw, py, host, fail = rt.raw, rt.py, rt.host, rt.fail
local type, select, rawerror, running, yield =
	raw.type, raw.select, raw.error, raw.coroutine.running, raw.coroutine.yield

-- Registries of modules: `modules` is path -> { state = "loading" | "loaded" | "failed", value, asker = the module that
-- asked, waiting = threads }; where `shares(path)` holds, another's modules are taken from the first.
local first = { modules = {} }

-- The path and the registry behind each module's `require`.
local origins = raw.setmetatable({}, { __mode = "k" })

-- Texts that came a second time: path -> { code, name }.
local kept = {}

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

-- A second world's modules were all read before, by the first.
local function read(path, registry)
	if registry == first then
		return py.read_module(path)
	elseif not kept[path] then
		kept[path] = { py.read_module(path) }
	end
	return kept[path][1], kept[path][2]
end

local function load(module, path, registry)
	local code, name = read(path, registry)
	if not code then
		return settle(module, "failed", name)
	end
	local env = rt.environment()
	env.require = requireFrom(path, module, registry)
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

local function valueOf(path, asker, registry)
	if registry.shares and registry.shares(path) then
		registry = first
	end
	local modules = registry.modules
	local module = modules[path]
	if not module then
		module = { state = "loading", asker = asker, thread = running(), waiting = {} }
		modules[path] = module
		load(module, path, registry)
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
function requireFrom(path, asker, registry)
	local function require(request)
		if type(request) ~= "string" then
			fail("invalid argument #1 to 'require' (string expected, got " .. rt.globals.typeof(request) .. ")")
		end
		local target, why = py.resolve(path, request)
		if not target then
			fail('error requiring module "' .. request .. '": ' .. why)
		end
		local module, problem = valueOf(target, asker, registry)
		if module then
			return module.value
		elseif type(problem) == "string" then
			fail('error requiring module "' .. request .. '": ' .. problem)
		end
		rawerror(problem.value, 0)
	end
	origins[require] = path
	return require
end

-- What `require(request)` gives in a second world: every module below runs anew, but for those whose path `shares` names.
function host.another(require, request, shares)
	return requireFrom(origins[require], nil, { modules = {}, shares = shares })(request)
end

function rt.requireFile(path)
	local module, problem = valueOf(path, nil, first)
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
	env.require = requireFrom(path, nil, first)
	local chunk, message = rt.compile(code, name, env)
	if not chunk then
		rawerror(message, 0)
	end
	return chunk
end
