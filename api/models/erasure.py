"""Erasures: which conversations were erased, so that nothing that arrives late brings one back."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, Json, UtcDateTime, utc_now


class Erasure(Base):
    """The certificate of one erasure: the conversation's id, when, and how many rows of each table went."""

    __tablename__ = "erasures"

    conversation_id: Mapped[str] = mapped_column(Id, primary_key=True)
    center_id: Mapped[str] = mapped_column(Code, index=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    removed: Mapped[Json] = mapped_column(JSON, default=dict)
