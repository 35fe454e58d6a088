--[[ What is put off until the current thread yields or ends: threads, and the engine's own work between them. ]]
local rt = ...
local raw, host, run, threadOf = rt.raw, rt.host, rt.run, rt.threadOf
local type, select, unpack = raw.type, raw.select, raw.unpack

-- First in first out, as a row of cells: peer, work, how many arguments, and these. One row is filled
-- while another is done.
local queue, last = {}, 0
local batch, first, final = {}, 1, 0
local ROOMY = 256 -- cells that a row keeps for the next time

-- The usual counts without a walk over the arguments.
local function put(work, count, a, b, c, d, ...)
	local at = last
	queue[at + 1], queue[at + 2], queue[at + 3] = rt.peer or false, work, count -- no holes
	queue[at + 4], queue[at + 5], queue[at + 6], queue[at + 7] = a, b, c, d
	for index = 5, count do
		queue[at + 3 + index] = select(index - 4, ...)
	end
	last = at + 3 + count
end

function host.defer(work, ...)
	local thread = threadOf(work, "defer")
	put(thread, select("#", ...), ...)
	return thread
end

-- Has the engine's own `work`, which does not yield, done in the turn of what is deferred.
function host.post(work, ...)
	put(work, select("#", ...), ...)
end

-- What was put off, as whoever put it off, who may be gone.
local function turn(peer, work, ...)
	if peer and peer.gone then
		return
	end
	rt.peer = peer or nil
	if type(work) == "thread" then
		run(work, ...)
	else
		work(...)
	end
end

-- Whether there is a row to do.
local function refill()
	if last == 0 then
		return false
	elseif final > ROOMY then
		batch = {}
	else
		for cell = 1, final do
			batch[cell] = nil
		end
	end
	queue, batch = batch, queue
	first, final, last = 1, last, 0
	return true
end

-- The deferred ones, and those that they defer; the usual counts without `unpack`, which no trace goes through.
local function drain()
	local before = rt.peer
	while first <= final or refill() do
		local row, at = batch, first
		local peer, work, count = row[at], row[at + 1], row[at + 2]
		first = at + 3 + count
		if count == 4 then
			turn(peer, work, row[at + 3], row[at + 4], row[at + 5], row[at + 6])
		elseif count == 3 then
			turn(peer, work, row[at + 3], row[at + 4], row[at + 5])
		elseif count == 1 then
			turn(peer, work, row[at + 3])
		elseif count == 0 then
			turn(peer, work)
		else
			turn(peer, work, unpack(row, at + 3, at + 2 + count))
		end
	end
	rt.peer = before
end
rt.drain, host.drain = drain, drain

function rt.isDeferred()
	return first <= final or last > 0
end
