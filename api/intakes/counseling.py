"""What counselors do with an intake: take it over, give it back, correct it, lift a risk, close it.

Each function works in the running transaction, sees only the caller's centre, and leaves an event. Where it takes a
`revision`, that is the intake's revision the caller looked at; a newer one is answered with `ChangedMeanwhile`. Every
change of an intake or of what belongs to it makes a new revision.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.catalogue.usecases import catalogue_of
from api.conversations.records import latest_consent
from api.errors import BadValue, Conflict, HouseError, NotAllowed, NotFound
from api.events.records import record_event
from api.intakes import records
from api.intakes.facts import CONTACT, KEPT_AS_CONSENT, is_sensitive_need, seal_contact, without_sensitive
from api.intakes.reading import canonical
from api.models import Alert, Intake, IntakeFact, IntakeNeed, IntakeRisk, utc_now
from api.planning.catalogue import Catalogue
from api.scope import Caller

NEED_STATES = ("said", "inferred", "confirmed", "declined")
FACT_STATES = ("told", "refused", "unknown")


class AlreadyTaken(HouseError):
    """Another counselor was faster."""

    status_code, code = 409, "already_taken"


class ChangedMeanwhile(HouseError):
    """The caller decided on an older state of the intake."""

    status_code, code = 409, "changed_meanwhile"


class SensitiveConsentMissing(HouseError):
    """The client has not agreed that sensitive things are kept."""

    status_code, code = 409, "no_sensitive_consent"


def take_intake(db: Session, caller: Caller, intake_id: str) -> Intake:
    """Take an intake over. Taking one's own again changes nothing.

    Raises:
        NotFound: No such intake in the caller's scope.
        AlreadyTaken: Another counselor has it.
        Conflict: It is closed.
    """
    intake = _held(db, caller, intake_id)
    if intake.status not in records.OPEN:
        raise Conflict("This intake is closed; nobody can take it over.")
    if intake.taken_by_id == caller.user_id and caller.user_id is not None:
        return intake
    if intake.taken_by_id is not None:
        raise AlreadyTaken("Another counselor has taken this intake over already.")
    intake.taken_by_id, intake.taken_at = _person(caller), utc_now()
    _note(db, caller, intake, "intake.taken")
    return intake


def release(db: Session, caller: Caller, intake_id: str) -> Intake:
    """Give an intake back to the queue, where it keeps its place (it has waited all along).

    Raises:
        NotFound: No such intake in the caller's scope.
        NotAllowed: It is another counselor's, and the caller is no manager.
    """
    intake = _held(db, caller, intake_id)
    if intake.taken_by_id is None:
        return intake
    if intake.taken_by_id != caller.user_id and caller.role not in ("manager", "admin"):
        raise NotAllowed("Only the counselor who has it or a manager may give it back.")
    before = intake.taken_by_id
    intake.taken_by_id = intake.taken_at = None
    _note(db, caller, intake, "intake.released", before=before)
    return intake


def close_intake(db: Session, caller: Caller, intake_id: str, *, withdrawn: bool = False) -> Intake:
    """End an intake: closed when the work is done, withdrawn when the client no longer wants it.

    Raises:
        NotFound: No such intake in the caller's scope.
        Conflict: A risk still stands; a person must lift it first.
    """
    intake = _held(db, caller, intake_id)
    if any(risk.lifted_at is None for risk in intake.risks):
        raise Conflict("A risk still stands. Lift it with the client safe, then close the intake.")
    intake.status = "withdrawn" if withdrawn else "closed"
    intake.waiting_since = None
    _note(db, caller, intake, f"intake.{intake.status}")
    return intake


def correct_need(
    db: Session, caller: Caller, intake_id: str, need_id: str, state: str, *, revision: int | None = None
) -> IntakeNeed:
    """Set the state of a need, or add one the conversation missed; the conversation will not overwrite it.

    Raises:
        NotFound: No such intake in the caller's scope.
        BadValue: No such need or state.
        ChangedMeanwhile: The intake has a newer revision.
        SensitiveConsentMissing: The need is sensitive and the second consent is not there.
    """
    intake = _held(db, caller, intake_id, revision)
    catalogue = catalogue_of(intake.center_id)
    if need_id not in catalogue.needs:
        raise BadValue("need: the catalogue has no such need.")
    if state not in NEED_STATES:
        raise BadValue(f"state: one of {', '.join(NEED_STATES)}.")
    if is_sensitive_need(catalogue, need_id):
        _require_sensitive(db, intake)
    row = next((n for n in intake.needs if n.need == need_id), None)
    before = row.state if row else None
    if row is None:
        row = IntakeNeed(need=need_id, position=len(intake.needs))
        intake.needs.append(row)
    row.state, row.corrected_by_id = state, caller.user_id
    _note(db, caller, intake, "need.corrected", need=need_id, before=before, after=state)
    return row


def correct_fact(
    db: Session,
    caller: Caller,
    intake_id: str,
    fact_id: str,
    *,
    state: str,
    value: Any = None,
    revision: int | None = None,
) -> IntakeFact:
    """Set a fact as the counselor learned it from the client; the conversation will not overwrite it.

    Raises:
        NotFound: No such intake in the caller's scope.
        BadValue: No such fact or state, or not a value of this fact.
        ChangedMeanwhile: The intake has a newer revision.
        SensitiveConsentMissing: It is sensitive and the second consent is not there.
    """
    intake = _held(db, caller, intake_id, revision)
    catalogue = catalogue_of(intake.center_id)
    if fact_id not in catalogue.facts or fact_id in KEPT_AS_CONSENT:
        raise BadValue("fact: the catalogue has no such fact.")
    if state not in FACT_STATES:
        raise BadValue(f"state: one of {', '.join(FACT_STATES)}.")
    told = canonical(catalogue, fact_id, value) if state == "told" else None
    _require_consent_for(db, intake, catalogue, fact_id, told)
    row = next((f for f in intake.facts if f.fact == fact_id), None)
    before = row.state if row else None
    if row is None:
        row = IntakeFact(fact=fact_id, state=state)
        intake.facts.append(row)
    row.state, row.value, row.sealed, row.corrected_by_id = state, None, None, caller.user_id
    if fact_id == CONTACT and told is not None:
        seal_contact(db, row, str(told))
    else:
        row.value = told
    if fact_id == "urgency":
        intake.urgency = told
    if fact_id == "goal":
        intake.goal = told or ""
    _note(db, caller, intake, "fact.corrected", fact=fact_id, before=before, after=state)
    return row


def lift_risk(db: Session, caller: Caller, intake_id: str, risk_id: str) -> IntakeRisk:
    """Note that a person has seen to a danger and it no longer stands. The signal itself is kept.

    Raises:
        NotFound: No such intake or risk in the caller's scope.
    """
    intake = _held(db, caller, intake_id)
    row = next((r for r in intake.risks if r.risk == risk_id), None)
    if row is None:
        raise NotFound("This intake has no such risk.")
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by_id = utc_now(), _person(caller)
        _note(db, caller, intake, "risk.lifted", risk=risk_id)
        db.flush()
        records.note_danger(db, intake, utc_now())
    return row


def acknowledge_alert(db: Session, caller: Caller, alert_id: str) -> Alert:
    """Note that a person has seen an alert and answers for it. The first one counts.

    Raises:
        NotFound: No such alert in the caller's scope.
        NotAllowed: The caller is no signed-in person.
    """
    alert = db.scalar(select(Alert).where(Alert.id == alert_id).with_for_update())
    if alert is None or caller.scope.center_id not in (None, alert.center_id):
        raise NotFound("There is no such alert.")
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by_id = utc_now(), _person(caller)
        record_event(db, caller, "alert.acknowledged", "alert", alert.id, center_id=alert.center_id)
        db.flush()
        intake = records.whole(db, records.of_conversation(db, alert.conversation_id))
        if intake is not None:
            records.note_danger(db, intake, utc_now())
    return alert


def _held(db: Session, caller: Caller, intake_id: str, revision: int | None = None) -> Intake:
    """The intake, held until the commit; refused when it is no longer the `revision` that the caller saw."""
    intake = records.find(db, caller.scope, intake_id, lock=True)
    if intake is None:
        raise NotFound("There is no such intake.")
    if revision is not None and intake.revision != revision:
        raise ChangedMeanwhile("This intake was changed since it was read. Look at it again, then decide.")
    return intake


def _person(caller: Caller) -> str:
    if caller.user_id is None:
        raise NotAllowed("Only a person who is signed in may do this.")
    return caller.user_id


def _require_consent_for(db: Session, intake: Intake, catalogue: Catalogue, fact_id: str, told: Any) -> None:
    if told is not None and without_sensitive(catalogue, fact_id, told) != told:
        _require_sensitive(db, intake)


def _require_sensitive(db: Session, intake: Intake) -> None:
    consent = latest_consent(db, intake.conversation_id, "sensitive")
    if consent is None or consent.answer != "yes":
        raise SensitiveConsentMissing("The client has not agreed that sensitive things are kept. Ask first.")


def _note(db: Session, caller: Caller, intake: Intake, action: str, **detail: object) -> None:
    # Touching the row makes a new revision even when only its needs or facts have changed.
    intake.updated_at = utc_now()
    record_event(db, caller, action, "intake", intake.id, center_id=intake.center_id, **detail)
