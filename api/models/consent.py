"""Consents: each answer to a consent question, appended and never edited."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, MessageId, UtcDateTime, utc_now


class Consent(Base):
    """One answer to one consent question. The answer that counts is the one with the highest `seq` of its purpose.

    `version` names the consent text that was shown (see the catalogue of consent texts).
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("purpose in ('general', 'sensitive')", name="purpose"),
        CheckConstraint("answer in ('yes', 'no')", name="answer"),
    )

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(Code)
    answer: Mapped[str] = mapped_column(Code)
    version: Mapped[str] = mapped_column(Code)
    message_id: Mapped[str | None] = mapped_column(MessageId)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
