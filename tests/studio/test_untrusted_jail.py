"""With LuaJIT's `ffi` and all of Python in its hands, a program still opens no file, no socket and no process."""

import errno
import os
import platform
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.untrusted_escapes import MACHINE_CODE, by_ffi, by_python
from toolboxai.studio import untrusted, untrusted_linux
from toolboxai.studio.untrusted import Limits, Task, Way, confinement, run_task
from toolboxai.studio.untrusted_fork import ForkServer

ENTRIES = "studio.untrusted_entries"
ROOMY = Limits(seconds=60.0, cpu_seconds=20.0)
WAYS: list[Way] = ["fork", "spawn"] if untrusted.default_way() == "fork" else ["spawn"]

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="this is what Linux promises; others promise less")


@on_linux
@pytest.mark.parametrize("way", WAYS)
def test_a_child_has_tried_and_got_nothing(way: Way) -> None:
    tried = confinement(way)
    assert tried.complete
    assert (tried.files, tried.network, tried.processes, tried.memory) == (True, True, True, True)
    assert {"seccomp", "limits"} <= {*tried.by}
    assert run_task(Task(f"{ENTRIES}:echo", 1), ROOMY, way=way, strict=True).held == tried.by


@on_linux
@pytest.mark.parametrize("way", WAYS)
def test_ffi_opens_nothing(way: Way) -> None:
    source, attempts = by_ffi()
    outcome = run_task(Task(f"{ENTRIES}:everything", source), ROOMY, way=way)
    assert outcome.verdict == "finished", outcome
    assert outcome.value.keys() == attempts
    assert {name: said for name, said in outcome.value.items() if said != "refused"} == {}


@on_linux
@pytest.mark.parametrize("way", WAYS)
def test_python_opens_nothing(way: Way) -> None:
    source, attempts = by_python()
    outcome = run_task(Task(f"{ENTRIES}:everything", source), ROOMY, way=way)
    assert outcome.verdict == "finished", outcome
    assert outcome.value.keys() == attempts
    assert {name: said for name, said in outcome.value.items() if not said.startswith("refused")} == {}


@on_linux
def test_no_system_call_is_answered_but_those_that_compute() -> None:
    column = untrusted_linux._MACHINES[platform.machine()][0]
    left_out = {numbers[column] for numbers in untrusted_linux._ALLOWED.values()}
    if platform.machine() == "x86_64":
        left_out |= {335, 336}  # `uretprobe`, `uprobe`: for the kernel's own probes, they end any other caller
    outcome = run_task(Task(f"{ENTRIES}:call_all", sorted(left_out)), ROOMY)
    assert outcome.verdict == "finished", outcome
    answers = dict(outcome.value)
    assert len(answers) == 600 + 600 - len(left_out)
    assert {number: code for number, code in answers.items() if code != errno.EPERM} == {}


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="the code is x86_64's")
def test_calls_of_the_old_kind_end_the_process() -> None:
    outcome = run_task(Task(f"{ENTRIES}:everything", MACHINE_CODE), ROOMY)
    assert (outcome.verdict, outcome.detail) == ("error", "the process ended early (SIGSYS)")


@pytest.mark.parametrize("way", WAYS)
def test_the_parents_environment_is_not_there(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOLBOXAI_SECRET", "of the parent")
    untrusted._made.cache_clear()
    try:
        outcome = run_task(Task(f"{ENTRIES}:environment"), ROOMY, way=way)
    finally:
        untrusted._made(way).close()
        untrusted._made.cache_clear()
    assert outcome.value == {"python": {}, "getenv": None, "laid out": 0}


@on_linux
def test_the_server_never_had_a_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOLBOXAI_SECRET", "of the parent")
    server = ForkServer()
    server.warm("")
    process = server._process
    assert process is not None
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    server.close()
    assert b"PATH=" in environment
    assert b"of the parent" not in environment


@pytest.mark.parametrize("way", WAYS)
def test_a_program_that_owns_its_process_can_lie_about_itself_alone(way: Way) -> None:
    def outcome(source: str):
        find = "import os\nfor fd in range(200):\n  try: os.write(fd, b'')\n  except OSError: continue\n  break\n"
        return run_task(Task(f"{ENTRIES}:python", find + source), Limits(output=1000), way=way)

    assert outcome("os.write(fd, b'\\0\\0\\0\\1x')").detail == "the process wrote what is no answer"
    assert outcome("os.write(fd, b'\\xff' * 100)\nos._exit(0)").verdict == "error"
    assert outcome("while True: os.write(fd, b'\\xff' * 10000)").verdict == "too much output"
    assert outcome("os.close(fd)\nos._exit(0)").verdict == "error"
    assert outcome("os.abort()").verdict == "error"
    assert outcome("import ctypes; ctypes.string_at(0)").detail == "the process ended early (SIGSEGV)"
    assert outcome("found = fd").verdict == "finished"


# --- the filter, on both machines -------------------------------------------------------------------------------------

_OURS = 4321


@pytest.mark.parametrize("name", ["x86_64", "aarch64"])
@given(st.integers(0, 700) | st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2, 14, 27, _OURS, 2**31]), st.booleans())
def test_the_filter_allows_what_it_names(name: str, number: int, first: int, other: bool) -> None:
    column, machine = untrusted_linux._MACHINES[name]
    code = untrusted_linux.filter_code(column, machine, _OURS)
    answer = decide(code, number, machine + other, first)
    special = {(38, 103): 2, (13, 134): 27, (234, 131): _OURS}
    named = {numbers[column] for numbers in untrusted_linux._ALLOWED.values()}
    if other:
        assert answer == untrusted_linux._KILL
    elif number in named or first == next((v for n, v in special.items() if n[column] == number), None):
        assert answer == untrusted_linux._ALLOW
    else:
        assert answer == untrusted_linux._REFUSE


def decide(code: bytes, number: int, machine: int, first: int) -> int:
    """What the kernel's own interpreter would answer."""
    shown = struct.pack("<IIQQ", number, machine, 0, first)
    program, place, value = list(struct.iter_unpack("=HBBI", code)), 0, 0
    while True:
        operation, yes, no, operand = program[place]
        place += 1
        if operation == untrusted_linux._LOAD:
            value = struct.unpack_from("<I", shown, operand)[0]
        elif operation == untrusted_linux._EQUAL:
            place += yes if value == operand else no
        else:
            assert operation == untrusted_linux._RETURN
            return operand


def test_a_machine_that_the_filter_does_not_know_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert untrusted_linux.filter_calls() is False
    monkeypatch.setattr(untrusted_linux, "_call", lambda *_: -1)
    assert untrusted_linux.restrict_files() is False
    assert os.access("/", os.R_OK)
