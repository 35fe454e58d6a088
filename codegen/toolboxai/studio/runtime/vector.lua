--[[ Luau's `vector`: three numbers that compare by value; `type` says "vector". ]]
local rt = ...
local raw, globals, fail, core, wrong = rt.raw, rt.globals, rt.fail, rt.core, rt.wrong
local setmetatable, getmetatable, type, sqrt, select =
	raw.setmetatable, raw.debug.getmetatable, raw.type, raw.math.sqrt, raw.select
local floor, ceil, abs = raw.math.floor, raw.math.ceil, raw.math.abs
local toNumber, tonumber, binary, tostring = rt.toNumber, rt.tonumber, rt.binary, rt.tostring

local vector = {}
globals.vector = vector

local metatable = { __metatable = "The metatable is locked" }
core.userdata(metatable, "vector", "vector")

-- Its numbers are of single precision, behind names that no program writes: `v.x` is read-only.
local X, Y, Z = "\1x", "\1y", "\1z"
local COMPONENT = { x = X, y = Y, z = Z, X = X, Y = Y, Z = Z }

local near = binary.near

local function create(x, y, z)
	return setmetatable({ ["\1x"] = near(x), ["\1y"] = near(y), ["\1z"] = near(z) }, metatable)
end

local function isVector(value)
	return type(value) == "table" and getmetatable(value) == metatable
end

local function toVector(n, name, ...)
	local value = select(n, ...)
	return isVector(value) and value or wrong(n, name, "vector", ...)
end

-- --- operators ------------------------------------------------------------------------------------------------------

function metatable.__index(v, key)
	local place = COMPONENT[key]
	if place then
		return v[place]
	elseif type(key) == "string" or type(key) == "number" then
		fail("attempt to index vector with '" .. tostring(key) .. "'")
	end
	fail("invalid argument #2 (string expected, got " .. rt.typeof(key) .. ")")
end

function metatable.__eq(a, b)
	return a[X] == b[X] and a[Y] == b[Y] and a[Z] == b[Z]
end

function metatable.__tostring(v)
	return tostring(v[X]) .. ", " .. tostring(v[Y]) .. ", " .. tostring(v[Z])
end

-- Both operands are vectors, or one is a number where the operator allows that.
local function operator(name, work, numbers)
	metatable["__" .. name] = function(a, b)
		if isVector(a) and isVector(b) then
			return create(work(a[X], b[X]), work(a[Y], b[Y]), work(a[Z], b[Z]))
		end
		local number = numbers and tonumber(isVector(a) and b or a)
		if not number and isVector(a) then
			return rt.refusals["__" .. name](a, b)
		elseif not number then
			fail(rt.arithmeticWords(name, a, b))
		end
		number = near(number)
		if isVector(a) then
			return create(work(a[X], number), work(a[Y], number), work(a[Z], number))
		end
		return create(work(number, b[X]), work(number, b[Y]), work(number, b[Z]))
	end
end
operator("add", function(a, b)
	return a + b
end)
operator("sub", function(a, b)
	return a - b
end)
operator("mul", function(a, b)
	return a * b
end, true)
operator("div", function(a, b)
	return a / b
end, true)
operator("idiv", function(a, b)
	return floor(a / b)
end, true)

function metatable.__unm(v)
	return create(-v[X], -v[Y], -v[Z])
end
rt.opaque(metatable)

-- --- functions ------------------------------------------------------------------------------------------------------

function vector.create(...)
	local x, y, z = ...
	if type(x) == "number" and type(y) == "number" and type(z) == "number" then
		return create(x, y, z)
	end
	x, y = toNumber(1, "create", ...), toNumber(2, "create", ...)
	return create(x, y, select("#", ...) < 3 and 0 or toNumber(3, "create", ...))
end

vector.zero, vector.one = create(0, 0, 0), create(1, 1, 1)

local function dot(a, b)
	return near(near(near(a[X] * b[X]) + near(a[Y] * b[Y])) + near(a[Z] * b[Z]))
end

function vector.dot(...)
	return dot(toVector(1, "dot", ...), toVector(2, "dot", ...))
end

function vector.magnitude(...)
	local v = toVector(1, "magnitude", ...)
	return near(sqrt(dot(v, v)))
end

function vector.normalize(...)
	local v = toVector(1, "normalize", ...)
	local inverse = near(1 / near(sqrt(dot(v, v))))
	return create(v[X] * inverse, v[Y] * inverse, v[Z] * inverse)
end

local function cross(a, b)
	local function minor(one, other)
		return near(a[one] * b[other]) - near(a[other] * b[one])
	end
	return create(minor(Y, Z), minor(Z, X), minor(X, Y))
end

function vector.cross(...)
	return cross(toVector(1, "cross", ...), toVector(2, "cross", ...))
end

function vector.angle(...)
	local a, b, axis = toVector(1, "angle", ...), toVector(2, "angle", ...), (select(3, ...))
	local normal = cross(a, b)
	local angle = raw.math.atan2(near(sqrt(dot(normal, normal))), dot(a, b))
	return axis ~= nil and dot(toVector(3, "angle", ...), normal) < 0 and -angle or angle
end

local function sign(x)
	return x > 0 and 1 or x < 0 and -1 or 0
end

for name, work in raw.pairs({ floor = floor, ceil = ceil, abs = abs, sign = sign }) do
	vector[name] = function(...)
		local v = toVector(1, name, ...)
		return create(work(v[X]), work(v[Y]), work(v[Z]))
	end
end

local function extreme(name, better)
	vector[name] = function(...)
		local best = toVector(1, name, ...)
		local x, y, z = best[X], best[Y], best[Z]
		for i = 2, select("#", ...) do
			local other = toVector(i, name, ...)
			x, y, z =
				better(other[X], x) and other[X] or x,
				better(other[Y], y) and other[Y] or y,
				better(other[Z], z) and other[Z] or z
		end
		return create(x, y, z)
	end
end
extreme("min", function(a, b)
	return a < b
end)
extreme("max", function(a, b)
	return a > b
end)

function vector.clamp(...)
	local v, low, high = toVector(1, "clamp", ...), toVector(2, "clamp", ...), toVector(3, "clamp", ...)
	local function clamped(place)
		local x = v[place]
		if not (low[place] <= high[place]) then
			rt.refuse(
				3,
				"clamp",
				"max."
					.. raw.string.sub(place, 2)
					.. " must be greater than or equal to min."
					.. raw.string.sub(place, 2)
			)
		end
		x = x < low[place] and low[place] or x
		return x > high[place] and high[place] or x
	end
	return create(clamped(X), clamped(Y), clamped(Z))
end

function vector.lerp(...)
	local a, b, t = toVector(1, "lerp", ...), toVector(2, "lerp", ...), near(toNumber(3, "lerp", ...))
	local function between(from, to)
		return t == 1 and to or from + near(near(to - from) * t)
	end
	return create(between(a[X], b[X]), between(a[Y], b[Y]), between(a[Z], b[Z]))
end
