--[[ `require` of files: each module runs once, in the thread that asked first; others wait for it. ]]
local rt = ...
local raw, py, host, fail = rt.raw, rt.py, rt.host, rt.fail
local type, select, rawerror, running, yield = raw.type, raw.select, raw.error, raw.coroutine.running, rt.core.yield

-- Registries of modules: `modules` is path -> { state = "loading" | "loaded" | "failed", value, asker = the module that
-- asked, waiting = threads }; where `shares(path)` holds, another's modules are taken from the first.
local first = { modules = {} }

-- The path and the registry behind each module's `require`.
local origins = raw.setmetatable({}, { __mode = "k" })

-- What came a second time, and may come again: path -> { code, name, again = the chunk in the engine's own form,
-- requests = what its requires mean }.
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

-- The first world's chunks by path, and their names: another's are made of these.
local chunks, names = {}, {}

local function known(path)
	local found = kept[path]
	if not found then
		found = { requests = {}, name = names[path], again = chunks[path] and rt.again and rt.again(chunks[path]) }
		if not found.again then
			found.code, found.name = py.read_module(path)
		end
		kept[path] = found
	end
	return found
end

-- The chunk of the module and its name; nil and why not.
local function compiled(path, registry, env)
	if registry ~= first then
		local found = known(path)
		if found.again then
			return rt.compiledAgain(found.again, env), found.name
		elseif not found.code then
			return nil, found.name
		end
		local chunk, message = rt.compile(found.code, found.name, env)
		found.again = chunk and rt.again and rt.again(chunk)
		return chunk, message or found.name
	end
	local code, name = py.read_module(path)
	if not code then
		return nil, name
	end
	local chunk, message = rt.compile(code, name, env)
	chunks[path], names[path] = chunk, name
	return chunk, message or name
end

local function load(module, path, registry)
	local env = rt.environment()
	env.require = requireFrom(path, module, registry)
	local chunk, name = compiled(path, registry, env)
	if not chunk then
		return settle(module, "failed", name)
	end
	outcome(module, name, raw.pcall(chunk))
end

local function resolve(path, request, registry)
	if registry == first then
		return py.resolve(path, request)
	end
	local requests = known(path).requests
	local target = requests[request]
	if target then
		return target
	end
	local why
	target, why = py.resolve(path, request)
	requests[request] = target
	return target, why
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

local valueOf

function valueOf(path, asker, registry)
	local modules = registry.modules
	local module = modules[path]
	if not module and registry.shares and registry.shares(path) then
		local problem
		module, problem = valueOf(path, asker, first)
		modules[path] = module
		return module, problem
	end
	if not module then
		module = { state = "loading", asker = asker, thread = running(), waiting = {} }
		modules[path] = module
		load(module, path, registry)
	elseif module.state == "loading" then
		if module.thread == running() or isLoadingFor(module, asker) then
			return nil, "cyclic module dependency"
		end
		rt.checkYield()
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
		local target, why = resolve(path, request, registry)
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
