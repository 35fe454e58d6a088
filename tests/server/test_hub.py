"""Who hears what, in which order: the hub over real databases."""

import asyncio
from pathlib import Path

import msgspec

from toolboxai import protocol
from toolboxai_server.announce import silent
from toolboxai_server.realtime.hub import Hub, Session
from toolboxai_server.realtime.outbox import Outbox
from toolboxai_server.store.database import Database
from toolboxai_server.store.log import DocumentLog

_decode = msgspec.json.Decoder(protocol.ServerMessage).decode


def opened(path: Path, ended: set[str] = frozenset()) -> tuple[Database, DocumentLog, Hub]:  # type: ignore[assignment]
    log = DocumentLog(document_bytes=1000, snapshot_every=5)
    database = Database(path, log.forget)
    database.start(asyncio.get_running_loop())
    return database, log, Hub(database, log, "game", ended.__contains__, silent)


def session(client: str, messages: int = 100) -> Session:
    return Session(f"s-{client}", client, "grant", Outbox(messages=messages, content_bytes=100_000))


async def hear(of: Session, count: int) -> list[protocol.ServerMessage]:
    return [_decode(await asyncio.wait_for(of.outbox.take(), 5) or "") for _ in range(count)]


def test_a_follower_hears_of_what_another_process_wrote_without_a_gap(tmp_path: Path):
    async def story() -> None:
        database, log, hub = opened(tmp_path / "state.db")
        other, other_log, _ = opened(tmp_path / "state.db")
        document = (await database.run(lambda c: log.create(c, ["A"], "Script", b""))).id
        one, two = session("one"), session("two")
        for each in (one, two):
            hub.join(each)
            hub.open(each, protocol.Open(document, 0))
            assert isinstance((await hear(each, 1))[0], protocol.Welcome)
        for seq in range(1, 4):
            edit = protocol.Edit(document, seq - 1, seq, [str(seq), *([seq - 1] if seq > 1 else [])])
            await other.run(lambda c, edit=edit: other_log.append(c, "elsewhere", edit))
        hub.edit(one, protocol.Edit(document, 0, 1, ["mine"]))
        hub.edit(two, protocol.Edit(document, 0, 1, ["too"]))
        for each, own in ((one, 4), (two, 5)):
            heard = await hear(each, 5)
            assert [message.revision for message in heard] == [1, 2, 3, 4, 5]  # type: ignore[union-attr]
            mine = [message.revision for message in heard if isinstance(message, protocol.Acknowledged)]
            assert mine == [own]
        database.stop()
        other.stop()

    asyncio.run(story())


def test_a_slow_reader_is_told_goodbye_and_the_others_hear_on(tmp_path: Path):
    async def story() -> None:
        database, log, hub = opened(tmp_path / "state.db")
        document = (await database.run(lambda c: log.create(c, ["A"], "Script", b""))).id
        slow, quick = session("slow", messages=8), session("quick")
        for each in (slow, quick):
            hub.join(each)
            hub.open(each, protocol.Open(document, 0))
        for seq in range(1, 21):
            hub.edit(quick, protocol.Edit(document, seq - 1, seq, ["x", *([seq - 1] if seq > 1 else [])]))
        assert len([m for m in await hear(quick, 21) if isinstance(m, protocol.Acknowledged)]) == 20
        (last,) = await hear(slow, 1)
        assert isinstance(last, protocol.Bye)
        assert last.code == "slow"
        assert await slow.outbox.take() is None
        database.stop()

    asyncio.run(story())


def test_who_was_away_for_long_hears_more_changes_than_may_wait_otherwise(tmp_path: Path):
    async def story() -> None:
        database, log, hub = opened(tmp_path / "state.db")
        document = (await database.run(lambda c: log.create(c, ["A"], "Script", b""))).id
        for seq in range(1, 51):
            edit = protocol.Edit(document, seq - 1, seq, ["x", *([seq - 1] if seq > 1 else [])])
            await database.run(lambda c, edit=edit: log.append(c, "busy", edit))
        away = session("away", messages=8)
        hub.join(away)
        hub.open(away, protocol.Open(document, 0))
        heard = await hear(away, 51)
        assert [m.revision for m in heard if isinstance(m, protocol.Changed)] == list(range(1, 51))
        database.stop()

    asyncio.run(story())


def test_who_was_revoked_while_connecting_is_not_welcomed(tmp_path: Path):
    async def story() -> None:
        database, _, hub = opened(tmp_path / "state.db", {"grant"})
        late = session("late")
        hub.join(late)
        (last,) = await hear(late, 1)
        assert isinstance(last, protocol.Bye)
        assert last.code == "revoked"
        assert hub.connected == 0
        database.stop()

    asyncio.run(story())
