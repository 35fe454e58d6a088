"""One SQLite file, one thread that owns its connection, and many small jobs committed together.

A job is a function of a connection. Jobs that wait together share a transaction, so a burst of edits costs one flush to
disk; a job's answer is delivered on the event loop after the commit, in the order of the jobs.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from toolboxai.errors import ToolboxError
from toolboxai_server.store.migrations import migrate

T = TypeVar("T")
_BATCH = 64
_RETRIES = 20


class Overtaken(Exception):  # noqa: N818 - not a fault: the job runs again on what is there now
    """Another writer moved a row first; the job is to be run again."""


@dataclass(slots=True)
class _Job:
    run: Callable[[Connection], Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]


class Database:
    """Runs jobs on the project's database file; `on_rollback` tells caches to forget what was not committed."""

    def __init__(self, path: Path, on_rollback: Callable[[], None] = lambda: None) -> None:
        self._path = path
        self._on_rollback = on_rollback
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: Connection | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open the file and bring its tables up to date; raises ToolboxError where it is not ours or is damaged."""
        self._loop = loop
        engine = create_engine(
            f"sqlite:///{self._path}",
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        try:
            self._connection = engine.connect()
            migrate(self._connection)
        except (DatabaseError, OperationalError) as fault:
            raise ToolboxError(
                f"{self._path} cannot be used as a database: {fault.orig}",
                remedy="Move the file away; ToolboxAI starts again from the files on disk.",
            ) from fault
        self._thread = threading.Thread(target=self._work, name="toolboxai-store", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what was submitted, then close the file."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def submit(
        self, job: Callable[[Connection], T], done: Callable[[T], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Run `job` in a transaction; `done` or `failed` is called on the event loop, in submission order."""
        self._jobs.put(_Job(job, done, failed))

    async def run(self, job: Callable[[Connection], T]) -> T:
        """Run `job` in a transaction and return what it returned, once that is committed."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def done(result: T) -> None:
            if not future.cancelled():
                future.set_result(result)

        def failed(fault: BaseException) -> None:
            if not future.cancelled():
                future.set_exception(fault)

        self.submit(job, done, failed)
        return await future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job]
            last = False
            while len(batch) < _BATCH and not self._jobs.empty():
                if (another := self._jobs.get()) is None:
                    last = True
                    break
                batch.append(another)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[_Job]) -> None:
        """One transaction for all; where any job fails, each gets one of its own."""
        assert self._connection is not None
        try:
            with self._connection.begin():
                results = [job.run(self._connection) for job in batch]
        except Exception:  # noqa: BLE001 - whichever job it was finds its own fault again below
            self._on_rollback()
            for job in batch:
                self._commit_one(job)
        else:
            self._deliver([(job.done, result) for job, result in zip(batch, results, strict=True)])

    def _commit_one(self, job: _Job) -> None:
        assert self._connection is not None
        for attempt in range(_RETRIES):
            try:
                with self._connection.begin():
                    result = job.run(self._connection)
            except Overtaken as fault:
                self._on_rollback()
                if attempt == _RETRIES - 1:
                    self._deliver([(job.failed, fault)])
            except Exception as fault:  # noqa: BLE001 - handed to the one who asked
                self._on_rollback()
                self._deliver([(job.failed, fault)])
                return
            else:
                self._deliver([(job.done, result)])
                return

    def _deliver(self, calls: list[tuple[Callable[[Any], None], Any]]) -> None:
        assert self._loop is not None

        for call, value in calls:
            self._loop.call_soon_threadsafe(call, value)


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are ours: see _begin
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "busy_timeout = 5000"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("begin immediate")
