"""The database and the log: one truth, many writers, nothing half done."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from toolboxai import protocol
from toolboxai.errors import ToolboxError
from toolboxai_server.problems import Refusal
from toolboxai_server.store.database import Database
from toolboxai_server.store.log import DocumentLog, Taken
from toolboxai_server.store.migrations import STEPS, migrate


def opened(path: Path) -> tuple[Database, DocumentLog]:
    log = DocumentLog(document_bytes=1000, snapshot_every=5)
    database = Database(path, log.forget)
    database.start(asyncio.get_running_loop())
    return database, log


def typed(document: str, base: int, seq: int, text: str, length: int) -> protocol.Edit:
    return protocol.Edit(document, base, seq, [text, *([length] if length else [])])


def test_two_writers_of_one_file_order_their_edits_into_one_history(tmp_path: Path):
    async def story() -> None:
        writers = [opened(tmp_path / "state.db") for _ in range(2)]
        document = await writers[0][0].run(lambda c: writers[0][1].create(c, ["A"], "Script", b""))

        async def write(number: int) -> list[int]:
            database, log = writers[number]
            revisions = []
            for seq in range(1, 26):
                edit = typed(document.id, 0, seq, f"<{number}.{seq}>", 0)
                taken = await database.run(lambda c, edit=edit: log.append(c, f"client-{number}", edit))
                assert isinstance(taken, Taken), taken
                revisions.append(taken.change.revision)
                await asyncio.sleep(0)
            return revisions

        first, second = await asyncio.gather(write(0), write(1))
        assert sorted(first + second) == list(range(1, 51))
        for database, log in writers:
            log.forget()
            head, text = await database.run(lambda c, log=log: log.read(c, document.id))
            assert head == 50
            assert all(text.count(f"<{n}.{seq}>".encode()) == 1 for n in range(2) for seq in range(1, 26))
            database.stop()

    asyncio.run(story())


def test_a_job_that_fails_takes_nothing_of_its_neighbours_with_it(tmp_path: Path):
    async def story() -> None:
        database, log = opened(tmp_path / "state.db")
        document = (await database.run(lambda c: log.create(c, ["A"], "Script", b""))).id

        def fail(connection) -> None:
            log.append(connection, "someone", typed(document, 0, 1, "lost", 0))
            raise KeyError

        jobs = [
            database.run(lambda c: log.append(c, "one", typed(document, 0, 1, "a", 0))),
            database.run(fail),
            database.run(lambda c: log.append(c, "two", typed(document, 0, 1, "b", 0))),
            database.run(lambda c: log.create(c, ["A"], "Script", b"")),
        ]
        answers = await asyncio.gather(*jobs, return_exceptions=True)
        assert [type(answer) for answer in answers] == [Taken, KeyError, Taken, Refusal]
        assert await database.run(lambda c: log.read(c, document)) == (2, b"ab")
        database.stop()

    asyncio.run(story())


def test_answers_come_in_the_order_of_the_jobs_and_after_their_commit(tmp_path: Path):
    async def story() -> None:
        database, log = opened(tmp_path / "state.db")
        document = (await database.run(lambda c: log.create(c, ["A"], "Script", b""))).id
        heard: list[int] = []
        early: list[int] = []
        reader = create_engine(f"sqlite:///{tmp_path / 'state.db'}")
        with reader.connect() as other:

            def done(taken: Taken) -> None:
                committed = other.exec_driver_sql("select head from documents").scalar_one()
                other.rollback()
                heard.append(taken.change.revision)
                early.extend([taken.change.revision] if committed < taken.change.revision else [])

            for seq in range(1, 101):
                edit = typed(document, 0, seq, "x", 0)
                database.submit(lambda c, edit=edit: log.append(c, "one", edit), done, pytest.fail)
            async with asyncio.timeout(20):
                while len(heard) < 100:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        reader.dispose()
        assert (heard, early) == (list(range(1, 101)), [])
        database.stop()

    asyncio.run(story())


def test_any_revision_can_be_read_back_from_the_nearest_snapshot(tmp_path: Path):
    async def story() -> None:
        database, log = opened(tmp_path / "state.db")
        document = (await database.run(lambda c: log.create(c, ["A"], "Script", "🙂".encode()))).id
        texts = ["🙂"]
        for seq in range(1, 24):
            texts.append(f"{seq}{texts[-1]}")
            edit = typed(document, seq - 1, seq, str(seq), len(texts[-2].encode()))
            await database.run(lambda c, edit=edit: log.append(c, "one", edit))
        for revision, text in enumerate(texts):
            got = await database.run(lambda c, revision=revision: log.text_at(c, document, revision))
            assert got.decode() == text
        database.stop()

    asyncio.run(story())


def test_a_file_that_is_no_database_and_one_of_a_later_release_stop_the_start(tmp_path: Path):
    async def story(path: Path) -> None:
        with pytest.raises(ToolboxError) as fault:
            opened(path)
        assert fault.value.remedy

    (tmp_path / "bad.db").write_bytes(b"this is no database at all" * 100)
    asyncio.run(story(tmp_path / "bad.db"))
    engine = create_engine(f"sqlite:///{tmp_path / 'late.db'}")
    with engine.connect() as connection:
        migrate(connection)
        migrate(connection)
        connection.exec_driver_sql(f"pragma user_version = {len(STEPS) + 1}")
        connection.commit()
    engine.dispose()
    asyncio.run(story(tmp_path / "late.db"))
