"""What every table of the record shares: names of constraints, ids, and times that keep their zone."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# Constraints carry names, so that a later migration can find them on both databases.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Ids made elsewhere (conversations, alerts) may be longer than a UUID; ours are UUIDs.
Id = String(64)
# Ids of messages are made by clients' devices.
MessageId = String(128)
# Ids of the catalogue, roles and states: short English words.
Code = String(64)


class Base(DeclarativeBase):
    """The declarative base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime that survives SQLite, which keeps no zone.

    Raises:
        ValueError: A naive datetime is written; nobody could say later which clock it was read from.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A datetime without a zone cannot be stored; pass an aware one.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """A random UUID as text, 36 characters; never guessable from another."""
    return str(uuid.uuid4())


def utc_now() -> datetime:
    """The present moment as an aware UTC datetime."""
    return datetime.now(UTC)


Json = dict[str, Any]
