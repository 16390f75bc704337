"""Idempotency keys: what was answered to a write, so that a repeated one gets the same answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Id, UtcDateTime, utc_now


class IdempotencyKey(Base):
    """One answered write of one caller. `request_hash` covers method, path and body.

    The stored body may hold a client's plan, so the row goes with its conversation.
    """

    __tablename__ = "idempotency_keys"

    caller: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    conversation_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
