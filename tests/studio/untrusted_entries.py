"""What the tests of `studio.untrusted` run in children: entries and a `prepare` hook."""

import os
from typing import Any

from toolboxai.studio.host import VM


def prepare() -> VM:
    vm = VM()
    vm.call(vm.load("shared.count = 0", "prepare"))
    return vm


def count(data: Any, vm: VM) -> list[Any]:
    """Counts in the prepared VM: always 1, because every child has its own copy."""
    source = "shared.count += 1 return shared.count, math.random(2^30), ..."
    return [*map(vm.plain, vm.call(vm.load(source, "count"), data)), os.getpid()]


def echo(data: Any) -> Any:
    return data


def broken(_: Any) -> None:
    raise KeyError("the entry's own mistake")


def die(_: Any) -> None:
    os._exit(3)


def huge(data: int) -> str:
    return "x" * data


def network(_: Any) -> list[str]:
    vm = VM()
    vm.call(
        vm.load(
            "local request = ... request({ Url = 'http://127.0.0.1:9/' }, function(a) print(a.StatusMessage) end)", "n"
        ),
        vm.host[b"request"],
    )
    vm.call(vm.load("local socket = ... socket('ws://127.0.0.1:9/', {}, print)", "n"), vm.host[b"socket"])
    vm.step(1)
    return [line.text for line in vm.output]
