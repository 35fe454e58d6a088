--[[ Numbers as bytes and back, for `string.pack` and `buffer`: plain arithmetic, so both engines have it. ]]
local rt = ...
local raw = rt.raw
local floor, frexp, huge, char, byte = raw.math.floor, raw.math.frexp, raw.math.huge, raw.string.char, raw.string.byte
local unpack = raw.unpack

local binary = {}
rt.binary = binary

-- The bytes of a whole number, least first; a negative one as two's complement.
function binary.integer(value, size)
	local bytes = {}
	for i = 1, size do
		local low = value % 256
		bytes[i] = low
		value = (value - low) / 256
	end
	return bytes
end

function binary.toInteger(bytes, signed)
	local value, size = 0, #bytes
	local high = bytes[size]
	local negative = signed and high >= 128
	for i = size, 1, -1 do
		value = value * 256 + (negative and 255 - bytes[i] or bytes[i])
	end
	return negative and -value - 1 or value
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

local FORMS = { [4] = { 23, 127, 255 }, [8] = { 52, 1023, 2047 } } -- mantissa bits, bias, highest exponent

-- The bytes of an IEEE 754 number of 4 or 8 bytes, least first.
function binary.float(value, size)
	local form = FORMS[size]
	local bits, bias, highest = form[1], form[2], form[3]
	local negative = value < 0 or value == 0 and 1 / value < 0
	local exponent, fraction
	if value ~= value then
		exponent, fraction = highest, 2 ^ (bits - 1)
	elseif value == 0 then
		exponent, fraction = 0, 0
	elseif value == huge or value == -huge then
		exponent, fraction = highest, 0
	else
		local mantissa, power = frexp(negative and -value or value)
		exponent = power - 1 + bias
		if exponent > 0 then
			fraction = nearest((mantissa * 2 - 1) * 2 ^ bits)
		else
			fraction, exponent = nearest(mantissa * 2 ^ (bits + exponent)), 0
		end
		if fraction >= 2 ^ bits then
			fraction, exponent = exponent == 0 and 0 or fraction - 2 ^ bits, exponent + 1
		end
		if exponent >= highest then
			exponent, fraction = highest, 0
		end
	end
	local bytes = binary.integer(fraction, size)
	local top = exponent * 2 ^ (bits % 8)
	bytes[size - 1] = bytes[size - 1] + top % 256
	bytes[size] = floor(top / 256) + (negative and 128 or 0)
	return bytes
end

function binary.toFloat(bytes)
	local size = #bytes
	local form = FORMS[size]
	local bits, bias, highest = form[1], form[2], form[3]
	local sign = bytes[size] >= 128 and -1 or 1
	local width = bits % 8
	local exponent = bytes[size] % 128 * 2 ^ (8 - width) + floor(bytes[size - 1] / 2 ^ width)
	local fraction = bytes[size - 1] % 2 ^ width
	for i = size - 2, 1, -1 do
		fraction = fraction * 256 + bytes[i]
	end
	if exponent == highest then
		return fraction == 0 and sign * huge or 0 / 0
	elseif exponent == 0 then
		return sign * fraction * 2 ^ (1 - bias - bits)
	end
	return sign * (1 + fraction * 2 ^ -bits) * 2 ^ (exponent - bias)
end

function binary.text(bytes)
	return char(unpack(bytes))
end

function binary.bytes(text, from, size)
	return { byte(text, from, from + size - 1) }
end
