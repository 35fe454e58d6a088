"""Random sessions of several clients on one document, with the real log behind a network that loses and repeats."""

import random
from collections import deque
from dataclasses import dataclass, field, replace
from types import ModuleType

import msgspec
from sqlalchemy import Connection, create_engine

from peers.editing import Editor
from peers.operations import random_operation
from toolboxai import protocol
from toolboxai_server.realtime import ot
from toolboxai_server.store.log import Change, DocumentLog, Taken
from toolboxai_server.store.migrations import migrate

_STEPS = 60


class DuplicatingLog(DocumentLog):
    """A planted fault: a log that orders a resent edit once more."""

    def append(self, connection, client, edit):
        operation = ot.decode(edit.operation)
        change = self._order(connection, edit.document, client, edit.base, operation, None, None)
        return Taken(replace(change, seq=edit.seq))


@dataclass
class _Line:
    """One client's connection; what is on it is lost when it breaks, some of what was said comes again later."""

    name: str
    editor: Editor
    up: deque[protocol.ClientMessage] = field(default_factory=deque)
    down: deque[protocol.ServerMessage] = field(default_factory=deque)
    late: list[protocol.ClientMessage] = field(default_factory=list)
    follows: int | None = None

    def say(self, messages: list[protocol.ClientMessage]) -> None:
        self.up.extend(messages)
        self.late.extend(message for message in messages if isinstance(message, protocol.Edit))

    def reconnect(self) -> None:
        self.up.clear()
        self.down.clear()
        self.follows = None
        self.say(self.editor.connect())


class _Server:
    def __init__(self, connection: Connection, log: DocumentLog, lines: list[_Line]) -> None:
        self.connection, self.log, self.lines = connection, log, lines

    def hear(self, line: _Line, message: protocol.ClientMessage) -> None:
        # over the wire and back, as the gateway does
        message = msgspec.json.decode(msgspec.json.encode(message), type=protocol.ClientMessage)
        match message:
            case protocol.Open():
                line.follows = message.revision
                for change in self.log.since(self.connection, message.document, message.revision):
                    self._tell(line, change)
            case protocol.Edit():
                taken = self.log.append(self.connection, line.name, message)
                assert isinstance(taken, Taken), taken
                if taken.repeated:
                    line.down.append(protocol.Acknowledged(message.document, message.seq, taken.change.revision))
                else:
                    for each in self.lines:
                        if each.follows is not None:
                            self._tell(each, taken.change)

    def _tell(self, line: _Line, change: Change) -> None:
        if change.client == line.name:
            assert change.seq is not None
            line.down.append(protocol.Acknowledged(change.document, change.seq, change.revision))
        else:
            line.down.append(
                protocol.Changed(change.document, change.revision, change.client, ot.encode(change.operation))
            )
        line.follows = change.revision


def converge(
    source: random.Random, clients: int, log_class: type[DocumentLog] = DocumentLog, client_ot: ModuleType = ot
) -> None:
    """Let `clients` type for a while, then fail unless everyone ends with the server's text."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        migrate(connection)
        log = log_class(document_bytes=1_000_000, snapshot_every=7)
        start = "".join(source.choices("ab🙂é\n", k=source.randint(0, 10))).encode()
        document = log.create(connection, ["A"], "Script", start).id
        lines = [_Line(f"client-{n}", Editor(document, 0, start, ot=client_ot)) for n in range(clients)]
        server = _Server(connection, log, lines)
        for line in lines:
            line.reconnect()
        for _ in range(_STEPS * clients):
            _step(source, server, source.choice(lines), log)
        for line in lines:
            line.reconnect()
        _drain(server)
        _, text = log.read(connection, document)
        log.forget()
        head, stored = log.read(connection, document)
        assert text == stored == log.text_at(connection, document, head)
        for line in lines:
            assert line.editor.settled
            assert not line.editor.refused
            assert line.editor.text == text
    engine.dispose()


def _step(source: random.Random, server: _Server, line: _Line, log: DocumentLog) -> None:
    chance = source.random()
    if chance < 0.35:
        line.say(line.editor.edit(random_operation(source, line.editor.text, "xyz🎈\n")))
    elif chance < 0.65 and line.up:
        server.hear(line, line.up.popleft())
    elif chance < 0.9 and line.down:
        line.say(line.editor.hear(line.down.popleft()))
    elif chance < 0.94:
        line.reconnect()
    elif chance < 0.97 and line.late and line.follows is not None:
        server.hear(line, source.choice(line.late))
    elif chance > 0.99:
        log.forget()  # as after a rollback: everything is read again


def _drain(server: _Server) -> None:
    for _ in range(10_000):
        busy = False
        for line in server.lines:
            if line.up:
                server.hear(line, line.up.popleft())
                busy = True
            if line.down:
                line.say(line.editor.hear(line.down.popleft()))
                busy = True
        if not busy:
            return
    raise AssertionError("the clients never came to rest")
