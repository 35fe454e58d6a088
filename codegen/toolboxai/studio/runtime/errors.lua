--[[ Errors in Luau's words, with the place that Luau gives them. ]]
local rt = ...
local raw = rt.raw
local getinfo, type, find, gsub, format, rawerror =
	raw.debug.getinfo, raw.type, raw.string.find, raw.string.gsub, raw.string.format, raw.error
local place, words, overflowed = rt.core.place, rt.core.words, rt.overflowed
local position, frame, frameAt = rt.position, rt.frame, rt.frameAt
local RUNTIME = rt.RUNTIME

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
