"""Conversations: one talk between a client and the bot, through one channel."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.models.base import Base, Code, Id, UtcDateTime, utc_now
from api.models.client import Client


class Conversation(Base):
    """A talk. Its id comes from the gateway. `client_id` is null until an intake names the client."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(Code)
    center_id: Mapped[str] = mapped_column(Code, ForeignKey("centers.id"), index=True)
    client_id: Mapped[str | None] = mapped_column(Id, ForeignKey("clients.id"), index=True)
    status: Mapped[str] = mapped_column(Code, default="open")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    client: Mapped[Client | None] = relationship(lazy="raise")
