--[[ What an operand is that LuaJIT calls a table: of a comparison that failed, the values are found where they stand.

LuaJIT asks no metamethod where it compares two kinds, and its message knows a vector, an Instance or a buffer as a
table only. In a thread that ended, and to a handler of `pcall` or `xpcall`, the frame that failed is still there: its
bytecode tells which slots were compared.
]]
local rt = ...
local raw, typeof = rt.raw, rt.typeof
local type, find, match, getinfo, getlocal =
	raw.type, raw.string.find, raw.string.match, raw.debug.getinfo, raw.debug.getlocal

local LESS, LAST = 0, 3 -- ISLT, ISGE, ISLE, ISGT

-- The value in a slot of the frame at `level`.
local function slot(thread, level, number)
	local _, value
	if thread then
		_, value = getlocal(thread, level, number + 1)
	else
		_, value = getlocal(level + 1, number + 1)
	end
	return value
end

-- The operands, in the message's order, of the comparison in that line of the frame that was between such kinds.
local function operands(thread, level, line, left, right)
	local util, bit = raw.require("jit.util"), raw.bit
	local info
	if thread then
		info = getinfo(thread, level, "Sf")
	else
		level = level + 1
		info = getinfo(level, "Sf")
	end
	if not info or info.what == "C" then
		return -- a text that only looks like the engine's
	end
	local pc, instruction = 0, util.funcbc(info.func, 0)
	while instruction do
		local operation = bit.band(instruction, 255)
		if operation >= LESS and operation <= LAST and util.funcinfo(info.func, pc).currentline == line then
			local a = slot(thread, level, bit.band(bit.rshift(instruction, 8), 255))
			local b = slot(thread, level, bit.rshift(instruction, 16))
			if type(a) == left and type(b) == right then
				return a, b
			elseif type(a) == right and type(b) == left then
				return b, a
			end
		end
		pc = pc + 1
		instruction = util.funcbc(info.func, pc)
	end
end

-- The message of a failed comparison with its operands' own kinds; any other as it is. `level` is that of the frame
-- that failed, seen from the caller, or in a thread that has ended.
function rt.compared(message, level, thread)
	if type(message) ~= "string" or not find(message, "attempt to compare .*table") then
		return message
	end
	local start, line, left, right = match(message, "^(\1@%d+:(%d+): attempt to compare )(%a+) with (%a+)$")
	if not start then
		start, line, left = match(message, "^(\1@%d+:(%d+): attempt to compare )two (%a+) values$")
		right = left
	end
	if not start then
		return message
	end
	local a, b = operands(thread, thread and level or level + 1, raw.tonumber(line), left, right)
	if a == nil and b == nil then
		return message
	end
	return start .. typeof(a) .. " with " .. typeof(b)
end

local noticed = rt.noticed

if raw.jit then
	function rt.handler(message)
		if type(message) == "string" and find(message, "attempt to compare ", 1, true) then
			local answer = rt.compared(message, 2)
			return answer
		end
		return noticed(message)
	end
else
	function rt.compared(message)
		return message
	end
end
