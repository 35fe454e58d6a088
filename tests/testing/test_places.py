"""Where tests run: requires by instance, by path and by alias; folders, Rojo projects; places in messages."""

import json

import pytest

from testing.conftest import Bench, write
from toolboxai.roblox.places import Names

CASE = 'return function() it("case", function() {} end) end'


REQUESTS = [
    "script.Parent.Thing",
    "script.Parent.Parent.src.Thing",
    'script.Parent:FindFirstChild("Thing")',
    'game:GetService("ReplicatedStorage"):FindFirstChild("Thing", true)',
    '"./Thing"',
    '"../src/Thing"',
    '"@lib/Thing"',
    '"@thing"',
    '"@far/Far"',
]


def test_requires_of_a_plain_folder(bench: Bench):
    cases = (f"[ [==[{request}]==] ] = function() assert(require({request}).found) end" for request in REQUESTS)
    files = {
        ".luaurc": '{ "aliases": { "lib": "src", "Thing": "./src/Thing", "far": "../elsewhere" } } // a comment',
        "src/Thing.luau": "return { found = true }",
        "src/init.lua": "return 'the folder itself'",
        "../elsewhere/Far.luau": "return { found = true }",
        "src/a.spec.luau": "return {\n" + ",\n".join(cases) + "\n}",
    }
    assert bench.statuses(files, name="src/a.spec.luau") == dict.fromkeys(REQUESTS, "passed")


@pytest.mark.parametrize(
    ("request_", "message"), [("@lib/None", "there is no module"), ("@nope/x", "not a valid alias")]
)
def test_an_alias_that_leads_nowhere(bench: Bench, request_: str, message: str):
    files = {
        ".luaurc": '{ "aliases": { "lib": "src" } }',
        "src/Thing.luau": "return 1",
        "a.spec.luau": CASE.format(f'\nrequire("{request_}")'),
    }
    failure = bench.failure(files)
    assert message in failure.message
    assert failure.line == 2


def test_a_package_folder_is_its_own_project(bench: Bench):
    files = {
        "Packages/_Index/lib/default.project.json": '{ "name": "lib", "tree": { "$path": "code" } }',
        "Packages/_Index/lib/code/init.luau": "return 'the package'",
        "Packages/Lib.luau": "return require(script.Parent._Index.lib)",
        "src/a.spec.luau": CASE.format("expect(require(script.Parent.Parent.Packages.Lib)).to.equal('the package')"),
    }
    assert bench.statuses(files, name="src/a.spec.luau") == {"case": "passed"}


PLACE = {
    "name": "Game",
    "tree": {
        "$className": "DataModel",
        "ReplicatedStorage": {"Shared": {"$path": "src/shared"}, "Config": {"$path": "config.json"}},
        "Code": {"$className": "ServerScriptService", "Main": {"$path": "src/server"}},
    },
}


def test_a_rojo_project_is_mounted_as_studio_has_it(bench: Bench):
    files = {
        "default.project.json": json.dumps(PLACE),
        "config.json": '{ "speed": 16 }',
        "src/shared/Thing.luau": "return { name = script:GetFullName() }",
        "src/server/init.server.luau": 'error("server scripts are not started")',
        "src/server/a.spec.luau": CASE.format("""
            local Shared = game:GetService("ReplicatedStorage").Shared
            expect(require(Shared.Thing).name).to.equal("ReplicatedStorage.Shared.Thing")
            expect(require("@game/ReplicatedStorage/Shared/Thing")).to.equal(require(Shared.Thing))
            expect(require(game.ReplicatedStorage.Config).speed).to.equal(16)
            expect(script:GetFullName()).to.equal("ServerScriptService.Main.a.spec")
        """),
    }
    assert bench.statuses(files, name="src/server/a.spec.luau", project="default.project.json") == {"case": "passed"}


def test_a_package_project_is_mounted_under_its_name(bench: Bench):
    files = {
        "default.project.json": '{ "name": "Pack", "tree": { "$path": "src" } }',
        "src/init.luau": "return { 1 }",
        "src/a.spec.luau": CASE.format(
            "expect(require(script.Parent)[1]).to.equal(1) expect(script.Parent.Name).to.equal('Pack')"
        ),
    }
    assert bench.statuses(files, name="src/a.spec.luau", project="default.project.json") == {"case": "passed"}


def test_a_file_that_the_project_leaves_out_is_told_with_the_remedy(bench: Bench):
    project = {"globIgnorePaths": ["**/*.spec.luau"], "tree": {"$path": "src"}}
    files = {"default.project.json": json.dumps(project), "src/init.luau": "", "src/a.spec.luau": CASE}
    failure = bench.failure(files, name="src/a.spec.luau", project="default.project.json")
    assert "globIgnorePaths" in failure.message


def test_a_failure_deep_in_other_code_tells_the_way_there(bench: Bench):
    files = {
        "lib/Deep.luau": 'local Deep = {}\nfunction Deep.go(work)\n\twork()\n\terror("too deep")\nend\nreturn Deep',
        "lib/a.spec.luau": 'local Deep = require("./Deep")\n' + CASE.format("\nDeep.go(function() print('went') end)"),
    }
    (result,) = bench.run(files, name="lib/a.spec.luau")
    failure = result.failure
    assert failure is not None
    assert (failure.file, failure.line, failure.message) == ("lib/Deep.luau", 4, "too deep")
    assert [line.split(" ")[0] for line in failure.traceback] == ["lib/Deep.luau:4", "lib/a.spec.luau:3"]
    assert result.output == "went"


def test_what_is_compared_comes_whole(bench: Bench):
    failure = bench.failure(CASE.format('expect({ b = 1, a = { "x" } }).toEqual({ b = 2, a = { "x" } })'))
    assert failure.expected == '{\n  a = {\n    "x",\n  },\n  b = 2,\n}'
    assert failure.received == '{\n  a = {\n    "x",\n  },\n  b = 1,\n}'


def test_what_a_folder_s_tree_lacks_is_noted(bench: Bench):
    write(
        bench.folder, {"a.spec.luau": CASE, "big.json": f'["{"x" * 100_000}"]', "broken.json": "{", "fine.json": "[1]"}
    )
    notes = bench.plan().notes
    assert [note.split(":")[0].rpartition("/")[2] for note in notes] == ["big.json", "broken.json"]
    text = CASE.format("expect(require('./fine')[1]).to.equal(1)")
    assert bench.statuses(text) == {"case": "passed"}


def test_each_file_has_a_world_of_its_own(bench: Bench):
    text = CASE.format("expect(shared.seen).to.equal(nil) expect(workspace:FindFirstChild('Mark')).to.equal(nil) "
                       "shared.seen = true Instance.new('Folder', workspace).Name = 'Mark'")  # fmt: skip
    for name in ("a.spec.luau", "b.spec.luau"):
        assert bench.statuses(text, name=name) == {"case": "passed"}


def test_names_are_translated_where_they_are_places():
    names = Names({"ReplicatedStorage.src.Thing": "src/Thing.luau", "ReplicatedStorage.src": "src/init.luau"})
    text = 'ReplicatedStorage.src.Thing:3: x, ReplicatedStorage.src:1, "ReplicatedStorage.src.Thing" XReplicatedStorage.src:9'
    expected = 'src/Thing.luau:3: x, src/init.luau:1, "ReplicatedStorage.src.Thing" XReplicatedStorage.src:9'
    assert names.translated(text) == expected
    assert names.place("ReplicatedStorage.src:7: words") == ("src/init.luau", 7)
    assert names.place("words") is None
    assert Names({}).translated("a:1") == "a:1"
