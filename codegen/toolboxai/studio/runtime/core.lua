--[[ The core, thin: what lowered code calls. The full one replaces this file. ]]
local core = {}
local select, type, getmetatable, setmetatable = select, type, getmetatable or debug.getmetatable, setmetatable
local rawget, rawset, next, format, floor, tonumber = rawget, rawset, next, string.format, math.floor, tonumber
local error, rawtostring, dgetmt = error, tostring, debug.getmetatable
local tags = setmetatable({}, { __mode = "k" })

function core.drop(_, ...)
	return ...
end

function core.identity(...)
	return ...
end

local function tag(value)
	local metatable = type(value) == "table" and dgetmt(value)
	return metatable and tags[metatable]
end

function core.userdata(metatable, name)
	tags[metatable] = name
end

function core.type(value)
	return tag(value) and "userdata" or type(value)
end

function core.typeof(value)
	return tag(value) or type(value)
end

local function number(value)
	if value == floor(value) and value > -1e15 and value < 1e15 then
		return format("%d", value)
	elseif value ~= value then
		return "nan"
	elseif value == 1 / 0 then
		return "inf"
	elseif value == -1 / 0 then
		return "-inf"
	end
	for digits = 14, 17 do
		local text = format("%." .. digits .. "g", value)
		if tonumber(text) == value then
			return text
		end
	end
end

function core.tostring(value)
	if type(value) == "number" then
		return number(value)
	end
	local metatable = dgetmt(value)
	if metatable and metatable.__tostring then
		return metatable.__tostring(value)
	end
	return rawtostring(value)
end
core.tonumber = tonumber

function core.concat(a, b)
	if type(a) == "number" then
		a = number(a)
	end
	if type(b) == "number" then
		b = number(b)
	end
	return a .. b
end

function core.interpolate(...)
	local parts = { ... }
	for i = 1, select("#", ...) do
		parts[i] = core.tostring(parts[i])
	end
	return table.concat(parts)
end
local concat = table.concat
function core.interpolate(...)
	local parts = { ... }
	for i = 1, select("#", ...) do
		parts[i] = core.tostring(parts[i])
	end
	return concat(parts)
end

function core.idiv(a, b)
	local metatable = dgetmt(a)
	if metatable and metatable.__idiv then
		return metatable.__idiv(a, b)
	end
	return floor(a / b)
end

function core.iter(a, b, c)
	if type(a) == "table" then
		local metatable = dgetmt(a)
		if metatable and metatable.__iter then
			return metatable.__iter(a)
		elseif not (metatable and metatable.__call) then
			return next, a
		end
	end
	return a, b, c
end

core.next, core.rawget, core.rawset, core.pairs, core.ipairs = next, rawget, rawset, pairs, ipairs
core.rawlen = rawlen or function(value)
	return #value
end
core.getmetatable, core.setmetatable = getmetatable, setmetatable

return core
