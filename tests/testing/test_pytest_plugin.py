"""The pytest plugin, in pytest processes of its own."""

import subprocess
import sys
from pathlib import Path

from testing.conftest import write

SPEC = """
return function()
    describe("Bag", function()
        it("holds", function() end)
        it("fails", function()
            print("said by the case")
            expect({ 1 }).toEqual({ 2 })
        end)
        itSKIP("rests", function() end)
    end)
end
"""


def run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.stdout + done.stderr


def test_each_case_is_an_item_with_place_message_and_output(tmp_path: Path):
    write(tmp_path, {"src/bag.spec.luau": SPEC})
    told = run(tmp_path, "-v", "-rs")
    assert "src/bag.spec.luau::Bag > holds PASSED" in told
    assert "src/bag.spec.luau::Bag > fails FAILED" in told
    assert "src/bag.spec.luau:7: expected { 1 } to equal { 2 }" in told
    assert "Captured luau call" in told
    assert "said by the case" in told
    assert "SKIPPED [1] src/bag.spec.luau: skipped in its file" in told
    assert "1 failed, 1 passed, 1 skipped" in told
    assert "Traceback" not in told
    assert "1 passed, 2 deselected" in run(tmp_path, "src/bag.spec.luau", "-k", "holds")


def test_a_file_that_does_not_load_and_an_after_all_that_fails(tmp_path: Path):
    write(tmp_path, {
        "broken.spec.luau": "local x = nil + 1",
        "after.test.luau": 'return function() afterAll(function() error("cannot clean") end) it("a", function() end) end',
        "test_python.py": "def test_python(): pass",
    })  # fmt: skip
    told = run(tmp_path)
    assert "broken.spec.luau:1: loading the file: attempt to perform arithmetic (add) on nil and number" in told
    assert "after.test.luau:1: afterAll: cannot clean" in told
    assert "1 failed, 2 passed, 1 error" in told


def test_an_after_all_that_fails_blames_the_last_case_of_its_block(tmp_path: Path):
    write(tmp_path, {
        "after.spec.luau": """return function()
            describe("first", function()
                afterAll(function() error("cannot clean") end)
                it("a", function() end)
                itSKIP("b", function() end)
            end)
            describe("second", function() it("c", function() end) end)
        end""",
    })  # fmt: skip
    told = run(tmp_path)
    assert "ERROR after.spec.luau::first > b - Failed: after.spec.luau:3: afterAll of" in told
    assert "2 passed, 1 skipped, 1 error" in told


def test_focus_engines_project_and_xdist(tmp_path: Path):
    write(tmp_path, {
        "default.project.json": '{"name": "Pack", "tree": {"$path": "src"}}',
        "src/init.luau": "return 7",
        "src/a.spec.luau": 'return function() fit("a", function() expect(require(script.Parent)).to.equal(7) end) end',
        "src/b.spec.luau": 'return function() it("b", function() end) it("b", function() end) end',
        "pytest.ini": "[pytest]\nluau_engines = lua52\nrojo_project = default.project.json\n",
    })  # fmt: skip
    told = run(tmp_path, "-v", "-n2", "--luau-engine", "lua52", "--luau-engine", "lua52")
    assert "1 passed, 2 skipped" in told
    assert "src/b.spec.luau::b #2" in told
    write(tmp_path, {"default.project.json": '{"name": "Pack", "tree": {"$path": "nowhere"}}'})
    broken = run(tmp_path)
    assert "[project/path]" in broken
    assert "Traceback" not in broken
    assert "there is no engine 'v8'" in run(tmp_path, "--luau-engine", "v8")


def test_without_a_spec_nothing_of_it_is_loaded(tmp_path: Path):
    write(tmp_path, {"test_lazy.py": """
import sys
def test_lazy():
    loaded = [name for name in sys.modules if name.startswith(("toolboxai.", "lupa"))]
    assert sorted(loaded) == ["toolboxai.testing", "toolboxai.testing.discovery", "toolboxai.testing.pytest_plugin"]
"""})  # fmt: skip
    assert "1 passed" in run(tmp_path, "-W", "error")


def test_every_name_is_collected(tmp_path: Path):
    names = ["a.spec.luau", "b.spec.lua", "c.test.luau", "d.test.lua"]
    write(tmp_path, dict.fromkeys([*names, "e.luau"], "return { one = function() end }"))
    told = run(tmp_path, "--collect-only", "-q")
    assert [line for line in told.splitlines() if "::" in line] == [f"{name}::one" for name in names]
