// The real Luau compiler and VM behind JSON lines: one request a line on stdin, one answer a line on stdout.
import { createInterface } from "node:readline"
import { pathToFileURL } from "node:url"
import { join } from "node:path"

const { LuauState } = await import(pathToFileURL(join(process.argv[2], "luau-web", "src", "index.js")))

// Runs in Luau: values become JSON text whose strings hold one character a byte, so that nothing is lost on the way.
const DRIVER = `
local function text(s)
	return '"' .. string.gsub(s, '[%c"\\\\\\128-\\255]', function(c) return string.format("\\\\u%04x", string.byte(c)) end) .. '"'
end
local function number(n)
	if n ~= n then return '{"number":"nan"}' end
	if n == math.huge then return '{"number":"inf"}' end
	if n == -math.huge then return '{"number":"-inf"}' end
	if n == 0 and 1 / n < 0 then return '{"number":"-0"}' end
	return string.format("%.17g", n)
end
local encode
local function encodeTable(t, seen)
	if seen[t] then return '{"cycle":true}' end
	seen[t] = true
	local items = {}
	for k, v in next, t do
		table.insert(items, "[" .. encode(k, seen) .. "," .. encode(v, seen) .. "]")
	end
	table.sort(items)
	seen[t] = nil
	return '{"table":[' .. table.concat(items, ",") .. "]}"
end
encode = function(v, seen)
	local kind = type(v)
	if kind == "nil" then return "null" end
	if kind == "boolean" then return tostring(v) end
	if kind == "number" then return number(v) end
	if kind == "string" then return text(v) end
	if kind == "table" then return encodeTable(v, seen) end
	return '{"opaque":' .. text(typeof(v)) .. "}"
end
local function pack(first, ...)
	local n = select("#", ...)
	local items = table.create(n)
	for i = 1, n do items[i] = encode((select(i, ...)), {}) end
	return first, "[" .. table.concat(items, ",") .. "]"
end
return function(put)
	local lines = {}
	put(function(...)
		local parts = {}
		for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
		table.insert(lines, text(table.concat(parts, "\\t")))
	end)
	return function(chunk)
		local ok, values = pack(pcall(chunk))
		return '{"ok":' .. tostring(ok) .. ',"values":' .. values .. ',"prints":[' .. table.concat(lines, ",") .. "]}"
	end
end
`

// The compiler's messages begin with the chunk's name, which the caller did not choose.
const said = (fault) => String(fault.message ?? fault).replace(/^\[string "source"\]:/, "")

const checker = await LuauState.createAsync()

function compile(source) {
    const loaded = checker.loadstring(source, "source", false)
    return typeof loaded === "string" ? { accepted: false, message: said(loaded) } : { accepted: true, message: "" }
}

// No state is destroyed: luau-web 1.4 then fails in every later one. The caller renews this process now and then.
async function run(source, name) {
    const state = await LuauState.createAsync()
    const prepare = (await state.loadstring(DRIVER, "driver", true)())[0]
    const put = state.loadstring("print = ...", "put", true)
    const execute = (await prepare(put))[0]
    const chunk = state.loadstring(source, name, false)
    if (typeof chunk === "string") return { compiled: false, message: said(chunk) }
    return { compiled: true, ...JSON.parse((await execute(chunk))[0]) }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const request = JSON.parse(line)
    let answer
    try {
        answer = request.run ? await run(request.source, request.name) : compile(request.source)
    } catch (fault) {
        answer = { fault: said(fault) }
    }
    process.stdout.write(JSON.stringify(answer) + "\n")
}
