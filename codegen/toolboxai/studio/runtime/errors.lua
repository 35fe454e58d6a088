--[[ Where errors happened, in Luau's words: frames, levels, positions, tracebacks, and protected calls. ]]
local rt = ...
local raw = rt.raw
local getinfo, type, find, gsub, sub, format = raw.debug.getinfo, raw.type, raw.string.find, raw.string.gsub,
	raw.string.sub, raw.string.format
local rawerror, rawpcall, rawxpcall, concat = raw.error, raw.pcall, raw.xpcall, raw.table.concat
local RUNTIME = rt.RUNTIME
local names = rt.names

-- Lua cuts chunk names at 60 characters, so a long name travels as a short id behind a byte that no source has.
local LONGEST = 58
local ids, count = {}, 0

function rt.chunkName(name)
	if #name <= LONGEST then
		return "=" .. name
	end
	local id = ids[name]
	if not id then
		count = count + 1
		id = format("=\1@%d", count)
		ids[name] = id
		names[id] = name
		names[sub(id, 2)] = name
	end
	return id
end

function rt.sourceName(source)
	return names[source] or sub(source, 2)
end

local sourceName = rt.sourceName

local words = rt.core.words

-- An error value as the program may see it.
local function translate(message)
	if type(message) ~= "string" then
		return message
	end
	message = words(message)
	if find(message, "stack overflow", 1, true) then
		message = gsub(gsub(message, "C stack overflow", "stack overflow", 1), "stack overflow.*$", "stack overflow")
	end
	message = rt.core.words(message)
	if find(message, "\1@", 1, true) then
		message = gsub(message, "\1@%d+", names)
	end
	if find(message, "[C]:", 1, true) == 1 then
		message = gsub(message, "^%[C%]:%d+: ", "") -- a line of the runtime means nothing to an author
	end
	return message
end
rt.translate = translate

-- Frames as Luau counts them. A run of library frames (the runtime's own Lua and C) is one C function to a program.
-- `visit(info)` gets "user" frames as their info and a library run as nil; it stops the walk by returning true.
local function isLibrary(info)
	return info.what == "C" or info.source == RUNTIME
end

-- The frame at Luau's `level`, seen from the library function that called us (its own run is level 0).
-- Returns the raw level for our caller's use, and its info; an info of false is a library frame.
local function frameAt(level, thread)
	local rawLevel, seen, inLibrary = 2, 0, true
	if thread then
		rawLevel, seen, inLibrary = 0, -1, false
	end
	while true do
		local info
		if thread then
			info = getinfo(thread, rawLevel, "S")
		else
			info = getinfo(rawLevel, "S")
		end
		if not info then
			return nil
		end
		local library = isLibrary(info)
		if not (library and inLibrary) then
			seen = seen + 1
		end
		inLibrary = library
		if seen == level then
			return rawLevel, not library and info
		end
		rawLevel = rawLevel + 1
	end
end
rt.frameAt = frameAt

-- "name:line: " of the frame at `level`, or "" where there is none or it is a library's.
local function where(level)
	local rawLevel, info = frameAt(level)
	if not info then
		return ""
	end
	local line = getinfo(rawLevel - 1, "l").currentline
	if line <= 0 then
		return ""
	end
	return format("%s:%d: ", sourceName(info.source), line)
end

local function whereCaller()
	local info = getinfo(3, "Sl")
	if info and info.what ~= "C" and info.source ~= RUNTIME then
		return format("%s:%d: ", sourceName(info.source), info.currentline)
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
			rawerror(format("%s:%d: %s", sourceName(info.source), info.currentline, message), 0)
		end
		level = level + 1
	end
end

function rt.globals.error(message, level)
	if type(message) == "string" then
		if level == nil or level == 1 then
			message = whereCaller() .. message
		elseif level > 1 then
			message = where(level) .. message
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

function rt.globals.pcall(...)
	if raw.select("#", ...) == 0 then
		rt.fail("missing argument #1")
	end
	return caught(rawpcall(...))
end

function rt.globals.xpcall(work, handler, ...)
	if type(handler) ~= "function" then
		rt.fail("missing argument #2 to 'xpcall' (function expected)")
	end
	return rawxpcall(work, function(message)
		return handler(translate(message))
	end, ...)
end

-- One line a frame: "name:line function f". Only the nearest: finding a frame takes as long as it is deep.
local NEAREST = 40

local function walk(thread, level, lines)
	for rawLevel = level, level + NEAREST do
		local info
		if thread then
			info = getinfo(thread, rawLevel, "Sln")
		else
			info = getinfo(rawLevel, "Sln")
		end
		if not info then
			return
		end
		if not isLibrary(info) and info.currentline > 0 then
			local name = info.what ~= "main" and info.name
			lines[#lines + 1] = format("%s:%d%s", sourceName(info.source), info.currentline,
				name and " function " .. name or "")
		end
	end
	lines[#lines + 1] = "..."
end

function rt.traceback(thread, level)
	local lines = {}
	rawpcall(walk, thread, thread and level or level + 2, lines) -- a thread that overflowed cannot always be asked
	return concat(lines, "\n")
end
