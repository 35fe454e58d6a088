--[[ `string.pack`, `string.packsize`, `string.unpack`. ]]
local rt = ...
local raw, fail, binary, string = rt.raw, rt.fail, rt.binary, rt.globals.string
local find, sub, match, rep, concat, select = raw.string.find, raw.string.sub, raw.string.match, raw.string.rep,
	raw.table.concat, raw.select
local toText, toNumber, toInteger = rt.toText, rt.toNumber, rt.toInteger

local WIDEST = 16
local SIZES = { b = 1, h = 2, i = 4, l = 8, j = 8, t = 8, T = 4, f = 4, d = 8, n = 8 }

local function reverse(bytes)
	local turned, size = {}, #bytes
	for i = 1, size do
		turned[i] = bytes[size - i + 1]
	end
	return turned
end

local function width(digits, default)
	local size = digits == "" and default or raw.tonumber(digits)
	if size < 1 or size > WIDEST then
		fail("integral size (" .. size .. ") out of limits [1,16]")
	end
	return size
end

-- Calls `visit(kind, size, padding)` for each option of the format, and keeps the state that options change.
local function each(format, visit)
	local state = { little = true, align = 1, total = 0 }
	local i = 1
	while i <= #format do
		local option, digits = match(format, "^(.)(%d*)", i)
		i = i + 1
		local size, kind, aligned
		if option == "<" or option == "=" then
			state.little = true
		elseif option == ">" then
			state.little = false
		elseif option == "!" then
			state.align = width(digits, 8)
			i = i + #digits
		elseif option == "i" or option == "I" or option == "s" then
			size = width(digits, option == "s" and 8 or 4)
			kind, aligned = option, true
			i = i + #digits
		elseif option == "b" or option == "h" or option == "l" or option == "j" then
			kind, size, aligned = "i", SIZES[option], true
		elseif option == "B" or option == "H" or option == "L" or option == "J" or option == "T" then
			kind, size, aligned = "I", SIZES[option] or SIZES[raw.string.lower(option)], true
		elseif option == "f" or option == "d" or option == "n" then
			kind, size, aligned = "f", SIZES[option], true
		elseif option == "z" or option == "x" then
			kind, size = option, option == "x" and 1 or 0
		elseif option == "c" then
			if digits == "" then
				fail("missing size for format option 'c'")
			end
			kind, size = "c", raw.tonumber(digits)
			i = i + #digits
		elseif option ~= " " then
			fail("invalid format option '" .. option .. "'")
		end
		if kind then
			local padding = 0
			if aligned and state.align > 1 then
				local to = raw.math.min(size, state.align)
				padding = (to - state.total % to) % to
			end
			state.total = state.total + padding + visit(kind, size, padding, state)
		end
	end
	return state.total
end

local function ordered(bytes, state)
	return state.little and bytes or reverse(bytes)
end

function string.pack(format, ...)
	local parts, taken, values = {}, 0, { n = select("#", ...), ... }
	each(toText(format, 1, "pack"), function(kind, size, padding, state)
		if kind == "x" then
			parts[#parts + 1] = "\0"
			return 1
		end
		taken = taken + 1
		local value, text = values[taken], nil
		if kind == "i" or kind == "I" then
			value = toInteger(value, taken + 1, "pack")
			if size < 7 and (value >= 2 ^ (8 * size) or value < -2 ^ (8 * size - 1)) then
				rt.refuse(taken + 1, "pack", kind == "I" and "unsigned overflow" or "integer overflow")
			end
			text = binary.text(ordered(binary.integer(value, size), state))
		elseif kind == "f" then
			text = binary.text(ordered(binary.float(toNumber(value, taken + 1, "pack"), size), state))
		else
			text = toText(value, taken + 1, "pack")
			if kind == "s" then
				text = binary.text(ordered(binary.integer(#text, size), state)) .. text
			elseif kind == "z" then
				if find(text, "\0", 1, true) then
					rt.refuse(taken + 1, "pack", "string contains zeros")
				end
				text = text .. "\0"
			else
				if #text > size then
					rt.refuse(taken + 1, "pack", "string longer than given size")
				end
				text = text .. rep("\0", size - #text)
			end
		end
		parts[#parts + 1] = rep("\0", padding) .. text
		return #text
	end)
	return concat(parts)
end

function string.packsize(format)
	return each(toText(format, 1, "packsize"), function(kind, size)
		if kind == "s" or kind == "z" then
			rt.refuse(1, "packsize", "variable-length format")
		end
		return size
	end)
end

function string.unpack(format, text, start)
	text = toText(text, 2, "unpack")
	local at = start == nil and 1 or toInteger(start, 3, "unpack")
	at = at < 0 and #text + at + 1 or at
	local values, count = {}, 0
	local function take(size)
		if at + size - 1 > #text then
			rt.refuse(2, "unpack", "data string too short")
		end
		at = at + size
		return at - size
	end
	each(toText(format, 1, "unpack"), function(kind, size, padding, state)
		local before = at
		take(padding)
		local value
		if kind == "x" then
			take(1)
			return 1
		elseif kind == "i" or kind == "I" then
			value = binary.toInteger(ordered(binary.bytes(text, take(size), size), state), kind == "i")
		elseif kind == "f" then
			value = binary.toFloat(ordered(binary.bytes(text, take(size), size), state))
		elseif kind == "s" then
			local length = binary.toInteger(ordered(binary.bytes(text, take(size), size), state))
			local from = take(length)
			value = sub(text, from, from + length - 1)
		elseif kind == "z" then
			local stop = find(text, "\0", at, true) or rt.refuse(2, "unpack", "unfinished string for format 'z'")
			value = sub(text, at, stop - 1)
			at = stop + 1
		else
			local from = take(size)
			value = sub(text, from, from + size - 1)
		end
		count = count + 1
		values[count] = value
		return at - before - padding
	end)
	values[count + 1] = at
	return raw.unpack(values, 1, count + 1)
end
