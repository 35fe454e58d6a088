--[[ How deep calls go: Luau allows C about two hundred calls inside each other, and LuaJIT's stack has 65,500 slots.

LuaJIT calls no handler where compiled code or a handler finds its stack full, and nobody could say in which line that
was. So its lowered functions count the slots that they use, and ask `core.full` before there are none left. The count may
be too high, and is too low only by what library functions hold of very many arguments: a thread begins with that of who
resumed it.
]]
local core = ...
local error, select, yield = error, select, coroutine.yield
local getupvalue, upvaluejoin = debug.getupvalue, debug.upvaluejoin

core.TOO_DEEP = "C stack overflow"
local DEEPEST = jit and 198 or 197 -- Lua 5.2 itself has 200, of which a handler needs some
local LIBRARY = 100 -- the slots that a library function may take
local depth = 0
local used = -60000 -- of LuaJIT's slots, beside those that may be used: lowered functions ask where it is over 0

-- A library function begins to call what it was given: how deep all was before, for `called` when that is over; nil where
-- Luau would not call any more. Where an error ends the call, whoever catches that sets it right.
function core.deeper()
	if depth < DEEPEST then
		local before = used * 256 + depth
		depth, used = depth + 1, used + LIBRARY
		return before
	end
end
local deeper = core.deeper

function core.calls()
	return deeper() or error(core.TOO_DEEP, 0)
end

function core.called(before, ...)
	depth = before % 256
	used = (before - depth) / 256
	return ...
end

-- A lowered function ends. Also who kept slots back gives them so.
function core.left(before, ...)
	used = before
	return ...
end
local left = core.left

-- For what goes on in the thread that yielded: it has the stack that it had.
core.yield = jit and function(...)
	return left(used, yield(...))
end or yield

function core.depth()
	return depth
end

-- Gives some of the slots that are kept back; what was in use.
function core.spare(slots)
	local before = used
	used = used - slots
	return before
end

function core.count(...)
	return select("#", ...)
end

-- A chunk's function, with the count in the place of its variable of that name.
function core.counted(name, chunk)
	local index = 1
	while getupvalue(chunk, index) ~= name do
		index = index + 1
	end
	upvaluejoin(chunk, index, left, 1)
	return chunk
end
