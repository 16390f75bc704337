"""The SQL of plans."""

from datetime import datetime

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from api.models import Intake, Plan
from api.scope import Scope, only


def find(db: Session, scope: Scope, plan_id: str) -> Row[Plan, str] | None:
    """One plan of the scope with its centre; the plan's steps are loaded."""
    statement = select(Plan, Intake.center_id).join(Intake, Intake.id == Plan.intake_id).where(Plan.id == plan_id)
    return db.execute(only(statement, Intake.center_id, scope).options(selectinload(Plan.steps))).first()


def list_plans(
    db: Session,
    scope: Scope,
    *,
    intake_id: str | None = None,
    status: str | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Row[Plan, str]]:
    """Plans of the scope with their centre, newest first, those behind `before` (time made and id)."""
    statement = select(Plan, Intake.center_id).join(Intake, Intake.id == Plan.intake_id)
    statement = only(statement, Intake.center_id, scope).options(selectinload(Plan.steps))
    if intake_id is not None:
        statement = statement.where(Plan.intake_id == intake_id)
    if status is not None:
        statement = statement.where(Plan.status == status)
    if before is not None:
        at, plan_id = before
        statement = statement.where(or_(Plan.made_at < at, and_(Plan.made_at == at, Plan.id < plan_id)))
    return list(db.execute(statement.order_by(Plan.made_at.desc(), Plan.id.desc()).limit(limit)))
