"""Intakes: the first conversation's answers, as the counselor picks them up."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.models.base import Base, Code, Id, UtcDateTime, new_id, utc_now
from api.models.client import Client
from api.models.conversation import Conversation
from api.models.intake_fact import IntakeFact
from api.models.intake_need import IntakeNeed
from api.models.intake_risk import IntakeRisk
from api.models.plan import Plan
from api.models.user import User

STATUSES = ("in_progress", "submitted", "handoff", "closed", "withdrawn")


class Intake(Base):
    """One intake, which belongs to one conversation.

    Attributes:
        turn: The conversation's turn that this state was read from; grows only.
        urgency: Canonical value of the fact `urgency`, kept here because the queue is ordered by it.
        max_risk: The gravest standing risk's id, or null.
        danger: 0 no risk, 1 job scam, 2 destitution, 3 danger to life; orders the queue.
        waiting_since: Since when a person is waited for (submitted or handed off); null when nobody is.
        taken_by_id: The counselor who took it over.
        revision: Counts every change; a change made on an older revision is refused (optimistic lock).
    """

    __tablename__ = "intakes"
    __table_args__ = (
        CheckConstraint("status in ('in_progress', 'submitted', 'handoff', 'closed', 'withdrawn')", name="status"),
        Index("ix_intakes_queue", "center_id", "status", "danger", "waiting_since"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    client_id: Mapped[str] = mapped_column(Id, ForeignKey("clients.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    center_id: Mapped[str] = mapped_column(Code, ForeignKey("centers.id"))
    status: Mapped[str] = mapped_column(Code, default="in_progress")
    turn: Mapped[int] = mapped_column(default=0)
    goal: Mapped[str] = mapped_column(Text, default="")
    urgency: Mapped[str | None] = mapped_column(Code)
    max_risk: Mapped[str | None] = mapped_column(Code)
    danger: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    questions_asked: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)

    client: Mapped[Client] = relationship(lazy="raise")
    conversation: Mapped[Conversation] = relationship(lazy="raise")
    taken_by: Mapped[User | None] = relationship(lazy="raise")
    needs: Mapped[list[IntakeNeed]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by=IntakeNeed.position
    )
    facts: Mapped[list[IntakeFact]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by=IntakeFact.fact
    )
    risks: Mapped[list[IntakeRisk]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by=IntakeRisk.raised_at
    )
    plans: Mapped[list[Plan]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by=Plan.version
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 — SQLAlchemy wants a plain class attribute.
