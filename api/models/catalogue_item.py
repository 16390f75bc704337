"""The catalogue as it was imported: one row for each service, role and indicator of each version."""

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, Code, Json


class CatalogueItem(Base):
    """One entry. `kind` is `service`, `role` or `indicator`; `data` the entry as the catalogue's file has it."""

    __tablename__ = "catalogue_items"

    version: Mapped[str] = mapped_column(
        Code, ForeignKey("catalogue_versions.version", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    id: Mapped[str] = mapped_column(Code, primary_key=True)
    position: Mapped[int]
    data: Mapped[Json] = mapped_column(JSON)
