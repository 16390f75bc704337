"""The SQL of intakes."""

from datetime import datetime

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from api.models import Alert, Client, Intake, IntakeFact, Plan
from api.scope import Scope, only

OPEN = ("in_progress", "submitted", "handoff")
# The client's own word for how soon help is needed; what was not said stands with "no rush".
URGENCY_ORDER = {"today": 0, "this_week": 1, "this_month": 2}
# How grave each risk is: life first, then a night without shelter, then money. Orders the queue, nothing else.
DANGER = {"self_harm": 3, "violence": 3, "harm_to_others": 3, "destitution": 2, "job_scam": 1}

WHOLE: tuple[ORMOption, ...] = (
    selectinload(Intake.needs),
    selectinload(Intake.facts),
    selectinload(Intake.risks),
    selectinload(Intake.plans).selectinload(Plan.steps),
    joinedload(Intake.client),
    joinedload(Intake.conversation),
    joinedload(Intake.taken_by),
)
IN_A_LIST: tuple[ORMOption, ...] = (
    selectinload(Intake.needs),
    selectinload(Intake.risks),
    # The documents of plans are large and no list shows them.
    selectinload(Intake.plans).load_only(Plan.version, Plan.status, Plan.intake_id),
    joinedload(Intake.client),
    joinedload(Intake.taken_by),
)


def of_conversation(db: Session, conversation_id: str) -> Intake | None:
    """The conversation's intake, nothing beside it loaded."""
    return db.scalar(select(Intake).where(Intake.conversation_id == conversation_id))


def whole(db: Session, intake: Intake | None) -> Intake | None:
    """The same intake with everything around it freshly loaded."""
    if intake is None:
        return None
    statement = select(Intake).where(Intake.id == intake.id).options(*WHOLE).execution_options(populate_existing=True)
    return db.scalars(statement).one()


def find(db: Session, scope: Scope, intake_id: str, *, lock: bool = False) -> Intake | None:
    """An intake of the scope with everything around it; with `lock`, held until the commit."""
    statement = only(select(Intake), Intake.center_id, scope).where(Intake.id == intake_id)
    if lock:
        db.execute(statement.with_only_columns(Intake.id).with_for_update())
    return db.scalar(statement.options(*WHOLE).execution_options(populate_existing=True))


def find_fact(db: Session, intake_id: str, fact_id: str) -> IntakeFact | None:
    """One fact of an intake."""
    return db.scalar(select(IntakeFact).where(IntakeFact.intake_id == intake_id, IntakeFact.fact == fact_id))


def list_intakes(
    db: Session,
    scope: Scope,
    *,
    client_ref: str | None = None,
    status: str | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Intake]:
    """Intakes of the scope, newest first, those behind `before` (creation time and id)."""
    statement = only(select(Intake), Intake.center_id, scope).options(*IN_A_LIST)
    if client_ref is not None:
        statement = statement.join(Client, Client.id == Intake.client_id).where(Client.ref == client_ref)
    if status is not None:
        statement = statement.where(Intake.status == status)
    if before is not None:
        at, intake_id = before
        earlier = or_(Intake.created_at < at, and_(Intake.created_at == at, Intake.id < intake_id))
        statement = statement.where(earlier)
    return list(db.scalars(statement.order_by(Intake.created_at.desc(), Intake.id.desc()).limit(limit)))


def waiting(db: Session, scope: Scope, *, limit: int = 100) -> list[Intake]:
    """Intakes that wait for a person, in the order they must be picked up.

    The order is danger, then the client's own urgency, then the longest wait, and nothing else: no score of how easily
    someone finds work may move a person (고용정책기본법 제7조, 직업안정법 제2조).
    """
    urgency = case(URGENCY_ORDER, value=Intake.urgency, else_=3)
    statement = only(select(Intake), Intake.center_id, scope).where(
        Intake.status.in_(OPEN), Intake.waiting_since.is_not(None), Intake.taken_by_id.is_(None)
    )
    statement = statement.order_by(Intake.danger.desc(), urgency, Intake.waiting_since, Intake.id)
    return list(db.scalars(statement.options(*IN_A_LIST).limit(limit)))


def open_alert_risks(db: Session, conversation_id: str) -> set[str]:
    """Risks of the conversation's alerts that nobody has acknowledged yet."""
    statement = select(Alert.risks).where(Alert.conversation_id == conversation_id, Alert.acknowledged_at.is_(None))
    return {risk for risks in db.scalars(statement) for risk in risks}


def note_danger(db: Session, intake: Intake, now: datetime) -> None:
    """Work out the intake's gravest standing risk; danger puts it before a person even while the client still talks.

    Needs `intake.risks` loaded.
    """
    standing = {row.risk for row in intake.risks if row.lifted_at is None}
    standing |= open_alert_risks(db, intake.conversation_id)
    gravest = max(sorted(standing), key=lambda risk: DANGER.get(risk, 1), default=None)
    intake.max_risk = gravest
    intake.danger = DANGER.get(gravest, 1) if gravest else 0
    if intake.danger and intake.waiting_since is None and intake.taken_by_id is None and intake.status in OPEN:
        intake.waiting_since = now
