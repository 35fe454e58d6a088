--[[ Luau's `coroutine` and `task`: with `close`, and errors in Luau's words. ]]
local rt = ...
local raw, globals, host, fail, wrong = rt.raw, rt.globals, rt.host, rt.fail, rt.wrong
local rawcreate, rawresume, rawstatus, running, yield =
	raw.coroutine.create, rt.resume, raw.coroutine.status, rt.running, rt.core.yield
local type, rawerror = raw.type, raw.error
local cancelled, known, translate = rt.cancelled, rt.known, rt.translate
local stateOf, checkYield = rt.stateOf, rt.checkYield

local coroutine = {}
globals.coroutine = coroutine

-- Coroutines that ended with an error, to what it was: `close` reports it.
local failed = raw.setmetatable({}, { __mode = "k" })

function coroutine.create(...)
	local work = ...
	if type(work) ~= "function" then
		wrong(1, "create", "function", ...)
	end
	return rawcreate(work)
end

local function status(thread)
	local state = cancelled[thread] and "dead" or rawstatus(thread)
	return state == "suspended" and state or stateOf(thread, state)
end

function coroutine.status(...)
	local thread = ...
	if type(thread) ~= "thread" then
		wrong(1, "status", "thread", ...)
	end
	return status(thread)
end

local function resumed(thread, ok, ...)
	if ok then
		return true, ...
	end
	local message = translate((...), thread)
	failed[thread] = { message }
	return false, message
end

function coroutine.resume(...)
	local thread = ...
	if type(thread) ~= "thread" then
		wrong(1, "resume", "thread", ...)
	end
	local state = status(thread)
	if state ~= "suspended" then
		return false, "cannot resume " .. state .. " coroutine"
	end
	return resumed(thread, rawresume(...))
end

local function unwrapped(thread, ok, ...)
	if ok then
		return ...
	end
	local message = translate((...), thread)
	if type(message) == "string" or type(message) == "number" then
		fail(rt.core.text(message)) -- where the function was called, before what it says
	end
	rawerror(message, 0)
end

function coroutine.wrap(...)
	local work = ...
	if type(work) ~= "function" then
		wrong(1, "wrap", "function", ...)
	end
	local thread = rawcreate(work)
	return function(...)
		local state = status(thread)
		if state ~= "suspended" then
			fail("cannot resume " .. state .. " coroutine")
		end
		return unwrapped(thread, rawresume(thread, ...))
	end
end

function coroutine.yield(...)
	if not running() then
		fail("attempt to yield from outside a coroutine")
	end
	checkYield()
	return yield(...)
end

-- Whoever has its thread may keep it: it is nobody else's afterwards.
function coroutine.running()
	local thread = running() or raw.coroutine.running()
	if thread then
		known[thread] = true
	end
	return thread
end

function coroutine.isyieldable()
	return rt.isYieldable()
end

function coroutine.close(...)
	local thread = ...
	if type(thread) ~= "thread" then
		wrong(1, "close", "thread", ...)
	end
	local state = status(thread)
	if state ~= "suspended" and state ~= "dead" then
		fail("cannot close " .. state .. " coroutine")
	end
	cancelled[thread] = true
	local problem = failed[thread]
	if problem then
		failed[thread] = nil
		return false, problem[1]
	end
	return true
end

globals.task = {
	spawn = host.spawn,
	defer = host.defer,
	delay = host.delay,
	wait = host.wait,
	cancel = host.cancel,
	synchronize = function() end,
	desynchronize = function() end,
}
