--[[
The core: what lowered Luau calls, in plain Lua for Lua 5.2 and LuaJIT 2.1. Loading it gives the core table and sets the
metatables of nil, boolean, number, string, function and thread, so that a wrong operation fails in Luau's words at the
line that did it.

For lowered code (emitted names; the lowering binds only those that a chunk uses):
  cat_oto(a, b, c)   a `..` chain of such a form, made when it is first asked for: an operand, a text for sure, an operand
  cat(items, count)  a longer one
  str(x)             `{x}` of a backtick string
  strs(pieces, count)  such a string of which one piece may change what another says
  iter(f, s, c)      the three values of `for ... in`
  steady(is, f, s, c)  these three of a loop that gives its table new keys: it goes through those that were there
  idiv(a, b)         a // b
  floor(x)           of a quotient of numbers
  len(x)             #x, where the engine does not honour __len (LuaJIT)
  id(...)            its arguments: keeps `return f()` from being a tail call
  extended(t, n, ...)  a list with n items and these, as long as Luau would have it with nil among them (LuaJIT)
  some(x), plain(x)  carry nil and false through `c and some(a) or b`
  bound(x, what)     a `for` bound as a number, or the error that it is none
  step(x)            a `for` step; zero runs as in Luau (LuaJIT)
  range(f, l, s)     the iterator of a numeric loop that Lua 5.2 would begin elsewhere
  method(o, n, ...)  o:n(...) where an argument is a call, or the name a Lua keyword
  integer(text)      raises: `5i` cannot run here yet
  drop(core, ...)    the program's own varargs
  sealed(t)          t, frozen: what a chunk with `export` returns

For the host's libraries:
  tostring(x), typeof(x)      assign core.typeof to make it know more kinds
  pcall(f, ...), words(e)     Luau's pcall; an engine's message in Luau's words (use it wherever an error is caught)
  chunk(name, code)           what to call lowered code so that its places can be told
  code(source)                that code
  functionName(source, line)  the name of the function that begins in a line of a chunk
  place(source, line)         the author's name and line, and the operation that can fail there, for a line of a chunk
  freeze(t), isfrozen(t)      freezing moves the contents behind the table; whoever reads or writes a table raw asks
  contents(t)                 ... this: the table that holds t's fields (t itself unless frozen)
  writable(t)                 ... or this: t, or the error `attempt to modify a readonly table`
  rawget, rawset, rawlen, next, getmetatable, setmetatable, clone      as Luau's, frozen tables included
  type(x), userdata(mt, tag)  tables with a registered metatable count as userdata, `typeof` says the tag
  read(text)                  assign it: what a text is worth as a number, to Luau
  fail(message)               assign it: raises at the line of the program that called the library
  deeper(), called(before, ...)  assign them (depth.lua): around a call that counts as one through C
  tonumber, pairs, ipairs, lt Luau's; lt is what `table.sort` compares with
  number(x)                   Luau's text of a number
  text(x)                     the same where the engine's own text would differ, else x
  metatables                  of the basic types by type name; metatables.string.__index is the string library
]]
local type, error, select, next, pcall, rawget, rawset, load = type, error, select, next, pcall, rawget, rawset, load
local getmetatable, setmetatable, tonumber, tostring = getmetatable, setmetatable, tonumber, tostring
local format, rep, find, sub, match, gsub =
	string.format, string.rep, string.find, string.sub, string.match, string.gsub
local floor, concat, byte = math.floor, table.concat, string.byte
local real_metatable, set_real_metatable, call_info = debug.getmetatable, debug.setmetatable, debug.getinfo
local native_len = rawlen or function(value)
	return #value
end

local core = { fail = error }
function core.deeper()
	return 0
end
function core.called(_, ...)
	return ...
end

-- A metatable's function called for an operator by a helper: to Luau, a call through C. `level` is the program's line.
local function operate(level, method, ...)
	local before = core.deeper()
	if not before then
		error("C stack overflow", level)
	end
	return core.called(before, method(...))
end
-- What a metamethod or an error's handler sees as the caller is the code that calls these, not they.
core.transparent = setmetatable({ [error] = true }, { __mode = "k" })
local ASKS_EITHER = pcall(function()
	return setmetatable({}, {
		__lt = function()
			return true
		end,
	}) < {}
end) -- Lua 5.2
local READONLY = "attempt to modify a readonly table"

-- Number text ---------------------------------------------------------------------------------------------------------

-- The fewest digits that read back: 15 always do if they suffice, but for subnormals, which have fewer.
local function digits_of(x)
	local first = (x < 2.3e-308 and x > -2.3e-308) and 0 or 14
	for places = first, 15 do
		local shown = format("%." .. places .. "e", x)
		if tonumber(shown) == x then
			return shown
		end
	end
	-- Just above a power of two the doubles below are closer: sixteen digits may do that are not the nearest sixteen.
	local whole, power = match(format("%.15e", x), "^(.*)(e[+-]%d+)$")
	local raised = gsub(whole, "[0-8](9*)$", function(nines)
		return (tonumber(sub(whole, -#nines - 1, -#nines - 1)) + 1) .. rep("0", #nines)
	end) .. power
	return tonumber(raised) == x and raised or format("%.16e", x)
end

local function long_number(x)
	if x ~= x then
		return "nan"
	elseif x == 1 / 0 then
		return "inf"
	elseif x == -1 / 0 then
		return "-inf"
	end
	local sign, lead, rest, exponent = match(digits_of(x), "^(%-?)(%d)%.?(%d*)e([+-]%d+)$")
	local digits = gsub(lead .. rest, "0+$", "")
	local point = tonumber(exponent) + 1
	if digits == "" then
		return sign .. "0"
	elseif point < -5 or point > 21 then
		local power = format("e%s%02d", point > 0 and "+" or "-", point > 0 and point - 1 or 1 - point)
		return sign .. sub(digits, 1, 1) .. (#digits > 1 and "." .. sub(digits, 2) or "") .. power
	elseif point <= 0 then
		return sign .. "0." .. rep("0", -point) .. digits
	elseif point >= #digits then
		return sign .. digits .. rep("0", point - #digits)
	end
	return sign .. sub(digits, 1, point) .. "." .. sub(digits, point + 1)
end

local function number_text(x)
	if x % 1 == 0 then
		if x < 1e14 and x > -1e14 then
			return format("%.14g", x)
		end
	elseif x < 1e14 and x > 1e-4 or x > -1e14 and x < -1e-4 then
		local shown = format("%.15g", x)
		if tonumber(shown) == x then
			return shown
		end
	end
	return long_number(x)
end
core.number = number_text

-- What a number is in a concatenation of the engine's: itself where both write it alike. Nil for what is no number.
local function textual(x)
	if type(x) ~= "number" then
		return nil
	elseif x % 1 ~= 0 or x >= 1e14 or x <= -1e14 then
		return number_text(x)
	end
	return x
end

function core.text(x)
	return textual(x) or x
end

-- Concatenation -------------------------------------------------------------------------------------------------------

local function concatenating(x)
	if type(x) == "table" then
		local meta = real_metatable(x)
		return meta and rawget(meta, "__concat")
	end
end

-- Two operands of a chain, for the caller's caller's caller.
local function joined(a, b)
	local left = type(a) == "string" and a or textual(a)
	local right = type(b) == "string" and b or textual(b)
	if left and right then
		return left .. right
	end
	local method = concatenating(a)
	if method == nil then
		method = concatenating(b)
	end
	if method == nil then
		error("attempt to concatenate " .. core.typeof(a) .. " with " .. core.typeof(b), 4)
	elseif type(method) ~= "function" and core.uncallable(method) then
		error("attempt to call a " .. core.typeof(method) .. " value", 4)
	end
	return (operate(5, method, a, b))
end

-- A chain with something else than texts and numbers in it, from right to left.
local function joined_all(items, count)
	local result = items[count]
	for index = count - 1, 1, -1 do
		result = joined(items[index], result)
	end
	return result
end

local CHAIN = [[
local type, number_text, joined_all = ...
return function($given)
	local $texts = $given
	$convert
	if $all then
		return $joined
	end
	return (joined_all({ $given }, $count))
end]]
local OPERAND = [[
local kind = type($x)
	if kind == "number" then
		if $x % 1 ~= 0 or $x >= 1e14 or $x <= -1e14 then
			$t = number_text($x)
		end
	elseif kind ~= "string" then
		$t = nil
	end
]]

-- For a chain of such a form, as "tot": what is a text for sure, another operand, a text.
local function chain_of(form)
	local given, texts, convert, sure = {}, {}, {}, {}
	for index = 1, #form do
		given[index], texts[index] = "x" .. index, "t" .. index
		if sub(form, index, index) == "o" then
			convert[#convert + 1] = gsub(OPERAND, "%$(%a)", { x = given[index], t = texts[index] })
			sure[#sure + 1] = texts[index]
		end
	end
	local code = gsub(CHAIN, "%$(%a+)", {
		given = concat(given, ", "),
		texts = concat(texts, ", "),
		convert = concat(convert),
		all = concat(sure, " and "),
		joined = concat(texts, " .. "),
		count = #form,
	})
	return load(code, "=[C]")(type, number_text, joined_all)
end

setmetatable(core, {
	__index = function(_, name)
		local form = match(name, "^cat_([ot]+)$")
		if form then
			local chain = chain_of(form)
			core[name], core.transparent[chain] = chain, true
			return chain
		end
	end,
})

function core.cat(items, count)
	local texts = {}
	for index = 1, count do
		local item = items[index]
		texts[index] = type(item) == "string" and item or textual(item)
		if not texts[index] then
			return (joined_all(items, count))
		end
	end
	return concat(texts)
end

-- Kinds and words -----------------------------------------------------------------------------------------------------

-- Objects that programs see as userdata are tables whose metatable is registered here with what `typeof` says of them.
local tags = setmetatable({}, { __mode = "k" })
local kinds = setmetatable({}, { __mode = "k" })

function core.userdata(metatable, name, kind)
	tags[metatable], kinds[metatable] = name, kind or "userdata"
end

function core.type(x)
	local kind = type(x)
	if kind == "table" then
		local metatable = real_metatable(x)
		return metatable and kinds[metatable] or kind
	end
	return kind
end

function core.typeof(x)
	local kind = type(x)
	if kind == "table" then
		local metatable = real_metatable(x)
		return metatable and tags[metatable] or kind
	end
	return kind
end

function core.tostring(x)
	local kind = type(x)
	if kind == "string" then
		return x
	elseif kind == "number" then
		return number_text(x)
	end
	local meta = real_metatable(x)
	local method = meta and rawget(meta, "__tostring")
	if method == nil then
		local named = meta and kinds[meta]
		return named and named .. sub(tostring(x), 6) or tostring(x)
	end
	local shown = operate(0, method, x)
	if type(shown) == "number" then
		return number_text(shown)
	elseif type(shown) ~= "string" then
		core.fail("'__tostring' must return a string")
	end
	return shown
end

-- In a backtick string: on its own, so that an error in a __tostring is not one level off.
core.str = core.tostring

function core.strs(pieces, count)
	for index = 1, count do
		pieces[index] = core.tostring(pieces[index])
	end
	return concat(pieces, "", 1, count)
end

local function key_words(key)
	return type(key) == "string" and "'" .. key .. "'" or core.typeof(key)
end

local OPERATIONS = {
	__add = "add",
	__sub = "sub",
	__mul = "mul",
	__div = "div",
	__mod = "mod",
	__pow = "pow",
	__unm = "unm",
	__idiv = "idiv",
}

local function arithmetic_words(name, a, b)
	local left, right = core.typeof(a), core.typeof(b)
	if name == "unm" or left == right then
		return "attempt to perform arithmetic (" .. name .. ") on " .. left
	end
	return "attempt to perform arithmetic (" .. name .. ") on " .. left .. " and " .. right
end

-- The engine asks the left operand's metatable first; the right one's own method is still owed.
local function right_method(a, b, event)
	local kind = type(b)
	if kind == "table" or kind == "userdata" then
		local meta = real_metatable(b)
		return meta and rawget(meta, event)
	end
end

-- What a text is worth in arithmetic, where the engine's own reading has failed.
local function worth(x)
	local kind = type(x)
	return kind == "number" and x or kind == "string" and core.read(x) or nil
end

local COMPUTE = {
	__add = function(a, b)
		return a + b
	end,
	__sub = function(a, b)
		return a - b
	end,
	__mul = function(a, b)
		return a * b
	end,
	__div = function(a, b)
		return a / b
	end,
	__mod = function(a, b)
		return a % b
	end,
	__pow = function(a, b)
		return a ^ b
	end,
	__unm = function(a)
		return -a
	end,
	__idiv = function(a, b)
		return floor(a / b)
	end,
}

local function arithmetic(event, name)
	local compute = COMPUTE[event]
	return function(a, b)
		local method = right_method(a, b, event)
		if method ~= nil then
			return method(a, b)
		end
		local left, right = worth(a), worth(b)
		if left and right then
			return compute(left, right)
		end
		error(arithmetic_words(name, a, b), 2)
	end
end

local function ordering(sign)
	return function(a, b)
		error("attempt to compare " .. core.typeof(a) .. " " .. sign .. " " .. core.typeof(b), 2)
	end
end

local METHODS = {
	__index = function(value, key)
		error("attempt to index " .. core.typeof(value) .. " with " .. key_words(key), 2)
	end,
	__newindex = function(value, key)
		error("attempt to index " .. core.typeof(value) .. " with " .. key_words(key), 2)
	end,
	__len = function(value)
		error("attempt to get length of a " .. core.typeof(value) .. " value", 2)
	end,
	__call = function(value, object)
		local info = value == nil and call_info(1, "n")
		if info and info.namewhat == "method" then
			error("attempt to call missing method '" .. info.name .. "' of " .. core.typeof(object), 2)
		end
		error("attempt to call a " .. core.typeof(value) .. " value", 2)
	end,
	__lt = ordering("<"),
	__le = ordering("<="),
}
for event, name in next, OPERATIONS do
	METHODS[event] = arithmetic(event, name)
end

core.metatables = {}
local SAMPLES =
	{ ["nil"] = false, boolean = true, number = 0, string = "", ["function"] = print, thread = coroutine.create(print) }
for kind, sample in next, SAMPLES do
	if kind == "nil" then
		sample = nil
	end
	local meta = { __metatable = "The metatable is locked" }
	for event, method in next, METHODS do
		meta[event] = method
	end
	if kind == "string" then
		meta.__index, meta.__len = string, nil
	elseif kind == "function" then
		meta.__call = nil
	end
	set_real_metatable(sample, meta)
	core.metatables[kind] = meta
end

-- Places ---------------------------------------------------------------------------------------------------------------
-- Chunks have short names that no text of a program has, so a position that the engine wrote is known by its looks. Behind
-- each chunk's code stands what the lines of it are to the author, and which operation can fail in them.

local OPERATION_NAMES = { "add", "sub", "mul", "div", "mod", "pow", "unm", "<", "<=" }
local chunks, chunk_count = {}, 0

function core.chunk(name, code)
	chunk_count = chunk_count + 1
	local id = "\1@" .. chunk_count
	local chunk = { name = name, code = code }
	chunks[id], chunks["=" .. id] = chunk, chunk
	return "=" .. id
end

function core.place(source, line)
	local chunk = chunks[source]
	if not chunk then
		return sub(source, 2), line
	end
	if not chunk.lines then
		chunk.lines, chunk.names = match(chunk.code, "%-%-([0-o]*)([^\n]*)$")
	end
	local a, b, c, d, e = byte(chunk.lines or "", 5 * line - 4, 5 * line)
	if not e then
		return chunk.name, line
	end
	local packed = ((((a - 48) * 64 + b - 48) * 64 + c - 48) * 64 + d - 48) * 64 + e - 48
	local operation = packed % 16
	return chunk.name, (packed - operation) / 16, OPERATION_NAMES[operation]
end
local place = core.place

function core.code(source)
	local chunk = chunks[source]
	return chunk and chunk.code or ""
end

-- The name that the function which begins in a line was written with, or "".
function core.functionName(source, line)
	place(source, line)
	local chunk = chunks[source]
	return chunk and match(chunk.names or "", " " .. line .. ":([%w_]+)") or ""
end

-- What is left to the engine's own words: both operands plain tables, and mixed comparisons on LuaJIT.

local function comparison_words(operation, left, right)
	return "attempt to compare " .. left .. " " .. (operation or "<") .. " " .. right
end

local function our_words(message, operation)
	local kind = match(message, "^attempt to perform arithmetic on .-(%a+) value%)?$")
	if kind then
		return "attempt to perform arithmetic (" .. (operation or "add") .. ") on " .. kind
	end
	kind = match(message, "^attempt to compare two (%a+) values$")
	if kind then
		return comparison_words(operation, kind, kind)
	end
	local left, right = match(message, "^attempt to compare (%w+) with (%w+)$")
	if left then
		return comparison_words(operation, left, right)
	end
	kind = match(message, "^attempt to call .-%(a (%a+) value%)$") or match(message, "^attempt to call a (%a+) value$")
	if kind then
		return "attempt to call a " .. kind .. " value"
	end
	if find(message, "^attempt to yield across .*C%-call boundary$") then
		return "attempt to yield across metamethod/C-call boundary"
	end
	if message == "loop in gettable" or message == "loop in settable" then
		return "'__" .. (message == "loop in gettable" and "index" or "newindex") .. "' chain too long; possible loop"
	end
	if find(message, "stack overflow", 1, true) == 1 then
		return "stack overflow"
	end
	return message
end

-- An error value as Luau would have it.
function core.words(problem)
	if type(problem) ~= "string" then
		return problem
	end
	local id, line, message = match(problem, "^(\1@%d+):(%d+): (.*)$")
	if not id then
		message = match(problem, "^%[C%]:%d+: (.*)$") -- the core's own code, which compares for `table.sort`
		return message and "[C]:0: " .. our_words(message) or problem
	end
	local name, author_line, operation = place(id, tonumber(line))
	return format("%s:%d: %s", name, author_line, our_words(message, operation))
end
local words = core.words

local function caught(ok, ...)
	if ok then
		return true, ...
	end
	return false, words((...))
end

function core.pcall(f, ...)
	return caught(pcall(f, ...))
end

-- Frozen tables -------------------------------------------------------------------------------------------------------
-- A frozen table keeps its identity but is empty: its fields live in a table behind its metatable, which is a copy of
-- the one it had, marked by a key that no program can hold. A table that is not frozen pays nothing.

local CONTENTS, BEFORE = {}, {}

local function contents(t)
	local meta = real_metatable(t)
	return meta and rawget(meta, CONTENTS) or t
end
core.contents = contents

function core.isfrozen(t)
	if type(t) ~= "table" then
		error("invalid argument #1 to 'isfrozen' (table expected, got " .. core.typeof(t) .. ")", 2)
	end
	return contents(t) ~= t
end

function core.writable(t)
	if contents(t) ~= t then
		error(READONLY, 0)
	end
	return t
end

local function refuse()
	error(READONLY, 2)
end

-- A write of a new key goes to the metatable's `__newindex`, as it does with any table.
local function refuse_own(held, newindex)
	return function(t, key, value)
		if rawget(held, key) ~= nil then
			error(READONLY, 2)
		elseif type(newindex) == "function" then
			return newindex(t, key, value)
		end
		newindex[key] = value
	end
end

local function argument(value, name)
	if core.type(value) ~= "table" then
		error("invalid argument #1 to '" .. name .. "' (table expected, got " .. core.typeof(value) .. ")", 3)
	end
end

function core.freeze(t)
	argument(t, "freeze")
	local before = real_metatable(t)
	if before and rawget(before, CONTENTS) then
		error("invalid argument #1 to 'freeze' (table is already frozen)", 2)
	elseif before and rawget(before, "__metatable") ~= nil then
		error("invalid argument #1 to 'freeze' (table has a protected metatable)", 2)
	end
	local held, meta = {}, {}
	for key, value in next, t do
		held[key] = value
	end
	for key in next, held do
		t[key] = nil
	end
	for event, method in next, before or held do
		if before then
			meta[event] = method
		end
	end
	local index = meta.__index
	if index ~= nil then
		local own = index
		if type(index) == "function" then
			own = function(_, key)
				return index(t, key)
			end
		end
		setmetatable(held, { __index = own })
	end
	local newindex = meta.__newindex
	meta.__index, meta.__newindex, meta.__metatable = held, newindex and refuse_own(held, newindex) or refuse, nil
	meta.__len = meta.__len or function()
		return native_len(held)
	end
	meta[CONTENTS], meta[BEFORE] = held, before
	set_real_metatable(t, meta)
	return t
end

function core.rawget(t, key)
	return rawget(contents(t), key)
end

function core.rawset(t, key, value)
	return rawset(core.writable(t), key, value)
end

function core.rawlen(t)
	return native_len(type(t) == "table" and contents(t) or t)
end

function core.next(t, key)
	if type(t) ~= "table" then
		argument(t, "next")
	end
	return next(contents(t), key)
end

local function own_metatable(x)
	local meta = real_metatable(x)
	if meta and rawget(meta, CONTENTS) then
		return rawget(meta, BEFORE)
	end
	return meta
end

function core.getmetatable(x)
	local meta = own_metatable(x)
	local shown = meta and rawget(meta, "__metatable")
	if shown ~= nil then
		return shown
	end
	return meta
end

-- Lua 5.2 calls the `__gc` of a table whose metatable had it when it was set, wherever it collects; Luau has none.
local function set_without_gc(t, meta)
	local collect = meta and rawget(meta, "__gc")
	if collect == nil then
		set_real_metatable(t, meta) -- LuaJIT answers true, not t
		return t
	end
	rawset(meta, "__gc", nil)
	set_real_metatable(t, meta)
	rawset(meta, "__gc", collect)
	return t
end

-- A metatable that goes into use gets functions that ask first, where the engine would call a program's own too soon: Lua 5.2
-- takes either operand's `__lt`, Luau only one that both share. The same function is always behind the same other.
local asking, behind = setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "k" })

local function ordering_asks(event, sign)
	return function(method)
		return function(a, b)
			local left, right = real_metatable(a), real_metatable(b)
			local one, other = left and rawget(left, event), right and rawget(right, event)
			if (behind[one] or one) ~= (behind[other] or other) then
				error("attempt to compare " .. core.typeof(a) .. " " .. sign .. " " .. core.typeof(b), 2)
			end
			return method(a, b)
		end
	end
end

local ASKS = {}
if ASKS_EITHER then
	ASKS.__lt, ASKS.__le = ordering_asks("__lt", "<"), ordering_asks("__le", "<=")
	function ASKS.__len(method)
		return function(x)
			local count = method(x)
			if type(count) ~= "number" then
				error("'__len' must return a number", 2)
			end
			return count
		end
	end
end

local function ask_first(meta)
	for event, make in next, ASKS do
		local method = rawget(meta, event)
		if type(method) == "function" and behind[method] == nil then
			local ask = asking[method]
			if ask == nil then
				ask = make(method)
				asking[method], behind[ask] = ask, method
				core.transparent[ask] = true
			end
			rawset(meta, event, ask)
		end
	end
end

-- Most tables get their first metatable, and a plain one: that path is all that LuaJIT must compile.
function core.setmetatable(t, meta)
	if type(t) == "table" and type(meta) == "table" and getmetatable(t) == nil then
		local above = getmetatable(meta)
		local plain = above == nil and meta.__gc == nil
		if plain and (not ASKS_EITHER or meta.__lt == nil and meta.__le == nil and meta.__len == nil) then
			return setmetatable(t, meta)
		elseif above == nil or type(above) == "table" and tags[above] == nil then
			ask_first(meta)
			return set_without_gc(t, meta)
		end
	end
	argument(t, "setmetatable")
	if meta ~= nil and core.type(meta) ~= "table" then
		error("invalid argument #2 to 'setmetatable' (nil or table expected, got " .. core.typeof(meta) .. ")", 2)
	end
	if meta ~= nil then
		ask_first(contents(meta))
	end
	local before = real_metatable(core.writable(t))
	if before and rawget(before, "__metatable") ~= nil then
		error("cannot change a protected metatable", 0)
	end
	return set_without_gc(t, meta)
end

core.tonumber, core.read = tonumber, tonumber

function core.pairs(t)
	if type(t) ~= "table" then
		error("invalid argument #1 to 'pairs' (table expected, got " .. core.typeof(t) .. ")", 2)
	end
	return next, contents(t), nil
end

local function next_item(t, index)
	index = index + 1
	local value = t[index]
	if value ~= nil then
		return index, value
	end
end

function core.ipairs(t)
	if type(t) ~= "table" then
		error("invalid argument #1 to 'ipairs' (table expected, got " .. core.typeof(t) .. ")", 2)
	end
	return next_item, t, 0
end

function core.lt(a, b)
	return a < b
end

function core.drop(_, ...)
	return ...
end

function core.clone(t)
	local copy = {}
	for key, value in next, contents(t) do
		copy[key] = value
	end
	return set_without_gc(copy, own_metatable(t))
end

core.sealed = core.freeze

-- Constructs ----------------------------------------------------------------------------------------------------------

function core.uncallable(value)
	local meta = real_metatable(value)
	local call = meta and rawget(meta, "__call")
	return call == nil or call == METHODS.__call
end
local uncallable = core.uncallable

local function iterate_special(f, s, c)
	local meta = real_metatable(f)
	local method = meta and rawget(meta, "__iter")
	if method ~= nil then
		if type(method) ~= "function" and uncallable(method) then
			error("attempt to call a " .. core.typeof(method) .. " value", 3)
		end
		f, s, c = operate(4, method, f)
		if f == nil then
			error("attempt to call a nil value", 3)
		end
		return f, s, c
	elseif not uncallable(f) then
		return f, s, c
	elseif core.type(f) == "table" then
		return next, contents(f)
	end
	error("attempt to iterate over a " .. core.typeof(f) .. " value", 3)
end

function core.iter(f, s, c)
	local kind = type(f)
	if kind == "function" then
		return f, s, c
	elseif kind == "table" and getmetatable(f) == nil then
		return next, f
	elseif kind == "table" or kind == "userdata" then
		local g, state, control = iterate_special(f, s, c)
		return g, state, control
	end
	error("attempt to iterate over a " .. core.typeof(f) .. " value", 2)
end

function core.steady(is_next, f, s, c)
	if c ~= nil or type(s) ~= "table" or not (is_next or f == next) then
		return f, s, c
	end
	local keys, count, at = {}, 0, 0
	local key = f(s, nil)
	while key ~= nil do
		count = count + 1
		keys[count] = key
		key = f(s, key)
	end
	return function()
		while at < count do
			at = at + 1
			local value = core.rawget(s, keys[at])
			if value ~= nil then
				return keys[at], value
			end
		end
	end
end

local function floor_divide(a, b)
	local left, right = type(a), type(b)
	local method = (left == "table" or left == "userdata") and right_method(b, a, "__idiv")
		or right_method(a, b, "__idiv")
	if method then
		return (operate(4, method, a, b))
	end
	local dividend, divisor = worth(a), worth(b)
	if dividend and divisor then
		return floor(dividend / divisor)
	end
	error(arithmetic_words("idiv", a, b), 3)
end

-- For operands that are numbers for sure.
core.floor = floor

function core.idiv(a, b)
	if type(a) == "number" and type(b) == "number" then
		local quotient = a / b
		local rest = quotient % 1
		if rest == rest then
			return quotient - rest -- exact, and without the call; an infinite quotient has no rest
		end
		return floor(quotient)
	end
	local result = floor_divide(a, b)
	return result
end

function core.len(x)
	local kind = type(x)
	if kind == "string" then
		return #x
	end
	local meta = real_metatable(x)
	local method = meta and rawget(meta, "__len")
	if method == METHODS.__len or kind ~= "table" and method == nil then
		error("attempt to get length of a " .. core.typeof(x) .. " value", 2)
	elseif method == nil then
		return #x
	end
	local count = operate(3, method, x)
	if kind == "table" and type(count) ~= "number" then
		error("'__len' must return a number", 2)
	end
	return count
end

function core.id(...)
	return ...
end

if jit then
	local new = require("table.new")

	function core.extended(t, position, ...)
		local count, given, keys = select("#", ...), { ... }, 0
		if t == nil and #given == count then
			return given
		end
		for _ in next, t or {} do
			keys = keys + 1
		end
		local made = new(position + count, keys) -- with room for exactly these it is as long as its last item says
		for key, value in next, t or {} do
			made[key] = value
		end
		for index = 1, count do
			made[position + index] = given[index]
		end
		return made
	end
end

local NIL, FALSE = {}, {}

function core.some(x)
	if x == nil then
		return NIL
	end
	return x or FALSE
end

function core.plain(x)
	if x == NIL then
		return nil
	elseif x == FALSE then
		return false
	end
	return x
end

-- The loop that Lua 5.2 runs otherwise: it takes the step from the first value and adds it again, which need not give that.
function core.range(first, last, step)
	local value
	return function()
		value = value and value + step or first
		if step > 0 and value <= last or step <= 0 and value >= last then
			return value
		end
	end
end

function core.bound(x, what)
	if type(x) == "number" then
		return x
	end
	local number = type(x) == "string" and core.read(x)
	if number then
		return number
	end
	error("invalid 'for' " .. what .. " (number expected, got " .. core.typeof(x) .. ")", 2)
end

-- LuaJIT runs a loop with step +0 for ever; with -0 it runs as Luau's does.
function core.step(x)
	if x == 0 then
		return -0.0
	end
	return x
end

local function callable(method, object, name)
	if method == nil then
		error("attempt to call missing method '" .. name .. "' of " .. core.typeof(object), 3)
	end
	if uncallable(method) then
		error("attempt to call a " .. core.typeof(method) .. " value", 3)
	end
	return method
end

function core.method(object, name, ...)
	local kind = type(object)
	if kind ~= "table" and kind ~= "string" then
		error("attempt to index " .. core.typeof(object) .. " with '" .. name .. "'", 2)
	end
	local method = object[name]
	if type(method) ~= "function" then
		method = callable(method, object, name)
	end
	return method(object, ...)
end

for _, helper in
	next,
	{ operate, core.method, core.idiv, floor_divide, core.len, core.iter, iterate_special, joined, joined_all, core.cat }
do
	core.transparent[helper] = true
end
for _, method in next, METHODS do
	core.transparent[method] = true
end

function core.integer(literal)
	error("integer literals cannot run here yet: " .. literal, 2)
end

return core
