--[[ Where lowered code stands in the author's, and what the engine says of it in Luau's words.

Chunks have short names that no text of a program has, so a position that the engine wrote is known by its looks. Behind
each chunk's code stands what the lines of it are to the author, and which operation can fail in them.
]]
local core = ...
local type, pcall, tonumber = type, pcall, tonumber
local format, find, sub, match, byte = string.format, string.find, string.sub, string.match, string.byte

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

-- The line that an endless recursion ends in, of a call that a function makes in `line`.
function core.firstCall(source, begins, line)
	local chunk = chunks[source]
	local first = chunk and match(chunk.names or "", " " .. begins .. "/" .. line .. "=(%d+)")
	return first and tonumber(first) or line
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
