--[[ Luau's `string`: the engine's own matching behind Luau's argument checks and error words. ]]
local rt = ...
local raw, globals, fail, wrong = rt.raw, rt.globals, rt.fail, rt.wrong
local calls, called = rt.core.calls, rt.core.called
local rawstring, rawtype, select, rawpcall, rawerror = raw.string, raw.type, raw.select, raw.pcall, raw.error
local find, match, gmatch, gsub, rep, sub, byte =
	rawstring.find, rawstring.match, rawstring.gmatch, rawstring.gsub, rawstring.rep, rawstring.sub, rawstring.byte
local lower, upper, reverse, char, unpack =
	rawstring.lower, rawstring.upper, rawstring.reverse, rawstring.char, raw.unpack
local toText, toInteger, tostring, typeof = rt.toText, rt.toInteger, rt.tostring, rt.typeof

local string = {}
globals.string = string
rt.core.metatables.string.__index = string

local LONGEST = 2 ^ 30 - 1 -- bytes in one string
local SLICE = 8000 -- values that a C function may give
local CAPTURES = 32

-- --- patterns -------------------------------------------------------------------------------------------------------

-- Patterns that were found well formed: as the engine is to have them, and how many captures each has.
local good, captures, known = {}, {}, 0

-- What is wrong is raised as a table with Luau's words: only a search that comes to the mistake fails.
local function mistaken(message)
	rawerror({ message })
end

local function endOfClass(pattern, i)
	local c = sub(pattern, i, i)
	if c == "%" then
		if i >= #pattern then
			mistaken("malformed pattern (ends with '%')")
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
			mistaken("malformed pattern (missing ']')")
		end
		local inner = sub(pattern, i, i)
		i = i + (inner == "%" and 2 or 1)
	until sub(pattern, i, i) == "]"
	return i + 1
end

-- How many captures a pattern has.
local function read(pattern)
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
				mistaken("too many captures")
			elseif two == "()" then
				closed[count] = true
				i = i + 2
			else
				open[#open + 1] = count
				i = i + 1
			end
		elseif c == ")" then
			if #open == 0 then
				mistaken("invalid pattern capture")
			end
			closed[open[#open]] = true
			open[#open] = nil
			i = i + 1
		elseif two == "%b" then
			if i + 3 > #pattern then
				mistaken("malformed pattern (missing arguments to '%b')")
			end
			i = i + 4
		elseif two == "%f" then
			if sub(pattern, i + 2, i + 2) ~= "[" then
				mistaken("missing '[' after '%f' in pattern")
			end
			i = endOfClass(pattern, i + 2)
		elseif find(two, "^%%%d") then
			local which = byte(two, 2) - 48
			if not closed[which] then
				mistaken("invalid capture index %" .. which)
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
		mistaken("unfinished capture")
	end
	return count
end

-- The pattern for the engine, or nil and what is wrong with it.
local function check(pattern)
	local ok, count = rawpcall(read, pattern)
	if not ok then
		return nil, count[1]
	elseif known >= 500 then
		good, captures, known = {}, {}, 0
	end
	local usable = pattern
	if raw.jit and find(pattern, "%z") then -- for LuaJIT a pattern would end there
		usable = gsub(pattern, "%[[^%]]*%]", function(set)
			return (gsub(set, "%z%-", "%%z\1-"))
		end)
		usable = gsub(usable, "%%?%z", "%%z")
	end
	good[pattern], captures[pattern] = usable, count
	known = known + 1
	return usable
end

local function came(problem, ok, ...)
	if ok then
		return ...
	end
	fail(problem)
end

-- A place that may be counted from the end; 0 is before the beginning.
local function place(s, i)
	if i < 0 then
		i = #s + i + 1
		return i < 0 and 0 or i
	end
	return i
end

-- `find` and `match`: work is the engine's.
local function search(name, work)
	return function(...)
		local s, pattern, init, plain = ...
		if rawtype(s) ~= "string" or rawtype(pattern) ~= "string" then
			s, pattern = toText(1, name, ...), toText(2, name, ...)
		end
		if init == nil then
			init = 1
		else
			init = place(s, toInteger(3, name, ...))
			if init > #s + 1 then
				return nil
			end
		end
		local usable, problem = good[pattern], nil
		if not usable then
			if plain and name == "find" then
				return work(s, pattern, init, true)
			end
			usable, problem = check(pattern)
			if problem then
				return came(problem, rawpcall(work, s, pattern, init))
			end
		elseif plain and name == "find" then
			return work(s, pattern, init, true)
		end
		return work(s, usable, init)
	end
end
string.find, string.match = search("find", find), search("match", match)

function string.gmatch(...)
	local s, pattern = ...
	if rawtype(s) ~= "string" or rawtype(pattern) ~= "string" then
		s, pattern = toText(1, "gmatch", ...), toText(2, "gmatch", ...)
	end
	local usable, problem = good[pattern], nil
	if not usable then
		usable, problem = check(pattern)
		if problem then
			local next = gmatch(s, pattern)
			return function()
				return came(problem, rawpcall(next))
			end
		end
	end
	return gmatch(s, usable)
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

local function checkReplacement(text, count)
	local i = find(text, "%", 1, true)
	while i do
		local follows = byte(text, i + 1)
		if follows ~= 37 then
			if not follows or follows < 48 or follows > 57 then
				fail("invalid use of '%' in replacement string")
			elseif follows - 48 > (count == 0 and 1 or count) then
				fail("invalid capture index")
			end
		end
		i = find(text, "%", i + 2, true)
	end
end

-- A search that does not come to the mistake goes well; a replacement is made only where something was found.
local function gsubMistaken(problem, s, pattern, by, most)
	if rawtype(by) == "string" then
		if problem == "unfinished capture" then
			checkReplacement(by, CAPTURES)
		end
		return came(problem, rawpcall(gsub, s, pattern, by, most))
	end
	local ok, found = rawpcall(match, s, pattern)
	if ok and not found then
		return s, 0
	end
	fail(problem)
end

function string.gsub(...)
	local s, pattern, by, most = ...
	if rawtype(s) ~= "string" or rawtype(pattern) ~= "string" then
		s, pattern = toText(1, "gsub", ...), toText(2, "gsub", ...)
	end
	if most ~= nil then
		most = toInteger(4, "gsub", ...)
	end
	local kind = rt.type(by)
	if kind == "number" then
		by, kind = tostring(by), "string"
	elseif kind ~= "string" and kind ~= "function" and kind ~= "table" then
		wrong(3, "gsub", "string/function/table", ...)
	end
	if most and most <= 0 then
		return s, 0
	end
	local usable, problem = good[pattern], nil
	if not usable then
		usable, problem = check(pattern)
		if problem then
			return gsubMistaken(problem, s, pattern, by, most)
		end
	end
	if kind == "string" then
		if find(by, "%", 1, true) and find(s, usable) then
			checkReplacement(by, captures[pattern])
		end
		return gsub(s, usable, by, most)
	elseif kind == "function" then
		return called(
			calls(),
			gsub(s, usable, function(...)
				return replacement((by(...)))
			end, most)
		)
	end
	return called(
		calls(),
		gsub(s, usable, function(key)
			return replacement(by[key])
		end, most)
	)
end

-- --- text -----------------------------------------------------------------------------------------------------------

function string.sub(...)
	local s, i, j = ...
	if rawtype(s) == "string" and rawtype(i) == "number" and i % 1 == 0 then
		if j == nil then
			return i < 2147483648 and sub(s, i) or ""
		elseif rawtype(j) == "number" and j % 1 == 0 and j < 2147483648 then
			return i < 2147483648 and sub(s, i, j) or ""
		end
	end
	return sub(toText(1, "sub", ...), toInteger(2, "sub", ...), j == nil and -1 or toInteger(3, "sub", ...))
end

function string.byte(...)
	local s, i, j = ...
	if rawtype(s) == "string" and rawtype(i) == "number" and j == nil and i % 1 == 0 and i > 0 then
		return byte(s, i)
	end
	s = toText(1, "byte", ...)
	i = i == nil and 1 or toInteger(2, "byte", ...)
	i = place(s, i)
	j = j == nil and i or place(s, toInteger(3, "byte", ...))
	i, j = i == 0 and 1 or i, j > #s and #s or j
	if j - i + 1 + select("#", ...) > SLICE then
		fail("stack overflow (string slice too long)")
	end
	return byte(s, i, j)
end

local function byteOf(i, ...)
	local code = toInteger(i, "char", ...)
	if code < 0 or code > 255 then
		rt.refuse(i, "char", "invalid value")
	end
	return code
end

function string.char(...)
	local count = select("#", ...)
	if count == 1 then
		return char(byteOf(1, ...))
	end
	local bytes = { ... }
	for i = 1, count do
		local code = bytes[i]
		if rawtype(code) ~= "number" or code % 1 ~= 0 or code < 0 or code > 255 then
			bytes[i] = byteOf(i, ...)
		end
	end
	return char(unpack(bytes, 1, count))
end

function string.len(...)
	local s = ...
	return #(rawtype(s) == "string" and s or toText(1, "len", ...))
end

function string.lower(...)
	local s = ...
	return lower(rawtype(s) == "string" and s or toText(1, "lower", ...))
end

function string.upper(...)
	local s = ...
	return upper(rawtype(s) == "string" and s or toText(1, "upper", ...))
end

function string.reverse(...)
	local s = ...
	return reverse(rawtype(s) == "string" and s or toText(1, "reverse", ...))
end

function string.rep(...)
	local s, n = ...
	if rawtype(s) ~= "string" or rawtype(n) ~= "number" or n % 1 ~= 0 then
		s, n = toText(1, "rep", ...), toInteger(2, "rep", ...)
	end
	if n <= 0 or s == "" then
		return ""
	elseif #s * n > LONGEST then
		fail("resulting string too large")
	end
	return rep(s, n)
end

function string.split(...)
	local s, separator = ...
	if rawtype(s) ~= "string" or rawtype(separator) ~= "string" then
		s, separator = toText(1, "split", ...), separator == nil and "," or toText(2, "split", ...)
	end
	local parts, count = {}, 0
	if separator == "" then
		for i = 1, #s do
			parts[i] = sub(s, i, i)
		end
		return parts
	end
	local from = 1
	while true do
		local first, last = find(s, separator, from, true)
		count = count + 1
		if not first then
			parts[count] = sub(s, from)
			return parts
		end
		parts[count] = sub(s, from, first - 1)
		from = last + 1
	end
end
