"""Risks of an intake: danger signals a person must see; raised by the conversation, lifted only by a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, MessageId, UtcDateTime, new_id, utc_now


class IntakeRisk(Base):
    """One risk of one intake. It stands while `lifted_at` is null."""

    __tablename__ = "intake_risks"
    __table_args__ = (UniqueConstraint("intake_id", "risk"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    intake_id: Mapped[str] = mapped_column(Id, ForeignKey("intakes.id", ondelete="CASCADE"))
    risk: Mapped[str] = mapped_column(Code)
    evidence: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str | None] = mapped_column(MessageId)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
