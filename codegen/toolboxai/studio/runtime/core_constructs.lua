--[[ What the core has for constructs that Lua has not, or otherwise. ]]
local core = ...
local type, error, select, next, rawget, getmetatable = type, error, select, next, rawget, getmetatable
local real_metatable, contents, uncallable, operate = debug.getmetatable, core.contents, core.uncallable, core.operate

local function iterate_special(f, s, c)
	local meta = real_metatable(f)
	local method = meta and rawget(meta, "__iter")
	if method ~= nil then
		if type(method) ~= "function" and uncallable(method) then
			error("attempt to call a " .. core.typeof(method) .. " value", 3)
		end
		f, s, c = operate(4, method, f)
		if f == nil then
			error("attempt to call a nil value", 3)
		end
		return f, s, c
	elseif not uncallable(f) then
		return f, s, c
	elseif core.type(f) == "table" then
		return next, contents(f)
	end
	error("attempt to iterate over a " .. core.typeof(f) .. " value", 3)
end

function core.iter(f, s, c)
	local kind = type(f)
	if kind == "function" then
		return f, s, c
	elseif kind == "table" and getmetatable(f) == nil then
		return next, f
	elseif kind == "table" or kind == "userdata" then
		local g, state, control = iterate_special(f, s, c)
		return g, state, control
	end
	error("attempt to iterate over a " .. core.typeof(f) .. " value", 2)
end

function core.steady(is_next, f, s, c)
	if c ~= nil or type(s) ~= "table" or not (is_next or f == next) then
		return f, s, c
	end
	local keys, count, at = {}, 0, 0
	local key = f(s, nil)
	while key ~= nil do
		count = count + 1
		keys[count] = key
		key = f(s, key)
	end
	return function()
		while at < count do
			at = at + 1
			local value = core.rawget(s, keys[at])
			if value ~= nil then
				return keys[at], value
			end
		end
	end
end

function core.id(...)
	return ...
end

if jit then
	local new = require("table.new")

	function core.extended(t, position, ...)
		local count, given, keys = select("#", ...), { ... }, 0
		if t == nil and #given == count then
			return given
		end
		for _ in next, t or {} do
			keys = keys + 1
		end
		local made = new(position + count, keys) -- with room for exactly these it is as long as its last item says
		for key, value in next, t or {} do
			made[key] = value
		end
		for index = 1, count do
			made[position + index] = given[index]
		end
		return made
	end
end

local NIL, FALSE = {}, {}

function core.some(x)
	if x == nil then
		return NIL
	end
	return x or FALSE
end

function core.plain(x)
	if x == NIL then
		return nil
	elseif x == FALSE then
		return false
	end
	return x
end

-- The loop that Lua 5.2 runs otherwise: it takes the step from the first value and adds it again, which need not give that.
function core.range(first, last, step)
	local value
	return function()
		value = value and value + step or first
		if step > 0 and value <= last or step <= 0 and value >= last then
			return value
		end
	end
end

function core.bound(x, what)
	if type(x) == "number" then
		return x
	end
	local number = type(x) == "string" and core.read(x)
	if number then
		return number
	end
	error("invalid 'for' " .. what .. " (number expected, got " .. core.typeof(x) .. ")", 2)
end

-- LuaJIT runs a loop with step +0 for ever; with -0 it runs as Luau's does.
function core.step(x)
	if x == 0 then
		return -0.0
	end
	return x
end

local function callable(method, object, name)
	if method == nil then
		error("attempt to call missing method '" .. name .. "' of " .. core.typeof(object), 3)
	end
	if uncallable(method) then
		error("attempt to call a " .. core.typeof(method) .. " value", 3)
	end
	return method
end

function core.method(object, name, ...)
	local kind = type(object)
	if kind ~= "table" and kind ~= "string" then
		error("attempt to index " .. core.typeof(object) .. " with '" .. name .. "'", 2)
	end
	local method = object[name]
	if type(method) ~= "function" then
		method = callable(method, object, name)
	end
	return method(object, ...)
end

function core.drop(_, ...)
	return ...
end

function core.integer(literal)
	error("integer literals cannot run here yet: " .. literal, 2)
end

core.hide(core.iter, iterate_special, core.method)
