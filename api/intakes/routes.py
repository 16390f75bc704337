"""The addresses of intakes: where a conversation sends one, and where systems of the centre read them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.clock import seoul_date
from api.errors import NotFound, Problem
from api.events.records import record_event
from api.fields import PathId, Pseudonym
from api.idempotency import WriteOnce
from api.intakes import records, usecases
from api.intakes.presenting import intake_out, intake_row
from api.intakes.schemas import IntakeIn, IntakeKept, IntakeOut, IntakeRow
from api.models import utc_now
from api.paging import Page, WantedPage, cursor_of, moment_and_id
from api.plans.documents import live_document
from api.scope import Caller
from api.security import Roles
from api.transactions import WriteSession

router = APIRouter(tags=["intakes"])
Reader = Annotated[Caller, Depends(Roles("service", "counselor", "manager"))]


@router.put(
    "/conversations/{conversation_id}/intake",
    response_model=IntakeKept,
    responses={code: {"model": Problem} for code in (409, 410, 422)},
)
def receive_intake(
    caller: Annotated[Caller, Depends(Roles("service"))],
    conversation_id: PathId,
    body: IntakeIn,
    once: WriteOnce,
    db: WriteSession,
    request: Request,
) -> Response:
    """Keep the intake as a turn left it; with `submitted`, make its plan in the same transaction."""
    now = utc_now()
    center = request.app.state.settings.center

    def work() -> IntakeKept:
        return usecases.receive_intake(
            db, conversation_id, body, caller, house_center=center, now=now, today=seoul_date(now)
        )

    return once.answer(db, work, conversation_id=conversation_id)


@router.get("/intakes")
def list_intakes(
    caller: Reader,
    page: WantedPage,
    db: WriteSession,
    client_ref: Annotated[Pseudonym | None, Query()] = None,
    status: Literal["in_progress", "submitted", "handoff", "closed", "withdrawn"] | None = None,
) -> Page[IntakeRow]:
    """Intakes of the caller's centre, newest first. That they were seen is written down."""
    rows = records.list_intakes(
        db, caller.scope, client_ref=client_ref, status=status, before=moment_and_id(page), limit=page.limit + 1
    )
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    if rows:
        # Whose data was seen, by whom, from where (개인정보의 안전성 확보조치 기준 제8조: 접속기록).
        seen = [row.id for row in rows]
        record_event(db, caller, "intakes.listed", "intakes", "list", center_id=caller.scope.center_id, seen=seen)
    items = [intake_row(row) for row in rows]
    last = cursor_of(rows[-1].created_at.isoformat(), rows[-1].id) if more else None
    return Page(items=items, next_cursor=last)


@router.get("/intakes/{intake_id}", responses={404: {"model": Problem}})
def read_intake(caller: Reader, intake_id: PathId, db: WriteSession) -> IntakeOut:
    """One intake with needs, facts, risks, consents and the current plan. That it was seen is written down."""
    intake = usecases.find_intake(db, caller.scope, intake_id)
    record_event(db, caller, "intake.opened", "intake", intake.id, center_id=intake.center_id)
    return intake_out(db, intake)


@router.get("/intakes/{intake_id}/plan", responses={404: {"model": Problem}})
def read_plan(caller: Reader, intake_id: PathId, db: WriteSession) -> dict[str, Any]:
    """The intake's current plan as Plan JSON, with the steps as they stand now."""
    intake = usecases.find_intake(db, caller.scope, intake_id)
    plan = usecases.current_plan(intake)
    if plan is None:
        raise NotFound("This intake has no plan yet.")
    record_event(db, caller, "plan.opened", "plan", plan.id, center_id=intake.center_id, intake=intake.id)
    return live_document(plan)
