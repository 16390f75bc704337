"""Alerts: the minimum that must remain of a danger signal, without a word of the client."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.models.base import Base, Code, Id, UtcDateTime, utc_now
from api.models.user import User


class Alert(Base):
    """A danger signal that a person must answer.

    It comes whether the client has consented or not and survives the erasure of the conversation, so
    `conversation_id` is no foreign key. `risks` is a list of risk ids.
    """

    __tablename__ = "alerts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, index=True)
    risks: Mapped[list[str]] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(Code)
    center_id: Mapped[str] = mapped_column(Code, ForeignKey("centers.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))

    acknowledged_by: Mapped[User | None] = relationship(lazy="raise")
