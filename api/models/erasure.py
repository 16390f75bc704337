"""Erasures: which conversations were erased, so that nothing that arrives late brings one back."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, Json, UtcDateTime, utc_now


class Erasure(Base):
    """The certificate of one erasure: which conversation, when, and how many rows of each table went.

    `consent_messages` are the ids of the messages in which consent had been given. An intake that arrives late carries
    one of them and is refused; one with a new yes, given after the erasure, is a new intake.
    """

    __tablename__ = "erasures"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(Id, index=True)
    center_id: Mapped[str] = mapped_column(Code, index=True)
    consent_messages: Mapped[list[str]] = mapped_column(JSON, default=list)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    removed: Mapped[Json] = mapped_column(JSON, default=dict)
