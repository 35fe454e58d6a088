--[[ Opens the runtime: keeps the raw libraries of Lua to itself and empties the world that programs could have reached.

Every runtime file is a chunk whose first vararg is `rt`, the table made here:
  rt.raw      the raw libraries (`rt.raw.string`, `rt.raw.debug`, ...) and functions (`rt.raw.pcall`, ...)
  rt.py       Python's functions; they take and give strings, numbers and booleans only, and never raise
  rt.core     what lowered code calls (core.lua)
  rt.globals  the base environment of programs
  rt.host     what the engine is given
]]
local world, py, core = ...

local raw = {}
for name, value in world.pairs(world) do
	raw[name] = value
end
raw.unpack = raw.unpack or raw.table.unpack
for name in raw.pairs(raw) do
	if name ~= "_G" then
		world[name] = nil
	end
end

-- Most programs are over soon, and compiling is what they would wait for: only what stays hot for long is compiled.
if raw.jit then
	raw.jit.opt.start("hotloop=500", "hotexit=100")
end

-- A thread's hook is its own, so that a watch on all of them (watch.lua) begins where each is made.
local create, watched = raw.coroutine.create, nil
if not raw.jit then
	function raw.coroutine.create(work)
		local thread = create(work)
		if watched then
			watched(thread)
		end
		return thread
	end
end

local function onThreads(watch)
	watched = watch
end

return {
	raw = raw,
	py = py,
	core = core,
	environments = {},
	globals = {},
	host = {},
	onThreads = onThreads,
	RUNTIME = "=[C]",
}
