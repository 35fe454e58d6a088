--[[ Frames as Luau counts them, where they are in an author's files, and tracebacks. ]]
local rt = ...
local raw = rt.raw
local getinfo, format, rawpcall, rawxpcall, concat =
	raw.debug.getinfo, raw.string.format, raw.pcall, raw.xpcall, raw.table.concat
local place, transparent, below = rt.core.place, rt.core.transparent, rt.below
local RUNTIME = rt.RUNTIME

function rt.sourceName(source)
	return (place(source, 0))
end

-- "name:line" of a frame's info, as the author counts lines.
local function position(info)
	return format("%s:%d", place(info.source, info.currentline))
end
rt.position = position

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

-- A run of library frames (the runtime's own Lua and C) is one C function to a program.
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

-- One line a frame: "name:line function f". Only the nearest: finding a frame takes as long as it is deep.
local MOST_LINES, NEAREST = 40, 400

local function walk(thread, level, lines)
	for _ = 1, NEAREST do
		local info = frame(level, thread, "Slnf")
		if not info then
			thread, level = below(thread), -1
			if not thread then
				return
			end
		elseif not isLibrary(info) and info.currentline > 0 then
			if #lines == MOST_LINES then
				break
			end
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
