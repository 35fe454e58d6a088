"""`toolboxai demo`: every part at work, told step by step, with times."""

import contextlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import click

from toolboxai.curriculum import LEVELS, Catalogue, Lesson, Rendering, render
from toolboxai.emit.plugin import build_plugin
from toolboxai.errors import ToolboxError
from toolboxai.roblox.project import find_project, read_project
from toolboxai.studio.studio import Studio, StudioTimeoutError
from toolboxai_server.approving import approve_pairing
from toolboxai_server.settings import Settings
from toolboxai_server.state import Running, running

_SAMPLE = {
    "default.project.json": """{
  "name": "demo-game",
  "tree": {
    "$className": "DataModel",
    "ServerScriptService": { "$path": "src/server" },
    "ReplicatedStorage": { "$path": "src/shared" }
  }
}
""",
    "src/server/Main.server.luau": 'print("Hello, world!")\n',
    "src/shared/Greeting.luau": "return function(name: string): string\n\treturn `Hello, {name}!`\nend\n",
}
_NOT_COPIED = shutil.ignore_patterns(".git", ".toolboxai", "node_modules", ".venv")
_PATIENCE = 20.0  # seconds until a step that does not come is a failure
_WIDTH = 100
_CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")
_SHOWN_LINES = 22


class DemoError(ToolboxError):
    """A step of the demo did not come true."""


@click.command(name="demo")
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    help="A Rojo project (its file or its folder); the demo works on a copy of it.",
)
def command(project: Path | None) -> None:
    """Build, serve, pair, edit both ways and check a lesson, in a folder that goes away again."""
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="toolboxai-demo-")))
        _Demo(_prepared(project, scratch), stack).tell()


def _prepared(project: Path | None, scratch: Path) -> Path:
    """The project file to serve: the sample's, or that of a copy of the project that was named."""
    if project is None:
        folder = scratch / "demo-game"
        for name, text in _SAMPLE.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return folder / "default.project.json"
    file = find_project(project.absolute())
    read_project(file).checked()
    folder = scratch / file.parent.name
    shutil.copytree(file.parent, folder, ignore=_NOT_COPIED)
    return folder / file.name


class _Demo:
    """The story: each step says what happened and how long it took."""

    def __init__(self, project: Path, stack: contextlib.ExitStack) -> None:
        self._project = project
        self._stack = stack
        self._steps = 0

    def tell(self) -> None:
        began = time.perf_counter()
        click.echo(f"ToolboxAI {version('toolboxai')}: every part at work, in a folder that goes away again.\n")
        with self._step("Built the Studio plugin from its sources and templates") as note:
            plugin = build_plugin()
            note(f"{sum(1 for _ in plugin.scripts())} scripts in one model")
        with self._step("Rendered the lessons from their templates") as note:
            catalogue = Catalogue.of()
            lessons = [catalogue.lesson(summary.id) for summary in catalogue.summaries()]
            variants = [render(lesson, level, 1).bundle for lesson in lessons for level in LEVELS]
            note(f"{len(lessons)} lessons, {len(LEVELS)} support levels: {len(variants)} variants")
        with self._step("Started the server, its database embedded") as note:
            server = self._stack.enter_context(_served(self._project))
            note(f"{server.address}, process {server.process.pid}")
        with self._step("Started headless Studio with that plugin in it") as note:
            studio = self._stack.enter_context(Studio())
            studio.install(plugin)
            studio.click("ToolboxAI_Main")
            note(f"the plugin's own Luau sources, on {studio.vm.engine}")
        self._pair(studio, server, lessons[0])
        self._follow(studio)
        self._learn(studio, lessons[0])
        with self._step("Stopped everything") as note:
            studio.close()
            note(f"the server said goodbye and ended with exit status {server.stop()}")
        click.echo(f"\nAll of it took {time.perf_counter() - began:.1f} s. Nothing is left running.")

    def _pair(self, studio: Studio, server: "_Server", lesson: Lesson) -> None:
        with self._step("Paired Studio with the server") as note:
            studio.type("Address", server.address)
            _wait(studio, lambda: _code(studio), "the window shows no pairing code")
            code = _code(studio)
            client = approve_pairing(self._project, code, server.port)
            _wait(studio, lambda: lesson.manifest.title in studio.texts(), "the plugin did not connect")
            note(f"what `toolboxai pair {code}` does let in {client!r}")
        _draw(studio.texts())

    def _follow(self, studio: Studio) -> None:
        scripts = read_project(self._project).checked().scripts
        if not scripts:
            raise DemoError(f"{self._project.name} has no script to edit", remedy="Name a project that has one.")
        script = next((each for each in scripts if each.path[-1] == "Main"), scripts[0])
        path, file = ".".join(script.path), script.file
        with self._step("Waited until the project's scripts were in Studio") as note:
            names = [".".join(each.path) for each in scripts]
            _wait(studio, lambda: all(_source(studio, name) is not None for name in names), "not all of them came")
            note(f"{len(scripts)} scripts")
        with self._step(f"Typed into {path} in Studio; the file changed") as note:
            studio.open_document(path)
            studio.edit(path, 1, 1, 1, 1, "-- typed in Studio\n")
            _wait(studio, lambda: b"-- typed in Studio" in file.read_bytes(), f"{file.name} did not change")
            note(f"{file.relative_to(self._project.parent).as_posix()} begins: {_first_line(file.read_bytes())}")
        with self._step(f"Wrote into {file.name}; the script in Studio changed") as note:
            file.write_bytes(b"-- written on disk\n" + file.read_bytes())
            _wait(studio, lambda: "-- written on disk" in studio.source(path), f"{path} did not change")
            note(f"{path} begins: {_first_line(studio.source(path).encode())}")

    def _learn(self, studio: Studio, lesson: Lesson) -> None:
        path = ".".join(lesson.script)
        with self._step(f"Opened the lesson “{lesson.manifest.title}” from the window") as note:
            studio.click(f"{lesson.id}.Buttons.Open")
            _wait(studio, lambda: _source(studio, path) is not None, f"{path} did not come")
            note(f"it made {path}")
        with self._step("Checked the lesson's beginning: it must not pass") as note:
            note(self._check(studio, lesson, passes=False))
        with self._step("Wrote the reference solution and checked again: it must pass") as note:
            solution = _variant(lesson, studio.texts(), studio.source(path)).text("solution.luau")
            lines = studio.source(path).split("\n")
            studio.edit(path, 1, 1, len(lines), len(lines[-1].encode()) + 1, solution)
            note(self._check(studio, lesson, passes=True))

    def _check(self, studio: Studio, lesson: Lesson, *, passes: bool) -> str:
        """Press the lesson's button; gives the first line of its result as the student reads it."""
        before = _results(studio)
        studio.click(f"{lesson.id}.Buttons.Check")
        _wait(studio, lambda: _results(studio) not in ([], before), "no result came")
        results = _results(studio)
        if any(line.startswith("✗") for line in results) == passes:
            raise DemoError(f"the check said: {'; '.join(results)}")
        return next((line for line in results if line.startswith("✗")), "; ".join(results))

    @contextlib.contextmanager
    def _step(self, what: str) -> Iterator[Callable[[str], None]]:
        self._steps += 1
        notes: list[str] = []
        began = time.perf_counter()
        yield notes.append
        spent = f"{(time.perf_counter() - began) * 1000:6.0f} ms"
        click.echo(f"{self._steps:2}. {what} ".ljust(_WIDTH - len(spent) - 1, ".") + f" {spent}")
        for note in notes:
            click.echo(textwrap.fill(note, _WIDTH, initial_indent="    ", subsequent_indent="    "))


class _Server:
    """`toolboxai up` in a process of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", told: Running) -> None:
        self.process = process
        self.port = told.port
        self.address = f"http://localhost:{told.port}"

    def stop(self) -> int:
        """Ends it as Ctrl-C does; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.process.wait(_PATIENCE)
            self.process.kill()
        return self.process.wait()


@contextlib.contextmanager
def _served(project: Path) -> Iterator[_Server]:
    command = [sys.executable, "-m", "toolboxai", "up", "--project", str(project), "--port", "0"]
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=said, stderr=said, creationflags=group) as process,  # noqa: S603 - our own
    ):
        try:
            server = _Server(process, _told(process, Settings(project).state))
        except TimeoutError as fault:
            process.kill()
            said.seek(0)
            raise DemoError(f"the server did not start: {said.read().decode(errors='replace').strip()}") from fault
        try:
            yield server
        finally:
            server.stop()


def _told(process: "subprocess.Popen[bytes]", state: Path) -> Running:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        if (told := running(state)) is not None:
            return told
        time.sleep(0.01)
    raise TimeoutError


def _wait(studio: Studio, condition: Callable[[], object], failure: str) -> None:
    try:
        studio.run_until(condition, _PATIENCE)
    except StudioTimeoutError as fault:
        said = [line.text for line in studio.output if line.kind in {"warn", "error"}]
        raise DemoError(f"{failure} within {_PATIENCE:g} s", remedy="; ".join(said[-3:])) from fault


def _source(studio: Studio, path: str) -> str | None:
    try:
        return studio.source(path)
    except ToolboxError:
        return None


def _code(studio: Studio) -> str:
    """The pairing code that the window shows, or "": by its form, so that any wording of the window will do."""
    return next((text for text in studio.texts() if _CODE.fullmatch(text)), "")


def _results(studio: Studio) -> list[str]:
    return [text for text in studio.texts() if text.startswith(("✓", "✗"))]


def _variant(lesson: Lesson, texts: list[str], starter: str) -> Rendering:
    """The variant that Studio shows, by its story and its script: the plugin draws its own seed."""
    for seed in range(1000):
        rendering = render(lesson, LEVELS[0], seed)
        if rendering.bundle.scripts[0].source == starter and rendering.bundle.story in texts:
            return rendering
    raise DemoError("what Studio shows is no variant of the lesson")


def _first_line(text: bytes) -> str:
    return text.split(b"\n", 1)[0].decode("utf-8", "replace").strip()


def _draw(texts: list[str]) -> None:
    """The plugin's window as it stands: its title, then its texts in the order of its tree."""
    title, *rest = texts
    lines = [line for text in rest for line in textwrap.wrap(text, _WIDTH - 12)]
    more = len(lines) - _SHOWN_LINES
    if more > 0:
        lines[_SHOWN_LINES:] = [f"… and {more} lines more"]
    click.echo(f"\n    ┌─ {title} ".ljust(_WIDTH, "─") + "┐")
    for line in lines:
        click.echo(f"    │ {line}".ljust(_WIDTH - 1) + "│")
    click.echo("    └".ljust(_WIDTH - 1, "─") + "┘\n")
