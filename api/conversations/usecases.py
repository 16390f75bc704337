"""What the house does with a conversation: keep its messages, its contact, show it to the client, and erase it."""

from sqlalchemy.orm import Session

from api.catalogue.usecases import catalogue_of
from api.conversations import records
from api.conversations.schemas import ClientFact, ClientIntake, ClientNeed, MessageIn
from api.errors import HouseError, NotFound
from api.events.records import record_event
from api.intakes import records as intakes
from api.intakes.facts import CONTACT, seal_contact, told_value
from api.models import Conversation, Erasure, IntakeFact, Message
from api.plans.documents import live_document
from api.scope import Caller


class NoConsent(HouseError):
    """Nothing of a conversation may be kept before the client's yes."""

    status_code, code = 409, "no_consent"


def keep_messages(db: Session, conversation_id: str, messages: list[MessageIn]) -> int:
    """Keep new messages in the order given; one with a known id changes only when it is redacted now.

    Returns:
        How many of the messages the record has.

    Raises:
        NoConsent: The record holds no yes of this conversation.
    """
    _consented(db, conversation_id)
    known = records.messages_by_id(db, conversation_id, [m.id for m in messages])
    position = records.last_position(db, conversation_id)
    for message in messages:
        row = known.get(message.id)
        if row is None:
            position += 1
            row = Message(
                conversation_id=conversation_id,
                id=message.id,
                position=position,
                role=message.role,
                text="" if message.redacted else message.text,
                kind=message.kind,
                asks=message.asks,
                at=message.at,
                redacted=message.redacted,
            )
            db.add(row)
            known[message.id] = row
        elif message.redacted and not row.redacted:
            row.text, row.redacted = "", True
    db.flush()
    return len({message.id for message in messages})


def keep_contact(db: Session, conversation_id: str, value: str, message_id: str | None, caller: Caller) -> None:
    """Keep the client's contact, sealed, as the fact `contact` of the intake.

    Raises:
        NoConsent: The record holds no yes, so there is no intake it could belong to.
    """
    _consented(db, conversation_id)
    intake = intakes.of_conversation(db, conversation_id)
    if intake is None:
        raise NoConsent("The intake is not here yet; send it first.")
    fact = intakes.find_fact(db, intake.id, CONTACT)
    if fact is None:
        fact = IntakeFact(intake_id=intake.id, fact=CONTACT, state="told")
        db.add(fact)
    seal_contact(db, fact, value)
    fact.state, fact.message_id = "told", message_id
    record_event(db, caller, "contact.kept", "intake", intake.id, center_id=intake.center_id)


def show_client(db: Session, conversation_id: str) -> ClientIntake:
    """What the client may see: needs, facts, status and plan; neither risks nor notes of others.

    Raises:
        NotFound: Nothing is held about this conversation.
    """
    intake = intakes.whole(db, intakes.of_conversation(db, conversation_id))
    if intake is None:
        raise NotFound("Nothing is held about this conversation.")
    catalogue = catalogue_of(intake.center_id)
    needs = [
        ClientNeed(id=n.need, label=catalogue.needs[n.need].label, evidence=n.evidence)
        for n in intake.needs
        if n.state != "declined" and n.need in catalogue.needs
    ]
    facts = {
        f.fact: ClientFact(value=told_value(db, f), label=catalogue.facts[f.fact].label)
        for f in intake.facts
        if f.state == "told" and f.fact in catalogue.facts
    }
    plan = next((p for p in intake.plans if p.status == "current"), None)
    return ClientIntake(status=intake.status, needs=needs, facts=facts, plan=live_document(plan) if plan else None)


def erase_conversation(db: Session, conversation_id: str, caller: Caller) -> bool:
    """Erase a conversation and all that came from it; alerts keep their minimum, events their ids.

    Returns:
        False when there was nothing to erase.
    """
    conversation = records.lock(db, conversation_id)
    if conversation is None:
        return False
    center_id = conversation.center_id
    consents = records.consent_messages(db, conversation_id)
    removed = records.erase(db, conversation)
    certificate = Erasure(
        conversation_id=conversation_id, center_id=center_id, consent_messages=consents, removed=removed
    )
    db.add(certificate)
    record_event(db, caller, "conversation.erased", "conversation", conversation_id, center_id=center_id, **removed)
    return True


def _consented(db: Session, conversation_id: str) -> Conversation:
    conversation = records.lock(db, conversation_id)
    consent = records.latest_consent(db, conversation_id, "general") if conversation else None
    if conversation is None or consent is None or consent.answer != "yes":
        raise NoConsent("The record holds no consent of this conversation. Send the intake with its consent first.")
    return conversation
