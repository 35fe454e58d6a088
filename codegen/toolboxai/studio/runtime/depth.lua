--[[ How deep library functions call back: Luau allows C about two hundred calls inside each other. ]]
local rt = ...

rt.TOO_DEEP = "C stack overflow"
local DEEPEST = rt.raw.jit and 198 or 197 -- Lua 5.2 itself has 200, of which a handler needs some
local depth = 0

-- A library function begins to call what it was given: how deep it was before, for `called` when that is over; nil where
-- Luau would not call any more. Where an error ends the call, whoever catches that sets the depth right.
function rt.deeper()
	local before = depth
	if before < DEEPEST then
		depth = before + 1
		return before
	end
end
local deeper = rt.deeper

function rt.calls()
	return deeper() or rt.raw.error(rt.TOO_DEEP, 0)
end

function rt.called(before, ...)
	depth = before
	return ...
end
