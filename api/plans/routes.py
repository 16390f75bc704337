"""The collection of plans, for reading."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.errors import Problem
from api.fields import ID, PathId
from api.models import Plan
from api.paging import Page, WantedPage, cursor_of, moment_and_id
from api.plans import records, usecases
from api.plans.documents import live_document
from api.plans.schemas import PlanOut
from api.scope import Caller
from api.security import Roles
from api.transactions import ReadSession

router = APIRouter(tags=["plans"])
Reader = Annotated[Caller, Depends(Roles("service", "counselor", "manager"))]


@router.get("/plans")
def list_plans(
    caller: Reader,
    page: WantedPage,
    db: ReadSession,
    intake_id: Annotated[str | None, Query(pattern=ID)] = None,
    status: Literal["current", "superseded"] | None = None,
) -> Page[PlanOut]:
    """Plans of the caller's centre, newest first."""
    rows = records.list_plans(
        db, caller.scope, intake_id=intake_id, status=status, before=moment_and_id(page), limit=page.limit + 1
    )
    more = len(rows) > page.limit
    items = [plan_out(plan, center) for plan, center in rows[: page.limit]]
    return Page(items=items, next_cursor=cursor_of(items[-1].made_at.isoformat(), items[-1].id) if more else None)


@router.get("/plans/{plan_id}", responses={404: {"model": Problem}})
def read_plan(caller: Reader, plan_id: PathId, db: ReadSession) -> PlanOut:
    """One plan."""
    plan, center = usecases.find_plan(db, caller.scope, plan_id)
    return plan_out(plan, center)


def plan_out(plan: Plan, center_id: str) -> PlanOut:
    """A plan as the API tells it."""
    made_at: datetime = plan.made_at
    return PlanOut(
        id=plan.id,
        intake_id=plan.intake_id,
        center=center_id,
        version=plan.version,
        catalogue_version=plan.catalogue_version,
        status=plan.status,
        made_at=made_at,
        made_by=plan.made_by_id,
        plan=live_document(plan),
    )
