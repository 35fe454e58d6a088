"""One script's file beside its document: what each knows of the other."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection

from toolboxai.roblox.project import ScriptFile
from toolboxai_server.realtime import ot
from toolboxai_server.store.files import FileRecord, record_file
from toolboxai_server.store.log import Change, DocumentLog
from toolboxai_server.sync.difference import changed_bytes, difference
from toolboxai_server.sync.text_files import Form


@dataclass(slots=True)
class Mirrored:
    """A script that is served. The file held `text` when it was last looked at; all of that is part of `revision`."""

    document: str
    script: ScriptFile
    file: str
    revision: int
    text: bytes
    form: Form = field(default_factory=Form)

    @property
    def path(self) -> Path:
        return self.script.file

    @property
    def name(self) -> str:
        return ".".join(self.script.path)


def absorb(connection: Connection, log: DocumentLog, held: Mirrored, text: bytes) -> tuple[Change, FileRecord]:
    """Order what a file that now holds `text` changed; the record of it is part of the same transaction."""
    before = log.text_at(connection, held.document, held.revision)
    operation = difference(held.text, text)
    if held.text != before:
        _, operation = ot.transform(difference(held.text, before), operation)
    change = log.append_disk(connection, held.document, held.revision, operation)
    _, now = log.read(connection, held.document)
    record = FileRecord(held.document, held.file, change.revision, None if now == text else text)
    record_file(connection, record)
    return change, record


def last_known(
    connection: Connection, log: DocumentLog, record: FileRecord, script: ScriptFile, text: bytes
) -> Mirrored:
    """What a file that holds `text` at start was made from.

    The record may lag behind what was written before a crash, so the file is compared with every revision since; where
    it is none of them it was changed while the server was down, and the nearest one is what it was changed from.
    """
    before = log.text_at(connection, record.document, record.revision)
    held = Mirrored(
        record.document, script, record.file, record.revision, before if record.text is None else record.text
    )
    best, nearest = held, changed_bytes(held.text, text)
    now = before
    for change in log.since(connection, record.document, record.revision):
        if not nearest:
            break
        now = ot.apply(change.operation, now)
        if (distance := changed_bytes(now, text)) < nearest:
            best, nearest = replace(held, revision=change.revision, text=now), distance
    return best
