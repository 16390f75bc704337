"""What a counselor does in the console, told in the house's use cases; answers with the name of a notice."""

from typing import Any

from sqlalchemy.orm import Session

from api.catalogue.usecases import catalogue_of
from api.clock import seoul_date
from api.console import records
from api.errors import BadValue, Conflict, NotAllowed
from api.events.records import record_event
from api.intakes import counseling
from api.intakes.records import OPEN
from api.models import Intake, utc_now
from api.outgoing import usecases as outgoing
from api.planning.catalogue import FactType
from api.plans import usecases as plans
from api.scope import Caller


def note_opening(db: Session, caller: Caller, intake: Intake) -> None:
    """Write down who looked at an intake (개인정보의 안전성 확보조치 기준 제8조: 접속기록)."""
    record_event(db, caller, "intake.opened", "intake", intake.id, center_id=intake.center_id)


def take_over(db: Session, caller: Caller, intake_id: str) -> str:
    """Take an intake over; whoever comes second is told, and the page shows who was first."""
    try:
        counseling.take_intake(db, caller, intake_id)
    except counseling.AlreadyTaken:
        return "taken_by_other"
    return "taken"


def release(db: Session, caller: Caller, intake_id: str) -> str:
    """Give an intake back to the queue."""
    try:
        counseling.release(db, caller, intake_id)
    except NotAllowed:
        return "not_yours"
    return "released"


def correct_need(db: Session, caller: Caller, intake_id: str, *, need: str, state: str, revision: int) -> str:
    """Set a need's state, or add a need the conversation did not bring; the client's words stay with it."""
    _refuse_closed(records.read_intake(db, caller.scope, intake_id))
    try:
        counseling.correct_need(db, caller, intake_id, need, state, revision=revision)
    except counseling.ChangedMeanwhile:
        return "stale"
    except BadValue:
        return "bad_value"
    except counseling.SensitiveConsentMissing:
        return "no_sensitive_consent"
    return "corrected"


def correct_fact(
    db: Session, caller: Caller, intake_id: str, *, fact: str, state: str, values: list[str], revision: int
) -> str:
    """Set a fact to what the counselor heard; the message it first came from stays noted beside it."""
    intake = records.read_intake(db, caller.scope, intake_id)
    _refuse_closed(intake)
    kind = catalogue_of(intake.center_id).facts.get(fact)
    try:
        value = read_form(kind, values) if kind is not None and state == "told" else None
        counseling.correct_fact(db, caller, intake_id, fact, state=state, value=value, revision=revision)
    except counseling.ChangedMeanwhile:
        return "stale"
    except BadValue:
        return "bad_value"
    except counseling.SensitiveConsentMissing:
        return "no_sensitive_consent"
    return "corrected"


def read_form(kind: FactType, values: list[str]) -> Any:
    """What the fields of a form say about a fact, before it is checked against the catalogue.

    >>> read_form(FactType("age", "나이", "integer"), ["40대"])
    '40s'
    """
    given = [value.strip() for value in values if value.strip()]
    if kind.type == "set":
        return given
    text = given[0] if given else ""
    if not text:
        raise BadValue(f"facts.{kind.id}.value: nothing was given.")
    if kind.type != "integer":
        return text
    if kind.id == "age" and text.endswith(("대", "s")) and text[:-1].isdecimal():
        return f"{text[:-1]}s"
    if not text.isdecimal() or len(text) > 4:
        raise BadValue(f"facts.{kind.id}.value: not a number.")
    return int(text)


def replan(db: Session, caller: Caller, intake_id: str) -> str:
    """Make a new plan from what is known now; nothing new makes no new plan."""
    intake = records.read_intake(db, caller.scope, intake_id)
    _refuse_closed(intake)
    before = records.read_current_plan(db, intake_id)
    plan = plans.replan(db, caller, intake_id, today=seoul_date(utc_now()))
    return "same_plan" if before is not None and plan.id == before.id else "planned"


def record_step(db: Session, caller: Caller, intake_id: str, step: str, *, result: str) -> str:
    """Note how a step stands: a state, or ``done:`` with the id of the result that ended it."""
    status, _, outcome = result.partition(":")
    try:
        plans.record_step(db, caller, intake_id, step, status=status, outcome=outcome or None)
    except BadValue:
        return "bad_value"
    except Conflict:
        return "step_done"
    return "step_noted"


def answer_alert(db: Session, caller: Caller, alert_id: str) -> str:
    """Note that a person has contacted the client; who was first stays."""
    counseling.acknowledge_alert(db, caller, alert_id)
    return "answered"


def lift_risk(db: Session, caller: Caller, intake_id: str, risk: str) -> str:
    """Note that a person has made sure that a danger no longer stands; the signal itself is kept."""
    counseling.lift_risk(db, caller, intake_id, risk)
    return "lifted"


def close(db: Session, caller: Caller, intake_id: str) -> str:
    """End an intake whose work is done."""
    try:
        counseling.close_intake(db, caller, intake_id)
    except Conflict:
        return "risk_stands"
    return "closed"


def send_message(db: Session, caller: Caller, intake_id: str, text: str) -> str:
    """Put a message to the client on its way; the gateway delivers it into the client's conversation."""
    _refuse_closed(records.read_intake(db, caller.scope, intake_id))
    try:
        outgoing.send_message(db, caller, intake_id, text)
    except BadValue:
        return "bad_message"
    return "sent"


def _refuse_closed(intake: Intake) -> None:
    if intake.status not in OPEN:
        raise Conflict("This intake is closed.")
