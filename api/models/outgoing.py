"""Outgoing messages: what counselors send to clients; the gateway comes to fetch them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Id, UtcDateTime, new_id, utc_now


class Outgoing(Base):
    """One message on its way to a client. `seq` follows the order of commits and is the gateway's cursor."""

    __tablename__ = "outgoing"
    # SQLite would otherwise give the number of a deleted last row out again, and the cursor would miss it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Id, unique=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
