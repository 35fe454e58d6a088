--[[ Numbers as bits and back, for `string.pack` and `buffer`: plain arithmetic, so both engines have it. ]]
local rt = ...
local raw = rt.raw
local floor, frexp, huge, char, byte = raw.math.floor, raw.math.frexp, raw.math.huge, raw.string.char, raw.string.byte

local binary = {}
rt.binary = binary

local WORD, TOP = 2 ^ 32, 2 ^ 63

-- A whole number as two words of 32 bits, in two's complement; beyond 64 bits it is the nearest, and no number is 0.
function binary.halves(value)
	if value >= TOP then
		return 0x7FFFFFFF, 0xFFFFFFFF
	elseif value < -TOP then
		return 0x80000000, 0
	elseif value ~= value then
		return 0, 0
	end
	value = value >= 0 and floor(value) or -floor(-value)
	local low = value % WORD
	return (value - low) / WORD % WORD, low
end
local halves = binary.halves

-- The low 32 bits of it.
function binary.word(value)
	if value >= -TOP and value < TOP then
		return (value >= 0 and floor(value) or -floor(-value)) % WORD
	end
	return value >= TOP and 0xFFFFFFFF or 0
end

-- Halves go to the even neighbour, as IEEE 754 rounds.
local function nearest(x)
	local whole = floor(x)
	local rest = x - whole
	if rest > 0.5 or rest == 0.5 and whole % 2 == 1 then
		return whole + 1
	end
	return whole
end

-- A double's own bits, as two words. What is no number is written as processors write `0 / 0`: with the sign.
function binary.double(value)
	local sign = (value < 0 or value == 0 and 1 / value < 0) and 0x80000000 or 0
	if value ~= value then
		return 0xFFF80000, 0
	elseif value == 0 then
		return sign, 0
	elseif value == huge or value == -huge then
		return sign + 0x7FF00000, 0
	end
	local mantissa, power = frexp(sign ~= 0 and -value or value)
	local exponent, fraction = power + 1022, nil
	if exponent > 0 then
		fraction = (mantissa * 2 - 1) * 2 ^ 52
	else
		fraction, exponent = mantissa * 2 ^ (52 + exponent), 0
	end
	local low = fraction % WORD
	return sign + exponent * 0x100000 + (fraction - low) / WORD, low
end

function binary.toDouble(high, low)
	local sign = 1
	if high >= 0x80000000 then
		sign, high = -1, high - 0x80000000
	end
	local top = high % 0x100000
	local exponent, fraction = (high - top) / 0x100000, top * WORD + low
	if exponent == 2047 then
		return fraction == 0 and sign * huge or 0 / 0
	elseif exponent == 0 then
		return sign * fraction * 2 ^ -1074
	end
	return sign * (1 + fraction * 2 ^ -52) * 2 ^ (exponent - 1023)
end

-- The bits of the nearest number of single precision, as a word.
function binary.single(value)
	local sign = (value < 0 or value == 0 and 1 / value < 0) and 0x80000000 or 0
	if value ~= value then
		return 0xFFC00000
	elseif value == 0 then
		return sign
	elseif value == huge or value == -huge then
		return sign + 0x7F800000
	end
	local mantissa, power = frexp(sign ~= 0 and -value or value)
	local exponent = power + 126
	if exponent > 254 then
		return sign + 0x7F800000
	elseif exponent > 0 then
		-- What rounds up to the next power of two carries into the exponent, and from the highest into infinity.
		return sign + exponent * 0x800000 + nearest((mantissa * 2 - 1) * 0x800000)
	end
	return sign + (exponent < -24 and 0 or nearest(mantissa * 2 ^ (23 + exponent)))
end

function binary.toSingle(word)
	local sign = 1
	if word >= 0x80000000 then
		sign, word = -1, word - 0x80000000
	end
	local fraction = word % 0x800000
	local exponent = (word - fraction) / 0x800000
	if exponent == 255 then
		return fraction == 0 and sign * huge or 0 / 0
	elseif exponent == 0 then
		return sign * fraction * 2 ^ -149
	end
	return sign * (1 + fraction * 2 ^ -23) * 2 ^ (exponent - 127)
end

-- The nearest number of single precision. `(2^29 + 1) * x` splits off the upper 24 bits of x, but may take the odd one of two
-- that are as near; numbers that are too small or too large for that go the long way.
function binary.near(x)
	local size = x < 0 and -x or x
	if not (size > 1e-30 and size < 1e30) then
		return x == 0 and x or binary.toSingle(binary.single(x))
	end
	local scaled = x * 536870913
	local upper = scaled - (scaled - x)
	local rest = x - upper
	if rest == 0 then
		return upper
	end
	local other = upper + 2 * rest
	scaled = other * 536870913
	if scaled - (scaled - other) ~= other then
		return upper
	end
	scaled = upper * 1073741825 -- 23 bits are enough for an even one
	return scaled - (scaled - upper) == upper and upper or other
end

-- --- texts ----------------------------------------------------------------------------------------------------------

local function word(value)
	local a, b, c = value % 0x100, value % 0x10000, value % 0x1000000
	return char(a, (b - a) / 0x100, (c - b) / 0x10000, (value - c) / 0x1000000)
end

-- A whole number of 64 bits in as many bytes, least first unless `big`; its sign goes on into those beyond eight.
function binary.integerText(value, size, big)
	local high, low = halves(value)
	local text = word(low) .. word(high)
	if size <= 8 then
		text = raw.string.sub(text, 1, size)
	else
		text = text .. raw.string.rep(value <= -1 and "\255" or "\0", size - 8)
	end
	return big and raw.string.reverse(text) or text
end

function binary.floatText(value, size, big)
	local text
	if size == 4 then
		text = word(binary.single(value))
	else
		local high, low = binary.double(value)
		text = word(low) .. word(high)
	end
	return big and raw.string.reverse(text) or text
end

-- The words of the text from `at` on; bytes that it lacks are 0.
local function wordsOf(text, at, size, big)
	local a, b, c, d, e, f, g, h = byte(text, at, at + size - 1)
	if big then
		a, b, c, d, e, f, g, h = byte(raw.string.reverse(raw.string.sub(text, at, at + size - 1)), 1, 8)
	end
	return (e or 0) + (f or 0) * 0x100 + (g or 0) * 0x10000 + (h or 0) * 0x1000000,
		a + (b or 0) * 0x100 + (c or 0) * 0x10000 + (d or 0) * 0x1000000
end

-- The whole number in at most eight bytes.
function binary.fromIntegerText(text, at, size, big, signed)
	local high, low = wordsOf(text, at, size, big)
	if signed then
		if size > 4 then
			local top = 2 ^ (8 * (size - 4))
			high = high >= top / 2 and high - top or high
		else
			local top = 2 ^ (8 * size)
			low = low >= top / 2 and low - top or low
		end
	end
	return high * WORD + low
end

function binary.fromFloatText(text, at, size, big)
	local high, low = wordsOf(text, at, size, big)
	return size == 4 and binary.toSingle(low) or size == 8 and binary.toDouble(high, low)
end
