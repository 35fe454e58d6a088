--[[ Luau's `buffer`: a fixed number of bytes, one a slot. ]]
local rt = ...
local raw, globals, fail, binary, wrong = rt.raw, rt.globals, rt.fail, rt.binary, rt.wrong
local setmetatable, getmetatable, rawtype, rawerror, floor, select =
	raw.setmetatable, raw.debug.getmetatable, raw.type, raw.error, raw.math.floor, raw.select
local char, byte, concat, unpack = raw.string.char, raw.string.byte, raw.table.concat, raw.unpack
local toInteger, toNumber, toText = rt.toInteger, rt.toNumber, rt.toText

local buffer = {}
globals.buffer = buffer

local LARGEST = 2 ^ 30
-- What a buffer keeps its bytes behind: keys that no program can write.
local BYTES, SIZE = {}, {}

local metatable = rt.opaque({ __metatable = false })
rt.core.userdata(metatable, "buffer", "buffer")

local function isBuffer(value)
	return rawtype(value) == "table" and getmetatable(value) == metatable
end

-- The bytes of the n-th argument, at 0, 1, ...; a byte never written to is nil, and means 0.
local function bytesOf(n, name, ...)
	local b = select(n, ...)
	return isBuffer(b) and b[BYTES] or wrong(n, name, "buffer", ...)
end

local function checked(bytes, offset, count)
	if offset < 0 or count < 0 or offset + count > bytes[SIZE] then
		fail("buffer access out of bounds")
	end
	return offset
end

local function new(size)
	local bytes = { [SIZE] = size }
	return setmetatable({ [BYTES] = bytes }, metatable), bytes
end

function buffer.create(...)
	local size = toInteger(1, "create", ...)
	if size < 0 then
		rt.refuse(1, "create", "size")
	elseif size > LARGEST then
		rawerror("memory allocation error: block too big", 0)
	end
	return (new(size))
end

local function write(bytes, offset, text, count)
	for i = 1, count - 3, 4 do
		local at = offset + i - 1
		bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3] = byte(text, i, i + 3)
	end
	for i = count - count % 4 + 1, count do
		bytes[offset + i - 1] = byte(text, i)
	end
end

function buffer.fromstring(...)
	local text = toText(1, "fromstring", ...)
	local made, bytes = new(#text)
	write(bytes, 0, text, #text)
	return made
end

local RUN = 128 -- bytes made to text at once

local function textOf(bytes, offset, count)
	local parts = {}
	for from = offset, offset + count - 1, RUN do
		local run, last = {}, from + RUN - 1
		if last > offset + count - 1 then
			last = offset + count - 1
		end
		for i = from, last do
			run[i - from + 1] = bytes[i] or 0
		end
		parts[#parts + 1] = char(unpack(run))
	end
	return concat(parts)
end

function buffer.tostring(...)
	local bytes = bytesOf(1, "tostring", ...)
	return textOf(bytes, 0, bytes[SIZE])
end

function buffer.len(...)
	return bytesOf(1, "len", ...)[SIZE]
end

-- --- numbers --------------------------------------------------------------------------------------------------------

local function get16(bytes, at)
	return (bytes[at] or 0) + (bytes[at + 1] or 0) * 0x100
end

local function get32(bytes, at)
	return (bytes[at] or 0)
		+ (bytes[at + 1] or 0) * 0x100
		+ (bytes[at + 2] or 0) * 0x10000
		+ (bytes[at + 3] or 0) * 0x1000000
end

local function put16(bytes, at, value)
	local low = value % 0x100
	bytes[at], bytes[at + 1] = low, (value - low) / 0x100 % 0x100
end

local function put32(bytes, at, value)
	local a, b, c = value % 0x100, value % 0x10000, value % 0x1000000
	bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3] =
		a, (b - a) / 0x100, (c - b) / 0x10000, (value - c) / 0x1000000
end

local READ = {
	u8 = function(bytes, at)
		return bytes[at] or 0
	end,
	i8 = function(bytes, at)
		local value = bytes[at] or 0
		return value < 0x80 and value or value - 0x100
	end,
	u16 = get16,
	i16 = function(bytes, at)
		local value = get16(bytes, at)
		return value < 0x8000 and value or value - 0x10000
	end,
	u32 = get32,
	i32 = function(bytes, at)
		local value = get32(bytes, at)
		return value < 0x80000000 and value or value - 0x100000000
	end,
	f32 = function(bytes, at)
		return binary.toSingle(get32(bytes, at))
	end,
	f64 = function(bytes, at)
		return binary.toDouble(get32(bytes, at + 4), get32(bytes, at))
	end,
}

local WRITE = {
	u8 = function(bytes, at, value)
		bytes[at] = binary.word(value) % 0x100
	end,
	u16 = function(bytes, at, value)
		put16(bytes, at, binary.word(value) % 0x10000)
	end,
	u32 = function(bytes, at, value)
		put32(bytes, at, binary.word(value))
	end,
	f32 = function(bytes, at, value)
		put32(bytes, at, binary.single(value))
	end,
	f64 = function(bytes, at, value)
		local high, low = binary.double(value)
		put32(bytes, at, low)
		put32(bytes, at + 4, high)
	end,
}
WRITE.i8, WRITE.i16, WRITE.i32 = WRITE.u8, WRITE.u16, WRITE.u32

for kind, read in raw.pairs(READ) do
	local write_, size = WRITE[kind], raw.tonumber(raw.string.match(kind, "%d+")) / 8
	local readName, writeName = "read" .. kind, "write" .. kind
	buffer[readName] = function(...)
		local b, offset = ...
		local bytes = isBuffer(b) and b[BYTES] or bytesOf(1, readName, ...)
		if rawtype(offset) ~= "number" or offset % 1 ~= 0 then
			offset = toInteger(2, readName, ...)
		end
		return read(bytes, checked(bytes, offset, size))
	end
	buffer[writeName] = function(...)
		local b, offset, value = ...
		local bytes = isBuffer(b) and b[BYTES] or bytesOf(1, writeName, ...)
		if rawtype(offset) ~= "number" or offset % 1 ~= 0 then
			offset = toInteger(2, writeName, ...)
		end
		if rawtype(value) ~= "number" then
			value = toNumber(3, writeName, ...)
		end
		write_(bytes, checked(bytes, offset, size), value)
	end
end

-- --- runs of bytes --------------------------------------------------------------------------------------------------

function buffer.readstring(...)
	local bytes = bytesOf(1, "readstring", ...)
	local offset, count = toInteger(2, "readstring", ...), toInteger(3, "readstring", ...)
	if count < 0 then
		rt.refuse(3, "readstring", "size")
	end
	return textOf(bytes, checked(bytes, offset, count), count)
end

function buffer.writestring(...)
	local bytes = bytesOf(1, "writestring", ...)
	local offset, text, count = toInteger(2, "writestring", ...), toText(3, "writestring", ...), (select(4, ...))
	count = count == nil and #text or toInteger(4, "writestring", ...)
	if count < 0 then
		rt.refuse(4, "writestring", "count")
	elseif count > #text then
		fail("string length overflow")
	end
	write(bytes, checked(bytes, offset, count), text, count)
end

function buffer.copy(...)
	local target, to, source = bytesOf(1, "copy", ...), toInteger(2, "copy", ...), bytesOf(3, "copy", ...)
	local from, count = select(4, ...)
	from = from == nil and 0 or toInteger(4, "copy", ...)
	count = count == nil and source[SIZE] - from or toInteger(5, "copy", ...)
	checked(source, from, count)
	checked(target, to, count)
	local first, last, step = 0, count - 1, 1
	if target == source and to > from then
		first, last, step = last, first, -1
	end
	for i = first, last, step do
		target[to + i] = source[from + i] or 0
	end
end

function buffer.fill(...)
	local bytes, offset = bytesOf(1, "fill", ...), toInteger(2, "fill", ...)
	local value, count = binary.word(toNumber(3, "fill", ...)) % 0x100, (select(4, ...))
	count = count == nil and bytes[SIZE] - offset or toInteger(4, "fill", ...)
	checked(bytes, offset, count)
	for i = offset, offset + count - 1 do
		bytes[i] = value
	end
end

-- The bits of the arguments: the byte that holds the first, how many bits of it come before, and how many are meant.
local function bits(bytes, name, ...)
	local offset, count = toNumber(2, name, ...), toInteger(3, name, ...)
	offset = offset >= 0 and floor(offset) or -floor(-offset)
	if offset ~= offset then
		offset = 0
	end
	if offset < 0 then
		fail("buffer access out of bounds")
	elseif count < 0 or count > 32 then
		fail("bit count is out of range of [0; 32]")
	elseif offset + count > bytes[SIZE] * 8 then
		fail("buffer access out of bounds")
	end
	return floor(offset / 8), offset % 8, count
end

local function gathered(bytes, first, last)
	local value = 0
	for at = last, first, -1 do
		value = value * 256 + (bytes[at] or 0)
	end
	return value
end

function buffer.readbits(...)
	local bytes = bytesOf(1, "readbits", ...)
	local first, before, count = bits(bytes, "readbits", ...)
	local last = first + floor((before + count + 7) / 8) - 1
	return floor(gathered(bytes, first, last) / 2 ^ before) % 2 ^ count
end

function buffer.writebits(...)
	local bytes = bytesOf(1, "writebits", ...)
	toNumber(2, "writebits", ...)
	toInteger(3, "writebits", ...)
	local value = binary.word(toNumber(4, "writebits", ...))
	local first, before, count = bits(bytes, "writebits", ...)
	local last = first + floor((before + count + 7) / 8) - 1
	local whole = gathered(bytes, first, last)
	local old = floor(whole / 2 ^ before) % 2 ^ count
	whole = whole + (value % 2 ^ count - old) * 2 ^ before
	for at = first, last do
		bytes[at] = whole % 256
		whole = floor(whole / 256)
	end
end
