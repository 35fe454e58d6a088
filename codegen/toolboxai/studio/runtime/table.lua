--[[ Luau's `table`: raw access, frozen tables respected, Luau's error words. ]]
local rt = ...
local raw, globals, fail, argument, core = rt.raw, rt.globals, rt.fail, rt.argument, rt.core
local rawtype, select, rawerror, rawpcall, floor = raw.type, raw.select, raw.error, raw.pcall, raw.math.floor
local rawset, rawget, next, rawinsert, rawremove = raw.rawset, raw.rawget, raw.next, raw.table.insert, raw.table.remove
local getmetatable = raw.debug.getmetatable
local toTable, toInteger, toNumber, typeof, rawlen = rt.toTable, rt.toInteger, rt.toNumber, rt.typeof, rt.rawlen
local isFrozen, contents = core.isfrozen, core.contents

local table = {}
globals.table = table

local LARGEST = 2 ^ 26 -- slots

-- The table that may be written to with raw access.
local function writable(t, name)
	toTable(t, 1, name)
	if isFrozen(t) then
		rawerror("attempt to modify a readonly table", 0)
	end
	return t
end

-- The table that holds what `t` shows, for raw reading.
local function readable(t, name)
	toTable(t, 1, name)
	return contents(t)
end

local function insertAt(t, place, value)
	place = toInteger(place, 2, "insert")
	local length = rawlen(t)
	if place >= 1 and place <= length then
		for i = length, place, -1 do
			rawset(t, i + 1, rawget(t, i))
		end
	end
	rawset(t, place, value)
end

function table.insert(t, ...)
	local value = ...
	local count = select("#", ...)
	if count == 1 then
		if rawtype(t) == "table" and getmetatable(t) == nil then
			t[#t + 1] = value
			return
		end
		writable(t, "insert")
		rawset(t, rawlen(t) + 1, value)
	elseif count == 2 then
		insertAt(writable(t, "insert"), ...)
	else
		writable(t, "insert")
		fail("wrong number of arguments to 'insert'")
	end
end

function table.remove(t, place)
	writable(t, "remove")
	local length = rawlen(t)
	place = place == nil and length or toInteger(place, 2, "remove")
	if place < 1 or place > length then
		return nil
	end
	local value = rawget(t, place)
	for i = place, length - 1 do
		rawset(t, i, rawget(t, i + 1))
	end
	rawset(t, length, nil)
	return value
end

function table.concat(t, separator, i, j)
	local from = readable(t, "concat")
	separator = separator == nil and "" or rt.toText(separator, 2, "concat")
	i = i == nil and 1 or toInteger(i, 3, "concat")
	j = j == nil and rawlen(from) or toInteger(j, 4, "concat")
	local texts, plain = from, true
	for index = i, j do
		local value = rawget(from, index)
		local kind = rawtype(value)
		if kind == "number" then
			if plain then
				plain, texts = false, {}
				for before = i, index - 1 do
					texts[before] = rawget(from, before)
				end
			end
			value = rt.tostring(value)
		elseif kind ~= "string" then
			fail("invalid value (" .. typeof(value) .. ") at index " .. index .. " in table for 'concat'")
		end
		if not plain then
			texts[index] = value
		end
	end
	return raw.table.concat(texts, separator, i, j)
end

function table.create(count, value)
	count = toInteger(count, 1, "create")
	if count < 0 or count > LARGEST then
		rt.refuse(1, "create", "size out of range")
	end
	local made = {}
	if value ~= nil then
		for i = 1, count do
			made[i] = value
		end
	end
	return made
end

function table.find(t, value, init)
	local from = readable(t, "find")
	init = init == nil and 1 or toInteger(init, 3, "find")
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

function table.clear(t)
	writable(t, "clear")
	for key in next, t do
		rawset(t, key, nil)
	end
end

function table.clone(t)
	local from = readable(t, "clone")
	local metatable = core.getmetatable(t)
	if metatable ~= nil and rawtype(metatable) ~= "table" then
		fail("table has a protected metatable")
	end
	local copy = {}
	for key, value in next, from do
		copy[key] = value
	end
	return metatable and core.setmetatable(copy, metatable) or copy
end

function table.move(a, f, e, t, b)
	local from = readable(a, "move")
	f, e, t = toInteger(f, 2, "move"), toInteger(e, 3, "move"), toInteger(t, 4, "move")
	local to = a
	if b ~= nil then
		to = rt.type(b) == "table" and b or argument(5, "move", "table", b)
	end
	if isFrozen(to) then
		fail("attempt to modify a readonly table")
	end
	if e < f then
		return to
	elseif not (f > 0 or e < 2 ^ 31 + f) then
		rt.refuse(3, "move", "too many elements to move")
	end
	if t > e or t <= f or to ~= a then
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

function table.maxn(t)
	local most = 0
	for key in next, readable(t, "maxn") do
		if rawtype(key) == "number" and key > most then
			most = key
		end
	end
	return most
end

function table.getn(t)
	return rawlen(readable(t, "getn"))
end

function table.foreach(t, work)
	for key, value in next, readable(t, "foreach") do
		local answer = work(key, value)
		if answer ~= nil then
			return answer
		end
	end
end

function table.foreachi(t, work)
	local from = readable(t, "foreachi")
	for i = 1, rawlen(from) do
		local answer = work(i, rawget(from, i))
		if answer ~= nil then
			return answer
		end
	end
end

function table.pack(...)
	return { n = select("#", ...), ... }
end

function table.unpack(t, i, j)
	local from = rt.type(t) == "table" and contents(t) or argument(1, "unpack", "table", t)
	i = i == nil and 1 or toInteger(i, 2, "unpack")
	j = j == nil and rawlen(from) or toInteger(j, 3, "unpack")
	if j - i >= 8000 then
		fail("too many results to unpack")
	end
	return raw.unpack(from, i, j)
end
globals.unpack = table.unpack

local function sorted(ok, message)
	if ok then
		return
	end
	if rawtype(message) == "string" and raw.string.find(message, "^%[C%]") then
		fail(rt.translate(message))
	end
	rawerror(rt.translate(message), 0)
end

-- Numbers alone, or strings alone, need no words for what cannot be compared: the engine's own order is quicker.
local function alike(t)
	local kind = rawtype(t[1])
	if kind ~= "number" and kind ~= "string" then
		return false
	end
	for i = 2, #t do
		if rawtype(t[i]) ~= kind then
			return false
		end
	end
	return true
end

function table.sort(t, before)
	writable(t, "sort")
	if before ~= nil and rawtype(before) ~= "function" then
		argument(2, "sort", "function", before)
	end
	return sorted(rawpcall(raw.table.sort, t, before or not alike(t) and core.lt or nil))
end

table.freeze, table.isfrozen = core.freeze, core.isfrozen
