--[[ Luau's global functions. ]]
local rt = ...
local raw, globals, host, py, fail, core = rt.raw, rt.globals, rt.host, rt.py, rt.fail, rt.core
local rawtype, rawgetmetatable, rawsetmetatable = raw.type, raw.getmetatable, raw.setmetatable
local select, concat = raw.select, raw.table.concat

globals._G = {}
globals.shared = {}
globals._VERSION = "Luau"

local tags = raw.setmetatable({}, { __mode = "k" })
rt.tags = tags

-- Objects of the engine: their metatable is known here, so one registration makes a whole kind.
function host.userdata(tag, metatable)
	tags[metatable] = tag
	return rawsetmetatable({}, metatable)
end

rt.type = core.type or function(value)
	local kind = rawtype(value)
	if kind == "table" then
		local metatable = raw.debug.getmetatable(value)
		if metatable and tags[metatable] then
			return "userdata"
		end
	end
	return kind
end

rt.typeof = core.typeof or function(value)
	local kind = rawtype(value)
	if kind == "table" then
		local metatable = raw.debug.getmetatable(value)
		return metatable and tags[metatable] or kind
	end
	return kind
end
rt.tostring = core.tostring or raw.tostring
rt.tonumber = core.tonumber or raw.tonumber

globals.type, globals.typeof, globals.tostring, globals.tonumber = rt.type, rt.typeof, rt.tostring, rt.tonumber

local function line(...)
	local count = select("#", ...)
	local texts = { ... }
	for i = 1, count do
		texts[i] = rt.tostring(texts[i])
	end
	return concat(texts, " ", 1, count)
end

function globals.print(...)
	py.emit("print", line(...), "", host.now())
end

function globals.warn(...)
	py.emit("warn", line(...), "", host.now())
end

for _, name in raw.ipairs({
	"assert", "getmetatable", "setmetatable", "ipairs", "pairs", "next", "rawequal", "rawget", "rawset", "rawlen",
	"select", "string", "table", "math", "coroutine", "bit32",
}) do
	globals[name] = globals[name] or raw[name]
end
globals.unpack = raw.unpack
globals.task = {
	spawn = host.spawn, defer = host.defer, delay = host.delay, wait = host.wait, cancel = host.cancel,
}
