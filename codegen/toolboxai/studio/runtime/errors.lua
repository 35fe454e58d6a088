--[[ Where errors happened, in Luau's words: frames, levels, positions, tracebacks, and protected calls. ]]
local rt = ...
local raw = rt.raw
local getinfo, type, find, gsub, format =
	raw.debug.getinfo, raw.type, raw.string.find, raw.string.gsub, raw.string.format
local rawerror, rawpcall, rawxpcall, concat, select = raw.error, raw.pcall, raw.xpcall, raw.table.concat, raw.select
local running = raw.coroutine.running
local RUNTIME = rt.RUNTIME

local place, transparent = rt.core.place, rt.core.transparent

function rt.sourceName(source)
	return (place(source, 0))
end

-- "name:line" of a frame's info, as the author counts lines.
local function position(info)
	return format("%s:%d", place(info.source, info.currentline))
end
rt.position = position

local FOR_HANDLERS = 2000 -- the slots that a handler may use of those that are kept back

local words, noticed, overflowed = rt.core.words, rt.noticed, rt.overflowed
local deeper, called, TOO_DEEP = rt.core.deeper, rt.core.called, rt.core.TOO_DEEP
local spare, left = rt.core.spare, rt.core.left

-- An error value as the program may see it; `thread` is what it ended, if any.
local function translate(message, thread)
	message = overflowed(message, thread)
	if type(message) == "userdata" then
		message = "not enough memory" -- an exception of Python's own making, and nothing for a program
	elseif type(message) ~= "string" then
		return message
	end
	message = words(message)
	if find(message, "\1@", 1, true) then
		message = gsub(message, "(\1@%d+):(%d+)", function(id, line)
			return format("%s:%d", place(id, raw.tonumber(line)))
		end)
	end
	if find(message, "[C]:", 1, true) == 1 then
		message = gsub(message, "^%[C%]:%d+: ", "") -- a line of the runtime means nothing to an author
	end
	return message
end
rt.translate = translate

-- In a thread in which a message handler runs LuaJIT calls no other handler: a protected call has a thread of its own there.
-- Such a thread, to the one that it is part of.
local MAIN = {}
local around = raw.setmetatable({}, { __mode = "k" })

-- Whose frames go on below those of a thread, or of this one.
local function below(thread)
	local outer = around[thread or running()]
	return outer ~= MAIN and outer or nil
end

-- What `getinfo` has at a level of a thread, or of the caller's own.
local function frame(level, thread, what)
	local info
	if thread then
		info = getinfo(thread, level, what)
	else
		info = getinfo(level + 1, what)
	end
	return info
end
rt.frame = frame

-- LuaJIT has entered the function that the stack has no room for; Luau has not.
local function framesOf(info)
	return info.func == rt.core.full and 2 or 1
end

-- Frames as Luau counts them. A run of library frames (the runtime's own Lua and C) is one C function to a program.
local function isLibrary(info)
	return info.what == "C" or info.source == RUNTIME
end
local protects = { [rawpcall] = true, [rawxpcall] = true }

-- The raw level of the function that a program called, of a library's frames that begin at `rawLevel`.
local function outermost(rawLevel, thread)
	local last = rawLevel
	while true do
		rawLevel = rawLevel + 1
		local info = frame(thread and rawLevel or rawLevel + 1, thread, "Sf") -- one more than our caller sees
		if not info or not isLibrary(info) or protects[info.func] then
			return last
		elseif not transparent[info.func] then
			last = rawLevel
		end
	end
end

-- The frame at Luau's `level`, seen from the library function that called us (its own run is level 0), or of a thread.
-- Returns the raw level for our caller's use, its info, and the thread if it is another; an info of false is a library's.
local function frameAt(level, thread)
	local rawLevel, seen, inLibrary = 2, 0, true
	if thread then
		rawLevel, seen, inLibrary = 0, -1, false
	end
	while true do
		local info = frame(rawLevel, thread, "Sf")
		if not info then
			thread, rawLevel = below(thread), 0
			info = thread and frame(0, thread, "Sf")
			if not info then
				return nil
			end
		end
		local hidden = transparent[info.func]
		if protects[info.func] and not hidden then -- for a handler it is no call of the program's
			local caller = frame(rawLevel + 1, thread, "f")
			hidden = caller and transparent[caller.func]
		end
		if not hidden then
			local library = isLibrary(info)
			-- What these themselves call is another run.
			if not (library and inLibrary) or protects[info.func] and rawLevel > 2 then
				seen = seen + 1
			end
			inLibrary = library
			if seen == level then
				rawLevel = library and outermost(rawLevel, thread) or rawLevel
				return thread and rawLevel or rawLevel - 1, not library and info, thread
			end
		end
		rawLevel = rawLevel + framesOf(info)
	end
end
rt.frameAt = frameAt

-- "name:line: " of the frame at `level`, or "" where there is none or it is a library's.
local function where(level)
	local rawLevel, info, thread = frameAt(level)
	if not info then
		return ""
	end
	info.currentline = frame(rawLevel, thread, "l").currentline
	return info.currentline > 0 and position(info) .. ": " or ""
end

local function whereCaller()
	local info = getinfo(3, "Sl")
	if info and info.what ~= "C" and info.source ~= RUNTIME then
		return position(info) .. ": "
	end
	return ""
end

-- Raised by library functions, however deep: the position is the line of the program that called the library.
function rt.fail(message)
	local level = 2
	while true do
		local info = getinfo(level, "Sl")
		if not info or info.what == "C" then
			rawerror(message, 0)
		elseif info.source ~= RUNTIME then
			rawerror(position(info) .. ": " .. message, 0)
		end
		level = level + 1
	end
end
rt.core.fail = rt.fail

function rt.globals.error(...)
	local message, level = ...
	if level ~= nil and level ~= 1 then
		level = rt.toInteger(2, "error", ...)
	end
	if type(message) == "string" or type(message) == "number" then
		if level == nil or level == 1 then
			message = whereCaller() .. rt.core.text(message)
		elseif level > 1 then
			message = where(level) .. rt.core.text(message)
		end
	end
	rawerror(message, 0)
end

local function caught(ok, ...)
	if ok then
		return true, ...
	end
	return false, translate((...))
end

-- What cannot be called, in Luau's words; nil for what can.
local function uncallable(work)
	local kind = type(work)
	if kind == "function" then
		return nil
	elseif kind == "table" or kind == "userdata" then
		local metatable = raw.debug.getmetatable(work)
		if metatable and raw.rawget(metatable, "__call") ~= nil then
			return nil
		end
	end
	return "attempt to call a " .. rt.typeof(work) .. " value"
end

-- The thread in which a message handler of the program runs.
local handling = nil
local function inHandler()
	return handling and handling == (running() or true)
end

local function answered(ran, ...)
	if ran then
		return ...
	end
	return false, ...
end

local function apart(protected, ...)
	local thread = raw.coroutine.create(protected)
	around[thread] = running() or MAIN
	return answered(rt.resume(thread, ...))
end

-- The thread that a program takes itself to be in; nil for the main one.
function rt.running()
	local thread, main = running()
	while around[thread] do
		thread = below(thread)
	end
	return main ~= true and thread or nil
end

function rt.isYieldable()
	local thread = rt.running()
	return thread ~= nil and thread == running() and not inHandler()
end

function rt.yield(...)
	if around[running()] or inHandler() then
		rawerror("attempt to yield across metamethod/C-call boundary", 0)
	end
	return rt.core.yield(...)
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
	local before = deeper()
	if not before then
		return false, TOO_DEEP
	elseif raw.jit and inHandler() then
		called(before)
		return apart(rt.globals.pcall, ...)
	end
	return caught(called(before, rawxpcall(work, rt.handler, select(2, ...))))
end

function rt.globals.xpcall(...)
	local work, handler = ...
	if type(handler) ~= "function" then
		rt.wrong(2, "xpcall", "function", ...)
	end
	-- Where the stack has no room for it, the handler is called when there is room again.
	local handled, problem
	local outer = handling
	local function handle(message, unwound)
		message = rt.compared(message, 2)
		handled, problem = false, translate(unwound and message or noticed(message)) -- what stands then is not what overflowed
		handling = running() or true
		local used = spare(FOR_HANDLERS)
		local ok, answer = rawpcall(handler, problem)
		left(used)
		handling = outer
		handled = ok or type(answer) ~= "string" or not find(answer, "stack overflow", 1, true)
		if not ok then
			return "error in error handling"
		end
		return answer
	end
	transparent[handle] = true
	local function ended(ok, ...)
		handling = outer
		if not ok and not handled then
			return false, (handle(problem or (...), true))
		end
		return ok, ...
	end
	local unable = uncallable(work)
	local before = not unable and deeper()
	if not before then
		return false, (handle(unable or TOO_DEEP))
	elseif raw.jit and inHandler() then
		called(before)
		return apart(rt.globals.xpcall, ...)
	end
	return ended(called(before, rawxpcall(work, handle, select(3, ...))))
end

-- One line a frame: "name:line function f". Only the nearest: finding a frame takes as long as it is deep.
local NEAREST = 40

local function walk(thread, level, lines)
	for _ = 0, NEAREST do
		local info = frame(level, thread, "Slnf")
		if not info then
			thread, level = below(thread), -1
			if not thread then
				return
			end
		elseif not isLibrary(info) and info.currentline > 0 then
			local name = info.what ~= "main" and rt.ownName(info) or ""
			lines[#lines + 1] = position(info) .. (name ~= "" and " function " .. name or "")
		end
		level = level + (info and framesOf(info) or 1)
	end
	lines[#lines + 1] = "..."
end

function rt.traceback(thread, level)
	local lines = {}
	rawpcall(walk, thread, thread and level or level + 3, lines) -- a thread that overflowed cannot always be asked
	return concat(lines, "\n")
end
