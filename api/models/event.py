"""Events: who did what to which object, and when. Appended only, and without content."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Id, Json, UtcDateTime, utc_now


class Event(Base):
    """One entry of the log. The database refuses to change or delete one (triggers of the first migration).

    Attributes:
        seq: Grows with each entry; the cursor of lists.
        actor: `client`, `system`, a service account's name, or `user`.
        actor_id: The user's id when `actor` is `user`.
        action: What was done, as `object.verb` (`intake.taken`, `plan.made`, `conversation.erased`).
        object_type, object_id: What it was done to. Ids stay after an erasure; they point to nothing then.
        origin: The network address the call came from, where there is one.
        detail: Ids, states and numbers only; never words of a client.
    """

    __tablename__ = "events"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    center_id: Mapped[str | None] = mapped_column(Code, index=True)
    actor: Mapped[str] = mapped_column(Code)
    actor_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(Code)
    object_type: Mapped[str] = mapped_column(Code)
    object_id: Mapped[str] = mapped_column(Id, index=True)
    origin: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[Json] = mapped_column(JSON, default=dict)
