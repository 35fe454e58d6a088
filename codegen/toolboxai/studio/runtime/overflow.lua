--[[ What an endless recursion is called. Luau ends one at 20,000 calls as "stack overflow", and at 200 as "C stack overflow"
one that goes through C: through library functions (core_depth.lua), operators of metatables, and iterators. The engines count
otherwise, so whether an operator was in it is read from the stack while that stands: by LuaJIT's functions before it is
full, by the handler that `pcall` and `xpcall` call, and in a thread that has ended. Luau blames the call; LuaJIT has
entered the function by then. ]]
local rt = ...
local raw = rt.raw
local getinfo, type, error = raw.debug.getinfo, raw.type, raw.error
local find, match, format = raw.string.find, raw.string.match, raw.string.format
local place, transparent, method, depth = rt.core.place, rt.core.transparent, rt.core.method, rt.core.depth
local jit = raw.jit
local RUNTIME, TOO_DEEP = rt.RUNTIME, rt.core.TOO_DEEP

local NEAREST = 100 -- Luau's 20,000 to 200: what comes through C more seldom than that ends as calls do
local FEW = 10 -- library calls that an endless recursion through them has more of
local OPERATIONS = { metamethod = true, iterator = true, ["for iterator"] = true }

local function isOperation(info)
	return OPERATIONS[info.namewhat] or info.name == "(for generator)"
end

-- The walk along the frames. Its state is out here and its functions need few registers: a handler has little room.
local said, level, nearest, operated, found
local top, own -- may it be LuaJIT's frame for the call that failed; did the program say it
local CALLED_BY_LIBRARY = {}

local function begin(message, first)
	said, level = message, first
	nearest, operated, found = nil, nil, nil
	top, own = jit, nil
end

-- Looks at the next frame; whether to go on. A frame that compiled code left has no line of its own.
local function seen(info)
	level = level + 1
	if not info or level > NEAREST then
		return false
	elseif info.what == "C" or info.source == RUNTIME then
		if nearest and not transparent[info.func] then
			found = depth() > FEW and CALLED_BY_LIBRARY or nil
			return false
		end
		operated = operated or nearest and info.func ~= method
		top = top and info.what ~= "C"
		own = not nearest and info.func == error
	elseif operated then
		found = info
	elseif top and info.currentline == info.linedefined then
		top = false
		operated = isOperation(info)
	elseif info.currentline <= info.lastlinedefined or info.what == "main" then
		top = false
		nearest = nearest or info
		operated = isOperation(info)
	end
	return not (found or own)
end

-- What Lua 5.2 says of many values where the stack is full; where it is not, it means them.
local DEEP = 5000
local function isRefused(message)
	return not jit and find(message, "too many results to unpack$") and getinfo(DEEP, "l")
end

-- A message handler: what the message is, or for `overflowed` that the stack is full, and why.
function rt.noticed(message)
	if type(message) == "string" and isRefused(message) then
		message = "stack overflow"
	end
	if type(message) == "string" and find(message, "stack overflow") then
		begin(message, 2)
		while seen(getinfo(level, "nSlf")) do
		end
		return begin
	end
	return message
end

rt.handler = rt.noticed

local function walk(thread)
	while seen(getinfo(thread, level, "nSlf")) do
	end
end

local function position(info)
	return format("%s:%d: ", place(info.source, info.currentline))
end

-- The error value for what was walked.
local function named()
	local text = match(said, "^\1@%d+:%d+: (.*)$") or match(said, "^%[C%]:%d+: (.*)$") or said
	if own or text ~= "stack overflow" and find(text, "^stack overflow %(") ~= 1 then
		return said -- a program's own, or one of C that Lua 5.2 counts as Luau does
	elseif found == CALLED_BY_LIBRARY then
		return TOO_DEEP
	elseif found then
		return position(found) .. TOO_DEEP
	elseif nearest then
		local name, line = place(nearest.source, nearest.currentline)
		return format("%s:%d: stack overflow", name, rt.core.firstCall(nearest.source, nearest.linedefined, line))
	end
	return said
end

-- The error value for what `noticed` gave, or for the message that ended the thread.
function rt.overflowed(value, thread)
	if thread and type(value) == "string" and find(value, "stack overflow") then
		begin(value, 0)
		raw.pcall(walk, thread) -- a thread that overflowed cannot always be asked
	elseif value ~= begin then
		return value
	end
	return named()
end

-- LuaJIT's count of slots (lower_functions.py) is never too low, but often too high: what is really left is asked. How
-- much is in use after that; where there is too little for a handler and what is not counted, the error.
local RESERVE, MOST = 3000, 7900 -- LuaJIT's unpack gives no more than 8000
local NOTHING = {}

function rt.core.full()
	for left = MOST, RESERVE + 1000, -1300 do
		if raw.pcall(raw.unpack, NOTHING, 1, left) then
			return RESERVE - left
		end
	end
	begin("stack overflow", 2)
	while seen(getinfo(level, "nSlf")) do
	end
	error(named(), 0)
end
rt.core.hide(rt.core.full)
