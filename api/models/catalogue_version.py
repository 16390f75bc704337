"""Versions of the catalogue that were in force; plans name the one they were made from."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, UtcDateTime, utc_now


class CatalogueVersion(Base):
    """One imported version. The one in force has `current` set; older ones stay, for the plans made from them."""

    __tablename__ = "catalogue_versions"

    version: Mapped[str] = mapped_column(Code, primary_key=True)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    current: Mapped[bool] = mapped_column(default=True)
