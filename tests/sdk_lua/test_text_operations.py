"""The text operations in Luau: the same results as in Python, and clients that end with one text."""

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from peers import operations, sessions
from toolboxai import protocol
from toolboxai.studio.engines import available
from toolboxai.studio.host import VM
from toolboxai_server.realtime import ot

HERE = Path(__file__).parent
CASES = 5_000
SESSIONS = 25


@pytest.mark.parametrize("engine", available())
def test_python_and_luau_agree_on_generated_transforms(engine: str):
    vm = VM(engine)
    compute = vm.require_file(HERE / "Agreement.luau")
    cases = operations.transform_cases(CASES, seed=20261123)
    assert vm.call(compute, cases) == (CASES,)


class LuauEditor:
    """`peers.editing.Editor`, with the SDK's documents inside."""

    vm: VM
    refused = False

    def __init__(self, document: str, revision: int, text: bytes, ot: object = None) -> None:  # noqa: ARG002
        self._driver = self.vm.call(self.vm.require_file(HERE / "Driver.luau"), document, revision, text)[0]

    def edit(self, operation: ot.Operation) -> list[protocol.ClientMessage]:
        return self._ask(b"edit", ot.encode(operation))

    def hear(self, message: protocol.ServerMessage) -> list[protocol.ClientMessage]:
        return self._ask(b"hear", msgspec.to_builtins(message))

    def connect(self) -> list[protocol.ClientMessage]:
        return self._ask(b"connect")

    @property
    def text(self) -> bytes:
        return self._state()[0]

    @property
    def settled(self) -> bool:
        return self._state()[1]

    def _state(self) -> tuple[Any, ...]:
        return self.vm.call(self._driver[b"state"])

    def _ask(self, what: bytes, *arguments: object) -> list[protocol.ClientMessage]:
        sent = self.vm.plain(self.vm.call(self._driver[what], *arguments)[0])
        return [msgspec.convert(message, protocol.ClientMessage, strict=False) for message in sent]


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("clients", [2, 3, 4])
def test_random_sessions_with_loss_and_late_duplicates_converge(
    engine: str, clients: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(LuauEditor, "vm", VM(engine), raising=False)
    monkeypatch.setattr(sessions, "Editor", LuauEditor)
    converge_all(clients)


def converge_all(clients: int, **options: Any) -> None:
    for seed in range(SESSIONS):
        sessions.converge(random.Random(seed * 10 + clients), clients, **options)


def faulty(monkeypatch: pytest.MonkeyPatch, engine: str, break_it: str) -> None:
    """Editors whose SDK was broken by a line of Luau before they were made."""
    vm = VM(engine)
    operation = vm.require_file(HERE.parents[1] / "sdk_lua" / "Operation.luau")
    vm.call(vm.load(f"local Operation = ...; {break_it}", "fault"), operation)
    monkeypatch.setattr(LuauEditor, "vm", vm, raising=False)
    monkeypatch.setattr(sessions, "Editor", LuauEditor)


def test_a_wrong_tie_break_is_caught(monkeypatch: pytest.MonkeyPatch):
    swapped = """
        local right = Operation.transform
        Operation.transform = function(a, b)
            local y, x = right(b, a)
            return x, y
        end
    """
    faulty(monkeypatch, "lua52", swapped)
    with pytest.raises(AssertionError):
        converge_all(3)


def test_a_server_without_deduplication_is_caught(monkeypatch: pytest.MonkeyPatch):
    faulty(monkeypatch, "lua52", "")
    with pytest.raises(Exception):  # noqa: B017 - the client hears what it cannot place, or texts differ
        converge_all(3, log_class=sessions.DuplicatingLog)


@pytest.mark.parametrize("engine", available())
def test_differences_are_small_and_cut_between_characters(engine: str):
    vm = VM(engine)
    diff = vm.require_file(HERE.parents[1] / "sdk_lua" / "Operation.luau")[b"fromDiff"]

    def operation(old: str, new: str) -> object:
        return vm.plain(vm.call(diff, old, new)[0])

    lines = [f"local x{n} = {n}\n" for n in range(200)]
    changed = lines.copy()
    changed[10], changed[150] = "local first = 1\n", "local last = 2\n"
    parts = operation("".join(lines), "".join(changed))
    assert isinstance(parts, list)
    assert sum(len(part) for part in parts if isinstance(part, str)) < 40
    assert operation("a🙂b", "a🙃b") == [1, "🙃", -4, 1]
    assert operation("aaa", "aaaa") == [3, "a"]
    assert operation("same", "same") == [4]
    assert operation("", "x") == ["x"]
