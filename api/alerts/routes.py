"""The address to which danger signals are posted."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.alerts import usecases
from api.alerts.schemas import AlertIn, AlertKept
from api.idempotency import WriteOnce
from api.scope import Caller
from api.security import Roles
from api.transactions import WriteSession

router = APIRouter(tags=["alerts"])


@router.post("/alerts", response_model=AlertKept)
def keep_alert(
    caller: Annotated[Caller, Depends(Roles("service"))],
    body: AlertIn,
    once: WriteOnce,
    db: WriteSession,
    request: Request,
) -> Response:
    """Keep a danger signal. Repeating it, with or without a key, changes nothing."""

    def work() -> AlertKept:
        usecases.keep_alert(db, body, caller, house_center=request.app.state.settings.center)
        return AlertKept(id=body.id)

    return once.answer(db, work)
