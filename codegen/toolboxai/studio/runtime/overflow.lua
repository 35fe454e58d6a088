--[[ What an endless recursion is called. Luau ends one at 20,000 calls as "stack overflow", and at 200 as "C stack overflow"
one that goes through C: through library functions (depth.lua), operators of metatables, and iterators. The engines count
otherwise, so whether an operator was in it is read from the stack while that stands. ]]
local rt = ...
local raw = rt.raw
local getinfo, type = raw.debug.getinfo, raw.type
local find, match, sub, format = raw.string.find, raw.string.match, raw.string.sub, raw.string.format
local place, transparent, method = rt.core.place, rt.core.transparent, rt.core.method
local RUNTIME = rt.RUNTIME

local NEAREST = 100 -- Luau's 20,000 to 200: what comes through C more seldom than that ends as calls do
local OPERATIONS = { metamethod = true, iterator = true, ["for iterator"] = true }

-- The walk along the frames. Its state is out here and its functions need few registers: LuaJIT leaves a handler little room.
local said, level, nearest, operated, found
local CALLED_BY_LIBRARY = {}

local function begin(message, first)
	said, level = message, first
	nearest, operated = nil, nil
	found = nil
end

-- Looks at the next frame; whether to go on. A frame that compiled code left has no line of its own.
local function seen(info)
	level = level + 1
	if not info or level > NEAREST then
		return false
	elseif info.what == "C" or info.source == RUNTIME then
		if nearest and not transparent[info.func] then
			found = CALLED_BY_LIBRARY
		else
			operated = operated or nearest and info.func ~= method
		end
	elseif operated then
		found = info
	elseif info.currentline <= info.lastlinedefined or info.what == "main" then
		nearest = nearest or info
		operated = OPERATIONS[info.namewhat]
	end
	return not found
end

-- A message handler: what the message is, or for `overflowed` that the stack is full, and why.
function rt.noticed(message)
	if type(message) == "string" and find(message, "stack overflow") then
		begin(message, 2)
		while seen(getinfo(level, "nSlf")) do
		end
		return begin
	end
	return message
end

-- `pcall` has it as handler on Lua 5.2 only: one overflow in five loses its place where LuaJIT calls a handler.
rt.handler = not raw.jit and rt.noticed or nil

-- Without the stack: whether the function that last begins before that line is written as an operator of a metatable. In
-- lowered code each function begins a line.
local EVENTS = {}
for event in raw.string.gmatch("index newindex add sub mul div mod pow unm idiv concat eq lt le len iter", "%l+") do
	EVENTS[event] = true
end

local function isOperator(id, line)
	local number, before, event = 0, "", nil
	for text in raw.string.gmatch(rt.core.code(id), "[^\n]+") do
		number = number + 1
		if find(text, "^function") then
			event = match(text, "^function [^(]-[.:]__(%l+)%(") or match(before, '__(%l+)"?%]?=[%w_]*%(?$')
		elseif find(text, "^local function") then
			event = nil
		end
		if number == line then
			return EVENTS[event]
		end
		before = text
	end
end

local function walk(thread)
	while seen(getinfo(thread, level, "nSlf")) do
	end
end

local function position(info)
	return format("%s:%d: ", place(info.source, info.currentline))
end

-- The error value for what `noticed` gave, or for the message that ended the thread.
function rt.overflowed(value, thread)
	if thread and type(value) == "string" and find(value, "stack overflow") then
		begin(value, 0)
		raw.pcall(walk, thread) -- a thread that overflowed cannot always be asked
	elseif value ~= begin then
		local id, line = match(raw.jit and type(value) == "string" and value or "", "^(\1@%d+):(%d+): stack overflow$")
		if id and isOperator(id, raw.tonumber(line)) then
			return format("%s:%d: ", place(id, raw.tonumber(line))) .. rt.TOO_DEEP
		end
		return value
	end
	local text = match(said, "^\1@%d+:%d+: (.*)$") or match(said, "^%[C%]:%d+: (.*)$") or said
	if text ~= "stack overflow" and find(text, "^stack overflow %(") ~= 1 then
		return said -- a program's own, or one of C that Lua 5.2 counts as Luau does
	elseif found == CALLED_BY_LIBRARY then
		return rt.TOO_DEEP
	elseif found then
		return position(found) .. rt.TOO_DEEP
	elseif nearest and text == said then
		return position(nearest) .. "stack overflow"
	end
	return said
end
