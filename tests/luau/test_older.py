"""Newer Luau for an older VM: the same lines, and what runs there is what was meant."""

import pytest

from luau.lowered import programs
from toolboxai.luau.older import older
from toolboxai.luau.parser import parse

NEWER = """#!/usr/bin/env luau
@[deprecated { use = "g" }, native] @checked
local function f<T>(x: T) return x end
const a, b = 1, 2
const function g() return @[native] function() return 5i end end
local t = { m = f }
print(t:m<<number>>(1), f<<number,
    { string }>>(a))
"""
OLDER = """--/usr/bin/env luau

local function f<T>(x: T) return x end
local a, b = 1, 2
local function g() return  function() return error("integer literals cannot run here yet: 5i") end end
local t = { m = f }
print(t:m(1),
f(a))
"""


def test_each_newer_form_goes_and_every_line_stays() -> None:
    written = older(parse(NEWER)).decode()
    assert [line.rstrip() for line in written.split("\n")] == OLDER.split("\n")


def test_what_has_no_newer_form_stays_to_the_byte() -> None:
    for program in programs():
        chunk = parse(program.source)
        written = older(chunk)
        if not any(word in program.source for word in ("const", "export", "<<", "@")):
            assert written == chunk.source
        assert written.count(b"\n") >= chunk.source.count(b"\n")
        assert not parse(written).problems


@pytest.mark.parametrize("end", ["", "\n", " -- the end"])
def test_exported_variables_are_the_modules_value(end: str) -> None:
    source = f"--!strict\nexport local a, b: number = 1\nexport   const c\nexport function d() a += #exports return a end{end}"
    assert older(parse(source)).decode() == (
        f"--!strict\nlocal exports_={{}}; exports_.a, exports_.b = 1\n exports_.c=nil\n"
        f" function exports_.d() exports_.a += #exports return exports_.a end{end}\nreturn table.freeze(exports_)"
    )
