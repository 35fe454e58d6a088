--[[ Luau's `bit32`, over Lua 5.2's library or LuaJIT's `bit`. ]]
local rt = ...
local raw, globals = rt.raw, rt.globals
local select, floor, rawtype = raw.select, raw.math.floor, raw.type
local toNumber = rt.toNumber

local bit32 = {}
globals.bit32 = bit32

local WORD = 2 ^ 32
local native = raw.bit or raw.bit32

local function word(x, n, name)
	x = toNumber(x, n, name)
	if x ~= x or x == 1 / 0 or x == -1 / 0 then
		return 0
	end
	return (x >= 0 and floor(x) or -floor(-x)) % WORD
end

for _, name in raw.ipairs({ "band", "bor", "bxor" }) do
	local work = native[name]
	local neutral = name == "band" and WORD - 1 or 0
	bit32[name] = function(a, b, ...)
		if b == nil and select("#", ...) == 0 then
			return a == nil and neutral or word(a, 1, name)
		end
		local result = work(word(a, 1, name), word(b, 2, name))
		for i = 1, select("#", ...) do
			result = work(result, word((select(i, ...)), i + 2, name))
		end
		return result % WORD
	end
end
local band, bor, bxor = bit32.band, bit32.bor, bit32.bxor

function bit32.bnot(x)
	return WORD - 1 - word(x, 1, "bnot")
end

function bit32.btest(...)
	return band(...) ~= 0
end

local function shift(x, by)
	if by <= -32 or by >= 32 then
		return 0
	elseif by >= 0 then
		return x * 2 ^ by % WORD
	end
	return floor(x / 2 ^ -by)
end

function bit32.lshift(x, by)
	return shift(word(x, 1, "lshift"), rt.toInteger(by, 2, "lshift"))
end

function bit32.rshift(x, by)
	return shift(word(x, 1, "rshift"), -rt.toInteger(by, 2, "rshift"))
end

function bit32.arshift(x, by)
	x, by = word(x, 1, "arshift"), rt.toInteger(by, 2, "arshift")
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

function bit32.lrotate(x, by)
	return rotate(word(x, 1, "lrotate"), rt.toInteger(by, 2, "lrotate"))
end

function bit32.rrotate(x, by)
	return rotate(word(x, 1, "rrotate"), -rt.toInteger(by, 2, "rrotate"))
end

local function range(start, width, name)
	start, width = rt.toInteger(start, 2, name), width == nil and 1 or rt.toInteger(width, 3, name)
	if start < 0 then
		rt.refuse(2, name, "field cannot be negative")
	elseif width < 1 then
		rt.refuse(3, name, "width must be positive")
	elseif start + width > 32 then
		rt.fail("trying to access non-existent bits")
	end
	return start, width
end

function bit32.extract(x, start, width)
	x = word(x, 1, "extract")
	start, width = range(start, width, "extract")
	return floor(x / 2 ^ start) % 2 ^ width
end

function bit32.replace(x, value, start, width)
	x, value = word(x, 1, "replace"), word(value, 2, "replace")
	start, width = range(start, width, "replace")
	local old = floor(x / 2 ^ start) % 2 ^ width
	return x + (value % 2 ^ width - old) * 2 ^ start
end

function bit32.countlz(x)
	x = word(x, 1, "countlz")
	local count = 32
	while x >= 1 do
		x = floor(x / 2)
		count = count - 1
	end
	return count
end

function bit32.countrz(x)
	x = word(x, 1, "countrz")
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

function bit32.byteswap(x)
	x = word(x, 1, "byteswap")
	return x % 256 * 2 ^ 24 + floor(x / 2 ^ 8) % 256 * 2 ^ 16 + floor(x / 2 ^ 16) % 256 * 2 ^ 8 + floor(x / 2 ^ 24)
end

rt.startRandom()
