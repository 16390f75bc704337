"""What goes by itself: intakes nobody needs any more, old idempotency keys, and erased bytes in SQLite's log."""

import asyncio
from datetime import datetime, timedelta

import structlog
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select

from api.catalogue.files import load_centers
from api.conversations.usecases import erase_conversation
from api.db import Database
from api.idempotency import forget_old_keys
from api.models import Alert, Event, Intake, utc_now
from api.scope import SYSTEM
from api.settings import Settings

log = structlog.get_logger("api")
FOLD_EVERY_S = 600
TIDY_EVERY = timedelta(hours=24)
# Clocks of machines do not move by more than this between two entries of a house that is in use.
LONGEST_SILENCE = timedelta(days=45)


class ClockJumped(Exception):
    """The clock is far ahead of the last thing that was written down; nothing is erased on its word."""


def erase_expired(database: Database, settings: Settings, *, now: datetime) -> int:
    """Erase every conversation whose intake has not changed for as long as its centre keeps intakes.

    `settings.retention_days` overrides what the centres say. An intake whose alert nobody has answered stays.

    Returns:
        How many conversations were erased.

    Raises:
        ClockJumped: `now` lies more than 45 days behind the last entry of the event log: rather keep than lose.
    """
    with database.reading() as db:
        last = db.scalar(select(Event.at).order_by(Event.seq.desc()).limit(1))
        if last is not None and now - last > LONGEST_SILENCE:
            raise ClockJumped("The last entry of the event log is more than 45 days old.")
        expired: list[str] = []
        for center in load_centers().values():
            limit = now - timedelta(days=settings.retention_days or center.retention_days)
            unanswered = select(Alert.conversation_id).where(Alert.acknowledged_at.is_(None))
            old = (Intake.center_id == center.id) & (Intake.updated_at < limit)
            chosen = select(Intake.conversation_id).where(old, Intake.conversation_id.not_in(unanswered))
            expired += db.scalars(chosen.order_by(Intake.updated_at))
    for conversation_id in expired:
        # One transaction each: stopped half-way, the next run goes on where this one ended.
        with database.writing() as db:
            erase_conversation(db, conversation_id, SYSTEM)
    return len(expired)


async def keep_tidy(database: Database, settings: Settings) -> None:
    """Run for the life of the process: fold SQLite's log every ten minutes, erase what has expired once a day."""
    due = utc_now()
    while True:
        await asyncio.sleep(FOLD_EVERY_S)
        try:
            if utc_now() >= due:
                due = utc_now() + TIDY_EVERY
                erased = await run_in_threadpool(erase_expired, database, settings, now=utc_now())
                await run_in_threadpool(_forget_keys, database)
                log.info("retention.done", erased=erased)
            # Redacted and erased words must leave the log as well, not only the file.
            await run_in_threadpool(database.forget_old_pages)
        except Exception:
            # The house goes on without it; the next round tries again.
            log.exception("retention.failed")


def _forget_keys(database: Database) -> None:
    with database.writing() as db:
        forget_old_keys(db)
