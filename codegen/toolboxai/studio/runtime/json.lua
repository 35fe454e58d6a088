--[[ JSON for the engine's HttpService and settings: `host.encode`, `host.decode`. ]]
local rt = ...
local raw, host, fail, core = rt.raw, rt.host, rt.fail, rt.core
local rawstring, next, floor, tostring, concat = raw.string, raw.next, raw.math.floor, rt.tostring, raw.table.concat
local find, sub, byte, gsub, format, char =
	rawstring.find, rawstring.sub, rawstring.byte, rawstring.gsub, rawstring.format, rawstring.char
local type, tonumber = raw.type, raw.tonumber

local DEEPEST = 1000

local ESCAPES = {
	['"'] = '\\"',
	["\\"] = "\\\\",
	["\b"] = "\\b",
	["\f"] = "\\f",
	["\n"] = "\\n",
	["\r"] = "\\r",
	["\t"] = "\\t",
}

local function escape(c)
	return ESCAPES[c] or format("\\u%04x", byte(c))
end

local function quoted(text)
	if find(text, '[%z\1-\31"\\]') then
		text = gsub(text, '[%z\1-\31"\\]', escape)
	end
	return '"' .. text .. '"'
end

local encode

local function encodeTable(value, out, depth, special)
	local from = core.contents(value)
	local length = rt.rawlen(from)
	if length > 0 or next(from) == nil then
		out[#out + 1] = "["
		for i = 1, length do
			if i > 1 then
				out[#out + 1] = ","
			end
			encode(from[i], out, depth + 1, special)
		end
		out[#out + 1] = "]"
		return
	end
	out[#out + 1] = "{"
	local separator = ""
	for key, item in next, from do
		local kind = type(key)
		if kind ~= "string" and kind ~= "number" then
			fail("Can't convert to JSON")
		end
		out[#out + 1] = separator .. quoted(kind == "number" and tostring(key) or key) .. ":"
		encode(item, out, depth + 1, special)
		separator = ","
	end
	out[#out + 1] = "}"
end

function encode(value, out, depth, special)
	local kind = rt.type(value)
	if kind == "string" then
		out[#out + 1] = quoted(value)
	elseif kind == "number" then
		if value == value and value ~= 1 / 0 and value ~= -1 / 0 then
			out[#out + 1] = tostring(value)
		elseif special then
			out[#out + 1] = value ~= value and "nan" or value > 0 and "inf" or "-inf"
		else
			fail("Can't convert to JSON")
		end
	elseif kind == "boolean" then
		out[#out + 1] = value and "true" or "false"
	elseif kind == "table" then
		if depth > DEEPEST then
			fail("Can't convert to JSON")
		end
		encodeTable(value, out, depth, special)
	else
		out[#out + 1] = "null"
	end
end

-- With `special`, numbers that JSON has not are written as `inf`, `-inf` and `nan`; without, they are refused.
function host.encode(value, special)
	local out = {}
	encode(value, out, 0, special)
	return concat(out)
end

-- --- reading --------------------------------------------------------------------------------------------------------

local function refuse()
	return fail("Can't parse JSON")
end

local function utf8(code)
	if code < 0x80 then
		return char(code)
	elseif code < 0x800 then
		return char(0xC0 + floor(code / 64), 0x80 + code % 64)
	elseif code < 0x10000 then
		return char(0xE0 + floor(code / 4096), 0x80 + floor(code / 64) % 64, 0x80 + code % 64)
	end
	return char(
		0xF0 + floor(code / 262144),
		0x80 + floor(code / 4096) % 64,
		0x80 + floor(code / 64) % 64,
		0x80 + code % 64
	)
end

local UNESCAPES = {
	['"'] = '"',
	["\\"] = "\\",
	["/"] = "/",
	b = "\b",
	f = "\f",
	n = "\n",
	r = "\r",
	t = "\t",
}

local function unicode(text, i)
	local hex = sub(text, i + 1, i + 4)
	if not find(hex, "^%x%x%x%x$") then
		refuse()
	end
	local code = tonumber(hex, 16)
	if code >= 0xD800 and code < 0xDC00 then
		local low = rawstring.match(text, "^\\u([dD][c-fC-F]%x%x)", i + 5)
		if low then
			return utf8(0x10000 + (code - 0xD800) * 1024 + tonumber(low, 16) - 0xDC00), i + 11
		end
	end
	if code >= 0xD800 and code < 0xE000 then
		refuse() -- half a pair
	end
	return utf8(code), i + 5
end

-- The string that opens at `i`, and the place behind it.
local function readString(text, i)
	local start = i + 1
	local stop = find(text, '["\\%z\1-\31]', start)
	if stop and byte(text, stop) == 34 then
		return sub(text, start, stop - 1), stop + 1
	end
	local parts = {}
	while stop do
		local c = byte(text, stop)
		parts[#parts + 1] = sub(text, start, stop - 1)
		if c == 34 then
			return concat(parts), stop + 1
		elseif c ~= 92 then
			refuse()
		end
		local escaped = sub(text, stop + 1, stop + 1)
		if escaped == "u" then
			parts[#parts + 1], start = unicode(text, stop + 1)
		else
			parts[#parts + 1] = UNESCAPES[escaped] or refuse()
			start = stop + 2
		end
		stop = find(text, '["\\%z\1-\31]', start)
	end
	return refuse()
end

local function skip(text, i)
	return find(text, "[^ \t\r\n]", i) or #text + 1
end

-- A number as JSON writes it, which is less than what Luau reads; and what `encode` writes where JSON has none.
local function readNumber(text, i)
	local start = byte(text, i) == 45 and i + 1 or i
	local sign = start == i and 1 or -1
	local word = rawstring.match(text, "^%l+", start)
	if word == "inf" then
		return sign / 0, start + 3
	elseif word == "nan" and sign == 1 then
		return 0 / 0, start + 3
	end
	local _, last = find(text, "^[1-9]%d*", start)
	last = last or byte(text, start) == 48 and start or refuse()
	if byte(text, last + 1) == 46 then
		_, last = find(text, "^%d+", last + 2)
	end
	if last and find(text, "^[eE]", last + 1) then
		_, last = find(text, "^[-+]?%d+", last + 2)
	end
	return last and tonumber(sub(text, i, last)) or refuse(), last and last + 1
end

local read

local function readArray(text, i, depth)
	local items, count = {}, 0
	i = skip(text, i + 1)
	if byte(text, i) == 93 then
		return items, i + 1
	end
	while true do
		count = count + 1
		items[count], i = read(text, i, depth)
		i = skip(text, i)
		local c = byte(text, i)
		if c == 93 then
			return items, i + 1
		elseif c ~= 44 then
			refuse()
		end
		i = skip(text, i + 1)
	end
end

local function readObject(text, i, depth)
	local object, key = {}, nil
	i = skip(text, i + 1)
	if byte(text, i) == 125 then
		return object, i + 1
	end
	while true do
		if byte(text, i) ~= 34 then
			refuse()
		end
		key, i = readString(text, i)
		i = skip(text, i)
		if byte(text, i) ~= 58 then
			refuse()
		end
		object[key], i = read(text, skip(text, i + 1), depth)
		i = skip(text, i)
		local c = byte(text, i)
		if c == 125 then
			return object, i + 1
		elseif c ~= 44 then
			refuse()
		end
		i = skip(text, i + 1)
	end
end

function read(text, i, depth)
	local c = byte(text, i)
	if depth > DEEPEST then
		refuse()
	elseif c == 34 then
		return readString(text, i)
	elseif c == 123 then
		return readObject(text, i, depth + 1)
	elseif c == 91 then
		return readArray(text, i, depth + 1)
	end
	local word = rawstring.match(text, "^%l+", i)
	if word == "true" then
		return true, i + 4
	elseif word == "false" then
		return false, i + 5
	elseif word == "null" then
		return nil, i + 4
	end
	return readNumber(text, i)
end

function host.decode(text)
	if type(text) ~= "string" then
		rt.argument(1, "JSONDecode", "string", text)
	end
	local value, after = read(text, skip(text, 1), 0)
	if skip(text, after) <= #text then
		refuse()
	end
	return value
end
