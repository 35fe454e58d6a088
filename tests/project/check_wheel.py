"""Builds the wheel and uses it from an empty environment in an empty folder: `just wheel`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
UV = os.environ.get("UV", "uv")  # `uv run` names itself there
FOREIGN_SPEC = """\
local Stack = require("./Stack")
local stack = Stack.new()
stack:push("a")
assert(stack:pop() == "a", "pop returns what push put")
assert(stack:pop() == nil, "an empty stack pops nil")
print("foreign spec passed")
"""
FOREIGN_MODULE = """\
--!strict
local Stack = {}
Stack.__index = Stack
type Stack = typeof(setmetatable({} :: { items: { any } }, Stack))

function Stack.new(): Stack
	return setmetatable({ items = {} }, Stack)
end

function Stack.push(self: Stack, value: any)
	self.items[#self.items + 1] = value
end

function Stack.pop(self: Stack): any
	return table.remove(self.items)
end

return Stack
"""


def run(*command: str | Path, cwd: Path) -> str:
    print("$", *[Path(part).name if isinstance(part, Path) else part for part in command], flush=True)
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, stdout=subprocess.PIPE, check=False)
    print(done.stdout, flush=True)
    if done.returncode != 0:
        sys.exit(f"exit {done.returncode}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        dist, environment, empty = (Path(scratch, name) for name in ("dist", "environment", "empty"))
        empty.mkdir()
        run(UV, "build", "--wheel", "--out-dir", dist, cwd=ROOT)
        run(UV, "export", "--no-dev", "--no-emit-project", "-q", "-o", dist / "pins.txt", cwd=ROOT)
        run(sys.executable, "-m", "venv", environment, cwd=empty)
        binaries = environment / ("Scripts" if sys.platform == "win32" else "bin")
        pip = [binaries / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        run(*pip, "-r", dist / "pins.txt", cwd=empty)
        run(*pip, "--no-deps", next(dist.glob("*.whl")), cwd=empty)
        toolboxai = binaries / "toolboxai"
        run(toolboxai, "demo", cwd=empty)
        run(toolboxai, "lesson", "new", "first-lesson", cwd=empty)
        run(toolboxai, "lesson", "check", "lessons/first-lesson", cwd=empty)
        Path(empty, "Stack.luau").write_text(FOREIGN_MODULE)
        Path(empty, "Stack.spec.luau").write_text(FOREIGN_SPEC)
        output = run(toolboxai, "run", "Stack.spec.luau", cwd=empty)
        if "foreign spec passed" not in output:
            sys.exit("the foreign spec did not run")


if __name__ == "__main__":
    main()
