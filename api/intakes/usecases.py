"""What the house does with an intake that a conversation sends: check it, keep it, and make its plan of record."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.catalogue.usecases import catalogue_of
from api.conversations import records as conversations
from api.conversations.usecases import NoConsent
from api.errors import Conflict, HouseError, NotFound
from api.events.records import record_event
from api.intakes import records
from api.intakes.facts import CONTACT, is_sensitive_need, seal_contact, without_sensitive
from api.intakes.reading import ReadIntake, read_intake
from api.intakes.schemas import ConsentIn, IntakeIn, IntakeKept
from api.models import Consent, Conversation, IdempotencyKey, Intake, IntakeFact, IntakeNeed, IntakeRisk, Plan
from api.planning.catalogue import Catalogue
from api.plans import usecases as plans
from api.plans.documents import live_document
from api.scope import Caller, Scope

PURPOSES = ("general", "sensitive")


class Erased(HouseError):
    """The client had this conversation erased; what was on its way then is not kept."""

    status_code, code = 410, "conversation_erased"


def receive_intake(
    db: Session, conversation_id: str, body: IntakeIn, caller: Caller, *, house_center: str, now: datetime, today: date
) -> IntakeKept:
    """Keep the intake as a turn of the conversation left it, in the running transaction.

    A turn not above the stored one changes nothing. With `submitted` the plan of record is made; a changed intake that
    is submitted again gets the next version. What a counselor has corrected stays as the counselor left it.

    Raises:
        NoConsent: General consent is not yes.
        Erased: It was on its way when the client had the conversation erased.
        BadValue: A word is not in the catalogue.
        Conflict: The conversation belongs to another centre.
    """
    general = body.consent.general
    if general is None or general.answer != "yes":
        raise NoConsent("consent.general: without the client's yes nothing is kept.")
    center_id = body.center or house_center
    catalogue = catalogue_of(center_id)
    erased = conversations.erased_consents(db, conversation_id)
    if erased is not None and (general.message_id is None or general.message_id in erased):
        raise Erased("This conversation was erased at the client's wish. A new intake needs a new consent.")
    conversation = conversations.open_conversation(db, conversation_id, channel=body.channel, center_id=center_id)
    if conversation.center_id != center_id:
        raise Conflict("center: this conversation belongs to another centre.")
    intake = records.whole(db, records.of_conversation(db, conversation_id))
    if intake is not None and body.turn <= intake.turn:
        return _kept(intake)
    withdrawn = _append_consents(db, conversation_id, body, now)
    sensitive = conversations.latest_consent(db, conversation_id, "sensitive")
    read = read_intake(body, catalogue, sensitive=sensitive is not None and sensitive.answer == "yes")
    if intake is None:
        intake = _begin(db, conversation, body, center_id, now)
    else:
        _follow_client_ref(db, intake, conversation, body)
    if withdrawn:
        _forget_sensitive(db, intake, catalogue)
    _write(db, intake, body, read, now)
    db.flush()
    changed = {"turn": body.turn, "status": intake.status, "dropped": read.dropped}
    record_event(db, caller, "intake.received", "intake", intake.id, center_id=center_id, **changed)
    if body.status == "submitted" or (withdrawn and intake.plans):
        plans.plan_of_record(db, intake, catalogue, caller, today=today)
    if withdrawn:
        _forget_old_documents(db, intake)
    db.flush()
    return _kept(intake)


def find_intake(db: Session, scope: Scope, intake_id: str) -> Intake:
    """One intake of the scope with everything around it.

    Raises:
        NotFound: There is none, or it is another centre's.
    """
    intake = records.find(db, scope, intake_id)
    if intake is None:
        raise NotFound("There is no such intake.")
    return intake


def current_plan(intake: Intake) -> Plan | None:
    """The plan that stands, or None. Needs `intake.plans` loaded."""
    return next((plan for plan in intake.plans if plan.status == "current"), None)


def _kept(intake: Intake) -> IntakeKept:
    plan = current_plan(intake)
    document = live_document(plan) if plan else None
    return IntakeKept(intake_id=intake.id, status=intake.status, turn=intake.turn, plan=document)


def _append_consents(db: Session, conversation_id: str, body: IntakeIn, now: datetime) -> bool:
    """Append answers that differ from the last ones; True when the second consent was taken back just now."""
    withdrawn = False
    for purpose in PURPOSES:
        given: ConsentIn | None = getattr(body.consent, purpose)
        if given is None:
            continue
        last = conversations.latest_consent(db, conversation_id, purpose)
        same = last is not None and (last.answer, last.version, last.message_id) == (
            given.answer,
            given.version,
            given.message_id,
        )
        if same:
            continue
        withdrawn |= purpose == "sensitive" and given.answer == "no" and last is not None and last.answer == "yes"
        row = {"answer": given.answer, "version": given.version, "message_id": given.message_id, "at": now}
        db.add(Consent(conversation_id=conversation_id, purpose=purpose, **row))
        # Each answer gets its number before the next is read: the numbers decide which one counts.
        db.flush()
    return withdrawn


def _begin(db: Session, conversation: Conversation, body: IntakeIn, center_id: str, now: datetime) -> Intake:
    client = conversations.client_of(db, center_id, body.client_ref or conversation.id)
    conversation.client_id = client.id
    intake = Intake(
        conversation_id=conversation.id, client_id=client.id, center_id=center_id, turn=body.turn, created_at=now
    )
    db.add(intake)
    db.flush()
    whole = records.whole(db, intake)
    if whole is None:
        raise LookupError("An intake vanished between two statements of one transaction.")
    return whole


def _follow_client_ref(db: Session, intake: Intake, conversation: Conversation, body: IntakeIn) -> None:
    """A client who is recognised later in the talk is linked from then on; a null reference changes nothing."""
    if body.client_ref and body.client_ref != intake.client.ref:
        client = conversations.client_of(db, intake.center_id, body.client_ref)
        conversation.client_id, intake.client_id, intake.client = client.id, client.id, client


def _write(db: Session, intake: Intake, body: IntakeIn, read: ReadIntake, now: datetime) -> None:
    _write_needs(intake, read)
    _write_facts(db, intake, read)
    for risk in read.risks:
        row = next((r for r in intake.risks if r.risk == risk.id), None)
        if row is None:
            intake.risks.append(
                IntakeRisk(risk=risk.id, evidence=risk.evidence, message_id=risk.message_id, raised_at=now)
            )
        elif risk.evidence and not row.evidence:
            # A signal is never deleted by the conversation and its first words stay; only a person lifts it.
            row.evidence = risk.evidence
    told = {row.fact: row.value for row in intake.facts if row.state == "told"}
    intake.turn = body.turn
    intake.goal = read.goal or str(told.get("goal") or "")
    intake.urgency = told.get("urgency")
    intake.questions_asked = body.questions_asked
    intake.status = _next_status(intake.status, body.status)
    if intake.status in ("submitted", "handoff") and intake.waiting_since is None:
        intake.waiting_since = now
    records.note_danger(db, intake, now)


def _next_status(stored: str, sent: str) -> str:
    """Where an intake stands after the conversation sent `sent`.

    The conversation never takes an intake back from the people who wait with it: what was submitted or handed off is
    closed by a counselor only, and what a counselor closed opens again only by a new submission or a call for a person.
    """
    if stored in ("submitted", "handoff") and sent in ("in_progress", "closed"):
        return stored
    if stored in ("closed", "withdrawn") and sent == "in_progress":
        return stored
    return sent


def _write_needs(intake: Intake, read: ReadIntake) -> None:
    rows = {row.need: row for row in intake.needs}
    sent = {need.id for need in read.needs}
    intake.needs[:] = [row for row in intake.needs if row.need in sent or row.corrected_by_id]
    for position, need in enumerate(read.needs):
        row = rows.get(need.id)
        if row is None:
            row = IntakeNeed(need=need.id, state=need.state)
            intake.needs.append(row)
        row.position = position
        if row.corrected_by_id:
            continue
        row.state, row.evidence, row.score, row.message_id = need.state, need.evidence, need.score, need.message_id


def _write_facts(db: Session, intake: Intake, read: ReadIntake) -> None:
    rows = {row.fact: row for row in intake.facts}
    sent = {fact.id for fact in read.facts}
    # A contact comes on its own way, so its absence here says nothing.
    intake.facts[:] = [row for row in intake.facts if row.fact in sent or row.fact == CONTACT or row.corrected_by_id]
    for fact in read.facts:
        row = rows.get(fact.id)
        if row is None:
            row = IntakeFact(fact=fact.id, state=fact.state)
            intake.facts.append(row)
        elif row.corrected_by_id:
            continue
        row.state, row.value, row.message_id = fact.state, fact.value, fact.message_id
        if fact.contact is not None:
            seal_contact(db, row, fact.contact)
        elif fact.state != "told":
            row.sealed = None


def _forget_sensitive(db: Session, intake: Intake, catalogue: Catalogue) -> None:
    """Take out what only the second consent allowed, corrected rows included: the consent is gone for them too."""

    def rest(row: IntakeFact) -> Any:
        return row.value if row.state != "told" else without_sensitive(catalogue, row.fact, row.value)

    intake.needs[:] = [row for row in intake.needs if not is_sensitive_need(catalogue, row.need)]
    intake.facts[:] = [
        row for row in intake.facts if row.fact == CONTACT or row.state != "told" or rest(row) is not None
    ]
    for row in intake.facts:
        if row.fact != CONTACT:
            row.value = rest(row)


def _forget_old_documents(db: Session, intake: Intake) -> None:
    """Delete plans and kept answers written while the second consent stood; they may quote what it allowed."""
    intake.plans[:] = [plan for plan in intake.plans if plan.status == "current"]
    db.execute(delete(IdempotencyKey).where(IdempotencyKey.conversation_id == intake.conversation_id))
