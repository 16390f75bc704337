"""Small makers for the console's tests: a database with two centres, people who sign in, intakes that wait."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from api.catalogue.files import load_catalogue
from api.intakes.facts import seal_contact
from api.models import (
    Alert,
    Center,
    Client,
    Consent,
    Conversation,
    Intake,
    IntakeFact,
    IntakeNeed,
    IntakeRisk,
    LoginSession,
    Message,
    Plan,
    PlanStep,
    User,
)
from api.security import hash_password

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PASSWORD = "a-long-test-password"
_HASH = hash_password(PASSWORD)


def make_center(db: Session, center_id: str, label: str) -> None:
    """A centre row."""
    if db.get(Center, center_id) is None:
        db.add(Center(id=center_id, label=label, data={}))
        db.flush()


def make_user(db: Session, login: str, *, center: str = "demo", role: str = "counselor", name: str = "김상담") -> str:
    """A person who can sign in with PASSWORD; returns the id."""
    user = User(login=login, name=name, role=role, center_id=center, password_hash=_HASH)
    db.add(user)
    db.flush()
    return user.id


def make_session(db: Session, user_id: str) -> str:
    """A living session; returns the token of its cookie."""
    token = secrets.token_urlsafe(16)
    db.add(LoginSession(user_id=user_id, token_hash=hashlib.sha256(token.encode()).hexdigest()))
    db.flush()
    return token


def make_intake(
    db: Session,
    name: str,
    *,
    center: str = "demo",
    status: str = "submitted",
    goal: str = "아이를 키우면서 다시 일하고 싶어요",
    urgency: str | None = "this_month",
    waited: timedelta = timedelta(hours=1),
    danger: int = 0,
    risk: str | None = None,
    needs: tuple[tuple[str, str, str], ...] = (("childcare", "said", "애 맡길 데가 없어서"),),
    facts: dict[str, Any] | None = None,
    said: tuple[str, ...] = ("애 맡길 데가 없어서 일을 못 구하고 있어요",),
    contact: str | None = None,
    taken_by: str | None = None,
    plan: dict[str, Any] | None = None,
) -> str:
    """An intake with its talk, consent and alert; returns its id, which begins with ``name``."""
    conversation, at = f"conversation-{name}", NOW - waited
    client = Client(id=f"client-{name}", center_id=center, ref=f"ref-{name}")
    db.add(client)
    db.flush()
    db.add(Conversation(id=conversation, channel="web", center_id=center, client_id=client.id))
    db.flush()
    db.add(Consent(conversation_id=conversation, purpose="general", answer="yes", version="2026-11", at=at))
    for position, text in enumerate(said):
        db.add(
            Message(
                conversation_id=conversation,
                id=f"{name}-m{position}",
                position=position,
                role="client",
                text=text,
                at=at,
            )
        )
    intake = Intake(
        id=f"{name}-0000", client_id=client.id, conversation_id=conversation, center_id=center, status=status, turn=5,
        goal=goal, urgency=urgency, max_risk=risk, danger=danger, waiting_since=None if taken_by else at,
        taken_by_id=taken_by, taken_at=NOW if taken_by else None, created_at=at, updated_at=at,
    )  # fmt: skip
    db.add(intake)
    db.flush()
    for position, (need, state, evidence) in enumerate(needs):
        row = IntakeNeed(intake_id=intake.id, need=need, state=state, evidence=evidence, position=position)
        row.message_id = f"{name}-m0"
        db.add(row)
    for fact, value in (facts or {"age": 34, "income_band": None}).items():
        told = value is not None
        db.add(IntakeFact(intake_id=intake.id, fact=fact, value=value, state="told" if told else "refused"))
    if contact:
        row = IntakeFact(intake_id=intake.id, fact="contact", state="told")
        seal_contact(db, row, contact)
        db.add(row)
    if risk:
        db.add(IntakeRisk(intake_id=intake.id, risk=risk, evidence="다 끝내고 싶어요", message_id=f"{name}-m0"))
        db.add(make_alert(f"{name}-alert", conversation, risk, center))
    if plan:
        _add_plan(db, intake.id, plan)
    db.flush()
    return intake.id


def make_alert(alert_id: str, conversation: str, risk: str, center: str = "demo") -> Alert:
    """An alert nobody has answered."""
    return Alert(id=alert_id, conversation_id=conversation, risks=[risk], channel="web", center_id=center, at=NOW)


def make_step(step: str, service: str, *, after: tuple[str, ...] = (), day: int = 0, **more: Any) -> dict[str, Any]:
    """One step of a Plan JSON, with role and stage of the shipped catalogue."""
    entry = load_catalogue("demo").services[service]
    return {
        "id": step, "service": service, "stage": entry.stage, "role": entry.role, "addresses": ["childcare"],
        "why": "‘애 맡길 데가 없다’고 하셨어요.", "depends_on": list(after), "mode": "visit", "visit": "v1",
        "reuses": ["age"], "provides": list(entry.provides), "documents": list(entry.documents), "earliest_day": day,
        "minutes": 60, "indicators": list(entry.indicators), "status": "planned", **more,
    }  # fmt: skip


def make_plan_document(steps: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """A Plan JSON of three roles."""
    chosen = steps or (
        make_step("s1", "intake_counseling"),
        make_step("s2", "care_planning", after=("s1",)),
        make_step("s3", "career_counseling", after=("s1", "s2"), day=7),
    )
    return {
        "version": 1, "catalog_version": "test", "goal": "다시 일하기", "steps": list(chosen),
        "visits": [{"id": "v1", "day": 0, "mode": "visit", "steps": ["s1", "s2"], "minutes": 90}],
        "branches": [{"after": chosen[-1]["id"], "when": "x", "label": "목표가 정해짐",
                      "adds": ["resume_clinic"], "drops": []}],
        "unmet": [{"need": "housing", "reason": "가까운 곳이 없어요.", "suggestion": "주민센터에 물어봐요."}],
        "open_questions": ["region"],
        "burden": {"visits": 2, "minutes": 210, "handoffs": 1, "questions_asked": 7,
                   "one_stop": {"visits": 6, "minutes": 395, "repeated_questions": 23}},
        "optimal": True,
    }  # fmt: skip


def _add_plan(db: Session, intake_id: str, document: dict[str, Any]) -> None:
    plan = Plan(intake_id=intake_id, version=1, catalogue_version="test", document=document, fingerprint="0" * 64)
    db.add(plan)
    db.flush()
    for position, step in enumerate(document["steps"]):
        db.add(
            PlanStep(
                plan_id=plan.id, step=step["id"], position=position, service=step["service"], role=step["role"],
                stage=step["stage"], day=step["earliest_day"],
            )
        )  # fmt: skip
