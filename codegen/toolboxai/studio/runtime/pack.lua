--[[ `string.pack`, `string.packsize`, `string.unpack`: a format is read once, into a list of steps. ]]
local rt = ...
local raw, fail, binary, string = rt.raw, rt.fail, rt.binary, rt.globals.string
local find, sub, match, rep, byte, concat, select, unpack =
	raw.string.find,
	raw.string.sub,
	raw.string.match,
	raw.string.rep,
	raw.string.byte,
	raw.table.concat,
	raw.select,
	raw.unpack
local rawtype, argument, toText, toInteger, tonumber = raw.type, rt.argument, rt.toText, rt.toInteger, rt.tonumber

local WIDEST, NATURAL, LONGEST = 16, 8, 2 ^ 31 - 1 -- bytes

-- Letter to kind and size: what has a number behind it says its size itself.
local OPTIONS = {
	b = { "i", 1 },
	B = { "u", 1 },
	h = { "i", 2 },
	H = { "u", 2 },
	l = { "i", 8 },
	L = { "u", 8 },
	j = { "i", 4 },
	J = { "u", 4 },
	T = { "u", 4 },
	f = { "f", 4 },
	d = { "f", 8 },
	n = { "f", 8 },
	z = { "z", 0 },
	x = { "x", 1 },
}
local SIZED = { i = "i", I = "u", s = "s" }

-- --- reading a format -----------------------------------------------------------------------------------------------

local function problem(message)
	return { kind = "problem", message = message }
end

-- One option at `i`: its kind, its size, and where the next begins; or a problem.
local function option(format, i, state)
	local letter, digits = match(format, "^(.)(%d*)", i)
	local known = OPTIONS[letter]
	if known then
		return known[1], known[2], i + 1
	elseif SIZED[letter] or letter == "!" then
		local size = digits == "" and (letter == "!" and NATURAL or 4) or tonumber(digits)
		if size < 1 or size > WIDEST then
			return problem("integral size (" .. size .. ") out of limits [1,16]")
		elseif letter == "!" then
			state.align = size
		end
		return SIZED[letter] or "nop", letter == "!" and 0 or size, i + 1 + #digits
	elseif letter == "c" then
		if digits == "" then
			return problem("missing size for format option 'c'")
		end
		return "c", tonumber(digits), i + 1 + #digits
	elseif letter == "X" then
		return "X", 0, i + 1
	elseif letter == "<" or letter == "=" or letter == ">" then
		state.big = letter == ">"
	elseif letter ~= " " then
		return problem("invalid format option '" .. letter .. "'")
	end
	return "nop", 0, i + 1
end

-- The steps of a format; a mistake in it is a step too, raised when its turn comes.
local function read(format)
	local steps, state, i = {}, { align = 1, big = false }, 1
	while i <= #format do
		local kind, size, following = option(format, i, state)
		if rawtype(kind) == "table" then
			steps[#steps + 1] = kind
			return steps
		end
		i = following
		local align = size
		if kind == "X" then
			local after = i <= #format and { option(format, i, state) } or {}
			kind, align, i = "nop", after[2] or 0, after[3] or i
			if rawtype(after[1]) == "table" then
				steps[#steps + 1] = after[1]
				return steps
			elseif after[1] == "c" or align == 0 then
				steps[#steps + 1] = { kind = "refused", message = "invalid next option for option 'X'" }
				return steps
			end
		elseif kind == "c" then
			align = 1
		end
		align = align > state.align and state.align or align
		if align == 3 or align > 4 and align ~= 8 and align ~= 16 then
			steps[#steps + 1] = { kind = "refused", message = "format asks for alignment not power of 2" }
			return steps
		elseif kind ~= "nop" or align > 1 then
			steps[#steps + 1] = { kind = kind, size = size, align = align, big = state.big }
		end
	end
	return steps
end

local formats, known = {}, 0

local function steps(format)
	local found = formats[format]
	if not found then
		if known >= 500 then
			formats, known = {}, 0
		end
		found = read(format)
		formats[format] = found
		known = known + 1
	end
	return found
end

local function check(step, name)
	if step.kind == "problem" then
		fail(step.message)
	elseif step.kind == "refused" then
		rt.refuse(1, name, step.message)
	end
	return step.kind
end

local function padding(step, total)
	return step.align > 1 and (step.align - total % step.align) % step.align or 0
end

-- --- the functions --------------------------------------------------------------------------------------------------

local function numberOf(value, n)
	return rawtype(value) == "number" and value or tonumber(value) or argument(n, "pack", "number", value)
end

local function packed(step, value, n)
	local kind, size = step.kind, step.size
	if kind == "i" or kind == "u" then
		value = numberOf(value, n)
		if size < 8 then
			local whole = value >= 0 and value - value % 1 or value + -value % 1
			if kind == "i" and not (whole >= -2 ^ (8 * size - 1) and whole < 2 ^ (8 * size - 1)) and value == value then
				rt.refuse(n, "pack", "integer overflow")
			elseif kind == "u" and not (whole >= 0 and whole < 2 ^ (8 * size)) and value == value then
				rt.refuse(n, "pack", "unsigned overflow")
			end
		end
		return binary.integerText(value, size, step.big)
	elseif kind == "f" then
		return binary.floatText(numberOf(value, n), size, step.big)
	end
	local type = rawtype(value)
	local text = type == "string" and value
		or type == "number" and rt.tostring(value)
		or argument(n, "pack", "string", value)
	if kind == "s" then
		if size < 4 and #text >= 2 ^ (8 * size) then
			rt.refuse(n, "pack", "string length does not fit in given size")
		end
		return binary.integerText(#text, size, step.big) .. text
	elseif kind == "z" then
		if find(text, "\0", 1, true) then
			rt.refuse(n, "pack", "string contains zeros")
		end
		return text .. "\0"
	elseif #text > size then
		rt.refuse(n, "pack", "string longer than given size")
	end
	return text .. rep("\0", size - #text)
end

function string.pack(...)
	local parts, total, n = {}, 0, 1
	for index, step in raw.ipairs(steps(toText(1, "pack", ...))) do
		local kind, text = check(step, "pack"), ""
		local before = padding(step, total)
		if kind == "x" then
			text = "\0"
		elseif kind ~= "nop" then
			n = n + 1
			text = packed(step, (select(n, ...)), n)
		end
		parts[index] = before > 0 and rep("\0", before) .. text or text
		total = total + #parts[index]
	end
	return concat(parts)
end

function string.packsize(...)
	local total = 0
	for _, step in raw.ipairs(steps(toText(1, "packsize", ...))) do
		local kind = check(step, "packsize")
		if kind == "s" or kind == "z" then
			rt.refuse(1, "packsize", "variable-length format")
		end
		total = total + padding(step, total) + step.size
		if total > LONGEST then
			rt.refuse(1, "packsize", "format result too large")
		end
	end
	return total
end

-- Reads a whole number of more than eight bytes: the others must be what its sign goes on as.
local function wide(text, at, step, signed)
	local size, big = step.size, step.big
	local inner = big and at + size - 8 or at
	local value = binary.fromIntegerText(text, inner, 8, big, signed)
	local outer = big and sub(text, at, at + size - 9) or sub(text, at + 8, at + size - 1)
	if outer ~= rep(value < 0 and "\255" or "\0", size - 8) then
		fail(size .. "-byte integer does not fit into Lua Integer")
	end
	return value
end

local function unpacked(step, text, at)
	local kind, size = step.kind, step.size
	if kind == "i" or kind == "u" then
		if size > 8 then
			return wide(text, at, step, kind == "i"), at + size
		end
		return binary.fromIntegerText(text, at, size, step.big, kind == "i"), at + size
	elseif kind == "f" then
		return binary.fromFloatText(text, at, size, step.big), at + size
	elseif kind == "c" then
		return sub(text, at, at + size - 1), at + size
	elseif kind == "s" then
		local length = size > 8 and wide(text, at, step, false)
			or binary.fromIntegerText(text, at, size, step.big, false)
		if at + size + length - 1 > #text then
			rt.refuse(2, "unpack", "data string too short")
		end
		return sub(text, at + size, at + size + length - 1), at + size + length
	end
	local stop = find(text, "\0", at, true) or rt.refuse(2, "unpack", "unfinished string for format 'z'")
	return sub(text, at, stop - 1), stop + 1
end

function string.unpack(...)
	local format, text, at = toText(1, "unpack", ...), toText(2, "unpack", ...), (select(3, ...))
	at = at == nil and 1 or toInteger(3, "unpack", ...)
	at = at < 0 and #text + at + 1 or at
	at = at < 1 and 1 or at
	if at > #text + 1 then
		rt.refuse(3, "unpack", "initial position out of string")
	end
	local values, count = {}, 0
	for _, step in raw.ipairs(steps(format)) do
		local kind = check(step, "unpack")
		local before = padding(step, at - 1)
		if at + before + step.size - 1 > #text then
			rt.refuse(2, "unpack", "data string too short")
		end
		at = at + before
		if kind == "x" then
			at = at + 1
		elseif kind ~= "nop" then
			count = count + 1
			values[count], at = unpacked(step, text, at)
		end
	end
	values[count + 1] = at
	return unpack(values, 1, count + 1)
end
