"""The log of every document's changes: the one truth about what a text is."""

import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from toolboxai import protocol
from toolboxai_server.problems import Refusal
from toolboxai_server.realtime import ot
from toolboxai_server.store import tables
from toolboxai_server.store.database import Overtaken

_CACHED_DOCUMENTS = 256
_CACHED_CHANGES = 256
_MOST_PARTS = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """One committed step of a document; `revision` is the document's after it."""

    document: str
    revision: int
    client: str
    seq: int | None
    operation: ot.Operation


@dataclass(frozen=True, slots=True)
class Taken:
    """An edit's place in the log; `repeated` where it was there already."""

    change: Change
    repeated: bool = False


@dataclass(slots=True)
class _Live:
    """A document's text at its head and the changes that led there last, `tail[-1]` being the head's."""

    class_name: str
    head: int
    text: bytes
    tail: list[Change] = field(default_factory=list)


class DocumentLog:
    """Reads and writes documents within a job's transaction; used on the database's thread only."""

    def __init__(self, *, document_bytes: int, snapshot_every: int) -> None:
        self._document_bytes = document_bytes
        self._snapshot_every = snapshot_every
        self._cache: OrderedDict[str, _Live] = OrderedDict()

    def forget(self) -> None:
        """Drop what is cached: a transaction was rolled back."""
        self._cache.clear()

    # --- documents ---------------------------------------------------------------------------------------------------

    def documents(self, connection: Connection) -> list[protocol.Document]:
        """Every living document, by path."""
        t = tables.documents
        rows = connection.execute(select(t.c.id, t.c.path, t.c.class_name, t.c.head).where(t.c.live_path.is_not(None)))
        found = [protocol.Document(row.id, json.loads(row.path), row.class_name, row.head) for row in rows]
        return sorted(found, key=lambda document: document.path)

    def create(self, connection: Connection, path: Sequence[str], class_name: str, text: bytes) -> protocol.Document:
        """A new document at revision 0; raises Refusal `exists` where the path has one."""
        self._check_size(text)
        document = protocol.Document(secrets.token_urlsafe(9), list(path), class_name, 0)
        key = json.dumps(document.path)
        try:
            connection.execute(
                insert(tables.documents).values(id=document.id, path=key, live_path=key, class_name=class_name, head=0)
            )
        except IntegrityError:
            raise Refusal(
                "exists",
                f"{'.'.join(path)} is already a document",
                "Link the script with it, or give the new one another name.",
                status=409,
            ) from None
        connection.execute(insert(tables.snapshots).values(document=document.id, revision=0, text=text))
        return document

    def remove(self, connection: Connection, document: str) -> None:
        """The document lives no more; its history stays."""
        t = tables.documents
        connection.execute(update(t).where(t.c.id == document).values(live_path=None))
        connection.execute(tables.files.delete().where(tables.files.c.document == document))
        self._cache.pop(document, None)

    def read(self, connection: Connection, document: str) -> tuple[int, bytes]:
        """The head's revision and text; raises Refusal `unknown_document`."""
        live = self._live(connection, document)
        return live.head, live.text

    def text_at(self, connection: Connection, document: str, revision: int) -> bytes:
        """The text as it stood at `revision`, from the nearest snapshot before it."""
        t = tables.snapshots
        row = connection.execute(
            select(t.c.revision, t.c.text)
            .where(t.c.document == document, t.c.revision <= revision)
            .order_by(t.c.revision.desc())
            .limit(1)
        ).one()
        text: bytes = row.text
        for change in self._stored(connection, document, row.revision, revision):
            text = ot.apply(change.operation, text)
        return text

    def since(self, connection: Connection, document: str, revision: int) -> list[Change]:
        """The changes after `revision`, oldest first; raises Refusal where there is no such revision."""
        live = self._live(connection, document)
        if revision > live.head:
            raise _ahead(revision, live.head)
        wanted = live.head - revision
        if wanted <= len(live.tail):
            return live.tail[len(live.tail) - wanted :]
        return self._stored(connection, document, revision, live.head)

    # --- edits -------------------------------------------------------------------------------------------------------

    def append(self, connection: Connection, client: str, edit: protocol.Edit) -> Taken | Refusal:
        """Order one client's edit, or say why not; a resent one gets its first answer."""
        digest = hashlib.sha256(msgspec.json.encode((edit.base, edit.operation))).digest()
        try:
            repeated = self._repeated(connection, client, edit, digest)
            if repeated is not None:
                return Taken(repeated, repeated=True)
            live = self._live(connection, edit.document)
            if edit.base > live.head:
                return _ahead(edit.base, live.head)
            if len(edit.operation) > _MOST_PARTS:
                return Refusal("operation", f"An edit has at most {_MOST_PARTS:,} parts.", "Send several edits.")
            operation = ot.decode(edit.operation)
            return Taken(self._order(connection, edit.document, client, edit.base, operation, edit.seq, digest))
        except ot.OperationError as fault:
            return Refusal("operation", str(fault), "Read the document afresh; the text was kept as it is.")
        except Refusal as refusal:
            return refusal

    def append_disk(self, connection: Connection, document: str, base: int, operation: ot.Operation) -> Change:
        """Order a file's change; raises OperationError or Refusal."""
        return self._order(connection, document, "disk", base, operation, None, None)

    def _repeated(self, connection: Connection, client: str, edit: protocol.Edit, digest: bytes) -> Change | None:
        t = tables.changes
        row = connection.execute(
            select(t.c.revision, t.c.seq, t.c.digest, t.c.operation)
            .where(t.c.client == client, t.c.document == edit.document, t.c.seq >= edit.seq)
            .order_by(t.c.seq)
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        if row.seq != edit.seq or row.digest != digest:
            raise Refusal(
                "seq_reused",
                f"edit {edit.seq} of this client was sent before with other content",
                "Resend an edit as it was first sent; count new ones on.",
            )
        return Change(edit.document, row.revision, client, edit.seq, _operation(row.operation))

    def _order(  # noqa: PLR0913 - what a change is
        self, connection: Connection, document: str, client: str, base: int, operation: ot.Operation,
        seq: int | None, digest: bytes | None,
    ) -> Change:  # fmt: skip
        live = self._live(connection, document)
        for change in self.since(connection, document, base):
            _, operation = ot.transform(change.operation, operation)
        text = ot.apply(operation, live.text)
        self._check_size(text)
        change = Change(document, live.head + 1, client, seq, operation)
        self._advance(connection, change)
        connection.execute(
            insert(tables.changes).values(
                document=document, revision=change.revision, client=client, seq=seq, digest=digest,
                operation=msgspec.json.encode(ot.encode(operation)), at=time.time(),
            )
        )  # fmt: skip
        if change.revision % self._snapshot_every == 0:
            connection.execute(insert(tables.snapshots).values(document=document, revision=change.revision, text=text))
        live.head, live.text = change.revision, text
        live.tail.append(change)
        del live.tail[:-_CACHED_CHANGES]
        return change

    def _advance(self, connection: Connection, change: Change) -> None:
        """Take the head from the revision that this change follows; raises Overtaken where another writer was first."""
        t = tables.documents
        moved = connection.execute(
            update(t)
            .where(t.c.id == change.document, t.c.head == change.revision - 1, t.c.live_path.is_not(None))
            .values(head=change.revision)
        )
        if moved.rowcount == 0:
            raise Overtaken

    def _live(self, connection: Connection, document: str) -> _Live:
        if (live := self._cache.get(document)) is not None:
            self._cache.move_to_end(document)
            return live
        t = tables.documents
        row = connection.execute(
            select(t.c.class_name, t.c.head).where(t.c.id == document, t.c.live_path.is_not(None))
        ).one_or_none()
        if row is None:
            raise Refusal(
                "unknown_document", "there is no such document", "Its file may have been removed; look at the list.",
                status=404,
            )  # fmt: skip
        live = _Live(row.class_name, row.head, self.text_at(connection, document, row.head))
        self._cache[document] = live
        if len(self._cache) > _CACHED_DOCUMENTS:
            self._cache.popitem(last=False)
        return live

    def _stored(self, connection: Connection, document: str, after: int, until: int) -> list[Change]:
        t = tables.changes
        rows = connection.execute(
            select(t.c.revision, t.c.client, t.c.seq, t.c.operation)
            .where(t.c.document == document, t.c.revision > after, t.c.revision <= until)
            .order_by(t.c.revision)
        )
        return [Change(document, row.revision, row.client, row.seq, _operation(row.operation)) for row in rows]

    def _check_size(self, text: bytes) -> None:
        if len(text) > self._document_bytes:
            raise too_large(self._document_bytes)


def too_large(limit: int) -> Refusal:
    """What is said to a text of more than `limit` bytes."""
    return Refusal("too_large", f"A script has at most {limit:,} bytes.", "Split it into modules.", status=413)


def _ahead(revision: int, head: int) -> Refusal:
    return Refusal("ahead", f"There is no revision {revision}, the document is at {head}.", "Read the document afresh.")


def _operation(stored: bytes) -> ot.Operation:
    return ot.decode(msgspec.json.decode(stored))
