"""The collections `services`, `roles`, `indicators` and `centers`, for reading."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.orm import Session

from api.catalogue import records
from api.catalogue.schemas import CatalogueEntry, CenterOut
from api.errors import NotFound
from api.models import CatalogueItem, Center
from api.paging import Page, Wanted, WantedPage, cursor_of, position_of
from api.security import CurrentCaller
from api.transactions import ReadSession

router = APIRouter(tags=["catalogue"])
ItemId = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,64}$")]


@router.get("/services")
def list_services(caller: CurrentCaller, page: WantedPage, db: ReadSession) -> Page[CatalogueEntry]:
    """Services of the catalogue in force."""
    return _list(db, "service", page)


@router.get("/services/{item_id}")
def read_service(caller: CurrentCaller, item_id: ItemId, db: ReadSession) -> CatalogueEntry:
    """One service."""
    return _read(db, "service", item_id)


@router.get("/roles")
def list_roles(caller: CurrentCaller, page: WantedPage, db: ReadSession) -> Page[CatalogueEntry]:
    """Roles with what they answer for."""
    return _list(db, "role", page)


@router.get("/roles/{item_id}")
def read_role(caller: CurrentCaller, item_id: ItemId, db: ReadSession) -> CatalogueEntry:
    """One role."""
    return _read(db, "role", item_id)


@router.get("/indicators")
def list_indicators(caller: CurrentCaller, page: WantedPage, db: ReadSession) -> Page[CatalogueEntry]:
    """Indicators, and the gaming each one makes visible."""
    return _list(db, "indicator", page)


@router.get("/indicators/{item_id}")
def read_indicator(caller: CurrentCaller, item_id: ItemId, db: ReadSession) -> CatalogueEntry:
    """One indicator."""
    return _read(db, "indicator", item_id)


@router.get("/centers")
def list_centers(caller: CurrentCaller, page: WantedPage, db: ReadSession) -> Page[CenterOut]:
    """Centres by id."""
    position = position_of(page, str)
    rows = records.list_centers(db, after=position[0] if position else None, limit=page.limit + 1)
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    return Page(items=[_center(row) for row in rows], next_cursor=cursor_of(rows[-1].id) if more else None)


@router.get("/centers/{item_id}")
def read_center(caller: CurrentCaller, item_id: ItemId, db: ReadSession) -> CenterOut:
    """One centre."""
    row = records.find_center(db, item_id)
    if row is None:
        raise NotFound("There is no such centre.")
    return _center(row)


def _list(db: Session, kind: str, page: Wanted) -> Page[CatalogueEntry]:
    position = position_of(page, int)
    rows = records.list_items(db, kind, after=position[0] if position else None, limit=page.limit + 1)
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    return Page(items=[_entry(row) for row in rows], next_cursor=cursor_of(rows[-1].position) if more else None)


def _read(db: Session, kind: str, item_id: str) -> CatalogueEntry:
    row = records.find_item(db, kind, item_id)
    if row is None:
        raise NotFound(f"There is no such {kind} in the catalogue in force.")
    return _entry(row)


def _entry(row: CatalogueItem) -> CatalogueEntry:
    return CatalogueEntry.model_validate({**row.data, "version": row.version})


def _center(row: Center) -> CenterOut:
    return CenterOut.model_validate({**row.data, "id": row.id, "label": row.label})
