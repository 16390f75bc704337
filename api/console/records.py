"""The console's read-only queries.  Every one goes through the reader's scope; nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from api.errors import NotFound
from api.events.records import events_of
from api.intakes.records import OPEN, URGENCY_ORDER
from api.models import Alert, Consent, Event, Intake, Message, Plan, User
from api.scope import Scope, only

WAITING, MINE, DONE = "waiting", "mine", "done"
TABS = (WAITING, MINE, DONE)
LONGEST_LIST = 100
LONGEST_TALK = 500


@dataclass(frozen=True)
class Queue:
    """One tab: its rows in the order they should be picked up, and how many each tab holds altogether."""

    rows: tuple[Intake, ...]
    counts: dict[str, int]


def read_queue(db: Session, scope: Scope, user_id: str, tab: str) -> Queue:
    """The intakes of a tab: danger, then the client's own urgency, then the longest wait; ended ones newest first.

    No score of how easily someone finds work may move a person (고용정책기본법 제7조, 직업안정법 제2조).
    """
    conditions = {
        # Who waits for a person, and below them who is with a colleague.  A danger signal needs a person even while
        # the client still talks to the bot.
        WAITING: and_(
            Intake.status.in_(OPEN),
            or_(Intake.waiting_since.is_not(None), Intake.danger > 0, Intake.status != "in_progress"),
            or_(Intake.taken_by_id.is_(None), Intake.taken_by_id != user_id),
        ),
        MINE: and_(Intake.status.in_(OPEN), Intake.taken_by_id == user_id),
        DONE: Intake.status.not_in(OPEN),
    }
    statement = only(select(Intake), Intake.center_id, scope).where(conditions[tab])
    if tab == DONE:
        statement = statement.order_by(Intake.updated_at.desc(), Intake.id)
    else:
        urgency = case(URGENCY_ORDER, value=Intake.urgency, else_=3)
        since = func.coalesce(Intake.waiting_since, Intake.created_at)
        statement = statement.order_by(Intake.taken_by_id.is_not(None), Intake.danger.desc(), urgency, since, Intake.id)
    statement = statement.limit(LONGEST_LIST).options(
        joinedload(Intake.taken_by),
        joinedload(Intake.conversation),
        selectinload(Intake.needs),
        selectinload(Intake.risks),
    )
    counts = {
        name: db.scalar(only(select(func.count(Intake.id)), Intake.center_id, scope).where(condition)) or 0
        for name, condition in conditions.items()
    }
    return Queue(tuple(db.scalars(statement)), counts)


def read_intake(db: Session, scope: Scope, intake_id: str) -> Intake:
    """One intake with everything its page shows but the talk and the history.

    Raises:
        NotFound: There is none, or it is another centre's.
    """
    statement = only(select(Intake), Intake.center_id, scope).where(Intake.id == intake_id)
    found = db.scalar(
        statement.options(
            joinedload(Intake.taken_by),
            joinedload(Intake.conversation),
            joinedload(Intake.client),
            selectinload(Intake.needs),
            selectinload(Intake.facts),
            selectinload(Intake.risks),
        )
    )
    if found is None:
        raise NotFound("There is no such intake.")
    return found


def read_current_plan(db: Session, intake_id: str) -> Plan | None:
    """The plan of record with its steps, or None before the first one."""
    return db.scalar(
        select(Plan)
        .where(Plan.intake_id == intake_id, Plan.status == "current")
        .order_by(Plan.version.desc())
        .limit(1)
        .options(selectinload(Plan.steps))
    )


def read_talk(db: Session, conversation_id: str) -> Sequence[Message]:
    """The conversation in its order, the newest LONGEST_TALK messages of it."""
    newest = (
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.position.desc())
        .limit(LONGEST_TALK)
    )
    return list(reversed(db.scalars(newest).all()))


def read_consents(db: Session, conversation_id: str) -> dict[str, Consent]:
    """The answer that counts for each purpose: the latest one."""
    rows = db.scalars(select(Consent).where(Consent.conversation_id == conversation_id).order_by(Consent.seq))
    return {row.purpose: row for row in rows}


def read_alerts(db: Session, scope: Scope, conversation_id: str | None = None) -> Sequence[Alert]:
    """Alerts of a conversation, newest first; without one, those of the centre that nobody has answered yet."""
    statement = only(select(Alert), Alert.center_id, scope).options(joinedload(Alert.acknowledged_by))
    if conversation_id is None:
        statement = statement.where(Alert.acknowledged_at.is_(None))
    else:
        statement = statement.where(Alert.conversation_id == conversation_id)
    return db.scalars(statement.order_by(Alert.at.desc()).limit(LONGEST_LIST)).all()


def intakes_of(db: Session, scope: Scope, conversation_ids: Sequence[str]) -> dict[str, str]:
    """Conversation id to intake id, for those that have one."""
    statement = only(select(Intake.conversation_id, Intake.id), Intake.center_id, scope)
    rows = db.execute(statement.where(Intake.conversation_id.in_(conversation_ids)))
    return dict(rows.tuples().all())


def read_history(db: Session, scope: Scope, intake: Intake, plan: Plan | None, alerts: Sequence[Alert]) -> list[Event]:
    """What was done to this intake, its plan, its conversation and its alerts, newest first; looking is left out."""
    objects = [intake.id, intake.conversation_id, *([plan.id] if plan else []), *(alert.id for alert in alerts)]
    found = [event for event in events_of(db, scope, objects) if not event.action.endswith((".opened", ".seen"))]
    return list(reversed(found))


def names_of(db: Session, user_ids: Sequence[str | None]) -> dict[str, str]:
    """User id to the name a page shows."""
    wanted = {user_id for user_id in user_ids if user_id}
    return dict(db.execute(select(User.id, User.name).where(User.id.in_(wanted))).tuples().all()) if wanted else {}
