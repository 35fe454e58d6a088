"""Keeps files and documents the same: each one's changes become the other's."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from toolboxai import protocol
from toolboxai.errors import ToolboxError
from toolboxai.roblox.project import ScriptFile
from toolboxai_server.announce import Announce
from toolboxai_server.problems import Refusal
from toolboxai_server.realtime.hub import Hub
from toolboxai_server.settings import Settings
from toolboxai_server.store.database import Database
from toolboxai_server.store.files import FileRecord, files, record_file
from toolboxai_server.store.log import Change, DocumentLog, too_large
from toolboxai_server.sync import text_files
from toolboxai_server.sync.kept import keep
from toolboxai_server.sync.layout import Layout, Scripts
from toolboxai_server.sync.mirrored import Mirrored, Resumed, absorb, add, resume
from toolboxai_server.sync.text_files import Form, UnreadableFileError

_GRACE_SECONDS = 0.3
_WRITING_SECONDS = 0.04
_WRITING_TRIES = 10


class Mirror:
    """One project's files and documents. One thing at a time: `_busy` is held over every look at a file."""

    def __init__(  # noqa: PLR0913 - it ties these together
        self, layout: Layout, database: Database, log: DocumentLog, hub: Hub, settings: Settings, announce: Announce
    ) -> None:
        self._layout = layout
        self._database = database
        self._log = log
        self._hub = hub
        self._settings = settings
        self._announce = announce
        self._busy = asyncio.Lock()
        self._by_document: dict[str, Mirrored] = {}
        self._by_file: dict[Path, Mirrored] = {}
        self._complaints: dict[Path, str] = {}
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._writes: set[asyncio.Task[None]] = set()
        hub.on_change = self._changed

    # --- start and stop ----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Find what changed on either side while nobody looked; raises ToolboxError where the project is unreadable."""
        async with self._busy:
            scripts = await self._scripts()
            records = {
                self._settings.folder / record.file: record
                for record in await self._database.run(lambda connection: list(files(connection)))
            }
            found = await self._read_all([path for path in records if path in scripts.by_file])
            for resumed in await self._database.run(lambda c: resume(c, self._log, records, found)):
                await self._resume(resumed, self._is_gone(resumed.held, scripts), found.get(resumed.held.path))
            await self._add([script for path, script in scripts.by_file.items() if path not in self._by_file])

    async def stop(self) -> None:
        """Write what is still due."""
        for timer in self._due.values():
            timer.cancel()
        async with self._busy:
            for document in list(self._due):
                if (held := self._by_document.get(document)) is not None:
                    await self._write(held)
            self._due.clear()

    async def _resume(self, resumed: Resumed, gone: bool, found: tuple[bytes, Form] | None) -> None:
        held = resumed.held
        if gone:
            await self._forget(held)
            return
        self._by_document[held.document] = held
        self._by_file[held.path] = held
        if found is None:
            held.stuck = True
            return
        held.form = found[1]
        if found[0] != held.text:
            self._announce("file", f"{held.file} changed while the server was down; its changes are taken over")
            if resumed.head > held.revision:
                await self._keep(f"{held.name}-disk", found[0], f"{held.file} and its script both changed meanwhile")
            await self._look(held)
        if resumed.head > held.revision:
            await self._write(held)

    # --- a file changed ----------------------------------------------------------------------------------------------

    async def files_changed(self, paths: Sequence[Path]) -> None:
        """Look at these files; where one is none of ours, at the whole project."""
        async with self._busy:
            paths = [path if path in self._by_file else path.resolve() for path in paths]
            if any(path not in self._by_file or not path.exists() for path in paths):
                await self._rescan()
            for path in paths:
                if (held := self._by_file.get(path)) is not None:
                    await self._look(held)

    async def look_at_all(self) -> None:
        """Look at every file, and for new ones: what a missed notice would have told."""
        async with self._busy:
            await self._rescan()
            for held in list(self._by_document.values()):
                await self._look(held)

    async def _rescan(self) -> None:
        """Take in what the project has now and let go of what it has no more."""
        try:
            scripts = await self._scripts()
            if any(self._is_gone(held, scripts) for held in self._by_file.values()):
                await asyncio.sleep(_GRACE_SECONDS)  # an editor may be in the middle of replacing it
                scripts = await self._scripts()
        except ToolboxError as fault:
            self._complain(self._settings.project, f"{fault}; what was served is served on", fault.remedy)
            return
        self._complaints.pop(self._settings.project, None)
        for held in list(self._by_file.values()):
            if self._is_gone(held, scripts):
                await self._forget(held)
        await self._add([script for path, script in scripts.by_file.items() if path not in self._by_file])

    @staticmethod
    def _is_gone(held: Mirrored, scripts: Scripts) -> bool:
        """Whether the project has the script no more; where it cannot be read whole, only if its file is gone."""
        found = scripts.by_file.get(held.path)
        if found is None and scripts.problems:
            return not held.path.exists()
        return found != held.script

    async def _scripts(self) -> Scripts:
        scripts = await asyncio.to_thread(self._layout.scripts)
        for diagnostic in (*scripts.problems, *scripts.notes):
            where = f"{self._relative(Path(diagnostic.path))}:{diagnostic.line}"
            self._complain(Path(f"{where}:{diagnostic.rule}"), f"{where}: {diagnostic.message}", diagnostic.remedy)
        return scripts

    async def _look(self, held: Mirrored) -> None:
        """Make what the file has changed an edit of its document."""
        found = await self._read(held.path)
        for _ in range(_WRITING_TRIES):
            if found is None or found[0] == held.text or not _is_being_written(held.path):
                break
            await asyncio.sleep(_WRITING_SECONDS / 2)
            found = await self._read(held.path)
        if found is None:
            held.stuck = True
            return
        text, held.form = found
        if text == held.text:
            if held.stuck:
                held.stuck = False
                await self._write(held)
            return

        def job(connection: Connection) -> tuple[Change, FileRecord]:
            return absorb(connection, self._log, held, text)

        try:
            record = await self._hub.commit(job)
        except Refusal as refusal:
            self._complain(held.path, f"{held.file}: {refusal}", refusal.remedy)
            held.stuck = True
            return
        held.stuck = False
        if record.revision > held.revision + 1:
            self._announce("conflict", f"{held.file} and {held.name} changed at once; both changes are in both")
        held.revision, held.text = record.revision, text
        if record.text is not None:
            await self._write(held)

    async def _add(self, scripts: list[ScriptFile]) -> None:
        """Make documents of files that have none, all together."""
        found = await self._read_all([script.file for script in scripts])
        new = [
            Mirrored("", script, self._relative(script.file), 0, *found[script.file])
            for script in scripts
            if script.file in found
        ]
        for held, made in zip(new, await self._database.run(lambda c: add(c, self._log, new)), strict=True):
            if isinstance(made, Refusal):
                self._complain(held.path, f"{held.file} is not served: {made}", made.remedy)
                continue
            held.document = made.id
            self._by_document[held.document] = held
            self._by_file[held.path] = held
            self._hub.publish_added(made)

    async def _forget(self, held: Mirrored) -> None:
        """The file is gone: so is the document, but not what only the document had."""
        _, text = await self._database.run(lambda c: self._log.read(c, held.document))
        if text != held.text:
            await self._keep(held.name, text, f"{held.file} is gone, and its script was changed since")
        await self._database.run(lambda c: self._log.remove(c, held.document))
        self._by_document.pop(held.document, None)
        if self._by_file.get(held.path) is held:
            del self._by_file[held.path]
        self._hub.publish_removed(held.document)
        self._announce("file", f"{held.file} is gone; {held.name} is no longer linked")

    # --- a document changed ------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        """Write the file once the script has rested a little."""
        if change.client != "disk" and change.document not in self._due:
            loop = asyncio.get_running_loop()
            seconds = self._settings.settle_milliseconds / 1000
            self._due[change.document] = loop.call_later(seconds, self._write_soon, change.document)

    def _write_soon(self, document: str) -> None:
        task = asyncio.get_running_loop().create_task(self._write_due(document))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)

    async def _write_due(self, document: str) -> None:
        async with self._busy:
            self._due.pop(document, None)
            if (held := self._by_document.get(document)) is not None:
                await self._look(held)
                await self._write(held)

    async def _write(self, held: Mirrored) -> None:
        """Bring the file to the document's head, unless the file has something new itself."""
        if held.stuck:
            return
        revision, text = await self._database.run(lambda c: self._log.read(c, held.document))
        if text != held.text:
            try:
                written = await asyncio.to_thread(replace_if_same, held, text, self._settings.document_bytes)
            except (UnreadableFileError, FileNotFoundError):
                held.stuck = True  # said by _read, or by the next rescan
                return
            except OSError as fault:
                self._complain(
                    held.path, f"{held.file} cannot be written: {fault.strerror}", "Look at its permissions."
                )
                held.stuck = True
                return
            if not written:  # changed this very moment: its notice is on the way
                self._changed_again(held)
                return
        elif revision == held.revision:
            return
        held.revision, held.text = revision, text
        record = FileRecord(held.document, held.file, revision, None)
        await self._database.run(lambda c: record_file(c, record))

    def _changed_again(self, held: Mirrored) -> None:
        if held.document not in self._due:
            self._due[held.document] = asyncio.get_running_loop().call_later(0.02, self._write_soon, held.document)

    # --- what the plugin asks for ------------------------------------------------------------------------------------

    async def create(self, path: Sequence[str], class_name: str, text: str) -> protocol.Document:
        """A new script from Studio, with a new file; raises Refusal, and overwrites nothing."""
        raw = text.encode()
        if len(raw) > self._settings.document_bytes:
            raise too_large(self._settings.document_bytes)
        async with self._busy:
            for held in self._by_document.values():
                if held.script.path == tuple(path):
                    raise _exists(held.name, held.file)
            file = await asyncio.to_thread(self._layout.place, path, class_name)
            try:
                await asyncio.to_thread(text_files.create, file, raw)
            except FileExistsError:
                raise _exists(".".join(path), self._relative(file)) from None
            except OSError as fault:
                raise Refusal("file", f"The file cannot be made: {fault.strerror}.", "Look at the disk.") from fault
            await self._add([ScriptFile(tuple(path), class_name, file)])
            made = self._by_file.get(file)
            if made is None:
                raise Refusal("file", "The file was made but cannot be served.", "Look at the server's window.")
            return protocol.Document(made.document, list(path), class_name, made.revision)

    async def keep(self, document: str, text: str) -> None:
        """Store the side of a document that lost a choice."""
        held = self._by_document.get(document)
        if len(text.encode()) > self._settings.document_bytes:
            raise too_large(self._settings.document_bytes)
        if held is None:
            raise Refusal("unknown_document", "There is no such document.", "Look at the list.", status=404)
        await self._keep(held.name, text.encode(), f"a choice was made for {held.name}")

    # --- small steps -------------------------------------------------------------------------------------------------

    async def _read_all(self, paths: list[Path]) -> dict[Path, tuple[bytes, Form]]:
        """What `_read` gives for each that has a text for us."""
        limit = self._settings.document_bytes
        found: dict[Path, tuple[bytes, Form]] = {}
        for path, read in zip(paths, await asyncio.to_thread(text_files.read_all, paths, limit), strict=True):
            if isinstance(read, UnreadableFileError):
                self._complain(path, f"{self._relative(path)} {read}; it is left alone", read.remedy)
            elif read is not None:
                self._complaints.pop(path, None)
                found[path] = read
        return found

    async def _read(self, path: Path) -> tuple[bytes, Form] | None:
        """The file's text, or None where it has none for us: said once, and left alone."""
        return (await self._read_all([path])).get(path)

    async def _keep(self, name: str, text: bytes, why: str) -> None:
        path = await asyncio.to_thread(keep, self._settings.state, name, text)
        self._announce("kept", f"{why}: the other text is kept in {self._relative(path)}")

    def _complain(self, path: Path, sentence: str, remedy: str) -> None:
        if self._complaints.get(path) != sentence:
            self._complaints[path] = sentence
            self._announce("file", f"{sentence}. {remedy}".rstrip())

    def _relative(self, path: Path) -> str:
        try:
            return path.relative_to(self._settings.folder).as_posix()
        except ValueError:
            return path.as_posix()


def replace_if_same(held: Mirrored, text: bytes, limit: int) -> bool:
    """Write the file if it still holds what was read last; returns whether it did."""
    now, form = text_files.read(held.path, limit)
    if now != held.text:
        return False
    text_files.replace(held.path, form.encode(text))
    return True


def _is_being_written(path: Path) -> bool:
    """Whether a file changed this very moment: some editors empty it first and then write it anew."""
    try:
        return abs(time.time() - path.stat().st_mtime) < _WRITING_SECONDS
    except OSError:
        return False


def _exists(name: str, file: str) -> Refusal:
    return Refusal(
        "exists", f"{name} is already there, in {file}.", "Link the script with it, or rename it.", status=409
    )
