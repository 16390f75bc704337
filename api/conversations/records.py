"""The SQL of conversations, messages and consents."""

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.models import (
    Client,
    Consent,
    Conversation,
    Erasure,
    IdempotencyKey,
    Intake,
    IntakeFact,
    IntakeNeed,
    IntakeRisk,
    Message,
    Outgoing,
    Plan,
    PlanStep,
    new_id,
    utc_now,
)
from api.models.base import Base


def add_if_new(db: Session, row: Base, *key: str) -> bool:
    """Insert a row unless one with the same `key` columns stands there, even one that a twin inserts right now."""
    table = type(row).__table__
    insert = (postgresql if db.get_bind().dialect.name == "postgresql" else sqlite).insert
    values = {c.key: getattr(row, c.key) for c in table.columns if getattr(row, c.key) is not None}
    return bool(_changed(db, insert(table).values(**values).on_conflict_do_nothing(index_elements=key)))


def find(db: Session, conversation_id: str) -> Conversation | None:
    """The conversation, or None."""
    return db.get(Conversation, conversation_id)


def lock(db: Session, conversation_id: str) -> Conversation | None:
    """The conversation, held until the commit, so that two writers of one conversation wait for each other."""
    return db.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)


def open_conversation(db: Session, conversation_id: str, *, channel: str, center_id: str) -> Conversation:
    """The conversation, begun if it is new, and held until the commit."""
    row = Conversation(id=conversation_id, channel=channel, center_id=center_id, status="open", created_at=utc_now())
    add_if_new(db, row, "id")
    found = lock(db, conversation_id)
    if found is None:
        raise LookupError("A conversation vanished between two statements of one transaction.")
    return found


def client_of(db: Session, center_id: str, ref: str) -> Client:
    """The client a centre knows by this pseudonym, added if new."""
    row = Client(id=new_id(), center_id=center_id, ref=ref, created_at=utc_now())
    add_if_new(db, row, "center_id", "ref")
    return db.scalars(select(Client).where(Client.center_id == center_id, Client.ref == ref)).one()


def latest_consent(db: Session, conversation_id: str, purpose: str) -> Consent | None:
    """The answer that counts for this purpose."""
    statement = select(Consent).where(Consent.conversation_id == conversation_id, Consent.purpose == purpose)
    return db.scalar(statement.order_by(Consent.seq.desc()).limit(1))


def consent_messages(db: Session, conversation_id: str) -> list[str]:
    """Ids of the messages in which general consent was given."""
    rows = select(Consent.message_id).where(
        Consent.conversation_id == conversation_id, Consent.purpose == "general", Consent.answer == "yes"
    )
    return sorted({m for m in db.scalars(rows) if m})


def erased_consents(db: Session, conversation_id: str) -> set[str] | None:
    """Consent messages of earlier erasures of this conversation; None when it was never erased."""
    rows = list(db.scalars(select(Erasure.consent_messages).where(Erasure.conversation_id == conversation_id)))
    return {message for row in rows for message in row} if rows else None


def messages_by_id(db: Session, conversation_id: str, ids: Iterable[str]) -> dict[str, Message]:
    """Stored messages of a conversation among these ids."""
    statement = select(Message).where(Message.conversation_id == conversation_id, Message.id.in_(list(ids)))
    return {row.id: row for row in db.scalars(statement)}


def last_position(db: Session, conversation_id: str) -> int:
    """The highest position so far, 0 when there is none."""
    statement = select(func.max(Message.position)).where(Message.conversation_id == conversation_id)
    return db.scalar(statement) or 0


def list_messages(db: Session, conversation_id: str) -> list[Message]:
    """All messages of a conversation in the order they were said."""
    statement = select(Message).where(Message.conversation_id == conversation_id)
    return list(db.scalars(statement.order_by(Message.position)))


def erase(db: Session, conversation: Conversation) -> dict[str, int]:
    """Delete a conversation and every row that came from it.

    Returns:
        How many rows of each table went, tables without one left out.
    """
    mine = conversation.id
    intakes = select(Intake.id).where(Intake.conversation_id == mine)
    plans = select(Plan.id).where(Plan.intake_id.in_(intakes))
    # From the leaves inward, spelled out, so that the certificate can say how many rows of each table went.
    wanted = [
        (PlanStep, PlanStep.plan_id.in_(plans)),
        (Plan, Plan.intake_id.in_(intakes)),
        (IntakeNeed, IntakeNeed.intake_id.in_(intakes)),
        (IntakeFact, IntakeFact.intake_id.in_(intakes)),
        (IntakeRisk, IntakeRisk.intake_id.in_(intakes)),
        (Intake, Intake.conversation_id == mine),
        (Message, Message.conversation_id == mine),
        (Consent, Consent.conversation_id == mine),
        (Outgoing, Outgoing.conversation_id == mine),
        (IdempotencyKey, IdempotencyKey.conversation_id == mine),
    ]
    counts = {m.__tablename__: _changed(db, delete(m).where(w)) for m, w in wanted}
    client_id = conversation.client_id
    db.expunge(conversation)
    db.execute(delete(Conversation).where(Conversation.id == mine))
    counts["conversations"] = 1
    if client_id and not db.scalar(select(func.count()).where(Conversation.client_id == client_id)):
        db.execute(delete(Client).where(Client.id == client_id))
        counts["clients"] = 1
    return {table: count for table, count in counts.items() if count}


def _changed(db: Session, statement: Executable) -> int:
    """Run a statement that writes and return how many rows it wrote; objects in memory are left alone."""
    done = db.execute(statement, execution_options={"synchronize_session": False})
    return int(cast(CursorResult[Any], done).rowcount)
