"""A client of one document, without any socket: what it says, what it hears, what its text is."""

from dataclasses import dataclass, field
from types import ModuleType

from toolboxai import protocol
from toolboxai_server.realtime import ot


@dataclass
class Editor:
    """One edit in flight, one composed buffer behind it; a resent edit is the very message that was sent first."""

    document: str
    revision: int
    text: bytes
    seq: int = 0
    in_flight: protocol.Edit | None = None
    pending: ot.Operation | None = None  # the edit in flight, as it stands on `revision` now
    buffer: ot.Operation | None = None
    refused: list[protocol.Refused] = field(default_factory=list)
    ot: ModuleType = ot  # a test plants a faulty one

    def edit(self, operation: ot.Operation) -> list[protocol.ClientMessage]:
        """The author typed; returns what is to be sent."""
        self.text = ot.apply(operation, self.text)
        self.buffer = operation if self.buffer is None else ot.compose(self.buffer, operation)
        return self._flush()

    def replace(self, start: int, end: int, text: str) -> list[protocol.ClientMessage]:
        return self.edit(ot.normal((start, text.encode(), start - end, len(self.text) - end)))

    def hear(self, message: protocol.ServerMessage) -> list[protocol.ClientMessage]:
        match message:
            case protocol.Changed(document=self.document) if message.revision == self.revision + 1:
                self._change(ot.decode(message.operation))
                self.revision += 1
            case protocol.Acknowledged(document=self.document) if self.in_flight and message.seq == self.in_flight.seq:
                assert message.revision == self.revision + 1
                self.revision += 1
                self.in_flight = self.pending = None
                return self._flush()
            case protocol.Refused(document=self.document):
                self.refused.append(message)
        return []

    def connect(self) -> list[protocol.ClientMessage]:
        """What to say after a (re)connect, once welcomed."""
        opened: list[protocol.ClientMessage] = [protocol.Open(self.document, self.revision)]
        return [*opened, self.in_flight] if self.in_flight else opened

    @property
    def settled(self) -> bool:
        return self.in_flight is None and self.buffer is None

    def _change(self, operation: ot.Operation) -> None:
        if self.pending is not None:
            operation, self.pending = self.ot.transform(operation, self.pending)
        if self.buffer is not None:
            operation, self.buffer = self.ot.transform(operation, self.buffer)
        self.text = ot.apply(operation, self.text)

    def _flush(self) -> list[protocol.ClientMessage]:
        if self.in_flight is not None or self.buffer is None:
            return []
        self.seq += 1
        self.pending, self.buffer = self.buffer, None
        self.in_flight = protocol.Edit(self.document, self.revision, self.seq, ot.encode(self.pending))
        return [self.in_flight]
