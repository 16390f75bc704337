"""The SQL of the catalogue: versions that were in force, and their services, roles and indicators."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.models import CatalogueItem, CatalogueVersion, Center


def has_version(db: Session, version: str) -> bool:
    """Whether this version was imported before."""
    return db.get(CatalogueVersion, version) is not None


def add_version(db: Session, version: str, items: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Add a version with its entries, by kind and in their order."""
    db.add(CatalogueVersion(version=version, current=True))
    db.flush()
    for kind, entries in items.items():
        rows = enumerate(entries)
        db.add_all(CatalogueItem(version=version, kind=kind, id=e["id"], position=n, data=dict(e)) for n, e in rows)


def set_current(db: Session, version: str) -> None:
    """Make this version the one in force."""
    db.execute(update(CatalogueVersion).values(current=CatalogueVersion.version == version))


def put_center(db: Session, center_id: str, label: str, data: Mapping[str, Any]) -> None:
    """Add a centre or bring its entry up to date."""
    row = db.get(Center, center_id)
    if row is None:
        db.add(Center(id=center_id, label=label, data=dict(data)))
    else:
        row.label, row.data = label, dict(data)


def list_items(db: Session, kind: str, *, after: int | None, limit: int) -> list[CatalogueItem]:
    """Entries of one kind of the version in force, in the catalogue's order, behind position `after`."""
    statement = select(CatalogueItem).join(CatalogueVersion).where(CatalogueVersion.current, CatalogueItem.kind == kind)
    if after is not None:
        statement = statement.where(CatalogueItem.position > after)
    return list(db.scalars(statement.order_by(CatalogueItem.position).limit(limit)))


def find_item(db: Session, kind: str, item_id: str) -> CatalogueItem | None:
    """One entry of the version in force."""
    current = select(CatalogueItem).join(CatalogueVersion).where(CatalogueVersion.current)
    return db.scalar(current.where(CatalogueItem.kind == kind, CatalogueItem.id == item_id))


def list_centers(db: Session, *, after: str | None, limit: int) -> list[Center]:
    """Centres by id, behind `after`."""
    statement = select(Center).order_by(Center.id).limit(limit)
    return list(db.scalars(statement if after is None else statement.where(Center.id > after)))


def find_center(db: Session, center_id: str) -> Center | None:
    """One centre."""
    return db.get(Center, center_id)
