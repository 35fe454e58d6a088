"""What `test_libraries` asks of the packages: Luau statements that print what came of each call."""

SHOW = """
local function show(value, seen)
	if type(value) ~= "table" then
		return type(value) == "string" and `"{value}"` or type(value) == "function" and "function" or tostring(value)
	end
	seen = seen or {}
	if seen[value] then
		return "again"
	end
	seen[value] = true
	local parts = {}
	for key, item in value do
		table.insert(parts, `{show(key, seen)}={show(item, seen)}`)
	end
	table.sort(parts)
	seen[value] = nil
	return "{" .. table.concat(parts, ", ") .. "}"
end
local function say(name, ...)
	local parts = {}
	for index = 1, select("#", ...) do
		parts[index] = show((select(index, ...)))
	end
	print(name, table.concat(parts, " | "))
end
local function try(name, work, ...)
	say(name, pcall(work, ...))
end
"""

T_CALLS = """
local values = {
	1, -1, 0, 1.5, 0 / 0, math.huge, "", "text", "a1", true, false, {}, { 1, 2 }, { a = 1 }, { 1, "2" },
	{ name = "Ann", age = 9 }, { name = "Ann" }, { name = "Ann", age = 9, extra = true }, print, coroutine.create(print),
}
values[#values + 1] = setmetatable({}, { __index = {} })
local checks = {
	any = t.any, boolean = t.boolean, callback = t.callback, none = t.none, number = t.number, nan = t.nan,
	string = t.string, table = t.table, thread = t.thread, integer = t.integer,
	numberMin = t.numberMin(1), numberMax = t.numberMax(1), numberMinExclusive = t.numberMinExclusive(1),
	numberConstrained = t.numberConstrained(0, 1), numberPositive = t.numberPositive, numberNegative = t.numberNegative,
	literal = t.literal("text"), literals = t.literal("text", 1), union = t.union(t.string, t.number),
	optional = t.optional(t.string), keys = t.keys(t.string), values = t.values(t.number),
	map = t.map(t.string, t.number), set = t.set(t.string), array = t.array(t.number),
	interface = t.interface({ name = t.string, age = t.integer }),
	strict = t.strictInterface({ name = t.string, age = t.integer }),
	intersection = t.intersection(t.number, t.numberPositive), match = t.match("^%a+$"),
	tuple = t.tuple(t.number), strictArray = t.strictArray(t.number, t.string),
	deep = t.interface({ name = t.union(t.literal("Ann"), t.literal("Bo")), age = t.optional(t.numberConstrained(1, 99)) }),
	wrapped = t.intersection(t.interface({ name = t.string }), t.interface({ age = t.number })),
}
local names = {}
for name in checks do
	table.insert(names, name)
end
table.sort(names)
for _, name in names do
	for index, value in values do
		local ok, why = checks[name](value)
		say(`{name} {index}`, ok, why)
	end
	say(`{name} nil`, checks[name](nil))
end
try("strict", t.strict(t.tuple(t.string, t.number)), "a", "b")
try("wrap", t.wrap(function(a, b) return a .. b end, t.tuple(t.string, t.string)), "a", "b")
try("wrap no", t.wrap(function(a, b) return a .. b end, t.tuple(t.string, t.string)), "a", 2)
try("bad definition", t.array, 5)
try("bad interface", t.interface, { a = 1 })
"""

SIFT_CALLS = """
local Array, Dictionary, Set, None = Sift.Array, Sift.Dictionary, Sift.Set, Sift.None
local numbers, words = { 5, 3, 8, 1, 9, 2 }, { "pear", "fig", "apple", "fig" }
local people = { { name = "Ann", age = 9 }, { name = "Bo", age = 12 }, { name = "Cy", age = 9 } }
local function even(n) return n % 2 == 0 end
local function double(n) return n * 2 end
try("at", Array.at, numbers, -1)
try("concat", Array.concat, numbers, words, { None })
try("concatDeep", Array.concatDeep, { { 1 } }, { { 2, { 3 } } })
try("copy", Array.copy, numbers)
try("copyDeep", Array.copyDeep, people)
try("count", Array.count, numbers, even)
try("create", Array.create, 3, "x")
try("difference", Array.difference, { 1, 2, 3, 4 }, { 2, 3 })
try("differenceSymmetric", Array.differenceSymmetric, { 1, 2, 3 }, { 2, 3, 4 })
try("equals", Array.equals, { 1, 2 }, { 1, 2 }, { 1, 2 })
try("equalsDeep", Array.equalsDeep, people, Array.copyDeep(people))
try("every", Array.every, numbers, function(n) return n > 0 end)
try("filter", Array.filter, numbers, even)
try("find", Array.find, words, "fig")
try("findLast", Array.findLast, words, "fig")
try("findWhere", Array.findWhere, numbers, even)
try("findWhereLast", Array.findWhereLast, numbers, even)
try("first", Array.first, numbers)
try("last", Array.last, numbers)
try("flatten", Array.flatten, { 1, { 2, { 3, { 4 } } } }, 1)
try("flatten all", Array.flatten, { 1, { 2, { 3, { 4 } } } })
try("freeze", function() local a = Array.freeze({ 1, 2 }); a[1] = 5 end)
try("freezeDeep", function() local a = Array.freezeDeep({ { 1 } }); a[1][1] = 5 end)
try("includes", Array.includes, words, "apple")
try("insert", Array.insert, numbers, 2, "a", "b")
try("insert end", Array.insert, numbers, -1, "z")
try("is", Array.is, numbers)
try("is not", Array.is, { a = 1 })
try("map", Array.map, numbers, double)
try("map index", Array.map, words, function(word, index) return word .. index end)
try("pop", Array.pop, numbers, 2)
try("push", Array.push, numbers, 7, 7)
try("reduce", Array.reduce, numbers, function(sum, n) return sum + n end)
try("reduce from", Array.reduce, words, function(text, word) return text .. word end, ">")
try("reduceRight", Array.reduceRight, words, function(text, word) return text .. word end)
try("removeIndex", Array.removeIndex, numbers, 2)
try("removeIndices", Array.removeIndices, numbers, 1, -1)
try("removeValue", Array.removeValue, words, "fig")
try("removeValues", Array.removeValues, words, "fig", "pear")
try("reverse", Array.reverse, numbers)
try("set", Array.set, numbers, 3, "s")
try("shift", Array.shift, numbers, 2)
try("slice", Array.slice, numbers, 2, 4)
try("slice back", Array.slice, numbers, -3, -1)
try("some", Array.some, numbers, even)
try("sort", Array.sort, numbers)
try("sort by", Array.sort, people, function(a, b) return a.name > b.name end)
try("splice", Array.splice, numbers, 2, 3, "x", "y")
try("toSet", Array.toSet, words)
try("unshift", Array.unshift, numbers, 0)
try("update", Array.update, numbers, 2, double)
try("zip", Array.zip, { 1, 2 }, { "a", "b" })
try("bad map", Array.map, numbers, nil)
local hero = { name = "Ann", stats = { power = 3, luck = { 7 } }, bag = { "rope" } }
try("d copyDeep", Dictionary.copyDeep, hero)
try("d count", Dictionary.count, hero)
try("d entries", function() return #Dictionary.entries({ a = 1, b = 2 }) end)
try("d equals", Dictionary.equals, { a = 1 }, { a = 1 }, { a = 2 })
try("d equalsDeep", Dictionary.equalsDeep, hero, Dictionary.copyDeep(hero))
try("d every", Dictionary.every, { a = 1, b = 2 }, function(v) return v > 0 end)
try("d filter", Dictionary.filter, { a = 1, b = 2 }, even)
try("d flatten", Dictionary.flatten, { a = { b = { c = 1 } } }, 1)
try("d flip", Dictionary.flip, { a = "x", b = "y" })
try("d fromArrays", Dictionary.fromArrays, { "a", "b" }, { 1, 2 })
try("d fromEntries", Dictionary.fromEntries, { { "a", 1 }, { "b", 2 } })
try("d has", Dictionary.has, hero, "name")
try("d includes", Dictionary.includes, hero, "Ann")
try("d keys", function() return Array.sort(Dictionary.keys(hero)) end)
try("d map", Dictionary.map, { a = 1, b = 2 }, function(v, k) return v * 10, k .. k end)
try("d merge", Dictionary.merge, hero, { name = "Bo", bag = None })
try("d mergeDeep", Dictionary.mergeDeep, hero, { stats = { power = 9, luck = None } })
try("d removeKey", Dictionary.removeKey, hero, "name")
try("d removeKeys", Dictionary.removeKeys, hero, "name", "bag")
try("d removeValue", Dictionary.removeValue, { a = 1, b = 1, c = 2 }, 1)
try("d set", Dictionary.set, hero, "name", "Cy")
try("d some", Dictionary.some, { a = 1, b = 2 }, even)
try("d update", Dictionary.update, { a = 1 }, "a", double)
try("d update new", Dictionary.update, { a = 1 }, "b", double, function() return "new" end)
try("d values", function() return Array.sort(Dictionary.values({ a = 3, b = 1 })) end)
try("d withKeys", Dictionary.withKeys, hero, "name")
try("d freezeDeep", function() local d = Dictionary.freezeDeep(hero); d.stats.power = 0 end)
local left, right = Set.fromArray({ 1, 2, 3 }), Set.fromArray({ 3, 4 })
try("s add", Set.add, left, 9, 8)
try("s copy", Set.copy, left)
try("s count", Set.count, left)
try("s delete", Set.delete, left, 1, 2)
try("s difference", Set.difference, left, right)
try("s differenceSymmetric", Set.differenceSymmetric, left, right)
try("s filter", Set.filter, left, even)
try("s has", Set.has, left, 3)
try("s intersection", Set.intersection, left, right)
try("s isSubset", Set.isSubset, Set.fromArray({ 1 }), left)
try("s isSuperset", Set.isSuperset, left, Set.fromArray({ 1 }))
try("s map", Set.map, left, double)
try("s merge", Set.merge, left, right)
try("s toArray", function() return Array.sort(Set.toArray(left)) end)
try("isEmpty", Sift.isEmpty, {})
try("None", tostring, None)
try("equalObjects", Sift.equalObjects, hero, hero)
"""
