--[[
The core: what lowered Luau calls, in plain Lua for Lua 5.2 and LuaJIT 2.1. This file gives the core's table, and the
files `core_*.lua` fill it: they set the metatables of nil, boolean, number, string, function and thread, so that a wrong
operation fails in Luau's words at the line that did it.

For lowered code (emitted names; the lowering binds only those that a chunk uses):
  cat_oto(a, b, c)   a `..` chain of such a form, made when it is first asked for: an operand, a text for sure, an operand
  cat(items, count)  a longer one
  str(x)             `{x}` of a backtick string
  strs(pieces, count)  such a string of which one piece may change what another says
  iter(f, s, c)      the three values of `for ... in`
  steady(is, f, s, c)  these three of a loop that gives its table new keys: it goes through those that were there
  idiv(a, b)         a // b
  floor(x)           of a quotient of numbers
  len(x)             #x, where the engine does not honour __len (LuaJIT)
  id(...)            its arguments: keeps `return f()` from being a tail call
  counted(name, f)   f, with the count of the stack's slots in a variable (LuaJIT)
  left(used, ...)    its other arguments: sets the count on the way out of a function
  count(...)         how many arguments that is
  full()             assign it (overflow.lua): the count where it is too high, or an error
  extended(t, n, ...)  a list with n items and these, as long as Luau would have it with nil among them (LuaJIT)
  some(x), plain(x)  carry nil and false through `c and some(a) or b`
  bound(x, what)     a `for` bound as a number, or the error that it is none
  step(x)            a `for` step; zero runs as in Luau (LuaJIT)
  range(f, l, s)     the iterator of a numeric loop that Lua 5.2 would begin elsewhere
  method(o, n, ...)  o:n(...) where an argument is a call, or the name a Lua keyword
  integer(text)      raises: `5i` cannot run here yet
  drop(core, ...)    the program's own varargs
  sealed(t)          t, frozen: what a chunk with `export` returns

For the host's libraries:
  tostring(x), typeof(x)      assign core.typeof to make it know more kinds
  pcall(f, ...), words(e)     Luau's pcall; an engine's message in Luau's words (use it wherever an error is caught)
  chunk(name, code)           what to call lowered code so that its places can be told
  code(source)                that code
  functionName(source, line)  the name of the function that begins in a line of a chunk
  firstCall(source, begins, line)  the line of the call that fails where no more fit (first_calls.py)
  place(source, line)         the author's name and line, and the operation that can fail there, for a line of a chunk
  freeze(t), isfrozen(t)      freezing moves the contents behind the table; whoever reads or writes a table raw asks
  contents(t)                 ... this: the table that holds t's fields (t itself unless frozen)
  writable(t)                 ... or this: t, or the error `attempt to modify a readonly table`
  rawget, rawset, rawlen, next, getmetatable, setmetatable, clone      as Luau's, frozen tables included
  type(x), userdata(mt, tag)  tables with a registered metatable count as userdata, `typeof` says the tag
  read(text)                  assign it: what a text is worth as a number, to Luau
  fail(message)               assign it: raises at the line of the program that called the library
  deeper(), called(before, ...)  around a call that counts as one through C
  yield(...)                  coroutine.yield, for what goes on in the thread that yielded
  depth()                     how many of those calls are under way
  tonumber, pairs, ipairs, lt Luau's; lt is what `table.sort` compares with
  operate(level, method, ...) calls a metamethod: to Luau, a call through C. `level` is the program's line
  hide(f, ...)                functions that a metamethod does not see as its caller
  uncallable(x)               whether a call of it fails
  number(x)                   Luau's text of a number
  text(x)                     the same where the engine's own text would differ, else x
  metatables                  of the basic types by type name; metatables.string.__index is the string library
]]
local type, error, select, setmetatable = type, error, select, setmetatable
local real_metatable = debug.getmetatable

local core = { fail = error }

-- What a metamethod or an error's handler sees as the caller is the code that calls these, not they.
core.transparent = setmetatable({ [error] = true }, { __mode = "k" })

function core.hide(...)
	for index = 1, select("#", ...) do
		core.transparent[(select(index, ...))] = true
	end
end

function core.operate(level, method, ...)
	local before = core.deeper()
	if not before then
		error(core.TOO_DEEP, level)
	end
	return core.called(before, method(...))
end
core.hide(core.operate)

-- Objects that programs see as userdata are tables whose metatable is registered here with what `typeof` says of them.
local tags = setmetatable({}, { __mode = "k" })
local kinds = setmetatable({}, { __mode = "k" })
core.tags, core.kinds = tags, kinds

function core.userdata(metatable, name, kind)
	tags[metatable], kinds[metatable] = name, kind or "userdata"
end

function core.type(x)
	local kind = type(x)
	if kind == "table" then
		local metatable = real_metatable(x)
		return metatable and kinds[metatable] or kind
	end
	return kind
end

function core.typeof(x)
	local kind = type(x)
	if kind == "table" then
		local metatable = real_metatable(x)
		return metatable and tags[metatable] or kind
	end
	return kind
end

return core
