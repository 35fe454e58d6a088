"""Who follows which document, and the one order in which everyone hears of its changes.

Everything here runs on the event loop. The database answers in the order of its commits, and each answer is handled
without a pause, so a follower hears of revisions without a gap.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from toolboxai import protocol
from toolboxai_server.announce import Announce
from toolboxai_server.problems import Refusal
from toolboxai_server.realtime import ot
from toolboxai_server.realtime.outbox import Outbox, encode
from toolboxai_server.store.database import Database
from toolboxai_server.store.log import Change, DocumentLog, Taken

T = TypeVar("T")
_NOT_OPEN = Refusal("not_open", "The document is not open.", "Send `open` first.")
_ENDED = ("revoked", "This pairing was ended.", "Pair again.")


@dataclass(eq=False, slots=True)
class Session:
    """One open socket of one client; `follows` has the revision that was sent last, by document."""

    id: str
    client: str
    grant: str
    outbox: Outbox
    follows: dict[str, int] = field(default_factory=dict)
    opening: set[str] = field(default_factory=set)


class Hub:
    """Takes edits to the log and brings changes to the followers; `on_change` hears of every commit as well."""

    def __init__(
        self, database: Database, log: DocumentLog, project: str, ended: Callable[[str], bool], announce: Announce
    ) -> None:
        self._database = database
        self._log = log
        self._project = project
        self._ended = ended
        self._announce = announce
        self._sessions: dict[str, Session] = {}
        self.on_change: Callable[[Change], None] = lambda _change: None

    @property
    def connected(self) -> int:
        return len(self._sessions)

    def join(self, session: Session) -> None:
        """Welcome a client; an older socket of the same one is told goodbye."""

        def welcome(documents: list[protocol.Document]) -> None:
            if self._ended(session.grant):
                session.outbox.close(*_ENDED)
                return
            if (older := self._sessions.get(session.client)) is not None:
                older.outbox.close("replaced", "This client connected again.")
            self._sessions[session.client] = session
            session.outbox.put(protocol.Welcome(session.id, self._project, documents))

        self._submit(session, self._log.documents, welcome)

    def leave(self, session: Session) -> None:
        if self._sessions.get(session.client) is session:
            del self._sessions[session.client]

    def open(self, session: Session, message: protocol.Open) -> None:
        """Send what `message.revision` lacks, then every change as it comes."""
        document, revision = message.document, message.revision

        def read(connection: Connection) -> list[Change] | Refusal:
            try:
                return self._log.since(connection, document, revision)
            except Refusal as refusal:
                return refusal

        session.opening.add(document)

        def follow(found: list[Change] | Refusal) -> None:
            session.opening.discard(document)
            if isinstance(found, Refusal):
                if found.code == "unknown_document":
                    session.outbox.put(protocol.Removed(document))
                else:
                    session.outbox.close(found.code, str(found), found.remedy)
                return
            session.follows[document] = revision
            session.outbox.expect(len(found))
            for change in found:
                self._tell(session, change)

        self._submit(session, read, follow)

    def edit(self, session: Session, edit: protocol.Edit) -> None:
        """Order an edit; it is acknowledged once it is committed."""
        if edit.document not in session.follows and edit.document not in session.opening:
            self._refuse(session, edit, _NOT_OPEN)
            return

        def taken(answer: Taken | Refusal) -> None:
            if isinstance(answer, Refusal):
                self._refuse(session, edit, answer)
            elif answer.repeated:
                session.outbox.put(protocol.Acknowledged(edit.document, edit.seq, answer.change.revision))
            else:
                self.publish(answer.change)

        self._submit(session, lambda connection: self._log.append(connection, session.client, edit), taken)

    async def commit(self, job: Callable[[Connection], tuple[Change, T]]) -> T:
        """Run a job that changes a document; its change is published in the order of the commits."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def done(result: tuple[Change, T]) -> None:
            change, rest = result
            self.publish(change)
            if not future.cancelled():
                future.set_result(rest)

        def failed(fault: BaseException) -> None:
            if not future.cancelled():
                future.set_exception(fault)

        self._database.submit(job, done, failed)
        return await future

    def publish(self, change: Change) -> None:
        """Bring a committed change to everyone who follows its document."""
        frame = encode(_changed(change))
        for session in list(self._sessions.values()):
            if change.document in session.follows:
                self._tell(session, change, frame)
        self.on_change(change)

    def publish_added(self, document: protocol.Document) -> None:
        for session in self._sessions.values():
            session.outbox.put(protocol.Added(document))

    def publish_removed(self, document: str) -> None:
        for session in self._sessions.values():
            session.follows.pop(document, None)
            session.outbox.put(protocol.Removed(document))

    def end_grant(self, grant: str) -> None:
        """Say goodbye to every socket of a grant that was revoked."""
        for session in self._sessions.values():
            if session.grant == grant:
                session.outbox.close(*_ENDED)

    def end_all(self) -> None:
        """Say goodbye to everyone: the server stops."""
        for session in self._sessions.values():
            session.outbox.close("stopping", "The server stops.", "Connect again when it runs; nothing is lost.")

    def _catch_up(self, session: Session, document: str, revision: int) -> None:
        def tell(found: list[Change]) -> None:
            session.outbox.expect(len(found))
            for change in found:
                if document in session.follows:
                    self._tell(session, change)

        self._submit(session, lambda connection: self._log.since(connection, document, revision), tell)

    def _refuse(self, session: Session, edit: protocol.Edit, refusal: Refusal) -> None:
        self._announce("refused", f"an edit of {session.client}: {refusal}")
        refused = protocol.Refused(edit.document, edit.seq, refusal.code, str(refusal), refusal.remedy)
        session.outbox.put(refused)

    def _tell(self, session: Session, change: Change, frame: str | None = None) -> None:
        last = session.follows[change.document]
        if change.revision <= last:
            return
        if change.revision > last + 1:  # another process wrote in between: read what this one did not see
            self._catch_up(session, change.document, last)
            return
        session.follows[change.document] = change.revision
        if change.client == session.client and change.seq is not None:
            session.outbox.put(protocol.Acknowledged(change.document, change.seq, change.revision))
        else:
            session.outbox.put_frame(frame or encode(_changed(change)))

    def _submit(self, session: Session, job: Callable[[Connection], object], done: Callable[..., None]) -> None:
        self._database.submit(job, done, partial(self._failed, session))

    def _failed(self, session: Session, fault: BaseException) -> None:
        self._announce("fault", f"the database failed: {type(fault).__name__}")
        session.outbox.close("fault", "The server could not use its database.", "Look at the server's window.")


def _changed(change: Change) -> protocol.Changed:
    return protocol.Changed(change.document, change.revision, change.client, ot.encode(change.operation))
