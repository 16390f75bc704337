"""The record's database: engine, transactions and migrations, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from api.settings import Settings
from api.vault import Vault

# Nobody waits longer than this for a lock or a statement; the caller hears 503 and comes again.
LOCK_WAIT_MS = 5_000
STATEMENT_WAIT_MS = 10_000
# The one number by which migrations of several processes queue up on PostgreSQL.
MIGRATION_LOCK = 7_294_310
OUTGOING_LOCK = 7_294_311


class Database:
    """The engine and the two kinds of transaction.

    Reading sees one snapshot. Writing takes SQLite's write lock at once, so that two writers wait for each other
    instead of failing half-way.
    """

    def __init__(self, url: str, vault: Vault) -> None:
        self.engine = _make_engine(make_url(url))
        self.vault = vault
        self._writer = self.engine.execution_options(mulgil_writes=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that is committed at the end, or rolled back when anything is raised."""
        with self.open_writer() as db, db.begin():
            yield db

    def open_writer(self) -> Session:
        """A session for writing whose commit and close are the caller's duty."""
        return Session(self._writer, expire_on_commit=False, info={"vault": self.vault})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that never commits."""
        with Session(self.engine, info={"vault": self.vault}) as db:
            try:
                yield db
            finally:
                db.rollback()

    def forget_old_pages(self) -> bool:
        """Fold SQLite's write-ahead log into the file and empty it, so that erased bytes are gone from both.

        Returns:
            False when a reader kept the log open; the next call finishes it. True on PostgreSQL, which has none.
        """
        if not self.is_sqlite:
            return True
        raw = self.engine.raw_connection()
        try:
            busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return busy == 0
        finally:
            raw.close()

    def answers(self) -> bool:
        """True when the database answers a question; raises its error otherwise."""
        with self.engine.connect() as connection:
            return connection.execute(text("select 1")).scalar() == 1

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """The record of these settings, not migrated yet.

    Raises:
        VaultError: The keyset cannot be read.
    """
    if settings.keyset_file is None:
        raise ValueError("Settings without a keyset file open no record.")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Database(settings.record_url, Vault.from_file(settings.keyset_file, make=settings.is_demo))


def migrate(settings: Settings) -> None:
    """Bring the record's tables to the newest revision; running it twice, or in two processes at once, is harmless."""
    database = open_database(settings)
    try:
        migrate_database(database)
    finally:
        database.close()


def migrate_database(database: Database) -> None:
    """As `migrate`, on an open database. All or nothing: a migration that fails leaves the record as it was."""
    with database.writing() as db:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = db.connection()
        command.upgrade(config, "head")


def _make_engine(url: URL) -> Engine:
    # Parameters stay out of error texts, because those reach the log.
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_MS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    waits = f"-c statement_timeout={STATEMENT_WAIT_MS} -c lock_timeout={LOCK_WAIT_MS}"
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=LOCK_WAIT_MS / 1000,
        connect_args={"connect_timeout": 3, "options": waits},
    )


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver's own transaction handling would begin too late and commit on DDL; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={LOCK_WAIT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mulgil_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def queue_up(db: Session, lock: int) -> None:
    """Let transactions that need this order wait for each other until their commit (SQLite's writers already do)."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})
