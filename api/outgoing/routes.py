"""The address from which the gateway fetches counselors' messages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.outgoing import records
from api.outgoing.schemas import OutgoingOut, OutgoingPage
from api.scope import Caller
from api.security import Roles
from api.transactions import ReadSession

router = APIRouter(tags=["outgoing"])


@router.get("/outgoing")
def fetch_outgoing(
    caller: Annotated[Caller, Depends(Roles("service"))],
    db: ReadSession,
    after: Annotated[str, Query(pattern=r"^([0-9]{1,18})?$")] = "0",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> OutgoingPage:
    """Counselors' messages behind the cursor, oldest first."""
    rows = records.after(db, int(after or 0), limit=limit)
    items = [
        OutgoingOut(
            id=row.id,
            conversation_id=row.conversation_id,
            text=row.text,
            at=row.created_at,
            cursor=str(row.seq),
        )
        for row in rows
    ]
    return OutgoingPage(items=items, cursor=items[-1].cursor if items else after or "0")
