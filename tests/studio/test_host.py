"""The VM: its clock and scheduler, requires, errors at the author's line, the network, and what a program cannot reach."""

import gc
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.sync.server import ServerConnection, serve

from toolboxai.commands.run import command as run_command
from toolboxai.errors import ToolboxError
from toolboxai.studio.cache import LoweredCache
from toolboxai.studio.engines import EngineMissingError, available, choose
from toolboxai.studio.host import VM, LuauError, LuauSyntaxError, YieldedError
from toolboxai.studio.requires import MemoryTree


@pytest.fixture(params=available())
def vm(request: pytest.FixtureRequest) -> Iterator[VM]:
    made = VM(request.param)
    yield made
    made.close()


def start(vm: VM, source: str) -> None:
    vm.spawn(vm.load(source, "main"))


def said(vm: VM, kind: str = "print") -> list[str]:
    return [line.text for line in vm.output if line.kind == kind]


# --- clock and scheduler ----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    waits=st.lists(st.floats(0.02, 50), min_size=1, max_size=12),
    steps=st.lists(st.floats(0.01, 30), min_size=1, max_size=8),
)
def test_waits_end_in_order_of_time_however_the_clock_is_moved(waits: list[float], steps: list[float]) -> None:
    vm = VM()
    for number, seconds in enumerate(waits):
        start(vm, f"local e = task.wait({seconds!r}) print({number}, e >= {seconds!r} - 1e-9)")
    for seconds in steps:
        vm.step(seconds)
    over = sum(steps)
    due = [number for number, seconds in sorted(enumerate(waits), key=lambda pair: pair[1]) if seconds <= over]
    assert said(vm) == [f"{number} true" for number in due]
    vm.close()


def test_spawned_now_deferred_after_waiting_later(vm: VM) -> None:
    start(
        vm,
        """
        task.defer(print, "deferred")
        task.delay(1, print, "delayed")
        task.spawn(function() print("spawned") task.wait() print("next frame") end)
        print("main")
        """,
    )
    vm.step(0)
    assert said(vm) == ["spawned", "main", "deferred"]
    vm.step(0.1)
    assert said(vm)[3:] == ["next frame"]
    assert vm.next_wake() == 1
    vm.step(1)
    assert said(vm)[4:] == ["delayed"]
    assert vm.next_wake() is None


def test_time_stands_still_until_it_is_moved(vm: VM) -> None:
    start(vm, "task.wait(0.5) print('over')")
    assert said(vm) == []
    vm.step(0.4)
    assert said(vm) == []
    vm.step(0.2)
    assert said(vm) == ["over"]


def test_a_cancelled_thread_never_runs_again(vm: VM) -> None:
    start(
        vm,
        """
        local waiting = task.spawn(function() task.wait(1) print("never") end)
        local deferred = task.defer(print, "nor this")
        task.cancel(waiting) task.cancel(deferred)
        print(coroutine.status(waiting))
        """,
    )
    vm.step(5)
    assert said(vm) == ["dead"]


def test_an_error_in_one_thread_stops_no_other(vm: VM) -> None:
    start(vm, "task.delay(1, function()\n error('first') end)\ntask.delay(1, print, 'second')")
    vm.step(2)
    assert said(vm, "error") == ["main:2: first"]
    assert said(vm) == ["second"]
    assert next(line for line in vm.output if line.kind == "error").traceback == "main:2"


def test_endless_threads_in_threads_are_a_stack_overflow(vm: VM) -> None:
    start(vm, "local function f() task.spawn(f) end f()")
    start(vm, "local function f() coroutine.wrap(f)() end f()")
    start(vm, "local function f() return f() + 1 end f()")
    assert all(line.endswith("stack overflow") for line in said(vm, "error"))
    assert len(said(vm, "error")) == 3


def test_a_thread_in_a_handler_neither_waits_nor_is_cancelled(vm: VM) -> None:
    start(
        vm,
        """
        local me = coroutine.running()
        xpcall(error, function()
            print(pcall(task.wait, 1))
            print(pcall(task.cancel, me))
            print(coroutine.wrap(function() return pcall(task.cancel, me) end)())
        end)
        print("after", coroutine.yield())
        """,
    )
    vm.step(5)
    refused = "false cannot cancel thread"
    assert said(vm) == ["false attempt to yield across metamethod/C-call boundary", refused, refused]


# --- errors -----------------------------------------------------------------------------------------------------------


def test_an_error_has_the_authors_line_and_the_way_there(vm: VM) -> None:
    with pytest.raises(LuauError) as caught:
        vm.call(vm.load("local function inner()\n  local t = nil\n  return t.Name\nend\n\ninner()", "Workspace.Script"))
    assert str(caught.value) == "Workspace.Script:3: attempt to index nil with 'Name'"
    assert caught.value.traceback == "Workspace.Script:3 function inner\nWorkspace.Script:6"


def test_a_name_longer_than_lua_keeps_is_whole_in_messages(vm: VM) -> None:
    name = "ServerScriptService." + "Deep." * 20 + "Script"
    with pytest.raises(LuauError, match=rf"^{name}:1: boo$"):
        vm.call(vm.load("error('boo')", name))
    assert vm.call(vm.load("return select(2, pcall(error, 'x', 1)), debug.info(1, 's')", name))[1] == name.encode()
    assert vm.call(vm.load("return select(2, pcall(function() local x = nil + 1 end))", name))[0].startswith(
        name.encode()
    )


def test_error_levels_skip_the_library(vm: VM) -> None:
    source = "local function blame()\n error('yours', 2)\nend\nreturn select(2, pcall(function()\n blame()\nend))"
    assert vm.call(vm.load(source, "main")) == (b"main:5: yours",)


def test_a_syntax_error_lists_its_places(vm: VM) -> None:
    with pytest.raises(LuauSyntaxError) as caught:
        vm.load("local x = 1\nlocal = 2", "main")
    first = caught.value.problems[0]
    assert (first.path, first.line) == ("main", 2)


def test_what_must_answer_at_once_may_not_wait(vm: VM) -> None:
    with pytest.raises(YieldedError, match="main:1"):
        vm.call(vm.load("task.wait(1)", "main"))


def test_a_fault_in_python_is_raised_in_python(vm: VM) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    loud = VM(vm.engine, on_output=broken)
    with pytest.raises(ZeroDivisionError):
        loud.spawn(loud.load("print(pcall(print, 'x'))", "main"))
    loud.close()


# --- requires ---------------------------------------------------------------------------------------------------------

TREE = {
    "main.luau": "return { require('./a'), require('./folder'), require('./a') == require('./folder/../a') }",
    "a.luau": "print('a runs') return { name = 'a' }",
    "folder/init.luau": "return { require('@self/inner'), require('./a').name }",
    "folder/inner.luau": "return require('../a').name .. ' from inner'",
    "loop.luau": "return require('./back')",
    "back.luau": "return require('./loop')",
    "two.luau": "return 1, 2",
    "nothing.luau": "local x = 1",
    "broken.luau": "local x = 1\nerror('inside')",
    "syntax.luau": "local = 1",
    "both.luau": "return 1",
    "both/init.luau": "return 2",
    "slow.luau": "task.wait(1) return {}",
    "waits.luau": "task.spawn(function() print(require('./slow') == require('./slow')) end) return 1",
    "alias.luau": "return require('@lib/inner')",
    ".luaurc": '{"aliases": {"lib": "./folder"}}',
}


@pytest.fixture(params=available())
def modules(request: pytest.FixtureRequest) -> Iterator[VM]:
    made = VM(request.param, tree=MemoryTree({name: text.encode() for name, text in TREE.items()}))
    yield made
    made.close()


def test_requires_find_neighbours_parents_and_own_parts(modules: VM) -> None:
    value = modules.plain(modules.require_file("main.luau"))
    assert value == [{"name": "a"}, ["a from inner", "a"], True]
    assert said(modules) == ["a runs"]
    assert modules.plain(modules.require_file("alias.luau")) == "a from inner"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("loop.luau", 'back.luau:1: error requiring module "./loop": cyclic module dependency'),
        ("two.luau", "module two.luau must return a single value"),
        ("nothing.luau", "module nothing.luau must return a single value"),
        ("broken.luau", "broken.luau:2: inside"),
        ("missing.luau", "missing.luau: no such file"),
    ],
)
def test_a_module_that_cannot_be_had_says_why(modules: VM, path: str, message: str) -> None:
    for _ in range(2):
        with pytest.raises(LuauError) as caught:
            modules.require_file(path)
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ("./gone", 'could not resolve child component "gone"'),
        ("./both", 'could not resolve child component "both" (ambiguous)'),
        ("a", "require path must start with a valid prefix: ./, ../, or @"),
        ("@nowhere/x", "@nowhere is not a valid alias"),
    ],
)
def test_a_require_that_finds_nothing_says_why(request_: str, reason: str) -> None:
    vm = VM(
        tree=MemoryTree(
            {"main.luau": f"return require('{request_}')".encode(), "both.luau": b"", "both/init.luau": b""}
        )
    )
    with pytest.raises(LuauError) as caught:
        vm.require_file("main.luau")
    assert str(caught.value) == f'main.luau:1: error requiring module "{request_}": {reason}'
    vm.close()


def test_two_threads_wait_for_one_module(modules: VM) -> None:
    assert modules.require_file("waits.luau") == 1
    modules.step(2)
    assert said(modules) == ["true"]


def test_a_name_in_other_case_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "Part.luau").write_text("return 1")
    (tmp_path / "main.luau").write_text("return require('./part')")
    vm = VM()
    with pytest.raises(LuauError, match='could not resolve child component "part"'):
        vm.require_file(tmp_path / "main.luau")
    vm.close()


# --- the world --------------------------------------------------------------------------------------------------------


def test_a_program_reaches_no_file_no_process_and_no_python(vm: VM) -> None:
    names = "io package python ffi jit load loadstring loadfile dofile module require bit"
    source = f"local found = {{}} for name in string.gmatch('{names}', '%w+') do if getfenv()[name] then table.insert(found, name) end end return found"
    assert vm.plain(vm.call(vm.load(source, "main"))[0]) == {}
    for library, keys in {"os": {"clock", "time", "date", "difftime"}, "debug": None}.items():
        found = set(
            vm.plain(vm.call(vm.load(f"local t = {{}} for k in {library} do t[k] = true end return t", "main"))[0])
        )
        assert (
            found == keys if keys else not found & {"getinfo", "getupvalue", "getregistry", "setmetatable", "sethook"}
        )


def test_no_python_object_is_anywhere_in_a_programs_world(vm: VM) -> None:
    source = """
    local seen, bad = {}, {}
    local function look(value, path)
        if type(value) == "userdata" then table.insert(bad, path) end
        if type(value) ~= "table" or seen[value] then return end
        seen[value] = true
        for key, item in next, value do look(key, path .. ".<key>") look(item, path .. "." .. tostring(key)) end
        local meta = getmetatable(value)
        if type(meta) == "table" then look(meta, path .. ".<meta>") end
    end
    look(getfenv(), "_G") look(getmetatable(""), "string")
    return bad
    """
    assert vm.plain(vm.call(vm.load(source, "main"))[0]) == {}
    host = {key: vm.plain(vm.call(vm.load("return type(...)", "main"), value)[0]) for key, value in vm.host.items()}
    assert set(host.values()) == {"function"}


def test_an_error_from_python_is_no_object_either(vm: VM) -> None:
    answer = vm.call(
        vm.load("local load = ... local f, why = load('x = = 1', 'bad', nil) return f, type(why)", "main"),
        vm.host[b"load"],
    )
    assert answer == (None, b"string")


def test_globals_of_one_program_are_not_anothers(vm: VM) -> None:
    vm.call(vm.load("leak = 1", "one"))
    assert vm.call(vm.load("return leak", "two")) == (None,)


def test_objects_of_the_engine_look_like_userdata(vm: VM) -> None:
    source = "local kind = ... local object = kind('Part', {})({}) return type(object), typeof(object)"
    assert vm.call(vm.load(source, "main"), vm.host[b"userdata"]) == (b"userdata", b"Part")


def test_an_engine_that_is_not_there_says_which_are() -> None:
    with pytest.raises(EngineMissingError) as caught:
        choose("lua99")
    assert "lua52" in caught.value.remedy


# --- cache ------------------------------------------------------------------------------------------------------------


def test_a_spoilt_or_unwritable_cache_costs_nothing_but_time(tmp_path: Path) -> None:
    for folder in (tmp_path / "cache", tmp_path / "file" / "below"):
        if folder.name == "below":
            folder.parent.write_text("a file where a folder should be")
        for _ in range(2):
            vm = VM(cache=LoweredCache(folder))
            assert vm.call(vm.load("return 6 * 7", "main")) == (42,)
            vm.close()
            for stored in folder.rglob("*"):
                if stored.is_file():
                    stored.write_bytes(b"spoilt" * 10)


# --- network ----------------------------------------------------------------------------------------------------------


class Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("X-Mark", self.headers.get("X-Mark", ""))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def until(vm: VM, lines: int) -> None:
    for _ in range(100):
        vm.step(0)
        if len(vm.output) >= lines:
            return
        vm.wait(0.1)
    raise AssertionError(vm.output)


def test_a_request_comes_back_with_status_headers_and_bytes(vm: VM) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        source = """
        local request, url = ...
        request({ Url = url, Method = "POST", Body = "a\\0b", Headers = { ["X-Mark"] = "7" } }, function(answer)
            print(answer.StatusCode, answer.Success, answer.Body == "a\\0b", answer.Headers["X-Mark"])
        end)
        """
        vm.call(vm.load(source, "main"), vm.host[b"request"], f"http://127.0.0.1:{server.server_port}/")
        until(vm, 1)
        server.shutdown()
    assert said(vm) == ["201 true true 7"]


def test_a_request_that_nobody_answers_says_so(vm: VM) -> None:
    source = "local request = ... request({ Url = 'http://127.0.0.1:9/' }, function(a) print(a.StatusCode, a.Success, a.StatusMessage) end)"
    vm.call(vm.load(source, "main"), vm.host[b"request"])
    until(vm, 1)
    assert said(vm) == ["0 false ConnectFail"]


SOCKET = """
local socket, url = ...
local handle
handle = socket(url, { Mark = "7" }, function(kind, a, b)
    print(kind, a, if type(b) == "table" then "headers" else b)
    if kind == "open" then handle.send("hello") elseif kind == "message" then handle.close() end
end)
"""


def echo(connection: ServerConnection) -> None:
    assert connection.request is not None
    for message in connection:
        connection.send(f"{message} {connection.request.headers['Mark']}")


def test_a_socket_opens_talks_and_closes(vm: VM) -> None:
    with serve(echo, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        vm.call(vm.load(SOCKET, "main"), vm.host[b"socket"], f"ws://127.0.0.1:{port}/")
        until(vm, 3)
        server.shutdown()
    assert said(vm)[:2] == ["open 101 headers", "message hello 7 nil"]
    assert said(vm)[2].startswith("close 1000")


def test_a_refused_upgrade_gives_its_status(vm: VM) -> None:
    with serve(echo, "127.0.0.1", 0, process_request=lambda c, _: c.respond(401, "no")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        vm.call(vm.load(SOCKET, "main"), vm.host[b"socket"], f"ws://127.0.0.1:{port}/")
        until(vm, 1)
        server.shutdown()
    assert said(vm) == ["error 401 401 Unauthorized"]


def test_close_leaves_no_thread(vm: VM) -> None:
    with serve(echo, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        before = threading.active_count()
        vm.call(
            vm.load("local s, url = ... s(url, {}, print)", "main"),
            vm.host[b"socket"],
            f"ws://127.0.0.1:{server.socket.getsockname()[1]}/",
        )
        until(vm, 1)
        vm.close()
        assert not [thread for thread in threading.enumerate() if thread.name == "toolboxai-network"]
        server.shutdown()
        assert threading.active_count() <= before + 1
    gc.collect()


# --- toolboxai run ----------------------------------------------------------------------------------------------------


def run(path: Path, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(run_command, [str(path), *options])
    if isinstance(result.exception, ToolboxError):
        return 1, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


def test_run_prints_waits_and_ends(tmp_path: Path) -> None:
    (tmp_path / "part.luau").write_text("return 'part'")
    (tmp_path / "main.luau").write_bytes(b"print(require('./part'))\r\ntask.wait(0.05)\r\nprint('late')\r\n")
    assert run(tmp_path / "main.luau") == (0, "part\nlate\n", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"print(1)\nlocal t = nil\nprint(t.x)", ":3: attempt to index nil with 'x'"),
        (b"local x = = 1", ":1: Expected identifier when parsing expression, got '='"),
        (b"a\n\xff", ":2: not UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_run_tells_what_is_wrong_once(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "main.luau"
    if content is not None:
        path.write_bytes(content)
    code, _, wrong = run(path)
    assert code == 1
    assert wrong.count(message) == 1


def test_run_stops_after_the_time_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "main.luau").write_text("while true do task.wait(0.01) end")
    assert run(tmp_path / "main.luau", "--seconds", "0.1")[0] == 0
