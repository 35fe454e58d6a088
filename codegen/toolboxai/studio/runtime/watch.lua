--[[ Tells Python, every few milliseconds of processor time, which line of a program runs.

LuaJIT's count hooks never fire in compiled code; its profiler's timer does. Lua 5.2 has the hooks, one a thread. ]]
local rt = ...
local raw, py = rt.raw, rt.py
local getinfo, sethook = raw.debug.getinfo, raw.debug.sethook
local RUNTIME, position = rt.RUNTIME, rt.position

local NEAREST = 40
local INSTRUCTIONS = 1000000

-- The nearest line that is a program's. `level` is that of `thread`, or of our caller's caller.
local function lineOf(thread, level)
	for at = level, level + NEAREST do
		local info
		if thread then
			info = getinfo(thread, at, "Sl")
		else
			info = getinfo(at, "Sl")
		end
		if not info then
			return nil
		elseif info.source ~= RUNTIME and info.currentline > 0 then
			return position(info)
		end
	end
end

local function hook()
	py.seen(lineOf(nil, 3))
end

function rt.watch()
	if raw.jit then
		raw.require("jit.profile").start("li10", function(thread)
			py.seen(lineOf(thread, 0))
		end)
	else
		rt.onThreads(function(thread)
			sethook(thread, hook, "", INSTRUCTIONS)
		end)
	end
end
