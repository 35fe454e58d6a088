--[[ `task` and its clock, which moves only when told.

Order is Roblox's: `spawn` runs at once; what is deferred runs after the current thread yields or ends, in order; a wait
is over in the first step that reaches its due time, and those due together resume in the order they began. ]]
local rt = ...
local raw, host, py, fail = rt.raw, rt.host, rt.py, rt.fail
local create, rawresume, running, yield, status =
	raw.coroutine.create, raw.coroutine.resume, raw.coroutine.running, raw.coroutine.yield, raw.coroutine.status
local type, select, unpack, setmetatable, tostring = raw.type, raw.select, raw.unpack, raw.setmetatable, raw.tostring
local floor = raw.math.floor
local deeper, called, TOO_DEEP = rt.core.deeper, rt.core.called, rt.core.TOO_DEEP

local FRAME = 1 / 60 -- the shortest wait
local EARLY = 1e-9 -- sums of frames miss their due time by rounding

local now = 0
local sequence = 0
local cancelled = setmetatable({}, { __mode = "k" })
rt.cancelled = cancelled

-- Timers: a binary heap by due time, then by sequence.
local heap, size = {}, 0

local function earlier(a, b)
	if a.due ~= b.due then
		return a.due < b.due
	end
	return a.sequence < b.sequence
end

local function push(entry)
	size = size + 1
	local place = size
	while place > 1 do
		local parent = floor(place / 2)
		if not earlier(entry, heap[parent]) then
			break
		end
		heap[place] = heap[parent]
		place = parent
	end
	heap[place] = entry
end

local function pop()
	local top, entry = heap[1], heap[size]
	heap[size] = nil
	size = size - 1
	if size > 0 then
		local place = 1
		while true do
			local child = place * 2
			if child > size then
				break
			end
			if child < size and earlier(heap[child + 1], heap[child]) then
				child = child + 1
			end
			if not earlier(heap[child], entry) then
				break
			end
			heap[place] = heap[child]
			place = child
		end
		heap[place] = entry
	end
	return top
end

-- Each thread inside a thread takes from the C stack, which LuaJIT does not guard.
local DEEPEST = 90
local depth = 0

local function came(before, thread, ok, ...)
	depth = depth - 1
	called(before)
	if not ok then
		return false, rt.compared((...), 0, thread)
	end
	return true, ...
end

local function resume(thread, ...)
	local before = depth < DEEPEST and deeper()
	if not before then
		return false, TOO_DEEP
	end
	depth = depth + 1
	return came(before, thread, rawresume(thread, ...))
end
rt.resume = resume

-- What an error was, as text.
local function describe(message, thread)
	message = rt.translate(message, thread)
	if type(message) == "string" then
		return message
	end
	return (rt.tostring or tostring)(message)
end

-- The latest lines of each side, up to so many letters, and who hears of new ones: for LogService.
local MOST_LETTERS = 200000
local logs = {}

local function logOf(side)
	local log = logs[side]
	if not log then
		log = { first = 1, last = 0, letters = 0 }
		logs[side] = log
	end
	return log
end

local function note(kind, text, traceback)
	local log = logOf(rt.peer or rt)
	log.last, log.letters = log.last + 1, log.letters + #text
	log[log.last] = { kind = kind, text = text, at = now }
	while log.letters > MOST_LETTERS and log.first <= log.last do
		log.letters = log.letters - #log[log.first].text
		log[log.first] = nil
		log.first = log.first + 1
	end
	if log.hear then
		log.hear(kind, text, traceback)
	end
end

function host.lines()
	local log, lines = logOf(rt.peer or rt), {}
	for i = log.first, log.last do
		lines[#lines + 1] = log[i]
	end
	return lines
end

function host.clearLines()
	local log = logOf(rt.peer or rt)
	for i = log.first, log.last do
		log[i] = nil
	end
	log.first, log.letters = log.last + 1, 0
end

function host.hear(handler)
	logOf(rt.peer or rt).hear = handler
end

-- What is said stands under the name of who speaks: `rt.peer`, { name, gone }, which goes with whatever is put off.
function rt.emit(kind, text, traceback)
	local peer = rt.peer
	if peer and peer.hear then
		peer.hear(kind, text, peer.name)
	end
	py.emit(kind, text, traceback or "", now, peer and peer.name)
	note(kind, text, traceback or "")
end

function rt.report(thread, message)
	local traceback = rt.traceback(thread, 0)
	-- The engine's own lines are nobody's business.
	rt.emit("error", describe(message, thread), host.outside and host.outside(traceback) or traceback)
end

local function finish(thread, ok, ...)
	if not ok then
		rt.report(thread, (...))
	end
end

local function run(thread, ...)
	if cancelled[thread] or status(thread) ~= "suspended" then
		return
	end
	finish(thread, resume(thread, ...))
end
rt.run = run

-- Runs what was put off as whoever put it off, who may be gone.
local function runEntry(entry)
	local before, peer = rt.peer, entry.peer
	if peer and peer.gone then
		return
	end
	rt.peer = peer
	run(entry.thread, unpack(entry, 1, entry.count))
	rt.peer = before
end

local function became(before, ok, ...)
	rt.peer = before
	if not ok then
		raw.error((...), 0)
	end
	return ...
end

-- Runs `work`, which does not yield, as `peer`: one of several worlds that share this clock.
function host.within(peer, work, ...)
	if peer.gone then
		return
	end
	local before = rt.peer
	rt.peer = peer
	return became(before, raw.pcall(work, ...))
end

-- Who speaks from here on, where nobody else is named; what was said before is that one's too.
function host.speak(peer)
	if peer and not logs[peer] then
		logs[peer] = logs[rt]
	end
	rt.peer = peer
end

function rt.threadOf(work, name)
	if type(work) == "thread" then
		return work
	elseif type(work) == "function" then
		return create(work)
	end
	return fail("invalid argument #1 to '" .. name .. "' (function or thread expected)")
end
local threadOf = rt.threadOf

function host.now()
	return now
end

function host.spawn(work, ...)
	local thread = threadOf(work, "spawn")
	if status(thread) ~= "suspended" or cancelled[thread] then
		fail("cannot spawn non-suspended coroutine with arguments")
	end
	finish(thread, resume(thread, ...))
	return thread
end

--[[ A thread of the engine's own runs one piece of work after another: nobody else has it, unless the work has asked for
it by `coroutine.running`. Then it ends with that work, as threads do. ]]
local IDLE = {}
local idle, resting = {}, 0
local known = setmetatable({}, { __mode = "k" })
rt.known = known

-- The usual counts go without `...`, at twice the speed.
local function serve(work, count, a, b, c, more)
	local thread = running()
	while true do
		if count == 1 then
			work(a)
		elseif count == 0 then
			work()
		elseif count == 2 then
			work(a, b)
		elseif count == 3 then
			work(a, b, c)
		else
			work(unpack(more, 1, count))
		end
		if known[thread] then
			return
		end
		work, count, a, b, c, more = yield(IDLE)
	end
end

-- Runs a function at once as `spawn` does, in a thread that is nobody's: the way of handlers.
function host.run(work, ...)
	local before = depth < DEEPEST and deeper()
	if not before then
		rt.emit("error", TOO_DEEP)
		return
	end
	local thread
	if resting > 0 then
		thread = idle[resting]
		idle[resting] = nil
		resting = resting - 1
	else
		thread = create(serve)
	end
	depth = depth + 1
	local count = select("#", ...)
	local ok, answer
	if count <= 3 then
		ok, answer = rawresume(thread, work, count, ...)
	else
		ok, answer = rawresume(thread, work, count, nil, nil, nil, { ... })
	end
	depth = depth - 1
	called(before)
	if answer == IDLE then
		resting = resting + 1
		idle[resting] = thread
	elseif not ok then
		rt.report(thread, rt.compared(answer, 0, thread))
	end
end

local function duration(seconds, name)
	if seconds == nil then
		return FRAME
	elseif type(seconds) ~= "number" then
		seconds = rt.tonumber(seconds)
			or fail(
				"invalid argument #1 to '" .. name .. "' (number expected, got " .. rt.globals.typeof(seconds) .. ")"
			)
	end
	-- Not a number is no time at all.
	return seconds > FRAME and seconds or FRAME
end

local function timer(thread, seconds, entry)
	sequence = sequence + 1
	entry.thread, entry.due, entry.sequence, entry.peer = thread, now + seconds, sequence, rt.peer
	push(entry)
	return thread
end

function host.delay(seconds, work, ...)
	seconds = duration(seconds, "delay")
	return timer(threadOf(work, "delay"), seconds, { count = select("#", ...), ... })
end

function host.wait(seconds)
	local thread = rt.running()
	if not thread then
		fail("attempt to yield from outside a coroutine")
	end
	rt.checkYield()
	local started = now
	timer(thread, duration(seconds, "wait"), { count = 0 })
	rt.core.yield()
	return now - started
end

function host.cancel(thread)
	if type(thread) ~= "thread" then
		fail("invalid argument #1 to 'cancel' (thread expected, got " .. rt.globals.typeof(thread) .. ")")
	end
	if thread == rt.running() or rt.stateOf(thread, status(thread)) == "normal" then
		fail("cannot cancel thread")
	end
	cancelled[thread] = true
end

-- Events from outside: Python's threads queue them, a step takes them. The handler has its name in `rt.pending`.
rt.pending = {}
-- Who hears the messages of the experience's other servers; nobody waits for these.
rt.boxes = {}

local function dispatch(id, ...)
	if id == nil then
		return false
	end
	local handlers = id == 0 and rt.boxes or { rt.pending[id] }
	for i = 1, rt.rawlen(handlers) do
		handlers[i](...)
		rt.drain()
	end
	return true
end

-- Moves the clock by `seconds` and runs all that is due, in order of time.
function rt.step(seconds)
	local target = now + seconds
	rt.drain()
	while dispatch(py.poll()) do
	end
	while size > 0 and heap[1].due <= target + EARLY do
		local entry = pop()
		if entry.due > now then
			now = entry.due
		end
		runEntry(entry)
		rt.drain()
	end
	if target > now then
		now = target
	end
end

local function idle(entry)
	return cancelled[entry.thread] or entry.peer and entry.peer.gone or status(entry.thread) == "dead"
end

-- When there is next something to do: the clock's time, or nil for never.
function rt.nextWake()
	if rt.isDeferred() then
		return now
	end
	while size > 0 and idle(heap[1]) do
		pop()
	end
	return size > 0 and heap[1].due or nil
end

-- For Python: runs `work` at once in a thread of its own; says how it ended.
function rt.call(work, ...)
	local thread = create(work)
	local function ended(ok, ...)
		if not ok then
			return "error", describe((...), thread), rt.traceback(thread, 0)
		elseif status(thread) ~= "dead" then
			cancelled[thread] = true
			return "yielded", rt.traceback(thread, 0)
		end
		return "ok", ...
	end
	return ended(resume(thread, ...))
end
rt.status = function(thread)
	return cancelled[thread] and "dead" or status(thread)
end
rt.next = raw.next
