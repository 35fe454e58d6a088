--[[ Luau's `buffer`: a fixed number of bytes, one a slot. ]]
local rt = ...
local raw, globals, fail, binary = rt.raw, rt.globals, rt.fail, rt.binary
local setmetatable, getmetatable, rawtype, floor = raw.setmetatable, raw.debug.getmetatable, raw.type, raw.math.floor
local char, byte, concat = raw.string.char, raw.string.byte, raw.table.concat
local toInteger, toNumber, toText = rt.toInteger, rt.toNumber, rt.toText

local buffer = {}
globals.buffer = buffer

local LARGEST = 2 ^ 30
local SIZE = {} -- the key of a buffer's length; its bytes are at 0, 1, ...

local metatable = { __metatable = "The metatable is locked" }
rt.core.userdata(metatable, "buffer", "buffer")

function metatable.__index(_, key)
	fail("attempt to index buffer with '" .. rt.tostring(key) .. "'")
end
metatable.__newindex = metatable.__index

local contents = setmetatable({}, { __mode = "k" })

local function bytesOf(b, n, name)
	return rawtype(b) == "table" and getmetatable(b) == metatable and contents[b] or rt.argument(n, name, "buffer", b)
end

local function checked(bytes, offset, count)
	if offset < 0 or count < 0 or offset + count > bytes[SIZE] then
		fail("buffer access out of bounds")
	end
	return offset
end

local function new(size)
	local made = setmetatable({}, metatable)
	contents[made] = { [SIZE] = size }
	return made, contents[made]
end

function buffer.create(size)
	size = toInteger(size, 1, "create")
	if size < 0 or size > LARGEST then
		rt.refuse(1, "create", "size")
	end
	return (new(size))
end

function buffer.fromstring(text)
	text = toText(text, 1, "fromstring")
	local made, bytes = new(#text)
	for i = 1, #text do
		bytes[i - 1] = byte(text, i)
	end
	return made
end

local function textOf(bytes, offset, count)
	local parts = {}
	for i = 1, count do
		parts[i] = char(bytes[offset + i - 1] or 0)
	end
	return concat(parts)
end

function buffer.tostring(b)
	local bytes = bytesOf(b, 1, "tostring")
	return textOf(bytes, 0, bytes[SIZE])
end

function buffer.len(b)
	return bytesOf(b, 1, "len")[SIZE]
end

local function put(bytes, offset, values)
	for i = 1, #values do
		bytes[offset + i - 1] = values[i]
	end
end

local function take(bytes, offset, size)
	local values = {}
	for i = 1, size do
		values[i] = bytes[offset + i - 1] or 0
	end
	return values
end

for _, kind in raw.ipairs({ "i8", "u8", "i16", "u16", "i32", "u32", "f32", "f64" }) do
	local signed, isFloat, size = kind:find("i") == 1, kind:find("f") == 1, raw.tonumber(kind:match("%d+")) / 8
	local readName, writeName = "read" .. kind, "write" .. kind
	buffer[readName] = function(b, offset)
		local bytes = bytesOf(b, 1, readName)
		offset = checked(bytes, toInteger(offset, 2, readName), size)
		local values = take(bytes, offset, size)
		if isFloat then
			return binary.toFloat(values)
		end
		return binary.toInteger(values, signed)
	end
	buffer[writeName] = function(b, offset, value)
		local bytes = bytesOf(b, 1, writeName)
		offset = checked(bytes, toInteger(offset, 2, writeName), size)
		value = toNumber(value, 3, writeName)
		put(bytes, offset, isFloat and binary.float(value, size) or binary.integer(toInteger(value), size))
	end
end

function buffer.readstring(b, offset, count)
	local bytes = bytesOf(b, 1, "readstring")
	offset, count = toInteger(offset, 2, "readstring"), toInteger(count, 3, "readstring")
	return textOf(bytes, checked(bytes, offset, count), count)
end

function buffer.writestring(b, offset, text, count)
	local bytes = bytesOf(b, 1, "writestring")
	offset, text = toInteger(offset, 2, "writestring"), toText(text, 3, "writestring")
	count = count == nil and #text or toInteger(count, 4, "writestring")
	if count > #text then
		fail("string length overflow")
	end
	checked(bytes, offset, count)
	for i = 1, count do
		bytes[offset + i - 1] = byte(text, i)
	end
end

function buffer.copy(target, to, source, from, count)
	local bytes, others = bytesOf(target, 1, "copy"), bytesOf(source, 3, "copy")
	to, from = toInteger(to, 2, "copy"), from == nil and 0 or toInteger(from, 4, "copy")
	count = count == nil and others[SIZE] - from or toInteger(count, 5, "copy")
	checked(others, from, count)
	checked(bytes, to, count)
	put(bytes, to, take(others, from, count))
end

function buffer.fill(b, offset, value, count)
	local bytes = bytesOf(b, 1, "fill")
	offset, value = toInteger(offset, 2, "fill"), toInteger(value, 3, "fill") % 256
	count = count == nil and bytes[SIZE] - offset or toInteger(count, 4, "fill")
	checked(bytes, offset, count)
	for i = offset, offset + count - 1 do
		bytes[i] = value
	end
end

local function bits(offset, count)
	if count < 0 or count > 32 then
		fail("bit count is out of range of [0; 32]")
	end
	return floor(offset / 8), offset % 8
end

function buffer.readbits(b, offset, count)
	local bytes = bytesOf(b, 1, "readbits")
	offset, count = toInteger(offset, 2, "readbits"), toInteger(count, 3, "readbits")
	local first, shift = bits(offset, count)
	local size = raw.math.ceil((shift + count) / 8)
	return floor(binary.toInteger(take(bytes, checked(bytes, first, size), raw.math.max(size, 1))) / 2 ^ shift) % 2 ^ count
end

function buffer.writebits(b, offset, count, value)
	local bytes = bytesOf(b, 1, "writebits")
	offset, count = toInteger(offset, 2, "writebits"), toInteger(count, 3, "writebits")
	local first, shift = bits(offset, count)
	local size = raw.math.ceil((shift + count) / 8)
	local before = binary.toInteger(take(bytes, checked(bytes, first, size), raw.math.max(size, 1)))
	local old = floor(before / 2 ^ shift) % 2 ^ count
	put(bytes, first, binary.integer(before + (toInteger(value, 4, "writebits") % 2 ^ count - old) * 2 ^ shift, size))
end
