--[[ Luau's `string`: the engine's own matching behind Luau's argument checks, formats and error words. ]]
local rt = ...
local raw, globals, fail, argument = rt.raw, rt.globals, rt.fail, rt.argument
local rawstring, rawtype, select, concat, floor = raw.string, raw.type, raw.select, raw.table.concat, raw.math.floor
local find, match, gmatch, gsub, rep, sub, byte, format = rawstring.find, rawstring.match, rawstring.gmatch,
	rawstring.gsub, rawstring.rep, rawstring.sub, rawstring.byte, rawstring.format
local toText, toNumber, toInteger, tostring, typeof = rt.toText, rt.toNumber, rt.toInteger, rt.tostring, rt.typeof

local string = {}
globals.string = string
rt.core.metatables.string.__index = string

local LONGEST = 2 ^ 30 -- bytes in one string
local CAPTURES = 32

-- --- patterns -------------------------------------------------------------------------------------------------------

-- Patterns that were found well formed. The engine's own errors would have no place, so a pattern is checked first.
local good, known = {}, 0

local function endOfClass(pattern, i)
	local c = sub(pattern, i, i)
	if c == "%" then
		if i >= #pattern then
			fail("malformed pattern (ends with '%')")
		end
		return i + 2
	elseif c ~= "[" then
		return i + 1
	end
	i = i + 1
	if sub(pattern, i, i) == "^" then
		i = i + 1
	end
	repeat
		if i > #pattern then
			fail("malformed pattern (missing ']')")
		end
		local inner = sub(pattern, i, i)
		i = i + (inner == "%" and 2 or 1)
	until sub(pattern, i, i) == "]"
	return i + 1
end

local function check(pattern)
	local i, open, count, closed = 1, {}, 0, {}
	if sub(pattern, 1, 1) == "^" then
		i = 2
	end
	while i <= #pattern do
		local two = sub(pattern, i, i + 1)
		local c = sub(two, 1, 1)
		if c == "(" then
			count = count + 1
			if count > CAPTURES then
				fail("too many captures")
			end
			if two == "()" then
				closed[count] = true
				i = i + 2
			else
				open[#open + 1] = count
				i = i + 1
			end
		elseif c == ")" then
			if #open == 0 then
				fail("invalid pattern capture")
			end
			closed[open[#open]] = true
			open[#open] = nil
			i = i + 1
		elseif two == "%b" then
			if i + 3 > #pattern then
				fail("malformed pattern (missing arguments to '%b')")
			end
			i = i + 4
		elseif two == "%f" then
			if sub(pattern, i + 2, i + 2) ~= "[" then
				fail("missing '[' after '%f' in pattern")
			end
			i = endOfClass(pattern, i + 2)
		elseif find(two, "^%%%d") then
			local which = byte(two, 2) - 48
			if not closed[which] then
				fail("invalid capture index %" .. which)
			end
			i = i + 2
		else
			i = endOfClass(pattern, i)
			if find(sub(pattern, i, i), "[*+?-]") then
				i = i + 1
			end
		end
	end
	if #open > 0 then
		fail("unfinished capture")
	end
	if known >= 500 then
		good, known = {}, 0
	end
	good[pattern] = true
	known = known + 1
	return pattern
end

function string.find(s, pattern, init, plain)
	s, pattern = toText(s, 1, "find"), toText(pattern, 2, "find")
	init = init == nil and 1 or toInteger(init, 3, "find")
	if plain or good[pattern] or check(pattern) then
		return find(s, pattern, init, plain)
	end
end

function string.match(s, pattern, init)
	s, pattern = toText(s, 1, "match"), toText(pattern, 2, "match")
	init = init == nil and 1 or toInteger(init, 3, "match")
	if good[pattern] or check(pattern) then
		return match(s, pattern, init)
	end
end

function string.gmatch(s, pattern)
	s, pattern = toText(s, 1, "gmatch"), toText(pattern, 2, "gmatch")
	if good[pattern] or check(pattern) then
		return gmatch(s, pattern)
	end
end

-- What a replacement table or function gave, as text; false keeps the match.
local function replacement(value)
	local kind = rawtype(value)
	if kind == "string" or value == nil or value == false then
		return value
	elseif kind == "number" then
		return tostring(value)
	end
	return fail("invalid replacement value (a " .. typeof(value) .. ")")
end

local function checkReplacement(text, pattern)
	local i = find(text, "%", 1, true)
	while i do
		local follows = sub(text, i + 1, i + 1)
		if not find(follows, "^[%d%%]") then
			fail("invalid use of '%' in replacement string")
		end
		if find(follows, "%d") and follows ~= "0" then
			local _, count = gsub(gsub(pattern, "%%.", ""), "%(", "")
			if byte(follows) - 48 > raw.math.max(count, 1) then
				fail("invalid capture index")
			end
		end
		i = find(text, "%", i + 2, true)
	end
end

function string.gsub(s, pattern, by, most)
	s, pattern = toText(s, 1, "gsub"), toText(pattern, 2, "gsub")
	most = most ~= nil and toInteger(most, 4, "gsub") or nil
	if not good[pattern] then
		check(pattern)
	end
	local kind = rt.type(by)
	if kind == "string" then
		if find(by, "%", 1, true) then
			checkReplacement(by, pattern)
		end
		return gsub(s, pattern, by, most)
	elseif kind == "number" then
		return gsub(s, pattern, tostring(by), most)
	elseif kind == "function" then
		return gsub(s, pattern, function(...)
			return replacement((by(...)))
		end, most)
	elseif kind == "table" then
		return gsub(s, pattern, function(key)
			return replacement(by[key])
		end, most)
	end
	return argument(3, "gsub", "string/function/table", by)
end

-- --- text -----------------------------------------------------------------------------------------------------------

function string.sub(s, i, j)
	if rawtype(s) == "string" and rawtype(i) == "number" and (j == nil or rawtype(j) == "number") then
		return sub(s, toInteger(i), j and toInteger(j) or -1)
	end
	return sub(toText(s, 1, "sub"), toInteger(i, 2, "sub"), j == nil and -1 or toInteger(j, 3, "sub"))
end

function string.byte(s, i, j)
	i = i == nil and 1 or toInteger(i, 2, "byte")
	return byte(toText(s, 1, "byte"), i, j == nil and i or toInteger(j, 3, "byte"))
end

function string.char(...)
	for i = 1, select("#", ...) do
		local code = toInteger((select(i, ...)), i, "char")
		if code < 0 or code > 255 then
			rt.refuse(i, "char", "invalid value")
		end
	end
	return rawstring.char(...)
end

function string.len(s)
	return #toText(s, 1, "len")
end

function string.lower(s)
	return rawstring.lower(toText(s, 1, "lower"))
end

function string.upper(s)
	return rawstring.upper(toText(s, 1, "upper"))
end

function string.reverse(s)
	return rawstring.reverse(toText(s, 1, "reverse"))
end

function string.rep(s, n)
	s, n = toText(s, 1, "rep"), toInteger(n, 2, "rep")
	if n <= 0 then
		return ""
	elseif #s * n > LONGEST then
		fail("resulting string too large")
	end
	return rep(s, n)
end

function string.split(s, separator)
	s, separator = toText(s, 1, "split"), separator == nil and "," or toText(separator, 2, "split")
	local parts, count = {}, 0
	if separator == "" then
		for i = 1, #s do
			parts[i] = sub(s, i, i)
		end
		return parts
	end
	local start = 1
	while true do
		local first, last = find(s, separator, start, true)
		count = count + 1
		if not first then
			parts[count] = sub(s, start)
			return parts
		end
		parts[count] = sub(s, start, first - 1)
		start = last + 1
	end
end

-- --- format ---------------------------------------------------------------------------------------------------------

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\\n", ["\r"] = "\\r", ["\0"] = "\\000" }

local function toChar(code)
	return rawstring.char(code % 256)
end

-- What is not finite has no integer form, and engines print it differently.
local function real(spec, value)
	if value ~= value or value == 1 / 0 or value == -1 / 0 then
		local text = value ~= value and "nan" or value > 0 and "inf" or "-inf"
		if find(spec, "+", 1, true) and value > 0 then
			text = "+" .. text
		end
		local width = match(spec, "^%%[-+ #0]*(%d*)")
		return format("%" .. (find(spec, "-", 1, true) and "-" or "") .. width .. "s", text)
	end
	return format(spec, value)
end

local function integer(spec, value)
	if value ~= value or value >= 2 ^ 63 or value < -2 ^ 63 then
		value = -2 ^ 63
	end
	return format(gsub(spec, "[iu]$", "d"), value >= 0 and floor(value) or -floor(-value))
end

local function unsigned(spec, value)
	value = toInteger(value)
	return format(spec, value < 0 and value + 2 ^ 64 or value)
end

local DIRECTIVES = {
	c = function(spec, value, i)
		return format(gsub(spec, "c$", "s"), toChar(toInteger(value, i, "format")))
	end,
	d = function(spec, value, i)
		return integer(spec, toNumber(value, i, "format"))
	end,
	x = function(spec, value, i)
		return unsigned(spec, toNumber(value, i, "format"))
	end,
	g = function(spec, value, i)
		return real(spec, toNumber(value, i, "format"))
	end,
	q = function(_, value, i)
		return '"' .. gsub(toText(value, i, "format"), '["\\\n\r%z]', ESCAPES) .. '"'
	end,
	s = function(spec, value, i)
		value = toText(value, i, "format")
		if spec == "%s" then
			return value
		elseif find(value, "\0", 1, true) then
			return value -- C formats would cut it
		end
		return format(spec, value)
	end,
}
DIRECTIVES.i, DIRECTIVES.u = DIRECTIVES.d, DIRECTIVES.x
DIRECTIVES.o, DIRECTIVES.X = DIRECTIVES.x, DIRECTIVES.x
for name in gmatch("eEfFGaA", ".") do
	DIRECTIVES[name] = DIRECTIVES.g
end

function string.format(text, ...)
	text = toText(text, 1, "format")
	local out, count, argumentCount, next = {}, 0, select("#", ...), 0
	local start = 1
	while true do
		local percent = find(text, "%", start, true)
		if not percent then
			out[count + 1] = sub(text, start)
			return concat(out)
		end
		out[count + 1] = sub(text, start, percent - 1)
		count = count + 1
		if byte(text, percent + 1) == 37 then
			out[count + 1] = "%"
			start = percent + 2
		else
			local flags, width, precision, name = match(text, "^([-+ #0]*)(%d*)(%.?%d*)(.?)", percent + 1)
			next = next + 1
			if next > argumentCount then
				fail("missing argument #" .. (next + 1))
			end
			local value = (select(next, ...))
			if name == "*" then
				if flags .. width .. precision ~= "" then
					fail("'%*' does not take a form")
				end
				out[count + 1] = tostring(value)
			else
				local directive = DIRECTIVES[name]
				if not directive then
					fail("invalid option '%" .. name .. "' to 'format'")
				elseif #flags > 5 then
					fail("invalid format (repeated flags)")
				elseif #width > 2 or #precision > 3 then
					fail("invalid format (width or precision too long)")
				end
				out[count + 1] = directive("%" .. flags .. width .. precision .. name, value, next + 1)
			end
			start = percent + 1 + #flags + #width + #precision + 1
		end
		count = count + 1
	end
end
