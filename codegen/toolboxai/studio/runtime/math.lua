--[[ Luau's `math`: PCG random numbers, noise, rounding, and argument checks. ]]
local rt = ...
local raw, globals, fail, py = rt.raw, rt.globals, rt.fail, rt.py
local rawmath, rawtype, select = raw.math, raw.type, raw.select
local floor, abs, huge = rawmath.floor, rawmath.abs, rawmath.huge
local toNumber, toInteger = rt.toNumber, rt.toInteger

local math = { pi = rawmath.pi, huge = huge }
globals.math = math

for _, name in raw.ipairs({
	"abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "deg", "exp", "floor", "rad", "sin", "sinh", "sqrt", "tan",
	"tanh",
}) do
	local work = rawmath[name]
	math[name] = function(x)
		if rawtype(x) == "number" then
			return work(x)
		end
		return work(toNumber(x, 1, name))
	end
end

for _, name in raw.ipairs({ "atan2", "fmod", "pow", "ldexp" }) do
	local work = rawmath[name]
	math[name] = function(x, y)
		return work(toNumber(x, 1, name), toNumber(y, 2, name))
	end
end

function math.log(x, base)
	x = toNumber(x, 1, "log")
	if base == nil then
		return rawmath.log(x)
	end
	base = toNumber(base, 2, "log")
	if base == 10 then
		return rawmath.log10 and rawmath.log10(x) or rawmath.log(x, 10)
	elseif base == 2 then
		local mantissa, exponent = rawmath.frexp(x)
		if mantissa == 0.5 then
			return exponent - 1
		end
	end
	return rawmath.log(x) / rawmath.log(base)
end

function math.log10(x)
	return math.log(toNumber(x, 1, "log10"), 10)
end

function math.modf(x)
	x = toNumber(x, 1, "modf")
	if x == huge or x == -huge then
		return x, 0
	end
	local whole = x >= 0 and floor(x) or -floor(-x)
	return whole, x - whole
end

function math.frexp(x)
	return rawmath.frexp(toNumber(x, 1, "frexp"))
end

local function extreme(name, better)
	math[name] = function(x, ...)
		local best = toNumber(x, 1, name)
		for i = 1, select("#", ...) do
			local value = toNumber((select(i, ...)), i + 1, name)
			if better(value, best) then
				best = value
			end
		end
		return best
	end
end
extreme("max", function(a, b)
	return a > b
end)
extreme("min", function(a, b)
	return a < b
end)

function math.sign(x)
	x = toNumber(x, 1, "sign")
	return x > 0 and 1 or x < 0 and -1 or 0
end

-- Halves go away from zero.
function math.round(x)
	x = toNumber(x, 1, "round")
	if x ~= x or x == huge or x == -huge or abs(x) >= 2 ^ 52 then
		return x
	end
	local whole = floor(abs(x))
	whole = abs(x) - whole >= 0.5 and whole + 1 or whole
	return x < 0 and -whole or whole
end

function math.clamp(x, low, high)
	x, low, high = toNumber(x, 1, "clamp"), toNumber(low, 2, "clamp"), toNumber(high, 3, "clamp")
	if low > high then
		rt.refuse(3, "clamp", "max must be greater than or equal to min")
	end
	return x < low and low or x > high and high or x
end

function math.lerp(a, b, t)
	a, b, t = toNumber(a, 1, "lerp"), toNumber(b, 2, "lerp"), toNumber(t, 3, "lerp")
	return t == 1 and b or a + (b - a) * t
end

function math.map(x, inLow, inHigh, outLow, outHigh)
	x, inLow, inHigh = toNumber(x, 1, "map"), toNumber(inLow, 2, "map"), toNumber(inHigh, 3, "map")
	outLow, outHigh = toNumber(outLow, 4, "map"), toNumber(outHigh, 5, "map")
	return outLow + (x - inLow) * (outHigh - outLow) / (inHigh - inLow)
end

function math.isnan(x)
	x = toNumber(x, 1, "isnan")
	return x ~= x
end

function math.isinf(x)
	x = toNumber(x, 1, "isinf")
	return x == huge or x == -huge
end

function math.isfinite(x)
	x = toNumber(x, 1, "isfinite")
	return x == x and x ~= huge and x ~= -huge
end

-- --- random: PCG32 (O'Neill), the generator and the steps that Luau uses, so a seed means the same numbers -----------

local WORD = 2 ^ 32
local stateHigh, stateLow = 0, 0

-- (aHigh, aLow) * 6364136223846793005 modulo 2^64, in halves that doubles hold exactly.
local MULTIPLIER_HIGH, MULTIPLIER_LOW = 1481765933, 1284865837
local INCREMENT = 105

local function product(a, b)
	local aHigh, bHigh = floor(a / 65536), floor(b / 65536)
	local aLow, bLow = a % 65536, b % 65536
	local low = aLow * bLow
	local middle = aHigh * bLow + floor(low / 65536)
	local cross = middle % 65536 + aLow * bHigh
	return aHigh * bHigh + floor(middle / 65536) + floor(cross / 65536), cross % 65536 * 65536 + low % 65536
end

local function advance()
	local high, low = product(stateLow, MULTIPLIER_LOW)
	local _, a = product(stateHigh, MULTIPLIER_LOW)
	local _, b = product(stateLow, MULTIPLIER_HIGH)
	high = (high + a + b) % WORD
	low = low + INCREMENT
	if low >= WORD then
		low = low - WORD
		high = (high + 1) % WORD
	end
	stateHigh, stateLow = high, low
end

local bxor, rrotate

-- The next 32 bits.
local function draw()
	local high, low = stateHigh, stateLow
	advance()
	-- ((state >> 18) ^ state) >> 27, its low 32 bits, rotated right by state >> 59
	local shiftedHigh = floor(high / 2 ^ 18)
	local shiftedLow = floor(low / 2 ^ 18) + high % 2 ^ 18 * 2 ^ 14
	local mixedHigh, mixedLow = bxor(shiftedHigh, high), bxor(shiftedLow, low)
	local mixed = (floor(mixedLow / 2 ^ 27) + mixedHigh * 2 ^ 5) % WORD
	return rrotate(mixed, floor(high / 2 ^ 27))
end

local function seed(value)
	value = floor(value) % 2 ^ 64
	stateHigh, stateLow = 0, 0
	advance()
	stateLow = stateLow + value % WORD
	stateHigh = (stateHigh + floor(value / WORD) + floor(stateLow / WORD)) % WORD
	stateLow = stateLow % WORD
	advance()
end

function rt.startRandom()
	bxor, rrotate = globals.bit32.bxor, globals.bit32.rrotate
	seed(py.seed)
end

function math.randomseed(value)
	seed(toInteger(value, 1, "randomseed"))
end

function math.random(low, high)
	if low == nil then
		return (draw() + draw() * WORD) / 2 ^ 64
	end
	low = toInteger(low, 1, "random")
	if high == nil then
		if low < 1 then
			rt.refuse(1, "random", "interval is empty")
		end
		low, high = 1, low
	else
		high = toInteger(high, 2, "random")
		if low > high then
			rt.refuse(2, "random", "interval is empty")
		end
	end
	local span = high - low + 1
	return low + (product(span % WORD, draw()))
end

-- --- noise: Perlin's, with his published permutation ------------------------------------------------------------------

local PERMUTATION = {
	151, 160, 137, 91, 90, 15, 131, 13, 201, 95, 96, 53, 194, 233, 7, 225, 140, 36, 103, 30, 69, 142, 8, 99, 37, 240,
	21, 10, 23, 190, 6, 148, 247, 120, 234, 75, 0, 26, 197, 62, 94, 252, 219, 203, 117, 35, 11, 32, 57, 177, 33, 88,
	237, 149, 56, 87, 174, 20, 125, 136, 171, 168, 68, 175, 74, 165, 71, 134, 139, 48, 27, 166, 77, 146, 158, 231, 83,
	111, 229, 122, 60, 211, 133, 230, 220, 105, 92, 41, 55, 46, 245, 40, 244, 102, 143, 54, 65, 25, 63, 161, 1, 216,
	80, 73, 209, 76, 132, 187, 208, 89, 18, 169, 200, 196, 135, 130, 116, 188, 159, 86, 164, 100, 109, 198, 173, 186,
	3, 64, 52, 217, 226, 250, 124, 123, 5, 202, 38, 147, 118, 126, 255, 82, 85, 212, 207, 206, 59, 227, 47, 16, 58, 17,
	182, 189, 28, 42, 223, 183, 170, 213, 119, 248, 152, 2, 44, 154, 163, 70, 221, 153, 101, 155, 167, 43, 172, 9, 129,
	22, 39, 253, 19, 98, 108, 110, 79, 113, 224, 232, 178, 185, 112, 104, 218, 246, 97, 228, 251, 34, 242, 193, 238,
	210, 144, 12, 191, 179, 162, 241, 81, 51, 145, 235, 249, 14, 239, 107, 49, 192, 214, 31, 181, 199, 106, 157, 184,
	84, 204, 176, 115, 121, 50, 45, 127, 4, 150, 254, 138, 236, 205, 93, 222, 114, 67, 29, 24, 72, 243, 141, 128, 195,
	78, 66, 215, 61, 156, 180,
}
local GRADIENTS = {
	{ 1, 1, 0 }, { -1, 1, 0 }, { 1, -1, 0 }, { -1, -1, 0 }, { 1, 0, 1 }, { -1, 0, 1 }, { 1, 0, -1 }, { -1, 0, -1 },
	{ 0, 1, 1 }, { 0, -1, 1 }, { 0, 1, -1 }, { 0, -1, -1 }, { 1, 1, 0 }, { 0, -1, 1 }, { -1, 1, 0 }, { 0, -1, -1 },
}

local function hash(i)
	return PERMUTATION[i % 256 + 1]
end

local function gradient(code, x, y, z)
	local g = GRADIENTS[code % 16 + 1]
	return g[1] * x + g[2] * y + g[3] * z
end

local function fade(t)
	return t * t * t * (t * (t * 6 - 15) + 10)
end

local function mix(t, a, b)
	return a + t * (b - a)
end

function math.noise(x, y, z)
	x = toNumber(x, 1, "noise")
	y, z = y == nil and 0 or toNumber(y, 2, "noise"), z == nil and 0 or toNumber(z, 3, "noise")
	local xi, yi, zi = floor(x), floor(y), floor(z)
	local xf, yf, zf = x - xi, y - yi, z - zi
	local u, v, w = fade(xf), fade(yf), fade(zf)
	local a, b = hash(xi) + yi, hash(xi + 1) + yi
	local aa, ab, ba, bb = hash(a) + zi, hash(a + 1) + zi, hash(b) + zi, hash(b + 1) + zi
	local near = mix(
		v,
		mix(u, gradient(hash(aa), xf, yf, zf), gradient(hash(ba), xf - 1, yf, zf)),
		mix(u, gradient(hash(ab), xf, yf - 1, zf), gradient(hash(bb), xf - 1, yf - 1, zf))
	)
	local far = mix(
		v,
		mix(u, gradient(hash(aa + 1), xf, yf, zf - 1), gradient(hash(ba + 1), xf - 1, yf, zf - 1)),
		mix(u, gradient(hash(ab + 1), xf, yf - 1, zf - 1), gradient(hash(bb + 1), xf - 1, yf - 1, zf - 1))
	)
	return mix(w, near, far)
end
