--[[ The core's operators: a wrong one fails in Luau's words, and those that the engines have otherwise are here. ]]
local core = ...
local type, error, next, rawget, print = type, error, next, rawget, print
local floor, operate = math.floor, core.operate
local real_metatable, set_real_metatable, call_info = debug.getmetatable, debug.setmetatable, debug.getinfo

local function key_words(key)
	return type(key) == "string" and "'" .. key .. "'" or core.typeof(key)
end

local OPERATIONS = {
	__add = "add",
	__sub = "sub",
	__mul = "mul",
	__div = "div",
	__mod = "mod",
	__pow = "pow",
	__unm = "unm",
	__idiv = "idiv",
}

local function arithmetic_words(name, a, b)
	local left, right = core.typeof(a), core.typeof(b)
	if name == "unm" or left == right then
		return "attempt to perform arithmetic (" .. name .. ") on " .. left
	end
	return "attempt to perform arithmetic (" .. name .. ") on " .. left .. " and " .. right
end

-- The engine asks the left operand's metatable first; the right one's own method is still owed.
local function right_method(a, b, event)
	local kind = type(b)
	if kind == "table" or kind == "userdata" then
		local meta = real_metatable(b)
		return meta and rawget(meta, event)
	end
end

-- What a text is worth in arithmetic, where the engine's own reading has failed.
local function worth(x)
	local kind = type(x)
	return kind == "number" and x or kind == "string" and core.read(x) or nil
end

local COMPUTE = {
	__add = function(a, b)
		return a + b
	end,
	__sub = function(a, b)
		return a - b
	end,
	__mul = function(a, b)
		return a * b
	end,
	__div = function(a, b)
		return a / b
	end,
	__mod = function(a, b)
		return a % b
	end,
	__pow = function(a, b)
		return a ^ b
	end,
	__unm = function(a)
		return -a
	end,
	__idiv = function(a, b)
		return floor(a / b)
	end,
}

local function arithmetic(event, name)
	local compute = COMPUTE[event]
	return function(a, b)
		local method = right_method(a, b, event)
		if method ~= nil then
			return method(a, b)
		end
		local left, right = worth(a), worth(b)
		if left and right then
			return compute(left, right)
		end
		error(arithmetic_words(name, a, b), 2)
	end
end

local function ordering(sign)
	return function(a, b)
		error("attempt to compare " .. core.typeof(a) .. " " .. sign .. " " .. core.typeof(b), 2)
	end
end

local METHODS = {
	__index = function(value, key)
		error("attempt to index " .. core.typeof(value) .. " with " .. key_words(key), 2)
	end,
	__newindex = function(value, key)
		error("attempt to index " .. core.typeof(value) .. " with " .. key_words(key), 2)
	end,
	__len = function(value)
		error("attempt to get length of a " .. core.typeof(value) .. " value", 2)
	end,
	__call = function(value, object)
		local info = value == nil and call_info(1, "n")
		if info and info.namewhat == "method" then
			error("attempt to call missing method '" .. info.name .. "' of " .. core.typeof(object), 2)
		end
		error("attempt to call a " .. core.typeof(value) .. " value", 2)
	end,
	__lt = ordering("<"),
	__le = ordering("<="),
}
for event, name in next, OPERATIONS do
	METHODS[event] = arithmetic(event, name)
end

core.metatables = {}
local SAMPLES =
	{ ["nil"] = false, boolean = true, number = 0, string = "", ["function"] = print, thread = coroutine.create(print) }
for kind, sample in next, SAMPLES do
	if kind == "nil" then
		sample = nil
	end
	local meta = { __metatable = "The metatable is locked" }
	for event, method in next, METHODS do
		meta[event] = method
	end
	if kind == "string" then
		meta.__index, meta.__len = string, nil
	elseif kind == "function" then
		meta.__call = nil
	end
	set_real_metatable(sample, meta)
	core.metatables[kind] = meta
end

function core.uncallable(value)
	local meta = real_metatable(value)
	local call = meta and rawget(meta, "__call")
	return call == nil or call == METHODS.__call
end

local function floor_divide(a, b)
	local left, right = type(a), type(b)
	local method = (left == "table" or left == "userdata") and right_method(b, a, "__idiv")
		or right_method(a, b, "__idiv")
	if method then
		return (operate(4, method, a, b))
	end
	local dividend, divisor = worth(a), worth(b)
	if dividend and divisor then
		return floor(dividend / divisor)
	end
	error(arithmetic_words("idiv", a, b), 3)
end

-- For operands that are numbers for sure.
core.floor = floor

function core.idiv(a, b)
	if type(a) == "number" and type(b) == "number" then
		local quotient = a / b
		local rest = quotient % 1
		if rest == rest then
			return quotient - rest -- exact, and without the call; an infinite quotient has no rest
		end
		return floor(quotient)
	end
	local result = floor_divide(a, b)
	return result
end

function core.len(x)
	local kind = type(x)
	if kind == "string" then
		return #x
	end
	local meta = real_metatable(x)
	local method = meta and rawget(meta, "__len")
	if method == METHODS.__len or kind ~= "table" and method == nil then
		error("attempt to get length of a " .. core.typeof(x) .. " value", 2)
	elseif method == nil then
		return #x
	elseif type(method) ~= "function" and core.uncallable(method) then
		error("attempt to call a " .. core.typeof(method) .. " value", 2)
	end
	local count = operate(3, method, x)
	if kind == "table" and type(count) ~= "number" then
		error("'__len' must return a number", 2)
	end
	return count
end

core.hide(floor_divide, core.idiv, core.len)
for _, method in next, METHODS do
	core.hide(method)
end
