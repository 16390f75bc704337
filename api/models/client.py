"""Clients: the people served, known to the record by a pseudonym only."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, UtcDateTime, new_id, utc_now


class Client(Base):
    """A person served by one centre. `ref` is the pseudonym other systems know; no name is kept here."""

    __tablename__ = "clients"
    __table_args__ = (UniqueConstraint("center_id", "ref"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    center_id: Mapped[str] = mapped_column(Code, ForeignKey("centers.id"))
    ref: Mapped[str] = mapped_column(String(128), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
