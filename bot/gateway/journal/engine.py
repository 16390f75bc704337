"""Opens the journal: SQLite by default, PostgreSQL by URL; brings its tables up to date."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

_PRAGMAS = ("busy_timeout=1000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")
MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


class JournalAway(Exception):
    """The journal cannot be written or read now; nothing may be promised."""


def open_engine(url: str) -> Engine:
    """Return an engine that waits a second or two for a lock, never for ever.

    SQLite: WAL, every commit on disk (`synchronous=FULL`), freed bytes overwritten (`secure_delete`).
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        options = "-c statement_timeout=3000 -c lock_timeout=1500"
        return create_engine(
            parsed, pool_size=8, max_overflow=0, pool_timeout=2, pool_pre_ping=True,
            connect_args={"connect_timeout": 2, "options": options},
        )  # fmt: skip
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    # One thread does all the work on SQLite, so a single connection that stays open is enough.
    connect_args = {"timeout": 1.0, "check_same_thread": False}
    engine = create_engine(parsed, pool_size=1, max_overflow=0, connect_args=connect_args)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: object) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision; safe to call at every start."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


class Journal:
    """Runs journal work off the event loop, one transaction a call.

    SQLite work runs on one thread, in the order asked; PostgreSQL on eight.
    """

    def __init__(self, engine: Engine, *, wait_s: float = 4.0) -> None:
        self._engine = engine
        self._wait_s = wait_s
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else 8, thread_name_prefix="journal")
        self._waiting = 0

    async def run[**P, T](self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `work(connection, *args, **kwargs)` in one transaction and return what it returns once committed.

        Raises:
            JournalAway: The database is away or locked, or too much waits for it already.
        """
        if self._waiting >= 200:
            raise JournalAway("too much waits for the journal")
        self._waiting += 1
        try:
            job = asyncio.get_running_loop().run_in_executor(self._threads, self._transaction, work, args, kwargs)
            return await asyncio.wait_for(job, self._wait_s)
        except (SQLAlchemyError, TimeoutError) as error:
            raise JournalAway(type(error).__name__) from None
        finally:
            self._waiting -= 1

    def _transaction[T](self, work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        with self._engine.begin() as connection:
            return work(connection, *args, **kwargs)

    async def wipe_traces(self) -> None:
        """Empty SQLite's write-ahead log, so that deleted words are in no file; PostgreSQL: vacuum does that.

        Raises:
            JournalAway: Another process holds the log.
        """
        if self.is_sqlite:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._checkpoint)

    def _checkpoint(self) -> None:
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for _ in range(3):
                    busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
                    if not busy:
                        return
        except SQLAlchemyError as error:
            raise JournalAway(type(error).__name__) from None
        raise JournalAway("the log is held")

    def close(self) -> None:
        """Finish what runs and close the connections."""
        self._threads.shutdown(wait=True)
        self._engine.dispose()


def ping(connection: Connection) -> int:
    """Return 1 if the database answers."""
    return int(connection.execute(text("SELECT 1")).scalar_one())
