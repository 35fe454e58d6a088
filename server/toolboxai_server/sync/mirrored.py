"""One script's file beside its document: what each knows of the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection

from toolboxai import protocol
from toolboxai.roblox.project import ScriptFile
from toolboxai_server.problems import Refusal
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
    stuck: bool = False
    """Whether the file cannot follow its document at present; the next good look at it tries again."""

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


def add(connection: Connection, log: DocumentLog, new: list[Mirrored]) -> list[protocol.Document | Refusal]:
    """A document for each file that has none, or why it gets none."""
    made: list[protocol.Document | Refusal] = []
    for held in new:
        try:
            document = log.create(connection, held.script.path, held.script.class_name, held.text)
        except Refusal as refusal:
            made.append(refusal)
            continue
        record_file(connection, FileRecord(document.id, held.file, 0, None))
        made.append(document)
    return made


@dataclass(frozen=True, slots=True)
class Resumed:
    """A script that was served before, and its document's head."""

    held: Mirrored
    head: int


def resume(
    connection: Connection,
    log: DocumentLog,
    records: Mapping[Path, FileRecord],
    found: Mapping[Path, tuple[bytes, Form]],
) -> list[Resumed]:
    """Put every script that was served before beside its file as `found` at start."""
    resumed = []
    documents = {document.id: document for document in log.documents(connection)}
    for path, record in records.items():
        document = documents[record.document]
        served = ScriptFile(tuple(document.path), document.class_name, path)
        text = found[path][0] if path in found else None
        resumed.append(Resumed(_last_known(connection, log, record, served, text), document.revision))
    return resumed


def _last_known(
    connection: Connection, log: DocumentLog, record: FileRecord, script: ScriptFile, text: bytes | None
) -> Mirrored:
    """What a file that holds `text` was made from; None where it cannot be read.

    The record may lag behind what was written before a crash, so the file is compared with every revision since; where
    it is none of them it was changed while the server was down, and the nearest one is what it was changed from.
    """
    before = log.text_at(connection, record.document, record.revision)
    recorded = before if record.text is None else record.text
    held = Mirrored(record.document, script, record.file, record.revision, recorded)
    if text is None:
        return held
    best, nearest = held, changed_bytes(held.text, text)
    now = before
    for change in log.since(connection, record.document, record.revision):
        if not nearest:
            break
        now = ot.apply(change.operation, now)
        if (distance := changed_bytes(now, text)) < nearest:
            best, nearest = replace(held, revision=change.revision, text=now), distance
    return best
