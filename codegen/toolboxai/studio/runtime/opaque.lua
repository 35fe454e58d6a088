--[[ Objects without fields and operations of their own: what they refuse, in Luau's words; and `newproxy`. ]]
local rt = ...
local raw, globals, host, fail, core, typeof = rt.raw, rt.globals, rt.host, rt.fail, rt.core, rt.typeof
local rawtype, rawget, next, getmetatable = raw.type, raw.rawget, raw.next, raw.debug.getmetatable

function rt.arithmeticWords(name, a, b)
	local left, right = typeof(a), typeof(b)
	return "attempt to perform arithmetic (" .. name .. ") on " .. left .. (left ~= right and " and " .. right or "")
end

-- An operator of an opaque object: the other operand's own, or the error in `words`.
local function refusing(event, words)
	local function refuse(a, b)
		local metatable = getmetatable(b)
		local method = metatable and rawget(metatable, event)
		if method and method ~= refuse and rawtype(b) == "table" then
			return (method(a, b))
		end
		return fail(words(a, b))
	end
	return refuse
end

local REFUSALS = {}
for _, name in raw.ipairs({ "add", "sub", "mul", "div", "idiv", "mod", "pow", "unm" }) do
	REFUSALS["__" .. name] = refusing("__" .. name, function(a, b)
		return rt.arithmeticWords(name, a, b)
	end)
end
for _, event in raw.ipairs({ "__index", "__newindex", "__len", "__lt", "__le", "__call" }) do
	REFUSALS[event] = core.metatables.boolean[event]
end

rt.refusals = REFUSALS

-- Gives a metatable what fails in Luau's words where it has nothing of its own: no operation, no field.
function rt.opaque(metatable)
	for event, refuse in next, REFUSALS do
		if metatable[event] == nil then
			metatable[event] = refuse
		end
	end
	return metatable
end

function globals.newproxy(...)
	local kind = typeof((...))
	if kind ~= "boolean" and kind ~= "nil" then
		rt.wrong(1, "newproxy", "nil or boolean", ...)
	end
	if ... then
		return host.userdata("userdata", {})({})
	end
	return host.userdata("userdata", rt.opaque({ __metatable = false }))({})
end
