--[[ The host table of the engine: loading, output, network, facts, JSON and settings; functions only. ]]
local rt = ...
local raw, host, py, fail, core = rt.raw, rt.host, rt.py, rt.fail, rt.core
local type, pairs, tostring = raw.type, raw.pairs, raw.tostring

core.read = rt.tonumber

-- The libraries as programs get them: what all share is nobody's to change.
local sealed = {}

local function library(value)
	if type(value) ~= "table" or value == rt.globals._G or value == rt.globals.shared then
		return value
	elseif not sealed[value] then
		sealed[value] = core.freeze(core.clone(value))
	end
	return sealed[value]
end

-- A fresh environment: a program may write to its own only.
function rt.environment()
	local env = {}
	for name, value in raw.next, rt.globals do
		env[name] = library(value)
	end
	return env
end

-- `code` is lowered text, compiled as `name` with its globals in `env`; returns its function or nil and why not.
function rt.compile(code, name, env)
	env = env or rt.environment()
	local source = core.chunk(name, code)
	local chunk, message = raw.load(code, source, "t", env)
	if not chunk then
		return nil, rt.translate(message)
	end
	rt.environments[source] = env
	local function loaded(...)
		return chunk(core, ...)
	end
	rt.chunks[loaded] = chunk
	return loaded
end

-- A compiled chunk in a form that need not be compiled again, where the engine has one.
rt.again = raw.string.dump and function(loaded)
	return raw.string.dump(rt.chunks[loaded])
end

function rt.compiledAgain(again, env)
	local chunk = raw.load(again, "=again", "b", env)
	return function(...)
		return chunk(core, ...)
	end
end

function host.load(source, name, env)
	local code, message = py.lower(source, name)
	if not code then
		return nil, message
	end
	return rt.compile(code, name, env)
end

function host.unix()
	return py.epoch + host.now()
end

function host.emit(kind, text, traceback)
	rt.emit(kind, text, traceback)
end

local function facts(kind)
	local known = {}
	return function(name)
		local found = known[name]
		if found == nil then
			local text = py.facts(kind, name)
			found = text and raw.load(text, "=facts", "t", {})() or false
			known[name] = found
		end
		return found or nil
	end
end
host.class, host.enum, host.datatype = facts("class"), facts("enum"), facts("datatype")
host.names = facts("names")

function host.setting(key, ...)
	if raw.select("#", ...) == 0 then
		local text = py.setting(key)
		return text and host.decode(text)
	end
	local value = ...
	py.set_setting(key, value ~= nil and host.encode(value) or nil)
	return value
end

-- JSON of trees as a model file, and back; other conversions of bytes. Nil and why where it cannot be done.
function host.serialize(text)
	return py.serialize(text)
end

function host.deserialize(bytes)
	local text, why = py.deserialize(bytes)
	return text, why
end

function host.convert(kind, bytes, level)
	local converted, why = py.convert(kind, bytes, level or 0)
	return converted, why
end

-- What all servers of the experience share: texts by key.
function host.kept(key)
	return py.kept(key)
end

function host.keep(key, text)
	py.keep(key, text)
end

function host.keptUnder(prefix)
	local keys = {}
	for key in raw.string.gmatch(py.kept_under(prefix), "[^\n]+") do
		keys[#keys + 1] = key
	end
	return keys
end

local function own(handler)
	local peer = rt.peer
	return peer and function(...)
		return host.within(peer, handler, ...)
	end or handler
end

-- Messages between those servers; this one hears its own too.
function host.publish(text)
	py.publish(text)
end

function host.listen(handler)
	py.listen()
	rt.boxes[#rt.boxes + 1] = own(function(text)
		host.spawn(handler, text)
	end)
end

local function pairsOfHeaders(headers)
	local lines = {}
	for name, value in pairs(headers or {}) do
		name, value = tostring(name), tostring(value)
		if raw.string.find(name .. value, "[\r\n%z]") then
			fail('Header "' .. name .. '" has a line break')
		end
		lines[#lines + 1] = name .. "\n" .. value
	end
	return raw.table.concat(lines, "\n")
end

local count = 0
local function await(handler)
	count = count + 1
	rt.pending[count] = own(handler)
	return count
end

local function headersOf(text)
	local headers = {}
	for name, value in raw.string.gmatch(text, "([^\n]+)\n([^\n]*)\n?") do
		headers[name] = headers[name] and headers[name] .. ", " .. value or value
	end
	return headers
end

-- `options`: Url, Method, Headers, Body, Timeout (seconds). `resume` gets Success, StatusCode, StatusMessage, Headers
-- and Body; where there was no answer at all, Success is false, StatusCode 0 and StatusMessage says why.
function host.request(options, resume)
	local id
	id = await(function(status, reason, headers, body)
		rt.pending[id] = nil
		host.spawn(resume, {
			Success = status >= 200 and status < 300,
			StatusCode = status,
			StatusMessage = reason,
			Headers = headersOf(headers),
			Body = body,
		})
	end)
	py.request(
		id,
		options.Method or "GET",
		options.Url,
		pairsOfHeaders(options.Headers),
		options.Body or "",
		options.Timeout or 0
	)
end

-- `on_event`: ("open", status, headers), ("message", text), ("error", status, message), ("close", code, reason).
-- The last event is always "error" or "close".
function host.socket(url, headers, on_event)
	local id
	id = await(function(kind, a, b)
		if kind == "error" or kind == "close" then
			rt.pending[id] = nil
		elseif kind == "open" then
			b = headersOf(b)
		end
		host.spawn(on_event, kind, a, b)
	end)
	py.socket(id, url, pairsOfHeaders(headers))
	return {
		send = function(text)
			return rt.pending[id] ~= nil and py.send(id, text)
		end,
		close = function()
			py.close(id)
		end,
	}
end
