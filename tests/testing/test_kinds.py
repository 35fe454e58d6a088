"""The other kinds of test file: functions that take their tools, tables of tests, JestGlobals; and files that are none."""

import pytest

from testing.conftest import Bench


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('return function(t) t.test("a", function() end) t.test("b", function() t.expect(1).to.equal(2) end) end',
         {"a": "passed", "b": "failed"}),
        ('return function(t) t.suite("s", function() t.case("a", function() end) end) t.skip("b", function() end) end',
         {"s > a": "passed", "b": "skipped"}),
        ('return { second = function() end, first = function() error("x") end }',
         {"first": "failed", "second": "passed"}),
        ('return {\n["written first"] = function() end,\n["before this"] = function() end }',
         {"written first": "passed", "before this": "passed"}),
        ('return { { name = "a", run = function() end }, { name = "b", run = function() error("no") end } }',
         {"a": "passed", "b": "failed"}),
        ("return { group = { inner = function() end } }", {"group > inner": "passed"}),
        ('describe("top", function() it("a", function() end) end) return nil', {"top > a": "passed"}),
    ],
)  # fmt: skip
def test_a_file_that_is_no_testez(bench: Bench, text: str, expected: dict[str, str]):
    found = bench.statuses(text)
    assert found == expected
    if "written first" in text:
        assert list(found) == list(expected)


JEST = """
local JestGlobals = require(script.Parent.Packages.JestGlobals)
local describe, test, expect, it = JestGlobals.describe, JestGlobals.test, JestGlobals.expect, JestGlobals.it
describe("jest", function()
    test("matchers", function()
        expect(1).toBe(1)
        expect({ a = { 1 } }).toEqual({ a = { 1 } })
        expect({ a = 1, b = 2 }).toMatchObject({ a = 1 })
        expect({ a = 1 }).toEqual({ a = expect.any("number") })
        expect({ a = 1 }).toEqual(expect.objectContaining({ a = 1 }))
        expect({ 1, 2, 3 }).toContain(2)
        expect({ 1, 2, 3 }).toHaveLength(3)
        expect("hello").toMatch("l+")
        expect("hello").toContain("ell")
        expect(nil).toBeNil()
        expect(nil).toBeFalsy()
        expect(0).toBeTruthy()
        expect(2).toBeGreaterThan(1)
        expect(0.1 + 0.2).toBeCloseTo(0.3)
        expect(1).never.toBe(2)
        expect(function() error("boom") end).toThrow("boom")
        expect({ a = { b = 1 } }).toHaveProperty("a.b", 1)
    end)
    it.each({ { 1, 2, 3 }, { 2, 2, 4 } })("adds %d and %d", function(a, b, sum) expect(a + b).toBe(sum) end)
    it.skip("rests", function() end)
    test("refuses", function() expect({ 1 }).toEqual({ 2 }) end)
    test("names what is not there", function()
        expect(function() return JestGlobals.jest end).toThrow("not offered here")
    end)
end)
return nil
"""


def test_jest_globals_stand_in_for_the_package(bench: Bench):
    files = {"a.test.luau": JEST, "Packages/JestGlobals.luau": 'error("only Jest may load this")'}
    assert bench.statuses(files, name="a.test.luau") == {
        "jest > matchers": "passed",
        "jest > adds 1 and 2": "passed",
        "jest > adds 2 and 2": "passed",
        "jest > rests": "skipped",
        "jest > refuses": "failed",
        "jest > names what is not there": "passed",
    }


@pytest.mark.parametrize(
    ("files", "place", "message"),
    [
        ({"a.spec.luau": "local x = = 1"}, ("a.spec.luau", 1), "Expected identifier when parsing expression, got '='"),
        ({"a.spec.luau": '\nerror("at the top")'}, ("a.spec.luau", 2), "at the top"),
        ({"a.spec.luau": 'return function()\ndescribe("d", function() nothing() end) end'}, ("a.spec.luau", 2),
         "attempt to call a nil value"),
        ({"a.spec.luau": "local b = require(script.Parent.b)", "b.luau": "\n\nlocal x = nil + 1"}, ("b.luau", 3),
         "attempt to perform arithmetic (add) on nil and number"),
        ({"a.spec.luau": "return 5"}, ("a.spec.luau", 1), "declares no test"),
        ({"a.spec.luau": "return function() end"}, ("a.spec.luau", 1), "declares no test"),
        ({"a.spec.luau": "return { 5 }"}, ("a.spec.luau", 1), "a list of tests holds { name = string, run = function }"),
        ({"a.spec.luau": "\ncoroutine.yield()"}, ("a.spec.luau", 2), "waits for something that never comes"),
        ({"a.spec.luau": 'return function()\nit("a") end'}, ("a.spec.luau", 2), "it takes a name and a function"),
        ({"a.spec.luau": "local e = require('./missing')"}, ("a.spec.luau", 1), 'error requiring module "./missing"'),
    ],
)  # fmt: skip
def test_a_file_that_does_not_load_is_one_failure_with_its_place(bench: Bench, files, place, message: str):
    (result,) = bench.run(files)
    assert result.failure is not None
    assert result.status == "failed"
    assert (result.failure.file, result.failure.line) == place
    assert result.failure.message.startswith(message)


def test_declaring_within_a_case_is_refused(bench: Bench):
    failure = bench.failure('return function() it("a", function()\nit("b", function() end) end) end')
    assert (failure.line, failure.message) == (
        2,
        "it cannot be declared while a case runs: declare it in a describe block",
    )
