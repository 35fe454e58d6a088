--[[ Luau's `math`: PCG random numbers, noise, rounding, and argument checks. ]]
local rt = ...
local raw, globals, fail, py = rt.raw, rt.globals, rt.fail, rt.py
local rawmath, rawtype, select = raw.math, raw.type, raw.select
local floor, ceil, abs, huge = rawmath.floor, rawmath.ceil, rawmath.abs, rawmath.huge
local toNumber, toInteger, binary, near = rt.toNumber, rt.toInteger, rt.binary, rt.binary.near

local math = {
	pi = rawmath.pi,
	huge = huge,
	nan = 0 / 0,
	e = 2.718281828459045,
	phi = 1.618033988749895,
	sqrt2 = 1.4142135623730951,
	tau = 6.283185307179586,
}
globals.math = math

for _, name in
	raw.ipairs({
		"abs",
		"acos",
		"asin",
		"atan",
		"ceil",
		"cos",
		"cosh",
		"exp",
		"floor",
		"frexp",
		"sin",
		"sinh",
		"sqrt",
		"tan",
		"tanh",
	})
do
	local work = rawmath[name]
	math[name] = function(...)
		local x = ...
		if rawtype(x) == "number" then
			return work(x)
		end
		return work(toNumber(1, name, ...))
	end
end

for _, name in raw.ipairs({ "atan2", "fmod", "pow" }) do
	local work = rawmath[name]
	math[name] = function(...)
		local x, y = ...
		if rawtype(x) == "number" and rawtype(y) == "number" then
			return work(x, y)
		end
		return work(toNumber(1, name, ...), toNumber(2, name, ...))
	end
end

function math.ldexp(...)
	return rawmath.ldexp(toNumber(1, "ldexp", ...), toInteger(2, "ldexp", ...))
end

local log, frexp = rawmath.log, rawmath.frexp
local log10 = rawmath.log10 or function(x)
	return log(x, 10)
end

function math.log(...)
	local x, base = toNumber(1, "log", ...), (select(2, ...))
	if base == nil then
		return log(x)
	end
	base = toNumber(2, "log", ...)
	if base == 10 then
		return log10(x)
	elseif base == 2 then
		local mantissa, exponent = frexp(x)
		if mantissa == 0.5 then
			return exponent - 1
		end
	end
	return log(x) / log(base)
end

function math.log10(...)
	return log10(toNumber(1, "log10", ...))
end

local DEGREE = rawmath.pi / 180

function math.deg(...)
	return toNumber(1, "deg", ...) / DEGREE
end

function math.rad(...)
	return toNumber(1, "rad", ...) * DEGREE
end

function math.modf(...)
	local x = toNumber(1, "modf", ...)
	local whole = x >= 0 and floor(x) or ceil(x)
	local rest = (x == huge or x == -huge) and 0 or x - whole
	return whole, rest == 0 and (x < 0 or 1 / x < 0) and -0.0 or rest
end

local function extreme(name, better)
	math[name] = function(...)
		local best, other = ...
		local count = select("#", ...)
		if count == 2 and rawtype(best) == "number" and rawtype(other) == "number" then
			return better(other, best) and other or best
		end
		best = toNumber(1, name, ...)
		for i = 2, count do
			local value = toNumber(i, name, ...)
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

function math.sign(...)
	local x = toNumber(1, "sign", ...)
	return x > 0 and 1 or x < 0 and -1 or 0
end

function math.round(...)
	local x = toNumber(1, "round", ...)
	local whole = floor(abs(x))
	whole = abs(x) - whole >= 0.5 and whole + 1 or whole
	return (x < 0 or 1 / x < 0) and -whole or whole
end

function math.clamp(...)
	local x, low, high = ...
	if rawtype(x) ~= "number" or rawtype(low) ~= "number" or rawtype(high) ~= "number" then
		x, low, high = toNumber(1, "clamp", ...), toNumber(2, "clamp", ...), toNumber(3, "clamp", ...)
	end
	if not (low <= high) then
		rt.refuse(3, "clamp", "max must be greater than or equal to min")
	end
	x = x < low and low or x
	return x > high and high or x
end

function math.lerp(...)
	local a, b, t = toNumber(1, "lerp", ...), toNumber(2, "lerp", ...), toNumber(3, "lerp", ...)
	return t == 1 and b or a + (b - a) * t
end

function math.map(...)
	local x, inLow, inHigh = toNumber(1, "map", ...), toNumber(2, "map", ...), toNumber(3, "map", ...)
	local outLow, outHigh = toNumber(4, "map", ...), toNumber(5, "map", ...)
	return outLow + (x - inLow) * (outHigh - outLow) / (inHigh - inLow)
end

function math.isnan(...)
	local x = toNumber(1, "isnan", ...)
	return x ~= x
end

function math.isinf(...)
	local x = toNumber(1, "isinf", ...)
	return x == huge or x == -huge
end

function math.isfinite(...)
	local x = toNumber(1, "isfinite", ...)
	return x - x == 0
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

-- `value` is an integer of 32 bits.
local function seed(value)
	stateHigh, stateLow = 0, 0
	advance()
	local high, low = binary.halves(value)
	stateLow = stateLow + low
	stateHigh = (stateHigh + high + floor(stateLow / WORD)) % WORD
	stateLow = stateLow % WORD
	advance()
end

function rt.startRandom()
	bxor, rrotate = globals.bit32.bxor, globals.bit32.rrotate
	seed(py.seed)
end

function math.randomseed(...)
	seed(toInteger(1, "randomseed", ...))
end

function math.random(...)
	local count = select("#", ...)
	if count == 0 then
		local low = draw()
		return (low + draw() * WORD) / 2 ^ 64
	elseif count > 2 then
		fail("wrong number of arguments")
	end
	local low, high = 1, toInteger(1, "random", ...)
	if count == 2 then
		low, high = high, toInteger(2, "random", ...)
	end
	if low > high then
		rt.refuse(count, "random", "interval is empty")
	elseif high - low >= WORD - 1 then
		rt.refuse(count, "random", "interval is too large")
	end
	return low + (product((high - low + 1) % WORD, draw()))
end

-- --- noise: Perlin's, with his published permutation, in single precision ------------------------------------------------------------------

local PERMUTATION = {
	151,
	160,
	137,
	91,
	90,
	15,
	131,
	13,
	201,
	95,
	96,
	53,
	194,
	233,
	7,
	225,
	140,
	36,
	103,
	30,
	69,
	142,
	8,
	99,
	37,
	240,
	21,
	10,
	23,
	190,
	6,
	148,
	247,
	120,
	234,
	75,
	0,
	26,
	197,
	62,
	94,
	252,
	219,
	203,
	117,
	35,
	11,
	32,
	57,
	177,
	33,
	88,
	237,
	149,
	56,
	87,
	174,
	20,
	125,
	136,
	171,
	168,
	68,
	175,
	74,
	165,
	71,
	134,
	139,
	48,
	27,
	166,
	77,
	146,
	158,
	231,
	83,
	111,
	229,
	122,
	60,
	211,
	133,
	230,
	220,
	105,
	92,
	41,
	55,
	46,
	245,
	40,
	244,
	102,
	143,
	54,
	65,
	25,
	63,
	161,
	1,
	216,
	80,
	73,
	209,
	76,
	132,
	187,
	208,
	89,
	18,
	169,
	200,
	196,
	135,
	130,
	116,
	188,
	159,
	86,
	164,
	100,
	109,
	198,
	173,
	186,
	3,
	64,
	52,
	217,
	226,
	250,
	124,
	123,
	5,
	202,
	38,
	147,
	118,
	126,
	255,
	82,
	85,
	212,
	207,
	206,
	59,
	227,
	47,
	16,
	58,
	17,
	182,
	189,
	28,
	42,
	223,
	183,
	170,
	213,
	119,
	248,
	152,
	2,
	44,
	154,
	163,
	70,
	221,
	153,
	101,
	155,
	167,
	43,
	172,
	9,
	129,
	22,
	39,
	253,
	19,
	98,
	108,
	110,
	79,
	113,
	224,
	232,
	178,
	185,
	112,
	104,
	218,
	246,
	97,
	228,
	251,
	34,
	242,
	193,
	238,
	210,
	144,
	12,
	191,
	179,
	162,
	241,
	81,
	51,
	145,
	235,
	249,
	14,
	239,
	107,
	49,
	192,
	214,
	31,
	181,
	199,
	106,
	157,
	184,
	84,
	204,
	176,
	115,
	121,
	50,
	45,
	127,
	4,
	150,
	254,
	138,
	236,
	205,
	93,
	222,
	114,
	67,
	29,
	24,
	72,
	243,
	141,
	128,
	195,
	78,
	66,
	215,
	61,
	156,
	180,
}
local GRADIENTS = {
	{ 1, 1, 0 },
	{ -1, 1, 0 },
	{ 1, -1, 0 },
	{ -1, -1, 0 },
	{ 1, 0, 1 },
	{ -1, 0, 1 },
	{ 1, 0, -1 },
	{ -1, 0, -1 },
	{ 0, 1, 1 },
	{ 0, -1, 1 },
	{ 0, 1, -1 },
	{ 0, -1, -1 },
	{ 1, 1, 0 },
	{ 0, -1, 1 },
	{ -1, 1, 0 },
	{ 0, -1, -1 },
}

local function hash(i)
	return PERMUTATION[i % 256 + 1]
end

local function gradient(code, x, y, z)
	local g = GRADIENTS[code % 16 + 1]
	return near(near(g[1] * x + g[2] * y) + g[3] * z)
end

local function fade(t)
	return near(near(near(t * t) * t) * near(near(t * near(near(t * 6) - 15)) + 10))
end

local function mix(t, a, b)
	return near(a + near(t * near(b - a)))
end

-- Of the floor of a coordinate: what a C int keeps of it.
local function cell(whole)
	return rt.truncated(whole) % 256
end

function math.noise(...)
	local x, y, z = ...
	x = near(toNumber(1, "noise", ...))
	y, z = y == nil and 0 or near(toNumber(2, "noise", ...)), z == nil and 0 or near(toNumber(3, "noise", ...))
	local xf, yf, zf = near(x - floor(x)), near(y - floor(y)), near(z - floor(z))
	local xi, yi, zi = cell(floor(x)), cell(floor(y)), cell(floor(z))
	local x1, y1, z1 = near(xf - 1), near(yf - 1), near(zf - 1)
	local u, v, w = fade(xf), fade(yf), fade(zf)
	local a, b = hash(xi) + yi, hash(xi + 1) + yi
	local aa, ab, ba, bb = hash(a) + zi, hash(a + 1) + zi, hash(b) + zi, hash(b + 1) + zi
	local front = mix(
		v,
		mix(u, gradient(hash(aa), xf, yf, zf), gradient(hash(ba), x1, yf, zf)),
		mix(u, gradient(hash(ab), xf, y1, zf), gradient(hash(bb), x1, y1, zf))
	)
	local back = mix(
		v,
		mix(u, gradient(hash(aa + 1), xf, yf, z1), gradient(hash(ba + 1), x1, yf, z1)),
		mix(u, gradient(hash(ab + 1), xf, y1, z1), gradient(hash(bb + 1), x1, y1, z1))
	)
	return mix(w, front, back)
end
