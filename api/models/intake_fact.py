"""Facts of an intake: what the client told about the situation, each with the message it came from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, MessageId, UtcDateTime, new_id, utc_now
from api.models.sealed import Sealed, SealedText


class IntakeFact(Base):
    """One fact of one intake.

    `fact` is an id of the catalogue's profile. `value` is its canonical value, null unless `state` is told. The fact
    `contact` keeps its value in `sealed` instead (open it with `api.intakes.facts.contact_of`).
    """

    __tablename__ = "intake_facts"
    __table_args__ = (
        UniqueConstraint("intake_id", "fact"),
        CheckConstraint("state in ('told', 'refused', 'unknown')", name="state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    intake_id: Mapped[str] = mapped_column(Id, ForeignKey("intakes.id", ondelete="CASCADE"))
    fact: Mapped[str] = mapped_column(Code)
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    sealed: Mapped[Sealed | None] = mapped_column(SealedText)
    state: Mapped[str] = mapped_column(Code)
    message_id: Mapped[str | None] = mapped_column(MessageId)
    corrected_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)
