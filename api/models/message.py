"""Messages: what was said, already masked when it reaches the record."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, MessageId, UtcDateTime


class Message(Base):
    """One utterance.

    Its id is made by the client's device, so it is unique within a conversation only. `position` counts up within a
    conversation and orders it; clocks may disagree. A redacted message keeps its place and its id and has an empty
    `text`.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position"),
        CheckConstraint("role in ('client', 'bot', 'counselor')", name="role"),
    )

    conversation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(MessageId, primary_key=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(Code)
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Code)
    asks: Mapped[str | None] = mapped_column(Code)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    redacted: Mapped[bool] = mapped_column(default=False)
