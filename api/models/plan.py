"""Plans: the service flow of an intake; each version stays as it was made."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.models.base import Base, Code, Id, Json, UtcDateTime, new_id, utc_now
from api.models.plan_step import PlanStep


class Plan(Base):
    """One version of an intake's plan. At most one is `current`; older ones are `superseded`.

    `document` is the contract's Plan JSON as it was made; the live status of each step stands in `steps`.
    `fingerprint` is the SHA-256 of what the plan was made from: equal inputs make no new version.
    """

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("intake_id", "version"),
        CheckConstraint("status in ('current', 'superseded')", name="status"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    intake_id: Mapped[str] = mapped_column(Id, ForeignKey("intakes.id", ondelete="CASCADE"))
    version: Mapped[int]
    catalogue_version: Mapped[str] = mapped_column(String(64))
    document: Mapped[Json] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(Code, default="current")
    made_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    steps: Mapped[list[PlanStep]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by=PlanStep.position
    )
