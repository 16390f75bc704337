"""Steps of a plan, one row each, so that a counselor can carry them out and lists can ask for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.models.base import Base, Code, Id, UtcDateTime, new_id
from api.models.user import User

STEP_STATUSES = ("planned", "in_progress", "done", "skipped")


class PlanStep(Base):
    """One step of one plan version. `step` is its id within the plan ("s1"); `day` the earliest day from the start.

    `outcome` is an outcome id of the step's service, recorded when the step is done.
    """

    __tablename__ = "plan_steps"
    __table_args__ = (
        UniqueConstraint("plan_id", "step"),
        CheckConstraint("status in ('planned', 'in_progress', 'done', 'skipped')", name="status"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(Id, ForeignKey("plans.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(Code)
    position: Mapped[int]
    service: Mapped[str] = mapped_column(Code, index=True)
    role: Mapped[str] = mapped_column(Code)
    stage: Mapped[str] = mapped_column(Code)
    status: Mapped[str] = mapped_column(Code, default="planned")
    day: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(Code)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))

    changed_by: Mapped[User | None] = relationship(lazy="raise")
