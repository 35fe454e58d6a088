--[[ The core's tables: frozen ones, metatables, and functions that read and write tables raw. ]]
local core = ...
local type, error, next, pcall, rawget, rawset, tonumber = type, error, next, pcall, rawget, rawset, tonumber
local getmetatable, setmetatable, find = getmetatable, setmetatable, string.find
local real_metatable, set_real_metatable = debug.getmetatable, debug.setmetatable

-- Frozen tables -------------------------------------------------------------------------------------------------------

-- A frozen table keeps its identity but is empty: its fields live in a table behind its metatable, which is a copy of
-- the one it had, marked by a key that no program can hold. A table that is not frozen pays nothing.
-- To the engine a metatable that is empty has no metamethods. So where a frozen table becomes a metatable, another stands
-- for it that has them; and one that was a metatable before it was frozen keeps its own.

local CONTENTS, BEFORE, STAND_IN, STANDS_FOR = {}, {}, {}, {}
local used = setmetatable({}, { __mode = "k" }) -- as a metatable
local READONLY = "attempt to modify a readonly table"
local native_len = rawlen or function(value)
	return #value
end

local function contents(t)
	local meta = real_metatable(t)
	return meta and rawget(meta, CONTENTS) or t
end
core.contents = contents

function core.isfrozen(t)
	if type(t) ~= "table" then
		error("invalid argument #1 to 'isfrozen' (table expected, got " .. core.typeof(t) .. ")", 2)
	end
	return contents(t) ~= t
end

function core.writable(t)
	if contents(t) ~= t then
		error(READONLY, 0)
	end
	return t
end

local function refuse()
	error(READONLY, 2)
end

-- A write of a new key goes to the metatable's `__newindex`, as it does with any table.
local function refuse_own(held, newindex)
	return function(t, key, value)
		if rawget(held, key) ~= nil then
			error(READONLY, 2)
		elseif type(newindex) == "function" then
			return newindex(t, key, value)
		end
		newindex[key] = value
	end
end

local function argument(value, name)
	if core.type(value) ~= "table" then
		error("invalid argument #1 to '" .. name .. "' (table expected, got " .. core.typeof(value) .. ")", 3)
	end
end

function core.freeze(t)
	argument(t, "freeze")
	local before = real_metatable(t)
	if before and rawget(before, CONTENTS) then
		error("invalid argument #1 to 'freeze' (table is already frozen)", 2)
	elseif before and rawget(before, "__metatable") ~= nil then
		error("invalid argument #1 to 'freeze' (table has a protected metatable)", 2)
	end
	local held, meta = {}, {}
	for key, value in next, t do
		held[key] = value
	end
	local in_use = used[t] or core.kinds[t]
	for key in next, held do
		if not (in_use and type(key) == "string" and find(key, "^__")) then
			t[key] = nil
		end
	end
	for event, method in next, before or held do
		if before then
			meta[event] = method
		end
	end
	local index = meta.__index
	if index ~= nil then
		local own = index
		if type(index) == "function" then
			own = function(_, key)
				return index(t, key)
			end
		end
		setmetatable(held, { __index = own })
	end
	local newindex = meta.__newindex
	meta.__index, meta.__newindex, meta.__metatable = held, newindex and refuse_own(held, newindex) or refuse, nil
	meta.__len = meta.__len or function()
		return native_len(held)
	end
	meta[CONTENTS], meta[BEFORE] = held, before
	set_real_metatable(t, meta)
	return t
end

function core.rawget(t, key)
	return rawget(contents(t), key)
end

function core.rawset(t, key, value)
	return rawset(core.writable(t), key, value)
end

function core.rawlen(t)
	return native_len(type(t) == "table" and contents(t) or t)
end

function core.next(t, key)
	if type(t) ~= "table" then
		argument(t, "next")
	end
	return next(contents(t), key)
end

core.sealed = core.freeze

-- Metatables ----------------------------------------------------------------------------------------------------------

local function own_metatable(x)
	local meta = real_metatable(x)
	if meta and rawget(meta, CONTENTS) then
		meta = rawget(meta, BEFORE)
	end
	return meta and rawget(meta, STANDS_FOR) or meta
end

function core.getmetatable(x)
	local real, meta = real_metatable(x), own_metatable(x)
	local shown = meta and rawget(real, "__metatable")
	if shown ~= nil then
		return shown
	end
	return meta
end

-- Lua 5.2 calls the `__gc` of a table whose metatable had it when it was set, wherever it collects; Luau has none.
local function set_without_gc(t, meta)
	local collect = meta and rawget(meta, "__gc")
	if collect == nil then
		set_real_metatable(t, meta) -- LuaJIT answers true, not t
		return t
	end
	rawset(meta, "__gc", nil)
	set_real_metatable(t, meta)
	rawset(meta, "__gc", collect)
	return t
end

local ASKS_EITHER = pcall(function()
	return setmetatable({}, {
		__lt = function()
			return true
		end,
	}) < {}
end) -- Lua 5.2

-- A metatable that goes into use gets functions that ask first, where the engine would call a program's own too soon: Lua 5.2
-- takes either operand's `__lt`, Luau only one that both share. The same function is always behind the same other.
local asking, behind = {}, setmetatable({}, { __mode = "k" })

local function ordering_asks(event)
	return function(method)
		return function(a, b)
			local left, right = real_metatable(a), real_metatable(b)
			local one, other = left and rawget(left, event), right and rawget(right, event)
			if (behind[one] or one) ~= (behind[other] or other) then
				local kind, other_kind = core.typeof(a), core.typeof(b) -- in the engine's words, which `words` gives the sign
				local which = kind == other_kind and "two " .. kind .. " values" or kind .. " with " .. other_kind
				error("attempt to compare " .. which, 2)
			end
			return method(a, b)
		end
	end
end

local ASKS = {}
if ASKS_EITHER then
	ASKS.__lt, ASKS.__le = ordering_asks("__lt"), ordering_asks("__le")
	function ASKS.__len(method)
		return function(x)
			local count = method(x)
			if type(count) ~= "number" then
				error("'__len' must return a number", 2)
			end
			return count
		end
	end
end
for event in next, ASKS do
	asking[event] = setmetatable({}, { __mode = "k" })
end

local function ask_first(meta)
	for event, make in next, ASKS do
		local method = rawget(meta, event)
		if type(method) == "function" and behind[method] == nil then
			local ask = asking[event][method]
			if ask == nil then
				ask = make(method)
				asking[event][method], behind[ask] = ask, method
				core.hide(ask)
			end
			rawset(meta, event, ask)
		end
	end
end

-- What the engine is given for a metatable.
local function engines(meta)
	local above = meta and real_metatable(meta)
	local held = above and rawget(above, CONTENTS)
	if not held then
		return meta
	end
	local stand_in = rawget(above, STAND_IN)
	if not stand_in then
		stand_in = { [STANDS_FOR] = meta }
		for event, method in next, held do
			stand_in[event] = method
		end
		ask_first(stand_in)
		above[STAND_IN] = stand_in
	end
	return stand_in
end

-- Most tables get their first metatable, and a plain one: that path is all that LuaJIT must compile.
function core.setmetatable(t, meta)
	if type(t) == "table" and type(meta) == "table" and getmetatable(t) == nil then
		local above = getmetatable(meta)
		local plain = above == nil and meta.__gc == nil
		if plain and (not ASKS_EITHER or meta.__lt == nil and meta.__le == nil and meta.__len == nil) then
			used[meta] = true
			return setmetatable(t, meta)
		elseif
			above == nil or type(above) == "table" and core.tags[above] == nil and rawget(above, CONTENTS) == nil
		then
			used[meta] = true
			ask_first(meta)
			return set_without_gc(t, meta)
		end
	end
	argument(t, "setmetatable")
	if meta ~= nil and core.type(meta) ~= "table" then
		error("invalid argument #2 to 'setmetatable' (nil or table expected, got " .. core.typeof(meta) .. ")", 2)
	end
	local before = real_metatable(core.writable(t))
	if before and rawget(before, "__metatable") ~= nil then
		error("cannot change a protected metatable", 0)
	end
	local given = engines(meta)
	if given and given == meta then
		used[meta] = true
		ask_first(meta)
	end
	return set_without_gc(t, given)
end

-- Readers -------------------------------------------------------------------------------------------------------------

core.tonumber, core.read = tonumber, tonumber

function core.pairs(t)
	if type(t) ~= "table" then
		error("invalid argument #1 to 'pairs' (table expected, got " .. core.typeof(t) .. ")", 2)
	end
	return next, contents(t), nil
end

local function next_item(t, index)
	index = index + 1
	local value = t[index]
	if value ~= nil then
		return index, value
	end
end

function core.ipairs(t)
	if type(t) ~= "table" then
		error("invalid argument #1 to 'ipairs' (table expected, got " .. core.typeof(t) .. ")", 2)
	end
	return next_item, t, 0
end

function core.lt(a, b)
	return a < b
end

function core.clone(t)
	local copy = {}
	for key, value in next, contents(t) do
		copy[key] = value
	end
	return set_without_gc(copy, engines(own_metatable(t)))
end
