--[[ The threads in which message handlers run. In one, LuaJIT calls no other handler: a protected call has a thread of its
own there, which to the program is the same thread. ]]
local rt = ...
local raw, core = rt.raw, rt.core
local running, rawpcall, rawerror = raw.coroutine.running, raw.pcall, raw.error

local MAIN = {} -- stands for the thread that LuaJIT has no object for
local active = 0 -- how many handlers run
local handling = raw.setmetatable({}, { __mode = "k" }) -- in which threads they do
local around = raw.setmetatable({}, { __mode = "k" }) -- a protected call's thread, to the one that it is part of

local function returned(thread, before, ...)
	active, handling[thread] = active - 1, before
	return ...
end

-- Runs a program's handler, as `pcall` does.
function rt.handle(handler, message)
	local thread = running() or MAIN
	local before = handling[thread]
	active, handling[thread] = active + 1, true
	return returned(thread, before, rawpcall(handler, message))
end
core.hide(rt.handle)

function rt.inHandler()
	return active > 0 and handling[running() or MAIN]
end
local inHandler = rt.inHandler

local function answered(ran, ...)
	if ran then
		return ...
	end
	return false, ...
end

-- `pcall` or `xpcall` in a thread of its own.
function rt.apart(protected, ...)
	local thread = raw.coroutine.create(protected)
	around[thread] = running() or MAIN
	return answered(rt.resume(thread, ...))
end

-- Whose frames go on below those of a thread, or of this one.
function rt.below(thread)
	local outer = around[thread or running()]
	return outer ~= MAIN and outer or nil
end

-- The thread that a program takes itself to be in; nil for the main one.
function rt.running()
	local thread, main = running()
	while around[thread] do
		thread = rt.below(thread)
	end
	return main ~= true and thread or nil
end

-- What a thread is doing, where the engine says `state`: LuaJIT takes one in a handler for dead.
function rt.stateOf(thread, state)
	if active == 0 then
		return state
	end
	return thread == rt.running() and "running" or handling[thread] and "normal" or state
end

function rt.isYieldable()
	return rt.running() ~= nil and not (around[running()] or inHandler())
end

function rt.checkYield()
	if active > 0 and (around[running()] or inHandler()) then
		rawerror("attempt to yield across metamethod/C-call boundary", 0)
	end
end
