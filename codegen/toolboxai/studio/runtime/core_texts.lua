--[[ The core's texts: numbers as Luau writes them, concatenation, and `tostring`. ]]
local core = ...
local type, error, tonumber, tostring, rawget, setmetatable, load =
	type, error, tonumber, tostring, rawget, setmetatable, load
local format, rep, sub, match, gsub = string.format, string.rep, string.sub, string.match, string.gsub
local concat, real_metatable, operate = table.concat, debug.getmetatable, core.operate

-- Numbers -------------------------------------------------------------------------------------------------------------

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
			core[name] = chain
			core.hide(chain)
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

core.hide(joined, joined_all, core.cat)

-- Any value -----------------------------------------------------------------------------------------------------------

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
		local named = meta and core.kinds[meta]
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
