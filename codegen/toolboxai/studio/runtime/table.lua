--[[ Luau's `table`: raw access, frozen tables respected, Luau's error words. ]]
local rt = ...
local raw, globals, fail, wrong, core = rt.raw, rt.globals, rt.fail, rt.wrong, rt.core
local rawtype, rawerror, select, rawset, rawget, next, rawconcat =
	raw.type, raw.error, raw.select, raw.rawset, raw.rawget, raw.next, raw.table.concat
local getmetatable = raw.debug.getmetatable
local toText, toTable, toInteger, typeof, rawlen = rt.toText, rt.toTable, rt.toInteger, rt.typeof, core.rawlen
local contents, number, extended = core.contents, core.number, core.extended

local table = {}
globals.table = table

local LARGEST = 2 ^ 26 -- slots
local SLICE = 8000 -- values that a C function may give
local READONLY = "attempt to modify a readonly table"

-- A plain table has no metatable: nothing stands between it and the engine. Those that have one may be frozen.

local function readable(name, ...)
	return contents(toTable(1, name, ...))
end

local function writable(t)
	if contents(t) ~= t then
		rawerror(READONLY, 0) -- as Luau has it: without a place
	end
	return t
end

-- `t[place] = value` and all from `place` on moves up.
local function insertAt(...)
	local t, place, value = ...
	local length = rawlen(t)
	if rawtype(place) ~= "number" or place % 1 ~= 0 or place >= 2147483648 then
		place = toInteger(2, "insert", ...)
	end
	writable(t)
	if place >= 1 and place <= length then
		for i = length, place, -1 do
			rawset(t, i + 1, rawget(t, i))
		end
	end
	rawset(t, place, value)
end

function table.insert(...)
	local t, value = ...
	local count = select("#", ...)
	if count == 2 then
		if rawtype(t) == "table" and getmetatable(t) == nil then
			t[#t + 1] = value
			return
		end
		toTable(1, "insert", ...)
		rawset(writable(t), rawlen(t) + 1, value)
		return
	end
	toTable(1, "insert", ...)
	if count == 3 then
		insertAt(...)
	else
		fail("wrong number of arguments to 'insert'")
	end
end

function table.remove(...)
	local t, place = ...
	if rawtype(t) == "table" and getmetatable(t) == nil and place == nil then
		local length = #t
		if length == 0 then
			return
		end
		local value = t[length]
		t[length] = nil
		return value
	end
	toTable(1, "remove", ...)
	local length = rawlen(t)
	place = place == nil and length or toInteger(2, "remove", ...)
	if place < 1 or place > length then
		return
	end
	local value = rawget(writable(t), place)
	for i = place, length - 1 do
		rawset(t, i, rawget(t, i + 1))
	end
	rawset(t, length, nil)
	return value
end

-- The numbers among the items as Luau's text: a new table, so that the given one stays as it is.
local function texts(from, i, j)
	local made = {}
	for index = i, j do
		local value = rawget(from, index)
		local kind = rawtype(value)
		if kind == "number" then
			value = number(value)
		elseif kind ~= "string" then
			fail("invalid value (" .. typeof(value) .. ") at index " .. index .. " in table for 'concat'")
		end
		made[index] = value
	end
	return made
end

function table.concat(...)
	local from, separator, i, j = ...
	if rawtype(separator) ~= "string" then
		separator = separator == nil and "" or toText(2, "concat", ...)
	end
	if rawtype(from) ~= "table" or getmetatable(from) ~= nil then
		from = readable("concat", ...)
	end
	i = i == nil and 1 or toInteger(3, "concat", ...)
	j = j == nil and rawlen(from) or toInteger(4, "concat", ...)
	for index = i, j do
		if rawtype(rawget(from, index)) ~= "string" then
			return rawconcat(texts(from, i, j), separator, i, j)
		end
	end
	return rawconcat(from, separator, i, j)
end

function table.create(...)
	local count, value = ...
	if rawtype(count) ~= "number" or count % 1 ~= 0 then
		count = toInteger(1, "create", ...)
	end
	if count < 0 then
		rt.refuse(1, "create", "size out of range")
	elseif count > LARGEST then
		rawerror("table overflow", 0)
	end
	local made = {}
	if value ~= nil then
		for i = 1, count do
			made[i] = value
		end
	end
	return made
end

function table.find(...)
	local from, value, init = ...
	if rawtype(from) ~= "table" or getmetatable(from) ~= nil then
		from = readable("find", ...)
	end
	rt.given(2, ...)
	init = init == nil and 1 or toInteger(3, "find", ...)
	if init < 1 then
		rt.refuse(3, "find", "index out of range")
	end
	while true do
		local found = rawget(from, init)
		if found == nil then
			return nil
		elseif found == value then
			return init
		end
		init = init + 1
	end
end

function table.clear(...)
	local t = toTable(1, "clear", ...)
	for key in next, writable(t) do
		rawset(t, key, nil)
	end
end

function table.clone(...)
	local from = readable("clone", ...)
	local metatable = core.getmetatable((...))
	if metatable ~= nil and (rawtype(metatable) ~= "table" or rawget(getmetatable((...)), "__metatable") ~= nil) then
		rt.refuse(1, "clone", "table has a protected metatable")
	end
	local copy = {}
	for key, value in next, from do
		copy[key] = value
	end
	return metatable and core.setmetatable(copy, metatable) or copy
end

function table.move(...)
	local from = readable("move", ...)
	local f, e, t = toInteger(2, "move", ...), toInteger(3, "move", ...), toInteger(4, "move", ...)
	local to = select(5, ...)
	to = to == nil and (...) or toTable(5, "move", ...)
	if e < f then
		return to
	elseif not (f > 0 or e < 2147483647 + f) then
		rt.refuse(3, "move", "too many elements to move")
	elseif t > 2147483647 - (e - f + 1) + 1 then
		rt.refuse(4, "move", "destination wrap around")
	end
	writable(to)
	if e - f >= LARGEST and t > 0 and t - 1 <= rawlen(to) then
		rawerror("table overflow", 0)
	end
	if t > e or t <= f or to ~= (...) then
		for i = 0, e - f do
			rawset(to, t + i, rawget(from, f + i))
		end
	else
		for i = e - f, 0, -1 do
			rawset(to, t + i, rawget(from, f + i))
		end
	end
	return to
end

function table.maxn(...)
	local most = 0
	for key in next, readable("maxn", ...) do
		if rawtype(key) == "number" and key > most then
			most = key
		end
	end
	return most
end

function table.getn(...)
	return rawlen(readable("getn", ...))
end

local function toFunction(n, name, ...)
	local value = select(n, ...)
	return rawtype(value) == "function" and value or wrong(n, name, "function", ...)
end

function table.foreach(...)
	local from, work = readable("foreach", ...), toFunction(2, "foreach", ...)
	for key, value in next, from do
		local answer = work(key, value)
		if answer ~= nil then
			return answer
		end
	end
end

function table.foreachi(...)
	local from, work = readable("foreachi", ...), toFunction(2, "foreachi", ...)
	for i = 1, rawlen(from) do
		local answer = work(i, rawget(from, i))
		if answer ~= nil then
			return answer
		end
	end
end

function table.pack(...)
	if extended then
		return extended({ n = select("#", ...) }, 0, ...)
	end
	return { n = select("#", ...), ... }
end

function table.unpack(...)
	local from, i, j = ...
	if rawtype(from) ~= "table" or getmetatable(from) ~= nil then
		from = readable("unpack", ...)
	end
	i = i == nil and 1 or toInteger(2, "unpack", ...)
	j = j == nil and rawlen(from) or toInteger(3, "unpack", ...)
	if j - i + 1 + select("#", ...) > SLICE then
		fail("too many results to unpack")
	end
	return raw.unpack(from, i, j)
end
globals.unpack = table.unpack

function table.freeze(...)
	local t = toTable(1, "freeze", ...)
	local metatable = getmetatable(t)
	if contents(t) ~= t then
		rt.refuse(1, "freeze", "table is already frozen")
	elseif metatable and rawget(metatable, "__metatable") ~= nil then
		rt.refuse(1, "freeze", "table has a protected metatable")
	end
	return core.freeze(t)
end

function table.isfrozen(...)
	local t = toTable(1, "isfrozen", ...)
	return contents(t) ~= t
end
