--[[ `table.sort`, in the steps of Luau's own: what is equal ends in the same order, and a bad order fails alike. ]]
local rt = ...
local raw, fail, core = rt.raw, rt.fail, rt.core
local type, floor, rawlen = raw.type, raw.math.floor, core.rawlen
local rawget, rawset, getmetatable, nativeSort = raw.rawget, raw.rawset, raw.debug.getmetatable, raw.table.sort
local wrong, toTable, contents = rt.wrong, rt.toTable, core.contents

local function less(a, b)
	return a < b
end

-- Lets the item at `root` sink in the heap t[low..high]; places in the heap are counted from 0.
local function sink(t, low, high, root, before)
	local count = high - low + 1
	while root * 2 + 2 < count do
		local left, right, next = root * 2 + 1, root * 2 + 2, root
		next = before(t[low + next], t[low + left]) and left or next
		next = before(t[low + next], t[low + right]) and right or next
		if next == root then
			break
		end
		t[low + root], t[low + next] = t[low + next], t[low + root]
		root = next
	end
	local last = root * 2 + 1
	if last == count - 1 and before(t[low + root], t[low + last]) then
		t[low + root], t[low + last] = t[low + last], t[low + root]
	end
end

local function heapSort(t, low, high, before)
	for root = floor((high - low + 1) / 2) - 1, 0, -1 do
		sink(t, low, high, root, before)
	end
	for last = high, low + 1, -1 do
		t[low], t[last] = t[last], t[low]
		sink(t, low, last - 1, 0, before)
	end
end

local function invalid()
	fail("invalid order function for sorting")
end

-- Moves what is before the pivot, which stands at high - 1, in front of it; returns where the pivot then is.
local function partition(t, low, high, before)
	local pivot = t[high - 1]
	local i, j = low, high - 1
	while true do
		i = i + 1
		while before(t[i], pivot) do
			if i >= high then
				invalid()
			end
			i = i + 1
		end
		j = j - 1
		while before(pivot, t[j]) do
			if j <= low then
				invalid()
			end
			j = j - 1
		end
		if j < i then
			break
		end
		t[i], t[j] = t[j], t[i]
	end
	t[high - 1], t[i] = t[i], t[high - 1]
	return i
end

-- Quicksort by the median of three; what takes too many rounds is left to heap sort.
local function quickSort(t, low, high, limit, before)
	while low < high do
		if limit == 0 then
			return heapSort(t, low, high, before)
		end
		if before(t[high], t[low]) then
			t[high], t[low] = t[low], t[high]
		end
		if high - low == 1 then
			break
		end
		local middle = low + floor((high - low) / 2)
		if before(t[middle], t[low]) then
			t[middle], t[low] = t[low], t[middle]
		elseif before(t[high], t[middle]) then
			t[middle], t[high] = t[high], t[middle]
		end
		if high - low == 2 then
			break
		end
		t[middle], t[high - 1] = t[high - 1], t[middle]
		local place = partition(t, low, high, before)
		limit = floor(limit / 2) + floor(limit / 4)
		if place - low < high - place then
			quickSort(t, low, place - 1, limit, before)
			low = place + 1
		else
			quickSort(t, place + 1, high, limit, before)
			high = place - 1
		end
	end
end

-- Of numbers alone, or strings alone, no one sees which of two equal ones came first: the engine's own sort is quicker.
local function alike(t, count)
	local kind = type(t[1])
	if kind ~= "number" and kind ~= "string" then
		return false
	end
	for i = 1, count do
		local item = t[i]
		if type(item) ~= kind or item ~= item then
			return false
		end
	end
	return true
end

local function sort(t, count, before)
	if not before then
		if alike(t, count) then
			return nativeSort(t)
		end
		before = less
	end
	local outer = core.calls()
	quickSort(t, 1, count, count, before)
	core.called(outer)
end

function rt.globals.table.sort(...)
	local t, before = ...
	if type(t) ~= "table" or getmetatable(t) ~= nil then
		toTable(1, "sort", ...)
		if contents(t) ~= t then
			raw.error("attempt to modify a readonly table", 0)
		end
	end
	if before ~= nil and type(before) ~= "function" then
		wrong(2, "sort", "function", ...)
	end
	local count = rawlen(t)
	if getmetatable(t) == nil then
		sort(t, count, before) -- no tail call: who is compared for asks what called it
		return
	end
	-- The items apart from their table, whose metatable has no say.
	local items = {}
	for i = 1, count do
		items[i] = rawget(t, i)
	end
	sort(items, count, before)
	for i = 1, count do
		rawset(t, i, items[i])
	end
end
