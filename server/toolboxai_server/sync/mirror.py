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
from toolboxai_server.store.log import Change, DocumentLog
from toolboxai_server.sync import text_files
from toolboxai_server.sync.kept import keep
from toolboxai_server.sync.layout import Layout, Scripts
from toolboxai_server.sync.mirrored import Mirrored, absorb, last_known
from toolboxai_server.sync.text_files import Form, UnreadableFileError

_GRACE_SECONDS = 0.3
_WRITING_SECONDS = 0.04
_WRITING_TRIES = 10


class Mirror:
    """One project's files and documents. One thing at a time: `_busy` is held over every look at a file."""

    def __init__(  # noqa: PLR0913, PLR0917 - it ties these together
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
            scripts = (await self._scripts()).by_file
            for record in await self._database.run(lambda connection: list(files(connection))):
                await self._resume(record, scripts)
            for script in scripts.values():
                if script.file not in self._by_file:
                    await self._add(script)
            for held in list(self._by_document.values()):
                await self._look(held)
                await self._write(held)

    async def stop(self) -> None:
        """Write what is still due."""
        for timer in self._due.values():
            timer.cancel()
        async with self._busy:
            for document in list(self._due):
                if (held := self._by_document.get(document)) is not None:
                    await self._write(held)
            self._due.clear()

    async def _resume(self, record: FileRecord, scripts: dict[Path, ScriptFile]) -> None:
        path = self._settings.folder / record.file
        script = scripts.get(path)
        documents = {d.id: d for d in await self._database.run(self._log.documents)}
        document = documents[record.document]
        if script is None or (list(script.path), script.class_name) != (document.path, document.class_name):
            before = await self._database.run(lambda c: self._log.text_at(c, record.document, record.revision))
            names = tuple(document.path)
            gone = ScriptFile(names, document.class_name, path)
            held = Mirrored(record.document, gone, record.file, record.revision, record.text or before)
            await self._forget(held)
            return
        text = await self._read(path)
        if text is None:
            before = await self._database.run(lambda c: self._log.text_at(c, record.document, record.revision))
            self._take_in(Mirrored(record.document, script, record.file, record.revision, record.text or before))
            return
        held = await self._database.run(lambda c: last_known(c, self._log, record, script, text[0]))
        held.form = text[1]
        self._take_in(held)
        if held.text != text[0]:
            self._announce("file", f"{held.file} changed while the server was down; its changes are taken over")
            revision, head = await self._database.run(lambda c: self._log.read(c, held.document))
            if revision > held.revision and head != held.text:
                await self._keep(f"{held.name}-disk", text[0], f"{held.file} and its script both changed since")

    # --- a file changed ----------------------------------------------------------------------------------------------

    async def files_changed(self, paths: Sequence[Path]) -> None:
        """Look at these files; where one is none of ours, at the whole project."""
        async with self._busy:
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
        for script in scripts.by_file.values():
            if script.file not in self._by_file:
                await self._add(script)

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
            return
        text, held.form = found
        if text == held.text:
            return

        def job(connection: Connection) -> tuple[Change, FileRecord]:
            return absorb(connection, self._log, held, text)

        try:
            record = await self._hub.commit(job)
        except Refusal as refusal:
            self._complain(held.path, f"{held.file}: {refusal}", refusal.remedy)
            return
        held.revision, held.text = record.revision, text
        if record.text is not None:
            await self._write(held)

    async def _add(self, script: ScriptFile) -> None:
        found = await self._read(script.file)
        if found is None:
            return
        text, form = found
        file = self._relative(script.file)

        def job(connection: Connection) -> protocol.Document:
            document = self._log.create(connection, script.path, script.class_name, text)
            record_file(connection, FileRecord(document.id, file, 0, None))
            return document

        try:
            document = await self._database.run(job)
        except Refusal as refusal:
            self._complain(script.file, f"{file} is not served: {refusal}", "Rename one of the two.")
            return
        self._take_in(Mirrored(document.id, script, file, 0, text, form))
        self._hub.publish_added(document)

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
        revision, text = await self._database.run(lambda c: self._log.read(c, held.document))
        if text != held.text:
            try:
                written = await asyncio.to_thread(_replace_if_same, held, text, self._settings.document_bytes)
            except (UnreadableFileError, FileNotFoundError):
                return  # said by _read, or by the next rescan
            except OSError as fault:
                self._complain(
                    held.path, f"{held.file} cannot be written: {fault.strerror}", "Look at its permissions."
                )
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
            raise Refusal("too_large", "The script is too large.", "Split it into modules.", status=413)
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
            await self._add(ScriptFile(tuple(path), class_name, file))
            made = self._by_file.get(file)
            if made is None:
                raise Refusal("file", "The file was made but cannot be served.", "Look at the server's window.")
            return protocol.Document(made.document, list(path), class_name, made.revision)

    async def keep(self, document: str, text: str) -> None:
        """Store the side of a document that lost a choice."""
        held = self._by_document.get(document)
        if held is None:
            raise Refusal("unknown_document", "There is no such document.", "Look at the list.", status=404)
        await self._keep(held.name, text.encode(), f"a choice was made for {held.name}")

    # --- small steps -------------------------------------------------------------------------------------------------

    def _take_in(self, held: Mirrored) -> None:
        self._by_document[held.document] = held
        self._by_file[held.path] = held

    async def _read(self, path: Path) -> tuple[bytes, Form] | None:
        """The file's text, or None where it has none for us: said once, and left alone."""
        try:
            found = await asyncio.to_thread(text_files.read, path, self._settings.document_bytes)
        except FileNotFoundError:
            return None
        except UnreadableFileError as fault:
            self._complain(path, f"{self._relative(path)} {fault}; it is left alone", fault.remedy)
            return None
        self._complaints.pop(path, None)
        return found

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


def _replace_if_same(held: Mirrored, text: bytes, limit: int) -> bool:
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
