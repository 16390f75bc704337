"""One request, one transaction, one commit, at the edge: the dependencies through which routes reach the record."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

import anyio
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from api.db import Database
from api.errors import RecordAway

# A writer that has not had its turn by then tells its caller to come again.
LONGEST_WAIT_S = 5.0
WRITERS_ON_POSTGRESQL = 16


class WriteTurns:
    """How many requests may write at once: one on SQLite, which has one write lock, several on PostgreSQL.

    Those that wait do so here, without a thread, so that the one in front always finds a thread to finish in.
    """

    def __init__(self, database: Database) -> None:
        self._turns = anyio.Semaphore(1 if database.is_sqlite else WRITERS_ON_POSTGRESQL)

    async def take(self) -> None:
        """Wait for a turn.

        Raises:
            RecordAway: None came in time.
        """
        try:
            with anyio.fail_after(LONGEST_WAIT_S):
                await self._turns.acquire()
        except TimeoutError:
            raise RecordAway("Too many writes wait for the record; try again.") from None

    def give_back(self) -> None:
        """Let the next one in."""
        self._turns.release()


@asynccontextmanager
async def one_transaction(request: Request) -> AsyncIterator[Session]:
    """A session whose work is committed before the answer leaves, or undone when anything is raised."""
    turns: WriteTurns = request.app.state.write_turns
    database: Database = request.app.state.database
    await turns.take()
    try:
        db = database.open_writer()
        try:
            yield db
            await run_in_threadpool(db.commit)
        finally:
            # After a commit this only returns the connection; after an error it rolls back first. A caller who has
            # gone away must not keep the lock.
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(db.close)
    finally:
        turns.give_back()


async def in_one_transaction(request: Request) -> AsyncIterator[Session]:
    """Dependency: as `one_transaction`."""
    async with one_transaction(request) as db:
        yield db


def for_reading(request: Request) -> Iterator[Session]:
    """A session that sees one snapshot and writes nothing."""
    with request.app.state.database.reading() as db:
        yield db


# `scope="function"`: FastAPI would otherwise end the dependency after the answer has left, and a 200 must mean written.
WriteSession = Annotated[Session, Depends(in_one_transaction, scope="function")]
ReadSession = Annotated[Session, Depends(for_reading, scope="function")]
