--[[ Luau's `vector`: three numbers that compare by value; `type` says "vector". ]]
local rt = ...
local raw, globals, fail, core = rt.raw, rt.globals, rt.fail, rt.core
local setmetatable, getmetatable, type, sqrt = raw.setmetatable, raw.debug.getmetatable, raw.type, raw.math.sqrt
local toNumber = rt.toNumber

local vector = {}
globals.vector = vector

local metatable = { __metatable = "The metatable is locked" }
local COMPONENT = { x = 1, y = 2, z = 3, X = 1, Y = 2, Z = 3 }

local function create(x, y, z)
	return setmetatable({ x, y, z }, metatable)
end

local function isVector(value)
	return type(value) == "table" and getmetatable(value) == metatable
end

local function checked(value, n, name)
	return isVector(value) and value or rt.argument(n, name, "vector", value)
end

function metatable.__index(v, key)
	local place = COMPONENT[key]
	if not place then
		fail("attempt to index vector with '" .. rt.tostring(key) .. "'")
	end
	return raw.rawget(v, place)
end

function metatable.__newindex(_, key)
	fail("attempt to index vector with '" .. rt.tostring(key) .. "'")
end

function metatable.__eq(a, b)
	return a[1] == b[1] and a[2] == b[2] and a[3] == b[3]
end

function metatable.__tostring(v)
	return rt.tostring(v[1]) .. ", " .. rt.tostring(v[2]) .. ", " .. rt.tostring(v[3])
end

local function operator(name, work)
	metatable["__" .. name] = function(a, b)
		local left = type(a) == "number" and { a, a, a } or isVector(a) and a
		local right = type(b) == "number" and { b, b, b } or isVector(b) and b
		if not left or not right or (name == "add" or name == "sub") and (left ~= a or right ~= b) then
			fail("attempt to perform arithmetic (" .. name .. ") on " .. rt.typeof(a) .. " and " .. rt.typeof(b))
		end
		return create(work(left[1], right[1]), work(left[2], right[2]), work(left[3], right[3]))
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
end)
operator("div", function(a, b)
	return a / b
end)
operator("idiv", function(a, b)
	return raw.math.floor(a / b)
end)

function metatable.__unm(v)
	return create(-v[1], -v[2], -v[3])
end

function vector.create(x, y, z)
	return create(toNumber(x, 1, "create"), toNumber(y, 2, "create"), z == nil and 0 or toNumber(z, 3, "create"))
end

vector.zero, vector.one = create(0, 0, 0), create(1, 1, 1)

local function dot(a, b)
	return a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
end

function vector.dot(a, b)
	return dot(checked(a, 1, "dot"), checked(b, 2, "dot"))
end

function vector.magnitude(v)
	return sqrt(dot(checked(v, 1, "magnitude"), v))
end

function vector.normalize(v)
	local length = vector.magnitude(v)
	return create(v[1] / length, v[2] / length, v[3] / length)
end

local function cross(a, b)
	return create(a[2] * b[3] - a[3] * b[2], a[3] * b[1] - a[1] * b[3], a[1] * b[2] - a[2] * b[1])
end

function vector.cross(a, b)
	return cross(checked(a, 1, "cross"), checked(b, 2, "cross"))
end

function vector.angle(a, b, axis)
	local normal = cross(checked(a, 1, "angle"), checked(b, 2, "angle"))
	local angle = raw.math.atan2(sqrt(dot(normal, normal)), dot(a, b))
	return axis and dot(checked(axis, 3, "angle"), normal) < 0 and -angle or angle
end

for _, name in raw.ipairs({ "floor", "ceil", "abs", "sign" }) do
	local work = globals.math[name]
	vector[name] = function(v)
		checked(v, 1, name)
		return create(work(v[1]), work(v[2]), work(v[3]))
	end
end

local function extreme(name)
	local work = globals.math[name]
	vector[name] = function(v, ...)
		checked(v, 1, name)
		for i = 1, raw.select("#", ...) do
			local other = checked((raw.select(i, ...)), i + 1, name)
			v = create(work(v[1], other[1]), work(v[2], other[2]), work(v[3], other[3]))
		end
		return v
	end
end
extreme("min")
extreme("max")

function vector.clamp(v, low, high)
	checked(v, 1, "clamp")
	checked(low, 2, "clamp")
	checked(high, 3, "clamp")
	local clamp = globals.math.clamp
	return create(clamp(v[1], low[1], high[1]), clamp(v[2], low[2], high[2]), clamp(v[3], low[3], high[3]))
end

function vector.lerp(a, b, t)
	checked(a, 1, "lerp")
	checked(b, 2, "lerp")
	local lerp = globals.math.lerp
	return create(lerp(a[1], b[1], t), lerp(a[2], b[2], t), lerp(a[3], b[3], t))
end

core.userdata(metatable, "vector", "vector")
