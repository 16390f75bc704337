"""The event log, for reading."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.events import records
from api.events.schemas import EventOut
from api.paging import Page, WantedPage, cursor_of, position_of
from api.scope import Caller
from api.security import Roles
from api.transactions import ReadSession

router = APIRouter(tags=["events"])


@router.get("/events")
def list_events(
    caller: Annotated[Caller, Depends(Roles("service", "manager", "admin"))], page: WantedPage, db: ReadSession
) -> Page[EventOut]:
    """Entries of the caller's centre, newest first."""
    position = position_of(page, int)
    rows = records.list_events(db, caller.scope, before=position[0] if position else None, limit=page.limit + 1)
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    items = [EventOut.model_validate(row) for row in rows]
    return Page(items=items, next_cursor=cursor_of(rows[-1].seq) if more else None)
