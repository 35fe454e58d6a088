--[[ Luau's global functions, and the argument checks that every library uses. ]]
local rt = ...
local raw, globals, host, fail, core = rt.raw, rt.globals, rt.host, rt.fail, rt.core
local rawtype, rawsetmetatable, getmetatable = raw.type, raw.setmetatable, raw.debug.getmetatable
local select, concat, floor, tonumber = raw.select, raw.table.concat, raw.math.floor, core.tonumber
local find, match, sub, byte, lower =
	raw.string.find, raw.string.match, raw.string.sub, raw.string.byte, raw.string.lower
local next, rawget, rawset, rawequal, rawpcall = raw.next, raw.rawget, raw.rawset, raw.rawequal, raw.pcall
local contents = core.contents
local HUGE, LIMIT = raw.math.huge, 2 ^ 64

globals._G = {}
globals.shared = {}
globals._VERSION = "Luau"

rt.type, rt.typeof, rt.tostring = core.type, core.typeof, core.tostring
local type, typeof, tostring = rt.type, rt.typeof, rt.tostring
rt.rawlen = raw.rawlen or function(value)
	return #value
end

-- Objects of the engine: their metatable is known to the core, so one registration makes a whole kind. What the metatable
-- does not say fails in Luau's words. Returns what makes an object of the table that the engine keeps its things in.
function host.userdata(tag, metatable, kind)
	core.userdata(metatable, tag, kind)
	if metatable.__metatable then
		rt.opaque(metatable)
	end
	return function(slots)
		return rawsetmetatable(slots, metatable)
	end
end

-- What the engine keeps under `key` with an object whose type is `tag`; nil of anything else.
function host.slot(value, key)
	return rawtype(value) == "table" and rawget(value, key) or nil
end

-- What a string means as a number. The engines' own readers differ from C's strtod, which Luau asks: Lua 5.2 reads neither
-- "inf" nor "nan", LuaJIT reads "0b1", and "0x" alone is zero.
local WORDS = { inf = HUGE, infinity = HUGE, nan = 0 / 0, ["0x"] = 0 }

local function fromDigits(digits, base)
	local number = 0
	for i = 1, #digits do
		local code = byte(digits, i)
		local digit = code >= 97 and code - 87 or code - 48
		if digit >= base then
			return nil
		end
		number = number * base + digit
	end
	return number
end

-- Where the text ends for C.
local function untilZero(text)
	local stop = find(text, "\0", 1, true)
	return stop and sub(text, 1, stop - 1) or text
end

local function fromText(text)
	text = untilZero(text)
	if find(text, "^%s*[-+]?[iInN0][nNaAbBxX]") then
		local sign, word = match(text, "^%s*([-+]?)(%w+)%s*$")
		local value = WORDS[word and lower(word)]
		if value then
			return sign == "-" and -value or value
		elseif not find(text, "^%s*[-+]?0[xX]") then
			return nil
		end
	end
	return tonumber(text)
end

function rt.tonumber(value)
	local kind = rawtype(value)
	if kind == "number" then
		return value
	end
	return kind == "string" and fromText(value) or nil
end

-- --- arguments ------------------------------------------------------------------------------------------------------
-- A library function takes `...`, which costs nothing where its arguments are what they should be, and hands all of them
-- to one of these where they are not: only so can an argument left out be told from nil.

-- Raises what Luau says of the n-th argument, as it was given or left out.
local function wrong(n, name, expected, ...)
	if select("#", ...) < n then
		return fail("missing argument #" .. n .. " to '" .. name .. "' (" .. expected .. " expected)")
	end
	local given = typeof((select(n, ...)))
	return fail("invalid argument #" .. n .. " to '" .. name .. "' (" .. expected .. " expected, got " .. given .. ")")
end
rt.wrong = wrong

-- The same of a value that was certainly given.
function rt.argument(n, name, expected, value)
	return fail(
		"invalid argument #" .. n .. " to '" .. name .. "' (" .. expected .. " expected, got " .. typeof(value) .. ")"
	)
end

function rt.refuse(n, name, why)
	return fail("invalid argument #" .. n .. " to '" .. name .. "' (" .. why .. ")")
end

-- Raises if there are fewer than n arguments.
local function given(n, ...)
	local count = select("#", ...)
	if count < n then
		fail("missing argument #" .. count + 1)
	end
end
rt.given = given

-- The n-th argument as text, ...
function rt.toText(n, name, ...)
	local value = select(n, ...)
	local kind = rawtype(value)
	if kind == "string" then
		return value
	elseif kind == "number" then
		return tostring(value)
	end
	return wrong(n, name, "string", ...)
end

-- ... as a number, ...
local function toNumber(n, name, ...)
	local value = select(n, ...)
	local kind = rawtype(value)
	if kind == "number" then
		return value
	end
	return kind == "string" and fromText(value) or wrong(n, name, "number", ...)
end
rt.toNumber = toNumber

-- Towards zero, into 32 bits; what is beyond them is the nearest, and no number is 0.
local function truncated(value)
	if value >= 2147483647 then
		return 2147483647
	elseif value <= -2147483648 then
		return -2147483648
	elseif value >= 0 then
		return floor(value)
	end
	return value < 0 and 0 - floor(-value) or 0
end
rt.truncated = truncated

-- ... as an integer, ...
local function toInteger(n, name, ...)
	return truncated(toNumber(n, name, ...))
end
rt.toInteger = toInteger

-- ... as a table.
local function toTable(n, name, ...)
	local value = select(n, ...)
	return type(value) == "table" and value or wrong(n, name, "table", ...)
end
rt.toTable = toTable

-- A function that only Studio has.
function rt.unavailable(name)
	return function()
		return fail(name .. " is not available outside Studio")
	end
end

-- --- functions ------------------------------------------------------------------------------------------------------

function globals.type(...)
	local value = ...
	local kind = rawtype(value)
	if kind == "table" then
		return getmetatable(value) and type(value) or "table"
	elseif kind == "nil" then
		given(1, ...)
	end
	return kind
end

function globals.typeof(...)
	local value = ...
	local kind = rawtype(value)
	if kind == "table" then
		return getmetatable(value) and typeof(value) or "table"
	elseif kind == "nil" then
		given(1, ...)
	end
	return kind
end

function globals.tostring(...)
	local value = ...
	if value == nil then
		given(1, ...)
	end
	return tostring(value)
end

-- As C's strtoull reads: a sign wraps around, and more than 64 bits stay all ones.
local function inBase(text, base)
	local sign, digits = match(untilZero(text), "^%s*([-+]?)(%w+)%s*$")
	if not digits then
		return nil
	end
	digits = lower(digits)
	if base == 16 and find(digits, "^0x") then
		digits = sub(digits, 3)
	end
	local number = fromDigits(digits, base)
	if number == nil then
		return nil
	elseif number >= LIMIT then
		return LIMIT
	end
	return sign == "-" and number ~= 0 and LIMIT - number or number
end

function globals.tonumber(...)
	local value, base = ...
	if base == nil then
		local kind = rawtype(value)
		if kind == "number" then
			return value
		elseif kind == "string" then
			return fromText(value)
		end
		given(1, ...)
		return nil
	end
	base = toInteger(2, "tonumber", ...)
	if base == 10 then
		return rt.tonumber(value)
	end
	local text = rt.toText(1, "tonumber", ...)
	if base < 2 or base > 36 then
		rt.refuse(2, "tonumber", "base out of range")
	end
	return inBase(text, base)
end

function globals.assert(...)
	local value, message = ...
	if value then
		return ...
	end
	local count = select("#", ...)
	if count == 0 then
		given(1)
	end
	fail(message == nil and "assertion failed!" or rt.toText(2, "assert", ...))
end

function globals.select(...)
	local which = ...
	if rawtype(which) == "number" and which >= 1 and which % 1 == 0 and which < 2147483648 then
		return select(...)
	elseif rawtype(which) == "string" and sub(which, 1, 1) == "#" then
		return select("#", ...) - 1
	end
	local index, count = toInteger(1, "select", ...), select("#", ...)
	index = index < 0 and count + index or index
	if index < 1 then
		rt.refuse(1, "select", "index out of range")
	elseif index >= count then
		return
	end
	return select(index + 1, ...)
end

function globals.rawequal(...)
	local a, b = ...
	given(2, ...)
	return rawequal(a, b)
end

function globals.rawget(...)
	local object, key = ...
	toTable(1, "rawget", ...)
	given(2, ...)
	return core.rawget(object, key)
end

function globals.rawset(...)
	local object, key, value = ...
	toTable(1, "rawset", ...)
	given(3, ...)
	if contents(object) ~= object then
		raw.error("attempt to modify a readonly table", 0)
	elseif key == nil then
		raw.error("table index is nil", 0)
	elseif key ~= key then
		raw.error("table index is NaN", 0)
	end
	return rawset(object, key, value)
end

function globals.rawlen(...)
	local object = ...
	if rawtype(object) == "string" then
		return #object
	elseif type(object) ~= "table" then
		rt.refuse(1, "rawlen", "table or string expected")
	end
	return core.rawlen(object)
end

function globals.next(...)
	local t, key = ...
	if rawtype(t) == "table" and getmetatable(t) == nil then
		if key == nil or rawget(t, key) ~= nil then
			return next(t, key)
		end
	end
	toTable(1, "next", ...)
	t = contents(t)
	if key ~= nil and rawget(t, key) == nil then
		local ok, following, value = rawpcall(next, t, key)
		if not ok then
			raw.error("invalid key to 'next'", 0)
		end
		return following, value
	end
	return next(t, key)
end

function globals.pairs(...)
	local t = ...
	if rawtype(t) == "table" and getmetatable(t) == nil then
		return next, t, nil
	end
	return globals.next, toTable(1, "pairs", ...), nil
end

local function following(t, index)
	index = index + 1
	local value = rawget(t, index)
	if value ~= nil then
		return index, value
	end
end

local function followingOfAny(t, index)
	index = index + 1
	local value = rawget(contents(t), index)
	if value ~= nil then
		return index, value
	end
end

function globals.ipairs(...)
	local t = ...
	if rawtype(t) == "table" and getmetatable(t) == nil then
		return following, t, 0
	end
	return followingOfAny, toTable(1, "ipairs", ...), 0
end

function globals.getmetatable(...)
	local value = ...
	local kind = rawtype(value)
	if kind == "table" or kind == "string" or kind == "userdata" then
		local shown = core.getmetatable(value)
		if shown == false and type(value) ~= "table" then
			return nil -- so a bare proxy or a buffer hides its own
		end
		return shown
	elseif kind == "nil" then
		given(1, ...)
	end
	return nil
end

local setmetatable = core.setmetatable

function globals.setmetatable(...)
	local t, metatable = ...
	if rawtype(t) == "table" and rawtype(metatable) == "table" and getmetatable(t) == nil then
		return setmetatable(t, metatable)
	end
	toTable(1, "setmetatable", ...)
	if type(metatable) ~= "table" and (metatable ~= nil or select("#", ...) < 2) then
		wrong(2, "setmetatable", "nil or table", ...)
	end
	local before = getmetatable(t)
	if before and rawget(before, "__metatable") ~= nil then
		fail("cannot change a protected metatable")
	elseif contents(t) ~= t then
		raw.error("attempt to modify a readonly table", 0)
	end
	return setmetatable(t, metatable)
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
	rt.emit("print", line(...))
end

function globals.warn(...)
	rt.emit("warn", line(...))
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
