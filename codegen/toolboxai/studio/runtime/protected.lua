--[[ Protected calls: what the engine raises is told in Luau's words, and handlers run while the stack stands. ]]
local rt = ...
local raw, core = rt.raw, rt.core
local type, find, select, rawxpcall = raw.type, raw.string.find, raw.select, raw.xpcall
local noticed, translate, inHandler, apart = rt.noticed, rt.translate, rt.inHandler, rt.apart
local deeper, called, spare, left, TOO_DEEP = core.deeper, core.called, core.spare, core.left, core.TOO_DEEP

local FOR_HANDLERS = 2000 -- the slots that a handler may use of those that are kept back

local function caught(ok, ...)
	if ok then
		return true, ...
	end
	return false, translate((...))
end

-- What cannot be called, in Luau's words; nil for what can.
local function uncallable(work)
	if type(work) ~= "function" and core.uncallable(work) then
		return "attempt to call a " .. rt.typeof(work) .. " value"
	end
end

function rt.globals.pcall(...)
	local work = ...
	if type(work) ~= "function" then
		rt.given(1, ...)
		local problem = uncallable(work)
		if problem then
			return false, problem
		end
	end
	if raw.jit and inHandler() then
		return apart(rt.globals.pcall, ...)
	end
	local before = deeper()
	if not before then
		return false, TOO_DEEP
	end
	return caught(called(before, rawxpcall(work, rt.handler, select(2, ...))))
end

-- Runs a handler one call deeper, where Luau has room for that too, with some of the slots that are kept back.
local function run(handler, problem)
	local before, used = deeper(), spare(FOR_HANDLERS)
	local ok, answer = rt.handle(handler, problem)
	left(used)
	if before then
		called(before)
	end
	return ok, answer
end
core.hide(run)

function rt.globals.xpcall(...)
	local work, handler = ...
	if type(handler) ~= "function" then
		rt.wrong(2, "xpcall", "function", ...)
	end
	if raw.jit and inHandler() then
		return apart(rt.globals.xpcall, ...)
	end
	-- Where the stack has no room for it, the handler is called when there is room again.
	local handled, problem
	local function handle(message, unwound)
		message = rt.compared(message, 2)
		local noted = unwound and message or noticed(message) -- what stands then is not what overflowed
		problem = translate(noted)
		local ok, answer = run(handler, problem)
		-- A handler that found the stack full as well is called again.
		handled = ok or noted == message or type(answer) ~= "string" or not find(answer, "stack overflow", 1, true)
		if not ok then
			return "error in error handling"
		end
		return answer
	end
	core.hide(handle)
	local function ended(ok, ...)
		if not ok and not handled then
			return false, (handle(problem or (...), true))
		end
		return ok, ...
	end
	local unable = uncallable(work)
	local before = not unable and deeper()
	if not before then
		return false, (handle(unable or TOO_DEEP))
	end
	return ended(called(before, rawxpcall(work, handle, select(3, ...))))
end
