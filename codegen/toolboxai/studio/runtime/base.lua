--[[ Luau's global functions, and the argument checks that every library uses. ]]
local rt = ...
local raw, globals, host, py, fail, core = rt.raw, rt.globals, rt.host, rt.py, rt.fail, rt.core
local rawtype, rawsetmetatable, getmetatable = raw.type, raw.setmetatable, raw.debug.getmetatable
local select, concat, floor, find = raw.select, raw.table.concat, raw.math.floor, raw.string.find
local next, rawget, rawset, rawequal = raw.next, raw.rawget, raw.rawset, raw.rawequal
local HUGE = raw.math.huge

globals._G = {}
globals.shared = {}
globals._VERSION = "Luau"

rt.type, rt.typeof, rt.tostring = core.type, core.typeof, core.tostring
local type, typeof, tostring = rt.type, rt.typeof, rt.tostring
rt.rawlen = raw.rawlen or function(value)
	return #value
end

-- Objects of the engine: their metatable is known to the core, so one registration makes a whole kind. Returns what makes
-- an object of the table that the engine keeps its things in.
function host.userdata(tag, metatable)
	core.userdata(metatable, tag)
	return function(slots)
		return rawsetmetatable(slots, metatable)
	end
end

-- What C's strtod reads and the engines' own readers do not agree on.
local WORDS = { inf = HUGE, infinity = HUGE, nan = 0 / 0, ["0x"] = 0 }

function rt.tonumber(value)
	if rawtype(value) == "string" then
		local sign, word = raw.string.match(value, "^%s*([-+]?)(%w+)%s*$")
		if word and find(word, "^[iInN0][nNaAbBxX]") then
			word = raw.string.lower(word)
			if find(word, "^0b") then
				return nil
			elseif WORDS[word] then
				return sign == "-" and -WORDS[word] or WORDS[word]
			end
		end
	end
	return core.tonumber(value)
end

-- --- arguments ------------------------------------------------------------------------------------------------------

-- Raises "invalid argument #n to 'name' (expected, got what it is)".
local function argument(n, name, expected, value)
	return fail("invalid argument #" .. n .. " to '" .. name .. "' (" .. expected .. " expected, got " .. typeof(value) .. ")")
end
rt.argument = argument

function rt.refuse(n, name, why)
	return fail("invalid argument #" .. n .. " to '" .. name .. "' (" .. why .. ")")
end

function rt.toText(value, n, name)
	local kind = rawtype(value)
	if kind == "string" then
		return value
	elseif kind == "number" then
		return tostring(value)
	end
	return argument(n, name, "string", value)
end

function rt.toNumber(value, n, name)
	if rawtype(value) == "number" then
		return value
	end
	return rawtype(value) == "string" and rt.tonumber(value) or argument(n, name, "number", value)
end
local toNumber = rt.toNumber

-- Towards zero, as a C cast; what has no integer is 0.
local function toInteger(value, n, name)
	value = toNumber(value, n, name)
	if value ~= value or value == HUGE or value == -HUGE then
		return value ~= value and 0 or value < 0 and -2147483648 or 2147483647
	end
	return value >= 0 and floor(value) or -floor(-value)
end
rt.toInteger = toInteger

function rt.toTable(value, n, name)
	if type(value) ~= "table" then
		argument(n, name, "table", value)
	end
	return value
end
local toTable = rt.toTable

-- --- functions ------------------------------------------------------------------------------------------------------

globals.type, globals.typeof, globals.tostring, globals.next = core.type, core.typeof, core.tostring, core.next

function globals.tonumber(...)
	local value, base = ...
	if base == nil or base == 10 then
		if value == nil and select("#", ...) == 0 then
			return fail("missing argument #1 to 'tonumber'")
		end
		return rt.tonumber(value)
	end
	local text = rt.toText(value, 1, "tonumber")
	if base < 2 or base > 36 then
		rt.refuse(2, "tonumber", "base out of range")
	end
	local sign, digits = raw.string.match(text, "^%s*([-+]?)(%w+)%s*$")
	if not digits then
		return nil
	end
	if base == 16 then
		digits = raw.string.gsub(digits, "^0[xX]", "")
	end
	local number = 0
	for i = 1, #digits do
		local byte = raw.string.byte(raw.string.lower(digits), i)
		local digit = byte >= 97 and byte - 87 or byte - 48
		if digit >= base then
			return nil
		end
		number = number * base + digit
	end
	return sign == "-" and -number or number
end

function globals.assert(...)
	local value, message = ...
	if value then
		return ...
	elseif select("#", ...) == 0 then
		fail("missing argument #1 to 'assert'")
	elseif select("#", ...) == 1 then
		fail("assertion failed!")
	end
	raw.error(message, 0)
end

function globals.select(which, ...)
	if which == "#" then
		return select("#", ...)
	end
	local index = toInteger(which, 1, "select")
	if index == 0 or index < -select("#", ...) then
		rt.refuse(1, "select", "index out of range")
	end
	return select(index, ...)
end

function globals.rawequal(a, b)
	return rawequal(a, b)
end

function globals.rawget(object, key)
	toTable(object, 1, "rawget")
	return core.rawget(object, key)
end

function globals.rawset(object, key, value)
	toTable(object, 1, "rawset")
	if key == nil then
		fail("table index is nil")
	elseif key ~= key then
		fail("table index is NaN")
	end
	return core.rawset(object, key, value)
end

function globals.rawlen(object)
	if rawtype(object) == "string" then
		return #object
	elseif type(object) ~= "table" then
		fail("table or string expected")
	end
	return core.rawlen(object)
end

globals.getmetatable = core.getmetatable
globals.setmetatable = core.setmetatable
globals.pairs, globals.ipairs = core.pairs, core.ipairs

function globals.newproxy(withMetatable)
	local metatable = {}
	local proxy = host.userdata("userdata", metatable)({})
	if not withMetatable then
		metatable.__metatable = false
	end
	return proxy
end

local function line(...)
	local count = select("#", ...)
	local texts = { ... }
	for i = 1, count do
		texts[i] = tostring(texts[i])
	end
	return concat(texts, " ", 1, count)
end

function globals.print(...)
	py.emit("print", line(...), "", host.now())
end

function globals.warn(...)
	py.emit("warn", line(...), "", host.now())
end

function globals.gcinfo()
	return floor(raw.collectgarbage("count"))
end

function globals.collectgarbage(option)
	if option == nil or option == "collect" then
		raw.collectgarbage("collect")
		return 0
	elseif option == "count" then
		return raw.collectgarbage("count")
	end
	return fail("collectgarbage must be called with 'count' or 'collect'; use gcinfo() instead")
end
