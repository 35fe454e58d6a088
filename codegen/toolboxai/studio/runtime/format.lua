--[[ `string.format`: a format is read once, and its usual arguments go straight to the engine. ]]
local rt = ...
local raw, fail = rt.raw, rt.fail
local find, match, gsub, rep, sub, char, native =
	raw.string.find,
	raw.string.match,
	raw.string.gsub,
	raw.string.rep,
	raw.string.sub,
	raw.string.char,
	raw.string.format
local type, select, concat, floor, loadText = raw.type, raw.select, raw.table.concat, raw.math.floor, raw.load
local toText, toNumber, truncated, tostring = rt.toText, rt.toNumber, rt.truncated, rt.tostring

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\\n", ["\r"] = "\\r", ["\0"] = "\\000" }
local LONG = 100 -- bytes of a text that is no longer given a width

-- --- one directive --------------------------------------------------------------------------------------------------

-- What is not finite, and engines print differently; what is no number has the sign that processors give `0 / 0`.
local function special(spec, value)
	local text = value ~= value and "-nan" or value > 0 and "inf" or "-inf"
	if value > 0 and find(spec, "[+ ]") then
		text = (find(spec, "+", 1, true) and "+" or " ") .. text
	end
	if find(spec, "%u$") then
		text = raw.string.upper(text)
	end
	local width = match(spec, "^%%[-+ #0]*(%d*)")
	return native("%" .. (find(spec, "-", 1, true) and "-" or "") .. width .. "s", text)
end

local SMALLEST = 1e-100 -- below it "%f" shows no digit, and LuaJIT's shows wrong ones

local function real(spec, value)
	if value - value ~= 0 then
		return special(spec, value)
	elseif value < SMALLEST and value > -SMALLEST and find(spec, "f$") then
		return native(spec, (value < 0 or 1 / value < 0) and -0.0 or 0)
	end
	return native(spec, value)
end

local TOP = 2 ^ 63
local FLAGS = "^%%([-+ #0]*)(%d*)%.?(%d*)"

-- An integer beyond what engines print exactly, or with a precision, whose flags they read differently.
local function spelled(spec, digits, sign)
	local flags, width, precision = match(spec, FLAGS)
	local hasPrecision = find(spec, ".", 1, true)
	if hasPrecision then
		precision = raw.tonumber(precision) or 0
		if precision == 0 and digits == "0" then
			digits = ""
		end
		digits = rep("0", precision - #digits) .. digits
	end
	width = raw.tonumber(width) or 0
	local missing = width - #sign - #digits
	if find(flags, "-", 1, true) then
		return sign .. digits .. rep(" ", missing)
	elseif find(flags, "0", 1, true) and not hasPrecision then
		return sign .. rep("0", missing) .. digits
	end
	return rep(" ", missing) .. sign .. digits
end

local function signed(spec, value)
	if value ~= value then
		value = 0
	elseif value >= TOP or value < -TOP then
		local digits = value > 0 and "9223372036854775807" or "9223372036854775808"
		local sign = value < 0 and "-" or find(spec, "+", 1, true) and "+" or find(spec, "^%%[-+#0]* ") and " " or ""
		return spelled(spec, digits, sign)
	end
	return native(spec, value >= 0 and floor(value) or -floor(-value))
end

local DIGITS = { o = 8, u = 10, x = 16, X = 16 }

-- The digits of a whole number below 2^64, in a base that is a power of two or ten.
local function digitsOf(value, base, letters)
	if value == 0 then
		return "0"
	elseif base == 10 then
		return native("%.0f", value)
	end
	local digits = ""
	while value > 0 do
		local digit = value % base
		digits = sub(letters, digit + 1, digit + 1) .. digits
		value = (value - digit) / base
	end
	return digits
end

-- The digits of high * 2^32 + low.
local function wideDigits(high, low, base)
	local digits = ""
	repeat
		local rest = high % base
		high = (high - rest) / base
		local value = rest * 2 ^ 32 + low
		local digit = value % base
		low = (value - digit) / base
		digits = sub("0123456789abcdef", digit + 1, digit + 1) .. digits
	until high == 0 and low == 0
	return digits
end

-- As C prints a double that was made an unsigned integer of 64 bits.
local function unsigned(spec, value)
	local kind = sub(spec, -1)
	local digits
	if value ~= value then
		digits = "0"
	elseif value >= 2 * TOP then
		digits = kind == "u" and "18446744073709551615" or kind == "o" and "1777777777777777777777" or rep("f", 16)
	elseif value < 0 then
		local high, low = rt.binary.halves(value)
		digits = wideDigits(high, low, DIGITS[kind])
	else
		digits = digitsOf(floor(value), DIGITS[kind], "0123456789abcdef")
	end
	if kind == "X" then
		digits = raw.string.upper(digits)
	end
	if find(match(spec, FLAGS), "#", 1, true) and digits ~= "0" then
		if kind == "o" then
			digits = "0" .. digits
		elseif kind ~= "u" then
			return spelled(spec, digits, "0" .. kind)
		end
	end
	return spelled(spec, digits, "")
end

local DIRECTIVES = {
	c = function(spec, n, ...)
		local code = char(truncated(toNumber(n, "format", ...)) % 256)
		local filling = rep(" ", (raw.tonumber(match(spec, "^%%[-+ #0]*(%d+)")) or 1) - 1)
		return find(spec, "^%%[+ #0]*-") and code .. filling or filling .. code
	end,
	d = function(spec, n, ...)
		return signed(spec, toNumber(n, "format", ...))
	end,
	x = function(spec, n, ...)
		return unsigned(spec, toNumber(n, "format", ...))
	end,
	g = function(spec, n, ...)
		return real(spec, toNumber(n, "format", ...))
	end,
	q = function(_, n, ...)
		return '"' .. gsub(toText(n, "format", ...), '["\\\n\r%z]', ESCAPES) .. '"'
	end,
	s = function(spec, n, ...)
		local text = toText(n, "format", ...)
		if spec == "%s" or #text >= LONG and not find(spec, ".", 1, true) then
			return text
		end
		local stop = find(text, "\0", 1, true)
		return native(spec, stop and sub(text, 1, stop - 1) or text)
	end,
}
DIRECTIVES.i = DIRECTIVES.d
for name in raw.string.gmatch("ouX", ".") do
	DIRECTIVES[name] = DIRECTIVES.x
end
for name in raw.string.gmatch("eEfG", ".") do
	DIRECTIVES[name] = DIRECTIVES.g
end

-- --- a whole format -------------------------------------------------------------------------------------------------

-- Reads and applies a format from left to right: mistakes are raised where Luau comes to them.
local function apply(...)
	local text = toText(1, "format", ...)
	local out, count, n = {}, 0, 1
	local start = 1
	while true do
		local percent = find(text, "%", start, true)
		count = count + 1
		if not percent then
			out[count] = sub(text, start)
			return concat(out)
		end
		out[count] = sub(text, start, percent - 1)
		count = count + 1
		if sub(text, percent + 1, percent + 1) == "%" then
			out[count] = "%"
			start = percent + 2
		else
			local flags, width = match(text, "^([-+ #0]*)(%d?%d?)", percent + 1)
			start = percent + 1 + #flags + #width
			local precision = match(text, "^%.%d?%d?", start) or ""
			start = start + #precision + 1
			local name = sub(text, start - 1, start - 1)
			n = n + 1
			rt.given(n, ...)
			if #flags > 5 then
				fail("invalid format (repeated flags)")
			elseif find(name, "%d") then
				fail("invalid format (width or precision too long)")
			elseif name == "*" then
				if start ~= percent + 2 then
					fail("'%*' does not take a form")
				end
				out[count] = tostring((select(n, ...)))
			else
				local directive = DIRECTIVES[name]
				if not directive then
					fail("invalid option '%" .. (find(name, "^%Z") and name .. "' to 'format'" or "")) -- a C text ends at a zero
				end
				out[count] = directive("%" .. flags .. width .. precision .. name, n, ...)
			end
		end
	end
end

-- --- plans ----------------------------------------------------------------------------------------------------------
-- A format that comes again becomes a function: it looks at its arguments, and where they are what the engine prints as Luau
-- does, hands them over; else the way above.

local INTEGER, REAL, WORD =
	"type(a%d) == 'number' and a%d > -1e15 and a%d < 1e15",
	"type(a%d) == 'number' and a%d - a%d == 0 and (a%d > 1e-100 or a%d < -1e-100 or a%d == 0)",
	"type(a%d) == 'number' and a%d >= 0 and a%d < 1e15 and a%d %% 1 == 0"
local TEXT = raw.jit and "type(a%d) == 'string'" or "type(a%d) == 'string' and not find(a%d, '\\0', 1, true)"
local CHECKS = { d = INTEGER, i = INTEGER, x = WORD, X = WORD, s = TEXT, f = REAL, e = REAL, g = REAL }

-- What a plan must ask of the n-th argument; nil where there is no such plan.
local function asked(flags, precision, name, n)
	local ask = CHECKS[name]
	if
		not ask
		or flags ~= "" and name == "s"
		or precision ~= "" and name ~= "f" and name ~= "g" and name ~= "e"
		or find(flags, "[+ #]")
	then
		return nil
	end
	return (gsub(gsub(ask, "a%%d", "a" .. n), "%%%%", "%%"))
end

local MOST = 12 -- arguments of a plan

local function plan(text)
	local names, asks = {}, {}
	local left = gsub(text, "%%([-+ #0]*)(%d*)(%.?%d*)(.?)", function(flags, width, precision, name)
		if flags .. width .. precision .. name == "%" then
			return ""
		end
		local n = #asks + 1
		local ask = #width <= 2
			and #precision <= 3
			and n <= MOST
			and asked(flags .. (name == "s" and width or ""), precision, name, n)
		if ask then
			names[n], asks[n] = "a" .. n, ask
			return ""
		end
	end)
	if find(left, "%", 1, true) or #asks == 0 then
		return apply
	end
	local names_, conditions = concat(names, ", "), concat(asks, " and ")
	local code = "local text, type, native, find, apply = ... return function(...) local _, "
		.. names_
		.. " = ... if "
		.. conditions
		.. " then return native(text, "
		.. names_
		.. ") end return apply(...) end"
	return loadText(code, "=[C]", "t", {})(text, type, native, find, apply)
end

local plans, known = {}, 0
local OFTEN = 3

local function planned(text, seen)
	if known >= 500 then
		plans, known = {}, 0
	end
	if seen == nil then
		known = known + 1
	end
	plans[text] = (seen or 0) + 1 < OFTEN and (seen or 0) + 1 or plan(text)
end

function rt.globals.string.format(...)
	local text = ...
	local way = plans[text]
	if type(way) == "function" then
		return way(...)
	elseif type(text) == "string" then
		planned(text, way)
	end
	return apply(...)
end
