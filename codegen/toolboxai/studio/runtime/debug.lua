--[[ Luau's `debug` (info and traceback only), environments, and `os`. ]]
local rt = ...
local raw, globals, host, fail, core = rt.raw, rt.globals, rt.host, rt.fail, rt.core
local getinfo, rawtype, sub, find, gsub = raw.debug.getinfo, raw.type, raw.string.sub, raw.string.find, raw.string.gsub
local floor, unpack, select = raw.math.floor, raw.unpack, raw.select
local RUNTIME = rt.RUNTIME

local debug = {}
globals.debug = debug

-- The libraries' functions by name, found when first asked for.
local nativeNames

local function nativeName(work)
	if not nativeNames then
		nativeNames = {}
		for _, names in raw.ipairs({ raw, globals }) do
			for name, value in raw.next, names do
				if rawtype(value) == "function" then
					nativeNames[value] = name
				elseif rawtype(value) == "table" and name ~= "_G" and name ~= "shared" then
					for member, inner in raw.next, core.contents(value) do
						if rawtype(inner) == "function" then
							nativeNames[inner] = member
						end
					end
				end
			end
		end
	end
	return nativeNames[work] or ""
end

-- A Luau function has the name that it was written with, if any, whoever calls it.
function rt.ownName(info)
	if info.what == "C" or info.source == RUNTIME then
		return info.func and nativeName(info.func) or ""
	end
	return core.functionName(info.source, info.linedefined)
end

-- What a loaded chunk looks like from outside, to the chunk.
local chunks = raw.setmetatable({}, { __mode = "k" })
rt.chunks = chunks

local ANSWERS = {
	s = function(info)
		return (info.what == "C" or info.source == RUNTIME) and "[C]" or rt.sourceName(info.source)
	end,
	l = function(info)
		if info.what == "C" or info.source == RUNTIME then
			return -1
		end
		local _, line = rt.core.place(info.source, info.currentline or info.linedefined)
		return line
	end,
	n = rt.ownName,
	f = function(info)
		return info.func
	end,
	a = function(info)
		return info.nparams or 0, info.isvararg or false
	end,
}

-- `n` is the argument that the options are.
local function answer(info, options, n)
	local values, count = {}, 0
	for i = 1, #options do
		local letter = sub(options, i, i)
		if find(letter, "%l") and find(options, letter, 1, true) < i then
			rt.refuse(n, "info", "duplicate option")
		end
		local option = ANSWERS[letter]
		if not option then
			rt.refuse(n, "info", "invalid option")
		end
		local a, b = option(info)
		count = count + 1
		values[count] = a
		if letter == "a" then
			count = count + 1
			values[count] = b
		end
	end
	return unpack(values, 1, count)
end

local function levelOf(n, ...)
	local level = rt.tonumber((select(n, ...)))
	if not level then
		rt.refuse(n, "info", "function or level expected")
	end
	level = rt.truncated(level)
	if level < 0 then
		rt.refuse(n, "info", "level can't be negative")
	end
	return level
end

-- debug.info(level | function, options), debug.info(thread, level, options)
function debug.info(...)
	local first = ...
	local kind, n, info = rawtype(first), 2, nil
	if kind == "thread" then
		n = 3
		local rawLevel, _, thread = rt.frameAt(levelOf(2, ...), first ~= rt.running() and first or nil)
		info = rawLevel and rt.frame(rawLevel, thread, "Slnfu")
	elseif kind == "function" then
		info = getinfo(chunks[first] or first, "Sfu")
		info.currentline = nil
	else
		local rawLevel, _, thread = rt.frameAt(levelOf(1, ...))
		info = rawLevel and rt.frame(rawLevel, thread, "Slnfu")
	end
	local options = rt.toText(n, "info", ...)
	if info then
		return answer(info, options, n)
	end
end

function debug.traceback(...)
	local thread = ...
	local n = 2
	if rawtype(thread) ~= "thread" then
		thread, n = nil, 1
	elseif thread == rt.running() then
		thread = nil
	end
	local message, level = select(n, ...)
	message = message ~= nil and rt.toText(n, "traceback", ...) .. "\n" or ""
	level = level == nil and (thread and 0 or 1) or rt.toInteger(n + 1, "traceback", ...)
	if level < 0 then
		rt.refuse(n + 1, "traceback", "level can't be negative")
	end
	local rawLevel, _, at = rt.frameAt(level, thread)
	local lines = rawLevel and rt.traceback(at, rawLevel) or ""
	return message .. lines .. (lines ~= "" and "\n" or "")
end

debug.dumpcodesize = rt.unavailable("debug.dumpcodesize")

function debug.profilebegin() end
function debug.profileend() end
function debug.setmemorycategory() end
function debug.resetmemorycategory() end
function debug.getmemorycategory()
	return ""
end

-- --- environments ---------------------------------------------------------------------------------------------------

-- LuaJIT's functions have an environment each, and hand it to those made in them. Lua 5.2's share an upvalue `_ENV`, which
-- those have that name globals.
local given = raw.setmetatable({}, { __mode = "k" })
local getupvalue = raw.debug.getupvalue

local function environmentUpvalue(work)
	local index, name = 0, nil
	repeat
		index = index + 1
		name = getupvalue(work, index)
	until name == nil or name == "_ENV"
	return name and index
end

local environmentOf, setEnvironment = raw.debug.getfenv, raw.debug.setfenv
if not setEnvironment then
	function environmentOf(work)
		local index = environmentUpvalue(work)
		local _, env = nil, given[work]
		if index then
			_, env = getupvalue(work, index)
		end
		return env or rt.environments[getinfo(work, "S").source]
	end

	function setEnvironment(work, env)
		local index = environmentUpvalue(work)
		if index then
			raw.debug.upvaluejoin(work, index, function()
				return env
			end, 1)
		end
		given[work] = env
	end
end

-- The function that a program means by a function or a level, and whether it is the program's own.
local function functionAt(name, ...)
	local target = ...
	if rawtype(target) ~= "function" then
		local level = target == nil and 1 or rt.toInteger(1, name, ...)
		if level < 0 then
			rt.refuse(1, name, "level must be non-negative")
		end
		local rawLevel, _, thread = rt.frameAt(level)
		local info = rawLevel and rt.frame(rawLevel, thread, "f") or rt.refuse(1, name, "invalid level")
		target = info.func
	end
	target = chunks[target] or target
	local info = getinfo(target, "S")
	return target, info.what ~= "C" and info.source ~= RUNTIME
end

function globals.getfenv(...)
	local work, own = functionAt("getfenv", ...)
	return own and environmentOf(work) or globals
end

function globals.setfenv(...)
	rt.toTable(2, "setfenv", ...)
	local work, own = functionAt("setfenv", ...)
	if not own then
		fail("'setfenv' cannot change environment of given object")
	end
	local target, env = ...
	setEnvironment(work, env)
	return rawtype(target) == "function" and target or work
end

-- --- os -------------------------------------------------------------------------------------------------------------

local os = {}
globals.os = os
local rawclock, rawdate = raw.os.clock, raw.os.date

-- The VM's clock, and the processor time used between two looks at it while that stands: a busy loop sees time pass, a
-- wait of a second is never shorter, and what takes long to compute makes no frame longer.
local moment, looked, used = nil, 0, 0

function os.clock()
	local now, processor = host.now(), rawclock()
	if now == moment then
		used = used + (processor - looked)
	end
	moment, looked = now, processor
	return now + used
end

-- Days since 1970-01-01 of a civil date (proleptic Gregorian).
local function days(year, month, day)
	local y, m = year, month - 1
	y, m = y + floor(m / 12), m % 12 + 1
	if m <= 2 then
		y = y - 1
	end
	local era = floor(y / 400)
	local yearOfEra = y - era * 400
	local dayOfYear = floor((153 * (m + (m > 2 and -3 or 9)) + 2) / 5) + day - 1
	return era * 146097 + yearOfEra * 365 + floor(yearOfEra / 4) - floor(yearOfEra / 100) + dayOfYear - 719468
end

local function field(date, name, default)
	local value = rt.tonumber(date[name])
	return value and rt.truncated(value) or default or fail("field '" .. name .. "' missing in date table")
end

function os.time(...)
	local date = ...
	if date == nil then
		return floor(host.unix())
	end
	rt.toTable(1, "time", ...)
	local seconds = field(date, "sec", 0) + field(date, "min", 0) * 60 + field(date, "hour", 12) * 3600
	local day, month = field(date, "day"), field(date, "month")
	return days(field(date, "year"), month, day) * 86400 + seconds
end

-- A number as a C time: whole seconds in 64 bits.
local function seconds(value)
	if value ~= value then
		return 0
	end
	value = raw.math.max(raw.math.min(value, 2 ^ 63), -2 ^ 63)
	return (value >= 0 and floor(value) or -floor(-value)) + 0 -- no negative zero
end

local function zone()
	local ahead = rawdate("%z")
	return ahead == "+0000" and "UTC" or ahead
end

function os.date(...)
	local format, time = ...
	format = format == nil and "%c" or rt.toText(1, "date", ...)
	time = time == nil and floor(host.unix()) or seconds(rt.toNumber(2, "date", ...))
	local isLocal = sub(format, 1, 1) ~= "!"
	if time < 0 and isLocal then
		return nil
	end
	if find(gsub(format, "^!", ""), "^%*t") then
		return rawdate(format, time)
	end
	local left = gsub(format, "%%[aAbBcdHIjmMpSUwWxXyYzZ%%]", "")
	if find(left, "%%.") then
		rt.refuse(1, "date", "invalid conversion specifier")
	elseif find(left, "%", 1, true) then
		format = format .. "%" -- the last one stands for itself
	end
	format = gsub(format, "%%(.)", function(letter) -- Lua 5.2 has no name of the zone
		return letter == "Z" and (isLocal and zone() or "GMT") or "%" .. letter
	end)
	return rawdate(format, time)
end

function os.difftime(...)
	local _, b = ...
	local from = seconds(rt.toNumber(1, "difftime", ...))
	return from - (b == nil and 0 or seconds(rt.toNumber(2, "difftime", ...)))
end
