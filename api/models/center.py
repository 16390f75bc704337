"""Centres: the offices that answer for clients."""

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Json


class Center(Base):
    """One career centre. `data` is its entry of the catalogue (address, phone, opening hours, duty hours …)."""

    __tablename__ = "centers"

    id: Mapped[str] = mapped_column(Code, primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    data: Mapped[Json] = mapped_column(JSON, default=dict)
