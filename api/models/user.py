"""Users: the staff of a centre who sign in to the console."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.models.base import Base, Code, Id, UtcDateTime, new_id, utc_now
from api.models.center import Center

ROLES = ("counselor", "manager", "admin")


class User(Base):
    """A counselor, a manager or an administrator.

    `center_id` is null only for an administrator of the whole house. `failed_logins` counts failures since the
    last success; `retry_at` is the moment before which no further try is looked at.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role in ('counselor', 'manager', 'admin')", name="role"),
        CheckConstraint("center_id is not null or role = 'admin'", name="center"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(Code)
    center_id: Mapped[str | None] = mapped_column(Code, ForeignKey("centers.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    center: Mapped[Center | None] = relationship(lazy="raise")
