--[[ Luau's `utf8`. ]]
local rt = ...
local raw, globals, fail = rt.raw, rt.globals, rt.fail
local byte, char = raw.string.byte, raw.string.char
local floor, select, concat = raw.math.floor, raw.select, raw.table.concat
local toText, toInteger = rt.toText, rt.toInteger

local utf8 = { charpattern = "[\0-\127\194-\244][\128-\191]*" }
globals.utf8 = utf8

local SLICE = 8000 -- values that a C function may give
local SMALLEST = { 0, 0x80, 0x800, 0x10000 }

-- The code point that starts at byte `i` and its length, or nil where there is none.
local function decode(s, i)
	local first = byte(s, i)
	if not first then
		return nil
	elseif first < 0x80 then
		return first, 1
	elseif first < 0xC2 or first > 0xF4 then
		return nil
	end
	local length = first < 0xE0 and 2 or first < 0xF0 and 3 or 4
	local code = first % 2 ^ (7 - length)
	for place = i + 1, i + length - 1 do
		local next = byte(s, place)
		if not next or next < 0x80 or next > 0xBF then
			return nil
		end
		code = code * 64 + next % 64
	end
	if code < SMALLEST[length] or code > 0x10FFFF or code >= 0xD800 and code < 0xE000 then
		return nil
	end
	return code, length
end

local function encode(code)
	if code < 0x80 then
		return char(code)
	elseif code < 0x800 then
		return char(0xC0 + floor(code / 64), 0x80 + code % 64)
	elseif code < 0x10000 then
		return char(0xE0 + floor(code / 4096), 0x80 + floor(code / 64) % 64, 0x80 + code % 64)
	end
	return char(
		0xF0 + floor(code / 262144),
		0x80 + floor(code / 4096) % 64,
		0x80 + floor(code / 64) % 64,
		0x80 + code % 64
	)
end

local function place(i, length)
	if i >= 0 then
		return i
	elseif -i > length then
		return 0
	end
	return length + i + 1
end

local function isContinuation(s, i)
	local b = byte(s, i)
	return b ~= nil and b >= 0x80 and b < 0xC0
end

function utf8.char(...)
	local parts = {}
	for i = 1, select("#", ...) do
		local code = toInteger(i, "char", ...)
		if code < 0 or code > 0x10FFFF then
			rt.refuse(i, "char", "value out of range")
		end
		parts[i] = encode(code)
	end
	return concat(parts)
end

-- The n-th argument as a place in the text, counted from the end if it is below zero.
local function placeAt(n, default, s, name, ...)
	local i = select(n, ...)
	return place(i == nil and default or toInteger(n, name, ...), #s)
end

function utf8.len(...)
	local s = toText(1, "len", ...)
	local i, j = placeAt(2, 1, s, "len", ...), placeAt(3, -1, s, "len", ...)
	if i < 1 or i > #s + 1 then
		rt.refuse(2, "len", "initial position out of string")
	elseif j > #s then
		rt.refuse(3, "len", "final position out of string")
	end
	local count = 0
	while i <= j do
		local code, length = decode(s, i)
		if not code then
			return nil, i
		end
		i = i + length
		count = count + 1
	end
	return count
end

function utf8.codepoint(...)
	local s = toText(1, "codepoint", ...)
	local i = placeAt(2, 1, s, "codepoint", ...)
	local j = placeAt(3, i, s, "codepoint", ...)
	if i < 1 then
		rt.refuse(2, "codepoint", "out of range")
	elseif j > #s then
		rt.refuse(3, "codepoint", "out of range")
	elseif j - i + 1 + select("#", ...) > SLICE then
		fail("stack overflow (string slice too long)")
	end
	local codes, count = {}, 0
	while i <= j do
		local code, length = decode(s, i)
		if not code then
			fail("invalid UTF-8 code")
		end
		count = count + 1
		codes[count] = code
		i = i + length
	end
	return raw.unpack(codes, 1, count)
end

function utf8.offset(...)
	local s, n = toText(1, "offset", ...), toInteger(2, "offset", ...)
	local i = placeAt(3, n >= 0 and 1 or #s + 1, s, "offset", ...)
	if i < 1 or i > #s + 1 then
		rt.refuse(3, "offset", "position out of range")
	end
	if n == 0 then
		while i > 1 and isContinuation(s, i) do
			i = i - 1
		end
		return i
	elseif isContinuation(s, i) then
		fail("initial position is a continuation byte")
	end
	if n < 0 then
		while n < 0 and i > 1 do
			repeat
				i = i - 1
			until i <= 1 or not isContinuation(s, i)
			n = n + 1
		end
	else
		n = n - 1
		while n > 0 and i <= #s do
			repeat
				i = i + 1
			until not isContinuation(s, i)
			n = n - 1
		end
	end
	return n == 0 and i or nil
end

local function followingCode(text, i)
	local first = i == 0
	i = i + 1
	while not first and isContinuation(text, i) do
		i = i + 1
	end
	if i > #text then
		return nil
	end
	local code, length = decode(text, i)
	if not code or isContinuation(text, i + length) then
		fail("invalid UTF-8 code")
	end
	return i, code
end

function utf8.codes(...)
	return followingCode, toText(1, "codes", ...), 0
end

-- Code points; clusters of several are not joined.
function utf8.graphemes(...)
	local s = toText(1, "graphemes", ...)
	local at, last = placeAt(2, 1, s, "graphemes", ...), placeAt(3, -1, s, "graphemes", ...)
	return function()
		if at > last then
			return nil
		end
		local code, length = decode(s, at)
		if not code then
			fail("invalid UTF-8 code")
		end
		at = at + length
		return at - length, at - 1
	end
end

utf8.nfcnormalize, utf8.nfdnormalize = rt.unavailable("utf8.nfcnormalize"), rt.unavailable("utf8.nfdnormalize")
