"""Needs of an intake: what the client lacks, in whose words, and how sure we are."""

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, MessageId, new_id


class IntakeNeed(Base):
    """One need of one intake.

    `need` is an id of the catalogue's needs. `evidence` holds the client's own (masked) words. `corrected_by_id` is
    the counselor whose judgement stands now; what the conversation brings later does not overwrite it.
    """

    __tablename__ = "intake_needs"
    __table_args__ = (
        UniqueConstraint("intake_id", "need"),
        CheckConstraint("state in ('said', 'inferred', 'confirmed', 'declined')", name="state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    intake_id: Mapped[str] = mapped_column(Id, ForeignKey("intakes.id", ondelete="CASCADE"))
    need: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    evidence: Mapped[str] = mapped_column(Text, default="")
    score: Mapped[float | None]
    message_id: Mapped[str | None] = mapped_column(MessageId)
    position: Mapped[int] = mapped_column(default=0)
    corrected_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
