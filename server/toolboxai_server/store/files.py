"""Which file each document has, and what of it the log has already."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from toolboxai_server.store import tables


@dataclass(frozen=True, slots=True)
class FileRecord:
    """`file` is below the project's folder, with `/`.

    Every edit that the file held when it was last looked at is part of `revision`; `text` is what it held, or None
    where that is the text of `revision`.
    """

    document: str
    file: str
    revision: int
    text: bytes | None


def files(connection: Connection) -> Iterator[FileRecord]:
    """Every living document's file."""
    t = tables.files
    for row in connection.execute(select(t.c.document, t.c.file, t.c.revision, t.c.text)).all():
        yield FileRecord(row.document, row.file, row.revision, row.text)


def record_file(connection: Connection, record: FileRecord) -> None:
    """Remember what is known of a document's file."""
    values = {"file": record.file, "revision": record.revision, "text": record.text}
    statement = insert(tables.files).values(document=record.document, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["document"], set_=values))
