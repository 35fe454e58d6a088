--[[ Luau's `bit32`, over Lua 5.2's library or LuaJIT's `bit`. ]]
local rt = ...
local raw, globals, floor, rawtype, select = rt.raw, rt.globals, rt.raw.math.floor, rt.raw.type, rt.raw.select
local toNumber, toInteger = rt.toNumber, rt.toInteger

local bit32 = {}
globals.bit32 = bit32

local WORD, TOP = 2 ^ 32, 2 ^ 63
local native = raw.bit or raw.bit32

-- The n-th argument as 32 bits: what remains of 64.
local function word(n, name, ...)
	local x = toNumber(n, name, ...)
	if x >= TOP then
		return WORD - 1
	elseif x > -TOP then
		return (x >= 0 and floor(x) or -floor(-x)) % WORD
	end
	return 0
end

for _, name in raw.ipairs({ "band", "bor", "bxor" }) do
	local work = native[name]
	local neutral = name == "band" and WORD - 1 or 0
	bit32[name] = function(...)
		local a, b = ...
		local count = select("#", ...)
		if
			count == 2
			and rawtype(a) == "number"
			and rawtype(b) == "number"
			and a >= 0
			and b >= 0
			and a < WORD
			and b < WORD
			and a % 1 == 0
			and b % 1 == 0
		then
			return work(a, b) % WORD
		end
		local result = neutral
		for i = 1, count do
			result = work(result, word(i, name, ...))
		end
		return result % WORD
	end
end

function bit32.btest(...)
	local result = WORD - 1
	for i = 1, select("#", ...) do
		result = native.band(result, word(i, "btest", ...))
	end
	return result ~= 0
end

function bit32.bnot(...)
	return WORD - 1 - word(1, "bnot", ...)
end

local function shift(x, by)
	if by <= -32 or by >= 32 then
		return 0
	elseif by >= 0 then
		return x * 2 ^ by % WORD
	end
	return floor(x / 2 ^ -by)
end

function bit32.lshift(...)
	return shift(word(1, "lshift", ...), toInteger(2, "lshift", ...))
end

function bit32.rshift(...)
	return shift(word(1, "rshift", ...), -toInteger(2, "rshift", ...))
end

function bit32.arshift(...)
	local x, by = word(1, "arshift", ...), toInteger(2, "arshift", ...)
	if by < 0 or x < WORD / 2 then
		return shift(x, -by)
	elseif by >= 32 then
		return WORD - 1
	end
	return floor((x - WORD) / 2 ^ by) % WORD
end

local function rotate(x, by)
	by = by % 32
	return x * 2 ^ by % WORD + floor(x / 2 ^ (32 - by))
end

function bit32.lrotate(...)
	local by = toInteger(2, "lrotate", ...)
	return rotate(word(1, "lrotate", ...), by)
end

function bit32.rrotate(...)
	local by = toInteger(2, "rrotate", ...)
	return rotate(word(1, "rrotate", ...), -by)
end

-- The place and width of a field, which stand from the n-th argument on.
local function field(n, name, ...)
	local start = toInteger(n, name, ...)
	local width = select(n + 1, ...)
	width = width == nil and 1 or toInteger(n + 1, name, ...)
	if start < 0 then
		rt.refuse(n, name, "field cannot be negative")
	elseif width < 1 then
		rt.refuse(n + 1, name, "width must be positive")
	elseif start + width > 32 then
		rt.fail("trying to access non-existent bits")
	end
	return start, width
end

function bit32.extract(...)
	local x = word(1, "extract", ...)
	local start, width = field(2, "extract", ...)
	return floor(x / 2 ^ start) % 2 ^ width
end

function bit32.replace(...)
	local x, value = word(1, "replace", ...), word(2, "replace", ...)
	local start, width = field(3, "replace", ...)
	local old = floor(x / 2 ^ start) % 2 ^ width
	return x + (value % 2 ^ width - old) * 2 ^ start
end

function bit32.countlz(...)
	local x, count = word(1, "countlz", ...), 32
	while x >= 1 do
		x = floor(x / 2)
		count = count - 1
	end
	return count
end

function bit32.countrz(...)
	local x = word(1, "countrz", ...)
	if x == 0 then
		return 32
	end
	local count = 0
	while x % 2 == 0 do
		x = x / 2
		count = count + 1
	end
	return count
end

function bit32.byteswap(...)
	local x = word(1, "byteswap", ...)
	return x % 256 * 2 ^ 24 + floor(x / 2 ^ 8) % 256 * 2 ^ 16 + floor(x / 2 ^ 16) % 256 * 2 ^ 8 + floor(x / 2 ^ 24)
end

rt.startRandom()
